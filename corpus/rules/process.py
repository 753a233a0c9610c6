"""P: rules about who annotated what, and how often."""

import polars as pl

from corpus.rules.rule import rule
from corpus.schema import Schema
from corpus.tables import Tables


@rule("P104")
def pass_twice(t: Tables, schema: Schema) -> pl.LazyFrame:
    """One person annotates one document once in one pass.

    Why:
        Both are counted, and a file can hold only one of them: the other would be lost.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []},
          {"id": 3, "completed_by": "ann", "result": []}]}]
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []},
          {"id": 3, "completed_by": "bo", "result": []}]}]
        ```

    Fix:
        Open the task and delete the one that is not meant; or delete the task that is there twice.
    """
    key = ("doc_id", "annotator", "pass")
    again = pl.col("row") != pl.col("row").min().over(key)
    return (
        t.annotations.filter(state="submitted")
        .filter(again)
        .select(
            pl.col("row").alias("annotation"),
            message=pl.format(
                "{} is annotated by {} a second time in pass {}",
                "doc_id",
                pl.col("annotator").fill_null("an unnamed person"),
                "pass",
            ),
        )
    )

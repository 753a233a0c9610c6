"""P: rules about who annotated what, how often, and what is closed."""

import polars as pl

from corpus.rules.rule import rule, worded
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
            message=worded(
                "{} is annotated by {} a second time in pass {}",
                "doc_id",
                pl.col("annotator").fill_null("an unnamed person"),
                "pass",
            ),
        )
    )


@rule("P108", whole=True)
def frozen_changed(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A file of a frozen round is what it was when the round was closed.

    Why:
        Agreement reads frozen passes only: a label that is mended afterwards, knowing what others
        chose, is no independent judgement, and the figures would not say so.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```
        ```rounds.toml
        [rounds.pilot]
        kind = "pilot"
        people = ["ann"]

        [rounds.pilot.frozen]
        date = "2026-01-31"
        files = { "annotations/example/ann.json" = "0123456789abcdef" }
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```
        ```rounds.toml
        [rounds.pilot]
        kind = "pilot"
        people = ["ann"]

        [rounds.pilot.frozen]
        date = "2026-01-31"
        files = { "annotations/example/ann.json" = "THE-SHA256-OF-THE-FILE" }
        ```

    Fix:
        Put the file back as it was (`git log -- FILE`). To have the text annotated again, declare
        another round that names it: that is another pass, in a file of its own.
    """
    now = pl.when(pl.col("found").is_null()).then(pl.lit("gone")).otherwise(pl.lit("changed"))
    return t.frozen.filter(pl.col("found").ne_missing(pl.col("sha256"))).select(
        "file", message=worded("is {} since round '{}' was frozen", now, "round")
    )

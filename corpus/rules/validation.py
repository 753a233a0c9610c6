"""V: what became of the findings of the other families."""

import polars as pl

from corpus.rules.rule import rule, worded
from corpus.schema import Schema
from corpus.tables import Tables


@rule("V101", "warning")
def waiver_unused(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A waiver lets something stand that a rule finds.

    Why:
        What it was written for is mended, or its place is misspelt. It would let the next breach at
        this place pass, for a reason that was given for another.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [
         {"id": "a", "layer": "event", "start": 0, "end": 3, "text": "She"}], "relations": []}
        ```
        ```waivers.toml
        [[waivers]]
        rule = "span-edge-whitespace"
        document = "example"
        item = "a"
        reason = "The blank belongs to the name."
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [
         {"id": "a", "layer": "event", "start": 0, "end": 4, "text": "She "}], "relations": []}
        ```
        ```waivers.toml
        [[waivers]]
        rule = "span-edge-whitespace"
        document = "example"
        item = "a"
        reason = "The blank belongs to the name."
        ```

    Fix:
        Remove the waiver from annotations/waivers.toml, or correct what it names.
    """
    item = worded("waivers[{}]", "number")
    return t.waivers.filter(~pl.col("used")).select(
        "file",
        item=item,
        message=worded("{} lets nothing stand: no finding of {} fits it", item, "rule"),
    )

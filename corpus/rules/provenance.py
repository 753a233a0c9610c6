"""P: rules about what a pass or a gold was made with, and that it stays what it was."""

import polars as pl

from corpus.rules.rule import FAULT, rule, submissions, worded
from corpus.rules.shown import shown_in
from corpus.schema import Schema, numbers
from corpus.tables import Tables


@rule("P106")
def gold_without_decisions(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A gold annotation stands beside the decisions that made it.

    Why:
        Without them nobody can tell what was agreed from what one person decided, nor decide again
        when the guidelines change.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "gold", "result": []}]}]
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "gold", "result": []}]}]
        ```
        ```annotations/example/decisions.toml
        adjudicator = "cy"
        ```

    Fix:
        Restore annotations/<document>/decisions.toml, or rename the file after who made it.
    """
    gold = submissions(t).filter(pl.col("status") != "single")
    return gold.join(t.decisions, on="doc_id", how="anti", maintain_order="left").select(
        "annotation",
        message=worded("is gold, and there is no annotations/{}/decisions.toml", "doc_id"),
    )


@rule("P107", "warning")
def adjudicator_is_annotator(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Whoever decides where annotators differ is none of them.

    Why:
        Of two readings one's own looks right: such a gold is one annotator's file, and agreement
        with it flatters.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []}]}]
        ```
        ```annotations/example/decisions.toml
        adjudicator = "ann"
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []}]}]
        ```
        ```annotations/example/decisions.toml
        adjudicator = "cy"
        ```

    Fix:
        Let somebody else decide. In a team of two, waive it and say so in the documentation.
    """
    people = submissions(t).select("doc_id", "annotator")
    own = t.decisions.join(
        people, left_on=["doc_id", "adjudicator"], right_on=["doc_id", "annotator"], how="semi"
    )
    return own.select(
        "file",
        document="doc_id",
        message=worded("{} decided on {} and annotated it too", "adjudicator", "doc_id"),
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


@rule("P109", "warning")
def guideline_version(t: Tables, schema: Schema) -> pl.LazyFrame:
    """The last pass of an annotator was made with the guidelines of the schema.

    Why:
        Where the guidelines decide otherwise now, old labels and new ones differ without anybody
        having erred. Frozen passes stay as they were, and are not asked.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained.",
          "guideline_version": "0.9.0"}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []}]}]
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained.",
          "guideline_version": "1.0.0"}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []}]}]
        ```

    Fix:
        `corpus recheck SECTION …` lists the spans that changed sections speak of, and asks for them
        again. Freeze the round if its passes are to stay as they are.
    """
    last = pl.col("pass") == pl.col("pass").max().over("doc_id", "annotator")
    number = pl.when(pl.col("pass") == 1).then(pl.lit("")).otherwise(worded(".{}", "pass"))
    own = worded("annotations/{}/{}{}.json", "doc_id", "annotator", number)
    closed = t.frozen.select(own=pl.col("file").str.extract(r"(annotations/[^/]+/[^/]+)$"))
    found = submissions(t).filter(last).with_columns(own=own).join(closed, on="own", how="anti")
    return found.join(_other_versions(t, schema), on="guideline_version").select(
        "annotation",
        message=worded(
            f"made with guidelines {{}}; the schema names {schema.guidelines}{{}}",
            "guideline_version",
            "words",
        ),
    )


def _other_versions(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Return (guideline_version, words) of each that is not the schema's."""
    there = t.annotations.select("guideline_version").drop_nulls().unique().collect().to_series()
    rows = [(v, _compared(v, schema.guidelines)) for v in there if v != schema.guidelines]
    columns = {"guideline_version": pl.String, "words": pl.String}
    return pl.LazyFrame(rows, schema=columns, orient="row")


def _compared(theirs: str, own: str) -> str:
    older = numbers(theirs) < numbers(own)
    return ": `corpus recheck` lists the labels that it touches" if older else ", which is older"


@rule("P110", "warning")
def guideline_text_in_agreement(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A text that several people annotate lends no sentence to the guidelines they use.

    Why:
        On a sentence that the guidelines show they agree by reading, not by judgement: agreement
        on such a text says too much. It is asked of sentences of five words and more.

    Bad:
        ```schemas/GUIDELINES.md
        - Right: `[The mayor]{speaker} said that [it rained]{claim}.` It is what she said.
        ```
        ```seeds/example.txt
        The mayor said that it rained.
        ```
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "The mayor said that it rained."},
          "annotations": [
            {"id": 2, "completed_by": "ann", "result": []},
            {"id": 3, "completed_by": "bo", "result": []}]}]
        ```

    Good:
        ```schemas/GUIDELINES.md
        - Right: `[The baker]{speaker} said that [it snowed]{claim}.` It is what he said.
        ```
        ```seeds/example.txt
        The mayor said that it rained.
        ```
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "The mayor said that it rained."},
          "annotations": [
            {"id": 2, "completed_by": "ann", "result": []},
            {"id": 3, "completed_by": "bo", "result": []}]}]
        ```

    Fix:
        Invent another example, raise the version of the guidelines, and leave the text out of
        agreement; or waive it where it served for training.
    """
    of_these = submissions(t).filter(guideline_version=schema.guidelines, status="single")
    several = of_these.filter(pl.col("annotator").n_unique().over("doc_id") > 1)
    texts = t.documents.join(several, on="doc_id", how="semi", maintain_order="left")
    chosen = texts.select("doc_id", "file", "text", "sentences").collect()
    rows = shown_in(schema.guide, chosen.to_dicts()) if len(chosen) else ()
    return pl.LazyFrame(list(rows), schema=FAULT)

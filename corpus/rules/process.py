"""P: rules about who annotated what, how often, and whether it was done."""

import polars as pl

from corpus.rules.rule import WHO, rule, submissions, worded
from corpus.schema import Schema
from corpus.store import GOLD
from corpus.tables import Tables


@rule("P101", "warning")
def skipped_annotation(t: Tables, schema: Schema) -> pl.LazyFrame:
    """No task was skipped.

    Why:
        Nothing is published of it, and nobody knows why: a text that is too hard for one person is
        a question for the guidelines.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "was_cancelled": true, "result": []}]}]
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []}]}]
        ```

    Fix:
        Ask the annotator; have it annotated, or take the text out of the round.
    """
    return t.annotations.filter(state="skipped").select(
        pl.col("row").alias("annotation"), message=worded("was skipped by {}", WHO)
    )


@rule("P102", "warning")
def draft_left(t: Tables, schema: Schema) -> pl.LazyFrame:
    """No draft waits to be submitted.

    Why:
        What is not submitted is not read: the work is in Label Studio and nowhere else.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [],
          "drafts": [{"completed_by": "ann"}]}]
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [],
          "drafts": []}]
        ```

    Fix:
        Open the task and submit it, or update what was submitted, or discard the draft.
    """
    return t.annotations.filter(state="draft").select(
        pl.col("row").alias("annotation"),
        message=worded("has a draft of {} that is not submitted", WHO),
    )


@rule("P103")
def annotator_unknown(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Whoever annotated is in annotations/annotators.toml; the gold is nobody's.

    Why:
        Nobody can tell whether a person or a model made the labels; a misspelt pseudonym is one
        more annotator in every figure. Where the file names nobody, it is not asked.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "anne", "result": []}]}]
        ```
        ```annotators.toml
        [annotators.ann]
        kind = "human"
        description = "A student of linguistics."
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []}]}]
        ```
        ```annotators.toml
        [annotators.ann]
        kind = "human"
        description = "A student of linguistics."
        ```

    Fix:
        Enter the annotator, with kind and description; or correct the pseudonym.
    """
    known = t.annotators.select("annotator")
    people = submissions(t).filter(pl.col("annotator") != GOLD)
    return (
        people.join(known, on="annotator", how="anti", maintain_order="left")
        .join(known.select(there=pl.len()), how="cross")
        .filter(pl.col("there") > 0)
        .select("annotation", message=worded("'{}' is not in annotations/annotators.toml", WHO))
    )


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
        submissions(t)
        .filter(again)
        .select(
            "annotation",
            message=worded("{} is annotated by {} a second time in pass {}", "doc_id", WHO, "pass"),
        )
    )


@rule("P105", "warning")
def prediction_untouched(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A pre-annotation that is submitted was changed somewhere.

    Why:
        Labels that were shown and never touched may be nobody's judgement, and they pull agreement
        up. It is asked of first passes only: in a recheck one's own labels are shown, and may be
        right.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": [
            {"id": "a", "type": "labels", "from_name": "span", "to_name": "text",
             "origin": "prediction",
             "value": {"start": 0, "end": 3, "text": "She", "labels": ["Speaker"]}}]}]}]
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": [
            {"id": "a", "type": "labels", "from_name": "span", "to_name": "text",
             "origin": "prediction-changed",
             "value": {"start": 0, "end": 3, "text": "She", "labels": ["Speaker"]}}]}]}]
        ```

    Fix:
        Ask the annotator to go through the text without looking at the labels first.
    """
    origins = t.spans.group_by("annotation").agg(
        untouched=(pl.col("origin") == "prediction").all(), number=pl.len()
    )
    return (
        submissions(t)
        .filter(pl.col("pass") == 1)
        .join(origins.filter("untouched"), on="annotation", maintain_order="left")
        .select(
            "annotation",
            message=worded("{} changed none of the {} spans that were shown", WHO, "number"),
        )
    )

"""C: rules about the corpus as a whole: what is in it, what is twice, what is used evenly.

C102 is not given: a document that is annotated and has no text is T102, text-unknown.
"""

from pathlib import Path

import polars as pl

from corpus.rules.duplicates import resembling
from corpus.rules.rule import FAULT, WHO, rule, submissions, worded
from corpus.rules.variation import varying
from corpus.schema import Schema
from corpus.tables import Tables, file_name


@rule("C101", "warning", whole=True)
def document_unannotated(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Each text has an annotation, where others have one.

    Why:
        It was forgotten, or gave up on; if the hard texts are the ones that are left, what is
        counted in the others says little of all.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```
        ```seeds/other.txt
        They left.
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```

    Fix:
        `corpus status` says who has it. While a round goes on, there are such texts.
    """
    done = submissions(t)
    left = t.documents.join(done, on="doc_id", how="anti", maintain_order="left")
    return (
        left.join(done.select(there=pl.len()), how="cross")
        .filter(pl.col("there") > 0)
        .select(
            "file",
            document="doc_id",
            message=worded("{} has no submitted annotation", "doc_id"),
        )
    )


@rule("C103", "warning", whole=True)
def gold_by_one(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A gold annotation was decided from the annotations of two people at least.

    Why:
        Where one person annotated there was nothing to decide: what is called gold is that person's
        file, slips included.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```
        ```annotations/example/gold.json
        {"document": "example", "annotator": "gold", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```
        ```annotations/example/decisions.toml
        adjudicator = "cy"
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```
        ```annotations/example/bo.json
        {"document": "example", "annotator": "bo", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```
        ```annotations/example/gold.json
        {"document": "example", "annotator": "gold", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```
        ```annotations/example/decisions.toml
        adjudicator = "cy"
        ```

    Fix:
        Have it annotated by another person; until then remove the gold.
    """
    by_one = pl.col("status") == "single"
    gold, single = submissions(t).filter(~by_one), submissions(t).filter(by_one)
    people = single.group_by("doc_id").agg(number=pl.col("annotator").n_unique())
    number = pl.col("number").fill_null(0)
    return (
        gold.join(people, on="doc_id", how="left", maintain_order="left")
        .filter(number < 2)
        .select(
            "annotation",
            message=worded("is gold of {} annotator(s); expected 2 or more", number),
        )
    )


@rule("C104")
def licence_missing(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A text says under which licence it is; "unknown" is said aloud.

    Why:
        What may be done with a text is asked of every release; a blank leaves open whether anybody
        looked.

    Bad:
        ```seeds/example.toml
        licence = ""
        ```

    Good:
        ```seeds/example.toml
        licence = "unknown"
        ```

    Fix:
        Enter the licence in seeds/<document>.toml, or "unknown".
    """
    blank = pl.col("licence").fill_null("").str.strip_chars() == ""
    return t.documents.filter(blank).select(
        pl.col("file").str.replace(r"\.txt$", ".toml"),
        document="doc_id",
        message=worded('{} has a blank licence; expected one, or "unknown"', "doc_id"),
    )


@rule("C105", "warning")
def near_duplicate_documents(t: Tables, schema: Schema) -> pl.LazyFrame:
    """No text is nearly the same as another: they share less than four fifths of their stretches.

    Why:
        Copies of one report are counted as many, and stand on both sides of a split: a model is
        tested on what it was trained on.

    Bad:
        ```seeds/one.txt
        On Monday the mayor of the town said that it had rained in the valley for nine days, that
        the river was high, and that nobody should cross the old bridge before Friday morning.
        ```
        ```seeds/two.txt
        On Monday the mayor of the town said that it had rained in the valley for nine days, that
        the river was high, and that nobody should cross the old bridge before Saturday.
        ```

    Good:
        ```seeds/one.txt
        On Monday the mayor of the town said that it had rained in the valley for nine days, that
        the river was high, and that nobody should cross the old bridge before Friday morning.
        ```
        ```seeds/two.txt
        The mayor told us on Monday that after nine days of rain the river was high; she asked that
        everybody stay away from the bridge until the end of the week, and thanked the firemen.
        ```

    Fix:
        Keep one of them; or waive it, and let a split keep them together. Stretches are of five
        words, and what is compared is their resemblance as in Broder (1997), On the resemblance and
        containment of documents: those in both by those in either. Texts under twenty words are not
        asked, and of several copies each is reported with one other.
    """
    found = resembling(t.documents.select("doc_id", "text"))
    share = (pl.col("resemblance") * 100).floor().cast(pl.Int64)
    return found.join(t.documents, on="doc_id", maintain_order="left").select(
        "file",
        document="doc_id",
        message=worded("shares {} % of its stretches of 5 words with {}", share, "other"),
    )


@rule("C107", "warning")
def inconsistent_string(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A string that an annotator labels in the same surroundings is labelled again.

    Why:
        Where equal words between equal words are labelled otherwise, one was mostly overlooked:
        Dickinson and Meurers (2003), Detecting errors in part-of-speech annotation.

    Bad:
        They met after the [call]{event} with Oslo. We left after the [call]{event} with Oslo. All
        went home after the call with Oslo.

    Good:
        They met after the [call]{event} with Oslo. We left after the [call]{event} with Oslo. All
        went home after the [call]{event} with Oslo.

    Fix:
        Label it here too, or see whether the others should not be; waive it where the difference is
        meant. It is asked of one to five words with the same word on each side in annotated
        passages, that the same annotator and pass labels with a layer at least twice, and at least
        twice as often as not; not where another span of the layer overlaps them.
    """
    return pl.LazyFrame(list(varying(t, schema)), schema=FAULT)


@rule("C108", "warning", whole=True)
def layer_unused(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Each layer of the schema is used; it is asked from fifty spans on.

    Why:
        A layer that nobody uses is a button in everybody's way, or one that nobody found.

    Bad:
        ```25 times
        [She]{speaker} [left]{event}.
        ```

    Good:
        ```25 times
        [She]{speaker} [left]{event}.
        ```
        She said [it rained]{claim}.

    Fix:
        Look whether the guidelines say when to use it; or take the layer out of the schema.
    """
    spans = t.spans.join(submissions(t), on="annotation", how="semi")
    number = int(spans.select(pl.len()).collect().item())
    if number < 50:
        return pl.LazyFrame(schema=FAULT)
    layers = pl.LazyFrame({"layer": [*schema.layers]}, schema={"layer": pl.String})
    return layers.join(spans, on="layer", how="anti", maintain_order="left").select(
        file=pl.lit(file_name(Path(schema.path))),
        item="layer",
        message=worded(f"layer {{}} is used by none of {number} spans", "layer"),
    )


@rule("C109", "warning", schema="hedgerow", parts={"attribute": "attribute", "value": "value"})
def other_overused(t: Tables, schema: Schema, attribute: str, value: str) -> pl.LazyFrame:
    """A catch-all value is a quarter of an annotator's values at most; asked from twenty on.

    Why:
        Either the values do not fit these texts, or somebody saved the time to choose.

    Bad:
        [They]{speaker#s entity=they} played for a month.
        ```14 times
        They [left]{event RETREAT}.
        ```
        ```6 times
        They [won]{event OTHER actor>s}.
        ```

    Good:
        [They]{speaker#s entity=they} played for a month.
        ```15 times
        They [left]{event RETREAT}.
        ```
        ```5 times
        They [won]{event OTHER actor>s}.
        ```

    Fix:
        Look at the spans with it: choose again, or give what is common among them a value.
    """
    people = submissions(t).select("annotator", "annotation")
    own = t.attributes.filter(name=attribute).join(people, on="annotation")
    caught = (pl.col("value") == value).sum()
    return (
        own.group_by("annotator", maintain_order=True)
        .agg(pl.col("annotation").min(), caught=caught, number=pl.len())
        .filter(pl.col("number") >= 20, pl.col("caught") * 4 > pl.col("number"))
        .select(
            "annotation",
            message=worded(
                f"{{}} chose {attribute} {{}} {{}} times out of {{}}",
                WHO,
                pl.lit(value),
                "caught",
                "number",
            ),
        )
    )

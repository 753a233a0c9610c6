"""Who made which labels: people or models, and of gold who decided, and from what."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from corpus.tables import Tables

SINGLE = pl.col("status") == "single"


def kinds(tables: Tables) -> pl.LazyFrame:
    """Return (annotation, kind) of each annotation: human or model, null if nothing says so.

    Gold is of the kind of those who decided, or, where nobody had to, of those who annotated:
    human if any of them is.
    """
    known = tables.annotators.select("annotator", "kind")
    made = tables.annotations.select("doc_id", "annotator", "status", annotation="row")
    single = made.filter(SINGLE).join(known, on="annotator", how="left")
    decided = tables.decisions.join(known, left_on="adjudicator", right_on="annotator")
    gold = made.filter(~SINGLE).select("annotation", "doc_id")
    by_doc = [
        gold.join(frame.group_by("doc_id").agg(pl.col("kind").drop_nulls().min()), on="doc_id")
        for frame in (decided, single)
    ]
    either = pl.concat(by_doc).unique("annotation", keep="first", maintain_order=True)
    return pl.concat([single.select("annotation", "kind"), either.select("annotation", "kind")])


def trust(tables: Tables, documents: pl.DataFrame) -> str:
    """Return in one sentence whose labels these are; documents: the frame of that config."""
    decided = documents.filter(~SINGLE)["doc_id"].n_unique()
    if {*documents["kind"]} == {"model"}:
        how = "a model consensus" if decided else "made by a language model"
        return f"**No human has checked these labels**: they are {how}."
    number = documents["doc_id"].n_unique()
    made = tables.annotations.filter(SINGLE, state="submitted").select("annotator").unique()
    kinds_ = made.join(tables.annotators, on="annotator", how="left").collect()["kind"]
    people = ", ".join(
        f"{count} {kind or 'of unknown kind'}"
        for kind, count in kinds_.value_counts(sort=True).sort("kind").iter_rows()
    )
    return f"Annotators: {people}; {decided:,} of {number:,} documents are adjudicated."


def provenance_section(tables: Tables, documents: pl.DataFrame) -> Iterator[str]:
    """Yield the card's section; documents: the frame of that config."""
    yield "## Who made the labels\n"
    made = pl.col("doc_id").n_unique().alias("documents")
    passes = documents.group_by("annotator", "kind", "status").agg(made)
    people = {row["annotator"]: row for row in _described(tables).to_dicts()}
    for row in passes.sort("annotator", "kind", "status").to_dicts():
        said = people.get(row["annotator"], {}).get("description", "not described")
        if row["status"] != "single":
            said = AUTOMATIC if row["status"] == "automatic" else GOLD[row["kind"]]
        number = f"{row['documents']} document{'' if row['documents'] == 1 else 's'}"
        yield f"- `{row['annotator']}` ({row['kind'] or 'unknown'}), {number}: {said}"
    yield from _behind(tables, documents, people)
    if set(passes["kind"]) == {"model"}:
        yield "\nNo human has checked these labels."
    yield ""


def _described(tables: Tables) -> pl.DataFrame:
    """Return the annotators, each described in one line, as an item of a list has to be."""
    line = pl.col("description").str.strip_chars().str.replace_all(r"\s+", " ")
    return tables.annotators.with_columns(line).collect()


GOLD = {
    "human": "adjudicated: people decided what annotators said differently.",
    "model": "a model consensus: a model decided where passes differed, and a human nothing.",
    None: "adjudicated; by whom is not said.",
}
"""Who decided -> what gold is."""
AUTOMATIC = "automatic: where annotations differed, what most of them said."


def _behind(
    tables: Tables, documents: pl.DataFrame, people: dict[str, dict[str, Any]]
) -> Iterator[str]:
    """Yield who decided the gold that is published, and from whose annotations it was made."""
    gold = documents.filter(~SINGLE).select("doc_id").lazy()
    decided = tables.decisions.join(gold, on="doc_id", how="semi").select(name="adjudicator")
    single = tables.annotations.filter(SINGLE, state="submitted").join(
        gold, on="doc_id", how="semi"
    )
    for frame, what in ((decided, "decided"), (single.select(name="annotator"), "annotated")):
        for name in sorted({*frame.collect()["name"].drop_nulls()}):
            row = people.get(name, {})
            kind, said = row.get("kind", "unknown"), row.get("description", "not described")
            yield f"  - {what}: `{name}` ({kind}): {said}"

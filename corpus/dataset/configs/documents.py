"""The config `documents`: everything of a text, nested."""

import polars as pl

from corpus.dataset.released import PLACE, Released

ABOUT = ("title", "source", "url", "date", "date_inferred", "language", "licence", "release")
PERSON = ("annotator", "pass", "kind")
PAIR = pl.Struct({"name": pl.String, "value": pl.String})


def documents(every: Released, r: Released) -> pl.LazyFrame:
    """Return a row a document and annotation.

    every: what each annotator handed in; all are named, also who marked nothing. A relation names
    its ends by their place in `spans`; so do the other configs.
    """
    about = r.tables.documents.select(
        "doc_id", "text", "text_sha256", *ABOUT, "passages", "sentences"
    )
    whole = r.who.join(about, on="doc_id", maintain_order="left")
    people = every.who.group_by("doc_id", maintain_order=True).agg(annotators=pl.struct(PERSON))
    lists = {"annotators": "doc_id", "spans": "annotation", "relations": "annotation"}
    for frame, key in zip((people, _spans(r), _relations(r)), lists.values(), strict=True):
        whole = whole.join(frame, on=key, how="left", maintain_order="left")
    return whole.drop("annotation").with_columns(pl.col(name).fill_null([]) for name in lists)


def said(r: Released) -> pl.LazyFrame:
    """Return (annotation, span_id, attributes) of the spans of which something is said."""
    ordered = r.tables.attributes.sort("name", "value")
    groups = ordered.group_by("annotation", "span_id", maintain_order=True)
    return groups.agg(attributes=pl.struct("name", "value"))


def _spans(r: Released) -> pl.LazyFrame:
    full = r.spans.join(said(r), on=["annotation", "span_id"], how="left").with_columns(
        pl.col("attributes").fill_null(pl.lit([], dtype=pl.List(PAIR)))
    )
    groups = full.sort("annotation", "span").group_by("annotation", maintain_order=True)
    return groups.agg(spans=pl.struct("span_id", "layer", *PLACE, "attributes"))


def _relations(r: Released) -> pl.LazyFrame:
    groups = r.relations.group_by("annotation", maintain_order=True)
    return groups.agg(relations=pl.struct("type", "from_span", "to_span"))

"""The config `sentences`: all of them, and which layers each has a part of."""

import polars as pl

from corpus.dataset.released import KEY, WHO, Released
from corpus.dataset.sentences import sentences as of_texts

PLACE = {"text": "sentence", "start": "sentence_start", "end": "sentence_end"}


def sentences(r: Released) -> pl.LazyFrame:
    """Return a row a sentence and annotation, with a flag for each layer (`has_claim`)."""
    own = of_texts(r.tables)
    rows = r.who.join(own, on="doc_id").sort(*KEY, "number")
    whole = rows.join(
        _layers(r, own), on=["annotation", "number"], how="left", maintain_order="left"
    ).with_columns(pl.col("layers").fill_null([]))
    flags = {f"has_{layer}": pl.col("layers").list.contains(layer) for layer in r.schema.layers}
    places = {name: pl.col(column) for name, column in PLACE.items()}
    return whole.select(*WHO, "number", **places, **flags)


def _layers(r: Released, own: pl.LazyFrame) -> pl.LazyFrame:
    """Return (annotation, number, layers) of the sentences that a span reaches into."""
    spans = r.who.select("annotation", "doc_id").join(r.spans, on="annotation")
    for end, at in (("first", pl.col("start")), ("last", pl.col("end") - 1)):
        begun = own.select("doc_id", "sentence_start", "sentence_end", "number")
        spans = (
            spans.with_columns(at=at)
            .sort("at")
            .join_asof(
                begun.rename({"number": end, "sentence_end": f"{end}_end"}).sort("sentence_start"),
                left_on="at",
                right_on="sentence_start",
                by="doc_id",
                check_sortedness=False,
            )
        )
    over = (pl.col("first_end") <= pl.col("start")).cast(pl.Int64)
    first = (pl.col("first") + over).fill_null(0)
    reached = spans.drop_nulls("last").select(
        "annotation", "layer", number=pl.int_ranges(first, pl.col("last") + 1)
    )
    return (
        reached.explode("number")
        .drop_nulls("number")
        .group_by("annotation", "number")
        .agg(layers=pl.col("layer").unique())
    )

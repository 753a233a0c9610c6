"""In which sentence a span stands."""

import polars as pl

from corpus.tables import Tables


def with_sentence(rows: pl.LazyFrame, tables: Tables, prefix: str = "") -> pl.LazyFrame:
    """Add the sentence in which a span starts; null where it starts in none.

    rows: with doc_id and `start`. prefix: of the columns, of which there may be several sets.
    """
    begin, own = f"{prefix}sentence_start", sentences(tables)
    own = own.select(
        "doc_id", pl.col("sentence", "sentence_start", "sentence_end").name.prefix(prefix)
    )
    found = rows.sort(f"{prefix}start").join_asof(
        own.sort(begin),
        left_on=f"{prefix}start",
        right_on=begin,
        by="doc_id",
        check_sortedness=False,
        coalesce=False,
    )
    inside = pl.col(f"{prefix}start") < pl.col(f"{prefix}sentence_end")
    columns = [f"{prefix}{name}" for name in ("sentence", "sentence_start", "sentence_end")]
    return found.with_columns(pl.when(inside).then(column).alias(column) for column in columns)


def sentences(tables: Tables) -> pl.LazyFrame:
    """Return doc_id, number, sentence, sentence_start, sentence_end, in the order of the text.

    The text is sliced in Python, since polars walks the string.
    """
    rows = [
        (doc_id, number, text[s["start"] : s["end"]], s["start"], s["end"])
        for doc_id, text, found in tables.documents.select("doc_id", "text", "sentences")
        .collect()
        .iter_rows()
        for number, s in enumerate(found)
    ]
    places = {"sentence_start": pl.Int64, "sentence_end": pl.Int64}
    columns = {"doc_id": pl.String, "number": pl.Int64, "sentence": pl.String} | places
    return pl.LazyFrame(rows, schema=columns, orient="row")

"""The config `relations`: each with both its ends."""

import polars as pl

from corpus.dataset.released import PLACE, WHO, Released
from corpus.dataset.sentences import with_sentence

ENDS = ("from", "to")
COLUMNS = ("span", "layer", *PLACE, "sentence", "sentence_start", "sentence_end")


def relations(r: Released) -> pl.LazyFrame:
    """Return a row a relation."""
    rows = r.who.join(r.relations, on="annotation")
    for end in ENDS:
        rows = with_sentence(rows, r.tables, f"{end}_")
    ordered = rows.sort("doc_id", "annotator", "pass", "from_span", "type", "to_span")
    ends = [f"{end}_{name}" for end in ENDS for name in COLUMNS]
    return ordered.select(*WHO, "type", pl.col("type").alias("type_label"), *ends)

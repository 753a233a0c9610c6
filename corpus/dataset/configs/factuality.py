"""The config `factuality`: how surely, by whom, each event is said to have happened.

As FactBank has it (Saurí and Pustejovsky 2009): a row for each event and source. Here it follows
from the relation that the schema declares, by which a claim asserts an event: the certainty is the
claim's, the polarity the event's, the source that of the claim.
"""

from collections.abc import Mapping

import polars as pl

from corpus.dataset.configs.attributions import entities
from corpus.dataset.released import PLACE, WHO, Released
from corpus.schema import Schema
from corpus.tables import wide

ENDS = {"event": "to", "claim": "from"}


def factuality(r: Released) -> pl.LazyFrame:
    """Return a row for each event, claim that asserts it, and source entity (null: the author)."""
    declared = r.schema.factuality
    assert declared is not None
    asserted = r.with_ends(r.tables.relations.filter(type=declared.asserts))
    sources = entities(r, r.tables.relations.filter(type=declared.source))
    own = sources.select("annotation", "from_id", source="entity").unique()
    rows = asserted.join(own, on=["annotation", "from_id"], how="left")
    for end, name in (("from", declared.certainty), ("to", declared.polarity)):
        said = wide(r.tables, {name: False}).rename({"span_id": f"{end}_id"})
        rows = rows.join(said, on=["annotation", f"{end}_id"], how="left")
    places = {
        f"{role}_{what}": pl.col(f"{end}_{what}")
        for role, end in ENDS.items()
        for what in ("span", *PLACE)
    }
    ordered = r.who.join(rows, on="annotation").sort(
        "doc_id", "annotator", "pass", "to_span", "from_span", "source"
    )
    values = {name: pl.col(name) for name in (declared.certainty, declared.polarity)}
    beside = {f"{name}_label": value for name, value in values.items()}
    return ordered.select(*WHO, "source", _name(r), **places, **values, **beside)


def factuality_labels(schema: Schema) -> Mapping[str, list[str]]:
    """Return column -> classes."""
    assert schema.factuality is not None
    named = (schema.factuality.certainty, schema.factuality.polarity)
    return {f"{name}_label": [*schema.shared()[name].values] for name in named}


def _name(r: Released) -> pl.Expr:
    known = dict(r.tables.entities.select("entity_id", "name").collect().iter_rows())
    named = pl.col("source").replace_strict(known, default=None, return_dtype=pl.String)
    return named.alias("source_name")

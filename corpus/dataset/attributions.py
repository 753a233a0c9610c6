"""The config `attributions`: source, cue and content in one row, as PARC 3 and PolNeAR have them.

(Pareti 2016; Newell, Margolin and Ruths 2018.) The schema declares which relations lead from a
content to its source and to its cue. A row is a content with any of them; what is there several
times is a list, in the order of the text.
"""

from collections.abc import Sequence

import polars as pl

from corpus.schema import Schema
from corpus.tables import Tables

CONTENT = ("id", "start", "end", "text")
LISTS = tuple(f"{role}_{what}s" for role in ("source", "cue") for what in CONTENT)
ENTITIES = "source_entities"


def attributions(
    tables: Tables,
    schema: Schema,
    who: pl.LazyFrame,
    relations: pl.LazyFrame,
    key: Sequence[str],
) -> pl.LazyFrame:
    """Return the rows: whose annotation, the content, then its sources and cues.

    relations: with both ends' columns, as `frames` makes them. key: of a document's annotation.
    """
    assert schema.attributions is not None
    types = {"source": schema.attributions.source, "cue": schema.attributions.cue}
    chosen = relations.filter(pl.col("type").is_in([*types.values()]))
    place = {f"content_{what}": f"from_{what}" for what in CONTENT} | {"number": "from_number"}
    rows = chosen.select("annotation", **{k: pl.col(v) for k, v in place.items()}).unique()
    for role, type_ in types.items():
        own = chosen.filter(type=type_).sort("annotation", "from_number", "to_number")
        lists = {f"{role}_{what}s": pl.col(f"to_{what}") for what in CONTENT}
        ends = own.group_by("annotation", content_id="from_id", maintain_order=True).agg(**lists)
        rows = rows.join(ends, on=["annotation", "content_id"], how="left")
    named = _entities(tables, schema, chosen.filter(type=types["source"]))
    rows = rows.join(named, on=["annotation", "content_id"], how="left")
    lists_ = [*LISTS, ENTITIES]
    return (
        who.join(rows, on="annotation")
        .sort(*key, "number")
        .with_columns(pl.col(name).fill_null([]) for name in lists_)
        .select(*key, "kind", "status", *(f"content_{what}" for what in CONTENT), *lists_)
    )


def _entities(tables: Tables, schema: Schema, sources: pl.LazyFrame) -> pl.LazyFrame:
    """Return the entities of each content's sources, each once."""
    names = [name for name, attribute in schema.shared().items() if attribute.kind == "entity"]
    said = tables.attributes.filter(pl.col("name").is_in(names))
    chosen = said.select("annotation", "value", to_id="span_id")
    joined = sources.join(chosen, on=["annotation", "to_id"])
    return joined.group_by("annotation", content_id="from_id").agg(
        pl.col("value").unique().sort().alias(ENTITIES)
    )

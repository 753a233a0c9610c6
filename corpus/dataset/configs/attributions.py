"""The config `attributions`: source, cue and content in one row, as PARC 3 and PolNeAR have them.

(Pareti 2016; Newell, Margolin and Ruths 2018.) The schema declares which relations lead from a
content to its source and to its cue. A row is a content with any of them; what is there several
times is a list, in the order of the text, and so are the parts of an interrupted content.
"""

import polars as pl

from corpus.dataset.released import KEY, WHO, Released

WHAT = ("span", "start", "end", "text")
ROLES = ("content", "source", "cue")
LISTS = [f"{role}_{what}s" for role in ROLES for what in WHAT]
ENTITIES = "source_entities"


def attributions(r: Released) -> pl.LazyFrame:
    """Return the rows: whose annotation, the content, then its sources and cues."""
    assert r.schema.attributions is not None
    types = {"source": r.schema.attributions.source, "cue": r.schema.attributions.cue}
    chosen = r.with_ends(r.tables.relations.filter(pl.col("type").is_in([*types.values()])))
    rows = chosen.select("annotation", "from_id", place="from_span").unique()
    named = entities(r, chosen.filter(type=types["source"])).group_by("annotation", "from_id")
    found = [
        _listed("content", _contents(r), ""),
        *(_listed(role, chosen.filter(type=type_), "to_") for role, type_ in types.items()),
        named.agg(pl.col("entity").unique().sort().alias(ENTITIES)),
    ]
    for lists in found:
        rows = rows.join(lists, on=["annotation", "from_id"], how="left")
    filled = (pl.col(name).fill_null([]) for name in (*LISTS, ENTITIES))
    ordered = r.who.join(rows, on="annotation").sort(*KEY, "place")
    return ordered.with_columns(filled).select(*WHO, *LISTS, ENTITIES)


def entities(r: Released, relations: pl.LazyFrame) -> pl.LazyFrame:
    """Return the relations with the entities of their `to` ends: a row for each (`entity`)."""
    names = [name for name, attribute in r.schema.shared().items() if attribute.kind == "entity"]
    said = r.tables.attributes.filter(pl.col("name").is_in(names))
    chosen = said.select("annotation", to_id="span_id", entity="value")
    return relations.join(chosen, on=["annotation", "to_id"])


def _contents(r: Released) -> pl.LazyFrame:
    """Return every span as a part of the one with which it begins (`from_id`)."""
    whole = r.spans.join(r.parts, on=["annotation", "span_id"], how="left")
    return whole.with_columns(from_id=pl.coalesce("first", "span_id"))


def _listed(role: str, rows: pl.LazyFrame, end: str) -> pl.LazyFrame:
    """Return the spans of one role as lists, by the content to which they belong."""
    ordered = rows.sort("annotation", "from_id", f"{end}span")
    groups = ordered.group_by("annotation", "from_id", maintain_order=True)
    return groups.agg(**{f"{role}_{what}s": pl.col(f"{end}{what}") for what in WHAT})

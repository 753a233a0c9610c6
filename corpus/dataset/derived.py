"""Columns that the build makes of labels, never a hand: each with its source.

A layer of the schema asks for them by name, `derive = ["quad_class"]`, and must have what they are
made of. They are null where that is not said.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from corpus.dataset.released import Released
from corpus.errors import SchemaError
from corpus.schema import Layer, Schema
from corpus.tables import wide

SPAN = ["annotation", "span_id"]
QUAD = {
    "verbal cooperation": ("AGREE", "CONSULT", "SUPPORT", "CONCEDE"),
    "material cooperation": ("COOPERATE", "AID", "RETREAT"),
    "verbal conflict": ("REQUEST", "ACCUSE", "REJECT", "THREATEN"),
    "material conflict": ("PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"),
}
"""PLOVER's quad classes (Open Event Data Alliance)."""
GRADES = {"certain": "CT", "probable": "PR", "possible": "PS"}
PRONOUNS = frozenset(
    {"i", "you", "he", "she", "it", "we", "they", "me", "him", "her", "us", "them", "one"}
    | {"my", "your", "his", "its", "our", "their", "mine", "yours", "hers", "ours", "theirs"}
    | {"this", "that", "these", "those", "who", "whom", "whose"}
    | {"himself", "herself", "itself", "themselves", "ourselves", "yourself", "myself"}
)
"""English ones, in small letters."""
PREPOSITIONS = frozenset({"of", "from", "for", "in", "at", "on", "to", "with", "by", "against"})


@dataclass(frozen=True)
class Derived:
    """A derived column.

    attributes: what the layer must have; elsewhere: what some layer must. relations: (type, the end
    at which the layer must be, or ""). layers: that the schema must have. many: it is a list.
    make: what is released and the spans of the layer -> (annotation, span_id, value).
    """

    make: Callable[[Released, pl.LazyFrame], pl.LazyFrame]
    attributes: tuple[str, ...] = ()
    relations: tuple[tuple[str, str], ...] = ()
    layers: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    many: bool = False

    @property
    def meaning(self) -> str:
        """What it says, and where that is defined."""
        said = " ".join((self.make.__doc__ or "").split()).removeprefix("Return ")
        return said[:1].upper() + said[1:]


def with_derived(r: Released, rows: pl.LazyFrame, layer: Layer) -> pl.LazyFrame:
    """Return the rows of a layer's spans with the columns that the layer asks for."""
    spans = rows.select(*SPAN, "doc_id", "start", "end", "text", "sentence_start")
    for name in layer.derive:
        made = DERIVED[name].make(r, spans).select(*SPAN, pl.col("value").alias(name))
        rows = rows.join(made, on=SPAN, how="left", maintain_order="left")
        if DERIVED[name].many:
            rows = rows.with_columns(pl.col(name).fill_null([]))
    return rows


def check_derived(schema: Schema) -> None:
    """Raise SchemaError if a layer asks for a column that there is none of, or cannot be made."""
    for name, layer in schema.layers.items():
        for problem in _problems(schema, name, layer):
            raise SchemaError(f"{schema.path}: layers.{name}.derive: {problem}")


def _problems(schema: Schema, name: str, layer: Layer) -> Iterator[str]:
    for column in layer.derive:
        if column not in DERIVED:
            yield f"no column {column!r} (there are {', '.join(DERIVED)})"
            return
        if layer.derive.count(column) > 1 or column in layer.attributes:
            yield f"{column!r} is there already"
        yield from (f"{column!r} {problem}" for problem in _lacking(schema, name, DERIVED[column]))


def _lacking(schema: Schema, name: str, column: Derived) -> Iterator[str]:
    for attribute in column.attributes:
        found = schema.layers[name].attributes.get(attribute)
        if found is None or found.multiple:
            yield f"is made of an attribute {attribute!r} with one value, which the layer lacks"
    for attribute in column.elsewhere:
        if attribute not in schema.shared():
            yield f"is made of an attribute {attribute!r}, which there is none of"
    for layer in column.layers:
        if layer not in schema.layers:
            yield f"is made of a layer {layer!r}, which there is none of"
    for relation, end in column.relations:
        found_ = schema.relations.get(relation)
        if found_ is None or (end and name not in (found_.from_ if end == "from" else found_.to)):
            yield f"is made of a relation {relation!r}{f' {end} the layer' if end else ''}"


def quad_class(r: Released, spans: pl.LazyFrame) -> pl.LazyFrame:
    """Return PLOVER's quad class of an event's type; none of STATEMENT and OTHER."""
    classes = {type_: name for name, types in QUAD.items() for type_ in types}
    value = pl.col("type").replace_strict(classes, default=None, return_dtype=pl.String)
    return _said(r, spans, "type").with_columns(value=value)


def ere_realis(r: Released, spans: pl.LazyFrame) -> pl.LazyFrame:
    """Return Rich ERE's realis (Song et al. 2015): ACTUAL, GENERIC, or OTHER (negated, too)."""
    real = (pl.col("realis") == "actual") & (pl.col("polarity") == "positive")
    generic = pl.when(pl.col("realis") == "generic").then(pl.lit("GENERIC"))
    said = pl.col("realis").is_not_null() & pl.col("polarity").is_not_null()
    value = generic.when(real).then(pl.lit("ACTUAL")).when(said).then(pl.lit("OTHER"))
    return _said(r, spans, "realis", "polarity").with_columns(value=value)


def factbank(r: Released, spans: pl.LazyFrame) -> pl.LazyFrame:
    """Return FactBank's tag of the event that a claim asserts (Saurí and Pustejovsky 2009).

    CT, PR or PS with + or -, or Uu. It is - where the event is negative or the source refutes the
    claim, but not both.
    """
    asserts = r.tables.relations.filter(type="asserts").select("annotation", "from_id", "to_id")
    event = wide(r.tables, {"polarity": False})
    whole = (
        _said(r, spans, "certainty", "stance")
        .join(asserts, left_on=SPAN, right_on=["annotation", "from_id"])
        .join(event, left_on=["annotation", "to_id"], right_on=SPAN)
    )
    against = (pl.col("polarity") == "negative") ^ (pl.col("stance") == "refute")
    sign = pl.when(against).then(pl.lit("-")).otherwise(pl.lit("+"))
    grade = pl.col("certainty").replace_strict(GRADES, default=None, return_dtype=pl.String)
    unknown = pl.when(pl.col("certainty") == "unknown").then(pl.lit("Uu"))
    return whole.with_columns(value=unknown.otherwise(grade + sign))


def events_mentioned(r: Released, spans: pl.LazyFrame) -> pl.LazyFrame:
    """Return the events inside a claim, by their place in `spans`, in the order of the text."""
    events = r.spans.filter(layer="event").select(
        own="annotation", event="span", from_="start", to_="end"
    )
    inside = (pl.col("start") <= pl.col("from_"), pl.col("to_") <= pl.col("end"))
    return (
        spans.join_where(events, pl.col("annotation") == pl.col("own"), *inside)
        .sort("annotation", "from_", "to_")
        .group_by(*SPAN, maintain_order=True)
        .agg(value="event")
    )


def cue_actors(r: Released, spans: pl.LazyFrame) -> pl.LazyFrame:
    """Return, of an event that is a cue, the ids of whoever makes its claims: its actor."""
    ends = ("annotation", "from_id")
    cue = r.tables.relations.filter(type="cue").select(*ends, span_id="to_id")
    source = r.tables.relations.filter(type="source").select(*ends, speaker="to_id")
    who = r.tables.attributes.filter(name="entity").select("annotation", "value", speaker="span_id")
    return (
        cue.join(source, on=ends)
        .join(who, on=["annotation", "speaker"])
        .group_by(*SPAN)
        .agg(pl.col("value").unique().sort())
    )


def mention_type(r: Released, spans: pl.LazyFrame) -> pl.LazyFrame:
    """Return ACE's type of a mention, in English: name, nominal or pronoun; by form alone.

    What counts is the last word before a preposition, or of what stands in apposition (after a
    comma). It is a name if it has a capital letter; one that begins a sentence only if the entity
    is of a type that has names (not a group, not unnamed).
    """
    english = r.tables.documents.filter(pl.col("language").str.starts_with("en")).select("doc_id")
    kinds = r.tables.entities.select("type", value="entity_id")
    mine = r.tables.attributes.filter(name="entity").select(*SPAN, "value").join(kinds, on="value")
    named = (~pl.col("type").is_in(["group", "unnamed"])).any()
    row = pl.struct("text", "named", first=pl.col("start") == pl.col("sentence_start"))
    whole = spans.join(english, on="doc_id", how="semi").join(
        mine.group_by(SPAN).agg(named=named), on=SPAN, how="left"
    )
    return whole.with_columns(value=row.map_elements(_mention, return_dtype=pl.String))


def _mention(row: Mapping[str, Any]) -> str:
    words = row["text"].split()
    if words and all(map(_pronoun, words)):
        return "pronoun"
    heads = [_head(part) for part in row["text"].split(",")]
    if len(words) == 1 and row["first"] and not row["named"]:
        return "nominal"
    return "name" if any(c.isupper() for head in heads for c in head) else "nominal"


def _pronoun(word: str) -> bool:
    """Say whether a word is a pronoun; US and WHO are none."""
    return word.lower() in PRONOUNS and (word == "I" or not word.isupper())


def _head(part: str) -> str:
    """Return the last word of a phrase before its first preposition, brackets left out."""
    words = re.sub(r"\([^)]*\)", " ", part).split()
    end = next((n for n, word in enumerate(words) if n and word in PREPOSITIONS), len(words))
    return words[end - 1] if words else ""


def _said(r: Released, spans: pl.LazyFrame, *names: str) -> pl.LazyFrame:
    return spans.select(SPAN).join(wide(r.tables, dict.fromkeys(names, False)), on=SPAN)


DERIVED = {
    "quad_class": Derived(quad_class, ("type",)),
    "ere_realis": Derived(ere_realis, ("realis", "polarity")),
    "cue_actors": Derived(
        cue_actors, relations=(("cue", "to"), ("source", "")), elsewhere=("entity",), many=True
    ),
    "factbank": Derived(
        factbank, ("certainty", "stance"), (("asserts", "from"),), elsewhere=("polarity",)
    ),
    "events_mentioned": Derived(events_mentioned, layers=("event",), many=True),
    "mention_type": Derived(mention_type),
}
"""Name -> column, in the order in which people look for them."""

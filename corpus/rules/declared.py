"""Queries that the schema asks for: each is reported under the rule that it names."""

from typing import Any

import polars as pl

from corpus.rules.reading import Reading, readings, shown
from corpus.rules.rule import FAULT, RELATION_PLACE, SPAN_PLACE, quoted, worded
from corpus.schema import Count, Schema
from corpus.tables import Tables


def inheriting(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Return (annotation, span_id) of the spans of which nothing is required: a part of another."""
    types = [name for name, relation in schema.relations.items() if relation.inherits]
    return t.relations.filter(pl.col("type").is_in(types)).select("annotation", span_id="from_id")


def counted(t: Tables, schema: Schema, rule: str) -> pl.LazyFrame:
    """Return the spans that more or fewer relations leave than declared under this rule."""
    breaches = [
        _breach(t, type_, relation.from_, count, inheriting(t, schema))
        for type_, relation in schema.relations.items()
        for count in relation.counts
        if count.rule == rule
    ]
    return pl.concat([pl.LazyFrame(schema=FAULT), *breaches], how="diagonal")


def unlinked(t: Tables, layers: list[str]) -> pl.LazyFrame:
    """Return the spans of these layers that no relation touches."""
    ends = [t.relations.select("annotation", span_id=end) for end in ("from_id", "to_id")]
    lonely = t.spans.filter(pl.col("layer").is_in(layers)).join(
        pl.concat(ends), on=["annotation", "span_id"], how="anti"
    )
    return lonely.select(
        *SPAN_PLACE, message=worded("{} {} is the end of no relation", "layer", quoted("text"))
    )


def linked(t: Tables, relation: str) -> pl.LazyFrame:
    """Return the relations of a type with the span, by its columns, at each end.

    Columns of the span that it leads to end in `_to`.
    """
    columns = ("annotation", "span_id", "layer", "start", "end", "text")
    spans = t.spans.select(*columns).unique(["annotation", "span_id"], keep="first")
    own = ["annotation", "span_id"]
    chosen = t.relations.filter(pl.col("type") == relation)
    heads = chosen.join(spans, left_on=["annotation", "from_id"], right_on=own)
    return heads.join(spans, left_on=["annotation", "to_id"], right_on=own, suffix="_to")


def inside(t: Tables, relation: str) -> pl.LazyFrame:
    """Return the relations of a type whose `to` lies inside their `from`."""
    within = (pl.col("start") <= pl.col("start_to")) & (pl.col("end_to") <= pl.col("end"))
    return (
        linked(t, relation)
        .filter(within)
        .select(
            *RELATION_PLACE,
            pl.col("start_to").alias("start"),
            pl.col("end_to").alias("end"),
            message=worded("{} {} lies inside {}", "type", quoted("text_to"), quoted("text")),
        )
    )


def far_apart(t: Tables, schema: Schema, relation: str, most: int) -> pl.LazyFrame:
    """Return the relations of a type whose ends are more than `most` sentences apart."""
    texts = readings(t, schema)
    columns = ("start", "end", "start_to", "end_to", "text", "text_to")
    rows = []
    for row in linked(t, relation).select(*RELATION_PLACE, *columns).collect().to_dicts():
        reading = texts.get(row["annotation"])
        apart = _sentences_apart(reading, row) if reading else 0
        if apart > most:
            one, other = (shown(row[name], (0, len(row[name]))) for name in ("text_to", "text"))
            row["message"] = f"{other} and its {relation} {one} are {apart} sentence(s) apart"
            rows.append(row)
    return pl.LazyFrame(rows, schema=FAULT)


def _sentences_apart(reading: Reading, row: dict[str, Any]) -> int:
    first, last = reading.sentence(row["start"]), reading.sentence(row["end"] - 1)
    first_to, last_to = reading.sentence(row["start_to"]), reading.sentence(row["end_to"] - 1)
    return max(first_to - last, first - last_to, 0)


def _breach(
    t: Tables, type_: str, layers: list[str], count: Count, parts: pl.LazyFrame
) -> pl.LazyFrame:
    leaving = (
        t.relations.filter(pl.col("type") == type_)
        .group_by("annotation", span_id="from_id")
        .agg(number=pl.len())
    )
    heads = t.spans.filter(pl.col("layer").is_in(layers))
    for name, values in count.when.items():
        chosen = t.attributes.filter((pl.col("name") == name) & pl.col("value").is_in(values))
        heads = heads.join(chosen, on=["annotation", "span_id"], how="semi")
    number = pl.col("number").fill_null(0)
    more = number > count.max if count.max is not None else pl.lit(value=False)
    less = (number < count.min) & pl.col("part").is_null()
    found = (
        heads.join(leaving, on=["annotation", "span_id"], how="left")
        .join(parts.unique().with_columns(part=True), on=["annotation", "span_id"], how="left")
        .filter(less | more)
    )
    severity = pl.lit(count.severity, pl.String)
    return found.select(*SPAN_PLACE, severity=severity, message=_message(type_, count, number))


def _message(type_: str, count: Count, number: pl.Expr) -> pl.Expr:
    most = "or more" if count.max is None else f"to {count.max}"
    expected = f"{count.min}" if count.min == count.max else f"{count.min} {most}"
    words = f"{{}} {{}} has {{}} {type_} relations; expected {expected}"
    return worded(words, "layer", quoted("text"), number)

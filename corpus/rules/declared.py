"""Checks that the schema declares and names: each is reported under the rule that it names."""

from collections.abc import Iterator

import polars as pl

from corpus.rules.rule import RELATION_PLACE, SPAN_PLACE, quoted
from corpus.schema import Count, Schema
from corpus.tables import Tables

SPAN_FAULT = {
    "annotation": pl.UInt32,
    "item": pl.String,
    "line": pl.Int64,
    "start": pl.Int64,
    "end": pl.Int64,
    "severity": pl.String,
    "message": pl.String,
}
"""Columns of a frame of findings about spans; a null severity is that of the rule."""

COUNTED = (
    "relation-count",
    "attributed-without-source",
    "author-with-source",
    "attributed-without-cue",
    "author-with-cue",
    "hedge-without-scope",
)
LINKED = ("speaker-unlinked",)
APART = ("cue-inside-claim",)


def names(schema: Schema) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (place in the schema, rule, rules that it may be) for each declared check."""
    for name, layer in schema.layers.items():
        if layer.linked:
            yield f"layers.{name}.linked", layer.linked, LINKED
    for name, relation in schema.relations.items():
        if relation.apart:
            yield f"relations.{name}.apart", relation.apart, APART
        for number, count in enumerate(relation.counts, 1):
            yield f"relations.{name}.counts[{number}].rule", count.rule, COUNTED


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
    return pl.concat([pl.LazyFrame(schema=SPAN_FAULT), *breaches])


def unlinked(t: Tables, schema: Schema, rule: str) -> pl.LazyFrame:
    """Return the spans of layers declared linked under this rule that no relation touches."""
    layers = [name for name, layer in schema.layers.items() if layer.linked == rule]
    ends = [t.relations.select("annotation", span_id=end) for end in ("from_id", "to_id")]
    lonely = t.spans.filter(pl.col("layer").is_in(layers)).join(
        pl.concat(ends), on=["annotation", "span_id"], how="anti"
    )
    return lonely.select(
        *SPAN_PLACE, message=pl.format("{} {} is the end of no relation", "layer", quoted("text"))
    )


def inside(t: Tables, schema: Schema, rule: str) -> pl.LazyFrame:
    """Return the relations declared apart under this rule whose `to` lies inside their `from`."""
    types = [name for name, relation in schema.relations.items() if relation.apart == rule]
    spans = t.spans.select("annotation", "span_id", "start", "end", "text")
    pairs = (
        t.relations.filter(pl.col("type").is_in(types))
        .join(spans, left_on=["annotation", "from_id"], right_on=["annotation", "span_id"])
        .join(
            spans, left_on=["annotation", "to_id"], right_on=["annotation", "span_id"], suffix="_to"
        )
    )
    within = (pl.col("start") <= pl.col("start_to")) & (pl.col("end_to") <= pl.col("end"))
    return pairs.filter(within).select(
        *RELATION_PLACE,
        pl.col("start_to").alias("start"),
        pl.col("end_to").alias("end"),
        message=pl.format("{} {} lies inside {}", "type", quoted("text_to"), quoted("text")),
    )


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
    return pl.format(words, "layer", quoted("text"), number)

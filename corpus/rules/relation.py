"""R: rules about relations. What may be linked, how often and in what order, the schema says."""

import graphlib
from collections.abc import Iterator
from typing import Any

import polars as pl

from corpus.rules.declared import counted
from corpus.rules.rule import RELATION, RELATION_PLACE, quoted, rule, worded
from corpus.schema import Schema
from corpus.tables import Tables


def _ends(t: Tables) -> pl.LazyFrame:
    """Return the relations with what is known of their ends: null where an end is no span."""
    spans = t.spans.unique(["annotation", "span_id"], keep="first")
    joined = t.relations
    for end in ("from", "to"):
        columns = {f"{end}_{name}": name for name in ("layer", "start", "end", "text")}
        side = spans.select("annotation", pl.col("span_id").alias(f"{end}_id"), **columns)
        joined = joined.join(side, on=["annotation", f"{end}_id"], how="left")
    return joined


@rule("R101")
def relation_dangling(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Both ends of a relation are spans of the same annotation.

    Why:
        One such relation makes Label Studio's page blank: nobody can open the task to mend it.

    Bad:
        [She]{speaker#s} said [it rained]{claim#c source>x}.

    Good:
        [She]{speaker#s} said [it rained]{claim#c source>s}.

    Fix:
        Delete the relation, or mark the span that it led to.
    """
    there = t.spans.select("annotation", "span_id")
    missing = [
        t.relations.join(
            there, left_on=["annotation", end], right_on=["annotation", "span_id"], how="anti"
        ).select(*RELATION_PLACE, message=worded("{} leads to {}, which is no span", RELATION, end))
        for end in ("from_id", "to_id")
    ]
    return pl.concat(missing)


@rule("R102")
def relation_untyped(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A relation has a type.

    Why:
        One drawn by keyboard in Label Studio has none, and the page does not ask for it.

    Bad:
        [She]{speaker#s} said [it rained]{claim#c >s}.

    Good:
        [She]{speaker#s} said [it rained]{claim#c source>s}.

    Fix:
        Choose its type in the list of relations, or delete it.
    """
    ends = [
        [pl.col(f"{end}_layer").fill_null("?"), quoted(f"{end}_text")] for end in ("from", "to")
    ]
    return (
        _ends(t)
        .filter(pl.col("type").is_null())
        .select(
            *RELATION_PLACE,
            message=worded("the relation from {} {} to {} {} has no type", *ends[0], *ends[1]),
        )
    )


@rule("R103")
def unknown_relation(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A relation's type is one of the schema.

    Why:
        Label Studio keeps any name, and drops it at the next save.

    Bad:
        [She]{speaker#s} said [it rained]{claim#c says>s}.

    Good:
        [She]{speaker#s} said [it rained]{claim#c source>s}.

    Fix:
        Choose a declared type, or declare this one.
    """
    known = pl.col("type").is_in(list(schema.relations))
    types = ", ".join(schema.relations) or "none"
    return t.relations.filter(~known).select(
        *RELATION_PLACE, message=worded(f"{{}} is of no type; there are {types}", RELATION)
    )


@rule("R104")
def relation_signature(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A relation leads from and to the layers, and the values, that the schema names.

    Why:
        Label Studio cannot limit a relation to labels; from the wrong end it says the reverse.

    Bad:
        [She]{speaker#s source>c} said [it rained]{claim#c}.

    Good:
        [She]{speaker#s} said [it rained]{claim#c source>s}.

    Fix:
        Draw it from the head: the message says so where it fits in the other direction.
    """
    ends = _ends(t)
    return pl.concat([_wrong_layers(ends, schema), *_wrong_values(t, ends, schema)])


def _wrong_layers(ends: pl.LazyFrame, schema: Schema) -> pl.LazyFrame:
    pairs = [(n, a, b) for n, r in schema.relations.items() for a in r.from_ for b in r.to]
    columns = {"type": pl.String, "from_layer": pl.String, "to_layer": pl.String}
    allowed = pl.LazyFrame(pairs, schema=columns, orient="row")
    reverse = allowed.rename({"from_layer": "to_layer", "to_layer": "from_layer"})
    fits = reverse.with_columns(hint=pl.lit(" (it fits in the other direction)"))
    layers = list(schema.layers)
    known = pl.col("type").is_in(list(schema.relations)) & pl.all_horizontal(
        pl.col(side).is_in(layers) for side in ("from_layer", "to_layer")
    )
    wrong = ends.filter(known).join(allowed, on=list(columns), how="anti")
    return wrong.join(fits, on=list(columns), how="left").select(
        *RELATION_PLACE,
        message=worded(
            "{} leads from {} to {}{}",
            "type",
            "from_layer",
            "to_layer",
            pl.col("hint").fill_null(""),
        ),
    )


def _wrong_values(t: Tables, ends: pl.LazyFrame, schema: Schema) -> Iterator[pl.LazyFrame]:
    values = t.attributes.select("annotation", "span_id", "name", "value")
    for name, relation in schema.relations.items():
        right = ends.filter(
            pl.col("type") == name,
            pl.col("from_layer").is_in(relation.from_),
            pl.col("to_layer").is_in(relation.to),
        )
        for attribute, allowed in relation.to_when.items():
            chosen = values.filter(pl.col("name") == attribute).rename({"span_id": "to_id"})
            found = right.join(chosen, on=["annotation", "to_id"], how="left")
            if schema.shared()[attribute].required:  # where it is missing, A105 says so
                found = found.filter(pl.col("value").is_not_null())
            fits = pl.col("value").is_in(allowed).fill_null(value=False)
            yield found.filter(~fits).select(
                *RELATION_PLACE,
                message=worded(
                    f"{{}} leads to {{}} with {attribute} {{}}",
                    RELATION,
                    "to_layer",
                    pl.col("value").fill_null("none"),
                ),
            )
        for attribute in relation.same:
            yield _unequal(right, values.filter(pl.col("name") == attribute), attribute)


def _unequal(right: pl.LazyFrame, chosen: pl.LazyFrame, attribute: str) -> pl.LazyFrame:
    values = chosen.group_by("annotation", "span_id").agg(pl.col("value").sort().str.join(", "))
    for end in ("from", "to"):
        side = values.rename({"span_id": f"{end}_id", "value": f"{end}_value"})
        right = right.join(side, on=["annotation", f"{end}_id"], how="left")
    said = [pl.col(f"{end}_value").fill_null("none") for end in ("from", "to")]
    return right.filter(pl.col("from_value").ne_missing(pl.col("to_value"))).select(
        *RELATION_PLACE,
        message=worded(f"{{}} links {attribute} {{}} with {{}}", RELATION, *said),
    )


@rule("R105")
def relation_self(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A relation does not lead from a span to itself.

    Why:
        It says nothing, and loops whoever follows it.

    Bad:
        She said [it rained]{claim#c supports>c}.

    Good:
        She said [it rained]{claim#c}, so [they stayed]{claim#d supports>c}.

    Fix:
        Delete it, or draw it to the span that was meant.
    """
    return t.relations.filter(pl.col("from_id") == pl.col("to_id")).select(
        *RELATION_PLACE, message=worded("{} leads from a span to itself", RELATION)
    )


@rule("R106")
def duplicate_relation(t: Tables, schema: Schema) -> pl.LazyFrame:
    """No relation is there twice.

    Why:
        Counts and agreement take it for two.

    Bad:
        [She]{speaker#s} said [it rained]{claim#c source>s source>s}.

    Good:
        [She]{speaker#s} said [it rained]{claim#c source>s}.

    Fix:
        Delete one.
    """
    key = ("annotation", "type", "from_id", "to_id")
    again = pl.col("row") != pl.col("row").min().over(key)
    return t.relations.filter(again).select(
        *RELATION_PLACE, message=worded("{} is there twice", RELATION)
    )


@rule("R107")
def relation_count(t: Tables, schema: Schema) -> pl.LazyFrame:
    """As many relations of a type leave a span as the schema says.

    Why:
        A claim with two cues or none where one is due cannot become one row of a table.

    Bad:
        She [said]{event#a spoken} and [wrote]{event#b written} that [it rained]{claim cue>a cue>b}.

    Good:
        She [said]{event#a spoken} that [it rained]{claim cue>a}.

    Fix:
        Delete those that are not meant, or draw the one that is missing.
    """
    return counted(t, schema, "relation-count")


@rule("R108")
def relation_order(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A relation that leads to an earlier span does so.

    Why:
        Chains are read from the first mention on; one link the other way makes two chains.

    Bad:
        "[It rained]{claim#a continues>b}", she said, "[and they stayed]{claim#b}".

    Good:
        "[It rained]{claim#a}", she said, "[and they stayed]{claim#b continues>a}".

    Fix:
        Draw it from the later span to the earlier one.
    """
    backward = [name for name, relation in schema.relations.items() if relation.earlier]
    later = (pl.col("to_start") > pl.col("from_start")) | (
        (pl.col("to_start") == pl.col("from_start")) & (pl.col("to_end") >= pl.col("from_end"))
    )
    apart = pl.col("from_id") != pl.col("to_id")
    return (
        _ends(t)
        .filter(pl.col("type").is_in(backward) & later & apart)
        .select(*RELATION_PLACE, message=worded("{} leads to a span that is not earlier", RELATION))
    )


@rule("R109")
def relation_cycle(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Relations of one type do not run in a circle.

    Why:
        Whoever follows them never comes to an end.

    Bad:
        [It rained]{claim#a supports>b}, so [they stayed]{claim#b supports>a}.

    Good:
        [It rained]{claim#a supports>b}, so [they stayed]{claim#b}.

    Fix:
        Delete the relation that points back.
    """
    closed = [
        name
        for name, relation in schema.relations.items()
        if not relation.earlier and {*relation.from_} & {*relation.to}
    ]
    apart = pl.col("from_id") != pl.col("to_id")
    candidates = t.relations.filter(pl.col("type").is_in(closed) & apart).collect()
    groups = candidates.partition_by("annotation", "type", maintain_order=True)
    rows = [row for group in groups for row in _cycle(group.to_dicts())]
    types = {"annotation": pl.UInt32, "item": pl.String, "line": pl.Int64, "message": pl.String}
    return pl.LazyFrame(rows, schema=types)


def _cycle(relations: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    graph: dict[str, set[str]] = {}
    for relation in relations:
        graph.setdefault(relation["from_id"], set()).add(relation["to_id"])
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1]
        first = next(r for r in relations if r["from_id"] in circle and r["to_id"] in circle)
        item = f"{first['type']} {first['from_id']}>{first['to_id']}"
        yield {
            "annotation": first["annotation"],
            "item": item,
            "line": first["line"],
            "message": f"{item} runs in a circle: {' > '.join(reversed(circle))}",
        }

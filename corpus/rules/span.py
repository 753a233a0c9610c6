"""S: rules about a single span and its text, and about spans of one layer beside each other."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from corpus.rules.rule import FAULT, LAYER, SPAN_PLACE, quoted, rule, worded
from corpus.schema import Schema
from corpus.tables import Tables

Rows = list[dict[str, Any]]
Targets = dict[tuple[int, str | None, str], set[str]]
"""(annotation, type of relation, head) -> the spans that it leads to."""


def _passages(t: Tables) -> pl.LazyFrame:
    """Return one row a passage of each annotation's text."""
    own = t.annotations.select("doc_id", annotation="row").join(
        t.documents.select("doc_id", "passages"), on="doc_id"
    )
    columns = {"kind": "kind", "start": "passage_start", "end": "passage_end"}
    passage = [pl.col("passages").struct.field(k).alias(v) for k, v in columns.items()]
    return own.explode("passages").select("annotation", *passage)


def _in_passages(t: Tables) -> pl.LazyFrame:
    """Return the spans with the passage in which they start; null where there is none."""
    return t.spans.sort("start").join_asof(
        _passages(t).sort("passage_start"),
        left_on="start",
        right_on="passage_start",
        by="annotation",
        check_sortedness=False,
    )


@rule("S101")
def span_crosses_passage(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A span lies within one passage.

    Why:
        A drag that runs over a line break joins words that nobody wrote together.

    Bad:
        She said [it rained.
        They]{claim} left.

    Good:
        She said [it rained]{claim}.
        They left.

    Fix:
        Shorten the span, or mark one in each passage.
    """
    start, end = pl.col("start"), pl.col("end")
    inside = (pl.col("passage_start") <= start) & (start < pl.col("passage_end"))
    return (
        _in_passages(t)
        .filter(inside & (end > pl.col("passage_end")))
        .select(
            *SPAN_PLACE,
            message=worded("{} {} runs into the next passage", LAYER, quoted("text")),
        )
    )


@rule("S102")
def span_outside_body(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A span lies in a passage of a kind that is annotated.

    Why:
        Headings and bylines are others' words about the text; what is counted in them is counted
        twice.

    Bad:
        # [Rain]{event} at last
        She left.

    Good:
        # Rain at last
        She [left]{event}.

    Fix:
        Delete the span; or correct the passages in seeds/<document>.toml.
    """
    annotated = pl.col("kind").is_in(schema.passages.annotated)
    inside = annotated & (pl.col("start") < pl.col("passage_end"))
    where = pl.when(pl.col("start") < pl.col("passage_end")).then("kind").otherwise(None)
    return (
        _in_passages(t)
        .filter(~inside.fill_null(value=False))
        .select(
            *SPAN_PLACE,
            message=worded(
                "{} {} starts in {}", LAYER, quoted("text"), where.fill_null("no passage")
            ),
        )
    )


@rule("S103")
def span_edge_whitespace(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A span begins and ends on a visible character.

    Why:
        A blank dragged along by the mouse is no difference in judgement, yet exact-match
        agreement counts it as one.

    Bad:
        She said [it rained ]{claim}yesterday.

    Good:
        She said [it rained]{claim} yesterday.

    Fix:
        Move the edge inwards by the number of blanks.
    """
    text = pl.col("text")
    return t.spans.filter(text != text.str.strip_chars()).select(
        *SPAN_PLACE,
        message=worded("{} {} begins or ends with whitespace", LAYER, quoted("text")),
    )


@rule("S104")
def overlap_within_layer(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Spans of one layer overlap each other only as the schema allows.

    Why:
        Two spans of one kind on the same words are one judgement marked twice, or a slip of the
        mouse; BIO tags and agreement cannot hold them.

    Bad:
        [The [mayor]{speaker}]{speaker} said it rained.

    Good:
        [The mayor]{speaker} said it rained.

    Fix:
        Delete one. Where the schema nests a layer, one has to lie strictly inside the other.
    """
    targets = _targets(t, schema)
    rows = [row for group in _overlapping(t, schema) for row in _crossing(group, targets, schema)]
    return pl.LazyFrame(rows, schema=FAULT)


@rule("S105")
def nested_too_deep(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Spans of one layer nest no deeper than the schema says.

    Why:
        Deeper nesting is nearly always a forgotten span; readers of the dataset do not expect it.

    Bad:
        He said [she said [they said [it rained]{claim}]{claim}]{claim}.

    Good:
        He said [she said [it rained]{claim}]{claim}.

    Fix:
        Keep the outer and the innermost span that the guidelines ask for.
    """
    rows = [row for group in _overlapping(t, schema) for row in _too_deep(group, schema)]
    return pl.LazyFrame(rows, schema=FAULT)


@rule("S106")
def two_labels_on_one_region(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A region has one label.

    Why:
        With a control a layer, two keys before one drag give one region two labels: attributes and
        relations then belong to both or to none.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": [
            {"id": "a", "type": "labels", "from_name": "span", "to_name": "text",
             "value": {"start": 0, "end": 3, "text": "She", "labels": ["Speaker", "Claim"]}}]}]}]
        ```

    Good:
        [[She]{speaker}]{event} said it rained.

    Fix:
        Use the config of `corpus schema config`, which has one control; mark a second region.
    """
    key = ("annotation", "span_id")
    labels = pl.col("layer").unique(maintain_order=True)
    several = t.spans.group_by(key, maintain_order=True).agg(
        labels, pl.exclude("layer", *key).first()
    )
    return several.filter(pl.col("layer").list.len() > 1).select(
        *SPAN_PLACE,
        message=worded("{} has the labels {}", quoted("text"), pl.col("layer").list.join(", ")),
    )


def _overlapping(t: Tables, schema: Schema) -> Iterator[Rows]:
    """Yield the spans of each annotation and layer in which some overlap, in reading order."""
    bound = [name for name, layer in schema.layers.items() if layer.overlap != "free"]
    key = ("annotation", "layer")
    spans = t.spans.filter(pl.col("layer").is_in(bound)).sort(
        *key, "start", "end", descending=[False, False, False, True], maintain_order=True
    )
    reach = pl.col("end").cum_max().shift().over(key)
    touched = spans.with_columns(hit=(pl.col("start") < reach).any().over(key)).filter("hit")
    for group in touched.collect().partition_by(*key, maintain_order=True):
        yield group.to_dicts()


def _crossing(spans: Rows, targets: Targets, schema: Schema) -> Iterator[dict[str, Any]]:
    layer = schema.layers[spans[0]["layer"]]
    repeats = _repeats(spans, targets, layer.repeat_by)
    for span, around, _ in _nested(spans):
        if around is None:
            continue
        same = _same_place(span, around)
        inside = span["end"] <= around["end"] and not same
        apart = same and span["row"] not in repeats
        if not (layer.overlap == "nested" and (inside or apart)):
            yield _offender(span, f"overlaps {_quoted(around)} of its own layer")


def _repeats(spans: Rows, targets: Targets, relation: str | None) -> set[int]:
    """Return the rows of spans on the words of an earlier one that do not lead to another span."""
    if len({(span["start"], span["end"]) for span in spans}) == len(spans):
        return set()
    nowhere, rows = frozenset[str](), set[int]()
    seen: dict[tuple[int, int], set[frozenset[str]]] = {}
    for span in spans:
        to = frozenset(targets.get((span["annotation"], relation, span["span_id"]), nowhere))
        before = seen.setdefault((span["start"], span["end"]), set())
        if before and (not to or before & {to, nowhere}):
            rows.add(span["row"])
        before.add(to)
    return rows


def _too_deep(spans: Rows, schema: Schema) -> Iterator[dict[str, Any]]:
    layer = schema.layers[spans[0]["layer"]]
    for span, _, depth in _nested(spans):
        if layer.overlap == "nested" and depth > layer.depth:
            yield _offender(span, f"lies {depth} levels deep; the schema allows {layer.depth}")


def _nested(spans: Rows) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None, int]]:
    """Yield each span, in reading order, with the last one that is still open, and its depth."""
    stack: list[tuple[dict[str, Any], int]] = []
    for span in spans:
        while stack and stack[-1][0]["end"] <= span["start"]:
            stack.pop()
        around, depth = stack[-1] if stack else (None, -1)
        depth += 0 if around is not None and _same_place(span, around) else 1
        yield span, around, depth
        stack.append((span, depth))


def _same_place(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["start"] == other["start"] and one["end"] == other["end"])


def _targets(t: Tables, schema: Schema) -> Targets:
    types = [layer.repeat_by for layer in schema.layers.values() if layer.repeat_by]
    chosen = t.relations.filter(pl.col("type").is_in(types))
    targets: Targets = {}
    for own, kind, head, to in (
        chosen.select("annotation", "type", "from_id", "to_id").collect().rows()
    ):
        targets.setdefault((own, kind, head), set()).add(to)
    return targets


def _offender(span: dict[str, Any], fault: str) -> dict[str, Any]:
    place = {name: span[name] for name in ("annotation", "line", "start", "end")}
    return place | {"item": span["span_id"], "message": f"{span['layer']} {_quoted(span)} {fault}"}


def _quoted(span: dict[str, Any]) -> str:
    text = span["text"]
    return f"'{text}'" if len(text) <= 60 else f"'{text[:60]}…'"

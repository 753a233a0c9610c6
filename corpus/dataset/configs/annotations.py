"""The config `annotations`: what each annotator marked, for work on disagreement.

Spans of several annotators that are one thing have one `item` (see `corpus.agreement.align`); who
has none in it marked nothing there. Gold is no annotator: `gold_span` says which of its spans, in
`documents`, is the item.
"""

from collections.abc import Sequence
from itertools import combinations

import polars as pl

from corpus.agreement.align import items, matched
from corpus.agreement.units import units
from corpus.dataset.configs.documents import PAIR, said
from corpus.dataset.released import KEY, PLACE, WHO, Released

LINK = pl.Struct({"type": pl.String, "to_span": pl.Int64, "to_item": pl.Int64})
SPAN = ["annotation", "span_id"]


def annotations(every: Released, gold: Released) -> pl.LazyFrame:
    """Return a row a span of each annotator, with all that leaves it.

    every: what each annotator handed in. gold: what is released as the result.
    """
    item = _items(every, gold)
    decided = gold.who.filter(pl.col("status") != "single").select("annotation")
    golden = item.join(decided, on="annotation", how="semi").join(gold.spans, on=SPAN)
    rows = (
        every.who.join(every.spans, on="annotation")
        .join(item, on=SPAN)
        .join(golden.select("doc_id", "item", gold_span="span"), on=["doc_id", "item"], how="left")
        .join(said(every), on=SPAN, how="left")
        .join(_links(every, item), on=SPAN, how="left")
    )
    empty = {"attributes": PAIR, "relations": LINK}
    filled = (pl.col(k).fill_null(pl.lit([], dtype=pl.List(v))) for k, v in empty.items())
    columns = ("item", "gold_span", "layer", "span", *PLACE, *empty)
    ordered = rows.with_columns(filled).sort("doc_id", "item", *KEY[1:], "span")
    return ordered.select(*WHO, *columns)


def _items(every: Released, gold: Released) -> pl.LazyFrame:
    """Return (annotation, span_id, doc_id, item); items are numbered in each text, from 0."""
    both = pl.concat([every.who, gold.who]).unique("annotation").sort(*KEY).collect()
    names = {
        row: f"{annotator}.{number}"
        for row, annotator, number in both.select("annotation", *KEY[1:]).iter_rows()
    }
    found = units(every.tables, every.schema, names, united=False)
    people = range(len(found.annotators))
    pairs = (matched(found, *two) for two in combinations(people, 2))
    place = (pl.col("start").min(), -pl.col("end").max(), pl.col("layer").first(), pl.col("item"))
    order = pl.struct(*(column.over("item") for column in place[:3]), "item").rank("dense")
    numbered = found.spans.join(items(found, people, pairs), on="unit").with_columns(
        doc_id=_named("document", found.documents),
        name=_named("annotator", found.annotators),
        item=(order.over("document") - 1).cast(pl.Int64),
    )
    known = both.select("annotation", "doc_id", name=pl.format("{}.{}", "annotator", "pass"))
    return (
        numbered.join(known, on=["doc_id", "name"])
        .select("annotation", "doc_id", "item", span_id="id")
        .lazy()
    )


def _named(column: str, names: Sequence[str]) -> pl.Expr:
    """Return the names that a column counts; of no names at all polars would make numbers."""
    return pl.col(column).replace_strict(dict(enumerate(names))).cast(pl.String)


def _links(every: Released, item: pl.LazyFrame) -> pl.LazyFrame:
    """Return (annotation, span_id, relations) of the spans that a relation leaves."""
    ends = item.select("annotation", to_id="span_id", to_item="item")
    links = every.relations.join(ends, on=["annotation", "to_id"]).sort(
        "annotation", "from_span", "type", "to_span"
    )
    groups = links.group_by("annotation", span_id="from_id", maintain_order=True)
    return groups.agg(relations=pl.struct("type", "to_span", "to_item"))

"""What several annotators say of one document, item by item and aspect by aspect.

An **item** is one thing in the text that at least one of them marked. Its **aspects** are whether
it is there, where it lies, its layer and each attribute; a relation between two items is an aspect
of its own. Annotators are letters here, in an order that depends on the document, so that whoever
decides does not know who is who.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from string import ascii_uppercase
from typing import Any

import polars as pl

from corpus.adjudication.sources import Sources, Version
from corpus.agreement.align import LIGHT, items, matched, pairs
from corpus.agreement.units import Units, scored, units
from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.tables import Tables, submitted

Aspect = tuple[str, ...]
"""("span", item), ("layer", item), ("boundary", item), ("attribute", item, layer, name) or
("relation", type, item, item)."""
Value = bool | str | tuple[int, int] | tuple[str, ...]
"""Of a span or relation whether it is there, of a layer its name, of a boundary (start, end), of
an attribute its values, sorted; none: nothing is said of it."""
Link = tuple[str, str, str]
Key = tuple[str, str]
"""Of a span: its annotator and its id."""
PART = ("item", "annotator", "id")

SAME_LAYER = 10.0
"""Heavier than any two spans: what lies in one layer is joined first."""


@dataclass(frozen=True)
class Span:
    """A span of one annotator; values: attribute -> values, without what is not published."""

    id: str
    layer: str
    start: int
    end: int
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Item:
    """One thing in the text: the id of its span in the gold, and letter -> that annotator's."""

    id: str
    spans: Mapping[str, Span]

    @property
    def place(self) -> tuple[int, int]:
        """Return where it begins and ends, taken all together."""
        spans = self.spans.values()
        return min(span.start for span in spans), max(span.end for span in spans)


@dataclass(frozen=True)
class Comparison:
    """A document, letter -> who that is, the items by id in the order of the text, the relations.

    links: (type, item, item) -> the letters that have it. sentences: (start, end) of each.
    """

    schema: Schema
    doc_id: str
    text: str
    text_sha256: str
    sentences: Sequence[tuple[int, int]]
    versions: Mapping[str, Version]
    items: Mapping[str, Item]
    links: Mapping[Link, frozenset[str]]

    @cached_property
    def aspects(self) -> dict[Aspect, dict[str, Value]]:
        """Each aspect with what each letter says that can say something of it.

        First those of the items, in the order of the text, then the relations.
        """
        found = dict[Aspect, dict[str, Value]]()
        for item in self.items.values():
            found |= self._of_item(item)
        for link, having in sorted(self.links.items(), key=self._order):
            both = [c for c in self.versions if all(c in self.items[end].spans for end in link[1:])]
            found["relation", *link] = {letter: letter in having for letter in both}
        return found

    def _of_item(self, item: Item) -> Iterator[tuple[Aspect, dict[str, Value]]]:
        spans = item.spans
        yield ("span", item.id), {letter: letter in spans for letter in self.versions}
        yield ("layer", item.id), {letter: span.layer for letter, span in spans.items()}
        yield ("boundary", item.id), {c: (span.start, span.end) for c, span in spans.items()}
        for name, layer in self.schema.layers.items():
            of_layer = {letter: span for letter, span in spans.items() if span.layer == name}
            for attribute in scored(layer) if of_layer else ():
                aspect = ("attribute", item.id, name, attribute)
                yield aspect, {c: span.values.get(attribute, ()) for c, span in of_layer.items()}

    def _order(self, entry: tuple[Link, frozenset[str]]) -> tuple[int, int, int]:
        (type_, near, far), _ = entry
        types = [*self.schema.relations]
        return self._places[near], types.index(type_), self._places[far]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {item: number for number, item in enumerate(self.items)}

    def agreed(self, aspect: Aspect) -> bool:
        """Say whether all who can say something of an aspect say the same.

        Of a relation two have to: what leads to a span that only one annotator has is one word
        alone, and is asked if the span is to stay.
        """
        says = self.aspects[aspect]
        return len({*says.values()}) == 1 and (aspect[0] != "relation" or len(says) > 1)


def compared(tables: Tables, schema: Schema, chosen: Mapping[str, Sources]) -> Iterator[Comparison]:
    """Yield what the annotations of each document (two at least) say of it, in this order."""
    names = {row: v.annotator for own in chosen.values() for row, v in own.items()}
    own = tables.of(names)
    spans, relations = spans_and_links(own, schema, names)
    groups = _alignment(own, schema, names)
    documents = tables.documents.filter(pl.col("doc_id").is_in([*chosen])).collect().to_dicts()
    known = {row["doc_id"]: row for row in documents}
    for doc_id, versions in chosen.items():
        of_text = _Said(spans[doc_id], relations[doc_id], groups.get(doc_id, []))
        yield _comparison(schema, known[doc_id], versions, of_text)


@dataclass(frozen=True)
class _Said:
    """What is said of one document: see `spans_and_links` and `_alignment`."""

    spans: Mapping[Key, Span]
    relations: Sequence[tuple[str, str, str, str]]
    groups: Sequence[Sequence[Key]]


def _comparison(
    schema: Schema, document: Mapping[str, Any], chosen: Sources, said: _Said
) -> Comparison:
    doc_id = document["doc_id"]
    letters = lettered(doc_id, [version.annotator for version in chosen.values()])
    found, of_span = _items(said.spans, said.groups, letters)
    links = dict[Link, frozenset[str]]()
    for name, type_, *ends in said.relations:
        near, far = (of_span.get((name, end)) for end in ends)
        if near is None or far is None or type_ not in schema.relations:
            continue  # somebody waived what is wrong with it
        link = (type_, near, far)
        links[link] = links.get(link, frozenset()) | {letters[name]}
    sentences = [(s["start"], s["end"]) for s in document["sentences"] or []]
    versions = {letters[version.annotator]: version for version in chosen.values()}
    whole = (document["text"], document["text_sha256"], sentences)
    return Comparison(schema, doc_id, *whole, dict(sorted(versions.items())), found, links)


def lettered(doc_id: str, annotators: Sequence[str]) -> dict[str, str]:
    """Return annotator -> letter, in an order of the document's own."""
    if len(annotators) > len(ascii_uppercase):
        raise CorpusError(f"{doc_id}: {len(annotators)} annotations; expected 26 at most")

    def drawn(name: str) -> str:
        return hashlib.sha256(f"{doc_id}\n{name}".encode()).hexdigest()

    return dict(zip(sorted(annotators, key=drawn), ascii_uppercase, strict=False))


def spans_and_links(
    tables: Tables, schema: Schema, names: Mapping[int, str]
) -> tuple[dict[str, dict[Key, Span]], dict[str, list[tuple[str, str, str, str]]]]:
    """Return by document the spans, and the relations as (annotator, type, from, to)."""
    spans, relations = dict[str, dict[Key, Span]](), dict[str, list[tuple[str, str, str, str]]]()
    for annotation, own in submitted(tables):
        doc_id, name = annotation["doc_id"], names[annotation["row"]]
        values = _values(own["attributes"], schema)
        of_text = spans.setdefault(doc_id, {})
        for row in own["spans"]:
            place = (row["span_id"], row["layer"], row["start"], row["end"])
            of_text[name, row["span_id"]] = Span(*place, values.get(row["span_id"], {}))
        relations.setdefault(doc_id, []).extend(
            (name, r["type"], r["from_id"], r["to_id"]) for r in own["relations"]
        )
    return spans, relations


def _values(
    rows: Sequence[dict[str, Any]], schema: Schema
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return span -> attribute -> values; a flag that is not set is not said."""
    public = {name: a for name, a in schema.shared().items() if a.published}
    found = dict[str, dict[str, tuple[str, ...]]]()
    for row in rows:
        name, value = row["name"], row["value"]
        if name in public and not (public[name].kind == "flag" and value == "false"):
            of_span = found.setdefault(row["span_id"], {})
            of_span[name] = tuple(sorted({*of_span.get(name, ()), value}))
    return found


def _alignment(
    tables: Tables, schema: Schema, names: Mapping[int, str]
) -> dict[str, list[list[Key]]]:
    """Return by document the spans that are one thing, in the order of the text."""
    found = units(tables, schema, names, united=False)
    everybody = range(len(found.annotators))
    couples = [*combinations(everybody, 2)]
    within = [
        matched(found, *couple).with_columns(pl.col("weight") + SAME_LAYER) for couple in couples
    ]
    alone = found.spans.join(items(found, everybody, within), on="unit", maintain_order="left")
    whose = pl.Series(found.annotated.sum(axis=0))
    short = pl.len().over("item") < pl.col("document").replace_strict(range(len(whose)), whose)
    left = alone.filter(short)
    across = [_across_layers(found, left, *couple) for couple in couples]
    joined = items(found, everybody, [*within, *across])
    spans = found.spans.join(joined, on="unit", maintain_order="left")
    of_text = dict[str, dict[int, list[Key]]]()
    for document, item, who, span_id in spans.select("document", *PART).iter_rows():
        groups = of_text.setdefault(found.documents[document], {})
        groups.setdefault(item, []).append((found.annotators[who], span_id))
    return {doc_id: [*groups.values()] for doc_id, groups in of_text.items()}


def _across_layers(found: Units, left: pl.DataFrame, one: int, other: int) -> pl.DataFrame:
    """Return the pairs of spans in two layers that share more than half (Dice)."""
    both = pairs(found, *(left.filter(annotator=who) for who in (one, other)), layers=False)
    layers = found.spans.select("unit", "layer")
    placed = both.join(layers, left_on="left", right_on="unit", maintain_order="left").join(
        layers, left_on="right", right_on="unit", suffix="_right", maintain_order="left"
    )
    other_layer = pl.col("layer") != pl.col("layer_right")
    near = placed.filter(other_layer, pl.col("weight") > 1 / 2 + LIGHT)
    return near.select("left", "right", "weight")


def _items(
    spans: Mapping[Key, Span],
    groups: Sequence[Sequence[Key]],
    letters: Mapping[str, str],
) -> tuple[dict[str, Item], dict[Key, str]]:
    """Return id -> item in the order of the text, and of each span its item's id.

    An item has the id that the first by name of its annotators gave it; one that is taken gets a
    number.
    """

    def place(group: Sequence[Key]) -> tuple[object, ...]:
        own = [spans[key] for key in group]
        return min(s.start for s in own), -max(s.end for s in own), own[0].layer, sorted(group)

    found, of_span = dict[str, Item](), dict[Key, str]()
    for group in sorted(groups, key=place):
        wanted = min(group)[1]
        names = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(groups) + 1))
        name = next(name for name in names if name not in found)
        own = {letters[who]: spans[who, span_id] for who, span_id in group}
        found[name] = Item(name, dict(sorted(own.items())))
        of_span |= dict.fromkeys(group, name)
    return found, of_span

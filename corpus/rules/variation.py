"""Strings that are labelled in one place and not in another, in the same surroundings.

They are variation n-grams (Dickinson and Meurers 2003): the more of their surroundings two equal
strings share, the likelier it is that of two different labels one is wrong. Here a string of one to
five words, with one word on each side, counts where the same annotator, in the same pass, labels it
with a layer at least twice and at least twice as often as not. Where a span of that layer overlaps
it, it is cut otherwise, and not overlooked.

Dickinson, M. and Meurers, W. D. (2003): Detecting errors in part-of-speech annotation. EACL 2003.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, islice, pairwise, product
from typing import Any, NamedTuple

import polars as pl

from corpus.rules.rule import submissions
from corpus.schema import Schema
from corpus.tables import Tables
from corpus.tokens import words

LONGEST = 5
"""Words that a string may have."""
LABELLED = 2
"""So often it must be labelled, at least, and for each time that it is not."""
REACH = 40
"""Characters before a string in which the word before it is looked for."""
Kind = tuple[str | None, int, str]
"""Annotator, pass and layer: labels of one kind are compared."""
Counts = Counter[tuple[Kind, str]]
Cover = dict[tuple[int, str], tuple[list[int], list[int]]]
"""(annotation, layer) -> where its spans start, in order, and how far those up to there reach."""


class Place(NamedTuple):
    """A string in a text, and how it is compared: with the words beside it, in lower case."""

    start: int
    end: int
    key: str


class Text(NamedTuple):
    """A text with where its annotated passages start and end."""

    text: str
    starts: list[int]
    ends: list[int]


def varying(t: Tables, schema: Schema) -> Iterator[dict[str, Any]]:
    """Yield a finding for each place that is not labelled where its like is."""
    spans = _repeated(t).collect().rows()
    texts = _texts(t, schema) if spans else {}
    labelled = _labelled(spans, texts)
    wanted = defaultdict[str, list[Kind]](list)
    for (kind, key), number in labelled.items():
        if number >= LABELLED:
            wanted[key].append(kind)
    left = defaultdict[tuple[Kind, str], list[tuple[int, Place]]](list)
    for kind, annotation, place in _unlabelled(t, texts, wanted) if wanted else ():
        left[kind, place.key].append((annotation, place))
    for found, places in left.items():
        if labelled[found] >= LABELLED * len(places):
            yield from (_finding(*found, labelled[found], *place) for place in places)


def _finding(kind: Kind, key: str, number: int, annotation: int, place: Place) -> dict[str, Any]:
    words_ = f"'{key}' has no {kind[2]} in it, as {number} others of {kind[0]} have"
    return {"annotation": annotation, "start": place.start, "end": place.end, "message": words_}


def _own(t: Tables) -> pl.LazyFrame:
    return submissions(t).select("doc_id", "annotator", "pass", "annotation")


def _repeated(t: Tables) -> pl.LazyFrame:
    """Return the spans whose words are labelled more than once by the same annotator."""
    words_ = pl.col("text").str.to_lowercase()
    kind = ("annotator", "pass", "layer")
    short = pl.col("text").str.count_matches(r"\s") < LONGEST
    spans = t.spans.filter(short, pl.col("layer").is_not_null()).join(_own(t), on="annotation")
    return (
        spans.unique(["annotation", "layer", "start", "end"])
        .filter(pl.len().over(*kind, words_) >= LABELLED)
        .select("doc_id", *kind, "start", "end")
    )


def _texts(t: Tables, schema: Schema) -> dict[str, Text]:
    """Return the texts that are annotated, by document."""
    kinds = schema.passages.annotated
    chosen = t.documents.join(_own(t), on="doc_id", how="semi").select("doc_id", "text", "passages")
    texts = {}
    for doc_id, text, passages in chosen.collect().iter_rows():
        own = [(p["start"], p["end"]) for p in passages if p["kind"] in kinds]
        texts[doc_id] = Text(text, [start for start, _ in own], [end for _, end in own])
    return texts


def _labelled(spans: list[tuple[Any, ...]], texts: dict[str, Text]) -> Counts:
    """Count how often each kind of label stands on each string, by its key."""
    counts = Counts()
    for doc_id, annotator, pass_, layer, start, end in spans:
        if doc_id in texts and (key := _key_of(texts[doc_id], start, end)) is not None:
            counts[(annotator, pass_, layer), key] += 1
    return counts


def _key_of(text: Text, start: int, end: int) -> str | None:
    """Return the key of a stretch; None if it is not whole words, or at a passage's edge."""
    passage = bisect_right(text.starts, start) - 1
    if passage < 0 or text.ends[passage] < end:
        return None
    first = max(text.starts[passage], start - REACH)
    before = [word.start() for word in words(text.text, first, start)]
    if not before or (before[-1] == first > text.starts[passage]):
        return None
    following = islice(words(text.text, before[-1], text.ends[passage]), LONGEST + 2)
    return _whole([*following], start, end)


def _whole(found: list[re.Match[str]], start: int, end: int) -> str | None:
    """Return the key of a stretch; `found` are words from the one before it on."""
    ends = [word.end() for word in found]
    if end not in ends[1:-1] or found[1].start() != start:
        return None
    after = found[ends.index(end) + 1]
    return _key(after.string[found[0].start() : after.end()])


def _key(stretch: str) -> str:
    return " ".join(stretch.split()).casefold()


def _unlabelled(
    t: Tables, texts: dict[str, Text], wanted: dict[str, list[Kind]]
) -> Iterator[tuple[Kind, int, Place]]:
    """Yield each place of a wanted key that no label of a kind which it has elsewhere touches."""
    begins = _begins(wanted)
    cover = _cover(t, {layer for kinds in wanted.values() for *_, layer in kinds})
    people = defaultdict[str, list[tuple[Any, ...]]](list)
    for doc_id, *who in _own(t).collect().iter_rows():
        people[doc_id].append(tuple(who))
    for doc_id, text in texts.items():
        for place in _places(text, begins, wanted):
            for (*who, annotation), kind in product(people[doc_id], wanted[place.key]):
                spans = cover.get((annotation, kind[2]))
                if kind[:2] == tuple(who) and not _overlaps(spans, place):
                    yield kind, annotation, place


def _begins(keys: Iterable[str]) -> dict[tuple[str, str], set[int]]:
    """Return first two words -> how many words the keys have that begin so."""
    begins = defaultdict[tuple[str, str], set[int]](set)
    for key in keys:
        first, second, *more = (word[0] for word in words(key))
        begins[first, second].add(2 + len(more))
    return begins


def _places(
    text: Text, begins: dict[tuple[str, str], set[int]], wanted: Mapping[str, object]
) -> Iterator[Place]:
    """Yield the places in a text of the wanted keys."""
    for edges in zip(text.starts, text.ends, strict=True):
        found = [*words(text.text, *edges)]
        folded = [word[0].casefold() for word in found]
        for n, pair in enumerate(pairwise(folded)):
            for number in begins.get(pair, ()):
                inside = found[n : n + number]
                key = _key(text.text[inside[0].start() : inside[-1].end()])
                if key in wanted:
                    yield Place(inside[1].start(), inside[-2].end(), key)


def _cover(t: Tables, layers: set[str]) -> Cover:
    chosen = t.spans.filter(pl.col("layer").is_in(layers)).sort("start")
    places = defaultdict[tuple[int, str], list[tuple[int, int]]](list)
    for annotation, layer, *edges in (
        chosen.select("annotation", "layer", "start", "end").collect().rows()
    ):
        places[annotation, layer].append((edges[0], edges[1]))
    return {
        own: ([start for start, _ in edges], [*accumulate((end for _, end in edges), max)])
        for own, edges in places.items()
    }


def _overlaps(spans: tuple[list[int], list[int]] | None, place: Place) -> bool:
    if spans is None:
        return False
    before = bisect_left(spans[0], place.end)
    return before > 0 and spans[1][before - 1] > place.start

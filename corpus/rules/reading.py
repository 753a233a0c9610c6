"""What rules about words look at: a text, its annotated passages, and the lexicon of its language.

A rule that needs a list of the lexicon is silent in a text whose language has none.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from corpus.schema import Lexicon, Schema
from corpus.tables import Tables
from corpus.tokens import Stretch, quotations, quoted, words

Row = dict[str, Any]
BREAK = r"[.,;:!?()“”\"–—](?!\w)"
NUMBER = re.compile(r"\s+[$€£¥]?\d")
SPAN = ("annotation", "span_id", "layer", "line", "start", "end", "text")


@dataclass(frozen=True, eq=False)
class Reading:
    """A text as rules read it: `body` are its annotated passages, `sentences` where they begin."""

    text: str
    body: list[Stretch]
    sentences: list[int]
    lexicon: Lexicon

    def before(self, start: int, most: int = 3) -> list[str]:
        """Return the last words before a place, as they stand there, the nearest first.

        Only those that no punctuation parts from it.
        """
        near = re.split(BREAK, self.text[max(start - 60, 0) : start])[-1]
        return [word[0] for word in words(near)][: -most - 1 : -1]

    def after(self, end: int, most: int = 3) -> list[str]:
        """Return the next words after a place, as they stand, that no punctuation parts from it."""
        near = re.split(BREAK, self.text[end : end + 60])[0]
        return [word[0] for word in words(near)][:most]

    def number_after(self, end: int) -> bool:
        """Say whether a number in digits, or a sum of money, follows a place."""
        return bool(NUMBER.match(self.text, end))

    def sentence(self, place: int) -> int:
        """Return the number of the sentence in which a place lies, from 0; -1 before the first."""
        return bisect_right(self.sentences, place) - 1

    def quotations(self) -> list[Stretch]:
        """Return the quotations of the annotated passages, in order."""
        return sorted(found for passage in self.body for found in quotations(self.text, *passage))

    def quoted(self) -> list[Stretch]:
        """Return what is quoted in the annotated passages, open quotations too, in order."""
        return sorted(found for passage in self.body for found in quoted(self.text, *passage))

    def uses(self, name: str) -> Iterator[re.Match[str]]:
        """Yield the uses of the words of a list in the annotated passages; names are none."""
        for passage in self.body:
            for found in _pattern(self.lexicon[name]).finditer(self.text, *passage):
                if not self._is_name(found):
                    yield found

    def _is_name(self, found: re.Match[str]) -> bool:
        """Say whether a word is a name: capitalised within a sentence, or as *May* anywhere."""
        named = found[0].lower() in self.lexicon.get("names", ())
        return found[0][0].isupper() and (named or found.start() not in self.sentences)


def readings(t: Tables, schema: Schema, *lists: str) -> dict[int, Reading]:
    """Return annotation -> its text, of submitted ones, where the lexicon has all these lists."""
    found = {}
    for row in (
        t.documents.select("doc_id", "text", "language", "passages", "sentences")
        .collect()
        .to_dicts()
    ):
        lexicon = schema.lexicons.get(re.split("[-_]", row["language"].lower())[0], {})
        if lexicon.keys() >= {*lists}:
            kinds = schema.passages.annotated
            body = [Stretch(p["start"], p["end"]) for p in row["passages"] if p["kind"] in kinds]
            starts = [sentence["start"] for sentence in row["sentences"]]
            found[row["doc_id"]] = Reading(row["text"], body, starts, lexicon)
    own = t.annotations.filter(state="submitted").select("row", "doc_id").collect()
    return {row: found[doc_id] for row, doc_id in own.rows() if doc_id in found}


@cache
def _pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(forms, key=len, reverse=True)
    spaced = (re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)
    return re.compile(rf"(?<![\w'’-])(?:{'|'.join(spaced)})(?![\w-]|['’]\w)", re.IGNORECASE)


def spans_of(t: Tables, layers: list[str]) -> Iterator[Row]:
    """Yield the spans of these layers, by SPAN."""
    chosen = t.spans.filter(pl.col("layer").is_in(layers))
    yield from chosen.select(*SPAN).collect().iter_rows(named=True)


def spans_with(t: Tables, attribute: str, values: list[str]) -> Iterator[Row]:
    """Yield the spans that have one of these values of an attribute, by SPAN."""
    given = t.attributes.filter((pl.col("name") == attribute) & pl.col("value").is_in(values))
    chosen = t.spans.join(given, on=["annotation", "span_id"], how="semi", maintain_order="left")
    yield from chosen.select(*SPAN).collect().iter_rows(named=True)


class Cover:
    """Stretches of a text, asked whether any of them touches a place."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        self.starts, self.ends = list[int](), list[int]()
        for start, end in sorted(stretches):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(end, self.ends[-1])
            else:
                self.starts.append(start)
                self.ends.append(end)

    def touches(self, start: int, end: int) -> bool:
        """Say whether a stretch shares a character with start..end."""
        nearest = bisect_left(self.starts, end) - 1
        return nearest >= 0 and self.ends[nearest] > start

    def holds(self, start: int, end: int) -> bool:
        """Say whether start..end lies within one of the stretches."""
        nearest = bisect_right(self.starts, start) - 1
        return nearest >= 0 and self.ends[nearest] >= end


def covers(t: Tables, layers: list[str]) -> dict[int, Cover]:
    """Return annotation -> what its spans of these layers cover."""
    places = dict[int, list[tuple[int, int]]]()
    for span in spans_of(t, layers):
        places.setdefault(span["annotation"], []).append((span["start"], span["end"]))
    return {own: Cover(stretches) for own, stretches in places.items()}


def fault(span: Row, message: str) -> Row:
    """Return a row of FAULT about a span."""
    place = {name: span[name] for name in ("annotation", "line", "start", "end")}
    return place | {"item": span["span_id"], "message": message}


def at(annotation: int, stretch: tuple[int, int], message: str) -> Row:
    """Return a row of FAULT about a stretch of a text that an annotation left as it is."""
    start, end = stretch
    item = f"{start}..{end}"
    return {"annotation": annotation, "item": item, "start": start, "end": end, "message": message}


def named(span: Row) -> str:
    """Return how a message names a span."""
    return f"{span['layer']} {shown(span['text'], (0, len(span['text'])))}"


def shown(text: str, stretch: tuple[int, int], most: int = 60) -> str:
    """Return a stretch of a text in single quotes, cut to `most` characters."""
    start, end = stretch
    return f"'{text[start : min(end, start + most)]}{'…' if end - start > most else ''}'"

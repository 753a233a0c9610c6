"""Texts that are published without their words, and what else of their words must not be published.

The words that offsets cut out of such a text are null (see `covered`). Its words may also stand
elsewhere: in its title or address, in a free remark, in the name of an entity. So whatever else has
five words in a row of a withheld text is null too. A word is a run of letters and digits, whatever
its case and accents, since an address spells a headline in its own way; in a script without blanks
two characters count as one word. Ids are passed over: they are names that somebody gave.

What cannot be null stops the build: the schema's own words, of which the card is made, and what is
said of an annotator. Free to say what they will are dataset.toml, written by hand to be published,
and texts that are released with their words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from typing import Any
from unicodedata import category, normalize
from urllib.parse import unquote

import polars as pl

from corpus.dataset.configs import Config
from corpus.dataset.covered import WHOLE, covered, places
from corpus.dataset.released import WHO
from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.seeds import DOC_ID
from corpus.tables import Tables

RUN = 5
"""How many words in a row are too many."""
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
UNSPACED += r"\U00020000-\U0003ffff"
"""Thai, Lao, Burmese, Khmer, kana, Han."""
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
HALF = re.compile(rf"[{UNSPACED}]")
SILENT = ("Mn", "Mc", "Me", "Cf")
"""Categories of characters that change no word: accents, soft hyphens, joiners."""
KEPT = (*WHO, "licence", "language", "date", "release")
"""Columns that are never null; classes and their names are neither."""
NUMBERS = (pl.Int64, pl.Boolean, pl.List(pl.Int64))
SECTION = "## Withheld texts"
MOST = 50
"""Of more texts the card has the number, and `documents` the rest."""


def words(text: str) -> list[str]:
    """Return the words of a text, of which accents and case are taken away."""
    plain = (c for c in normalize("NFKD", text) if category(c) not in SILENT)
    return WORD.findall("".join(plain).casefold())


def runs(text: str) -> Iterator[int]:
    """Yield a hash of each run of as many words as are too many."""
    found = words(text)
    halves = [1 if HALF.match(word) else 2 for word in found]
    first = held = 0
    for last, half in enumerate(halves):
        held += half
        while held - halves[first] >= 2 * RUN:
            held -= halves[first]
            first += 1
        if held >= 2 * RUN:
            yield hash(tuple(found[first : last + 1]))


@dataclass(frozen=True)
class Withheld:
    """The texts that are published without their words: run of words -> the first that has it."""

    found: Mapping[int, str]

    def quoted(self, string: str) -> str | None:
        """Return the id of a text of which a string has too many words in a row."""
        if DOC_ID.fullmatch(string):
            return None
        once = unquote(string)  # an address may hold another one, a title be of a web page
        spelled = dict.fromkeys((string, once, unquote(once), unescape(string)))
        return next((self.found[r] for s in spelled for r in runs(s) if r in self.found), None)

    def refuse(self, place: str, string: str) -> None:
        """Raise CorpusError if a string that must stand has too many words in a row."""
        if doc_id := self.quoted(string):
            raise CorpusError(
                f"{place}: {string[:60]!r} has {RUN} words in a row of {doc_id}, a text that is"
                " published without its words, and would be published: word it otherwise"
            )


def withheld(tables: Tables) -> Withheld:
    """Return the texts that are published without their words."""
    own = tables.documents.filter(pl.col("release") != "text").select("doc_id", "text")
    texts = own.sort("doc_id", descending=True).collect()
    return Withheld({run: doc_id for doc_id, text in texts.iter_rows() for run in runs(text)})


def without_quotes(tables: Tables, schema: Schema, made: Mapping[str, Config]) -> dict[str, Config]:
    """Return the configs without what has too many words in a row of a withheld text.

    Raises:
        CorpusError: such words stand where something must.
    """
    own = withheld(tables)
    if not own.found:
        return dict(made)
    for place, string in (*_schema(schema), *_annotators(tables)):
        own.refuse(place, string)
    return {
        name: replace(config, frame=_cleaned(own, name, config)) for name, config in made.items()
    }


def _schema(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield what the card and its like show of the schema."""
    yield schema.path, schema.title
    for part in (schema.layers, schema.shared(), schema.relations):
        for name, declared in part.items():
            yield f"{schema.path}: {name}", declared.definition
            for value, of in getattr(declared, "values", {}).items():
                yield f"{schema.path}: {name}: {value}", of.definition


def _annotators(tables: Tables) -> Iterator[tuple[str, str]]:
    rows = tables.annotators.select("annotator", "description").drop_nulls().collect()
    yield from ((f"annotator {name}", said) for name, said in rows.iter_rows())


def _cleaned(own: Withheld, name: str, config: Config) -> pl.DataFrame:
    frame, words_ = config.frame, {*places(config.frame.schema), WHOLE}
    kept = {*KEPT, *config.labels, *(label.removesuffix("_label") for label in config.labels)}
    columns = []
    for column in (series for series in frame if series.name not in words_):
        bad = {string for string in _said(column, config) if own.quoted(string)}
        if bad and column.name in kept:
            own.refuse(f"{name}: {column.name}", min(bad))
        if bad:
            values = [_without(value, bad) for value in column.to_list()]
            columns.append(pl.Series(column.name, values, column.dtype))
    return frame.with_columns(columns)


def _said(column: pl.Series, config: Config) -> set[str]:
    """Return the strings in a column; of one of classes all of them, which its features list."""
    if column.dtype in NUMBERS:
        return set()
    for label in (column.name, f"{column.name}_label"):
        if label in config.labels:
            return {*config.labels[label]}
    whole = column.unique() if column.dtype == pl.String else column
    return {*strings(whole.to_list())}


def strings(value: Any) -> Iterator[str]:
    """Yield the strings in a value, at any depth, but for words that offsets cut out of a text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        passed = _words((*value,))
        for key, item in value.items():
            if key not in passed:
                yield from strings(item)


def _without(value: Any, bad: set[str]) -> Any:
    """Return a value with null for the bad strings in it."""
    if isinstance(value, list):
        return [_without(item, bad) for item in value]
    if isinstance(value, dict):
        passed = _words((*value,))
        return {k: v if k in passed else _without(v, bad) for k, v in value.items()}
    return None if isinstance(value, str) and value in bad else value


@cache
def _words(columns: tuple[str, ...]) -> frozenset[str]:
    """Return the columns that hold words of a text."""
    return frozenset({*covered(columns), WHOLE})


def withheld_section(documents: pl.DataFrame) -> Iterator[str]:
    """Yield the card's section; nothing if no text is withheld. documents: that config's frame."""
    texts = documents.unique("doc_id", maintain_order=True)
    if not (without := texts.filter(pl.col("text").is_null())["doc_id"].to_list()):
        return
    yield f"{SECTION}\n"
    number = f"{len(without):,} of {len(texts):,} text(s)"
    yield f"{number}, which may not be passed on: {_named(without)}."
    yield "Their text, words, sentences and tokens are null, and so is whatever else has five of"
    yield "their words in a row, as a title may. Labels, offsets and `text_sha256` are all there."
    yield "Whoever has copies puts the words back, into a new folder:\n"
    yield "```sh\ncorpus restore FOLDER COPIES --out NEW\n```\n"
    yield "`FOLDER` is this repository, downloaded whole; `COPIES` are files, or a folder of them,"
    yield "under any name: a text is told by its sha256.\n"


def restored_section(documents: pl.DataFrame) -> Iterator[str]:
    """Yield the section of a dataset that was restored, in place of the other one."""
    texts = documents.unique("doc_id", maintain_order=True).filter(pl.col("release") != "text")
    parts = (
        ("Words are back, from copies of whoever made this folder", pl.col("text").is_not_null()),
        ("Still without words", pl.col("text").is_null()),
    )
    yield f"{SECTION}\n"
    for said, which in parts:
        if names := texts.filter(which)["doc_id"].to_list():
            yield f"- {said}: {_named(names)}."
    yield "\nThe texts may still not be passed on, and this folder may not either.\n"


def _named(doc_ids: list[str]) -> str:
    more = f" and {len(doc_ids) - MOST:,} more" if len(doc_ids) > MOST else ""
    return ", ".join(f"`{doc_id}`" for doc_id in doc_ids[:MOST]) + more

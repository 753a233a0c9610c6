"""Columns that hold words of a text, and how they are taken away and put back.

A column `text` stands beside `start` and `end`, `from_text` beside `from_start` and `from_end`,
`source_texts` beside lists of both, and any other, as `sentence`, beside `sentence_start` and
`sentence_end`; in a struct it is the same. `text` without any is the whole text of `documents`. So
what a column must hold follows from the offsets: it is checked, withheld and restored by that.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import polars as pl

WHOLE = "text"
OFFSETS = (pl.Int64(), pl.List(pl.Int64()))
Texts = Mapping[str, str | None]
"""doc_id -> its text, None where that is withheld."""


def covered(columns: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return column -> the columns of its offsets."""
    found = {}
    for name in columns:
        beside = (f"{name}_start", f"{name}_end")
        within = (name.replace("text", "start"), name.replace("text", "end"))
        for starts, ends in (beside, within):
            if name not in (starts, ends) and {starts, ends} <= {*columns}:
                found[name] = (starts, ends)
    return found


def places(columns: Mapping[str, pl.DataType]) -> dict[str, tuple[str, str]]:
    """Return the same of the columns of a frame, of which only numbers are offsets.

    Attributes may be called so, too: `time`, `time_start` and `time_end`.
    """
    numbers = {name for name, kind in columns.items() if kind in OFFSETS}
    return {name: edges for name, edges in covered(columns).items() if numbers >= {*edges}}


def filled(frame: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Return a frame with the words that its offsets cut out of the texts; null without a text."""
    return frame.with_columns(_columns(frame, texts))


def _columns(frame: pl.DataFrame, texts: Texts) -> Iterator[pl.Series]:
    own = [texts[doc_id] for doc_id in frame["doc_id"]]
    found = places(frame.schema)
    for name, edges in found.items():
        cells = zip(own, *(frame[edge].to_list() for edge in edges), strict=True)
        yield pl.Series(name, [_cut(*cell) for cell in cells], frame.schema[name])
    if WHOLE in frame.columns and WHOLE not in found:
        yield pl.Series(WHOLE, own, pl.String)
    for name, kind in frame.schema.items():
        inner = getattr(kind, "inner", None)
        if isinstance(inner, pl.Struct) and (inside := covered([f.name for f in inner.fields])):
            rows = zip(own, frame[name].to_list(), strict=True)
            yield pl.Series(name, [_structs(text, items, inside) for text, items in rows], kind)


def _structs(
    text: str | None, items: list[dict[str, Any]], inside: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    return [
        item | {name: _cut(text, item[a], item[b]) for name, (a, b) in inside.items()}
        for item in items
    ]


def _cut(text: str | None, start: Any, end: Any) -> Any:
    """Return a slice, or the list of slices of lists of offsets; None if any of it is None."""
    if text is None or start is None:
        return None
    if isinstance(start, list):
        return [text[one:other] for one, other in zip(start, end, strict=True)]
    return text[start:end]

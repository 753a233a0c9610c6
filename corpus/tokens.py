"""Words and quotations of a text, with offsets.

A word is a run of letters, digits and what stands between two of them (an apostrophe, a hyphen, a
point: *Trump's*, *face-to-face*, *U.S*). English quotation marks are paired as they are written:
“…”, "…", ‘…’; an apostrophe is no closing mark of a quotation that none opened.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

WORD = re.compile(r"[\w\u0300-\u036f]+(?:[-'’.][\w\u0300-\u036f]+)*")
MARK = re.compile(r"[“”\"„«»]|(?<!\w)[‘'](?=\w)|(?<=[\w.,!?…])[’'](?!\w)")
CLOSING = {"“": "”", '"': '"', "„": "“”", "«": "»", "‘": "’", "'": "'"}
"""Opening mark -> what may close it."""


class Stretch(NamedTuple):
    """A piece of a text, by its offsets."""

    start: int
    end: int


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Yield the words of a stretch of a text, as matches whose offsets are of the whole text."""
    return WORD.finditer(text, start, len(text) if end is None else end)


def quotations(text: str, start: int = 0, end: int | None = None) -> list[Stretch]:
    """Return the quotations of a stretch, marks included, in the order in which they close.

    A mark that nothing closes in the stretch, as of a quotation that runs over paragraphs, is none.
    """
    open_, found = list[re.Match[str]](), list[Stretch]()
    for mark in MARK.finditer(text, start, len(text) if end is None else end):
        closed = next((m for m in reversed(open_) if mark[0] in CLOSING[m[0]]), None)
        if closed is not None:
            del open_[open_.index(closed) :]
            found.append(Stretch(closed.start(), mark.end()))
        elif mark[0] in CLOSING:
            open_.append(mark)
    return found

"""Words and quotations of a text, with offsets.

A word is a run of letters, digits and what stands between two of them (an apostrophe, a hyphen, a
point: *Trump's*, *face-to-face*, *U.S*). English quotation marks are paired as they are written:
“…”, "…", ‘…’; an apostrophe is no closing mark of a quotation that none opened.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

WORD = re.compile(r"[\w\u0300-\u036f]+(?:[-'’.][\w\u0300-\u036f]+)*")
MARK = re.compile(r"[“”\"„«»]|(?<!\w)[‘'](?=[^\W\d])|(?<=[\w.,!?…])[’'](?!\w)")
CLOSING = {"“": "”", '"': '"', "„": "“”", "«": "»", "‘": "’", "'": "'"}
"""Opening mark -> what may close it."""
OPENING = {mark: [o for o, closing in CLOSING.items() if mark in closing] for mark in "“”\"„«»‘’'"}
"""Mark -> the opening marks that it may close."""
OPEN, CLOSED = '“"„«', "”»"
"""Marks that are no apostrophe."""


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
    return _paired(text, start, len(text) if end is None else end)[0]


def quoted(text: str, start: int, end: int) -> list[Stretch]:
    """Return what of a stretch is quoted: its quotations, and up to its edge what is open there."""
    found, lone = _paired(text, start, end)
    open_ = [Stretch(mark.start(), end) for mark in lone if mark[0] in OPEN]
    closed = [Stretch(start, mark.end()) for mark in lone if mark[0] in CLOSED]
    return [*found, *open_, *closed]


def _paired(text: str, start: int, end: int) -> tuple[list[Stretch], list[re.Match[str]]]:
    """Return the quotations, and the marks that have no other half."""
    open_, found, lone = list[re.Match[str]](), list[Stretch](), list[re.Match[str]]()
    waiting = Counter[str]()  # so that nothing is looked for that is not there
    for mark in MARK.finditer(text, start, end):
        if any(waiting[opening] for opening in OPENING[mark[0]]):
            while mark[0] not in CLOSING[open_[-1][0]]:
                waiting[open_[-1][0]] -= 1
                lone.append(open_.pop())
            waiting[open_[-1][0]] -= 1
            found.append(Stretch(open_.pop().start(), mark.end()))
        elif mark[0] in CLOSING:
            waiting[mark[0]] += 1
            open_.append(mark)
        else:
            lone.append(mark)
    return found, [*lone, *open_]

"""The line of a text in which a span begins, with a mark under the span, for a terminal."""

from collections.abc import Iterable
from functools import cache

from corpus.findings import printable

WIDTH = 72
"""How many cells of the terminal a line of a text takes, without what shows that it is cut."""


def excerpt(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the line in which a span begins, cut with … to about WIDTH cells, and its mark.

    A line break in the span is written out and ends the line. However long the text is, only the
    characters near `start` are looked at.
    """
    from rich.cells import cell_len

    before, span, after = _line(text, start, end)
    covered = _fitting(span, WIDTH * 3 // 4)
    if len(covered) < len(span):
        after = ""
    room = WIDTH - cell_len("".join(covered))
    left = _fitting(reversed(before), room - min(room // 2, len(after)))[::-1]
    right = _fitting(after, room - cell_len("".join(left)))
    head = ("…" if _goes_on(text, start - len(left) - 1) else "") + "".join(left)
    ahead = cell_len(head)
    shown = head + "".join(covered)
    mark = " " * ahead + "^" * max(cell_len(shown) - ahead, 1)
    stop = start + len(covered) + len(right)
    more = stop < end or (_goes_on(text, stop) and not span.endswith("\n"))
    return shown + "".join(right) + ("…" if more else ""), mark


def _line(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Return what stands before the span in its line, the span and what stands after it.

    Each is cut to WIDTH characters, since a character hardly takes less than a cell.
    """
    first = max(text.rfind("\n", max(start - WIDTH, 0), start) + 1, start - WIDTH, 0)
    last = min(end, start + WIDTH)
    if (found := text.find("\n", start, last)) >= 0:
        return text[first:start], text[start : found + 1], ""
    after = text[last : last + WIDTH].partition("\n")[0].removesuffix("\r")
    return text[first:start], text[start:last], after


def _goes_on(text: str, at: int) -> bool:
    """Tell whether a line has a character here that is not its end."""
    return 0 <= at < len(text) and text[at] not in "\r\n"


def _fitting(characters: Iterable[str], most: int) -> list[str]:
    """Return the first characters, as they are shown, that take at most so many cells."""
    kept, taken = [], 0
    for character in characters:
        shown, cells = _shown(character)
        taken += cells
        if taken > most:
            break
        kept.append(shown)
    return kept


@cache
def _shown(character: str) -> tuple[str, int]:
    """Return how a character is shown, and how many cells of the terminal that takes."""
    from rich.cells import cell_len

    shown = printable(character)
    return shown, cell_len(shown)

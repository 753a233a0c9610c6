"""A reader's own copies of texts, told by the sha256 of the text that was annotated.

A copy that differs in how it is saved alone (newlines, a byte order mark, the newline at its end,
the form of its accents, its encoding) is taken as if it were saved like the text: that this is the
very text is what the sha256 says.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from corpus.errors import CorpusError

BOM = "\ufeff"
LARGEST = 64 << 20
"""Bytes of a file of which no more than the sha256 is looked at."""
ENCODINGS = ("utf-8", "utf-16", "cp1252")
Change = tuple[str, Callable[[str], str]]
AS_IS: Change = ("", lambda text: text)
CHANGES: tuple[Sequence[Change], ...] = (
    (
        AS_IS,
        ("its byte order mark is not in the text", lambda text: text.removeprefix(BOM)),
        ("the text begins with a byte order mark", lambda text: BOM + text.removeprefix(BOM)),
    ),
    (
        AS_IS,
        ("its accents are composed otherwise (NFC)", lambda text: normalize("NFC", text)),
        ("its accents are composed otherwise (NFD)", lambda text: normalize("NFD", text)),
    ),
    (
        AS_IS,
        ("its newlines are not those of the text (LF)", lambda text: _lines(text)),
        ("its newlines are not those of the text (CRLF)", lambda t: _lines(t, "\r\n")),
        ("its newlines are not those of the text (CR)", lambda text: _lines(text, "\r")),
    ),
    (
        AS_IS,
        ("the text has no newline at its end", lambda text: text.rstrip("\r\n")),
        ("the text has a newline at its end", lambda text: text.rstrip("\r\n") + "\n"),
        ("the text has a newline at its end (CRLF)", lambda text: text.rstrip("\r\n") + "\r\n"),
    ),
)
"""Ways in which a copy may differ, of each the words and what undoes it."""


@dataclass(frozen=True)
class Copy:
    """A text that was found. path: where; differs: in which ways that file is saved otherwise."""

    path: Path
    text: str
    differs: str = ""


def copies(places: Sequence[Path], wanted: Collection[str]) -> dict[str, Copy]:
    """Return sha256 -> the copy of that text, of those wanted; exact copies first.

    places: files, or folders of files.
    """
    files, found = [*_files(places)], dict[str, Copy]()
    for path in files:
        if (digest := _digest(path)) in wanted and digest not in found:
            found[digest] = Copy(path, path.read_bytes().decode("utf-8"))
    for path in files:
        left = {*wanted} - {*found}
        if left and path.stat().st_size <= LARGEST:
            found |= _alike(path, left)
    return found


def _files(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        if not place.exists():
            raise CorpusError(f"{place}: is not there; expected a text, or a folder of texts")
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in inside if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _alike(path: Path, wanted: Collection[str]) -> Mapping[str, Copy]:
    """Return the texts that a file would be if it were saved otherwise; in the fewest ways."""
    ways = [
        (digest, text, [*coded, *said])
        for own, coded in _decoded(path.read_bytes()).items()
        for text, said in _saved_otherwise(own)
        if (digest := hashlib.sha256(text.encode()).hexdigest()) in wanted
    ]
    found = dict[str, Copy]()
    for digest, text, said in sorted(ways, key=lambda way: len(way[2])):
        found.setdefault(digest, Copy(path, text, "; ".join(said)))
    return found


def _decoded(data: bytes) -> dict[str, list[str]]:
    """Return the texts that a file may hold, each with what is to be said of its encoding."""
    found = dict[str, list[str]]()
    for encoding in ENCODINGS:
        coded = [] if encoding == "utf-8" else [f"it is saved in {encoding}, the text in UTF-8"]
        with suppress(UnicodeError):
            found.setdefault(data.decode(encoding), coded)
    return found


def _saved_otherwise(
    text: str, changes: Sequence[Sequence[Change]] = CHANGES
) -> Iterator[tuple[str, list[str]]]:
    """Yield each way in which a text may be saved; a change that changes nothing is none."""
    if not changes:
        yield text, []
        return
    tried = list[str]()
    for said, change in changes[0]:
        if (new := change(text)) not in tried:
            tried.append(new)
            for last, more in _saved_otherwise(new, changes[1:]):
                yield last, [said, *more] if said else more


def _lines(text: str, newline: str = "\n") -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", newline)

"""What could not be read: the decoder's refusals as rows of the `faults` table (family F).

Nothing is raised at the first bad item: a reader decodes piece by piece, keeps a row for each
piece that fails, and goes on.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from corpus.tables import Rows

Offset = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""Any whole number that a table can hold; whether it lies in the text is for a rule to say."""

HALF = r"holds half a character: one \uD800 to \uDFFF without its other half"
SPAN_ID = r"^[A-Za-z0-9_.:#-]{1,100}$"
GuidelineVersion = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]+\.[0-9]+\.[0-9]+\Z")]
"""Versions are compared by their numbers: one without them would pass for the oldest."""
DEEPEST = 100
"""How many times over the spans of an annotation may cover its text."""
LONGEST = 300
"""How many characters of a refusal are shown: it quotes what may be megabytes."""
T = TypeVar("T")


@dataclass
class Source:
    """Where a reader is: the fixed part of the place of every fault that it finds."""

    rows: Rows
    file: str
    document: str | None = None
    annotator: str | None = None
    place: str | None = None

    def fault(self, rule: str, message: str, *, line: int = 1, item: str | None = None) -> None:
        """Keep one fault."""
        at = ", ".join(filter(None, (self.place, item))) or None
        told = message if len(message) <= LONGEST else f"{message[:LONGEST]}…"
        self.rows.faults.append((rule, self.file, line, self.document, self.annotator, at, told))

    def covered(self, text: str, places: Iterable[tuple[int | None, int | None]]) -> None:
        """Keep one fault if spans cover a text so often that their words would fill the memory."""
        length = len(text)
        inside = ((start or 0, min(end or 0, length)) for start, end in places)
        whole = sum(max(end - start, 0) for start, end in inside if start >= 0)
        if whole > DEEPEST * length > 0:
            words = f"the spans cover their text {whole // length} times over"
            self.fault("text-covered-too-often", f"{words}: expected {DEEPEST} at most")

    def refused(self, error: msgspec.DecodeError, line: int = 1, item: str | None = None) -> None:
        """Keep what the typed decoder refused, under the rule that its words amount to."""
        rule, message = _reading(str(error))
        self.fault(rule, f"{item} {message}" if item else message, line=line, item=item)

    def decoded(
        self,
        pieces: Iterable[msgspec.Raw],
        decode: Callable[[msgspec.Raw], T],
        what: str,
        first_line: int | None,
    ) -> list[T]:
        """Decode piece by piece; `first_line` is None where all stand on line 1."""
        done = []
        for number, piece in enumerate(pieces):
            line = 1 if first_line is None else first_line + number
            try:
                done.append(decode(piece))
            except (msgspec.DecodeError, RecursionError) as error:
                item = _id_of(piece) or f"{what} {number + 1}"
                self.refused(msgspec.DecodeError(str(error)), line, item)
        return done

    def once(self, data: bytes) -> None:
        """Keep a fault if a key stands twice in one object: the decoder takes the last in silence.

        The line is that of the object if it has one to itself, else of the key, else 1.
        """
        if (key := repeated(data)) is not None:
            lines = data.split(b"\n")
            own = (n for n, line in enumerate(lines, 1) if repeated(line.rstrip(b",")) == key)
            opening = f'"{key}"'.encode("utf-8", "surrogatepass")
            keys = [n for n, line in enumerate(lines, 1) if line.startswith(opening)]
            self.fault("json-invalid", twice(key), line=next(own, (keys or [1])[-1]))

    def whole(self, data: bytes, kind: type[T]) -> T | None:
        """Decode a whole file; None, and one fault, if it is no JSON or not of that kind."""
        try:
            data.decode("utf-8")
            return msgspec.json.decode(data, type=kind)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.fault("json-invalid", f"not UTF-8 at byte {error.start}", line=line)
        except msgspec.ValidationError as error:
            self.refused(error, _key_line(data, str(error)))
        except msgspec.DecodeError as error:
            self.fault("json-invalid", _broken(str(error)), line=_line(data, str(error)))
        except RecursionError:
            self.fault("json-invalid", "not readable: nested too deeply")
        return None


def _id_of(piece: msgspec.Raw) -> str | None:
    """Return the id of an item that could not be decoded, if it has a plain one."""
    try:
        return msgspec.json.decode(piece, type=_Named).id
    except (msgspec.DecodeError, RecursionError):
        return None


class _Named(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(pattern=SPAN_ID)]


def read_bytes(source: Source, path: Path) -> bytes | None:
    """Return a file's bytes; None, and one fault, if the system refuses."""
    try:
        return path.read_bytes()
    except OSError as error:
        source.fault("json-invalid", f"cannot be read: {error.strerror}")
        return None


def _reading(text: str) -> tuple[str, str]:
    place = re.search(r" - at `(.*)`$", text)
    at = f" at {place[1]}" if place else ""
    words = re.sub(r" - at `.*`$", "", text).replace("`", "'")
    if "missing required field" in words:
        return "missing-field", f"has no {words.split('field ')[1]}{at}"
    if "unknown field" in words:
        return "unknown-field", f"has the unknown field {words.split('field ')[1]}{at}"
    if "Invalid enum value" in words:
        return "bad-value", f"has the unknown value {words.split('value ')[1]}{at}"
    if "truncated" in words or "surrogate" in words:  # of a piece of a whole that was well-formed
        return "json-invalid", HALF
    if "malformed" in words or "recursion" in words:
        return "json-invalid", _broken(words)
    return "bad-type", f"has a wrong type: {words[0].lower()}{words[1:]}{at}"


def _broken(text: str) -> str:
    if "surrogate" in text or "hex escape" in text:
        place = re.search(r" \(byte \d+\)", text)
        return HALF + (place[0] if place else "")
    if "invalid character (byte 0)" in text:
        return "not JSON: it begins otherwise, or with a byte order mark: save it as UTF-8 without"
    if "truncated" in text:
        return "not JSON: the file ends in the middle; it was probably cut off"
    return f"not JSON: {text.removeprefix('JSON is malformed: ')}"


def _key_line(data: bytes, text: str) -> int:
    """Return the line that begins with the key that a refusal names last; 1 if none does."""
    names = re.findall(r"`(?:\$\.)?(\w+)", text)
    at = data.find(f'\n"{names[-1]}"'.encode()) if names else -1
    return data.count(b"\n", 0, at) + 2 if at >= 0 else 1


def repeated(data: bytes | msgspec.Raw) -> str | None:
    """Return a key that stands twice in one object of a piece of JSON; None if it is none."""
    try:
        ONCE.decode(bytes(data).decode("utf-8"))
    except _TwiceError as error:
        return str(error)
    except (ValueError, RecursionError):  # what is no JSON is said elsewhere
        return None
    return None


def twice(key: str) -> str:
    """Say that a key stands twice; of an endless key, its beginning."""
    shown = key if len(key) <= 60 else key[:60] + "…"
    return f"the key {shown!r} stands twice in one object"


class _TwiceError(Exception):
    """A key that stands twice."""


def _once(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise _TwiceError(next(name for name, count in counts.items() if count > 1))


ONCE = json.JSONDecoder(object_pairs_hook=_once)


def _line(data: bytes, text: str) -> int:
    place = re.search(r"\(byte (\d+)\)", text)
    return data.count(b"\n", 0, int(place[1]) if place else len(data)) + 1

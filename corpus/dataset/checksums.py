"""checksums.txt: what a dataset folder must hold, to the byte and, beyond that, in its rows.

Its lines are those of `sha256sum`, which checks them (`sha256sum -c checksums.txt`). The same rows
have other bytes with another pyarrow; so each config and split also has a digest of its rows, in
comments that `sha256sum` passes over. It is the sha256 of the rows in their order, each the JSON of
its values in the order of the columns (RFC 8259, UTF-8, no blanks), after such a line of the
columns' names, with a newline behind every line.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import polars as pl
import pyarrow as pa

from corpus.errors import CorpusError

CHECKSUMS = "checksums.txt"
PYARROW: str = pa.__version__
LINE = re.compile(
    r"# pyarrow (?P<pyarrow>\S+)|(?P<rows># rows )?(?P<digest>[0-9a-f]{64})  (?P<name>.+)"
)


@dataclass
class Checksums:
    """What checksums.txt says.

    pyarrow: the version that wrote the files. rows: `config/split` -> the digest of its rows.
    files: path from the dataset's folder -> sha256.
    """

    pyarrow: str = PYARROW
    rows: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def __bytes__(self) -> bytes:
        return "".join(f"{line}\n" for line in self._lines()).encode()

    def _lines(self) -> Iterator[str]:
        yield f"# pyarrow {self.pyarrow}"
        yield from (f"# rows {digest}  {name}" for name, digest in sorted(self.rows.items()))
        yield from (f"{digest}  {name}" for name, digest in sorted(self.files.items()))


def checksums(folder: Path, rows: Mapping[str, pl.DataFrame]) -> Checksums:
    """Return those of a folder; rows: `config/split` -> its rows."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS)
    return Checksums(
        rows={name: digest(frame) for name, frame in rows.items()},
        files={path.relative_to(folder).as_posix(): sha256(path) for path in files},
    )


def read_checksums(folder: Path) -> Checksums:
    """Return what a folder's checksums.txt says; CorpusError if it says nothing of the kind."""
    path = folder / CHECKSUMS
    if not path.is_file():
        raise CorpusError(f"{path}: no such file: expected the {CHECKSUMS} of a dataset")
    found = Checksums(pyarrow="")
    text = path.read_text(encoding="utf-8", errors="backslashreplace")
    for number, line in enumerate(text.splitlines(), 1):
        said = LINE.fullmatch(line)
        if said is None:
            raise CorpusError(
                f"{path}:{number}: found {line!r}; expected a sha256, two blanks and a file"
            )
        if said["pyarrow"]:
            found.pyarrow = said["pyarrow"]
        else:
            (found.rows if said["rows"] else found.files)[said["name"]] = said["digest"]
    return found


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(frame: pl.DataFrame) -> str:
    """Return the sha256 of the rows of a frame, which no version of a library changes."""
    found = hashlib.sha256(msgspec.json.encode(frame.columns) + b"\n")
    for row in frame.iter_rows():
        found.update(msgspec.json.encode(row) + b"\n")
    return found.hexdigest()

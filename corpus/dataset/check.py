"""Does a corpus still give the dataset whose checksums were recorded?"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.dataset.about import About
from corpus.dataset.build import write
from corpus.dataset.checksums import CHECKSUMS, PYARROW, Checksums, read_checksums, sha256
from corpus.dataset.published import published
from corpus.schema import Schema
from corpus.tables import Tables


@dataclass(frozen=True)
class Comparison:
    """recorded: the file. compared: what of it. differences: a line each; none: it is the same."""

    recorded: Path
    compared: str
    differences: list[str]

    @property
    def text(self) -> str:
        """What a person reads: the differences, then what was compared."""
        said = "differs from" if self.differences else "is the same as"
        return "\n".join(
            [*self.differences, f"The dataset {said} {self.recorded}. Compared: {self.compared}"]
        )


def check(tables: Tables, schema: Schema, about: About, folder: Path) -> Comparison:
    """Build anew, and hold it against the checksums.txt of a folder.

    Rows are compared always, bytes if the same pyarrow wrote them. What else the folder holds is
    held against its checksums.txt, too; it need not hold the data files.

    Raises:
        CorpusError: the folder has no checksums.txt; the labels cannot be built.
    """
    recorded = read_checksums(folder)
    made = published(tables, schema)
    with tempfile.TemporaryDirectory() as scratch:
        write(made, tables, schema, about, Path(scratch) / "dataset")
        built = read_checksums(Path(scratch) / "dataset")
    differences = [
        *_changed(recorded.rows, built.rows, "rows"),
        *(_changed(recorded.files, built.files, "bytes") if _same_bytes(recorded) else ()),
        *_spoilt(recorded, folder),
    ]
    return Comparison(folder / CHECKSUMS, _compared(recorded, built), differences)


def _same_bytes(recorded: Checksums) -> bool:
    return recorded.pyarrow == PYARROW


def _compared(recorded: Checksums, built: Checksums) -> str:
    rows = f"the rows of {len(built.rows)} tables"
    if _same_bytes(recorded):
        return f"the bytes of {len(built.files)} files and {rows} (pyarrow {PYARROW})"
    return (
        f"{rows}, not the bytes of files: pyarrow {recorded.pyarrow or 'of unknown version'}"
        f" wrote them, here is {PYARROW}"
    )


def _changed(recorded: Mapping[str, str], built: Mapping[str, str], what: str) -> Iterator[str]:
    for name in sorted({*recorded, *built}):
        if name not in built:
            yield f"{name}: is recorded, and not built any more"
        elif name not in recorded:
            yield f"{name}: is built, and not recorded"
        elif recorded[name] != built[name]:
            yield f"{name}: is built with other {what} than recorded"


def _spoilt(recorded: Checksums, folder: Path) -> Iterator[str]:
    """Yield what the folder holds that its checksums.txt does not say; it may lack all data."""
    whole = (folder / "data").exists()
    for name, digest in sorted(recorded.files.items()):
        path = folder / name
        if path.is_file():
            if sha256(path) != digest:
                yield f"{path}: is not what {CHECKSUMS} says"
        elif whole:
            yield f"{path}: is missing"
    for path in sorted((folder / "data").rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in recorded.files:
            yield f"{path}: is not in {CHECKSUMS}"

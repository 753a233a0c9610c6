"""The dataset folder: written beside its place, read back with `datasets`, then put there."""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.dataset.about import About
from corpus.dataset.card import card
from corpus.dataset.checksums import CHECKSUMS, checksums, read_checksums
from corpus.dataset.croissant import FILE as CROISSANT
from corpus.dataset.croissant import croissant
from corpus.dataset.parquet import data_file, write_parquet
from corpus.dataset.published import Published, published
from corpus.dataset.readback import read_back
from corpus.dataset.splits import LEAST, PILOT
from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.tables import Tables

README = "README.md"
CHANGES = "CHANGELOG.md"
MADE = {README, CROISSANT, CHECKSUMS, CHANGES, "data"}
NOTHING = About()
UNREADABLE = re.compile(r"[\[\]\ud800-\udfff]|::")


def build(
    tables: Tables,
    schema: Schema,
    out: Path,
    say: Callable[[str], None] = lambda _: None,
    about: About = NOTHING,
) -> dict[str, int]:
    """Write the dataset folder `out` and return the number of rows of each config.

    The same tables give the same bytes. `out` is replaced whole or left as it is. A config without
    rows is left out, since `datasets` cannot load one.

    Raises:
        CorpusError: the labels break a rule; nothing to publish; `out` holds something that no
            build made; what was written does not load back as it was meant.
    """
    out = refuse_other(out)
    made = published(tables, schema)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as scratch:
            folder = Path(scratch) / "dataset"
            write(made, tables, schema, about, folder)
            say("loading it back with datasets")
            read_back(folder, made.arrow(), Path(scratch) / "cache")
            put(folder, out, Path(scratch))
    except OSError as error:
        raise CorpusError(f"{out}: cannot be written: {error.strerror or error}") from None
    return {name: config.frame.height for name, config in made.configs.items()}


def write(made: Published, tables: Tables, schema: Schema, about: About, folder: Path) -> None:
    """Write all files into a new folder."""
    if made.pilot and not about.version.startswith("0."):
        raise CorpusError(
            f"dataset.toml: version: found {about.version}; expected 0.x.y, since a corpus of fewer"
            f" than {LEAST} documents is a {PILOT}"
        )
    write_data(made, folder)
    (folder / README).write_bytes(card(tables, schema, about, made, folder))
    (folder / CROISSANT).write_bytes(croissant(tables, schema, about, made, folder))
    if about.changelog:
        (folder / CHANGES).write_bytes(about.changelog.encode())
    (folder / CHECKSUMS).write_bytes(bytes(checksums(folder, made.rows())))


def write_data(made: Published, folder: Path) -> None:
    """Write the Parquet files into a new folder."""
    for name, parts in made.parts.items():
        for split, config in parts.items():
            path = folder / data_file(name, split)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_parquet(path, config, made.documents[split])


def put(folder: Path, out: Path, scratch: Path) -> None:
    """Put a folder in the place of `out`; scratch: where the old one goes."""
    try:
        if out.exists():
            out.rename(scratch / "old")
        folder.rename(out)
    except BaseException:  # whatever stops us here, the old one goes back
        if (scratch / "old").exists() and not out.exists():
            (scratch / "old").rename(out)
        raise


def refuse_other(out: Path) -> Path:
    """Return the real place of a dataset; CorpusError if it cannot go there.

    A build may replace only a build.
    """
    out = Path(os.path.realpath(out))
    if out.is_symlink():
        raise CorpusError(f"{out}: is a link that leads in a circle; name a folder with --out")
    if UNREADABLE.search(str(out)):
        raise CorpusError(
            f"{out}: `datasets` loads nothing from a path with [, ], :: or a character"
            " that is not UTF-8; name another folder with --out"
        )
    if Path.cwd().is_relative_to(out):
        raise CorpusError(f"{out}: is where you stand; name a folder of its own with --out")
    for path in (out, *out.parents):
        if path.exists() and not path.is_dir():
            raise CorpusError(f"{path}: is a file; expected a folder, or nothing yet")
    if out.is_dir() and (other := next(_others(out), None)):
        raise CorpusError(
            f"{out}: holds {other!r}, which no build made; name an empty folder with --out"
        )
    return out


def _others(out: Path) -> Iterator[str]:
    """Yield what no build put into a folder: what its checksums.txt does not list."""
    yield from sorted({path.name for path in out.iterdir()} - MADE)
    listed = read_checksums(out).files if (out / CHECKSUMS).exists() else {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if name not in {CHECKSUMS, *listed} and (path.is_symlink() or not path.is_dir()):
            yield name

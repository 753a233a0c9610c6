"""The dataset folder: written beside its place, read back with `datasets`, then put there.

Reading back is what catches the silent traps: label names that differ between README and Parquet,
a class value out of range, a column that is filled because it is missing.
"""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.dataset.card import card
from corpus.dataset.derived import check_derived
from corpus.dataset.features import features
from corpus.dataset.frames import frames
from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.tables import Tables
from corpus.validation import refuse_errors, validate

if TYPE_CHECKING:
    from datasets import Features

SPLIT = "pilot"
"""The one split of a corpus that is too small to be split."""
MADE = {"README.md", "data"}
UNREADABLE = re.compile(r"[\[\]\ud800-\udfff]|::")
PARQUET = {
    "compression": "zstd",
    "compression_level": 3,
    "write_page_index": True,
    "use_content_defined_chunking": True,
}


def build(
    tables: Tables, schema: Schema, out: Path, say: Callable[[str], None] = lambda _: None
) -> dict[str, int]:
    """Write the dataset folder `out` and return the number of rows of each config.

    The same tables give the same bytes. `out` is replaced whole or left as it is. A config without
    rows is left out, since `datasets` cannot load one.

    Raises:
        CorpusError: the labels break a rule; nothing to publish; `out` holds something that no
            build made; what was written does not load back as it was meant.
    """
    out = refuse_other(out)
    refuse_errors(validate(tables, schema), "mend them first (`corpus validate` lists them)")
    check_derived(schema)
    _offline()
    made, types = frames(tables, schema), features(schema)
    if made["documents"].is_empty():
        raise CorpusError("nothing to build: no annotated document may be published with its text")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as scratch:
        folder = Path(scratch) / "dataset"
        arrow = {
            config: table(frame, types[config]) for config, frame in made.items() if len(frame)
        }
        sizes = {config: _write(folder, config, data) for config, data in arrow.items()}
        (folder / "README.md").write_bytes(card(tables, schema, made, types, sizes, SPLIT))
        say("loading it back with datasets")
        _check(folder, arrow, Path(scratch) / "cache")
        _put(folder, out, Path(scratch))
    return {config: len(frame) for config, frame in made.items()}


def table(frame: pl.DataFrame, types: "Features") -> pa.Table:
    """Return a frame as the Arrow table that `types` describe, label names as their numbers."""
    coded = frame.with_columns(_codes(frame, types))
    schema = types.arrow_schema
    return coded.to_arrow().cast(schema.remove_metadata()).replace_schema_metadata(schema.metadata)


def _codes(frame: pl.DataFrame, types: "Features") -> list[pl.Expr]:
    from datasets import ClassLabel, List

    found = []
    for name, kind in types.items():
        if isinstance(kind, ClassLabel):
            found.append(_coded(pl.col(name), kind.names).alias(name))
        elif isinstance(kind, List) and isinstance(kind.feature, ClassLabel):
            coded = _coded(pl.element(), kind.feature.names)
            found.append(pl.col(name).list.eval(coded).alias(name))
        elif name == "passages":
            code = _coded(pl.element().struct.field("kind"), kind.feature["kind"].names)
            whole = pl.element().struct.with_fields(kind=code)
            found.append(pl.col(name).list.eval(whole).alias(name))
    return found


def _coded(names: pl.Expr, classes: list[str]) -> pl.Expr:
    """Return the numbers of names; one that is no class stops the build, null stays null."""
    numbers = {name: number for number, name in enumerate(classes)}
    return names.replace_strict(numbers, return_dtype=pl.Int64)


def _write(folder: Path, config: str, data: pa.Table) -> dict[str, int]:
    path = folder / "data" / config / f"{SPLIT}-00000-of-00001.parquet"
    path.parent.mkdir(parents=True)
    text = [f.name for f in data.schema if pa.types.is_string(f.type)]
    names = [name for name in text if name not in ("text", "sentence", "span_id")]
    pq.write_table(data, path, use_dictionary=names, **PARQUET)
    return {"rows": data.num_rows, "bytes": data.nbytes, "file": path.stat().st_size}


def _check(folder: Path, arrow: dict[str, pa.Table], cache: Path) -> None:
    """Load each config as a user would and compare its labels and rows with what was meant."""
    import datasets

    bars = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        for config, meant in arrow.items():
            loaded = datasets.load_dataset(str(folder), config, split=SPLIT, cache_dir=str(cache))
            types = datasets.Features.from_arrow_schema(meant.schema)
            if loaded.features != types:
                raise CorpusError(f"{config}: loads with other features than it was built with")
            if loaded.data.table.cast(meant.schema).to_pylist() != meant.to_pylist():
                raise CorpusError(f"{config}: loads with other rows than it was built with")
    finally:
        if bars:
            datasets.enable_progress_bars()


def _put(folder: Path, out: Path, scratch: Path) -> None:
    if out.exists():
        out.rename(scratch / "old")
    try:
        folder.rename(out)
    except BaseException:  # whatever stops us here, the old one goes back
        if (scratch / "old").exists():
            (scratch / "old").rename(out)
        raise


def refuse_other(out: Path) -> Path:
    """Return the real place of a dataset; CorpusError if it cannot go there.

    A build may replace only a build.
    """
    out = out.resolve()
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
    if out.is_dir() and (other := {path.name for path in out.iterdir()} - MADE):
        raise CorpusError(
            f"{out}: holds {min(other)!r}, which no build made; name an empty folder with --out"
        )
    return out


def _offline() -> None:
    """Keep `datasets` from asking the Hub anything: it reads this once, when it is imported."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_DATASETS_OFFLINE", "1")

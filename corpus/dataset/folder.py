"""A dataset folder, read: its configs as the build had them, from the Parquet files alone."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.dataset.checksums import CHECKSUMS, read_checksums, sha256
from corpus.dataset.configs import Config
from corpus.dataset.parquet import data_file
from corpus.dataset.published import DOCUMENTS, Published
from corpus.dataset.splits import SPLITS
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from datasets import Features

DATA = re.compile(r"data/([\w-]+)/(\w+)-")


def read_folder(folder: Path) -> Published:
    """Return what a dataset folder holds.

    Raises:
        CorpusError: it is no dataset folder, or one of its data files is not what it was.
    """
    frames: dict[str, dict[str, Config]] = {}
    for file, said in read_checksums(folder).files.items():
        if (named := DATA.match(file)) and file == data_file(*named.groups()):
            frames.setdefault(named[1], {})[named[2]] = _read(folder / file, said)
    if DOCUMENTS not in frames:
        raise CorpusError(f"{folder / CHECKSUMS}: lists no config `{DOCUMENTS}`")
    own = {split: frames[DOCUMENTS][split].frame for split in SPLITS if split in frames[DOCUMENTS]}
    documents = {split: sorted({*frame["doc_id"]}) for split, frame in own.items()}
    names = sorted(frames, key=lambda name: name != DOCUMENTS)
    return Published({name: _whole(frames[name]) for name in names}, documents)


def _read(path: Path, said: str) -> Config:
    if not path.is_file():
        raise CorpusError(f"{path}: is not there, but {CHECKSUMS} lists it: download it again")
    if sha256(path) != said:
        raise CorpusError(
            f"{path}: is not what {CHECKSUMS} says: download it again (in a clone: `git lfs pull`)"
        )
    table = pq.ParquetFile(path).read()
    made = config_of(table)
    if made.arrow.schema != table.schema or not made.arrow.equals(table):
        raise CorpusError(f"{path}: no build of this version of corpus makes such a table")
    return made


def _whole(parts: Mapping[str, Config]) -> Config:
    """Return the parts as one; all have the same columns and classes."""
    [first, *_] = parts.values()
    return Config(first.row, pl.concat([part.frame for part in parts.values()]), first.labels)


def config_of(table: pa.Table) -> Config:
    """Return the config of which a table was made: with the names of labels, not their numbers."""
    from datasets import Features

    labels = _labels(Features.from_arrow_schema(table.schema))
    frame = pl.DataFrame(pl.from_arrow(table))
    return Config("", frame.with_columns(_named(frame, n, of) for n, of in labels.items()), labels)


def _labels(features: "Features") -> dict[str, list[str]]:
    from datasets import ClassLabel

    kinds = {name: getattr(kind, "feature", kind) for name, kind in features.items()}
    return {name: kind.names for name, kind in kinds.items() if isinstance(kind, ClassLabel)}


def _named(frame: pl.DataFrame, column: str, names: list[str]) -> pl.Expr:
    known = dict(enumerate(names))
    if isinstance(frame.schema[column], pl.List):
        named = pl.element().replace_strict(known, return_dtype=pl.String)
        return pl.col(column).list.eval(named)
    return pl.col(column).replace_strict(known, return_dtype=pl.String)

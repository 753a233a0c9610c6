"""Where rows come from: a corpus folder, a dataset folder, or a repository of the Hub."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from corpus.dataset.splits import SPLITS
from corpus.errors import CorpusError, of_the_extra
from corpus.research.lazy import Lazy
from corpus.research.rows import DOCUMENTS, WHAT, Table, Tables, table_of

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
FILE = re.compile(r"(?P<split>\w+)-\d+-of-\d+\.parquet")


def tables_of(source: str | os.PathLike[str], revision: str | None) -> Tables:
    """Return the configs of a source (see `corpus.research.load`)."""
    path = Path(source)
    if path.is_dir() and revision is not None:
        raise CorpusError(f"{path}: is a folder; a revision is one of a repository on the Hub")
    if (path / "schemas").is_dir():
        from corpus.research.folder import of_corpus  # what annotates, which a dataset needs not

        return _checked(path, of_corpus(path))
    if (path / "data").is_dir():
        return _of_dataset(path)
    if path.exists():
        raise CorpusError(
            f"{path}: expected a folder with schemas/ (a corpus) or data/ (a dataset)"
        )
    if REPOSITORY.fullmatch(str(source)):
        return _of_dataset(_downloaded(str(source), revision))
    raise CorpusError(f"{source}: no such folder, nor the name of a repository (owner/name)")


def _of_dataset(folder: Path) -> Tables:
    """Return what a dataset folder holds; a config is read when it is asked for."""
    found: dict[str, list[Path]] = {}
    for path in sorted((folder / "data").glob("*/*.parquet")):
        found.setdefault(path.parent.name, []).append(path)
    return _checked(folder, Lazy(found, lambda name: _read(found[name]), WHAT))


def _checked(folder: Path, found: Tables) -> Tables:
    if DOCUMENTS not in found:
        raise CorpusError(f"{folder}: has no annotated document to load")
    return found


def _read(paths: Sequence[Path]) -> Table:
    """Return one config of the files of its splits, each in one or more parts."""
    parts: dict[str, list[pl.DataFrame]] = {split: [] for split in SPLITS}
    labels: dict[str, list[str]] = {}
    for path in paths:
        named = FILE.fullmatch(path.name)
        split = named["split"] if named else path.stem
        try:
            parts.setdefault(split, []).append(pl.read_parquet(path, glob=False))
            labels |= _labels(path)
        except (OSError, pl.exceptions.PolarsError, ValueError) as error:
            cause = str(error).partition("\n")[0]
            raise CorpusError(f"{path}: cannot be read as Parquet ({cause})") from None
    whole = {split: pl.concat(own) for split, own in parts.items() if own}
    return table_of(whole, labels)


def _labels(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (column, classes) as `datasets` writes them into a Parquet file."""
    said = (pq.read_schema(path).metadata or {}).get(b"huggingface", b"{}")
    for name, feature in json.loads(said).get("info", {}).get("features", {}).items():
        inner = feature.get("feature", feature)
        if inner.get("_type") == "ClassLabel":
            yield name, inner["names"]


def _downloaded(repository: str, revision: str | None) -> Path:
    """Return the folder in which the Hub's client keeps a dataset; what is there is not fetched."""
    with of_the_extra("research"):
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    try:
        folder = snapshot_download(
            repository,
            repo_type="dataset",
            revision=revision,
            allow_patterns=["data/*", "README.md"],
        )
    except RevisionNotFoundError:
        raise CorpusError(f"{repository}: the Hub has no revision {revision!r} of it") from None
    except RepositoryNotFoundError:
        told = "is no folder here, and no dataset of the Hub that may be read with your token"
        raise CorpusError(f"{repository}: {told}") from None
    except (OSError, ValueError) as error:  # what the client makes of a Hub that does not answer
        cause = str(error).partition("\n")[0]
        told = f"is no folder here, and cannot be had from the Hub ({cause})"
        raise CorpusError(f"{repository}: {told}") from None
    return Path(folder)

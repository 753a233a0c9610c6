"""A corpus folder, or exports of it, as tables."""

import os
from pathlib import Path

from corpus.errors import CorpusError
from corpus.labelstudio.export import read_export
from corpus.rounds import read_frozen
from corpus.schema import Schema, find_schema, read_schema
from corpus.seeds import read_seeds
from corpus.store import (
    json_files,
    read_annotation,
    read_annotations,
    read_annotators,
    read_decisions,
)
from corpus.tables import Rows, Tables, whole
from corpus.waivers import read_waivers


def find_root(start: Path) -> Path:
    """Return the nearest folder from `start` upward that holds schemas/, relative to `start`."""
    for folder in (start, *start.parents):
        if (folder / "schemas").is_dir():
            return Path(os.path.relpath(folder, start))
    raise CorpusError(f"{start}: no corpus here or above it: expected a folder with schemas/")


def read_corpus(root: Path, paths: tuple[Path, ...] = ()) -> tuple[Tables, Schema]:
    """Read a corpus: its texts and entities, and the annotations.

    Args:
        root: the corpus folder.
        paths: files or folders to read instead of annotations/: what lies below annotations/ is
            read as annotation files, anything else as a Label Studio JSON export.

    Raises:
        CorpusError: the schema, a text or its metadata is unusable, or a path does not exist.
            Broken annotations are no error: they are rows of `faults`.
    """
    schema = read_schema(find_schema(root))
    rows = Rows()
    texts = read_seeds(root, schema, rows)
    read_annotators(root, rows)
    read_decisions(root, rows)
    read_frozen(root, rows)
    read_waivers(root, rows)
    if not paths:
        read_annotations(root, texts, rows)
    for path in _files(paths):
        if _is_below(path, root / "annotations"):
            read_annotation(root, path, texts, rows)
        else:
            read_export(path, texts, schema, rows)
    return rows.tables(schema, whole=not paths), schema


def _files(paths: tuple[Path, ...]) -> list[Path]:
    """Return each file once, however often it is named."""
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise CorpusError(f"{path}: no such file or folder")
        inside = json_files(path) if path.is_dir() else [path]
        if not inside:
            raise CorpusError(f"{path}: nothing to check here: expected a *.json")
        found |= {whole(file): file for file in inside}
    return list(found.values())


def _is_below(path: Path, folder: Path) -> bool:
    """Tell whether a file is seen, or lies, in a folder: links may lead there, or from there."""
    return whole(folder) in whole(path).parents or folder.resolve() in path.resolve().parents

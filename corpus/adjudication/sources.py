"""Which annotations of a document are adjudicated: of each annotator the last frozen pass."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.store import GOLD, annotation_path
from corpus.tables import Tables
from corpus.validation import refuse_errors, validate


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An annotation as it was compared: whose, in which file, and the digest of its bytes."""

    annotator: str
    file: str
    sha256: str


Sources = dict[int, Version]
"""The row of an annotation -> what it is; in the order of the annotators' names."""


def sources(
    tables: Tables, schema: Schema, documents: Collection[str], round_name: str | None = None
) -> dict[str, Sources]:
    """Return document -> its annotations that are frozen, in this round or in any.

    Of each annotator the last pass counts; gold is nobody's.

    Raises:
        CorpusError: no such document, no such frozen round, a file changed since, or an annotation
            has an error.
    """
    known = {*tables.documents.select("doc_id").collect()["doc_id"]}
    for doc_id in documents:
        if doc_id not in known:
            raise CorpusError(f"no document {doc_id!r} in seeds/")
    asked = {*documents} or known
    closed = {*_frozen(tables, asked, round_name)}
    found = dict[str, Sources]()
    for row in _submitted(tables):
        if row["file"] in closed and row["doc_id"] in asked and row["annotator"] != GOLD:
            own = found.setdefault(row["doc_id"], {})
            earlier = [r for r, version in own.items() if version.annotator == row["annotator"]]
            for one in earlier:
                del own[one]
            own[row["row"]] = _version(row)
    several = {doc_id: own for doc_id, own in found.items() if len(own) > 1}
    _refuse_broken(tables, schema, [row for own in several.values() for row in own], closed)
    return dict(sorted(found.items()))


def _refuse_broken(
    tables: Tables, schema: Schema, rows: Collection[int], files: Collection[str]
) -> None:
    """Raise CorpusError with the first error in these annotations, or in files that broke off."""
    chosen = {*tables.annotations.filter(pl.col("row").is_in([*rows])).collect()["file"]}
    there = {*tables.annotations.select("file").collect()["file"]}
    wanted = chosen | {file for file in files if file not in there}
    found = [f for f in validate(tables.of(rows), schema) if f.file in wanted]
    refuse_errors(found, "`corpus validate` lists them: what is adjudicated has to be sound")


def _frozen(tables: Tables, asked: Collection[str], round_name: str | None) -> Iterator[str]:
    """Yield the frozen files of the documents that are asked for."""
    rows = tables.frozen.collect().to_dicts()
    rounds = sorted({row["round"] for row in rows})
    if round_name is not None and round_name not in rounds:
        raise CorpusError(
            f"no frozen round {round_name!r}; there are {', '.join(rounds) or 'none'}"
        )
    for row in rows:
        if Path(row["file"]).parent.name not in asked or round_name not in (None, row["round"]):
            continue
        if row["found"] != row["sha256"]:
            now = "gone" if row["found"] is None else "changed"
            raise CorpusError(
                f"{row['file']}: is {now} since round {row['round']!r} was frozen: put it back, or"
                " have the text annotated again in another round"
            )
        yield row["file"]


def _submitted(tables: Tables) -> Iterator[dict[str, Any]]:
    """Yield the annotations by annotator and pass, so that a later pass comes last."""
    found = tables.annotations.filter(state="submitted").sort("doc_id", "annotator", "pass", "row")
    yield from found.collect().iter_rows(named=True)


def _version(row: dict[str, Any]) -> Version:
    doc_id, annotator, pass_ = row["doc_id"], row["annotator"], row["pass"]
    path = annotation_path(doc_id, annotator, pass_)
    return Version(annotator, path.as_posix(), row["sha256"])

"""Which annotations are compared: frozen passes, as they were when their round was closed.

An annotation is called as its file is: `ann` is the first pass of a person, `ann.2` the second.
What was made with other labels in sight is no independent judgement: a recheck is left out, and
what was assisted is compared apart (`--by assisted`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePath

import msgspec
import polars as pl

from corpus.assignment import Assignment, read_assignments
from corpus.errors import CorpusError
from corpus.rounds import Round, read_rounds
from corpus.store import GOLD, annotation_path
from corpus.tables import Tables


class Passes(msgspec.Struct, frozen=True):
    """Some annotations that are compared with each other: row -> name; title: which they are.

    frozen: whether all are of closed rounds. against: everybody is compared with this one only.
    """

    title: str
    names: dict[int, str]
    frozen: bool = True
    against: str | None = None


def frozen_passes(
    root: Path, tables: Tables, rounds: Collection[str] = ()
) -> dict[str, dict[int, str]]:
    """Return round -> row -> name of the annotations of closed rounds; of these only, if named.

    Raises:
        CorpusError: no such round, one that is not closed, none that is, or a file that is not what
            it was then.
    """
    declared = read_rounds(root)
    for name in rounds:
        _require_frozen(name, declared)
    closed = {name: r for name, r in declared.items() if r.frozen and r.kind != "recheck"}
    if not closed and not rounds:
        raise CorpusError(
            f"{root / 'annotations' / 'rounds.toml'}: no round is frozen: agreement reads frozen"
            " passes only (`corpus freeze ROUND`), or the files that are named"
        )
    _require_unchanged(tables, rounds or [*closed])
    rows = dict(_rows(tables))
    return {
        name: {rows[file]: _called(file) for file in _files(declared[name]) if file in rows}
        for name in rounds or closed
    }


def given_passes(tables: Tables) -> dict[int, str]:
    """Return row -> name of all submitted annotations."""
    columns = ("row", "annotator", "pass")
    found = tables.annotations.filter(state="submitted").select(columns).collect()
    return {row: _name(who, number) for row, who, number in found.iter_rows()}


def gold_passes(tables: Tables) -> dict[int, str]:
    """Return row -> name of the gold of each document."""
    return {row: name for row, name in given_passes(tables).items() if name == GOLD}


def by_assistance(
    root: Path, names: Mapping[int, str], tables: Tables
) -> dict[str, dict[int, str]]:
    """Return what was made with pre-annotations in sight, and what without, by those words."""
    given: dict[PurePath, Assignment] = {a.file: a for a in read_assignments(root)}
    rows = {row: file for file, row in _rows(tables)}
    found: dict[str, dict[int, str]] = {"assisted": {}, "unassisted": {}}
    for row, name in names.items():
        assignment = given.get(rows.get(row, PurePath()))
        aided = assignment is not None and assignment.assisted
        found["assisted" if aided else "unassisted"][row] = name
    return found


def _require_frozen(name: str, declared: Mapping[str, Round]) -> None:
    if name not in declared:
        raise CorpusError(f"no round {name!r}; there are {', '.join(declared) or 'none'}")
    if declared[name].frozen is None:
        raise CorpusError(
            f"round {name!r} is not frozen: agreement reads frozen passes only (`corpus freeze"
            f" {name}`)"
        )


def _require_unchanged(tables: Tables, rounds: Iterable[str]) -> None:
    frame = tables.frozen.filter(pl.col("round").is_in([*rounds])).collect()
    for name, file, digest, found in frame.iter_rows():
        if digest != found:
            state = "is gone" if found is None else "was changed"
            raise CorpusError(
                f"{file}: {state} since round {name!r} was frozen: put it back (an edit is a new"
                " pass)"
            )


def _files(declared: Round) -> Iterator[PurePath]:
    yield from (PurePath(file) for file in (declared.frozen.files if declared.frozen else ()))


def _rows(tables: Tables) -> Iterator[tuple[PurePath, int]]:
    """Yield the place of each annotation below the corpus folder, and its row."""
    columns = ("doc_id", "annotator", "pass", "row")
    for *key, row in tables.annotations.select(columns).collect().iter_rows():
        yield PurePath(annotation_path(*key)), row


def _called(file: PurePath) -> str:
    return file.name.removesuffix(".json")


def _name(annotator: str, number: int) -> str:
    return _called(annotation_path("_", annotator, number))

"""Which annotations are compared: frozen passes, as they were when their round was closed.

An annotation is called as its file is: `ann` is the first pass of a person, `ann.2` the second.
What was made with other labels in sight is no independent judgement: a recheck is left out, and
what was assisted is compared apart (`--by assisted`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath

import polars as pl

from corpus.assignment import Assignment, read_assignments
from corpus.errors import CorpusError
from corpus.rounds import Round, read_rounds
from corpus.store import annotation_path
from corpus.tables import Tables

Names = dict[int, str]
"""Row of an annotation -> the name under which it is compared."""


def passes(
    root: Path,
    tables: Tables,
    *,
    given: bool = False,
    rounds: Sequence[str] = (),
    by: str | None = None,
    against: str | None = None,
) -> dict[str, Names]:
    """Return what is compared, by what it is called.

    Args:
        root: the corpus folder.
        tables: its tables, or those of files that were named.
        given: all submitted annotations in the tables are compared, frozen or not.
        rounds: of these only; of all closed ones, if not given.
        by: `round` or `assisted`: each apart.
        against: the gold, or somebody, whose annotations are compared whether frozen or not.

    Raises:
        CorpusError: nothing is frozen, a frozen file changed, or nobody is called so.
    """
    if given:
        found = {"the files named, frozen or not": given_passes(tables)}
    else:
        found = {f"round {n}": own for n, own in frozen_passes(root, tables, rounds).items()}
    if by != "round" and len(found) > 1:
        found = {", ".join(found): {row: n for own in found.values() for row, n in own.items()}}
    if by == "assisted":
        found = {
            f"{title}, {kind}": own
            for title, names in found.items()
            for kind, own in by_assistance(root, names, tables).items()
            if own
        }
    return found if against is None else _with(found, against, given_passes(tables))


def _with(found: Mapping[str, Names], against: str, given: Names) -> dict[str, Names]:
    other = {row: name for row, name in given.items() if name == against}
    if not other:
        known = ", ".join(sorted({*given.values()})) or "nobody"
        raise CorpusError(f"--against {against}: no annotation of that name; there are {known}")
    return {f"{title}, against {against}": own | other for title, own in found.items()}


def frozen_passes(root: Path, tables: Tables, rounds: Sequence[str] = ()) -> dict[str, Names]:
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


def given_passes(tables: Tables) -> Names:
    """Return row -> name of all submitted annotations.

    CorpusError if one document has two of one person and pass: which would count?
    """
    columns = ("doc_id", "annotator", "pass", "file", "row")
    submitted = tables.annotations.filter(state="submitted").select(columns).collect()
    found, seen = Names(), set[tuple[str, str]]()
    for doc_id, annotator, number, file, row in submitted.iter_rows():
        found[row] = _name(str(annotator), number or 1)
        if (doc_id, found[row]) in seen:
            raise CorpusError(f"{file}: document {doc_id!r} has two annotations by {found[row]!r}")
        seen.add((doc_id, found[row]))
    return found


def by_assistance(root: Path, names: Mapping[int, str], tables: Tables) -> dict[str, Names]:
    """Return what was made with pre-annotations in sight, and what without, by those words."""
    given: dict[PurePath, Assignment] = {a.file: a for a in read_assignments(root)}
    rows = {row: file for file, row in _rows(tables)}
    found: dict[str, Names] = {"assisted": {}, "unassisted": {}}
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

"""Which annotations are compared: frozen passes, as they were when their round was closed.

An annotation is called as its file is: `ann` is the first pass of a person, `ann.2` the second.
What was made with other labels in sight is no independent judgement: a recheck is left out, and
what was assisted is compared apart (`--by assisted`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

import polars as pl

from corpus.assignment import read_assignments
from corpus.errors import CorpusError
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
        given: all submitted annotations in the tables are compared, frozen or not, but no gold.
        rounds: of these only; of all closed ones, if not given.
        by: `round` or `assisted`: each apart.
        against: the gold, or somebody, whose annotations are compared whether frozen or not.

    Raises:
        CorpusError: nothing is frozen, a frozen file changed, one that was named cannot be read
            in full, or nobody is called so.
    """
    if given:
        _require_read(tables)
        single = {*tables.annotations.filter(status="single").select("row").collect()["row"]}
        own = {row: name for row, name in given_passes(tables).items() if row in single}
        found = {"the files named, frozen or not": own}
    else:
        found = {f"round {n}": own for n, own in frozen_passes(tables, rounds).items()}
    if by != "round" and len(found) > 1:
        found = {", ".join(found): {row: n for own in found.values() for row, n in own.items()}}
    if by == "assisted":
        found = {
            f"{title}, {kind}": own
            for title, names in found.items()
            for kind, own in by_assistance(root, names, tables).items()
        }
    return found if against is None else _with(found, against, given_passes(tables))


def _with(found: Mapping[str, Names], against: str, given: Names) -> dict[str, Names]:
    other = {row: name for row, name in given.items() if name == against}
    if not other:
        known = ", ".join(sorted({*given.values()})) or "nobody"
        raise CorpusError(f"--against {against}: no annotation of that name; there are {known}")
    return {f"{title}, against {against}": own | other for title, own in found.items()}


def frozen_passes(tables: Tables, rounds: Sequence[str] = ()) -> dict[str, Names]:
    """Return round -> row -> name of the annotations of closed rounds; of these only, if named.

    Raises:
        CorpusError: no such round is closed, or none is, or a file is not what it was then.
    """
    closed = tables.frozen.filter(pl.col("kind") != "recheck").collect()
    there = closed["round"].unique(maintain_order=True).to_list()
    missing = [name for name in rounds if name not in there]
    if missing or not there:
        what = f"no round {missing[0]!r} is frozen" if missing else "no round is frozen"
        raise CorpusError(
            f"annotations/rounds.toml: {what} (there are {', '.join(there) or 'none'}): agreement"
            " reads frozen passes only (`corpus freeze ROUND`), or files that are named"
        )
    found = dict[str, Names]()
    rows = _rows(tables)
    for name, _, file, digest, now in closed.filter(
        pl.col("round").is_in(rounds or there)
    ).iter_rows():
        _require_unchanged(name, file, digest, now)
        if file not in rows:
            raise CorpusError(f"{file}: cannot be read: `corpus validate` says why")
        found.setdefault(name, {})[rows[file]] = PurePath(file).stem
    return found


def all_frozen(tables: Tables) -> Names:
    """Return row -> name of the passes of all closed rounds.

    None if no round is closed, or if other files were read in the place of annotations/.
    """
    closed = tables.frozen.filter(pl.col("kind") != "recheck").collect()
    found = frozen_passes(tables) if tables.whole and not closed.is_empty() else {}
    return {row: name for names in found.values() for row, name in names.items()}


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
    aided = {a.key for a in read_assignments(root) if a.assisted}
    found: dict[str, Names] = {"assisted": {}, "unassisted": {}}
    columns = ("row", "doc_id", "annotator", "pass")
    for row, *key in tables.annotations.select(columns).collect().iter_rows():
        if row in names:
            found["assisted" if tuple(key) in aided else "unassisted"][row] = names[row]
    return found


def _require_read(tables: Tables) -> None:
    """Refuse what would be compared without what nobody could read of it."""
    for file, message in tables.faults.select("file", "message").collect().iter_rows():
        raise CorpusError(f"{file}: {message} (`corpus validate {file}` says all)")


def _require_unchanged(name: str, file: str, digest: str, now: str | None) -> None:
    if digest != now:
        state = "is gone" if now is None else "was changed"
        raise CorpusError(
            f"{file}: {state} since round {name!r} was frozen: put it back (an edit is a new pass)"
        )


def _rows(tables: Tables) -> dict[str, int]:
    """Return the row of each annotation by its file."""
    return dict(tables.annotations.select("file", "row").collect().iter_rows())


def _name(annotator: str, number: int) -> str:
    return annotation_path("_", annotator, number).stem

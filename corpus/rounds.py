"""Rounds of annotation: annotations/rounds.toml, what may be declared there, and closed."""

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from corpus.errors import CorpusError
from corpus.store import ANNOTATOR, write_whole
from corpus.tables import Rows, file_name
from corpus.toml import convert, inline, read_tables

SHARE = re.compile(r"(100|\d{1,2}(?:\.\d+)?) ?%")
OVERLAP = re.compile(rf"{SHARE.pattern} (double|triple)")
TIMES = {"double": 2, "triple": 3}
HEAD = """# The rounds of annotation; docs/team.md says what may stand here.
# Who has which document is recorded in assignments.toml.
"""
FIRST_ROUND = "main"
"""The round that is made where none is declared."""


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A round that is closed: since when, and file -> sha256 of its bytes.

    migrations: of each one since then its map, and file -> the digests before and after it.
    """

    date: str
    files: dict[str, str] = {}
    migrations: list[dict[str, Any]] = []


class Round(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A round, as rounds.toml declares it.

    people: pseudonyms. documents: ids; all texts, if not given. overlap: how many people annotate a
    document (a number), or a share of the documents that two or three do while one does the others
    ("20 % double"); everybody annotates all, if not given. again: a share of each one's documents
    that the same person annotates once more, blind, `again_after` days after the first time.
    assisted: the pseudonym whose labels are shown as pre-annotations; control: the share of the
    documents that are annotated without them all the same.
    In a recheck everybody looks again at what they labelled themselves: their last labels are
    shown, and only to them; what they have is recorded when it is declared. sections: of the
    guidelines, because of which.
    """

    kind: Literal["training", "pilot", "production", "recheck"]
    people: list[str]
    documents: list[str] | None = None
    overlap: int | str | None = None
    again: str | None = None
    again_after: int = 14
    assisted: str | None = None
    control: str = "20 %"
    sections: list[str] = []
    frozen: Frozen | None = None


def rounds_path(root: Path) -> Path:
    """Return where the rounds are declared."""
    return root / "annotations" / "rounds.toml"


def read_rounds(root: Path) -> dict[str, Round]:
    """Return the declared rounds; CorpusError names the file and the key that is wrong."""
    path = rounds_path(root)
    rounds = read_tables(path, "rounds", Round, CorpusError)
    for name, declared in rounds.items():
        _check(path, name, declared)
    return rounds


def _check(path: Path, name: str, declared: Round) -> None:
    at = f"{path}: rounds.{name}"
    if not ANNOTATOR.fullmatch(name):
        raise CorpusError(f"{at}: a round's name is of the form {ANNOTATOR.pattern}")
    if not declared.people:
        raise CorpusError(f"{at}: people is empty: nobody could annotate")
    _check_names(at, declared)
    if declared.assisted in declared.people:
        raise CorpusError(f"{at}: assisted by {declared.assisted!r}, who is one of its people")
    if declared.again_after < 0:
        raise CorpusError(f"{at}: again_after {declared.again_after}: expected days, from 0")
    share_of(at, "again", declared.again or "0 %")
    share_of(at, "control", declared.control)
    overlap_of(at, declared)


def _check_names(at: str, declared: Round) -> None:
    if declared.documents == []:
        raise CorpusError(f"{at}: documents is empty: leave it out for all texts")
    for key, names in (("people", declared.people), ("documents", declared.documents or [])):
        for one, number in Counter(names).items():
            if number > 1:
                raise CorpusError(f"{at}: {key} names {one!r} twice")
    for person in declared.people:
        if not ANNOTATOR.fullmatch(person):
            raise CorpusError(f"{at}: {person!r} is no pseudonym of the form {ANNOTATOR.pattern}")


def read_frozen(root: Path, rows: Rows) -> None:
    """Read of each file of a closed round what it was, and what it is now."""
    for name, declared in read_rounds(root).items():
        for file, sha256 in (declared.frozen.files if declared.frozen else {}).items():
            path = root / file
            found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
            rows.frozen.append((name, declared.kind, file_name(path), sha256, found))


def share_of(at: str, key: str, words: str) -> float:
    """Return a share ("5 %") as a proportion."""
    found = SHARE.fullmatch(words)
    if not found:
        raise CorpusError(f'{at}: {key} {words!r} is no share: expected, for example, "5 %"')
    return float(found[1]) / 100


def overlap_of(at: str, declared: Round) -> tuple[int, int, float]:
    """Return (people of most documents, people of some, the share of those)."""
    overlap, all_of_them = declared.overlap, len(declared.people)
    if overlap is None:
        return all_of_them, all_of_them, 0.0
    found = OVERLAP.fullmatch(overlap) if isinstance(overlap, str) else None
    if found:
        least, most, share = 1, TIMES[found[2]], float(found[1]) / 100
    elif isinstance(overlap, int) or re.fullmatch(r"[0-9]{1,4}", overlap):
        least, most, share = int(overlap), int(overlap), 0.0
    else:
        raise CorpusError(f'{at}: overlap {overlap!r}: expected a number, or "20 % double"')
    if most < 1:
        raise CorpusError(f"{at}: overlap {overlap!r}: expected a number from 1")
    if most > all_of_them:
        raise CorpusError(
            f"{at}: overlap {overlap!r} needs {most} people, and the round has {all_of_them}"
        )
    return least, most, share


def declare_round(root: Path, people: Sequence[str], overlap: str | None) -> dict[str, Round]:
    """Make rounds.toml with the one round that these people and this overlap make."""
    said: dict[str, Any] = {"kind": "pilot", "people": [*people]}
    if overlap is not None:
        said["overlap"] = int(overlap) if overlap.isdecimal() else overlap
    append_round(root, FIRST_ROUND, said)
    return read_rounds(root)


def append_round(root: Path, name: str, said: dict[str, Any]) -> None:
    """Add a round, as its keys and values, to rounds.toml; CorpusError if it cannot be meant."""
    path = rounds_path(root)
    before = path.read_bytes() if path.exists() else HEAD.encode()
    _check(path, name, convert(path, f"rounds.{name}", said, Round, CorpusError))
    lines = [f"[rounds.{name}]", *(f"{key} = {inline(value)}" for key, value in said.items())]
    write_whole(path, before.rstrip() + ("\n\n" + "\n".join(lines) + "\n").encode())


def freeze(root: Path, name: str, date: str, files: dict[str, str]) -> None:
    """Add to rounds.toml that the round is closed, with the digests of its files."""
    path = rounds_path(root)
    lines = ["", f"[rounds.{name}.frozen]", f"date = {json.dumps(date)}", ""]
    lines.append(f"[rounds.{name}.frozen.files]")
    lines += [f"{json.dumps(file)} = {json.dumps(files[file])}" for file in sorted(files)]
    whole = path.read_bytes().rstrip() + ("\n" + "\n".join(lines) + "\n").encode()
    try:
        tomllib.loads(whole.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError:
        raise CorpusError(
            f"{path}: rounds.{name} cannot be added to: begin it with a line [rounds.{name}]"
        ) from None
    write_whole(path, whole)


def refreeze(root: Path, name: str, record: dict[str, Any]) -> None:
    """Put the new digests of a closed round's files in the place of the old, and add the record.

    record: `files` is file -> (digest before, digest after); the rest is kept as it is.
    """
    path = rounds_path(root)
    text = path.read_bytes().decode("utf-8-sig")
    for file, (old, new) in record["files"].items():
        line = f"{json.dumps(file)} = {json.dumps(old)}"
        if text.count(line) != 1:
            raise CorpusError(f"{path}: rounds.{name}: expected a line {line}, as freeze writes it")
        text = text.replace(line, line.replace(old, new))
    lines = ["", f"[[rounds.{name}.frozen.migrations]]"]
    lines += [f"{key} = {inline(value)}" for key, value in record.items()]
    write_whole(path, (text.rstrip() + "\n" + "\n".join(lines) + "\n").encode())

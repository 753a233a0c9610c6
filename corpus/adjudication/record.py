"""annotations/<document>/decisions.toml: what was asked, what was decided, by whom, and why.

The tool writes it, people complete it by hand, and it is written again in one form: the same
content is the same bytes. Which letter is which annotator stands at its end.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from corpus.adjudication.sources import Version
from corpus.errors import CorpusError
from corpus.store import MAJORITY, Given
from corpus.toml import convert, inline, read_toml

T = TypeVar("T")
LETTER = re.compile(r"[A-Z]")
BARE = re.compile(r"[A-Za-z0-9_-]+")
BOTH, OVERRIDE = "both-valid", "override"
HEAD = """\
# What the annotators of this text say differently, and what was decided: `corpus adjudicate` asks.
# decision: a letter, "both-valid", or "override" with a value and a reason. docs/adjudication.md
# says more. The file is written anew each time; comments are lost, decisions and reasons are not.
"""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A conflict with its decision; empty: none yet.

    says: letter -> words; in the file they are keys of their own. value: of an override. moot:
    nothing has to be decided, since a span or layer that it depends on is not in gold.
    """

    id: str
    kind: str
    about: str
    text: str
    says: dict[str, str] = {}
    moot: bool = False
    decision: str = ""
    value: bool | str | list[str | int] | None = None
    reason: str = ""
    by: str = ""
    date: str = ""

    @property
    def touched(self) -> bool:
        """Say whether somebody wrote something here that must not be lost; a vote is nobody's."""
        own = self.decision and self.by != MAJORITY
        return bool(own or self.reason or self.value is not None)


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A change of what all agreed on, by the ids that spans have in gold.

    span: which one; or relation, from and to. To `change` a span, or to `add` one, is to say its
    boundary, layer and attributes (of a change those that differ). was: what was found there at
    first; the tool adds it, to tell when that is another thing.
    """

    action: Literal["remove", "change", "add"]
    reason: str
    span: str | None = None
    relation: str | None = None
    from_: str | None = None
    to: str | None = None
    boundary: tuple[int, int] | None = None
    layer: str | None = None
    attributes: dict[str, Given] = {}
    was: str = ""
    by: str = ""
    date: str = ""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The decisions on one document.

    adjudicator: who decides; None: nobody yet. method: `majority` as long as gold rests on a vote
    that nobody confirmed. stale: tables of decisions whose question is no more, as they stood.
    """

    document: str
    schema_version: str
    guideline_version: str
    method: Literal["curator", "majority"] = "curator"
    adjudicator: str | None = None
    conflicts: list[Entry] = []
    overrides: list[Override] = []
    stale: list[dict[str, Any]] = []
    versions: dict[str, Version] = {}


def record_path(root: Path, doc_id: str) -> Path:
    """Return where the decisions on a document stand."""
    return root / "annotations" / doc_id / "decisions.toml"


def read_record(path: Path) -> Record | None:
    """Return the record; None if there is none. CorpusError names the key that is wrong."""
    if not path.exists():
        return None
    raw = read_toml(path, CorpusError)
    tables = raw.get("conflicts", [])
    if isinstance(tables, list):
        raw["conflicts"] = [_gathered(t) if isinstance(t, dict) else t for t in tables]
    record = convert(path, "", raw, Record, CorpusError)
    seen = set[str]()
    for entry in record.conflicts:
        if entry.id in seen:
            raise CorpusError(f"{path}: conflict {entry.id!r} stands here twice")
        seen.add(entry.id)
    return record


def revived(path: Path, table: Mapping[str, Any], kind: type[T]) -> T:
    """Return a stale table as the entry or the override that it was."""
    own = _gathered(table) if "id" in table else dict(table)
    return convert(path, f"stale {table.get('id', '')!r}", own, kind, CorpusError)


def rendered_record(record: Record) -> bytes:
    """Return the record as its file, in the one form that it has."""
    head = {
        "document": record.document,
        "adjudicator": record.adjudicator,
        "method": record.method,
        "schema_version": record.schema_version,
        "guideline_version": record.guideline_version,
    }
    parts = [HEAD + _lines(head)]
    parts += ["[[conflicts]]\n" + _lines(table_of(entry)) for entry in record.conflicts]
    parts += ["[[overrides]]\n" + _lines(override_table(one)) for one in record.overrides]
    parts += ["[[stale]]\n" + _lines(table) for table in record.stale]
    parts += [
        f"[versions.{letter}]\n" + _lines(msgspec.to_builtins(version))
        for letter, version in sorted(record.versions.items())
    ]
    return "\n".join(parts).encode()


def table_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as its table: letters as keys, and what is not there left out."""
    table = {"id": entry.id, "kind": entry.kind, "about": entry.about, "text": entry.text}
    return {
        **table,
        **dict(sorted(entry.says.items())),
        "moot": entry.moot or None,
        "decision": entry.decision,
        "value": entry.value,
        "reason": entry.reason,
        "by": entry.by or None,
        "date": entry.date or None,
    }


def override_table(override: Override) -> dict[str, Any]:
    """Return an override as its table."""
    table: dict[str, Any] = msgspec.to_builtins(override)
    said = {key: value for key, value in table.items() if value not in ({}, "")}
    if override.boundary is not None:
        said["boundary"] = [*override.boundary]
    reason = said.pop("reason", "")
    return {**said, "reason": reason} if reason else said


def _gathered(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with its letters in one place."""
    says = {key: value for key, value in table.items() if LETTER.fullmatch(key)}
    return {**{key: value for key, value in table.items() if key not in says}, "says": says}


def _lines(table: Mapping[str, Any]) -> str:
    return "".join(_line(*pair) for pair in _said(table.items()))


def _said(pairs: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    yield from ((key, value) for key, value in pairs if value is not None)


def _line(key: str, value: Any) -> str:
    return f"{key if BARE.fullmatch(key) else inline(key)} = {inline(value)}\n"

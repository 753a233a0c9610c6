"""A document under adjudication: the comparison of its annotations, and the record of decisions.

`opened` reads, `saved` writes; between them a case is a value, and each step returns another one.
The record can be written at any time, gold as soon as nothing is open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import msgspec

from corpus.adjudication.comparison import Aspect, Comparison, Value
from corpus.adjudication.conflicts import KINDS, Conflict, conflicts
from corpus.adjudication.decisions import (
    Ruling,
    agreed_values,
    decided_value,
    majority,
    moot,
    override_values,
    what_is_there,
)
from corpus.adjudication.gold import gold, gold_path
from corpus.adjudication.record import (
    Entry,
    Override,
    Record,
    override_table,
    read_record,
    record_path,
    rendered_record,
    revived,
    table_of,
)
from corpus.errors import CorpusError
from corpus.store import MAJORITY, write_whole

changed = msgspec.structs.replace


@dataclass(frozen=True)
class Case:
    """A comparison, id -> what it asks, in that order, and the record of what was decided.

    before: the bytes of the record as it was read; None if there was none.
    """

    root: Path
    comparison: Comparison
    conflicts: Mapping[str, Conflict]
    record: Record
    before: bytes | None

    @property
    def path(self) -> Path:
        """Return where the record stands."""
        return record_path(self.root, self.comparison.doc_id)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Id of a conflict -> its entry in the record."""
        return {entry.id: entry for entry in self.record.conflicts}

    @cached_property
    def overridden(self) -> dict[Aspect, Value]:
        """What overrides say."""
        return override_values(self.comparison, self.record.overrides, self.path)

    @cached_property
    def values(self) -> dict[Aspect, Value]:
        """The value of each aspect that has one: agreed, decided or overridden."""
        decided = {
            self.conflicts[entry.id].aspect: decided_value(
                self.ruling(entry), self.conflicts[entry.id], entry
            )
            for entry in self.entries.values()
            if entry.decision
        }
        return {**agreed_values(self.comparison), **decided, **self.overridden}

    def ruling(self, entry: Entry) -> Ruling:
        """Return the place of a decision in its file."""
        return Ruling(f"{self.path}: conflict {entry.id!r}", self.comparison)

    def is_moot(self, conflict: Conflict) -> bool:
        """Say whether nothing hangs on a conflict any more."""
        return conflict.aspect in self.overridden or moot(self.values, conflict.aspect)

    @property
    def open(self) -> list[Conflict]:
        """Return the conflicts that have to be decided yet."""
        undecided = (c for c in self.conflicts.values() if not self.entries[c.id].decision)
        return [conflict for conflict in undecided if not self.is_moot(conflict)]

    @property
    def decided(self) -> list[Conflict]:
        """Return the conflicts that are decided, and that something hangs on."""
        made = (c for c in self.conflicts.values() if self.entries[c.id].decision)
        return [conflict for conflict in made if not self.is_moot(conflict)]

    @property
    def voted(self) -> list[Conflict]:
        """Return those of the decided that a majority decided, and nobody confirmed."""
        return [c for c in self.decided if self.entries[c.id].by == MAJORITY]

    @property
    def gold(self) -> bytes | None:
        """Return the file of the gold; None while something is open."""
        if self.open:
            return None
        return gold(self.comparison, self.values, self.record.guideline_version)


def opened(root: Path, comparison: Comparison) -> Case:
    """Return the case of a document, with the decisions that its record has.

    A decision whose question is no more, because a file changed, is stale: it is kept as it stood,
    and holds again if the question comes back.

    Raises:
        CorpusError: the record says something that cannot be meant.
    """
    path = record_path(root, comparison.doc_id)
    before = path.read_bytes() if path.exists() else None
    record = read_record(path)
    schema, questions = comparison.schema, conflicts(comparison)
    if record is None:
        record = Record(comparison.doc_id, schema.version, schema.guidelines)
    elif record.document != comparison.doc_id:
        raise CorpusError(f"{path}: is of document {record.document!r}")
    elif _same_files(record, comparison):
        _refuse_unknown(path, record, questions)
    renewed = _renewed(path, record, comparison, questions)
    return _kept(Case(root, comparison, questions, renewed, before))


def signed(case: Case, by: str | None, date: str) -> Case:
    """Return the case with who decided, and when, wherever a decision does not say it."""
    who = by or case.record.adjudicator

    def sign(decision: Any, place: str) -> Any:
        if decision.by or (isinstance(decision, Entry) and not decision.decision):
            return decision
        if who is None:
            raise CorpusError(f"{case.path}: {place}: who decided? Say it with --by")
        return changed(decision, by=who, date=decision.date or date)

    entries = [sign(_nobodys(case, e), f"conflict {e.id!r}") for e in case.record.conflicts]
    overrides = [sign(o, f"overrides[{n}]") for n, o in enumerate(case.record.overrides, 1)]
    made = with_fields(case, conflicts=entries, overrides=overrides)
    asked = case.open or made.record != case.record
    return with_fields(made, adjudicator=who) if asked else made


def _nobodys(case: Case, entry: Entry) -> Entry:
    """Return an entry without its signature, if it is called a vote and is none: an edited one."""
    is_vote = entry.decision == majority(case.conflicts[entry.id].choices)
    return entry if entry.by != MAJORITY or is_vote else changed(entry, by="", date="")


def decided(case: Case, entry: Entry) -> Case:
    """Return the case with this entry in the place of the one of its id."""
    entries = [entry if e.id == entry.id else e for e in case.record.conflicts]
    after = with_fields(case, conflicts=entries)
    assert after.values is not None  # what cannot be meant is refused before it is written
    return after


def by_majority(case: Case, date: str) -> Case:
    """Return the case with what more than half say, wherever nobody has decided.

    Of two annotators there is no majority.
    """
    for kind in KINDS:  # what is not there has neither layer nor boundary
        asked = [conflict for conflict in case.open if conflict.kind == kind]
        votes = {
            c.id: changed(case.entries[c.id], decision=letter, by=MAJORITY, date=date)
            for c in asked
            if (letter := majority(c.choices))
        }
        case = with_fields(case, conflicts=[votes.get(e.id, e) for e in case.record.conflicts])
    return case


def recorded(case: Case) -> Case:
    """Write the record whole and return the case as it is now; the same content is not written.

    CorpusError if somebody else has changed the record since it was read.
    """
    case = _kept(case)
    data = rendered_record(case.record)
    now = case.path.read_bytes() if case.path.exists() else None
    if now not in (case.before, data):
        raise CorpusError(f"{case.path}: changed in the meantime: run this again")
    if now != data:
        write_whole(case.path, data)
    return replace(case, before=data)


def saved(case: Case) -> Case:
    """Write the record, and the gold if nothing is open; as `recorded`."""
    case = recorded(case)
    made, path = case.gold, gold_path(case.root, case.comparison.doc_id)
    if made is not None and not (path.exists() and path.read_bytes() == made):
        write_whole(path, made)
    return case


def is_edited(case: Case) -> bool:
    """Say whether gold is there and is not what the record, as it was read, says."""
    path = gold_path(case.root, case.comparison.doc_id)
    if not path.exists() or case.before != rendered_record(case.record):
        return False
    return case.gold not in (None, path.read_bytes())


def with_fields(case: Case, **fields: Any) -> Case:
    """Return the case with other fields of its record."""
    return replace(case, record=changed(case.record, **fields))


def _same_files(record: Record, comparison: Comparison) -> bool:
    """Say whether the record is of these very annotations, by this schema."""
    same = record.versions == dict(comparison.versions)
    return same and record.schema_version == comparison.schema.version


def _refuse_unknown(path: Path, record: Record, questions: Mapping[str, Conflict]) -> None:
    for entry in record.conflicts:
        if entry.id not in questions:
            raise CorpusError(
                f"{path}: no conflict {entry.id!r}: ids are the tool's; take the table out"
            )


def _renewed(
    path: Path, record: Record, comparison: Comparison, questions: Mapping[str, Conflict]
) -> Record:
    """Return the record with an entry for each question, and what answers none kept apart."""
    same = _same_files(record, comparison)

    def holds(entry: Entry) -> bool:
        ruling = Ruling(str(path), comparison)
        question = questions.get(entry.id)
        return question is not None and (
            not entry.decision or _meant(partial(decided_value, ruling, question, entry))
        )

    past = [revived(path, t, Entry) for t in record.stale if str(t.get("id")) in questions]
    known = {entry.id: entry for entry in past if holds(entry)}
    held = {e.id: e for e in record.conflicts if e.id in questions and (same or holds(e))}
    known |= {name: e for name, e in held.items() if e.touched or name not in known}
    overrides = _overrides(path, record, comparison)
    gone = [table_of(e) for e in record.conflicts if e.touched and e.id not in held]
    gone += [override_table(o) for o in record.overrides if o not in overrides]
    kept = [t for t in record.stale if not _is_back(path, t, known, overrides)]
    return changed(
        record,
        schema_version=comparison.schema.version,
        conflicts=[_entry(question, known.get(name)) for name, question in questions.items()],
        overrides=[told(comparison, override) for override in overrides],
        stale=[*kept, *({k: v for k, v in t.items() if v is not None} for t in gone)],
        versions=dict(comparison.versions),
    )


def _overrides(path: Path, record: Record, comparison: Comparison) -> list[Override]:
    """Return the overrides that hold: of those in the record, and of stale ones.

    What nobody has signed yet, or what is of the same files, is not stale but wrong, if it is.
    """
    past = [revived(path, table, Override) for table in record.stale if "action" in table]
    same, held = _same_files(record, comparison), list[Override]()
    for number, one in enumerate([*record.overrides, *sorted(past, key=_is_link)]):
        is_past = number >= len(record.overrides)
        if _of_another(comparison, one) or (is_past and _target(one) in map(_target, held)):
            continue
        fresh = not is_past and (same or not one.by)
        both = [*held, one]
        led_elsewhere = _is_link(one) and one.was != what_is_there(comparison, one)
        holds = partial(override_values, comparison, both, path)
        if fresh or (not led_elsewhere and _meant(holds)):
            held = both
    return held


def _meant(asked: Callable[[], object]) -> bool:
    """Say whether something is not refused."""
    try:
        asked()
    except CorpusError:
        return False
    return True


def _is_link(override: Override) -> bool:
    return override.relation is not None


def _target(override: Override) -> tuple[str | None, ...]:
    """Return what an override is of."""
    return override.span, override.relation, override.from_, override.to


def _is_back(
    path: Path, table: Mapping[str, Any], known: Mapping[str, Entry], overrides: list[Override]
) -> bool:
    """Say whether a stale table holds again."""
    if "action" in table:
        return revived(path, table, Override) in overrides
    found = known.get(str(table.get("id")))
    return found is not None and found == revived(path, table, Entry)


def _entry(question: Conflict, before: Entry | None) -> Entry:
    """Return the entry of a question, with the decision that there was."""
    asked = (question.id, question.kind, question.about, question.text, dict(question.says))
    empty = Entry(*asked)
    if before is None:
        return empty
    kept = {name: getattr(before, name) for name in ("decision", "value", "reason", "by", "date")}
    return changed(empty, **kept)


def _of_another(comparison: Comparison, override: Override) -> bool:
    """Say whether an override was written of something else than what is there now."""
    return bool(override.was) and override.was != what_is_there(comparison, override)


def told(comparison: Comparison, override: Override) -> Override:
    """Return an override with the words of what it changes."""
    is_new = override.action == "add"
    return changed(override, was="" if is_new else what_is_there(comparison, override))


def _kept(case: Case) -> Case:
    """Return the case with what its record says of the decisions taken together."""
    entries = [changed(e, moot=case.is_moot(case.conflicts[e.id])) for e in case.record.conflicts]
    return with_fields(case, conflicts=entries, method=MAJORITY if case.voted else "curator")

"""The documents of a corpus that have annotations to be made into gold, and what became of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.adjudication.case import Case, opened
from corpus.adjudication.comparison import compared
from corpus.adjudication.conflicts import KINDS
from corpus.adjudication.gold import gold_path
from corpus.adjudication.sources import sources
from corpus.errors import CorpusError
from corpus.findings import printable
from corpus.schema import Schema
from corpus.store import GOLD, MAJORITY
from corpus.tables import Tables


@dataclass(frozen=True)
class Cases:
    """The cases of a corpus, one a document; alone: the documents with one frozen annotation."""

    cases: Sequence[Case]
    alone: Sequence[str]


def cases(
    root: Path,
    tables: Tables,
    schema: Schema,
    documents: Sequence[str] = (),
    round_name: str | None = None,
) -> Cases:
    """Return the cases of these documents, or of all that have two frozen annotations.

    Nothing is written. CorpusError as `sources` and `opened` say.
    """
    chosen = sources(tables, schema, documents, round_name)
    several = {doc_id: own for doc_id, own in chosen.items() if len(own) > 1}
    made = [opened(root, comparison) for comparison in compared(tables, schema, several)]
    return Cases(made, [doc_id for doc_id in chosen if doc_id not in several])


def refuse_stranger(tables: Tables, name: str, place: str = "") -> None:
    """Raise CorpusError if nobody of this name is in annotators.toml; place: where it stands."""
    known = sorted(tables.annotators.collect()["annotator"])
    if name not in known or name in (GOLD, MAJORITY):
        there = ", ".join(known) or "none"
        raise CorpusError(
            f"{place}annotations/annotators.toml: no {name!r}, who is to decide; there are {there}"
        )


def line(case: Case) -> str:
    """Return what became of a document, on one line."""
    counts = Counter(conflict.kind for conflict in case.conflicts.values())
    kinds = ", ".join(f"{kind} {counts[kind]}" for kind in KINDS if counts[kind])
    total, decided = len(case.conflicts), len(case.decided)
    states = {"decided": decided - len(case.voted), "by majority": len(case.voted)}
    states |= {"open": len(case.open), "moot": total - decided - len(case.open)}
    states["stale"] = len(case.record.stale)
    shown = ", ".join(f"{number} {state}" for state, number in states.items() if number)
    differ = {c.aspect[1] for c in case.conflicts.values() if c.kind != "relation"}
    items = len(case.comparison.items)
    parts = [f"{items - len(differ)} of {items} items agreed"]
    parts += [f"{total} conflict(s): {kinds}"] if total else ["no conflict"]
    parts += [shown] if shown else []
    return f"{case.comparison.doc_id}: {'; '.join([*parts, _gold(case)])}"


def remarks(case: Case) -> Iterator[str]:
    """Yield what a curator should know of: decisions that hold no longer, and who decides."""
    for table in case.record.stale:
        what = (
            f"{table.get('kind', table.get('action'))} {table.get('about', table.get('was', ''))}"
        )
        said = table.get("decision", table.get("reason", ""))
        yield printable(
            f"{case.path}: stale: {what}, decided {said!r}: {table.get('text', '')}".strip()
        )
    people = {version.annotator for version in case.record.versions.values()}
    for name in sorted(people & {*deciders(case)}):
        yield f"{case.path}: {name} decides and is one of the text's annotators (P107)"


def deciders(case: Case) -> Iterator[str]:
    """Yield who decided something here, or is to."""
    names = [case.record.adjudicator or "", *(entry.by for entry in case.record.conflicts)]
    names += [override.by for override in case.record.overrides]
    yield from (name for name in names if name not in ("", MAJORITY))


def next_step(found: Iterable[Case]) -> str:
    """Return what is to be done next."""
    both = [*found]
    open_, voted = sum(len(c.open) for c in both), sum(len(c.voted) for c in both)
    if not both:
        return (
            "Nothing to adjudicate: no text has two frozen annotations; `corpus freeze ROUND`"
            " closes a round"
        )
    if open_ or voted:
        first = f"{open_} to decide" + (f", {voted} to confirm" if voted else "")
        return (
            f"{first}: `corpus adjudicate --next --by NAME` asks, --studio does so in Label Studio;"
            " or complete decisions.toml and run this again"
        )
    return "All is decided; `corpus validate` checks the gold"


def _gold(case: Case) -> str:
    there = gold_path(case.root, case.comparison.doc_id).exists()
    if case.open:
        return "gold is left as it was decided before" if there else "no gold yet"
    return "gold written, automatic" if case.voted else "gold written"

"""Who has done what: one line a document and person."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from corpus.assignment import Assignment
from corpus.desk.state import State, digest, digest_if
from corpus.desk.work import Corpus, Desk, Work, desks, read_work
from corpus.labelstudio.projects import find_project
from corpus.labelstudio.server import Server
from corpus.rounds import Round

WORD = re.compile(r"\w+(?:[-'’]\w+)*")
CAP = 10.0
"""Minutes a hundred words beyond which a document's time is taken for idling."""


class Line(msgspec.Struct, frozen=True):
    """The state of one document of one person.

    state: not pushed, not started, draft, submitted, skipped, pulled; then, since the pull: changed
    there, changed here, conflict (both), draft since (there, not submitted again), deleted there;
    only here, broken here (files that push brings, or cannot bring); without text (in seeds/);
    frozen, whatever it was.
    minutes: Label Studio's lead time.
    """

    round: str
    annotator: str
    document: str
    pass_: int = msgspec.field(name="pass")
    state: str
    assisted: bool
    words: int
    minutes: float


def lines(
    corpus: Corpus,
    rounds: Mapping[str, Round],
    assignments: Iterable[Assignment],
    servers: Mapping[str, Server],
    state: State,
) -> Iterator[Line]:
    """Yield a line an assignment."""
    texts = corpus.texts()
    words = {doc_id: len(WORD.findall(text)) for doc_id, text in texts.items()}
    for desk in desks(corpus.schema, rounds, assignments):
        closed = desk.round in rounds and rounds[desk.round].frozen is not None
        works = {} if closed else _works(corpus, desk, servers[desk.annotator], state)
        for a in sorted(desk.assignments):
            work = works.get(a.document)
            yield Line(
                round=a.round,
                annotator=a.annotator,
                document=a.document,
                pass_=a.pass_,
                state="frozen" if closed else _state(corpus, a, work, state),
                assisted=a.assisted,
                words=words.get(a.document, 0),
                minutes=round(work.seconds / 60, 2) if work else 0.0,
            )


def _works(corpus: Corpus, desk: Desk, server: Server, state: State) -> dict[str, Work]:
    project = find_project(server, desk.title, state.projects.get(desk.title))
    if project is None:
        return {}
    return {work.doc_id: work for work in read_work(server, project, desk, corpus, state)}


STATES = {"open": "not started", "draft": "draft", "skipped": "skipped"}
STATES |= {"without text": "without text"}
UNDONE = (*STATES.values(), "not pushed", "frozen")
VERDICTS = {"same": "pulled", "adopt": "pulled", "take": "changed there", "send": "changed here"}


def _state(corpus: Corpus, a: Assignment, work: Work | None, state: State) -> str:
    if work is None:
        return "not pushed"
    if a.file in corpus.found and a.file not in corpus.files:
        return "broken here"
    if work.state != "submitted":
        return _unsubmitted(a, work, corpus, state)
    if a.file not in corpus.files:
        return "submitted"
    here, there = digest(corpus.files[a.file]), digest_if(work.content)
    what = VERDICTS.get(state.verdict(a.file.as_posix(), here, there), "conflict")
    return "draft since" if work.drafts and what == "pulled" else what


def _unsubmitted(a: Assignment, work: Work, corpus: Corpus, state: State) -> str:
    if work.state == "open" and a.file in corpus.files:
        return "deleted there" if a.file.as_posix() in state.agreed else "only here"
    return STATES[work.state]


class Pace(msgspec.Struct, frozen=True):
    """How long somebody takes in a round.

    minutes: of all documents that are submitted, each counted up to the cap; capped: how many were
    longer. per_100_words: None where there are no words.
    """

    round: str
    annotator: str
    documents: int
    words: int
    minutes: float
    capped: int
    per_100_words: float | None


def paces(found: Iterable[Line], cap: float = CAP) -> list[Pace]:
    """Return the pace of each person in each round, idling left out.

    cap: minutes a hundred words; what a document took beyond that counts as idling, since Label
    Studio's lead time runs on while a page is merely open.
    """
    own: dict[tuple[str, str], list[Line]] = {}
    for line in found:
        if line.minutes and line.state not in UNDONE:
            own.setdefault((line.round, line.annotator), []).append(line)
    return [_pace(*key, own[key], cap) for key in sorted(own)]


def _pace(round_: str, annotator: str, done: list[Line], cap: float) -> Pace:
    words = sum(line.words for line in done)
    limits = [line.words * cap / 100 for line in done]
    minutes = sum(min(line.minutes, limit) for line, limit in zip(done, limits, strict=True))
    capped = sum(line.minutes > limit for line, limit in zip(done, limits, strict=True))
    pace = round(100 * minutes / words, 2) if words else None
    return Pace(round_, annotator, len(done), words, round(minutes, 2), capped, pace)


def as_json(found: list[Line], pace: list[Pace] | None = None) -> str:
    """Return the lines, and the paces if there are any, as JSON."""
    shown: dict[str, Any] = {"documents": found}
    if pace is not None:
        shown["time"] = pace
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()


def as_text(found: list[Line]) -> str:
    """Return a table with a line a document and person, and the counts of each person below."""
    head = ("round", "annotator", "document", "pass", "state", "")
    rows = [
        (f.round, f.annotator, f.document, str(f.pass_), f.state, "assisted" * f.assisted)
        for f in found
    ]
    counts: dict[str, Counter[str]] = {}
    for line in found:
        counts.setdefault(line.annotator, Counter())[line.state] += 1
    sums = [
        f"{name}: " + ", ".join(f"{number} {state}" for state, number in sorted(count.items()))
        for name, count in sorted(counts.items())
    ]
    return "\n".join([*_table(head, rows), "", *sums])


def paces_as_text(pace: list[Pace], cap: float) -> str:
    """Return a table of how long people take."""
    head = ("round", "annotator", "texts", "words", "minutes", "per 100 words", "capped")
    rows = [
        (
            *(p.round, p.annotator, str(p.documents), str(p.words), f"{p.minutes:.1f}"),
            *("-" if p.per_100_words is None else f"{p.per_100_words:.2f}", str(p.capped)),
        )
        for p in pace
    ]
    said = f"Time beyond {cap:g} minutes per 100 words of a text counts as idling."
    return "\n".join([*_table(head, rows), "", said])


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return [
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]

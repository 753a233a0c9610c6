"""What annotators ask the team, and the answers: a dated log in annotations/questions.toml.

A question is a text that somebody wrote into a box of the page: on a span, on the whole document,
or about an entity that the list lacks. Answers stand in every project's instruction after the next
push.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from corpus.desk.work import Desk, Work
from corpus.errors import CorpusError
from corpus.findings import printable
from corpus.labelstudio.config import ABOUT_DOCUMENT, PROPOSED, QUESTION, SPAN
from corpus.store import write_whole
from corpus.toml import convert, inline, read_toml

Json = dict[str, Any]
KINDS = {QUESTION: "question", ABOUT_DOCUMENT: "question", PROPOSED: "entity proposed"}


class Question(msgspec.Struct, frozen=True):
    """What was asked, by whom, about what; text and layer are empty of a whole document."""

    id: str
    kind: str
    document: str
    annotator: str
    layer: str
    text: str
    question: str


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of the log: the question, the answer, and when it was given."""

    id: str
    date: str
    document: str
    annotator: str
    text: str
    question: str
    answer: str


class _Log(msgspec.Struct, forbid_unknown_fields=True):
    questions: list[Answered] = []


def questions_path(root: Path) -> Path:
    """Return where the log stands."""
    return root / "annotations" / "questions.toml"


def read_log(root: Path) -> list[Answered]:
    """Return the answers so far, in the order in which they were given."""
    path = questions_path(root)
    if not path.exists():
        return []
    return convert(path, "", read_toml(path, CorpusError), _Log, CorpusError).questions


def read_answers(root: Path) -> list[tuple[str, str]]:
    """Return (question, answer) pairs, as annotators are to read them."""
    return [(f"{a.text}: {a.question}" if a.text else a.question, a.answer) for a in read_log(root)]


def questions_in(desk: Desk, work: Work, texts: Mapping[str, str]) -> Iterator[Question]:
    """Yield what somebody asks in one document, in what is submitted and in drafts."""
    seen = set[str]()
    for result in (work.result, *work.drafts):
        for question in _of_result(desk, work, result, texts):
            if question.id not in seen:
                seen.add(question.id)
                yield question


def _of_result(
    desk: Desk, work: Work, result: list[Json], texts: Mapping[str, str]
) -> Iterator[Question]:
    layers = {i.get("id"): i["value"]["labels"] for i in result if i.get("from_name") == SPAN}
    for item in result:
        if item.get("from_name") not in KINDS:
            continue
        value = item["value"]
        said = value.get("text")
        words = " ".join(said if isinstance(said, list) else [str(said)]).strip()
        start, end = value.get("start"), value.get("end")
        covered = "" if start is None else texts.get(work.doc_id, "")[start:end]
        layer = " ".join(layers.get(item.get("id")) or [])
        about = (work.doc_id, desk.annotator, layer, covered, words)
        if words:
            yield Question(_id(*about, str(start)), KINDS[item["from_name"]], *about)


def _id(*about: str) -> str:
    return hashlib.sha256("\n".join(about).encode()).hexdigest()[:8]


def unanswered(root: Path, questions: Iterable[Question]) -> list[Question]:
    """Return the questions that the log has no answer to."""
    known = {entry.id for entry in read_log(root)}
    return [question for question in questions if question.id not in known]


def answer(root: Path, question: Question, words: str, date: str) -> None:
    """Add an answer to the log.

    Raises:
        CorpusError: the answer is blank, or the question was answered already.
    """
    path = questions_path(root)
    if not words.strip():
        raise CorpusError(f"question {question.id}: the answer is blank")
    if not unanswered(root, [question]):
        raise CorpusError(f"{path}: question {question.id} is answered already: edit it there")
    entry = Answered(
        question.id,
        date,
        question.document,
        question.annotator,
        question.text,
        question.question,
        words.strip(),
    )
    before = path.read_bytes() if path.exists() else b"# What annotators asked, and the answers.\n"
    lines = [f"{key} = {inline(value)}\n" for key, value in msgspec.to_builtins(entry).items()]
    whole = before.rstrip() + b"\n\n[[questions]]\n" + "".join(lines).encode()
    _require_toml(path, whole)
    write_whole(path, whole)


def _require_toml(path: Path, content: bytes) -> None:
    try:
        tomllib.loads(content.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError:
        raise CorpusError(
            f"{path}: cannot be added to: every entry begins with a line [[questions]]"
        ) from None


def answer_one(root: Path, questions: Iterable[Question], asked: str, words: str, date: str) -> str:
    """Answer the question with this id, and return what it was.

    Raises:
        CorpusError: there is no such question, and as `answer` says.
    """
    found = {question.id: question for question in questions}
    if asked not in found:
        there = ", ".join(q.id for q in unanswered(root, found.values())) or "none"
        raise CorpusError(f"no question {asked!r}; unanswered are: {there}")
    answer(root, found[asked], words, date)
    return found[asked].question


def as_text(root: Path, questions: Iterable[Question]) -> str:
    """Return the unanswered questions, two lines each."""
    lines = list[str]()
    for q in unanswered(root, questions):
        about = f"{q.layer} {q.text!r}".strip() if q.text else "the whole text"
        lines += [f"{q.id}  {q.annotator}, {q.document}: {about}", f"    {q.kind}: {q.question}"]
    lines.append(f"{len(lines) // 2} unanswered, {len(read_log(root))} answered")
    return "\n".join(map(printable, lines))


def as_json(root: Path, questions: Iterable[Question]) -> str:
    """Return the unanswered questions and the log as JSON."""
    shown = {"unanswered": unanswered(root, questions), "answered": read_log(root)}
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()

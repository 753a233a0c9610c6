"""Questions of annotators, and the dated log of the answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.desk.questions import (
    Question,
    answer_one,
    as_json,
    as_text,
    questions_in,
    questions_path,
    read_answers,
    read_log,
)
from corpus.desk.work import Desk, Work
from corpus.errors import CorpusError

TEXT = "She 😀 said it rained."
ODD = 'Is "it" a\\b\n\t\x7f\u2028 <b> 😀 question?'
DESK = Desk("title", "main", "ann", 1, [])


def told(name: str, words: str, item: str = "a", **place: int) -> dict[str, Any]:
    return {"id": item, "from_name": name, "type": "textarea", "value": {"text": [words], **place}}


SPAN = {"id": "a", "from_name": "span", "value": {"start": 4, "end": 5, "labels": ["Claim"]}}


def asked(result: list[dict[str, Any]], *drafts: list[dict[str, Any]]) -> list[Question]:
    work = Work("d1", 7, "submitted", 9, None, 0.0, result, [*drafts], [])
    return list(questions_in(DESK, work, {"d1": TEXT}))


def test_a_question_comes_with_the_span_that_it_is_about() -> None:
    [question] = asked([SPAN, told("question", "Who?", start=4, end=5)])
    assert (question.layer, question.text, question.question) == ("Claim", "😀", "Who?")
    assert (question.document, question.annotator, question.kind) == ("d1", "ann", "question")


def test_questions_on_the_document_and_proposed_entities_are_listed_too() -> None:
    found = asked(
        [
            SPAN,
            told("document_question", "Why?", item="own"),
            told("proposed_entity", "The sun", start=4, end=5),
            told("comment", "not for this list", start=4, end=5),
            told("question", "  ", start=4, end=5),
        ]
    )
    assert [(q.kind, q.text, q.question) for q in found] == [
        ("question", "", "Why?"),
        ("entity proposed", "😀", "The sun"),
    ]


def test_a_question_that_stands_in_a_draft_as_well_is_one() -> None:
    result = [SPAN, told("question", "Who?", start=4, end=5)]
    assert len(asked(result, result)) == 1
    assert len(asked([], result)) == 1


def test_an_answer_is_logged_with_its_date_and_listed_no_more(tmp_path: Path) -> None:
    found = asked([SPAN, told("question", ODD, start=4, end=5), told("document_question", "B?")])
    assert answer_one(tmp_path, found, found[0].id, f" {ODD} ", "2026-01-31") == ODD.strip()
    [entry] = read_log(tmp_path)
    assert (entry.date, entry.text, entry.question, entry.answer) == (
        "2026-01-31", "😀", ODD.strip(), ODD.strip(),
    )  # fmt: skip
    assert read_answers(tmp_path) == [(f"😀: {ODD}", ODD)]
    assert as_text(tmp_path, found).endswith("1 unanswered, 1 answered")
    assert [q["question"] for q in json.loads(as_json(tmp_path, found))["unanswered"]] == ["B?"]


def test_the_log_is_only_added_to(tmp_path: Path) -> None:
    found = asked([told("document_question", "A?"), told("document_question", "B?")])
    questions_path(tmp_path).parent.mkdir()
    questions_path(tmp_path).write_text("# ours\n")
    for number, question in enumerate(found, 1):
        answer_one(tmp_path, found, question.id, "Yes.", f"2026-01-0{number}")
    assert questions_path(tmp_path).read_text().startswith("# ours\n")
    assert [entry.date for entry in read_log(tmp_path)] == ["2026-01-01", "2026-01-02"]


def test_what_cannot_be_answered_is_refused(tmp_path: Path) -> None:
    [question] = asked([told("document_question", "A?")])
    with pytest.raises(CorpusError, match=f"no question 'x'; unanswered are: {question.id}"):
        answer_one(tmp_path, [question], "x", "Yes.", "2026-01-01")
    with pytest.raises(CorpusError, match="the answer is blank"):
        answer_one(tmp_path, [question], question.id, " ", "2026-01-01")
    assert not questions_path(tmp_path).exists()
    answer_one(tmp_path, [question], question.id, "Yes.", "2026-01-01")
    with pytest.raises(CorpusError, match="is answered already: edit it there"):
        answer_one(tmp_path, [question], question.id, "No.", "2026-01-02")


def test_a_list_of_questions_stays_one_line_each(tmp_path: Path) -> None:
    [question] = asked([SPAN, told("question", "two\nlines \x1b[31m", start=4, end=5)])
    shown = as_text(tmp_path, [question])
    assert len(shown.splitlines()) == 3
    assert "\x1b" not in shown


def test_a_log_that_was_written_otherwise_is_left_as_it_is(tmp_path: Path) -> None:
    path = questions_path(tmp_path)
    path.parent.mkdir()
    path.write_text("questions = []\n")
    [question] = asked([told("document_question", "A?")])
    with pytest.raises(CorpusError, match=r"cannot be added to: every entry begins with a line"):
        answer_one(tmp_path, [question], question.id, "Yes.", "2026-01-01")
    assert path.read_text() == "questions = []\n"

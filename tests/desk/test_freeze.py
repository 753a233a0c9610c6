"""Closing a round, and what stands in the way."""

import hashlib
from pathlib import Path

import pytest

from corpus.assignment import assigned, read_assignments, write_assignments
from corpus.desk.annotate import open_corpus
from corpus.desk.freeze import freeze_round
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from corpus.rounds import read_rounds, rounds_path
from corpus.validation import validate
from tests.desk.verbs import desk_folder, file_of

TEXTS = {"d1": "It rained.", "d2": "It snowed."}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a round of which ann has done both documents."""
    made = desk_folder(tmp_path / "corpus", TEXTS, TEXTS)
    write_assignments(made, assigned(read_rounds(made), TEXTS, []))
    return made


def closed(root: Path, name: str = "main", *, partial: bool = False) -> dict[str, str]:
    rounds = read_rounds(root)
    return freeze_round(open_corpus(root), rounds, name, "2026-01-31", partial=partial)


def refusal(root: Path, name: str = "main", *, partial: bool = False) -> str:
    """Return why a round cannot be closed; nothing is written then."""
    before = rounds_path(root).read_bytes()
    with pytest.raises(CorpusError) as told:
        closed(root, name, partial=partial)
    assert rounds_path(root).read_bytes() == before
    return str(told.value)


def test_a_closed_round_has_the_digest_of_each_of_its_files(root: Path) -> None:
    files = closed(root)
    assert files == {
        file_of(doc_id): hashlib.sha256((root / file_of(doc_id)).read_bytes()).hexdigest()
        for doc_id in TEXTS
    }
    frozen = read_rounds(root)["main"].frozen
    assert frozen is not None
    assert frozen.files == files


def test_it_gets_no_document_that_comes_later(root: Path) -> None:
    closed(root)
    before = read_assignments(root)
    assert assigned(read_rounds(root), {*TEXTS, "d3"}, before) == before


def test_a_round_is_closed_once(root: Path) -> None:
    closed(root)
    assert refusal(root) == "round 'main' is frozen since 2026-01-31"


def test_an_unknown_round_is_refused_with_those_there_are(root: Path) -> None:
    assert refusal(root, "mian") == "no round 'mian'; there are main"


def test_missing_files_are_counted_and_partial_closes_without_them(root: Path) -> None:
    (root / file_of("d2")).unlink()
    assert refusal(root) == (
        f"round 'main': 1 of 2 files are not here, the first {file_of('d2')}; `corpus pull` them,"
        " or close it as it is with --partial"
    )
    assert [*closed(root, partial=True)] == [file_of("d1")]


def test_a_round_of_which_nothing_is_here_is_not_closed_at_all(root: Path) -> None:
    for doc_id in TEXTS:
        (root / file_of(doc_id)).unlink()
    nothing = "round 'main': there is nothing to freeze: "
    assert refusal(root, partial=True) == f"{nothing}none of its 2 files is here"
    write_assignments(root, [])
    assert refusal(root, partial=True) == f"{nothing}nobody was given a text"


def test_a_broken_file_is_named_whether_partial_or_not(root: Path) -> None:
    (root / file_of("d2")).write_text('{"document": ')
    words = f"{file_of('d2')}: is broken; `corpus validate` says how"
    assert refusal(root) == refusal(root, partial=True) == words


def test_a_round_that_stands_in_one_line_is_not_spoiled(root: Path) -> None:
    text = '# ours\n[rounds]\nmain = { kind = "pilot", people = ["ann"] }\n'
    rounds_path(root).write_text(text)
    assert refusal(root) == (
        f"{rounds_path(root)}: rounds.main cannot be added to: begin it with a line [rounds.main]"
    )


def findings(root: Path) -> list[tuple[str, str]]:
    tables, schema = read_corpus(root)
    found = [f for f in validate(tables, schema) if f.name == "frozen-changed"]
    return [(f.file, f.message) for f in found]


def test_what_is_not_as_it_was_is_an_error_of_validation(root: Path) -> None:
    closed(root)
    assert findings(root) == []
    path = root / file_of("d1")
    path.write_text(path.read_text().replace('"event"', '"claim"'))
    (root / file_of("d2")).unlink()
    assert findings(root) == [
        (str(path), "is changed since round 'main' was frozen"),
        (str(root / file_of("d2")), "is gone since round 'main' was frozen"),
    ]


def test_an_export_is_not_asked_for_a_frozen_round(root: Path) -> None:
    closed(root)
    (root / file_of("d2")).unlink()
    tables, schema = read_corpus(root, (root / file_of("d1"),))
    assert [f.name for f in validate(tables, schema) if f.code[0] == "P"] == []


def test_texts_of_a_frozen_round_are_annotated_again_in_another(root: Path) -> None:
    closed(root)
    path = rounds_path(root)
    path.write_text(path.read_text() + '\n[rounds.two]\nkind = "pilot"\npeople = ["ann"]\n')
    made = assigned(read_rounds(root), TEXTS, read_assignments(root))
    assert {(a.document, a.pass_) for a in made if a.round == "two"} == {("d1", 2), ("d2", 2)}

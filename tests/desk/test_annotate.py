"""What the verbs decide before they ask any Label Studio."""

from pathlib import Path

import pytest

from corpus.assignment import Assignment, assignments_path, write_assignments
from corpus.desk.annotate import (
    asks_always,
    everybody,
    logins,
    open_corpus,
    push,
    rounds_of,
)
from corpus.desk.place import Place
from corpus.desk.push import assign
from corpus.desk.state import State
from corpus.errors import CorpusError
from corpus.labelstudio.accounts import kept_credentials
from corpus.rounds import Round, rounds_path
from tests.corpora import HEDGEROW, TINY, folder
from tests.desk.verbs import PEOPLE

MODEL = '[annotators.m1]\nkind = "model"\ndescription = "one"\n'


def declared(root: Path, *people: str, overlap: str | None = None) -> tuple[list[str], list[str]]:
    """Return the people of the first round, and the remarks."""
    said: list[str] = []
    rounds = rounds_of(open_corpus(root), people, overlap, said.append)
    return rounds["main"].people, said


def test_without_rounds_one_is_declared_for_those_who_are_named(tmp_path: Path) -> None:
    people, said = declared(folder(tmp_path), "ann", "bo", overlap="1")
    assert people == ["ann", "bo"]
    assert said == [f"{rounds_path(tmp_path)}: made, with the round 'main' for ann, bo"]
    assert declared(tmp_path) == (people, [])
    assert declared(tmp_path, "ann", "bo", overlap="1") == (people, [])


def test_else_for_the_humans_of_annotators_toml(tmp_path: Path) -> None:
    folder(tmp_path, {"annotations/annotators.toml": PEOPLE + "\n" + MODEL})
    assert declared(tmp_path)[0] == ["ann", "bo"]


def test_else_for_one_newcomer(tmp_path: Path) -> None:
    folder(tmp_path, {"annotations/annotators.toml": MODEL})
    assert declared(tmp_path)[0] == ["a1"]


@pytest.mark.parametrize(
    ("people", "overlap", "key"), [(["ann"], None, "people"), ([], "1", "overlap")]
)
def test_people_and_overlap_are_changed_in_the_file_alone(
    tmp_path: Path, people: list[str], overlap: str | None, key: str
) -> None:
    declared(folder(tmp_path), "ann", "bo", overlap="2")
    before = rounds_path(tmp_path).read_bytes()
    with pytest.raises(CorpusError) as told:
        declared(tmp_path, *people, overlap=overlap)
    assert str(told.value) == (
        f"{rounds_path(tmp_path)}: the rounds are declared: change {key!r} there"
    )
    assert rounds_path(tmp_path).read_bytes() == before


def test_where_there_are_several_rounds_no_option_says_which(tmp_path: Path) -> None:
    declared(folder(tmp_path), "ann")
    with rounds_path(tmp_path).open("a") as file:
        file.write('[rounds.two]\nkind = "pilot"\npeople = ["ann"]\n')
    with pytest.raises(CorpusError, match="change 'people' there"):
        declared(tmp_path, "ann")


def test_who_left_a_round_is_still_somebody_with_work() -> None:
    rounds = {"one": Round("pilot", ["bo", "cy"]), "two": Round("pilot", ["cy", "ann"])}
    left = [Assignment("one", "d1", "zoe"), Assignment("one", "d1", "bo")]
    assert everybody(rounds, left) == ["bo", "cy", "ann", "zoe"]


def test_a_text_that_is_gone_but_given_to_somebody_is_named(tmp_path: Path) -> None:
    folder(tmp_path, {"annotations/annotators.toml": PEOPLE})
    write_assignments(tmp_path, [Assignment("main", "gone", "ann")])
    before = assignments_path(tmp_path).read_bytes()
    with pytest.raises(CorpusError) as told:
        assign(open_corpus(tmp_path), {"main": Round("pilot", ["ann"])}, State())
    assert str(told.value) == (
        "assignments.toml: document 'gone' is given to 'ann', but there is no such text in seeds/:"
        " put it back, or take the line out"
    )
    assert assignments_path(tmp_path).read_bytes() == before


def test_a_refused_place_leaves_nothing_assigned(tmp_path: Path) -> None:
    folder(tmp_path, {"annotations/annotators.toml": PEOPLE})
    with pytest.raises(CorpusError, match="set LABEL_STUDIO_API_KEY"):
        push(tmp_path, Place(url="http://127.0.0.1:9"), lambda *_: None, print)
    assert not assignments_path(tmp_path).exists()


def test_new_spans_are_selected_only_where_each_layer_asks_for_something() -> None:
    assert asks_always(HEDGEROW)
    assert not asks_always(TINY)


def test_logins_are_those_of_the_shared_server_and_of_each_isolated_one(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no account for 'ann'; there are none"):
        logins(tmp_path, "ann")
    for name, where in (("ann", "studio"), ("bo", "isolated/bo"), ("cy", "isolated/cy")):
        (tmp_path / ".corpus" / where).mkdir(parents=True)
        kept_credentials(tmp_path / ".corpus" / where / "credentials.json", [name])
    assert {name: account.email for name, account in logins(tmp_path).items()} == {
        name: f"{name}@corpus.invalid" for name in ("ann", "bo", "cy")
    }
    assert [*logins(tmp_path, "cy")] == ["cy"]
    with pytest.raises(CorpusError, match=r"no account for 'zoe'; there are ann, bo, cy"):
        logins(tmp_path, "zoe")

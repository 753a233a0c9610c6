"""Who has which document: shared fairly, recorded, and stable."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.assignment import (
    Assignment,
    assigned,
    assignments_path,
    read_assignments,
    write_assignments,
)
from corpus.errors import CorpusError
from corpus.rounds import Round, read_rounds
from tests.test_rounds import a_round

DOCUMENTS = st.sets(st.integers(0, 60).map(lambda n: f"d{n}"), min_size=1, max_size=30)
PEOPLE = st.sets(st.sampled_from(["ann", "bo", "cy", "dee", "eve"]), min_size=1)


def pairs(found: list[Assignment]) -> set[tuple[str, str]]:
    return {(a.document, a.annotator) for a in found}


def test_everybody_annotates_everything_unless_an_overlap_is_declared() -> None:
    found = assigned({"one": a_round()}, ["d1", "d2"], [])
    assert pairs(found) == {(d, p) for d in ("d1", "d2") for p in ("ann", "bo")}


@given(DOCUMENTS, PEOPLE, st.integers(1, 3))
def test_an_overlap_gives_each_document_to_so_many_people_and_each_person_as_much(
    documents: set[str], people: set[str], overlap: int
) -> None:
    overlap = min(overlap, len(people))
    found = assigned({"one": a_round(people, overlap=overlap)}, documents, [])
    assert set(Counter(a.document for a in found).values()) == {overlap}
    assert len(pairs(found)) == len(found)
    load = Counter(dict.fromkeys(people, 0)) + Counter(a.annotator for a in found)
    loads = [load[person] for person in people]
    assert max(loads) - min(loads) <= 1


@given(DOCUMENTS, st.integers(0, 100))
def test_a_share_of_the_documents_rounded_up_is_annotated_by_two(
    documents: set[str], share: int
) -> None:
    plan = {"one": a_round(overlap=f"{share} % double")}
    counts = Counter(Counter(a.document for a in assigned(plan, documents, [])).values())
    assert counts[2] == -(-len(documents) * share // 100)
    assert counts[1] == len(documents) - counts[2]


def test_a_share_can_be_annotated_by_three() -> None:
    plan = {"one": a_round(("ann", "bo", "cy"), overlap="50 % triple")}
    found = assigned(plan, [f"d{n}" for n in range(10)], [])
    assert Counter(Counter(a.document for a in found).values()) == {3: 5, 1: 5}


@given(st.data(), DOCUMENTS, PEOPLE)
def test_an_assignment_is_the_same_in_any_order(data: st.DataObject, documents, people) -> None:
    plan = {"one": a_round(people, overlap=1)}
    shuffled = data.draw(st.permutations(sorted(documents)))
    assert sorted(assigned(plan, shuffled, [])) == sorted(assigned(plan, documents, []))


@given(DOCUMENTS, DOCUMENTS, PEOPLE, PEOPLE, st.sampled_from([None, 1, "20 % double"]))
def test_what_is_given_stays_when_documents_and_people_are_added(
    documents, more, people, others, overlap
) -> None:
    people = people | {"ann", "bo"}
    before = assigned({"one": a_round(people, overlap=overlap)}, documents, [])
    later = {"one": a_round(people | others, overlap=overlap)}
    after = assigned(later, documents | more, before)
    assert after[: len(before)] == before
    assert {a.document for a in after} == documents | more
    assert len({a.key for a in after}) == len(after)
    again = assigned(later, documents | more, after)
    assert again == after


def test_new_documents_go_to_whoever_has_least() -> None:
    before = assigned({"one": a_round(overlap=1)}, [f"d{n}" for n in range(6)], [])
    after = assigned(
        {"one": a_round(("ann", "bo", "cy"), overlap=1)}, [f"d{n}" for n in range(9)], before
    )
    assert Counter(a.annotator for a in after) == {"ann": 3, "bo": 3, "cy": 3}


def test_who_left_keeps_what_was_given() -> None:
    before = assigned({"one": a_round()}, ["d1"], [])
    assert assigned({"one": a_round(("ann",))}, ["d1"], before) == before


def test_a_round_takes_its_own_documents_only_and_names_no_other() -> None:
    plan = {"one": a_round(documents=["d2"])}
    assert {a.document for a in assigned(plan, ["d1", "d2"], [])} == {"d2"}
    with pytest.raises(CorpusError, match=r"rounds\.one: no document 'd9'"):
        assigned({"one": a_round(documents=["d9"])}, ["d1"], [])


def test_a_second_round_over_the_same_document_is_another_pass() -> None:
    plan = {"one": a_round(), "two": a_round(("bo", "cy"))}
    found = {(a.round, a.annotator): a.pass_ for a in assigned(plan, ["d1"], [])}
    assert found == {("one", "ann"): 1, ("one", "bo"): 1, ("two", "bo"): 2, ("two", "cy"): 1}


def test_a_frozen_round_gets_nothing_new() -> None:
    before = assigned({"one": a_round()}, ["d1"], [])
    frozen = {"one": Round("pilot", ["ann", "bo", "cy"], frozen={"date": "2026-01-01"})}
    assert assigned(frozen, ["d1", "d2"], before) == before


def test_a_share_is_annotated_again_once_it_is_ripe_and_never_a_third_time() -> None:
    plan = {"one": a_round(("ann",), again="20 %", again_after=14)}
    documents = [f"d{n}" for n in range(10)]
    first = assigned(plan, documents, [])
    assert [a for a in first if a.pass_ > 1] == []
    asked: list[int] = []

    def ripe(a: Assignment, days: int) -> bool:
        asked.append(days)
        return a.document not in ("d1", "d2")

    later = assigned(plan, documents, first, ripe)
    again = [a for a in later if a.pass_ > 1]
    assert {*asked} == {14}
    assert [(a.annotator, a.pass_, a.assisted) for a in again] == [("ann", 2, False)] * 2
    assert not {a.document for a in again} & {"d1", "d2"}
    assert assigned(plan, documents, later, lambda a, days: True) == later


def test_pre_annotations_are_shown_but_in_the_control_share() -> None:
    documents = [f"d{n}" for n in range(10)]
    found = assigned({"one": a_round(assisted="m1")}, documents, [])
    shown = {a.document for a in found if a.assisted}
    assert len(shown) == 8
    assert all(a.assisted == (a.document in shown) for a in found)
    plain = assigned({"one": a_round()}, documents, [])
    assert [a for a in plain if a.assisted] == []


def test_who_comes_later_sees_what_the_others_saw_of_a_document() -> None:
    documents = [f"d{n}" for n in range(10)]
    before = assigned({"one": a_round(assisted="m1")}, documents, [])
    after = assigned({"one": a_round(("ann", "bo", "cy"), assisted="m1")}, documents, before)
    shown = {a.document for a in before if a.assisted}
    assert {a.document for a in after if a.annotator == "cy" and a.assisted} == shown


def test_the_record_is_one_assignment_a_line_and_untouched_when_nothing_is_new(
    tmp_path: Path,
) -> None:
    found = assigned({"one": a_round()}, ["d1", "d2"], [])
    assert write_assignments(tmp_path, found)
    path = assignments_path(tmp_path)
    assert path.read_text().count("document = ") == 4 == path.read_text().count("\n") - 3
    before = path.stat().st_mtime_ns
    assert not write_assignments(tmp_path, reversed(found))
    assert path.stat().st_mtime_ns == before
    assert sorted(read_assignments(tmp_path)) == sorted(found)


def test_a_line_that_stands_twice_in_the_record_is_refused(tmp_path: Path) -> None:
    one = Assignment("one", "d1", "ann")
    write_assignments(tmp_path, [one, Assignment("two", "d1", "ann")])
    with pytest.raises(CorpusError, match="document 'd1' is given to 'ann' twice as pass 1"):
        read_assignments(tmp_path)


def test_a_damaged_record_is_refused_with_its_key(tmp_path: Path) -> None:
    write_assignments(tmp_path, [Assignment("one", "d1", "ann")])
    path = assignments_path(tmp_path)
    path.write_text(path.read_text().replace("annotator", "anotator"))
    with pytest.raises(CorpusError) as told:
        read_assignments(tmp_path)
    assert str(told.value).startswith(f"{path}: ")
    assert "'anotator'" in str(told.value) or "'annotator'" in str(told.value)


@given(DOCUMENTS, PEOPLE, st.integers(0, 100))
def test_the_share_of_shared_documents_burdens_all_alike(
    documents: set[str], people: set[str], share: int
) -> None:
    people = people | {"ann", "bo"}
    found = assigned({"one": a_round(people, overlap=f"{share} % double")}, documents, [])
    load = Counter(dict.fromkeys(people, 0))
    load.update(a.annotator for a in found)
    assert max(load.values()) - min(load.values()) <= 1


def test_a_larger_overlap_gives_what_was_given_to_others_too() -> None:
    documents = [f"d{n}" for n in range(6)]
    before = assigned({"one": a_round(("ann", "bo", "cy"), overlap=1)}, documents, [])
    plan = {"one": a_round(("ann", "bo", "cy"), overlap=2)}
    after = assigned(plan, documents, before)
    assert after[: len(before)] == before
    assert set(Counter(a.document for a in after).values()) == {2}
    assert len(pairs(after)) == len(after)
    assert Counter(a.annotator for a in after) == {"ann": 4, "bo": 4, "cy": 4}
    assert assigned(plan, documents, after) == after


def test_a_line_that_is_taken_out_goes_to_somebody_else() -> None:
    plan = {"one": a_round(("ann", "bo", "cy"), overlap=2)}
    before = [a for a in assigned(plan, ["d1", "d2", "d3"], []) if a.annotator != "ann"]
    after = assigned({"one": a_round(("bo", "cy"), overlap=2)}, ["d1", "d2", "d3"], before)
    assert pairs(after) == {(d, p) for d in ("d1", "d2", "d3") for p in ("bo", "cy")}


@given(st.integers(1, 60), st.integers(0, 100))
def test_each_person_annotates_the_same_share_again_rounded_up(number: int, share: int) -> None:
    documents = [f"d{n}" for n in range(number)]
    plan = {"one": a_round(again=f"{share} %")}
    first = assigned(plan, documents, [])
    later = assigned(plan, documents, first, lambda a, days: True)
    again = Counter(a.annotator for a in later if a.pass_ == 2)
    wanted = -(-number * share // 100)
    assert again == +Counter({"ann": wanted, "bo": wanted})
    assert len({a.key for a in later}) == len(later)


def test_seven_percent_of_a_hundred_are_seven() -> None:
    plan = {"one": a_round(("ann",), again="7 %", overlap=1)}
    documents = [f"d{n}" for n in range(100)]
    later = assigned(plan, documents, assigned(plan, documents, []), lambda a, days: True)
    assert sum(a.pass_ == 2 for a in later) == 7


def test_what_ripens_later_fills_the_share_and_no_more() -> None:
    plan = {"one": a_round(("ann",), again="50 %", again_after=3)}
    documents = [f"d{n}" for n in range(8)]
    found, done = assigned(plan, documents, []), set[str]()
    for ripe, wanted in (("d0", 1), ("d1", 2), ("d2 d3 d4", 4), ("d5 d6 d7", 4)):
        done.update(ripe.split())
        found = assigned(plan, documents, found, lambda a, days: a.document in done)
        assert sum(a.pass_ == 2 for a in found) == wanted


def test_a_second_round_asks_again_for_what_it_had_itself() -> None:
    plan = {"one": a_round(("ann",)), "two": a_round(("ann",), again="100 %")}
    first = assigned(plan, ["d1"], [])
    later = assigned(plan, ["d1"], first, lambda a, days: True)
    assert [(a.round, a.pass_) for a in later] == [("one", 1), ("two", 2), ("two", 3)]
    assert assigned(plan, ["d1"], later, lambda a, days: True) == later


def test_what_is_added_to_an_assisted_round_keeps_the_control_share() -> None:
    plan = {"one": a_round(("ann",), assisted="m1", control="20 %")}
    before = assigned(plan, [f"d{n}" for n in range(10)], [])
    after = assigned(plan, [f"d{n}" for n in range(30)], before)
    assert after[: len(before)] == before
    assert sum(not a.assisted for a in after) == 6


def test_without_a_file_there_are_no_rounds_and_nothing_is_assigned(tmp_path: Path) -> None:
    assert read_rounds(tmp_path) == {}
    assert read_assignments(tmp_path) == []

"""The file of decisions: one form, completed by hand, refused by its words."""

import re
import tomllib

import msgspec
import pytest

from corpus.adjudication.case import opened, recorded
from corpus.adjudication.record import Override, read_record, rendered_record
from corpus.errors import CorpusError
from tests.adjudication.several import case_of, comparison_of, letter, only, ruled

SAID = {"ann": "It [rained]{event spoken}.", "bo": "It [rained]{event written}."}


@pytest.fixture
def case(tmp_path):
    return recorded(case_of(tmp_path, SAID))


def edited(case, old, new):
    text = case.path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    case.path.write_text(text.replace(old, new), encoding="utf-8")
    return opened(case.root, comparison_of(SAID))


def test_it_says_what_is_asked_and_who_is_who_at_its_end(case):
    ann, bo = (letter(case.comparison, name) for name in SAID)
    raw = tomllib.loads(case.path.read_text(encoding="utf-8"))
    [conflict] = raw["conflicts"]
    assert conflict == {
        "id": only(case),
        "kind": "attribute",
        "about": "manner of event",
        "text": "It ⟦rained⟧.",
        ann: "spoken",
        bo: "written",
        "decision": "",
        "reason": "",
    }
    assert [*raw][-1] == "versions"
    assert {raw["versions"][c]["annotator"] for c in (ann, bo)} == {"ann", "bo"}
    text = case.path.read_text(encoding="utf-8")
    assert re.findall(r"\b(?:ann|bo)\b", text.partition("[versions.")[0]) == []


def test_what_is_written_is_read_and_written_as_the_same_bytes(case):
    done = recorded(ruled(case, only(case), "override", value=["silent"], reason='"é\x7f\n🎉'))
    read = read_record(case.path)
    assert read == done.record
    assert rendered_record(read) == case.path.read_bytes()


def test_a_decision_made_by_hand_holds(case):
    read = edited(case, 'decision = ""\nreason = ""', 'decision = "A"\nreason = "Clear."')
    [entry] = read.record.conflicts
    assert (entry.decision, entry.reason) == ("A", "Clear.")
    assert read.open == []


def test_what_the_tool_wrote_is_written_again_whatever_was_made_of_it(case):
    before = case.path.read_bytes()
    recorded(edited(case, 'text = "It ⟦rained⟧."', 'text = "gone"'))
    assert case.path.read_bytes() == before


WRONG = [
    ('decision = ""', 'decision = "C"', "conflict 'ID': decision 'C': expected A, B, both-valid"),
    ('decision = ""', 'desicion = "A"', "has an unknown key 'desicion' - at 'conflicts[1]'"),
    ('decision = ""', "decision = 1", "expected 'str', got 'int' - at 'conflicts[1].decision'"),
    ('decision = ""', 'decision = "override"', "a value goes with decision"),
    ("document =", "documents =", "has an unknown key 'documents'"),
    ('document = "example"', 'document = "other"', "is of document 'other'"),
    ("document =", "document", "not TOML: "),
    ('"curator"', '"dice"', "method"),
    ('id = "', 'id = "x', "no conflict 'xID': ids are the tool's; take the table out"),
    ("[versions.A]", "[[overrides]]\naction = 'x'\nreason = 'y'\n[versions.A]", "overrides[1]"),
]


@pytest.mark.parametrize(("old", "new", "words"), WRONG)
def test_what_cannot_be_meant_is_refused_with_file_and_key(case, old, new, words):
    with pytest.raises(CorpusError) as error:
        assert edited(case, old, new).values is None
    said = str(error.value)
    assert said.startswith(f"{case.path}: ")
    assert words.replace("ID", only(case)) in said
    assert "\n" not in said


def test_an_override_is_written_as_it_was_read(case):
    override = Override("add", "why", span="x", boundary=(0, 2), layer="event")
    record = msgspec.structs.replace(case.record, overrides=[override])
    case.path.write_bytes(rendered_record(record))
    assert read_record(case.path).overrides == [override]


def test_a_conflict_that_stands_there_twice_is_refused(case):
    table = case.path.read_text(encoding="utf-8").split("\n\n")[1]
    with pytest.raises(CorpusError, match=rf"conflict '{only(case)}' stands here twice"):
        edited(case, table, f"{table}\n\n{table}")


def test_a_conflict_that_was_taken_out_is_asked_again(case):
    before = case.path.read_bytes()
    table = case.path.read_text(encoding="utf-8").split("\n\n")[1]
    recorded(edited(case, table + "\n", ""))
    assert case.path.read_bytes() == before


def test_nothing_is_lost_of_odd_text(tmp_path):
    odd = 'a "b" \\ ⟦c⟧ \u2028 é 🎉 [d\x7f\te]{event}'
    case = recorded(
        case_of(tmp_path, {"ann": odd, "bo": odd.replace("[", "").replace("]{event}", "")})
    )
    assert rendered_record(read_record(case.path)) == case.path.read_bytes()

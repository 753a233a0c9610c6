"""The conflicts one after the other, answered from a list."""

import pytest

from corpus.adjudication.case import by_majority, opened, recorded
from corpus.adjudication.dialogue import Dialogue, edges_of, highlighted, question, version
from corpus.errors import CorpusError
from tests.adjudication.several import DATE, case_of, comparison_of, letter, only

SAID = {
    "ann": "[It]{event} [rained]{event spoken} [all day]{claim}.",
    "bo": "It [rained]{event written} all [day]{claim}.",
}
"""Asked in this order: a missing span, an attribute, a boundary."""


def talk(root, answers, said=SAID, by="cy"):
    """Answer; return the dialogue and all that was shown and asked."""
    given, heard = iter(answers), list[str]()

    def read(asked):
        heard.append(asked)
        return next(given, "q")

    case = recorded(case_of(root, said))
    dialogue = Dialogue(
        {"example": case}, by, DATE, read, read, lambda text: heard.append(text.plain)
    )
    dialogue.run()
    return dialogue, heard


def on_disk(root, said=SAID):
    return opened(root, comparison_of(said))


def decisions(root):
    return [(e.kind, e.decision, e.reason) for e in on_disk(root).record.conflicts]


def test_letters_decide_and_are_written_at_once(tmp_path):
    talk(tmp_path, ["A", "Clear.", "B", "", "A"])
    assert [kind for kind, *_ in decisions(tmp_path)] == ["missing span", "attribute", "boundary"]
    assert [d for _, *d in decisions(tmp_path)] == [["A", "Clear."], ["B", ""], ["A", "q"]]


def test_an_answer_names_who_gave_it_and_when(tmp_path):
    talk(tmp_path, ["A", ""], by="di")
    entry = on_disk(tmp_path).record.conflicts[0]
    assert (entry.by, entry.date) == ("di", DATE)


def test_both_are_valid(tmp_path):
    talk(tmp_path, ["b", "Both read well."])
    assert decisions(tmp_path)[0] == ("missing span", "both-valid", "Both read well.")


def test_skipped_ones_stay_open(tmp_path):
    dialogue, _ = talk(tmp_path, ["s", "A", "", "s"])
    assert [bool(d) for _, d, _ in decisions(tmp_path)] == [False, True, False]
    assert dialogue.next() is None


def test_undo_takes_back_decisions_and_skips(tmp_path):
    before = recorded(case_of(tmp_path, SAID)).path.read_bytes()
    dialogue, _ = talk(tmp_path, ["A", "x", "s", "u", "u"])
    assert dialogue.cases["example"].path.read_bytes() == before
    assert dialogue.skipped == set()


def test_nothing_can_be_undone_at_the_beginning(tmp_path):
    _, heard = talk(tmp_path, ["u"])
    assert "Nothing to undo" in heard


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        (["o", "false", "No event."], False),
        (["o", "y", "An event."], True),
        (["o", "perhaps", "Who knows", "o", "n", "No."], False),
    ],
)
def test_an_override_asks_for_its_value(tmp_path, answers, value):
    talk(tmp_path, answers)
    entry = on_disk(tmp_path).record.conflicts[0]
    assert (entry.decision, entry.value) == ("override", value)


def test_an_override_of_a_value_and_of_edges(tmp_path):
    talk(tmp_path, ["s", "o", "silent", "Not said.", "o", "rained all day", "The clause."])
    entries = {e.kind: e for e in on_disk(tmp_path).record.conflicts}
    assert entries["attribute"].value == ["silent"]
    assert entries["boundary"].value == [3, 17]


def test_an_override_without_a_reason_is_refused_and_asked_again(tmp_path):
    _, heard = talk(tmp_path, ["o", "n", ""])
    assert decisions(tmp_path)[0][1] == ""
    assert any("decision 'override' has no reason" in words for words in heard)
    assert sum("missing span" in words for words in heard) == 2


@pytest.mark.parametrize("key", ["a", "Z", "x", "\x1b", ""])
def test_another_key_is_no_answer(tmp_path, key):
    _, heard = talk(tmp_path, [key])
    assert f"{key!r} is no answer here" in heard
    assert {d for _, d, _ in decisions(tmp_path)} == {""}


def test_who_has_no_span_cannot_be_chosen(tmp_path):
    said = {"ann": "It [rained]{event spoken}.", "bo": "It [rained]{event written}."}
    said["cy"] = "It rained."
    lacking = letter(comparison_of(said), "cy")
    _, heard = talk(tmp_path, ["s", lacking], said)
    assert f"{lacking!r} is no answer here" in heard


def test_what_becomes_moot_is_not_asked(tmp_path):
    said = {"ann": "It [rained]{event spoken}.", "bo": "It [rained]{event written}."}
    said["cy"] = "It rained."
    lacking = letter(comparison_of(said), "cy")
    dialogue, _ = talk(tmp_path, [lacking, ""], said)
    assert dialogue.next() is None


def test_votes_are_shown_to_be_confirmed_when_nothing_else_is_open(tmp_path):
    said = {"ann": "It [rained]{event spoken}.", "bo": "It [rained]{event written}."}
    case = by_majority(case_of(tmp_path, said | {"cy": said["bo"]}), DATE)
    dialogue = Dialogue({"example": recorded(case)}, "di", DATE, str, str, print)
    _, conflict = dialogue.next()
    assert question(case, conflict)[-1].plain == (
        f"  decided: {case.entries[conflict.id].decision}, by majority"
    )


def test_the_span_is_shown_in_the_colour_of_its_layer():
    shown = highlighted("It ⟦rained ⟦all⟧ day⟧.", "#C44601")
    marked = "".join(shown.plain[s.start : s.end] for s in shown.spans if "#C44601" in str(s.style))
    assert marked == "rained ⟦all⟧ day"


def test_what_differs_of_two_boundaries_is_bold(tmp_path):
    case = case_of(tmp_path, {"ann": "It [rained all]{claim}.", "bo": "[It rained]{claim} all."})
    conflict = case.conflicts[only(case)]
    bold = {}
    for name in ("ann", "bo"):
        shown = version(case, conflict, letter(case.comparison, name))
        bold[name] = [shown.plain[s.start : s.end] for s in shown.spans if s.style == "bold"]
    assert bold == {"ann": [" all"], "bo": ["It "]}


def test_edges_are_two_numbers_or_the_nearest_words():
    text = "rain, snow, rain and rain"
    assert edges_of(text, "3, 5", (0, 1)) == [3, 5]
    assert edges_of(text, "rain", (11, 16)) == [12, 16]
    assert edges_of(text, "rain", (0, 1)) == [0, 4]
    for nowhere in ("hail", ""):
        with pytest.raises(CorpusError, match="stands nowhere in the text"):
            edges_of(text, nowhere, (0, 1))

"""What a decision gives, what a majority is, and what cannot be meant."""

import pytest

from corpus.adjudication.conflicts import conflicts
from corpus.adjudication.decisions import majority, most_votes
from corpus.errors import CorpusError
from tests.adjudication.several import case_of, only, ruled
from tests.adjudication.test_conflicts import PAIRS


@pytest.mark.parametrize(
    ("choices", "letter"),
    [
        ({"A": 1, "B": 1, "C": 2}, "A"),
        ({"A": 2, "B": 1, "C": 1}, "B"),
        ({"A": 1, "B": 2, "C": 3}, None),
        ({"A": 1, "B": 1, "C": 2, "D": 2}, None),
        ({"A": 1, "B": 2}, None),
        ({"C": True}, None),
    ],
)
def test_a_majority_is_more_than_half_and_two_at_least(choices, letter):
    assert majority(choices) == letter


@pytest.mark.parametrize(
    ("choices", "value"),
    [({"A": 1, "B": 2, "C": 2}, 2), ({"A": 1, "B": 2}, 1), ({"B": 2, "A": 1}, 1)],
)
def test_most_votes_count_and_the_first_letter_where_they_are_even(choices, value):
    assert most_votes(choices) == value


def kind_case(root, kind):
    ann, bo = PAIRS[kind]
    return case_of(root, {"ann": ann, "bo": bo})


@pytest.mark.parametrize("kind", PAIRS)
@pytest.mark.parametrize("letter", ["A", "B"])
def test_a_letter_is_what_it_says(tmp_path, kind, letter):
    case = kind_case(tmp_path, kind)
    [conflict] = conflicts(case.comparison).values()
    done = ruled(case, conflict.id, letter)
    assert done.values[conflict.aspect] == conflict.choices[letter]
    assert done.open == []


VALUES = {
    "missing span": (True, True),
    "boundary": ([4, 18], (4, 18)),
    "layer": ("claim", "claim"),
    "attribute": ("possible", ("possible",)),
    "entity": (["xi", "di"], ("di", "xi")),
    "relation": (False, False),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_an_override_is_its_value(tmp_path, kind):
    said, value = VALUES[kind]
    case = kind_case(tmp_path, kind)
    done = ruled(case, only(case), "override", value=said, reason="Neither is right.")
    assert done.values[case.open[0].aspect] == value


WRONG = [
    ("attribute", "D", {}, "decision 'D': expected A, B, both-valid or override"),
    ("attribute", "a", {}, "decision 'a': expected A, B, both-valid or override"),
    (
        "attribute",
        "override",
        {"value": "certain", "reason": ""},
        "decision 'override' has no reason",
    ),
    ("attribute", "override", {"value": "certain", "reason": " "}, "has no reason"),
    ("attribute", "override", {}, 'a value goes with decision = "override", and only with it'),
    ("attribute", "A", {"value": "certain"}, 'a value goes with decision = "override"'),
    ("attribute", "override", {"value": "sure"}, "'sure' is no value of certainty; there are"),
    ("attribute", "override", {"value": ["certain", "possible"]}, "certainty has 2 values"),
    ("missing span", "override", {"value": "yes"}, "value 'yes': expected true or false"),
    ("relation", "override", {"value": "yes"}, "value 'yes': expected true or false"),
    ("layer", "override", {"value": "hedge"}, "value 'hedge' is no layer; there are event"),
    ("boundary", "override", {"value": [0, 99]}, r"[0, 99]: expected [start, end] within 0 to 19"),
    ("boundary", "override", {"value": [5, 5]}, "[5, 5]: expected [start, end]"),
    ("boundary", "override", {"value": [5]}, "[5]: expected [start, end]"),
    ("boundary", "override", {"value": "it rained"}, "'it rained': expected [start, end]"),
]


@pytest.mark.parametrize(("kind", "decision", "said", "words"), WRONG)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path, kind, decision, said, words):
    case = kind_case(tmp_path, kind)
    with pytest.raises(CorpusError) as error:
        ruled(case, only(case), decision, **{"reason": "Neither."} | said)
    assert str(error.value).startswith(f"{case.path}: conflict '{only(case)}': ")
    assert words in str(error.value)


def test_what_hangs_on_a_span_that_is_not_in_gold_is_moot(tmp_path):
    said = {
        "ann": "[She]{speaker#s} [left]{event spoken}; [it rained]{claim source>s}.",
        "bo": "[She]{speaker#s} [left]{event written}; [it rained]{claim}.",
        "cy": "She left; it rained.",
    }
    case = case_of(tmp_path, said)
    kinds = {c.kind: c.id for c in case.open if c.about in ("event", "manner of event")}
    without = ruled(case, kinds["missing span"], "override", value=False, reason="No.")
    assert kinds["attribute"] not in {c.id for c in without.open}
    assert without.is_moot(without.conflicts[kinds["attribute"]])
    speaker = next(c.id for c in case.open if c.about == "speaker")
    assert [c.kind for c in case.open].count("relation") == 1
    no_speaker = ruled(case, speaker, "override", value=False, reason="No.")
    assert [c.kind for c in no_speaker.open].count("relation") == 0


def test_attributes_of_a_layer_that_is_not_chosen_are_moot(tmp_path):
    said = {
        "ann": "It [rained]{event spoken}.",
        "bo": "It [rained]{event written}.",
        "cy": "It [rained]{claim certain}.",
    }
    case = case_of(tmp_path, said)
    layer = next(c for c in case.open if c.kind == "layer")
    claim = next(c for c, value in layer.choices.items() if value == "claim")
    assert len(case.open) == 2
    assert ruled(case, layer.id, claim).open == []
    event = next(c for c, value in layer.choices.items() if value == "event")
    assert len(ruled(case, layer.id, event).open) == 1

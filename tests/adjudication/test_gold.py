"""What stands in gold: what is agreed, what is decided, what most say of the rest."""

import json
import time
from dataclasses import replace

import msgspec
import pytest

from corpus.adjudication.case import by_majority, saved
from corpus.adjudication.record import Override
from corpus.errors import CorpusError
from tests.adjudication.several import by, case_of, letter, only, ruled
from tests.corpora import HEDGEROW

changed = msgspec.structs.replace
AGREED = "[She]{speaker#s} [said]{event#e spoken} [it rained]{claim#c certain source>s cue>e}."


def gold(case):
    made = json.loads(case.gold)
    spans = {s["id"]: (s["layer"], s["text"], s["attributes"]) for s in made["spans"]}
    return spans, {(r["type"], r["from"], r["to"]) for r in made["relations"]}


def test_what_all_agree_on_is_taken_over(tmp_path):
    case = case_of(tmp_path, {"ann": AGREED, "bo": AGREED})
    assert gold(case) == (
        {
            "s": ("speaker", "She", {}),
            "e": ("event", "said", {"manner": "spoken"}),
            "c": ("claim", "it rained", {"certainty": "certain"}),
        },
        {("source", "c", "s"), ("cue", "c", "e")},
    )


def test_its_head_is_that_of_gold(tmp_path):
    made = json.loads(case_of(tmp_path, {"ann": AGREED, "bo": AGREED}).gold)
    assert (made["annotator"], made["pass"], made["document"]) == ("gold", 1, "example")
    assert (made["schema_version"], made["guideline_version"]) == ("1.0.0", "1.0.0")


def test_there_is_none_while_something_is_open(tmp_path):
    assert case_of(tmp_path, {"ann": AGREED, "bo": "[She]{speaker} said it rained."}).gold is None


def test_a_letter_who_lacks_the_span_takes_it_out(tmp_path):
    case = case_of(tmp_path, {"ann": "It [rained]{event#e}.", "bo": "It rained."})
    assert gold(by(case, only(case), "bo")) == ({}, set())
    assert gold(by(case, only(case), "ann")) == ({"e": ("event", "rained", {})}, set())


def test_relations_of_what_is_taken_out_go_with_it(tmp_path):
    bo = "She [said]{event#e spoken} [it rained]{claim#c certain cue>e}."
    case = case_of(tmp_path, {"ann": AGREED, "bo": bo})
    missing = next(c.id for c in case.open if c.kind == "missing span")
    assert gold(by(case, missing, "bo"))[1] == {("cue", "c", "e")}


def test_a_decided_boundary_moves_the_span(tmp_path):
    case = case_of(tmp_path, {"ann": "[It rained]{claim#c}.", "bo": "It [rained]{claim#c}."})
    assert gold(by(case, only(case), "bo"))[0] == {"c": ("claim", "rained", {})}


def test_a_default_is_not_said(tmp_path):
    case = case_of(tmp_path, {"ann": "It [rained]{claim#c}.", "bo": "It [rained]{claim#c refute}."})
    assert gold(by(case, only(case), "ann"))[0] == {"c": ("claim", "rained", {})}
    assert gold(by(case, only(case), "bo"))[0] == {"c": ("claim", "rained", {"stance": "refute"})}


def test_both_valid_is_what_most_say(tmp_path):
    said = {"ann": "It [rained]{event#e spoken}.", "bo": "It [rained]{event#e written}."}
    case = case_of(tmp_path, said | {"cy": said["bo"]})
    done = ruled(case, only(case), "both-valid")
    assert gold(done)[0]["e"][2] == {"manner": "written"}
    assert done.entries[only(case)].decision == "both-valid"


def test_both_valid_is_the_first_letter_where_votes_are_even(tmp_path):
    said = {"ann": "It [rained]{event#e spoken}.", "bo": "It [rained]{event#e written}."}
    case = case_of(tmp_path, said)
    first = {letter(case.comparison, "ann"): "spoken", letter(case.comparison, "bo"): "written"}
    assert gold(ruled(case, only(case), "both-valid"))[0]["e"][2] == {"manner": first["A"]}


UNSCORED = "It [rained]{{event#e type=OTHER{}}}."


@pytest.mark.parametrize(("doubtful", "flag"), [(0, {}), (1, {}), (2, {"difficult": True})])
def test_a_flag_that_is_not_scored_is_there_if_more_than_half_say_it(tmp_path, doubtful, flag):
    people = ("ann", "bo", "cy")
    said = {
        name: UNSCORED.format(" difficult" if n < doubtful else "") for n, name in enumerate(people)
    }
    case = case_of(tmp_path, said, HEDGEROW)
    assert case.conflicts == {}
    assert gold(case)[0]["e"][2] == {"type": "OTHER"} | flag


def test_replaying_gives_the_same_bytes_whatever_the_order(tmp_path):
    said = {"ann": AGREED, "bo": "She [said it]{event#x written} [rained]{claim#y certain}."}
    one, other = case_of(tmp_path, said), case_of(tmp_path, dict(reversed(said.items())))
    for conflict_id in one.conflicts:
        one, other = ruled(one, conflict_id, "A"), ruled(other, conflict_id, "A", date="2030-01-01")
    assert one.gold is not None
    assert one.gold == other.gold


def overridden(case, **said):
    one = Override(**{"action": "remove", "reason": "All are wrong.", "by": "cy"} | said)
    return changed_record(case, overrides=[*case.record.overrides, one])


def changed_record(case, **fields):
    return replace(case, record=changed(case.record, **fields))


@pytest.fixture
def agreed(tmp_path):
    return case_of(tmp_path, {"ann": AGREED, "bo": AGREED})


def test_an_override_takes_an_agreed_span_out(agreed):
    spans, relations = gold(overridden(agreed, span="s"))
    assert set(spans) == {"e", "c"}
    assert relations == {("cue", "c", "e")}


def test_an_override_takes_an_agreed_relation_out(agreed):
    done = overridden(agreed, relation="source", from_="c", to="s")
    assert gold(done)[1] == {("cue", "c", "e")}


def test_an_override_changes_what_was_agreed(agreed):
    done = overridden(
        agreed, action="change", span="c", boundary=(12, 18), attributes={"topic": ["weather"]}
    )
    assert gold(done)[0]["c"] == ("claim", "rained", {"certainty": "certain", "topic": ["weather"]})


def test_an_override_changes_the_layer_and_what_is_said_of_it(agreed):
    done = overridden(
        agreed, action="change", span="e", layer="speaker", attributes={"entity": "di"}
    )
    assert gold(done)[0]["e"] == ("speaker", "said", {"entity": ["di"]})


def test_an_override_adds_a_span_and_relations_to_it(agreed):
    done = overridden(agreed, action="add", span="new", layer="claim", boundary=(4, 18))
    done = overridden(done, action="add", relation="supports", from_="new", to="c")
    spans, relations = gold(done)
    assert spans["new"] == ("claim", "said it rained", {})
    assert ("supports", "new", "c") in relations


def test_an_override_settles_what_was_open(tmp_path):
    case = case_of(tmp_path, {"ann": AGREED, "bo": AGREED.replace(" certain", " possible")})
    assert len(case.open) == 1
    assert gold(overridden(case, span="c"))[0].keys() == {"s", "e"}
    done = overridden(case, action="change", span="c", attributes={"certainty": []})
    assert gold(done)[0]["c"][2] == {}


WRONG = [
    ({"span": "x"}, "no span 'x': expected an id as gold has it"),
    ({"span": "s", "reason": " "}, "has no reason"),
    ({}, "expected span, or relation with from and to"),
    ({"relation": "source", "from_": "c"}, "expected span, or relation with from and to"),
    ({"span": "s", "relation": "source"}, "expected span, or relation with from and to"),
    ({"relation": "asks", "from_": "c", "to": "s"}, "'asks' is no relation; there are source"),
    ({"relation": "source", "from_": "c", "to": "x"}, "no span 'x'"),
    ({"relation": "source", "from_": "s", "to": "c"}, "no relation source from s to c"),
    ({"span": "s", "layer": "claim"}, "what is removed has no boundary, layer or attributes"),
    ({"action": "change", "span": "s"}, "changes nothing"),
    ({"action": "change", "span": "s", "layer": "x"}, "value 'x' is no layer"),
    ({"action": "change", "span": "s", "attributes": {"x": "y"}}, "no layer has an attribute 'x'"),
    ({"action": "change", "span": "s", "boundary": (3, 1)}, "expected [start, end] within"),
    ({"action": "add", "span": "s"}, "span 's' is taken: give what you add an id of its own"),
    ({"action": "add", "span": "n"}, "a span that is added needs layer and boundary"),
    (
        {"action": "change", "relation": "source", "from_": "c", "to": "s"},
        "a relation can be removed or added, and has nothing else",
    ),
]


@pytest.mark.parametrize(("said", "words"), WRONG)
def test_an_override_that_cannot_be_meant_is_refused_with_its_place(agreed, said, words):
    with pytest.raises(CorpusError) as error:
        gold(overridden(agreed, **said))
    assert str(error.value).startswith(f"{agreed.path}: overrides[1]: ")
    assert words in str(error.value)


def test_two_thousand_spans_take_seconds(tmp_path):
    words = [f"[word{n}]{{event spoken}}" for n in range(2000)]
    ann = " ".join(words)
    bo = " ".join(w.replace("spoken", "written") if n % 4 == 0 else w for n, w in enumerate(words))
    cy = " ".join(w.replace(" spoken", "") if n % 3 == 0 else w for n, w in enumerate(words))
    began = time.monotonic()
    case = case_of(tmp_path, {"ann": ann, "bo": bo, "cy": cy})
    assert len(case.open) == 1000  # of 12 in a row 6
    done = saved(by_majority(case, "2026-02-01"))
    assert len(done.open) == 2000 // 12 + 1  # where all three differ
    assert time.monotonic() - began < 20

"""What a curator draws: the decisions that it comes to, and the gold."""

from dataclasses import replace

import pytest

from corpus.adjudication.comparison import Span
from corpus.adjudication.curated import THERE, Drawn, agreed_part, identified, settled, version
from corpus.adjudication.record import Override
from corpus.errors import CorpusError
from tests.adjudication.several import DATE, by, case_of, letter, only, ruled

SAID = {
    "ann": "[It]{event#e} [rained]{event#r spoken} [here]{claim certain cue>r} [today]{speaker}.",
    "bo": "[It]{event#e} [rained]{event#r written} [here]{claim possible cue>r} today.",
}
"""In conflict: the manner of rained, the certainty of here, and whether today is there."""


@pytest.fixture
def case(tmp_path):
    return case_of(tmp_path, SAID)


def item(case, words):
    """Return the id of the item that covers these words."""
    start = case.comparison.text.index(words)
    return next(i.id for i in case.comparison.items.values() if i.place[0] == start)


def changed(drawn, name, **fields):
    return replace(drawn, spans={**drawn.spans, name: replace(drawn.spans[name], **fields)})


def without(drawn, name):
    spans = {key: span for key, span in drawn.spans.items() if key != name}
    links = frozenset(link for link in drawn.links if name not in link)
    return replace(drawn, spans=spans, links=links)


def decisions(case):
    return {c.about: case.entries[c.id].decision for c in case.conflicts.values()}


def drawn_by(case, annotator):
    return version(case.comparison, letter(case.comparison, annotator))


def test_the_agreed_part_has_what_all_say_and_nothing_of_a_conflict(case):
    drawn = agreed_part(case)
    assert [*drawn.spans] == [item(case, "It"), item(case, "rained"), item(case, "here")]
    values = {
        span.layer: {name: said for name, said in span.values.items() if said}
        for span in drawn.spans.values()
    }
    assert values["claim"] == {"stance": ("affirm",)}
    assert values["event"] == {}
    assert drawn.links == {("cue", item(case, "here"), item(case, "rained"))}


def test_a_span_whose_layer_or_boundary_is_in_conflict_is_there_as_most_have_it(tmp_path):
    said = {
        "ann": "[It rained]{event} [here]{claim}.",
        "bo": "[It]{event} [rained]{event} [here]{event}.",
        "cy": "[It rained]{event} [here]{claim}.",
    }
    case = case_of(tmp_path, said)
    spans = agreed_part(case).spans
    found = {(span.layer, span.start, span.end) for span in spans.values()}
    assert found == {("event", 0, 9), ("claim", 10, 14)}


def test_the_version_of_an_annotator_is_decided_with_their_letter_alone(case):
    for name in SAID:
        made = settled(case, drawn_by(case, name), "cy", DATE)
        own = letter(case.comparison, name)
        assert {*decisions(made).values()} == {own}
        assert made.record.overrides == []
        assert {entry.by for entry in made.record.conflicts} == {"cy"}
        assert made.record.adjudicator == "cy"
        assert made.open == []


def test_what_is_left_as_it_came_decides_that_nothing_is_to_be_added(case):
    drawn = agreed_part(case)
    made = settled(case, drawn, "cy", DATE)
    assert decisions(made)["speaker"] == letter(case.comparison, "bo")
    assert decisions(made)["manner of event"] == "override"
    [entry] = [e for e in made.record.conflicts if e.about == "manner of event"]
    assert (entry.value, entry.reason) == ([], THERE)


def test_a_value_that_nobody_gave_is_an_override_whose_reason_is_the_comment(case):
    rained = item(case, "rained")
    drawn = changed(drawn_by(case, "ann"), rained, values={"manner": ("silent",)})
    made = settled(case, replace(drawn, reasons={rained: "no words"}), "cy", DATE)
    [entry] = [e for e in made.record.conflicts if e.about == "manner of event"]
    assert (entry.decision, entry.value, entry.reason) == ("override", "silent", "no words")


def test_a_comment_is_the_reason_of_a_letter_too(case):
    rained = item(case, "rained")
    drawn = replace(drawn_by(case, "ann"), reasons={rained: "no words"})
    made = settled(case, drawn, "cy", DATE)
    assert {e.about: e.reason for e in made.record.conflicts} == {
        "manner of event": "no words",
        "certainty of claim": "",
        "speaker": "",
    }


def test_what_all_agreed_on_and_the_curator_removed_or_changed_is_an_override(case):
    here, it = item(case, "here"), item(case, "It")
    drawn = without(drawn_by(case, "ann"), it)
    drawn = changed(drawn, here, end=drawn.spans[here].end - 1)
    drawn = changed(drawn, here, values={**drawn.spans[here].values, "topic": ("trade", "weather")})
    drawn = replace(drawn, links=frozenset())
    made = settled(case, drawn, "cy", DATE)
    found = [
        (o.action, o.span, o.boundary, o.attributes, o.relation) for o in made.record.overrides
    ]
    assert found == [
        ("remove", it, None, {}, None),
        ("change", here, (10, 13), {"topic": ["trade", "weather"]}, None),
        ("remove", None, None, {}, "cue"),
    ]
    assert {o.reason for o in made.record.overrides} == {THERE}
    assert all(o.was and o.by == "cy" for o in made.record.overrides)


def test_what_the_curator_added_is_an_override_with_its_relation_after_it(case):
    drawn = drawn_by(case, "bo")
    new = Span("new", "speaker", 15, 20, {"difficult": ("true",)})
    links = drawn.links | {("source", item(case, "here"), "new")}
    drawn = Drawn({**drawn.spans, "new": new}, links, {"new": "the day"})
    made = settled(case, drawn, "cy", DATE)
    span, link = made.record.overrides
    assert (span.action, span.layer, span.boundary) == ("add", "speaker", (15, 20))
    assert (span.attributes, span.reason) == ({"difficult": True}, "the day")
    assert (link.relation, link.to) == ("source", "new")


def test_a_layer_that_nobody_gave_takes_its_attributes_along(case):
    here = item(case, "here")
    values = {"manner": ("silent",)}
    drawn = without(drawn_by(case, "ann"), here)
    spans = {**drawn.spans, here: Span(here, "event", 10, 14, values)}
    made = settled(case, replace(drawn, spans=spans), "cy", DATE)
    override, cue = made.record.overrides
    assert (cue.action, cue.relation) == ("remove", "cue")
    assert (override.layer, override.attributes) == ("event", {"manner": "silent"})
    assert b'"manner": "silent"' in made.gold


def test_what_is_drawn_again_under_another_id_is_the_same_item(case):
    spans = drawn_by(case, "ann").spans
    again = {f"x{number}": replace(span, id="") for number, span in enumerate(spans.values())}
    assert identified(case.comparison, again) == dict(zip(again, spans, strict=True))


def test_what_lies_elsewhere_or_in_another_layer_is_new(case):
    spans = {"a": Span("a", "event", 15, 20, {}), "b": Span("b", "claim", 0, 2, {})}
    assert identified(case.comparison, spans) == {}


def test_the_same_drawn_again_changes_nothing_and_another_replaces_it(case):
    it = item(case, "It")
    drawn = changed(drawn_by(case, "ann"), it, values={"manner": ("silent",)})
    once = settled(case, drawn, "cy", DATE)
    assert settled(once, drawn, "cy", "2026-03-03").record == once.record
    other = settled(once, drawn_by(case, "bo"), "cy", DATE)
    assert other.record == settled(case, drawn_by(case, "bo"), "cy", DATE).record


def test_an_added_span_that_is_drawn_otherwise_keeps_its_relation(case):
    drawn = drawn_by(case, "bo")
    links = drawn.links | {("source", item(case, "here"), "new")}
    drawn = Drawn({**drawn.spans, "new": Span("new", "speaker", 15, 20, {})}, links, {})
    once = settled(case, drawn, "cy", DATE)
    moved = settled(once, changed(drawn, "new", end=19), "cy", DATE)
    assert [o.boundary for o in moved.record.overrides] == [(15, 19), None]


def test_what_somebody_else_decided_otherwise_is_refused(case):
    asked = next(c.id for c in case.open if c.kind == "attribute")
    taken = by(case, asked, "bo")
    with pytest.raises(CorpusError, match=f"conflict '{asked}' was decided otherwise by 'cy'"):
        settled(taken, drawn_by(case, "ann"), "di", DATE)
    assert settled(taken, drawn_by(case, "ann"), "cy", DATE).open == []


def test_an_override_of_somebody_else_is_kept_or_refused(case):
    it = item(case, "It")
    override = Override("change", "why", span=it, attributes={"manner": "silent"}, by="cy")
    taken = replace(case, record=case.record.__class__(**_fields(case, overrides=[override])))
    drawn = changed(drawn_by(case, "ann"), it, values={"manner": ("silent",)})
    assert settled(taken, drawn, "di", DATE).record.overrides[0].by == "cy"
    with pytest.raises(CorpusError, match=r"an override of .* was decided otherwise by 'cy'"):
        settled(taken, drawn_by(case, "ann"), "di", DATE)


def _fields(case, **changed):
    return {name: getattr(case.record, name) for name in case.record.__struct_fields__} | changed


def test_a_vote_is_confirmed_by_whoever_hands_the_same_in(tmp_path):
    said = {"ann": "[It]{event spoken}.", "bo": "[It]{event spoken}.", "cy": "[It]{event silent}."}
    case = case_of(tmp_path, said)
    voted = ruled(case, only(case), letter(case.comparison, "ann"), by="majority")
    [entry] = settled(voted, drawn_by(case, "bo"), "di", DATE).record.conflicts
    assert entry.by == "di"

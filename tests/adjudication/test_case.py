"""A record over time: decisions stay, stale ones are kept apart, nothing is half written."""

import hashlib
from dataclasses import replace

import pytest

from corpus.adjudication.case import by_majority, opened, recorded, saved, signed
from corpus.adjudication.documents import remarks
from corpus.adjudication.gold import gold_path
from corpus.adjudication.record import Override, override_table
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from corpus.schema import read_schema
from tests.adjudication.several import (
    DATE,
    annotated_again,
    case_of,
    corpus_of,
    opened_in,
    ruled,
)
from tests.adjudication.test_gold import changed_record
from tests.corpora import TINY_FILE, codes, findings_of

SAID = {
    "ann": "[It]{event} [rained]{event spoken} [here]{claim certain}.",
    "bo": "It [rained]{event written} [here]{claim certain}.",
}


@pytest.fixture
def root(tmp_path):
    return corpus_of(tmp_path, seeds={"example": SAID})


def all_decided(case, decision="A"):
    for conflict in case.conflicts:
        case = ruled(case, conflict, decision)
    return case


def files(root):
    return {p.name: p.read_bytes() for p in (root / "annotations" / "example").iterdir()}


def test_gold_is_written_when_all_is_decided_and_is_sound(root):
    [case] = opened_in(root)
    saved(case)
    assert not gold_path(root, "example").exists()
    saved(all_decided(case) if case.before else all_decided(opened_in(root)[0]))
    assert gold_path(root, "example").exists()
    assert codes(findings_of(root)) == []


def test_replaying_the_decisions_writes_the_same_bytes(root):
    saved(all_decided(opened_in(root)[0]))
    before = files(root)
    gold_path(root, "example").unlink()
    saved(opened_in(root)[0])
    assert files(root) == before


def test_what_is_the_same_is_not_written(root):
    saved(all_decided(opened_in(root)[0]))
    paths = [*(root / "annotations" / "example").iterdir()]
    before = [path.stat().st_mtime_ns for path in paths]
    saved(opened_in(root)[0])
    assert [path.stat().st_mtime_ns for path in paths] == before


OTHER = SAID | {"ann": SAID["ann"].replace("spoken", "silent")}


def test_a_file_that_changed_makes_stale_what_it_touches_and_nothing_else(root):
    saved(all_decided(opened_in(root)[0]))
    gold = gold_path(root, "example").read_bytes()
    annotated_again(root, OTHER)
    [case] = opened_in(root)
    assert [c.about for c in case.open] == ["manner of event"]
    assert [c.about for c in case.decided] == ["event"]
    [stale] = case.record.stale
    assert (stale["about"], stale["decision"], stale["by"]) == ("manner of event", "A", "cy")
    [remark] = remarks(case)
    assert "stale: attribute manner of event, decided 'A': It ⟦rained⟧ here." in remark
    saved(case)
    assert gold_path(root, "example").read_bytes() == gold


def test_what_is_stale_stays_in_the_record_and_gold_follows_the_new_decisions(root):
    saved(all_decided(opened_in(root)[0]))
    annotated_again(root, OTHER)
    done = saved(all_decided(saved(opened_in(root)[0])))
    [stale] = opened_in(root)[0].record.stale
    assert stale == done.record.stale[0]
    assert '"manner": "' in gold_path(root, "example").read_text()


def test_a_decision_holds_again_when_its_question_comes_back(root):
    saved(all_decided(opened_in(root)[0]))
    before = files(root)
    annotated_again(root, OTHER)
    saved(opened_in(root)[0])
    annotated_again(root, SAID)
    [case] = opened_in(root)
    assert (case.open, case.record.stale) == ([], [])
    saved(case)
    assert files(root) == before


def test_a_reason_without_a_decision_is_kept_too(root):
    [case] = opened_in(root)
    manner = next(c.id for c in case.open if c.kind == "attribute")
    saved(ruled(case, manner, "", reason="Ask the team.", by="", date=""))
    annotated_again(root, OTHER)
    assert [table["reason"] for table in opened_in(root)[0].record.stale] == ["Ask the team."]


def test_an_override_of_what_is_another_thing_now_is_stale(root):
    [case] = opened_in(root)
    item = next(i.id for i in case.comparison.items.values() if len(i.spans) == 2)
    one = Override(action="remove", span=item, reason="No event.", by="cy", date=DATE)
    saved(changed_record(case, overrides=[one]))
    case = saved(opened_in(root)[0])
    assert case.record.overrides[0].was.startswith("[rained]{event")
    annotated_again(root, SAID | {"ann": "[It rained]{event spoken} [here]{claim certain}."})
    [case] = opened_in(root)
    assert case.record.overrides == []
    assert [table["reason"] for table in case.record.stale] == ["No event."]


LINKED = {
    "ann": "[It]{event#x} [rained]{event#e spoken} [here]{claim#c certain cue>e}.",
    "bo": "[It]{event#x} [rained]{event#e spoken} [here]{claim#c certain cue>e}.",
}
UNLINKED = {name: said.replace(" cue>e", "") for name, said in LINKED.items()}
TAKEN = {name: said + " [So]{event#new}" for name, said in LINKED.items()}
SHORT = {name: said + " So" for name, said in LINKED.items()}
NO_EVENT = {name: said.replace("[It]{event#x}", "It") for name, said in LINKED.items()}
SIGNED = {"reason": "So.", "by": "cy", "date": DATE}
RETURNING = [
    (LINKED, UNLINKED, [Override("remove", relation="cue", from_="c", to="e", **SIGNED)]),
    (LINKED, NO_EVENT, [Override("change", span="x", boundary=(0, 1), **SIGNED)]),
    (LINKED, NO_EVENT, [Override("remove", span="x", **SIGNED)]),
    (
        SHORT,
        TAKEN,
        [
            Override("add", span="new", layer="speaker", boundary=(16, 18), **SIGNED),
            Override("add", relation="source", from_="c", to="new", **SIGNED),
        ],
    ),
]


@pytest.mark.parametrize(("said", "other", "overrides"), RETURNING)
def test_an_override_is_stale_as_long_as_it_cannot_be_meant(tmp_path, said, other, overrides):
    root = corpus_of(tmp_path, seeds={"example": said})
    [case] = opened_in(root)
    saved(changed_record(case, overrides=overrides))
    saved(opened_in(root)[0])
    before = files(root)
    annotated_again(root, other)
    stale = saved(opened_in(root)[0]).record
    assert (stale.overrides, len(stale.stale)) == ([], len(overrides))
    assert saved(opened_in(root)[0]).record == stale
    annotated_again(root, said)
    assert saved(opened_in(root)[0]).record.stale == []
    assert files(root) == before


def test_a_stale_override_does_not_come_back_over_a_newer_one(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": LINKED})
    [case] = opened_in(root)
    newer = Override("change", span="x", boundary=(0, 1), **SIGNED)
    older = override_table(Override("remove", span="x", was="[It]{event}", **SIGNED))
    older = {key: value for key, value in older.items() if value is not None}
    saved(changed_record(case, overrides=[newer], stale=[older]))
    record = opened_in(root)[0].record
    assert ([o.action for o in record.overrides], record.stale) == (["change"], [older])


def test_a_value_that_the_schema_has_no_longer_is_stale(root):
    [case] = opened_in(root)
    manner = next(c.id for c in case.open if c.kind == "attribute")
    saved(ruled(case, manner, "override", value="silent", reason="No words."))
    path = root / "schemas" / TINY_FILE.name
    path.write_text(path.read_text().replace("silent = {", "mute = {").replace("1.0.0", "1.1.0", 1))
    schema = read_schema(path)
    [now] = [opened(root, replace(case.comparison, schema=schema))]
    [stale] = now.record.stale
    assert (stale["id"], stale["value"]) == (manner, "silent")
    assert manner in [conflict.id for conflict in now.open]
    assert opened(root, replace(case.comparison, schema=schema)).record == recorded(now).record


def test_a_record_that_somebody_changed_meanwhile_is_not_overwritten(root):
    [case] = [saved(case) for case in opened_in(root)]
    path = case.path
    path.write_text(path.read_text() + "\n# mine\n")
    with pytest.raises(CorpusError, match=r"changed in the meantime: run this again"):
        saved(all_decided(case))
    assert path.read_text().endswith("# mine\n")


def test_two_runs_that_write_the_same_do_not_disturb_each_other(root):
    [one], [other] = opened_in(root), opened_in(root)
    saved(one)
    saved(other)
    assert len(files(root)) == 3


def test_whoever_decides_is_remembered(root):
    [case] = opened_in(root)
    recorded(signed(case, "cy", DATE))
    [case] = opened_in(root)
    by_hand = all_decided(case)
    hand = [
        e.__class__(**{f: getattr(e, f) for f in e.__struct_fields__} | {"by": "", "date": ""})
        for e in by_hand.record.conflicts
    ]
    done = signed(changed_record(by_hand, conflicts=hand), None, "2026-03-01")
    assert {(e.by, e.date) for e in done.record.conflicts} == {("cy", "2026-03-01")}


def test_a_decision_of_nobody_is_refused(root):
    [case] = opened_in(root)
    manner = next(c.id for c in case.open if c.kind == "attribute")
    words = rf"decisions.toml: conflict '{manner}': who decided\? Say it with --by"
    with pytest.raises(CorpusError, match=words):
        signed(ruled(case, manner, "A", by=""), None, DATE)


THREE = {"ann": "It [rained]{event spoken}.", "bo": "It [rained]{event written}."}
THREE |= {"cy": THREE["bo"]}


def test_a_majority_decides_and_gold_says_that_it_is_automatic(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": THREE})
    [case] = opened_in(root)
    done = saved(by_majority(case, DATE))
    assert done.record.method == "majority"
    assert [entry.by for entry in done.record.conflicts] == ["majority"]
    assert '"manner": "written"' in gold_path(root, "example").read_text()
    assert status(root) == "automatic"
    assert codes(findings_of(root)) == []


def status(root):
    tables, _ = read_corpus(root)
    return tables.annotations.filter(annotator="gold").collect()["status"].item()


def test_a_person_who_confirms_it_makes_it_adjudicated(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": THREE})
    done = saved(by_majority(opened_in(root)[0], DATE))
    [entry] = done.record.conflicts
    confirmed = saved(ruled(done, entry.id, entry.decision))
    assert confirmed.record.method == "curator"
    assert status(root) == "adjudicated"


def test_what_has_no_majority_stays_open(tmp_path):
    said = THREE | {"cy": "It [rained]{event silent}."}
    case = by_majority(case_of(tmp_path, said), DATE)
    assert len(case.open) == 1
    assert case.record.method == "curator"


def test_a_vote_on_another_question_is_no_decision_to_keep(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": THREE})
    saved(by_majority(opened_in(root)[0], DATE))
    annotated_again(root, THREE | {"ann": "It [rained]{event silent}."})
    [case] = opened_in(root)
    assert (len(case.open), case.record.stale) == (1, [])


def test_a_vote_that_somebody_edited_is_theirs(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": THREE})
    done = by_majority(opened_in(root)[0], DATE)
    [entry], [conflict] = done.record.conflicts, done.conflicts.values()
    lone = next(c for c, v in conflict.choices.items() if v == ("spoken",))
    edited = saved(ruled(done, entry.id, lone, by="majority"))
    [signed_] = saved(signed(edited, "di", "2026-03-01")).record.conflicts
    assert (signed_.decision, signed_.by, signed_.date) == (lone, "di", "2026-03-01")
    assert opened_in(root)[0].record.method == "curator"


def test_of_two_nobody_is_a_majority(tmp_path):
    case = case_of(tmp_path, SAID)
    assert by_majority(case, DATE).open == case.open


def test_a_majority_leaves_what_a_person_decided(tmp_path):
    case = case_of(tmp_path, THREE)
    [conflict] = case.open
    lone = next(c for c, v in conflict.choices.items() if v == ("spoken",))
    assert by_majority(ruled(case, conflict.id, lone), DATE).entries[conflict.id].decision == lone


def test_the_record_has_the_digests_of_what_was_compared(root):
    [case] = opened_in(root)
    for version in saved(case).record.versions.values():
        assert version.sha256 == hashlib.sha256((root / version.file).read_bytes()).hexdigest()

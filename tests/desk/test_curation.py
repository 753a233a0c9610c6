"""Adjudication in a real Label Studio: what a curator gets there, and what comes of it."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest

from corpus.adjudication.record import record_path
from corpus.desk.annotate import pull, push, status
from corpus.desk.curate import curator
from corpus.desk.curation import listed
from corpus.errors import CorpusError
from corpus.labelstudio.server import Server
from corpus.rounds import rounds_path
from tests.adjudication.several import DATE, annotated_again, case_of, corpus_of, opened_in
from tests.corpora import codes, findings_of
from tests.desk.forks import Tool
from tests.desk.room import (
    TICK,
    Room,
    chosen,
    commented,
    drawn,
    region_at,
    spans,
)
from tests.desk.verbs import done
from tests.labelstudio.studio import leave_draft

pytestmark = pytest.mark.studio

SAID = {
    "zelda": "[It]{event#ze1} [rained]{event#ze2 spoken} [here]{claim#zc certain cue>ze2} today.",
    "quentin": "[It]{event#qe1} [rained]{event#qe2 written} [here]{claim#qc certain cue>qe2}"
    " [today]{speaker#qs}.",
}
OTHER = {"zelda": "[She]{speaker#zs} left.", "quentin": "[She]{speaker#qs} [left]{event#qe}."}


@pytest.fixture
def room(tmp_path: Path, studio: Server, request: pytest.FixtureRequest) -> Room:
    root = corpus_of(tmp_path / "corpus", seeds={"example": SAID})
    return Room(root, studio, f"c{crc32(request.node.name.encode())}")


@pytest.fixture
def two(tmp_path: Path, studio: Server, request: pytest.FixtureRequest) -> Room:
    root = corpus_of(tmp_path / "corpus", seeds={"example": SAID, "other": OTHER})
    return Room(root, studio, f"c{crc32(request.node.name.encode())}")


def test_the_task_opens_with_the_agreed_part_and_has_each_version_beside_it(room: Room) -> None:
    assert room.bring() == {"project(s) made": 1, "text(s) brought": 1}
    mine = room.annotation()
    assert (mine.completed_by, mine.ground_truth) == (room.studio.user("bo"), False)
    assert spans(mine.result) == [("Event", 0, 2), ("Event", 3, 9), ("Claim", 10, 14)]
    kinds = Counter((item["type"], item.get("from_name")) for item in mine.result)
    assert kinds["choices", "manner"] == 0
    assert kinds["choices", "certainty"] == kinds["relation", None] == 1
    shown = sorted(room.studio.client().predictions.list(task=room.task().id), key=lambda p: -p.id)
    assert [p.model_version for p in shown] == ["A", "B"]
    whole = room.version(room.letter("quentin"))
    assert spans(whole) == [*spans(mine.result), ("Speaker", 15, 20)]
    data = room.task().data
    assert data["title"] == "invented · 2 conflict(s): missing span 1, attribute 1"
    assert "<b>attribute</b>: manner of event<br>It ⟦rained⟧ here today." in data["conflicts"]


def test_nothing_there_says_who_is_who(room: Room) -> None:
    room.bring()
    client = room.studio.client()
    seen = [client.projects.get(room.project()), room.task(), room.annotation()]
    seen += client.predictions.list(task=room.task().id)
    whole = json.dumps([one.model_dump(mode="json") for one in seen], ensure_ascii=False)
    room.pull()
    [export] = (room.root / ".corpus" / "exports").iterdir()
    for name in ("zelda", "quentin", "m2", '"ze', '"qe', '"zc', '"qc', '"qs'):
        assert name not in whole
        assert name not in export.read_text()
    regions = [[item["id"] for item in room.version(letter) if "id" in item] for letter in "AB"]
    common = {*regions[0]} & {*regions[1]}
    assert len(common) == 3  # what is one thing has one id


def test_odd_words_stay_words_in_the_list(tmp_path: Path) -> None:
    said = {"zelda": "[<i>It</i>]{event spoken}.", "quentin": "[<i>It</i>]{event silent}."}
    shown = listed(case_of(tmp_path, said))
    assert "⟦&lt;i&gt;It&lt;/i&gt;⟧" in shown
    assert "<i>" not in shown
    assert "\n" not in shown


def test_what_nobody_has_handed_in_decides_nothing(room: Room) -> None:
    room.bring()
    assert room.pull() == {"not handed in": 1}
    leave_draft(room.studio, "bo", room.task().id, [*room.version("A"), TICK])
    assert room.pull() == {"draft(s) not handed in": 1}
    assert {*room.decisions().values()} == {""}
    assert not room.gold().exists()


def test_a_version_that_is_handed_in_is_decided_with_its_letter(room: Room) -> None:
    room.bring()
    letter = room.letter("zelda")
    room.hand_in(room.version(letter))
    assert room.pull() == {"text(s) decided": 1}
    assert {*room.decisions().values()} == {letter}
    assert room.overrides() == []
    made = json.loads(room.gold().read_bytes())
    own = json.loads((room.root / "annotations" / "example" / "zelda.json").read_bytes())
    told = ("layer", "start", "end", "text", "attributes")
    assert [{k: s[k] for k in told} for s in made["spans"]] == [
        {k: s[k] for k in told} for s in own["spans"]
    ]
    assert codes(findings_of(room.root)) == []


def test_what_is_neither_is_an_override_whose_reason_is_the_comment(room: Room) -> None:
    room.bring()
    mine = room.annotation().result
    rained = region_at(mine, 3)
    said = [chosen("manner", "silent", rained), commented("Rain is silent.", rained)]
    room.hand_in([*mine, *said])
    assert room.pull() == {"text(s) decided": 1}
    [case] = opened_in(room.root)
    entry = next(e for e in case.record.conflicts if e.kind == "attribute")
    assert (entry.decision, entry.value, entry.reason) == ("override", "silent", "Rain is silent.")
    assert (entry.by, entry.date) == ("bo", DATE)
    assert "Rain is silent." not in room.gold().read_text()


def test_what_was_agreed_and_is_changed_removed_or_added_is_overridden(room: Room) -> None:
    room.bring()
    mine = room.version("A")
    it, here = region_at(mine, 0), region_at(mine, 10)
    kept = [item for item in mine if item.get("id") != it["id"]]
    for item in kept:
        if item.get("id") == here["id"]:
            item["value"] |= {"end": 13, "text": "her"}
    added = drawn("Claim", 3, 14, "Xk3_-a9bC1")
    link = {"type": "relation", "from_id": added["id"], "to_id": here["id"], "direction": "right"}
    room.hand_in([*kept, added, link | {"labels": ["supports"]}])
    assert room.pull() == {"text(s) decided": 1}
    told = [(o.action, o.boundary, o.layer, o.relation) for o in room.overrides()]
    assert sorted(told, key=str) == [
        ("add", (3, 14), "claim", None),
        ("add", None, None, "supports"),
        ("change", (10, 13), None, None),
        ("remove", None, None, None),
    ]
    assert {o.reason for o in room.overrides()} == {"decided in Label Studio"}
    before = room.files()
    assert room.pull() == {"unchanged": 1}
    opened_in(room.root)
    assert room.files() == before


def test_what_is_drawn_anew_is_known_by_its_layer_and_place(room: Room) -> None:
    room.bring()
    mine = room.version(room.letter("zelda"))
    room.hand_in([*mine, drawn("Speaker", 15, 20, "Xk3_-a9bC1")])
    assert room.pull() == {"text(s) decided": 1}
    assert room.decisions()["speaker"] == room.letter("quentin")
    assert room.overrides() == []


def test_a_second_push_changes_nothing_of_what_is_there(room: Room) -> None:
    room.bring()
    before = room.task(), room.annotation()
    assert room.bring() == {}
    leave_draft(room.studio, "bo", room.task().id, room.version("A"))
    assert room.bring() == {}
    room.hand_in(room.version("A"))
    handed_in = room.annotation()
    assert room.bring() == {}
    room.pull()
    assert room.bring() == {}
    assert room.annotation() == handed_in
    assert room.task().data == before[0].data
    assert room.task().id == before[0].id


CHANGED = SAID | {"zelda": SAID["zelda"].replace("certain", "possible")}


def test_what_nobody_has_begun_is_brought_up_to_date(room: Room) -> None:
    room.bring()
    task = room.task().id
    annotated_again(room.root, CHANGED)
    assert room.bring() == {"text(s) brought up to date": 1}
    assert room.task().id == task
    assert "certainty of claim" in room.task().data["conflicts"]
    assert not any(i.get("from_name") == "certainty" for i in room.annotation().result)
    certain = [i for i in room.version(room.letter("zelda")) if i.get("from_name") == "certainty"]
    assert [i["value"]["choices"] for i in certain] == [["possible"]]
    assert room.bring() == {}


def test_what_is_begun_stays_and_is_told_and_not_taken_over(room: Room) -> None:
    room.bring()
    room.hand_in(room.version("A"))
    handed_in = room.annotation()
    annotated_again(room.root, CHANGED)
    assert room.bring() == {}
    assert room.annotation() == handed_in
    assert [r for r in room.remarks if "example: is begun, and the annotations have changed" in r]
    with pytest.raises(CorpusError, match="example: the annotations have changed meanwhile"):
        room.pull()
    room.studio.client().annotations.delete(handed_in.id)
    assert room.bring() == {"text(s) brought up to date": 1}
    room.hand_in(room.version("A"))
    assert room.pull() == {"text(s) decided": 1}


def test_each_document_is_a_task_and_one_that_is_refused_does_not_stop_the_other(
    two: Room,
) -> None:
    assert two.bring() == {"project(s) made": 1, "text(s) brought": 2}
    two.hand_in([*two.version("A"), drawn("Nonsense", 0, 2, "n")])
    two.hand_in(two.version(two.letter("quentin", "other"), "other"), "other")
    with pytest.raises(CorpusError, match=r"1 text\(s\) were not taken over: .*'Nonsense'"):
        two.pull()
    assert two.gold("other").exists()
    assert not two.gold().exists()
    two.hand_in(two.version("A"))
    assert two.pull() == {"text(s) decided": 1, "unchanged": 1}
    assert codes(findings_of(two.root)) == []


def test_what_is_decided_here_already_is_part_of_what_is_brought(room: Room) -> None:
    path = record_path(room.root, "example")
    done(Tool(room.root, "adjudicate").end())
    letter = room.letter("quentin")
    head, entry, rest = path.read_text().partition('kind = "missing span"')
    path.write_text(head + entry + rest.replace('decision = ""', f'decision = "{letter}"', 1))
    done(Tool(room.root, "adjudicate", "--by", "bo").end())
    room.bring()
    assert ("Speaker", 15, 20) in spans(room.annotation().result)
    assert room.task().data["title"].endswith("1 conflict(s): attribute 1")


def interrupted(act: Callable[[], object], where: str) -> None:
    """Be interrupted where a step begins."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, interrupt)
        with pytest.raises(KeyboardInterrupt):
            act()


def test_after_an_interruption_it_is_done_again(room: Room) -> None:
    interrupted(room.bring, "corpus.desk.curate.import_new")
    assert room.bring() == {"text(s) brought": 1}
    annotated_again(room.root, CHANGED)
    interrupted(room.bring, "corpus.desk.curate.replace_result")
    assert room.bring() == {"text(s) brought up to date": 1}
    assert "certainty of claim" in room.task().data["conflicts"]
    room.hand_in(room.version("A"))
    interrupted(room.pull, "corpus.adjudication.case.gold_path")
    assert not room.gold().exists()
    assert room.pull() == {"text(s) decided": 1}
    assert room.gold().exists()


def test_annotators_verbs_do_not_see_the_curators_project(room: Room) -> None:
    room.bring()
    people = room.root / "annotations" / "annotators.toml"
    for name in ("zelda", "quentin"):
        head = f"[annotators.{name}]\n"
        email = f'email = "{name}@corpus.invalid"\n'
        people.write_text(people.read_text().replace(head, head + email))
    rounds = rounds_path(room.root)
    rounds.write_text(rounds.read_text() + '\n[rounds.more]\nkind = "pilot"\npeople = ["bo"]\n')
    remarks = list[str]()
    push(room.root, room.place, lambda *_: None, remarks.append)
    pull(room.root, room.place, lambda *_: None, remarks.append)
    lines = status(room.root, room.place, remarks.append)
    assert {(line.round, line.state) for line in lines} == {("more", "not started")}
    assert [remark for remark in remarks if "has no account" not in remark] == []


def test_a_round_of_that_name_is_refused(room: Room) -> None:
    rounds = rounds_path(room.root)
    rounds.write_text(rounds.read_text() + '\n[rounds.curation]\nkind = "pilot"\npeople = ["bo"]\n')
    with pytest.raises(CorpusError, match="a round is called 'curation': call it otherwise"):
        room.bring()


def test_who_decides_is_named_or_remembered(room: Room) -> None:
    with pytest.raises(CorpusError, match="needs to know who decides: --by NAME"):
        curator(room.root, room.place, None)
    with pytest.raises(CorpusError, match="no conflicts are in Label Studio"):
        room.pull(by=None)
    room.bring()
    assert curator(room.root, room.place, None) == "bo"
    assert room.pull(by=None) == {"not handed in": 1}


def test_the_verbs_say_what_to_run_next(room: Room) -> None:
    there = {"LABEL_STUDIO_API_KEY": room.studio.token}
    place = ("--url", room.studio.url)
    brought = done(Tool(room.root, "adjudicate", "--studio", "--by", "bo", *place, **there).end())
    assert f"bo: {room.studio.url}/projects/{room.project()}/data" in brought
    assert brought.splitlines()[-1].startswith(
        "`corpus adjudicate --pull` makes decisions and gold"
    )
    room.hand_in(room.version("A"))
    pulled = done(Tool(room.root, "adjudicate", "--pull", *place, **there).end())
    assert pulled.splitlines()[0] == "1 text(s) decided"
    assert pulled.splitlines()[-1] == "All is decided; `corpus validate` checks the gold"


def test_options_without_sense_are_refused(room: Room) -> None:
    for words, said in (
        (("--studio", "--pull"), "--next, --studio and --pull: one at a time"),
        (("--isolated",), "--isolated goes with --studio or --pull"),
    ):
        told = Tool(room.root, "adjudicate", *words).end()
        assert told.returncode == 2
        assert said in told.stderr

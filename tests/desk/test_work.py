"""What Label Studio has of a person: whose it is, which counts, and what becomes of it later."""

import json
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from corpus.desk import annotate
from corpus.desk.questions import answer_one
from corpus.errors import CorpusError, StudioError
from corpus.labelstudio.projects import find_project
from corpus.labelstudio.server import Server
from corpus.labelstudio.sync import known_tasks
from corpus.rounds import rounds_path
from tests.corpora import seed
from tests.desk.test_push_pull import TEXTS, Team, edit_schema, event, said
from tests.desk.verbs import desk_folder, file_of, labels
from tests.labelstudio.studio import client_of, leave_draft

pytestmark = pytest.mark.studio
NUMBERS = count()


@pytest.fixture
def team(tmp_path: Path, studio: Server) -> Team:
    name = f"work-{next(NUMBERS)}"
    return Team(desk_folder(tmp_path / "corpus", TEXTS, (), ("ann",), name), studio, name)


def declare(team: Team, words: str) -> None:
    """Add lines to the one round, before anything is assigned."""
    path = rounds_path(team.root)
    path.write_text(path.read_text() + words)


def change_text(team: Team, doc_id: str, text: str) -> None:
    (team.root / "seeds" / f"{doc_id}.txt").write_text(text)
    (team.root / "seeds" / f"{doc_id}.toml").write_text(seed(text))


def revise(team: Team, annotation: int, *items: dict[str, Any]) -> None:
    client_of(team.studio, "ann").annotations.update(annotation, result=[*items])


def account(team: Team, name: str) -> int:
    """Make an account for somebody who will leave."""
    users = team.studio.client().users
    made: Any = users.create(email=f"{name}-{team.name}@corpus.invalid", username=name + team.name)
    return int(made.id)


def done_by(team: Team, user: int, *items: dict[str, Any]) -> int:
    """Submit labels of d1 as the account's."""
    annotations = team.studio.client().annotations
    return int(annotations.create(team.task("d1"), result=[*items], completed_by=user).id)


def test_what_is_updated_there_is_shown_and_pulled_again(team: Team) -> None:
    team.push()
    number = team.annotate("d1", [event(0, 2)])
    assert team.states()["d1"] == "submitted"
    team.pull()
    revise(team, number, event(3, 9))
    assert team.states()["d1"] == "changed there"
    assert team.pull() == {"written": 1, "not begun": 2}
    assert team.texts_in("d1") == ["rained"]
    assert team.states()["d1"] == "pulled"


def test_of_two_annotations_that_counts_which_was_changed_last(team: Team) -> None:
    team.push()
    first, second = (team.annotate("d1", [event(*place)]) for place in ((0, 2), (3, 9)))
    revise(team, first, event(10, 12))
    team.pull()
    assert team.texts_in("d1") == ["in"]
    assert [r for r in team.remarks if f"annotation {second} is an older one" in r]


def test_a_text_in_which_there_was_nothing_to_label_is_done_too(team: Team) -> None:
    team.push()
    team.annotate("d1", [])
    assert team.pull() == {"written": 1, "not begun": 2}
    assert team.texts_in("d1") == []
    assert team.push() == {}


def test_a_draft_of_somebody_else_is_no_draft_of_ones_own(team: Team) -> None:
    team.push()
    leave_draft(team.studio, "bo", team.task("d1"), [event(0, 2)])
    assert team.states()["d1"] == "not started"


def test_what_a_stranger_did_stays_left_out_when_the_account_is_gone(team: Team) -> None:
    team.push()
    stranger = account(team, "stranger")
    number = done_by(team, stranger, event(0, 2))
    words = f"annotation {number} is by unknown-1; left out"
    for _ in range(2):
        team.remarks.clear()
        assert team.pull() == {"not begun": 3}
        assert [remark for remark in team.remarks if words in remark]
        if stranger:
            team.studio.client().users.delete(stranger)
            stranger = 0


def test_what_nobody_is_known_to_have_made_is_the_persons_only_if_their_account_is_gone(
    team: Team,
) -> None:
    team.push()
    leaver = account(team, "leaver")
    number = done_by(team, leaver, event(0, 2))
    team.studio.client().users.delete(leaver)
    assert team.pull() == {"not begun": 3}
    assert [r for r in team.remarks if f"{number} is by a deleted account; left out" in r]
    people = team.root / "annotations" / "annotators.toml"
    people.write_text(people.read_text().replace("ann@corpus", "ann-who-left@corpus"))
    assert team.pull() == {"written": 1, "not begun": 2}
    assert team.texts_in("d1") == ["It"]


def test_each_person_has_a_project_with_their_own_documents(team: Team) -> None:
    rounds_path(team.root).write_text(
        '[rounds.main]\nkind = "pilot"\npeople = ["ann", "bo"]\noverlap = "1 % double"\n'
    )
    assert team.push() == {"project(s) made": 2, "text(s) brought": 4}
    own = {p: {*known_tasks(team.studio, team.project(p))} for p in ("ann", "bo")}
    assert Counter(d for documents in own.values() for d in documents).most_common(1)[0][1] == 2
    assert own["ann"] | own["bo"] == {*TEXTS}
    text = (team.root / "annotations" / "assignments.toml").read_text()
    for person, documents in own.items():
        for doc_id in documents:
            assert f'document = "{doc_id}", annotator = "{person}"' in text


def test_a_text_that_changed_here_is_brought_only_where_nobody_began(team: Team) -> None:
    team.push()
    team.annotate("d1", [event(0, 2)])
    team.pull()
    change_text(team, "d2", "It snowed.")
    assert team.push() == {"text(s) updated": 1}
    assert known_tasks(team.studio, team.project())["d2"].data["text"] == "It snowed."

    change_text(team, "d1", "It snowed.")
    with pytest.raises(StudioError) as told:
        team.push()
    assert "restore the seed, or enter the new text as a new document" in str(told.value)
    assert known_tasks(team.studio, team.project())["d1"].data["text"] == TEXTS["d1"]
    with pytest.raises(CorpusError, match=r"1 annotation\(s\) were not pulled, all others were"):
        team.pull()
    change_text(team, "d1", TEXTS["d1"])
    assert team.pull() == {"unchanged": 1, "not begun": 2}


def test_what_is_skipped_there_is_not_submitted_from_here(team: Team) -> None:
    team.push()
    team.annotate("d1", [], was_cancelled=True)
    team.file("d1").parent.mkdir()
    team.file("d1").write_text(labels("d1", TEXTS["d1"]))
    assert team.push() == {}
    assert team.remarks[-1] == (
        f"{file_of('d1')}: was not sent: in Label Studio it is skipped there"
    )
    [line] = [
        each
        for each in team.studio.client().tasks.list(project=team.project(), fields="all")
        if each.data["doc_id"] == "d1"
    ]
    assert (line.total_annotations, line.cancelled_annotations) == (0, 1)


def test_labels_keep_the_version_with_which_they_were_made_until_a_file_has_another(
    team: Team,
) -> None:
    def versions() -> list[str]:
        return [json.loads(team.file(d).read_bytes())["schema_version"] for d in ("d1", "d2")]

    team.push()
    team.annotate("d1", [event(0, 2)])
    team.pull()
    before = team.file("d1").read_bytes()
    edit_schema(team, 'version = "1.0.0"', 'version = "1.1.0"')
    assert team.push()["text(s) updated"] == 2
    assert team.pull() == {"unchanged": 1, "not begun": 2}
    assert team.file("d1").read_bytes() == before
    team.annotate("d2", [event(0, 2)])
    team.pull()
    assert versions() == ["1.0.0", "1.1.0"]

    team.change("d1", "1.0.0", "1.1.0")  # both, of schema and guidelines
    assert team.push() == {"annotation(s) sent": 1}
    assert team.push() == {}
    assert team.pull() == {"unchanged": 2, "not begun": 1}
    assert versions() == ["1.1.0", "1.1.0"]


def test_pre_annotations_follow_their_file_until_somebody_begins(team: Team) -> None:
    def suggest(spans: int) -> None:
        for doc_id, text in TEXTS.items():
            team.file(doc_id, "m1").parent.mkdir(exist_ok=True)
            content = labels(doc_id, text, spans).replace('"ann"', '"m1"')
            team.file(doc_id, "m1").write_text(content)

    def shown() -> dict[int, int]:
        there = team.studio.client().predictions.list(project=team.project())
        return {prediction.task: len(prediction.result) for prediction in there}

    declare(team, 'assisted = "m1"\ncontrol = "0 %"\n')
    suggest(1)
    team.push()
    team.annotate("d1", [event(0, 2)])
    suggest(2)
    assert team.push() == {"pre-annotation(s) updated": 2}
    assert shown() == {team.task("d1"): 1, team.task("d2"): 2, team.task("d3"): 2}
    assert team.push() == {}


def test_who_annotates_again_does_it_blind_in_a_project_and_a_file_of_its_own(team: Team) -> None:
    declare(team, 'again = "30 %"\nagain_after = 14\n')
    team.push()
    for doc_id in TEXTS:
        team.annotate(doc_id, [event(0, 2)])
    team.pull()
    assert team.push() == {}
    memory = team.root / ".corpus" / team.place.memory
    state = json.loads(memory.read_text())
    state["since"] = dict.fromkeys(state["since"], "2026-01-01T00:00:00Z")
    memory.write_text(json.dumps(state))

    assert team.push() == {"project(s) made": 1, "text(s) brought": 1}
    project = find_project(team.studio, f"{team.name} · main · ann · pass 2")
    assert project is not None
    [(doc_id, task)] = known_tasks(team.studio, project.id).items()
    assert (task.data["pass"], task.worked) == (2, False)
    client_of(team.studio, "ann").annotations.create(task.id, result=[event(3, 9)])
    assert team.pull() == {"unchanged": 3, "written": 1}
    assert team.texts_in(doc_id) == ["It"]
    second = json.loads((team.root / f"annotations/{doc_id}/ann.2.json").read_bytes())
    assert (second["pass"], [span["text"] for span in second["spans"]]) == (2, ["rained"])
    assert team.push() == {}


def test_a_title_too_long_for_the_second_pass_is_refused_before_the_first(team: Team) -> None:
    edit_schema(team, f'name = "{team.name}"', f'name = "{"n" * 32}"')
    declare(team, 'again = "5 %"\n')
    with pytest.raises(CorpusError) as told:
        team.push()
    assert "· main · ann · pass 2' has 54 characters, and Label Studio allows 50" in str(told.value)


def test_questions_and_proposed_entities_are_listed_and_answers_reach_the_page(team: Team) -> None:
    team.push()
    who = event(26, 29, "s", "Speaker")
    value = {"start": 26, "end": 29, "choices": ["unlisted"]}
    chosen = {"id": "s", "from_name": "entity", "to_name": "text", "type": "choices"}
    team.annotate(
        "d1", [who, chosen | {"value": value}, said("proposed_entity", "Eve", 26, 29, "s")]
    )
    about = {"id": "o", "from_name": "document_question", "to_name": "text", "type": "textarea"}
    leave_draft(team.studio, "ann", team.task("d2"), [about | {"value": {"text": ["Why?"]}}])

    found = annotate.questions(team.root, team.place, team.remarks.append)
    assert sorted((q.document, q.kind, q.layer, q.text, q.question) for q in found) == [
        ("d1", "entity proposed", "Speaker", TEXTS["d1"][26:29], "Eve"),
        ("d2", "question", "", "", "Why?"),
    ]

    [why] = [q for q in found if q.document == "d2"]
    answer_one(team.root, found, why.id, "Because <of> it.", "2026-01-31")
    assert team.push() == {"project(s) updated": 1}
    project = find_project(team.studio, f"{team.name} · main · ann")
    assert project is not None
    assert "<i>Why?</i><br>Because &lt;of&gt; it." in project.instruction
    assert team.push() == {}
    team.pull()
    assert b"Eve" not in team.file("d1").read_bytes()


def test_what_is_asked_of_a_span_moves_with_it_and_goes_with_it(team: Team) -> None:
    team.push()
    items = [event(0, 2), said("question", "It?", 0, 2), event(3, 9, "b")]
    items += [said("question", "Rained?", 3, 9, "b"), said("document_question", "All?", 0, 0, "o")]
    del items[-1]["value"]["start"], items[-1]["value"]["end"]
    team.annotate("d1", items)
    team.pull()
    content = json.loads(team.file("d1").read_bytes())
    content["spans"] = [
        s | {"start": 3, "text": "rained in", "end": 12} for s in content["spans"][1:]
    ]
    team.file("d1").write_text(json.dumps(content))
    assert team.push() == {"annotation(s) sent": 1}
    [there] = team.annotations("d1")
    places = [(i["value"].get("start"), i["value"].get("end")) for i in there.result]
    assert places == [(3, 12), (3, 12), (None, None)]
    boxes = ["span", "question", "document_question"]
    assert [item["from_name"] for item in there.result] == boxes


def test_guidelines_that_are_not_utf_8_are_refused(team: Team) -> None:
    (team.root / "schemas" / "GUIDELINES.md").write_bytes(b"Caf\xe9")
    with pytest.raises(CorpusError, match=r"GUIDELINES\.md: not UTF-8 at byte 3: save it as UTF-8"):
        team.push()

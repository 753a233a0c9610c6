"""Whose work it is, and where: what others did, moved, renamed, doubled or took away is told."""

import json
from typing import Any

import pytest

from corpus.assignment import assignments_path
from corpus.desk import annotate
from corpus.desk.questions import questions_in
from corpus.desk.work import Desk, Work
from corpus.errors import CorpusError, StudioError
from corpus.labelstudio.sync import known_tasks
from corpus.rounds import rounds_path
from tests.desk.test_push_pull import (
    Team,
    edit_schema,
    event,
    pulled,
    said,
    team,
)
from tests.desk.verbs import file_of
from tests.labelstudio.studio import client_of, leave_draft

__all__ = ["pulled", "team"]
pytestmark = pytest.mark.studio


def told(team: Team, words: str) -> bool:
    return any(words in remark for remark in team.remarks)


def rename(team: Team, title: str) -> None:
    team.studio.client().projects.update(team.project(), title=title)


def test_a_project_that_was_renamed_there_is_not_made_anew(pulled: Team) -> None:
    number = pulled.project()
    rename(pulled, f"{pulled.name} renamed")
    words = f"project {number} at .* was '{pulled.name} · main · ann' and is .* now: .*rename it"
    with pytest.raises(CorpusError, match=words):
        pulled.pull()
    with pytest.raises(StudioError, match=words):
        pulled.push()
    pulled.studio.client().projects.update(number, title=f"{pulled.name} · main · ann")
    assert pulled.pull()["unchanged"] == 2


def test_a_project_that_is_gone_is_an_error_of_pull_and_told_by_push(pulled: Team) -> None:
    pulled.studio.client().projects.delete(pulled.project())
    with pytest.raises(CorpusError, match=r"project .* is gone from .*: push makes it"):
        pulled.pull()
    assert pulled.push()["annotation(s) sent"] == 2
    assert told(pulled, f"project '{pulled.name} · main · ann' was gone from")
    assert pulled.pull()["unchanged"] == 2


def test_what_a_renamed_schema_leaves_behind_is_told(pulled: Team) -> None:
    edit_schema(pulled, f'name = "{pulled.name}"', f'name = "{pulled.name}x"')
    pulled.push()
    assert told(pulled, f"nothing leads to project '{pulled.name} · main · ann' any more")


def test_work_of_a_person_who_was_taken_out_wholly_is_told(pulled: Team) -> None:
    path = assignments_path(pulled.root)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines).replace('"ann"', '"bo"'))
    rounds = rounds_path(pulled.root)
    rounds.write_text(rounds.read_text().replace('"ann"', '"bo"'))
    pulled.pull()
    assert told(pulled, f"nothing leads to project '{pulled.name} · main · ann' any more")


def test_labels_that_somebody_else_changed_are_told(pulled: Team) -> None:
    [there] = pulled.annotations("d1")
    client_of(pulled.studio, "bo").annotations.update(there.id, result=[event(3, 9)])
    pulled.pull()
    assert told(pulled, f"annotation {there.id} was changed last by bo")


def test_a_draft_that_somebody_else_left_is_told(team: Team) -> None:
    team.push()
    leave_draft(team.studio, "bo", team.task("d1"), [event(0, 2)])
    assert team.pull() == {"not begun": 3}
    assert told(team, "(d1): there is a draft by bo; left out")


def test_work_in_a_text_that_seeds_lacks_is_counted_and_shown(pulled: Team) -> None:
    for path in (pulled.root / "seeds").glob("d1.*"):
        path.rename(path.with_stem("e1"))
    pulled.file("d1").unlink()
    assert pulled.pull()["left out: in a text that seeds/ lacks"] == 1
    assert pulled.states()["d1"] == "without text"


def double(team: Team, doc_id: str) -> int:
    """Have a second task of a document, as after a mistake on the server."""
    data = known_tasks(team.studio, team.project())[doc_id].data
    made: Any = team.studio.client().tasks.create(project=team.project(), data=data)
    return int(made.id)


def test_two_tasks_of_one_text_with_labels_in_both_are_refused_and_named(pulled: Team) -> None:
    first, second = pulled.task("d1"), double(pulled, "d1")
    before = pulled.file("d1").read_bytes()
    assert pulled.pull()["unchanged"] == 2  # the second is blank
    client_of(pulled.studio, "ann").annotations.create(second, result=[event(3, 9)])
    with pytest.raises(CorpusError, match=rf"several tasks \({first} and {second}\): delete all"):
        pulled.pull()
    assert pulled.file("d1").read_bytes() == before


def test_what_is_skipped_or_deleted_after_a_pull_is_told(pulled: Team) -> None:
    [there] = pulled.annotations("d1")
    pulled.studio.client().annotations.update(there.id, was_cancelled=True)
    [other] = pulled.annotations("d2")
    pulled.studio.client().annotations.delete(other.id)
    assert pulled.pull() == {"skipped": 1, "not begun": 2}
    assert told(pulled, f"{file_of('d1')}: stays, and in Label Studio it is skipped")
    assert told(pulled, f"{file_of('d2')}: stays, and in Label Studio it is not there any more")


def test_a_task_whose_pass_was_changed_there_is_still_of_its_project(team: Team) -> None:
    team.push()
    task = team.studio.client().tasks.get(str(team.task("d1")))
    team.studio.client().tasks.update(str(task.id), data=task.data | {"pass": 2})
    team.annotate("d1", [event(0, 2)])
    assert team.pull()["written"] == 1
    assert json.loads(team.file("d1").read_bytes())["pass"] == 1


def test_files_that_replace_labels_there_are_named(pulled: Team) -> None:
    pulled.change("d1", '"event"', '"claim"')
    pulled.push()
    assert f"sent in the place of what was there: {file_of('d1')}" in pulled.remarks


def test_notes_stay_with_their_span_and_what_goes_with_one_is_told(team: Team) -> None:
    team.push()
    noted = event(0, 2) | {"meta": {"text": ["look here"]}}
    gone = [event(3, 9, "b"), said("question", "Why?", 3, 9, "b")]
    team.annotate("d1", [noted, *gone])
    team.pull()
    content = json.loads(team.file("d1").read_bytes())
    content["spans"] = [s | {"layer": "claim"} for s in content["spans"] if s["id"] == "a"]
    team.file("d1").write_text(json.dumps(content))
    team.push()
    [there] = team.annotations("d1")
    assert [item.get("meta") for item in there.result] == [{"text": ["look here"]}]
    assert told(team, "a span is gone, and with it what was said of it: 'Why?'")


def test_a_newcomer_without_an_account_blocks_nobody(pulled: Team) -> None:
    path = rounds_path(pulled.root)
    path.write_text(path.read_text().replace('["ann"]', '["ann", "zoe"]'))
    assert pulled.pull()["unchanged"] == 2
    assert len(pulled.states()) == 3


def test_one_persons_two_projects_block_nobody_else(team: Team) -> None:
    path = rounds_path(team.root)
    path.write_text(path.read_text().replace('["ann"]', '["ann", "bo"]'))
    team.push()
    client: Any = team.studio.client().projects
    client.create(title=f"{team.name} · main · ann", label_config="<View/>")
    client_of(team.studio, "bo").annotations.create(team.task("d1", "bo"), result=[event(0, 2)])
    with pytest.raises(CorpusError, match="has 2 projects"):
        team.pull()
    assert team.file("d1", "bo").exists()


def test_a_lock_of_an_editor_stops_nothing(pulled: Team) -> None:
    lock = pulled.file("d1").with_name(".#ann.json")
    lock.symlink_to("somebody@somewhere")
    assert pulled.pull()["unchanged"] == 2
    assert pulled.push() == {}


def test_the_same_question_on_two_like_words_is_two(team: Team) -> None:
    desk = Desk("t", "main", "ann", 1, [])
    asked = [
        said("question", "who?", *place, name) for place, name in (((0, 2), "a"), ((3, 5), "b"))
    ]
    work = Work("d1", 1, "submitted", 1, None, 0.0, asked, [], [])
    found = [*questions_in(desk, work, {"d1": "It It"})]
    assert len({question.id for question in found}) == 2


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        (
            "[layers.claim.attributes.certainty]",
            "[layers.event.attributes.certainty]",
            "on 'Claim' of certainty",
        ),
        (
            'values = { certain = { definition = "Sure.", key = "5" }, '
            'possible = { definition = "Not sure.", key = "6" } }',
            'kind = "text"',
            "'certain' of certainty",
        ),
    ],
    ids=["another layer", "free text"],
)
def test_a_schema_in_which_a_value_has_no_place_any_more_is_refused(
    team: Team, old: str, new: str, lost: str
) -> None:
    team.push()
    chosen = event(0, 2, label="Claim") | {"type": "choices", "from_name": "certainty"}
    chosen["value"] = {"start": 0, "end": 2, "choices": ["certain"]}
    team.annotate("d1", [event(0, 2, label="Claim"), chosen])
    edit_schema(team, old, new)
    with pytest.raises(StudioError, match=lost):
        team.push()


def test_a_round_that_still_owes_annotations_is_not_frozen(pulled: Team) -> None:
    from corpus.desk.freeze import freeze_round
    from corpus.rounds import read_rounds

    pulled.annotate("d3", [event(0, 2)])
    pulled.pull()
    path = rounds_path(pulled.root)
    path.write_text(path.read_text() + 'again = "50 %"\n')
    corpus, rounds = annotate.open_corpus(pulled.root), read_rounds(pulled.root)
    with pytest.raises(CorpusError, match=r"2 annotation\(s\) were not given to anybody yet"):
        freeze_round(corpus, rounds, "main", "2026-01-31")
    assert len(freeze_round(corpus, rounds, "main", "2026-01-31", partial=True)) == 3

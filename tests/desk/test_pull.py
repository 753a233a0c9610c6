"""Labels from a real Label Studio into annotations/."""

import json
from pathlib import Path

import pytest

from corpus.dataset.build import build
from corpus.desk.annotate import push
from corpus.errors import CorpusError
from corpus.labelstudio.server import Server
from corpus.load import read_corpus
from corpus.rounds import freeze
from tests.desk.team import IT_RAINED, ROUND, SAID, SHE, Team, drawn, marked, nobody_watches
from tests.labelstudio.studio import leave_draft

pytestmark = pytest.mark.studio


@pytest.fixture
def team(studio: Server, tmp_path: Path) -> Team:
    made = Team(tmp_path, studio)
    made.push()
    return made


def test_what_is_submitted_becomes_a_file_and_a_second_pull_does_not_touch_it(team: Team) -> None:
    team.submit(SAID, IT_RAINED)
    assert team.pull() == {"written": 1}
    assert team.spans() == ["said", "it rained"]
    before = team.file().read_bytes(), team.file().stat().st_mtime_ns
    assert team.pull() == {"unchanged": 1}
    assert (team.file().read_bytes(), team.file().stat().st_mtime_ns) == before


def test_drafts_and_skipped_texts_are_counted_and_not_pulled(
    studio: Server, tmp_path: Path
) -> None:
    team = Team(tmp_path, studio, a="It rained.", b="It rained.", c="It rained.", d="It rained.")
    team.push()
    it = drawn(0, 2, text="It rained.")
    team.submit(it, doc="a")
    team.submit(it, doc="b", was_cancelled=True)
    leave_draft(studio, "ann", team.tasks()["c"].id, [it])
    done = team.pull()
    assert done == {"written": 1, "skipped": 1, "draft(s) not submitted": 1, "not begun": 1}
    assert [path.parent.name for path in team.root.rglob("ann.json")] == ["a"]


def test_what_was_updated_there_is_pulled_again(team: Team) -> None:
    number = team.submit(SAID)
    team.pull()
    team.revise(number, SAID, SHE)
    assert team.pull() == {"written": 1}
    assert team.spans() == ["She", "said"]


def test_of_two_annotations_by_one_person_the_later_counts_and_the_other_is_said(
    team: Team,
) -> None:
    first, second = team.submit(SAID), team.submit(SHE)
    team.pull()
    assert team.spans() == ["She"]
    [remark] = team.said
    assert remark.startswith(f"{team.title()}: task ")
    assert f"annotation {first} is an older one by the same person; left out" in remark
    team.revise(first, IT_RAINED)
    team.pull()
    assert team.spans() == ["it rained"]
    assert f"annotation {second} is an older one" in team.said[-1]


def test_what_somebody_else_did_in_ones_project_is_said_and_left_out(team: Team) -> None:
    task = team.tasks()["example"].id
    number = team.studio.client().annotations.create(task, result=[SHE]).id
    assert team.pull() == {"not begun": 1}
    assert not team.file().exists()
    assert f"(example): annotation {number} is by unknown-1; left out" in team.said[-1]
    team.submit(SAID)
    assert team.pull() == {"written": 1}
    assert team.spans() == ["said"]


def test_another_annotators_label_in_ones_project_is_nobodys(
    studio: Server, tmp_path: Path
) -> None:
    team = Team(tmp_path, studio, ROUND.replace('["ann"]', '["ann", "bo"]'))
    team.push()
    task = team.tasks("ann")["example"].id
    by = studio.user("bo")
    number = studio.client().annotations.create(task, result=[SHE], completed_by=by).id
    team.pull()
    assert not list(team.root.rglob("*/*.json"))
    assert f"annotation {number} is by bo; left out" in team.said[-1]


def leaving(team: Team, name: str) -> int:
    """Make an account for somebody who will leave, and return its id."""
    email = f"{name}@{team.name}.invalid"
    made = team.studio.client().users.create(email=email, username=f"{name}-{team.name}")
    team.introduce({**team.studio.emails, name: email})
    return int(made.id)


def test_the_work_of_a_deleted_account_keeps_its_annotator(studio: Server, tmp_path: Path) -> None:
    team = Team(tmp_path, studio, ROUND.replace("ann", "zoe"))
    zoe, boss = leaving(team, "zoe"), leaving(team, "boss")
    team.introduce({"zoe": f"zoe@{team.name}.invalid"})
    team.push()
    task = team.tasks("zoe")["example"].id
    client = studio.client()
    number = client.annotations.create(task, result=[SAID], completed_by=zoe).id
    client.annotations.create(task, result=[SHE], completed_by=boss)
    assert team.pull() == {"written": 1}
    before = team.file(annotator="zoe").read_bytes()

    client.users.delete(zoe)
    client.users.delete(boss)

    assert client.annotations.get(number).completed_by is None
    assert team.pull() == {"unchanged": 1}
    assert team.file(annotator="zoe").read_bytes() == before
    assert [w for w in team.said if "left out" in w] == [
        f"{team.title('zoe')}: task {task} (example): annotation {number + 1} is by unknown-1;"
        " left out"
    ] * 2


def test_a_project_belongs_to_one_person_so_a_forgotten_maker_is_that_person(
    studio: Server, tmp_path: Path
) -> None:
    team = Team(tmp_path, studio, ROUND.replace("ann", "zoe"))
    zoe = leaving(team, "zoe")
    team.push()
    task = team.tasks("zoe")["example"].id
    studio.client().annotations.create(task, result=[SAID], completed_by=zoe)
    studio.client().users.delete(zoe)
    team.pull()
    assert team.spans(annotator="zoe") == ["said"]


def test_a_frozen_round_is_left_as_it_is(team: Team) -> None:
    number = team.submit(SAID)
    team.pull()
    before = team.file().read_bytes()
    freeze(team.root, "main", "2026-01-31", {"annotations/example/ann.json": "00"})
    team.revise(number, SHE)
    assert team.pull() == {}
    assert team.file().read_bytes() == before
    assert team.said[-1] == (
        "annotations/example/ann.json: changed in Label Studio, but the round is frozen: left as"
        " it is"
    )


def test_a_label_that_the_schema_does_not_know_is_not_pulled_but_the_others_are(
    studio: Server, tmp_path: Path
) -> None:
    team = Team(tmp_path, studio, a="It rained.", b="It rained.")
    team.push()
    project = team.project()
    config = studio.client().projects.get(project).label_config
    renamed = config.replace('value="Event"', 'value="Happening"')
    studio.client().projects.update(project, label_config=renamed)
    team.submit(drawn(0, 2, "Happening", "It rained."), doc="a")
    team.submit(drawn(0, 2, "Claim", "It rained."), doc="b")
    with pytest.raises(CorpusError) as told:
        team.pull()
    assert str(told.value).startswith("1 annotation(s) were not pulled, all others were: ")
    assert "'Happening'" in str(told.value)
    assert team.spans("b") == ["It"]
    assert not team.file("a").exists()

    with pytest.raises(CorpusError, match=r"'Happening' of span \(1 times\); nothing was changed"):
        team.push()
    assert 'value="Happening"' in studio.client().projects.get(project).label_config


def test_without_a_project_pull_says_who_makes_it(team: Team) -> None:
    team.studio.client().projects.delete(team.project())
    assert team.pull() == {}
    assert team.said == [
        f"no project {team.title()!r} at {team.studio.url}: `corpus push` makes it"
    ]


def test_before_anything_is_assigned_pull_says_what_assigns(studio: Server, tmp_path: Path) -> None:
    team = Team(tmp_path, studio)
    with pytest.raises(CorpusError, match="nothing is assigned yet: `corpus annotate` or"):
        team.pull()


def test_pull_says_whom_annotators_toml_does_not_know(studio: Server, tmp_path: Path) -> None:
    team = Team(tmp_path, studio)
    team.push()
    team.write(marked(4, 8), annotator="ann")
    team.push()
    path = team.root / "annotations" / "assignments.toml"
    path.write_text(path.read_text().replace('"ann"', '"bo"'))
    team.file().rename(team.file(annotator="bo"))
    content = team.file(annotator="bo").read_text().replace('"ann"', '"bo"')
    team.file(annotator="bo").write_text(content)
    team.introduce({"ann": studio.emails["ann"], "bo": studio.emails["bo"]})
    assert team.pull() == {}
    assert not [remark for remark in team.said if "does not say who" in remark]


def test_no_email_reaches_an_export_or_a_dataset(team: Team, tmp_path: Path) -> None:
    team.submit(SAID, IT_RAINED)
    leave_draft(team.studio, "bo", team.tasks()["example"].id, [SHE])
    team.studio.client().annotations.create(team.tasks()["example"].id, result=[SHE])
    push(team.root, team.place, nobody_watches, team.said.append)
    team.pull()
    rows = build(*read_corpus(team.root), tmp_path / "dataset")
    assert rows["claims"] == 1
    [export] = (team.root / ".corpus" / "exports").iterdir()
    assert len(json.loads(export.read_text())[0]["annotations"]) == 2
    built = [path for path in (tmp_path / "dataset").rglob("*") if path.is_file()]
    assert len(built) > 5
    for path in [export, team.root / ".corpus" / "desk.json", *built]:
        content = path.read_bytes()
        for email in [*team.studio.emails.values(), "admin@tool.invalid"]:
            assert email.encode() not in content, path

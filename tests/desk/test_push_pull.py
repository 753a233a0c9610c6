"""Push and pull against a real Label Studio: what is brought, left alone, refused."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from corpus.dataset.build import build
from corpus.desk import annotate
from corpus.desk.freeze import freeze_round
from corpus.desk.place import Place
from corpus.desk.pull import Puller
from corpus.desk.push import Pusher
from corpus.errors import CorpusError, StudioError
from corpus.labelstudio.projects import find_project
from corpus.labelstudio.server import Server
from corpus.labelstudio.sync import known_tasks
from corpus.reading import read_corpus
from corpus.rounds import read_rounds, rounds_path
from tests.corpora import TINY_FILE
from tests.desk.verbs import desk_folder, file_of, labels
from tests.labelstudio.studio import client_of, leave_draft

pytestmark = pytest.mark.studio

TEXTS = {f"d{n}": f"It rained in place {n}, she said." for n in (1, 2, 3)}
Json = dict[str, Any]


def event(start: int, end: int, name: str = "a", label: str = "Event") -> Json:
    value = {"start": start, "end": end, "labels": [label]}
    told = {"id": name, "from_name": "span", "to_name": "text", "type": "labels"}
    return told | {"origin": "manual", "value": value}


def said(control: str, words: str, start: int, end: int, name: str = "a") -> Json:
    told = {"id": name, "from_name": control, "to_name": "text", "type": "textarea"}
    return told | {"value": {"start": start, "end": end, "text": [words]}}


class Team:
    """A corpus folder whose people work at the shared server."""

    def __init__(self, root: Path, studio: Server, name: str) -> None:
        self.root, self.studio, self.name = root, studio, name
        self.place = Place(url=studio.url, key=studio.token)
        self.remarks: list[str] = []

    def push(self) -> Counter[str]:
        return +annotate.push(self.root, self.place, lambda *_: None, self.remarks.append)

    def pull(self) -> Counter[str]:
        return +annotate.pull(self.root, self.place, lambda *_: None, self.remarks.append)

    def states(self) -> dict[str, str]:
        found = annotate.status(self.root, self.place, self.remarks.append)
        return {line.document: line.state for line in found if line.annotator == "ann"}

    def project(self, annotator: str = "ann", round_: str = "main") -> int:
        found = find_project(self.studio, f"{self.name} · {round_} · {annotator}")
        assert found is not None
        return found.id

    def task(self, doc_id: str, annotator: str = "ann") -> int:
        return known_tasks(self.studio, self.project(annotator))[doc_id].id

    def annotate(self, doc_id: str, result: list[Json], by: str = "ann", **said: Any) -> int:
        client = client_of(self.studio, by).annotations
        return int(client.create(self.task(doc_id), result=result, **said).id)

    def annotations(self, doc_id: str) -> list[Any]:
        return list(self.studio.client().annotations.list(self.task(doc_id)))

    def file(self, doc_id: str, annotator: str = "ann") -> Path:
        return self.root / file_of(doc_id, annotator)

    def texts_in(self, doc_id: str) -> list[str]:
        return [s["text"] for s in json.loads(self.file(doc_id).read_bytes())["spans"]]

    def forget(self) -> None:
        """Lose the memory of this server."""
        (self.root / ".corpus" / self.place.memory).unlink()

    def change(self, doc_id: str, old: str, new: str) -> None:
        path = self.file(doc_id)
        path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def team(tmp_path: Path, studio: Server, request: pytest.FixtureRequest) -> Team:
    name = f"t{crc32(request.node.name.encode())}"
    return Team(desk_folder(tmp_path / "corpus", TEXTS, (), ("ann",), name), studio, name)


@pytest.fixture
def pulled(team: Team) -> Team:
    """A team where ann has labelled d1 and d2, and both are here."""
    team.push()
    for doc_id in ("d1", "d2"):
        team.annotate(doc_id, [event(0, 2), said("remark", "for the team", 0, 2)])
    assert team.pull() == {"written": 2, "not begun": 1}
    return team


def test_a_second_push_changes_nothing_and_a_second_pull_touches_nothing(pulled: Team) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in pulled.root.rglob("d*/*.json")}
    assert len(before) == 2
    assert pulled.push() == {}
    assert pulled.pull() == {"unchanged": 2, "not begun": 1}
    assert before == {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in before}
    assert pulled.states() == {"d1": "pulled", "d2": "pulled", "d3": "not started"}


def test_drafts_and_skipped_texts_are_counted_and_stay_there(team: Team) -> None:
    team.push()
    leave_draft(team.studio, "ann", team.task("d1"), [event(0, 2)])
    team.annotate("d2", [event(0, 2)], was_cancelled=True)
    assert team.pull() == {"draft(s) not submitted": 1, "skipped": 1, "not begun": 1}
    assert list(team.root.rglob("d*/*.json")) == []
    assert team.states() == {"d1": "draft", "d2": "skipped", "d3": "not started"}


def test_of_two_annotations_by_one_person_the_later_counts_and_the_other_is_told(
    team: Team,
) -> None:
    team.push()
    first = team.annotate("d1", [event(0, 2)])
    team.annotate("d1", [event(3, 9)])
    team.pull()
    assert team.texts_in("d1") == ["rained"]
    [told] = [r for r in team.remarks if "older one" in r]
    assert f"(d1): annotation {first} is an older one by the same person; left out" in told


def test_what_somebody_else_left_in_ones_project_is_told_and_left_out(team: Team) -> None:
    team.push()
    team.annotate("d1", [event(0, 2)])
    strange = team.annotate("d1", [event(3, 9)], by="bo")
    team.pull()
    assert team.texts_in("d1") == ["It"]
    assert not team.file("d1", "bo").exists()
    assert [r for r in team.remarks if f"annotation {strange} is by bo; left out" in r]


def test_a_deleted_account_leaves_its_work_to_whom_it_belongs(
    tmp_path: Path, studio: Server, team: Team
) -> None:
    users = studio.client().users
    made: Any = users.create(email=f"{team.name}@corpus.invalid", username=team.name)
    path = team.root / "annotations" / "annotators.toml"
    path.write_text(path.read_text().replace("ann@corpus.invalid", f"{team.name}@corpus.invalid"))
    team.push()
    studio.client().annotations.create(
        team.task("d1"), result=[event(0, 2)], completed_by=int(made.id)
    )
    assert team.pull() == {"written": 1, "not begun": 2}
    users.delete(made.id)
    path.write_text(path.read_text().replace(f"{team.name}@corpus.invalid", "ann@corpus.invalid"))
    [left] = team.annotations("d1")
    assert left.completed_by is None
    assert team.pull() == {"unchanged": 1, "not begun": 2}
    team.annotate("d1", [event(3, 9)], by="bo")
    team.pull()
    assert team.texts_in("d1") == ["It"]


def test_a_change_that_did_not_come_from_there_is_never_overwritten(pulled: Team) -> None:
    for doc_id in ("d1", "d2"):
        [there] = pulled.annotations(doc_id)
        client_of(pulled.studio, "ann").annotations.update(there.id, result=[event(3, 9)])
    pulled.change("d1", '"event"', '"claim"')
    before = pulled.file("d1").read_bytes()
    with pytest.raises(CorpusError) as told:
        pulled.pull()
    assert f"{file_of('d1')}: is not what this clone had from Label Studio" in str(told.value)
    assert pulled.file("d1").read_bytes() == before
    assert pulled.texts_in("d2") == ["rained"]
    with pytest.raises(CorpusError, match="changed here and in Label Studio"):
        pulled.push()
    assert pulled.states()["d1"] == "conflict"
    pulled.file("d1").unlink()
    assert pulled.pull()["written"] == 1
    assert pulled.texts_in("d1") == ["rained"]


def change_there(team: Team, doc_id: str) -> None:
    [there] = team.annotations(doc_id)
    client_of(team.studio, "ann").annotations.update(there.id, result=[event(3, 9)])


def test_what_changes_there_while_a_push_is_at_work_is_not_overwritten(
    pulled: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Pusher.works

    def late(self: Pusher, *about: Any) -> Any:
        works = read(self, *about)
        change_there(pulled, "d1")
        return works

    pulled.change("d1", '"event"', '"claim"')
    monkeypatch.setattr(Pusher, "works", late)
    with pytest.raises(CorpusError, match="changed here and in Label Studio"):
        pulled.push()
    [there] = pulled.annotations("d1")
    assert there.result == [event(3, 9)]


def test_what_changes_here_while_a_pull_is_at_work_is_not_overwritten(
    pulled: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Puller.batch

    def late(self: Puller, *about: Any) -> None:
        pulled.change("d1", '"event"', '"claim"')
        read(self, *about)

    change_there(pulled, "d1")
    monkeypatch.setattr(Puller, "batch", late)
    with pytest.raises(CorpusError, match="changed here meanwhile"):
        pulled.pull()
    assert '"claim"' in pulled.file("d1").read_text()


def test_a_change_here_alone_is_sent_and_keeps_what_was_told_to_the_team(pulled: Team) -> None:
    pulled.change("d1", '"event"', '"claim"')
    assert pulled.pull() == {"changed here (push brings it)": 1, "unchanged": 1, "not begun": 1}
    assert pulled.states()["d1"] == "changed here"
    assert pulled.push() == {"annotation(s) sent": 1}
    [there] = pulled.annotations("d1")
    assert [i["value"].get("labels", i["value"].get("text")) for i in there.result] == [
        ["Claim"], ["for the team"],
    ]  # fmt: skip
    assert there.completed_by == pulled.studio.user("ann")
    assert pulled.push() == {}
    assert pulled.pull()["unchanged"] == 2


def test_without_memory_what_is_equal_is_adopted_and_what_differs_is_a_conflict(
    pulled: Team,
) -> None:
    pulled.forget()
    assert pulled.pull() == {"unchanged": 2, "not begun": 1}
    pulled.change("d1", '"event"', '"claim"')
    pulled.forget()
    with pytest.raises(CorpusError, match="is not what this clone had from Label Studio"):
        pulled.pull()
    with pytest.raises(CorpusError, match="changed here and in Label Studio"):
        pulled.push()
    assert pulled.states() == {"d1": "conflict", "d2": "pulled", "d3": "not started"}


def test_labels_that_are_only_here_are_brought(team: Team) -> None:
    team.file("d1").parent.mkdir()
    team.file("d1").write_text(labels("d1", TEXTS["d1"]))
    assert team.push() == {"project(s) made": 1, "text(s) brought": 3, "annotation(s) sent": 1}
    [there] = team.annotations("d1")
    assert there.completed_by == team.studio.user("ann")
    assert not there.ground_truth
    assert team.pull() == {"unchanged": 1, "not begun": 2}


def test_a_task_that_was_deleted_comes_back_with_the_labels_that_were_pulled(pulled: Team) -> None:
    pulled.studio.client().tasks.delete(str(pulled.task("d1")))
    assert pulled.states()["d1"] == "not pushed"
    assert pulled.push() == {"text(s) brought": 1, "annotation(s) sent": 1}
    assert pulled.pull() == {"unchanged": 2, "not begun": 1}


def test_a_text_that_changed_under_labels_is_refused_with_the_way_out(pulled: Team) -> None:
    task = pulled.studio.client().tasks.get(str(pulled.task("d1")))
    pulled.studio.client().tasks.update(str(task.id), data=task.data | {"text": "Another."})
    with pytest.raises(StudioError, match="holds another text of document 'd1', with labels in it"):
        pulled.push()
    with pytest.raises(CorpusError, match="not pulled, all others were"):
        pulled.pull()


def edit_schema(team: Team, old: str, new: str) -> None:
    path = team.root / "schemas" / TINY_FILE.name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_schema_that_lacks_what_is_used_is_refused_and_the_difference_shown(
    pulled: Team,
) -> None:
    edit_schema(pulled, 'title = "Event"', 'title = "Happening"')
    with pytest.raises(StudioError, match="no longer what labels there use: 'Event' of span"):
        pulled.push()
    [shown] = [remark for remark in pulled.remarks if remark.startswith("-")]
    assert '-<Label value="Event"' in shown
    assert '+<Label value="Happening"' in shown
    now = find_project(pulled.studio, f"{pulled.name} · main · ann")
    assert now is not None
    assert 'value="Event"' in now.config


def test_a_schema_that_has_more_is_brought(pulled: Team) -> None:
    edit_schema(pulled, "values = { certain", 'values = { likely = { definition = "So." }, certain')
    assert pulled.push()["project(s) updated"] == 1
    now = find_project(pulled.studio, f"{pulled.name} · main · ann")
    assert now is not None
    assert 'value="likely"' in now.config


def test_a_label_renamed_by_hand_is_told_by_push_and_pull(pulled: Team) -> None:
    project = find_project(pulled.studio, f"{pulled.name} · main · ann")
    assert project is not None
    renamed = project.config.replace('value="Event"', 'value="Happening"')
    pulled.studio.client().projects.update(project.id, label_config=renamed)
    pulled.annotate("d3", [event(0, 2, label="Happening")])
    with pytest.raises(CorpusError, match=r"1 annotation\(s\) were not pulled.*'Happening'"):
        pulled.pull()
    assert not pulled.file("d3").exists()
    with pytest.raises(StudioError, match=r"'Happening' of span \(1 times\).*rename it back"):
        pulled.push()


def test_a_file_that_is_broken_here_is_not_sent_and_not_overwritten(pulled: Team) -> None:
    pulled.file("d1").write_text('{"document": ')
    assert pulled.push() == {}
    assert f"{file_of('d1')}: is broken, and was not sent; `corpus validate` says how" in (
        pulled.remarks
    )
    [there] = pulled.annotations("d1")
    client_of(pulled.studio, "ann").annotations.update(there.id, result=[event(3, 9)])
    with pytest.raises(CorpusError, match="is not what this clone had from Label Studio"):
        pulled.pull()
    assert pulled.file("d1").read_text() == '{"document": '


def test_a_frozen_round_is_left_alone_on_both_sides(pulled: Team) -> None:
    corpus = annotate.open_corpus(pulled.root)
    rounds = read_rounds(pulled.root)
    with pytest.raises(CorpusError, match="1 of 3 files are not here"):
        freeze_round(corpus, rounds, "main", "2026-01-31")
    files = freeze_round(corpus, rounds, "main", "2026-01-31", partial=True)
    assert sorted(files) == [file_of("d1"), file_of("d2")]
    change_there(pulled, "d1")
    assert pulled.pull() == {"in frozen rounds": 3}
    assert pulled.texts_in("d1") == ["It"]
    assert set(pulled.states().values()) == {"frozen"}
    pulled.change("d2", '"event"', '"claim"')
    assert pulled.push() == {}


def test_an_assisted_round_shows_labels_but_in_the_control_share(team: Team) -> None:
    for doc_id, text in TEXTS.items():
        path = team.file(doc_id, "m1")
        path.parent.mkdir(exist_ok=True)
        path.write_text(labels(doc_id, text).replace('"ann"', '"m1"'))
    path = rounds_path(team.root)
    path.write_text(path.read_text() + 'assisted = "m1"\ncontrol = "30 %"\n')
    team.push()
    shown = team.studio.client().predictions.list(project=team.project())
    assert len(shown) == 2
    assert {p.model_version.rsplit(" ", 1)[0] for p in shown} == {"corpus m1"}
    tasks = known_tasks(team.studio, team.project()).values()
    assert {p.task for p in shown} == {t.id for t in tasks if t.data["assisted"]}
    assert team.push() == {}
    assert team.pull() == {"not begun": 3}


def test_who_is_assisted_by_nobodys_labels_is_refused(team: Team) -> None:
    path = rounds_path(team.root)
    path.write_text(path.read_text() + 'assisted = "m1"\ncontrol = "0 %"\n')
    with pytest.raises(
        CorpusError, match=r"rounds\.main shows labels of 'm1', of whom there are none"
    ):
        team.push()


def test_an_e_mail_reaches_neither_the_dataset_nor_an_export(pulled: Team) -> None:
    tables, schema = read_corpus(pulled.root)
    build(tables, schema, pulled.root / "dataset")
    exports = list((pulled.root / ".corpus" / "exports").iterdir())
    made = [*exports, *(p for p in (pulled.root / "dataset").rglob("*") if p.is_file())]
    assert len(exports) == 1
    assert [path for path in made if b"corpus.invalid" in path.read_bytes()] == []


def test_a_title_that_label_studio_would_not_take_is_refused(team: Team) -> None:
    edit_schema(team, f'name = "{team.name}"', f'name = "{"n" * 45}"')
    with pytest.raises(CorpusError, match="and Label Studio allows 50: take a shorter pseudonym"):
        team.push()


def test_nothing_to_pull_from_says_what_to_do_first(team: Team) -> None:
    with pytest.raises(
        CorpusError, match="nothing is assigned yet: `corpus annotate` or `corpus push`"
    ):
        team.pull()

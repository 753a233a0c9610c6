"""Projects, tasks and annotations to the server and back, under pseudonyms."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from corpus.errors import StudioError
from corpus.labelstudio.download import export_project
from corpus.labelstudio.server import Server
from corpus.labelstudio.sync import (
    known_tasks,
    push_annotation,
    push_tasks,
    update_predictions,
    update_tasks,
)
from tests.labelstudio.studio import client_of, leave_draft, project_of

pytestmark = pytest.mark.studio
CONFIG = """<View>
  <Labels name="span" toName="text">
    <Label value="Event"/>
  </Labels>
  <Text name="text" value="$text"/>
</View>
"""
TEXT = "Rain fell.\r\nShe said it “rained” 😀 \u2028 again."
SPAN: dict[str, Any] = {
    "id": "r1",
    "from_name": "span",
    "to_name": "text",
    "type": "labels",
    "origin": "manual",
    "value": {"start": 0, "end": 4, "text": "Rain", "labels": ["Event"]},
}
RESULT: list[dict[str, Any]] = [
    SPAN,
    {**SPAN, "id": "r2", "value": {**SPAN["value"], "start": 5, "end": 9, "score": 1.0}},
    {"type": "relation", "from_id": "r1", "to_id": "r2", "direction": "right", "labels": ["user"]},
]


def task(doc_id: str, **changed: str) -> dict[str, Any]:
    data = {"doc_id": doc_id, "text": TEXT, "text_sha256": "1", "user": "quoted"}
    return {"data": data | changed}


def predicted(doc_id: str) -> dict[str, Any]:
    return {**task(doc_id), "predictions": [{"model_version": "m1", "result": [SPAN]}]}


@pytest.fixture
def project(studio: Server, request: pytest.FixtureRequest) -> int:
    return project_of(studio, f"test {request.node.nodeid[-40:]}", CONFIG)


def exported(studio: Server, project: int, path: Path) -> list[dict[str, Any]]:
    people = {email: name for name, email in studio.emails.items()}
    export_project(studio, project, path, people)
    tasks: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return tasks


def test_pushing_twice_imports_nothing_twice(studio: Server, project: int) -> None:
    seen: list[tuple[int, int]] = []
    first = push_tasks(
        studio, project, [task(f"d{n}") for n in range(600)], lambda *now: seen.append(now)
    )
    assert seen == [(250, 600), (500, 600), (600, 600)]
    again = push_tasks(studio, project, [task(f"d{n}") for n in range(601)])
    assert list(again.items())[:600] == list(first.items())
    assert len(set(again.values())) == 601
    assert len(list(studio.client().tasks.list(project=project))) == 601


def test_the_task_ids_are_those_of_the_documents(studio: Server, project: int) -> None:
    ids = push_tasks(studio, project, [task("b"), task("a")])
    for doc_id, number in ids.items():
        assert studio.client().tasks.get(str(number)).data == task(doc_id)["data"]


def test_a_text_that_changed_under_labels_is_refused_and_nothing_is_pushed(
    studio: Server, project: int
) -> None:
    ids = push_tasks(studio, project, [task("d1")])
    push_annotation(studio, ids["d1"], "ann", RESULT, str(uuid4()))
    with pytest.raises(StudioError) as told:
        push_tasks(studio, project, [task("d0"), task("d1", text="Rain fell!")])
    assert f"task {ids['d1']} holds another text of document 'd1', with labels" in str(told.value)
    assert len(list(studio.client().tasks.list(project=project))) == 1


def test_of_a_document_that_is_there_twice_the_task_with_work_stays(
    studio: Server, project: int
) -> None:
    studio.client().projects.import_tasks(project, request=[task("d1"), task("d1"), task("d1")])
    there = sorted(t.id for t in studio.client().tasks.list(project=project))
    push_annotation(studio, there[1], "ann", RESULT, str(uuid4()))
    assert push_tasks(studio, project, [task("d1")]) == {"d1": there[1]}
    assert [t.id for t in studio.client().tasks.list(project=project)] == [there[1]]


def test_a_document_with_labels_in_two_tasks_is_refused(studio: Server, project: int) -> None:
    studio.client().projects.import_tasks(project, request=[task("d1"), task("d1")])
    for number, there in enumerate(studio.client().tasks.list(project=project), 1):
        push_annotation(studio, there.id, "ann", RESULT[:number], str(uuid4()))
    with pytest.raises(StudioError, match="document 'd1' is there twice, with labels in both"):
        push_tasks(studio, project, [])


def test_of_a_document_with_the_same_labels_in_two_tasks_the_older_stays(
    studio: Server, project: int
) -> None:
    studio.client().projects.import_tasks(project, request=[task("d1"), task("d1")])
    there = sorted(t.id for t in studio.client().tasks.list(project=project))
    for number in there:
        push_annotation(studio, number, "ann", RESULT, str(uuid4()))
    assert known_tasks(studio, project)["d1"].id == there[0]
    assert [t.id for t in studio.client().tasks.list(project=project)] == there[:1]


def test_a_task_with_a_draft_of_somebody_is_one_with_work(studio: Server, project: int) -> None:
    studio.client().projects.import_tasks(project, request=[task("d1"), task("d1"), task("d2")])
    there = sorted(t.id for t in studio.client().tasks.list(project=project))
    leave_draft(studio, "ann", there[1], RESULT)
    known = known_tasks(studio, project)
    assert {doc_id: t.worked for doc_id, t in known.items()} == {"d1": True, "d2": False}
    assert known["d1"].id == there[1]
    push_annotation(studio, there[1], "ann", RESULT, str(uuid4()))
    studio.client().projects.import_tasks(project, request=[task("d1")])
    [new] = {t.id for t in studio.client().tasks.list(project=project)} - set(there)
    push_annotation(studio, new, "ann", RESULT, str(uuid4()))
    leave_draft(studio, "bo", new, RESULT)
    with pytest.raises(StudioError, match="document 'd1' is there twice, with labels in both"):
        known_tasks(studio, project)


def test_data_is_brought_up_to_date_but_under_labels_not_the_versions(
    studio: Server, project: int
) -> None:
    old = [task(d, schema_version="1.0.0", title="old") for d in ("d1", "d2")]
    ids = push_tasks(studio, project, old)
    push_annotation(studio, ids["d1"], "ann", RESULT, str(uuid4()))
    new = [task(d, schema_version="2.0.0", title="new") for d in ("d1", "d2")]
    assert update_tasks(studio, known_tasks(studio, project), new) == 2
    assert update_tasks(studio, known_tasks(studio, project), new) == 0
    data = {doc_id: there.data for doc_id, there in known_tasks(studio, project).items()}
    assert [d["title"] for d in data.values()] == ["new", "new"]
    assert (data["d1"]["schema_version"], data["d2"]["schema_version"]) == ("1.0.0", "2.0.0")


def test_only_the_tools_own_pre_annotations_are_replaced_and_only_before_work_begins(
    studio: Server, project: int
) -> None:
    def given(mark: str) -> list[dict[str, Any]]:
        shown = [{"model_version": f"corpus m1 {mark}", "result": [SPAN]}]
        return [{**task(d), "predictions": shown} for d in ("d1", "d2")]

    def there() -> list[tuple[int, str]]:
        found = studio.client().predictions.list(project=project)
        return sorted((p.task, p.model_version) for p in found)

    ids = push_tasks(studio, project, given("1"))
    studio.client().predictions.create(task=ids["d2"], result=[SPAN], model_version="theirs")
    push_annotation(studio, ids["d1"], "ann", RESULT, str(uuid4()))
    known = known_tasks(studio, project)
    assert update_predictions(studio, project, known, given("2")) == 1
    assert update_predictions(studio, project, known, given("2")) == 0
    assert there() == sorted(
        [(ids["d1"], "corpus m1 1"), (ids["d2"], "corpus m1 2"), (ids["d2"], "theirs")]
    )


def test_a_document_that_is_given_twice_is_refused(studio: Server, project: int) -> None:
    with pytest.raises(StudioError, match="document 'd1' is given twice"):
        push_tasks(studio, project, [task("d1"), task("d1")])


def test_refused_tasks_are_told_in_the_servers_words(studio: Server, project: int) -> None:
    with pytest.raises(StudioError, match="Error at item 0: data\\['text'\\]=None"):
        push_tasks(studio, project, [{"data": {"doc_id": "d1", "text": None}}])


def test_an_annotation_is_posted_once_and_by_its_annotator(studio: Server, project: int) -> None:
    number = push_tasks(studio, project, [task("d1")])["d1"]
    unique = str(uuid4())
    assert push_annotation(studio, number, "bo", RESULT, unique)
    assert not push_annotation(studio, number, "bo", RESULT, unique)
    [annotation] = studio.client().annotations.list(number)
    assert annotation.completed_by == client_of(studio, "bo").users.whoami().id
    assert annotation.ground_truth is False


def test_an_annotator_without_an_account_is_refused(studio: Server) -> None:
    with pytest.raises(StudioError, match="has no account for 'zoe'"):
        push_annotation(studio, 1, "zoe", [], str(uuid4()))


def test_an_export_holds_pseudonyms_and_the_results_unchanged(
    studio: Server, project: int, tmp_path: Path
) -> None:
    ids = push_tasks(studio, project, [predicted("d1"), task("d2")])
    push_annotation(studio, ids["d1"], "ann", RESULT, str(uuid4()))
    studio.client().annotations.create(ids["d1"], result=RESULT, lead_time=4.5, was_cancelled=True)
    leave_draft(studio, "bo", ids["d1"], RESULT)

    first, second = exported(studio, project, tmp_path / "out.json")

    done, skipped = first["annotations"]
    assert done["completed_by"] == "ann"
    assert (skipped["completed_by"], skipped["was_cancelled"]) == ("unknown-1", True)
    assert skipped["lead_time"] == 4.5
    [draft] = first["drafts"]
    assert draft["completed_by"] == "bo"
    for work in (done, skipped, draft):
        assert json.dumps(work["result"]) == json.dumps(RESULT)
    assert done["prediction"]["result"] == [SPAN]
    assert first["data"] == task("d1")["data"]
    assert second["annotations"] == []


def keys_of(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(keys_of, node))
    if not isinstance(node, dict):
        return set()
    inner = (keys_of(value) for key, value in node.items() if key not in ("data", "result"))
    return set(node).union(*inner)


def test_an_export_holds_no_trace_of_an_account(
    studio: Server, project: int, tmp_path: Path
) -> None:
    ids = push_tasks(studio, project, [predicted("d1")])
    push_annotation(studio, ids["d1"], "ann", RESULT, str(uuid4()))
    leave_draft(studio, "bo", ids["d1"], RESULT)
    tasks = exported(studio, project, tmp_path / "out.json")
    assert ".invalid" not in (tmp_path / "out.json").read_text()
    personal = {key for key in keys_of(tasks) if "user" in key or "email" in key or "_by" in key}
    assert personal == {"completed_by"}
    assert not keys_of(tasks) & {"annotators", "reviewers", "comment_authors", "first_name"}


def test_an_export_has_one_task_a_line(studio: Server, project: int, tmp_path: Path) -> None:
    assert exported(studio, project, tmp_path / "none.json") == []
    push_tasks(studio, project, [task("d1"), task("d2")])
    exported(studio, project, tmp_path / "two.json")
    lines = (tmp_path / "two.json").read_bytes().split(b"\n")
    assert [lines[0], *lines[3:]] == [b"[", b"]", b""]
    assert json.loads(lines[1].removesuffix(b","))["data"]["doc_id"] == "d1"
    assert json.loads(lines[2])["data"]["doc_id"] == "d2"


def test_an_export_leaves_no_snapshot_on_the_server(
    studio: Server, project: int, tmp_path: Path
) -> None:
    push_tasks(studio, project, [task("d1")])
    exported(studio, project, tmp_path / "out.json")
    assert studio.client().projects.exports.list(project) == []
    assert list((studio.folder / "media" / "export" / str(project)).rglob("*.json")) == []


def test_a_failed_export_leaves_the_old_file_and_nothing_else(
    studio: Server, project: int, tmp_path: Path
) -> None:
    push_tasks(studio, project, [task("d1")])
    path = tmp_path / "out.json"
    path.write_text("old")
    with pytest.raises(StudioError, match="refused an export of project 999999"):
        exported(studio, 999_999, path)
    assert [file.name for file in tmp_path.iterdir()] == ["out.json"]
    assert path.read_text() == "old"

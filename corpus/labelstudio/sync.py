"""Tasks, pre-annotations and annotations to a project: what is missing is added, once.

Every step looks first at what is there, so that it can be repeated after any interruption. A text
is never changed under labels: their offsets would keep pointing into the old one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from corpus.errors import StudioError
from corpus.labelstudio.config import TEXT
from corpus.labelstudio.server import PAGE, Server, asking

Progress = Callable[[int, int], None]
Json = dict[str, Any]

BATCH = 250
CONFLICT = 409
"""Answers a second annotation with the same unique_id."""
GONE = 404
LABELS = ("completed_by", "was_cancelled", "result")
"""What makes two annotations the same work."""
MADE_WITH = ("schema_version", "guideline_version")
"""What a task says of the labels in it: not changed once there are any."""


class Task(msgspec.Struct, frozen=True):
    """A task as the server has it; `worked` is set where it has annotations or drafts."""

    id: int
    data: Json
    worked: bool


def no_progress(done: int, total: int) -> None:
    """Show nothing."""


def known_tasks(server: Server, project: int) -> dict[str, Task]:
    """Return the project's tasks by document; tasks that are not the tool's have none.

    A document that two pushes from two machines brought twice is there once afterwards: the task
    with work in it stays, else the older. StudioError if both hold work, and not the same.
    """
    found: dict[str, list[Task]] = {}
    with asking(server, f"a list of the tasks of project {project}"):
        # `drafts` holds those of the account that asks, `draft_exists` speaks of everybody's.
        include = "id,data,total_annotations,cancelled_annotations,draft_exists"
        query = {"include": include, "fields": "all", "page_size": PAGE}
        there: list[Any] = list(server.client().tasks.list(project=project, **query))
    for task in {task.id: task for task in there}.values():  # pages shift while others work
        if doc_id := task.data.get("doc_id"):
            work = (task.total_annotations, task.cancelled_annotations, task.draft_exists)
            found.setdefault(doc_id, []).append(Task(int(task.id), task.data, any(work)))
    return {doc_id: _one(server, doc_id, tasks) for doc_id, tasks in found.items()}


def _one(server: Server, doc_id: str, tasks: list[Task]) -> Task:
    kept, *others = sorted(tasks, key=lambda task: (not task.worked, task.id))
    for other in others:
        if other.worked and not _same_labels(server, kept, other):
            raise StudioError(
                f"Label Studio at {server.url}: document {doc_id!r} is there twice, with labels "
                f"in both (tasks {kept.id} and {other.id}): delete one of them"
            )
        _delete_task(server, other)
    return kept


def _same_labels(server: Server, kept: Task, other: Task) -> bool:
    """Say whether all that is in the other task came with it, as it came with the kept one."""
    with asking(server, f"tasks {kept.id} and {other.id}"):
        tasks: list[Any] = [server.client().tasks.get(str(task.id)) for task in (kept, other)]
    there, spare = ([[a[key] for key in LABELS] for a in task.annotations] for task in tasks)
    return not tasks[1].draft_exists and all(annotation in there for annotation in spare)


def _delete_task(server: Server, task: Task) -> None:
    from label_studio_sdk.core.api_error import ApiError

    with asking(server, f"to delete task {task.id}"):
        try:
            server.client().tasks.delete(str(task.id))
        except ApiError as error:
            if error.status_code != GONE:  # another push may have deleted it
                raise


def push_tasks(
    server: Server, project: int, tasks: Sequence[Json], progress: Progress = no_progress
) -> dict[str, int]:
    """Import the tasks whose document is new, and return the task id of every document.

    Args:
        server: a running one.
        project: id of a project.
        tasks: `{"data": {"doc_id", "text", "text_sha256", …}, "predictions": […]}`; pre-annotations
            travel with new tasks only.
        progress: gets the number of new tasks imported so far, and their total.
    """
    known = known_tasks(server, project)
    require_same_texts(server, known, tasks)
    known = import_new(server, project, known, tasks, progress)
    return {task["data"]["doc_id"]: known[task["data"]["doc_id"]].id for task in tasks}


def require_same_texts(server: Server, known: Mapping[str, Task], tasks: Sequence[Json]) -> None:
    """Raise StudioError if a text is not to be pushed.

    A document is given twice, its task holds another text under work, or a new one cannot be kept.
    """
    seen: set[str] = set()
    for task in tasks:
        doc_id, text = task["data"]["doc_id"], task["data"][TEXT]
        if doc_id in seen:
            raise StudioError(f"document {doc_id!r} is given twice: a document is one task")
        seen.add(doc_id)
        there = known.get(doc_id)
        if there is None and "\0" in (text or ""):
            raise StudioError(
                f"document {doc_id!r} holds a NUL character (the {text.index(chr(0)) + 1}th), which"
                " PostgreSQL cannot keep: take it out of the seed before anybody annotates it"
            )
        if there is not None and there.worked and there.data.get(TEXT) != text:
            raise StudioError(
                f"Label Studio at {server.url}: task {there.id} holds another text of document "
                f"{doc_id!r}, with labels in it: a text must not change under its labels; restore "
                "the seed, or enter the new text as a new document"
            )


def import_new(
    server: Server,
    project: int,
    known: dict[str, Task],
    tasks: Sequence[Json],
    progress: Progress = no_progress,
) -> dict[str, Task]:
    """Import the tasks whose document is new; return all tasks by document."""
    new = [task for task in tasks if task["data"]["doc_id"] not in known]
    for start in range(0, len(new), BATCH):
        batch: Any = new[start : start + BATCH]  # the SDK takes dicts, its types do not
        with asking(server, f"tasks for project {project}"):
            server.client().projects.import_tasks(project, request=batch)
        progress(start + len(batch), len(new))
    return known_tasks(server, project) if new else known


def update_tasks(server: Server, known: Mapping[str, Task], tasks: Sequence[Json]) -> int:
    """Bring the data of known tasks up to date, and return how many needed it.

    Under labels the text stays, as do the versions with which they were made.
    """
    number = 0
    for task in tasks:
        there = known.get(task["data"]["doc_id"])
        if there is None:
            continue
        data = task["data"]
        if there.worked:
            data = data | {key: there.data[key] for key in MADE_WITH if key in there.data}
        if data != there.data:
            with asking(server, f"an update of task {there.id}"):
                server.client().tasks.update(str(there.id), data=data)
            number += 1
    return number


def set_versions(server: Server, task: Task, schema: str, guidelines: str) -> None:
    """Say in a task with which versions the labels were made that are about to come into it."""
    versions = dict(zip(MADE_WITH, (schema, guidelines), strict=True))
    if versions.items() <= task.data.items():
        return
    with asking(server, f"an update of task {task.id}"):
        server.client().tasks.update(str(task.id), data=task.data | versions)


def update_predictions(
    server: Server, project: int, known: Mapping[str, Task], tasks: Sequence[Json]
) -> int:
    """Replace the tool's own pre-annotations where nobody has begun; return how many changed.

    Whose they are stands in `model_version`, which begins with "corpus ".
    """
    there = _own_predictions(server, project)
    number = 0
    for task in tasks:
        known_task = known.get(task["data"]["doc_id"])
        if known_task is None or known_task.worked:
            continue
        wanted, found = task.get("predictions", []), there.get(known_task.id, [])
        if [p["model_version"] for p in wanted] != [p.model_version for p in found]:
            replace_predictions(server, known_task.id, found, wanted)
            number += 1
    return number


def _own_predictions(server: Server, project: int) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    with asking(server, f"the predictions of project {project}"):
        there: list[Any] = server.client().predictions.list(project=project)
    for prediction in there:
        if str(prediction.model_version).startswith("corpus "):
            found.setdefault(prediction.task, []).append(prediction)
    return found


def replace_predictions(server: Server, task: int, old: list[Any], new: list[Json]) -> None:
    """Give a task these predictions in the place of those."""
    predictions = server.client().predictions
    with asking(server, f"a pre-annotation of task {task}"):
        for prediction in old:
            predictions.delete(prediction.id)
        for prediction in new:
            predictions.create(task=task, **prediction)


def push_annotation(
    server: Server, task: int, annotator: str, result: list[Json], unique_id: str
) -> bool:
    """Post one annotation as the annotator's; say False if the server has its unique_id already."""
    from label_studio_sdk.core.api_error import ApiError

    by = server.user(annotator)
    with asking(server, f"an annotation of task {task}"):
        try:
            server.client().annotations.create(
                task, result=result, unique_id=unique_id, ground_truth=False, completed_by=by
            )
        except ApiError as error:
            if error.status_code != CONFLICT:
                raise
            return False
    return True


def replace_result(
    server: Server, annotation: int, result: list[Json], expected: list[Json]
) -> bool:
    """Give an annotation another result; say False if it holds not the expected one any more.

    Whose it is, and its other fields, stay.
    """
    annotations = server.client().annotations
    with asking(server, f"an update of annotation {annotation}"):
        if annotations.get(annotation).result != expected:
            return False
        annotations.update(annotation, result=result)
    return True

"""Projects, tasks, annotations and exports of a running Label Studio, through its SDK.

Texts on the server are never changed, only added: an annotation's offsets would keep pointing into
the old text. An account's name and e-mail become a pseudonym before anything is written to disk.
"""

import json
import os
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from corpus.errors import StudioError
from corpus.labelstudio.server import Server

if TYPE_CHECKING:
    from label_studio_sdk.core.api_error import ApiError

Progress = Callable[[int, int], None]

BATCH = 250
PAGE = 500
PERSONAL = {"annotators", "comment_authors", "reviewers", "user", "username", "created_username"}
PERSONAL |= {"created_by", "updated_by", "last_created_by", "email", "first_name", "last_name"}
VERBATIM = {"data", "meta", "result"}
WITH_USERS: Any = {"annotations__completed_by": {"only_id": False}, "drafts": {"only_id": False}}
CONFLICT = 409
"""Answers a second annotation with the same unique_id."""


def no_progress(done: int, total: int) -> None:
    """Show nothing."""


def open_project(server: Server, title: str, config: str) -> int:
    """Return the id of the project with this title, made with this labelling config if missing."""
    client, fields = server.client(), "id,title,label_config"
    with _asking(server, "a list of projects"):
        there: list[Any] = list(client.projects.list(include=fields, page_size=PAGE))
    found = [project for project in there if project.title == title.strip()]
    if len(found) > 1:
        ids = " and ".join(str(project.id) for project in found)
        raise StudioError(
            f"Label Studio at {server.url} has {len(found)} projects {title!r} (ids {ids}): "
            "rename or delete all but one"
        )
    if found:
        _require_config(server, found[0], config)
        return int(found[0].id)
    with _asking(server, f"project {title!r}"):
        made: Any = client.projects.create(title=title, label_config=config)
    return int(made.id)


def _require_config(server: Server, project: Any, config: str) -> None:
    theirs = project.label_config
    if _canonical(theirs) == _canonical(config):
        return
    number, found, expected = _first_difference(theirs, config)
    raise StudioError(
        f"Label Studio project {project.title!r} (id {project.id}) at {server.url}: its "
        f"labelling config was changed by hand, or the schema since (line {number}: found "
        f"{found!r}, expected {expected!r}); put the schema's config back under Settings, "
        "Labeling Interface, or take a new project title"
    )


def _canonical(config: str) -> str:
    """Return the config without what means nothing: the order of attributes, blanks, comments."""
    try:
        return ElementTree.canonicalize(config, strip_text=True)
    except ElementTree.ParseError:
        return config.strip()


def _first_difference(theirs: str, ours: str) -> tuple[int, str, str]:
    pairs = zip_longest(theirs.strip().splitlines(), ours.strip().splitlines(), fillvalue="")
    for number, (found, expected) in enumerate(pairs, start=1):
        if found.strip() != expected.strip():
            return number, found.strip(), expected.strip()
    return 1, theirs, ours


def push_tasks(
    server: Server,
    project: int,
    tasks: Sequence[dict[str, Any]],
    progress: Progress = no_progress,
) -> dict[str, int]:
    """Import the tasks whose document is new, and return the task id of every document.

    Args:
        server: a running one.
        project: id of a project of `open_project`.
        tasks: `{"data": {"doc_id", "text", "text_sha256", …}, "predictions": […]}`; pre-annotations
            travel with new tasks only.
        progress: gets the number of new tasks imported so far, and their total.
    """
    _require_distinct(tasks)
    known = _known_tasks(server, project)
    for task in tasks:
        _require_same_text(server, known, task["data"])
    new = [task for task in tasks if task["data"]["doc_id"] not in known]
    for start in range(0, len(new), BATCH):
        batch: Any = new[start : start + BATCH]  # the SDK takes dicts, its types do not
        with _asking(server, f"tasks for project {project}"):
            server.client().projects.import_tasks(project, request=batch)
        progress(start + len(batch), len(new))
    if new:
        known = _known_tasks(server, project)
    return {task["data"]["doc_id"]: known[task["data"]["doc_id"]].id for task in tasks}


def _require_distinct(tasks: Sequence[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for task in tasks:
        doc_id = task["data"]["doc_id"]
        if doc_id in seen:
            raise StudioError(f"document {doc_id!r} is given twice: a document is one task")
        seen.add(doc_id)


def _known_tasks(server: Server, project: int) -> dict[str, Any]:
    """Return the project's tasks by document; tasks that are not the tool's have none."""
    query = {"include": "id,data", "fields": "task_only", "page_size": PAGE}
    known: dict[str, Any] = {}
    with _asking(server, f"a list of the tasks of project {project}"):
        tasks: list[Any] = list(server.client().tasks.list(project=project, **query))
    for task in tasks:
        doc_id = task.data.get("doc_id")
        if doc_id in known:
            raise StudioError(
                f"Label Studio at {server.url}, project {project}: document {doc_id!r} is there "
                f"twice (tasks {known[doc_id].id} and {task.id}): delete the one without work"
            )
        if doc_id is not None:
            known[doc_id] = task
    return known


def _require_same_text(server: Server, known: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    task = known.get(data["doc_id"])
    if task is not None and task.data.get("text_sha256") != data["text_sha256"]:
        raise StudioError(
            f"Label Studio at {server.url}: task {task.id} holds another text of document "
            f"{data['doc_id']!r} (text_sha256 {task.data.get('text_sha256')!r}, expected "
            f"{data['text_sha256']!r}): a text must not change under its labels; restore the "
            "seed, or enter the new text as a new document"
        )


def push_annotation(
    server: Server, task: int, annotator: str, result: list[dict[str, Any]], unique_id: str
) -> bool:
    """Post one annotation as the annotator; say False if the server has this unique_id already."""
    from label_studio_sdk.core.api_error import ApiError

    annotations = server.client(annotator).annotations
    with _asking(server, f"an annotation of task {task}"):
        try:
            annotations.create(task, result=result, unique_id=unique_id, ground_truth=False)
        except ApiError as error:
            if error.status_code != CONFLICT:
                raise
            return False
    return True


def export_project(server: Server, project: int, path: Path, people: Mapping[str, str]) -> None:
    """Write the project as a Label Studio JSON export, one task a line, under pseudonyms.

    Args:
        server: a running one.
        project: id of a project of `open_project`.
        path: written whole or not at all.
        people: e-mail of an account -> pseudonym; any other account becomes `unknown-<n>`.
    """
    with _snapshot(server, project) as download, _whole(path) as part:
        _write_tasks(part, download, _names(people))


@contextmanager
def _snapshot(server: Server, project: int) -> Iterator[Iterator[dict[str, Any]]]:
    """Yield the tasks of a fresh snapshot, which is deleted from the server afterwards."""
    exports = server.client().projects.exports
    with _asking(server, f"an export of project {project}"):
        made: Any = exports.create(project, title="corpus", serialization_options=WITH_USERS)
    try:
        if made.status != "completed":
            raise StudioError(
                f"Label Studio at {server.url} could not export project {project} "
                f"(status {made.status!r}); see {server.log}"
            )
        with closing(_download(server, project, made.id)) as tasks:
            yield tasks
    finally:
        with suppress(StudioError), _asking(server, f"to delete export {made.id}"):
            exports.delete(project, made.id)


def _download(server: Server, project: int, export: int) -> Generator[dict[str, Any], None, None]:
    """Stream the snapshot's tasks; drop the file that the server keeps even after a DELETE."""
    ijson = import_module("ijson")
    raw = server.client().projects.exports.with_raw_response
    kept = server.folder / "media" / "export" / str(project)
    with (
        _asking(server, f"the export of project {project}"),
        raw.download(project, export, export_type="JSON") as answer,
    ):
        try:
            yield from ijson.items(ijson.from_iter(answer.data), "item", use_float=True)
        except ijson.JSONError as error:
            raise server.stopped(error) from None
        finally:
            (kept / Path(answer.headers.get("filename", "none")).name).unlink(missing_ok=True)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Yield a file beside `path` that takes its place at the end, and is gone after a failure."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_tasks(path: Path, tasks: Iterable[dict[str, Any]], name: Callable[[Any], str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        separator = "[\n"
        for task in tasks:
            file.write(separator + json.dumps(_under_pseudonyms(task, name), ensure_ascii=False))
            separator = ",\n"
        file.write("\n]\n" if separator == ",\n" else "[]\n")


def _names(people: Mapping[str, str]) -> Callable[[Any], str]:
    """Return the function from an account, as the server writes it, to a pseudonym."""
    strangers: dict[str, str] = {}

    def name(account: Any) -> str:
        email = str(account["email"] if isinstance(account, dict) else account)
        stranger = f"unknown-{len(strangers) + 1}"
        return people.get(email) or strangers.setdefault(email, stranger)

    return name


def _under_pseudonyms(node: Any, name: Callable[[Any], str]) -> Any:
    """Return the node without its users; `completed_by` (a draft's `user`) is a pseudonym."""
    if isinstance(node, list):
        return [_under_pseudonyms(item, name) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: value if key in VERBATIM else _under_pseudonyms(value, name)
        for key, value in node.items()
        if key not in PERSONAL
    }
    account = node.get("completed_by", node.get("user"))
    return kept if account is None else {**kept, "completed_by": name(account)}


@contextmanager
def _asking(server: Server, what: str) -> Iterator[None]:
    """Turn a refusal, or a request without an answer, into one line that says what became of it."""
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        yield
    except ApiError as error:
        raise StudioError(
            f"Label Studio at {server.url} refused {what} (HTTP {error.status_code}): "
            f"{_words(error)}"
        ) from None
    except httpx.HTTPError as error:
        raise server.stopped(error) from None


def _words(error: "ApiError") -> str:
    """Return what the server says of a refusal, on one line."""
    said = error.body
    if isinstance(said, str):
        said = {"detail": re.sub(r"<[^>]*>", " ", said)}
    faults = said.get("validation_errors") if isinstance(said, dict) else None
    if isinstance(faults, dict):
        words = "; ".join(f"{key}: {' '.join(map(str, value))}" for key, value in faults.items())
    else:
        words = str(said.get("detail", said) if isinstance(said, dict) else said)
    return " ".join(words.split())[:500]

"""A project of Label Studio as its JSON export, streamed to disk under pseudonyms.

An account's name and e-mail become a pseudonym before anything is written.
"""

import json
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from corpus.errors import StudioError
from corpus.labelstudio.server import Server, asking

PERSONAL = {"annotators", "comment_authors", "reviewers", "user", "username", "created_username"}
PERSONAL |= {"created_by", "updated_by", "last_created_by", "email", "first_name", "last_name"}
VERBATIM = {"data", "meta", "result"}
WITH_USERS: Any = {"annotations__completed_by": {"only_id": False}, "drafts": {"only_id": False}}
SNAPSHOT = "corpus"
"""The title of the tool's snapshots; one that was left behind is deleted after an hour."""
LEFT = timedelta(hours=1)


def export_project(server: Server, project: int, path: Path, people: Mapping[str, str]) -> None:
    """Write the project as a Label Studio JSON export, one task a line, under pseudonyms.

    Args:
        server: a running one.
        project: id of a project.
        path: written whole or not at all.
        people: e-mail of an account -> pseudonym; any other account becomes `unknown-<n>`.

    `updated_by` is kept only where it is another person than the maker and the tool.
    """
    with asking(server, "whose the key is"):
        tool = int(server.client().users.whoami().id)
    emails = {id_: email for email, id_ in server.users.items() if id_ != tool}
    with _snapshot(server, project) as download, _whole(path) as part:
        _write_tasks(part, download, _names(people, emails))


@contextmanager
def _snapshot(server: Server, project: int) -> Iterator[Iterator[dict[str, Any]]]:
    """Yield the tasks of a fresh snapshot, which is deleted from the server afterwards."""
    exports = server.client().projects.exports
    with asking(server, f"an export of project {project}"):
        made: Any = exports.create(project, title=SNAPSHOT, serialization_options=WITH_USERS)
    try:
        if made.status != "completed":
            raise StudioError(
                f"Label Studio at {server.url} could not export project {project} "
                f"(status {made.status!r}); see {server.log or 'its log'}"
            )
        _delete_left_behind(server, project)
        with closing(_download(server, project, made.id)) as tasks:
            yield tasks
    finally:
        with suppress(StudioError), asking(server, f"to delete export {made.id}"):
            exports.delete(project, made.id)


def _download(server: Server, project: int, export: int) -> Generator[dict[str, Any], None, None]:
    """Stream the snapshot's tasks; drop the file that the server keeps even after a DELETE."""
    ijson = import_module("ijson")
    raw = server.client().projects.exports.with_raw_response
    with (
        asking(server, f"the export of project {project}"),
        raw.download(project, export, export_type="JSON") as answer,
    ):
        try:
            yield from ijson.items(ijson.from_iter(answer.data), "item", use_float=True)
        except ijson.JSONError as error:
            raise server.stopped(error) from None
        finally:
            _drop(server, project, answer.headers.get("filename", "none"))


def _drop(server: Server, project: int, name: str) -> None:
    """Remove a snapshot's file from a server of our own: it outlives the snapshot."""
    if server.folder is not None:
        path = server.folder / "media" / "export" / str(project) / Path(name).name
        path.unlink(missing_ok=True)


def _delete_left_behind(server: Server, project: int) -> None:
    """Delete the snapshots of a tool that was killed while it downloaded them."""
    exports = server.client().projects.exports
    with asking(server, f"a list of the exports of project {project}"):
        there: list[Any] = list(exports.list(project))
    for old in there:
        age = datetime.now(UTC) - old.created_at
        if old.title == SNAPSHOT and age > LEFT:
            with asking(server, f"to delete export {old.id}"):
                exports.delete(project, old.id)
    if server.folder is not None:  # their files outlive them
        for path in (server.folder / "media" / "export" / str(project)).glob("*.json"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > LEFT.total_seconds():
                    path.unlink()


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Yield a file beside `path` that takes its place at the end, and is gone after a failure."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    for left in path.parent.glob(f".{path.name}.*.part"):
        if not _lives(int(left.name.split(".")[-2])):  # it was killed
            left.unlink(missing_ok=True)
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise StudioError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    with suppress(PermissionError):  # it is another user's, and so it lives
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True


def _write_tasks(path: Path, tasks: Iterable[dict[str, Any]], name: Callable[[Any], str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        separator = "[\n"
        for task in tasks:
            file.write(separator + json.dumps(_under_pseudonyms(task, name), ensure_ascii=False))
            separator = ",\n"
        file.write("\n]\n" if separator == ",\n" else "[]\n")


def _names(people: Mapping[str, str], emails: Mapping[int, str]) -> Callable[[Any], str]:
    """Return the function from an account, as the server writes it, to a pseudonym.

    It is a dict, an e-mail or an id; of a number in `emails`, who that is, else "".
    """
    known = {email.casefold(): name for email, name in people.items()}
    strangers: dict[str, str] = {}

    def name(account: Any) -> str:
        if isinstance(account, int):
            return name(emails[account]) if account in emails else ""
        email = str(account["email"] if isinstance(account, dict) else account).casefold()
        stranger = f"unknown-{len(strangers) + 1}"
        return known.get(email) or strangers.setdefault(email, stranger)

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
    if account is None:
        return kept
    maker, changer = name(account), name(node.get("updated_by") or 0)
    return kept | {"completed_by": maker} | ({"updated_by": changer} if changer else {})

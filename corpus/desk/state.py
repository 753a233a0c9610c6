"""What this clone remembers of a Label Studio: `.corpus/desk.json`, ignored by git.

Three digests decide what becomes of an annotation: of the file here, of what Label Studio has, and
of what both had when they last agreed. Forgetting it costs nothing but that knowledge: what is
equal is adopted, what differs is a conflict for people. Each server has a memory of its own: what
was agreed with one says nothing of another.
"""

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from corpus.errors import CorpusError
from corpus.store import write_whole

ISOLATED = "desk-isolated.json"
Verdict = Literal["same", "adopt", "take", "send", "conflict"]


class State(msgspec.Struct):
    """agreed: file -> sha256 of what both sides had. since: file -> when it was first submitted.

    name: of its file. earlier: file -> what was agreed before: a file that is put back to it, as by
    git, is no new work, and is not sent over what came after.
    coming: file -> sha256 of what a pull is about to write: what a killed one left is no change.
    makers: unique_id of an annotation -> who made it, which the server forgets with an account.
    projects: title -> id of each project that was found.
    curators: to whom conflicts were brought.
    raw: file -> sha256 of Label Studio's own form of what both sides had, by which it is known
    again when the schema has no words for it any more.
    """

    name: str = "desk.json"
    agreed: dict[str, str] = {}
    earlier: dict[str, list[str]] = {}
    coming: dict[str, str] = {}
    since: dict[str, str] = {}
    makers: dict[str, str] = {}
    projects: dict[str, int] = {}
    curators: list[str] = []
    raw: dict[str, str] = {}

    @property
    def isolated(self) -> bool:
        """Whether it is of several servers, of which not all run all the time."""
        return self.name == ISOLATED

    def verdict(self, file: str, here: str | None, there: str | None) -> Verdict:
        """Say what to do with an annotation, of its digests here and there."""
        pulled = here is not None and here == self.coming.get(file)
        what = decided(here if pulled else self.agreed.get(file), here, there)
        back = there is not None and here in self.earlier.get(file, [])
        return "conflict" if what == "send" and back else what

    def agree(self, file: str, both: str, result: Any = None) -> None:
        """Remember that both sides have this; there as `result`, if that was read."""
        self.raw.pop(file, None)
        if result is not None:
            self.raw[file] = digest_of(result)
        before = [*self.earlier.pop(file, []), self.agreed.get(file)]
        if kept := [d for d in before if d not in (None, both)]:
            self.earlier[file] = [*filter(None, kept)]
        self.agreed[file] = both
        self.coming.pop(file, None)

    def write(self, root: Path) -> None:
        """Keep the state, whole or not at all."""
        path = folder_of(root) / self.name
        sweep(path)
        write_whole(path, msgspec.json.encode(self, order="sorted"))


def folder_of(root: Path) -> Path:
    """Return the folder for all that is this clone's alone."""
    return root / ".corpus"


def sweep(path: Path) -> None:
    """Remove what a killed process left of a file that is written under the lock only."""
    for left in path.parent.glob(f".{path.name}.????????"):
        left.unlink(missing_ok=True)


@contextmanager
def remembered(root: Path, say: Callable[[str], None], name: str = "desk.json") -> Iterator[State]:
    """Yield the state, alone with all of them, and keep it however this ends.

    After a good end there is a file of it in any case: this clone has worked with that server.
    """
    folder = folder_of(root)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")  # passwords and times are nobody else's
    except OSError as error:
        raise CorpusError(f"{folder}: cannot be made: {error.strerror}") from None
    with (folder / "sync.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another push or pull is at work here: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        state = read_state(root, name)
        before = msgspec.json.encode(state)
        try:
            yield state
            if not (folder / name).exists():
                before = b""
        finally:
            if msgspec.json.encode(state) != before:
                state.write(root)


def read_state(root: Path, name: str = "desk.json") -> State:
    """Return what is remembered; nothing, if the file is missing."""
    path = folder_of(root) / name
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State(name)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CorpusError(
            f"{path}: is damaged: delete it (what is equal here and in Label Studio is adopted)"
        ) from None


def decided(agreed: str | None, here: str | None, there: str | None) -> Verdict:
    """Say what to do with an annotation, of its digests: None is one that is not there."""
    if here == there:
        return "same" if agreed == here else "adopt"
    if there is None:
        return "send"
    if here is None or here == agreed:
        return "take"
    return "send" if there == agreed else "conflict"


def digest(data: bytes) -> str:
    """Return the sha256 of a content, in hex."""
    return hashlib.sha256(data).hexdigest()


def digest_of(result: Any) -> str:
    """Return the sha256 of labels in Label Studio's own form."""
    return digest(json.dumps(result, sort_keys=True).encode())


def digest_if(data: bytes | None) -> str | None:
    """Return the sha256 of a content, in hex; None of none."""
    return None if data is None else digest(data)

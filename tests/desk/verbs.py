"""The command as people type it, in a process of its own, and a server that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from corpus.labelstudio.local import Hosting, running
from corpus.labelstudio.server import Server
from corpus.rounds import declare_round
from tests.corpora import TINY_FILE, annotation, canonical, folder, span
from tests.desk.forks import Told, Tool

CORPUS = Path(sys.executable).with_name("corpus")
PEOPLE = """[annotators.ann]
kind = "human"
description = "The first."
email = "ann@corpus.invalid"

[annotators.bo]
kind = "human"
description = "The second."
email = "bo@corpus.invalid"
"""


def silent(remark: str) -> None:
    pass


def started(root: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Start `corpus` on a folder; CI's own LABEL_STUDIO_… and PG… say nothing to it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LABEL_STUDIO", "PG"))}
    return subprocess.Popen(
        [CORPUS, "--root", root, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**kept, **environment},
        start_new_session=True,
    )


def corpus(root: Path, *words: str, **environment: str) -> Told:
    return Tool(root, *words, **environment).end()


def at(server: Server, root: Path, verb: str, url: str = "", key: str = "") -> Tool:
    """Start a verb with --url at this server, or at another address."""
    token = key or server.token
    return Tool(root, verb, "--url", url or server.url, LABEL_STUDIO_API_KEY=token)


def done(told: Told) -> str:
    """Return what a verb said that came to its end."""
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def refused(told: Told) -> str:
    """Return the one line of a verb that could not go on."""
    assert (told.returncode, told.stdout) == (2, ""), (told.stdout, told.stderr)
    lines = told.stderr.splitlines()
    assert len(lines) == 1, told.stderr
    return lines[0].removeprefix("corpus: ")


class Studio:
    """A server of ours over a folder, to be killed and started again."""

    def __init__(self, place: Path) -> None:
        self.place, self.stack, self.port = place, ExitStack(), None
        self.start()

    def start(self) -> None:
        opened = running(self.place, ("ann", "bo"), Hosting(port=self.port), say=silent)
        self.server = self.stack.enter_context(opened)
        self.port = urlsplit(self.server.url).port  # started again, it is where it was

    def kill(self) -> None:
        assert self.server.child is not None
        self.server.child.send_signal(signal.SIGKILL)
        self.server.child.wait()
        self.stack.close()


@contextmanager
def studio_at(place: Path) -> Iterator[Studio]:
    made = Studio(place)
    with ExitStack() as stack:
        stack.callback(lambda: made.stack.close())
        yield made


def desk_folder(
    root: Path,
    texts: dict[str, str],
    labelled: Iterable[str] = (),
    people: tuple[str, ...] = ("ann",),
    schema: str = "tiny",
) -> Path:
    """Make a corpus folder with its round; ann has labelled some texts in files already.

    schema: its name, and so the beginning of the projects' titles.
    """
    files: dict[str, str | bytes] = {"annotations/annotators.toml": PEOPLE}
    files |= {file_of(doc_id): labels(doc_id, texts[doc_id]) for doc_id in labelled}
    folder(root, files, texts)
    named = TINY_FILE.read_text().replace('name = "tiny"', f'name = "{schema}"')
    (root / "schemas" / TINY_FILE.name).write_text(named)
    declare_round(root, people, None)
    return root


def file_of(doc_id: str, annotator: str = "ann") -> str:
    return f"annotations/{doc_id}/{annotator}.json"


def labels(doc_id: str, text: str, spans: int = 1) -> str:
    """Return ann's file of a text: its first words are events."""
    starts, made = 0, []
    for word in text.split(" ")[:spans]:
        made.append(span(starts, starts + len(word), "event", text))
        starts += len(word) + 1
    return canonical(annotation(text, document=doc_id, annotator="ann", spans=made))


def files(root: Path) -> dict[str, bytes]:
    """Return all that is in annotations/."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in (root / "annotations").rglob("*")
        if path.is_file()
    }


def until(true: Callable[[], bool]) -> None:
    for _ in range(60_000):
        if true():
            return
        time.sleep(0.001)
    raise AssertionError("it never came to be")

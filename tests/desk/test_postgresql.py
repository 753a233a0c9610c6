"""Our own Label Studio over a real PostgreSQL server: push, annotate, pull, and its password."""

import secrets
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from corpus.labelstudio.database import database_of
from corpus.labelstudio.local import Hosting, running
from corpus.labelstudio.projects import find_project
from corpus.labelstudio.server import Server
from tests.desk.postgresql import USER, created, serving
from tests.desk.verbs import corpus, desk_folder, done, file_of, files, refused, silent
from tests.labelstudio.studio import client_of

pytestmark = pytest.mark.studio
psutil: Any = import_module("psutil")  # it has no types
TEXTS = {f"d{n}": f"It rained in place {n}, she said. 😀" for n in range(8)}
PASSWORD = secrets.token_urlsafe(12)
SPAN = {"id": "r1", "from_name": "span", "to_name": "text", "type": "labels"}
RESULT = [{**SPAN, "value": {"start": 3, "end": 9, "text": "rained", "labels": ["Event"]}}]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of an empty database, without the password."""
    with serving(PASSWORD) as port:
        created(port, PASSWORD, "desk")
        yield f"postgresql://{USER}@127.0.0.1:{port}/desk"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return desk_folder(tmp_path_factory.mktemp("postgresql") / "own", TEXTS, ["d0", "d1"])


@pytest.fixture(scope="module")
def pushed(root: Path, url: str) -> str:
    """What the first push said, which made the tables and ended its server again."""
    return done(corpus(root, "push", "--database", url, PGPASSWORD=PASSWORD))


@pytest.fixture(scope="module")
def server(root: Path, url: str, pushed: str) -> Iterator[Server]:
    """Our server over that database, as `corpus annotate --database` has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", PASSWORD)
        hosting = Hosting(database=database_of(url))
        with running(root / ".corpus" / "studio", ("ann",), hosting, say=silent) as made:
            yield made


def test_texts_and_labels_come_and_labels_go(
    server: Server, root: Path, url: str, pushed: str
) -> None:
    assert pushed == "1 project(s) made, 8 text(s) brought, 2 annotation(s) sent"
    project = find_project(server, "tiny · main · ann")
    assert project is not None
    client = client_of(server, "ann")
    for task in client.tasks.list(project=project.id, fields="all"):
        if task.data["doc_id"] not in ("d0", "d1", "d2"):
            client.annotations.create(task.id, result=RESULT)
    again, pull = (corpus(root, verb, "--database", url) for verb in ("push", "pull"))
    assert done(again) == "nothing to push: all is there"
    assert sorted(done(pull).split(", ")) == ["1 not begun", "2 unchanged", "5 written"]
    assert {name for name in files(root) if name.endswith(".json")} == {
        file_of(f"d{n}") for n in (0, 1, 3, 4, 5, 6, 7)
    }
    assert b'"start": 3, "end": 9, "text": "rained"' in files(root)[file_of("d7")]
    assert not list((root / ".corpus" / "studio").glob("*.sqlite3"))


def test_a_second_clone_takes_nobodys_password_away(
    server: Server, url: str, tmp_path: Path
) -> None:
    other = desk_folder(tmp_path / "clone", TEXTS)
    told = corpus(other, "push", "--database", url, PGPASSWORD=PASSWORD)
    line = told.stderr.splitlines()[-1]
    assert told.returncode == 2
    assert "database desk has the accounts of another clone: copy credentials.json" in line
    assert client_of(server, "ann").users.whoami().email == server.emails["ann"]


def test_the_password_is_in_the_environment_of_the_server_alone(
    server: Server, root: Path, url: str
) -> None:
    assert server.child is not None
    environment = (Path("/proc") / str(server.child.pid) / "environ").read_bytes()
    assert PASSWORD.encode() in environment
    assert (Path("/proc") / str(server.child.pid) / "environ").stat().st_mode & 0o077 == 0
    lines = [" ".join(p.info["cmdline"] or ()) for p in psutil.process_iter(["cmdline"])]
    assert any("corpus.labelstudio._serve" in line for line in lines)
    assert [line for line in lines if PASSWORD in line] == []
    held = [path for path in root.rglob("*") if path.is_file()]
    assert server.log in held
    assert [path for path in held if PASSWORD.encode() in path.read_bytes()] == []
    assert PASSWORD not in repr(server)


def test_a_text_with_a_nul_character_is_refused_in_one_clear_line(
    server: Server, tmp_path: Path, root: Path, url: str
) -> None:
    texts = {"plain": "It rained.", "nul": "It \0rained."}
    other = desk_folder(tmp_path / "own", texts, schema="nul")
    (other / ".corpus").symlink_to(root / ".corpus")
    line = refused(corpus(other, "push", "--database", url))
    assert line == (
        "document 'nul' holds a NUL character (the 4th), which PostgreSQL cannot keep: take it out"
        " of the seed before anybody annotates it"
    )


def test_a_password_on_the_command_line_is_refused_without_showing_it(root: Path, url: str) -> None:
    told = corpus(root, "push", "--database", url.replace("@", f":{PASSWORD}@"))
    assert refused(told) == (
        "--database: a password on the command line can be read by everybody on this machine:"
        " put it into PGPASSWORD, ~/.pgpass or CORPUS_DATABASE"
    )


def test_a_wrong_password_is_told_in_one_line(tmp_path: Path, url: str) -> None:
    root = desk_folder(tmp_path / "own", TEXTS)
    told = corpus(root, "push", "--database", url, PGPASSWORD="wrong-and-secret")
    first, *_, line = told.stderr.splitlines()  # between them, that a slow machine takes long
    assert first.startswith("starting Label Studio")
    assert line.startswith("corpus: Label Studio stopped while starting (exit 1): django.db.utils.")
    assert 'password authentication failed for user "corpus"; see ' in line
    assert "wrong-and-secret" not in told.stderr
    assert "wrong-and-secret" not in (root / ".corpus" / "studio" / "server.log").read_text()

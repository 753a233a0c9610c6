"""The server itself: where it listens, what it keeps secret, and that it never stays behind."""

import fcntl
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from corpus.errors import StudioError
from corpus.labelstudio import _serve, local
from corpus.labelstudio.download import export_project
from corpus.labelstudio.local import Hosting, running
from corpus.labelstudio.server import Server
from corpus.labelstudio.sync import push_tasks
from tests.labelstudio.studio import client_of, project_of

pytestmark = pytest.mark.studio
psutil: Any = import_module("psutil")  # it has no types

CONFIG = """<View>
  <Labels name="span" toName="text"><Label value="Event"/></Labels>
  <Text name="text" value="$text"/>
</View>"""
HERE = ("", "127.0.0.1", "localhost")
PARENT = """
import sys
from pathlib import Path
from corpus.labelstudio.local import running
with running(Path(sys.argv[1]), say=lambda remark: print(remark, flush=True)):
    sys.stdin.read()
"""


def silent(remark: str) -> None:
    pass


def secrets_of(server: Server) -> list[str]:
    known = json.loads((server.folder / "credentials.json").read_text())
    accounts = [known["admin"], *known["people"].values()]
    return [account[kind] for account in accounts for kind in ("password", "token")]


@contextmanager
def logged_in(server: Server, name: str) -> Iterator[httpx.Client]:
    """Yield a browser's session, entered through the login page with the kept password."""
    account = json.loads((server.folder / "credentials.json").read_text())["people"][name]
    with httpx.Client(base_url=server.url, trust_env=False, follow_redirects=True) as browser:
        browser.get("/user/login/")
        form = {
            "email": account["email"],
            "password": account["password"],
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        browser.post("/user/login/", data=form, headers={"Referer": server.url})
        yield browser


class Loaded(HTMLParser):
    """The addresses that a page loads by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.addresses += [v for k, v in attrs if k in ("src", "href", "data", "srcset") and v]


class Parent:
    """A process that runs Label Studio and is going to be stopped the hard way."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            text=True,
        )

    def child_after(self, words: str) -> Any:
        assert self.process.stdout is not None
        for remark in self.process.stdout:
            if words in remark:
                [child] = psutil.Process(self.process.pid).children()
                return child
        raise AssertionError(f"the parent never said {words!r}")

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Parent]:
    started = Parent(tmp_path / "new")
    yield started
    started.close()


def is_gone(process: Any) -> bool:
    """Say whether it ends within seconds (a container's first process may leave it a zombie)."""
    for _ in range(100):
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            process.wait(0.1)
            return True
        except psutil.NoSuchProcess:
            return True
        except psutil.TimeoutExpired:
            continue
    return False


def test_it_listens_on_loopback_only(studio: Server) -> None:
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(studio.child.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def test_the_folder_and_all_that_is_in_it_are_the_owners_alone(studio: Server) -> None:
    assert stat.S_IMODE(studio.folder.stat().st_mode) == 0o700
    files = [path for path in studio.folder.rglob("*") if path.is_file()]
    assert {(studio.folder / "credentials.json"), studio.log} < set(files)
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in files} == {0}
    assert stat.S_IMODE((studio.folder / "credentials.json").stat().st_mode) == 0o600


def test_no_password_or_token_shows_anywhere_else(studio: Server) -> None:
    process = Path("/proc") / str(studio.child.pid)
    shown = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    shown += studio.log.read_bytes() + repr(studio).encode()
    assert studio.url.encode() in shown
    assert [secret for secret in secrets_of(studio) if secret.encode() in shown] == []


def test_what_it_writes_for_a_moment_stays_in_its_folder_and_does_not_pile_up(
    studio: Server, used_folder: Path
) -> None:
    environ = (Path("/proc") / str(studio.child.pid) / "environ").read_bytes().split(b"\0")
    assert f"TMPDIR={studio.folder / 'tmp'}".encode() in environ
    (used_folder / "tmp").mkdir()
    (used_folder / "tmp" / "left.json").touch()
    with running(used_folder, say=silent) as server:
        assert not (server.folder / "tmp" / "left.json").exists()


def test_a_stranger_cannot_sign_up(studio: Server) -> None:
    with httpx.Client(base_url=studio.url, trust_env=False) as stranger:
        stranger.get("/user/signup/")
        form = {
            "email": "stranger@example.org",
            "password": "a-long-password",
            "csrfmiddlewaretoken": stranger.cookies["csrftoken"],
        }
        answer = stranger.post("/user/signup/", data=form, headers={"Referer": studio.url})
    assert answer.status_code == 403
    emails = [user.email for user in studio.client().users.list()]
    assert sorted(emails) == ["admin@tool.invalid", *sorted(studio.emails.values())]


def test_a_request_under_another_host_name_is_refused(studio: Server) -> None:
    answer = httpx.get(f"{studio.url}/version", headers={"Host": "evil.example"}, trust_env=False)
    assert answer.status_code == 400


def test_another_site_may_not_read_answers(studio: Server) -> None:
    headers = {"Origin": "https://evil.example", "Authorization": f"Token {studio.token}"}
    answer = studio.connections.get(f"{studio.url}/api/projects/", headers=headers)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_no_page_loads_anything_from_another_host(studio: Server) -> None:
    project = project_of(studio, "pages", CONFIG)
    data = {"doc_id": "d1", "text": "It rained.", "text_sha256": "1"}
    task = push_tasks(studio, project, [{"data": data}])["d1"]
    with logged_in(studio, "ann") as browser:
        places = ["/projects/", f"/projects/{project}/data?task={task}", "/user/account/"]
        pages = [browser.get(place) for place in places]
    pages.append(httpx.get(f"{studio.url}/user/login/", trust_env=False))
    for page in pages:
        assert page.status_code == 200
        addresses = Loaded(page.text).addresses
        assert addresses
        assert [a for a in addresses if (urlsplit(a).hostname or "") not in HERE] == []
    assert "/user/login" not in str(pages[1].url)
    assert "collect_analytics: false" in pages[1].text


def test_the_server_process_may_connect_to_this_machine_only() -> None:
    program = (
        "import socket, sys; from corpus.labelstudio._serve import stay_local;"
        "sys.addaudithook(stay_local);"
        "socket.getaddrinfo('localhost', 80);"
        "socket.create_connection((sys.argv[1], 80), timeout=1)"
    )
    for host in ("192.0.2.1", "outside.invalid"):
        done = subprocess.run(
            [sys.executable, "-c", program, host],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "this Label Studio asks nothing of other machines" in done.stderr


@pytest.fixture
def kept(studio: Server) -> int:
    return project_of(studio, "kept", CONFIG)


def test_a_used_folder_keeps_accounts_and_projects_and_takes_new_people(
    kept: int, used_folder: Path
) -> None:
    known = json.loads((used_folder / "credentials.json").read_text())
    with running(used_folder, ("bo", "cy"), say=silent) as server:
        after = json.loads((server.folder / "credentials.json").read_text())
        assert after["admin"] == known["admin"]
        assert list(after["people"]) == ["ann", "bo", "cy"]
        assert {name: after["people"][name] for name in known["people"]} == known["people"]
        assert client_of(server, "cy").users.whoami().email == server.emails["cy"]
        assert project_of(server, "kept", CONFIG) == kept
    assert not server.alive()


def test_a_server_that_dies_is_told_in_one_line(used_folder: Path) -> None:
    with running(used_folder, say=silent) as server:
        server.child.kill()
        with pytest.raises(StudioError) as told:
            project_of(server, "dying", CONFIG)
        with pytest.raises(StudioError, match="stopped answering"):
            export_project(server, 1, used_folder / "out.json", {})
    assert "\n" not in str(told.value)
    assert str(told.value).startswith(f"Label Studio at {server.url} stopped answering (exit -9): ")
    assert str(told.value).endswith(f"; see {server.log}")


def test_an_answer_that_breaks_off_is_told_in_one_line(studio: Server) -> None:
    told = studio.stopped(ValueError("premature end\n  ^ here"))
    words = "gave no whole answer (ValueError: premature end ^ here)"
    assert str(told) == f"Label Studio at {studio.url} {words}; see {studio.log}"


def test_a_server_that_dies_while_starting_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "label_studio.sqlite3").write_text("no database " * 100)
    with pytest.raises(StudioError) as told, running(tmp_path, say=silent):
        pass
    assert str(told.value) == (
        "Label Studio stopped while starting (exit 1): django.db.utils.DatabaseError: "
        f"file is not a database; see {tmp_path / 'server.log'}"
    )


@pytest.mark.parametrize("stop", ["SIGKILL", "SIGTERM", "SIGHUP", "SIGINT"])
def test_no_server_stays_behind_when_the_parent_is_stopped_during_start(
    parent: Parent, stop: str
) -> None:
    child = parent.child_after("starting Label Studio")
    parent.process.send_signal(signal.Signals[stop])
    assert is_gone(child)


def test_no_server_stays_behind_when_the_parent_is_killed_in_service(used_folder: Path) -> None:
    parent = Parent(used_folder)
    child = parent.child_after("Label Studio runs at")
    parent.close()
    assert is_gone(child)


def test_a_port_in_use_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = f"port {port} on 127.0.0.1 is in use: choose another with --port"
        with (
            pytest.raises(StudioError, match=words),
            running(tmp_path / "new", hosting=Hosting(port=port), say=silent),
        ):
            pass
    assert not (tmp_path / "new").exists()


def test_a_folder_in_use_is_refused(studio: Server) -> None:
    with pytest.raises(StudioError) as told, running(studio.folder, say=silent):
        pass
    assert str(told.value) == (
        f"{studio.folder} is in use by another running Label Studio at {studio.url}"
    )


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StudioError) as told, running(tmp_path / "file" / "new", say=silent):
        pass
    place = tmp_path / "file" / "new"
    assert str(told.value) == f"{place} cannot hold Label Studio's data: Not a directory"


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (("ann lee",), "^'ann lee' cannot be a pseudonym: small letters and digits, joined by"),
        (("ann", "Bo"), "^'Bo' cannot be a pseudonym: small letters and digits, joined by"),
    ],
)
def test_a_pseudonym_must_do_as_an_address(
    tmp_path: Path, people: tuple[str, ...], words: str
) -> None:
    with pytest.raises(StudioError, match=words), running(tmp_path / "new", people, say=silent):
        pass
    assert not (tmp_path / "new").exists()


def test_damaged_credentials_are_refused_without_quoting_them(tmp_path: Path) -> None:
    (tmp_path / "credentials.json").write_text('{"admin": {"email": "a", "password": "hidden"}}')
    with pytest.raises(StudioError) as told, running(tmp_path, say=silent):
        pass
    assert "credentials.json is damaged: delete it" in str(told.value)
    assert "hidden" not in str(told.value)


def test_a_missing_label_studio_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "label_studio", None)
    with pytest.raises(StudioError) as told, running(tmp_path, say=silent):
        pass
    assert str(told.value) == "Label Studio is not installed: pip install 'hedgerow[studio]'"


def test_a_new_folder_starts_from_the_database_that_the_first_start_left(
    studio: Server, tmp_path: Path
) -> None:
    template = local._template(tmp_path)
    assert stat.S_IMODE(template.stat().st_mode) == 0o600
    with closing(sqlite3.connect(template)) as kept:
        assert kept.execute("select count(*) from htx_user").fetchone() == (0,)
    remarks: list[str] = []
    with running(tmp_path / "new", ("cy",), say=remarks.append) as other:
        assert client_of(other, "cy").users.whoami().email == other.emails["cy"]
    assert remarks[0] == "starting Label Studio"


def test_a_damaged_template_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "template").write_bytes(b"SQLite format 3\0 but cut off")
    assert not _serve.copied(tmp_path / "template", tmp_path / "database")
    assert not _serve.copied(tmp_path / "missing", tmp_path / "database")
    assert [path.name for path in tmp_path.iterdir()] == ["template"]


def test_of_two_first_starts_one_makes_the_template_and_the_other_waits(tmp_path: Path) -> None:
    template = tmp_path / "cache" / "template.sqlite3"
    with (
        _serve.alone(template),
        template.with_suffix(".lock").open() as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    (tmp_path / "file").touch()
    with _serve.alone(tmp_path / "file" / "template.sqlite3"):
        pass  # no template can be kept there

"""The annotators' page as `corpus annotate` serves it: for all at one server, or for each alone."""

import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.desk.verbs import corpus, desk_folder, done, refused, started

pytestmark = pytest.mark.studio
psutil: Any = import_module("psutil")  # it has no types
TEXTS = {"d1": "It rained.", "d2": "She said it rained again."}
SPAN = {
    "id": "r1",
    "from_name": "span",
    "to_name": "text",
    "type": "labels",
    "value": {"start": 3, "end": 9, "text": "rained", "labels": ["Event"]},
}
SECRET = "only bo may read this"
REMARK = {
    **SPAN,
    "from_name": "remark",
    "type": "textarea",
    "value": {"start": 3, "end": 9, "text": [SECRET]},
}
PAGE = re.compile(
    r"(\w+): (http://127\.0\.0\.1:\d+)/projects/(\d+)/data(\S*)\n    log in as (\S+)\n"
)


class Annotating:
    """A `corpus annotate` that serves; `pages` is name -> (address, project, e-mail)."""

    def __init__(self, root: Path, *words: str) -> None:
        self.root, self.said = root, ""
        self.process = started(root, "annotate", "--no-browser", *words)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C stops" in line:
                break
        found = PAGE.findall(self.said)
        self.pages = {name: (url, int(project), email) for name, url, project, _, email in found}

    def stop(self) -> subprocess.CompletedProcess[str]:
        """Press Ctrl-C; return what was said from first to last."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=60)
        return subprocess.CompletedProcess([], self.process.returncode, self.said + out, err)

    def api(self, name: str) -> httpx.Client:
        """Return somebody's connection, with their token."""
        headers = {"Authorization": f"Token {self.account(name)['token']}"}
        return httpx.Client(base_url=self.pages[name][0], headers=headers, trust_env=False)

    def account(self, name: str) -> dict[str, str]:
        [path] = [p for p in self.root.glob(".corpus/**/credentials.json") if name in people(p)]
        return people(path)[name]

    def children(self) -> list[Any]:
        found: list[Any] = psutil.Process(self.process.pid).children(recursive=True)
        return found


def people(path: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(path.read_text())["people"]
    return found


@contextmanager
def annotating(root: Path, *words: str) -> Iterator[Annotating]:
    made = Annotating(root, *words)
    try:
        assert made.pages, made.process.communicate()
        yield made
    finally:
        if made.process.poll() is None:
            made.process.send_signal(signal.SIGTERM)
        made.process.communicate()


@contextmanager
def logged_in(url: str, email: str, password: str) -> Iterator[httpx.Client]:
    """Yield a browser's session, entered through the login page."""
    with httpx.Client(base_url=url, trust_env=False, follow_redirects=True) as browser:
        browser.get("/user/login/")
        form = {"email": email, "password": password}
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        browser.post("/user/login/", data=form, headers={"Referer": url})
        yield browser


def submit(made: Annotating, name: str, doc_id: str, result: list[Any]) -> None:
    with made.api(name) as api:
        tasks = api.get("/api/tasks", params={"project": made.pages[name][1]}).json()["tasks"]
        [number] = [task["id"] for task in tasks if task["data"]["doc_id"] == doc_id]
        answer = api.post(f"/api/tasks/{number}/annotations/", json={"result": result})
        assert answer.status_code == 201


def places(project: int) -> list[str]:
    """Return where somebody would look for another's work."""
    own = f"/api/projects/{project}"
    return [
        *("/api/projects", "/api/users/", "/api/organizations/1/memberships", "/projects/"),
        *(f"/api/tasks?project={project}&fields=all", f"{own}/export?exportType=JSON"),
        *(f"{own}/export?exportType=JSON&download_all_tasks=true", f"{own}/exports/"),
        *(f"{own}/tasks/?page_size=100", f"/api/predictions/?project={project}", "/people/"),
        *(f"/api/tasks/{number}/" for number in range(1, 6)),
        *(f"/api/tasks/{number}/annotations/" for number in range(1, 6)),
        *(f"/api/annotations/{number}/" for number in range(1, 6)),
        *(f"/api/projects/{number}/" for number in range(1, 4)),
        *(f"/api/users/{number}/" for number in range(1, 5)),
    ]


def test_isolated_annotators_have_a_server_each_and_find_nothing_of_one_another(
    tmp_path: Path,
) -> None:
    root = desk_folder(tmp_path / "own", TEXTS, people=("ann", "bo"))
    with annotating(root, "--isolated") as made:
        submit(made, "bo", "d1", [SPAN, REMARK])
        submit(made, "ann", "d2", [{**SPAN, "value": SPAN["value"] | {"start": 12, "end": 18}}])
        (ann, project, email), (bo, _, other) = made.pages["ann"], made.pages["bo"]
        assert urlsplit(ann).port != urlsplit(bo).port
        logins = done(corpus(root, "login")).splitlines()
        passwords = dict(re.match(r"(\w+): .* password (\S+)", line).groups() for line in logins)  # type: ignore[union-attr]
        databases = {path.parent.name for path in root.glob(".corpus/isolated/*/*.sqlite3")}
        assert databases == passwords.keys() == {"ann", "bo"}

        with logged_in(ann, email, passwords["ann"]) as browser:
            assert [p["title"] for p in browser.get("/api/projects").json()["results"]] == [
                "tiny · main · ann"
            ]
            answers = [browser.get(place) for place in places(project)]
            assert {answer.status_code for answer in answers} == {200, 404}
            words = "\n".join(answer.text for answer in answers)
            assert email in words
            assert [trace for trace in (SECRET, other, "· bo") if trace in words] == []
        with logged_in(ann, other, passwords["bo"]) as stranger:
            assert stranger.get("/api/projects").status_code == 401
        with made.api("bo") as api:
            assert SECRET in api.get(places(made.pages["bo"][1])[6]).text
            token = {"Authorization": api.headers["Authorization"]}
        assert httpx.get(f"{ann}/api/projects", headers=token, trust_env=False).status_code == 401

        told = [corpus(root, verb, "--isolated") for verb in ("push", "pull", "status")]
        assert [done(each) for each in told[:2]] == [
            "nothing to push: all is there",
            "2 not begun, 2 written",
        ]
        assert [each.stderr for each in told] == ["", "", ""]
        assert {p.parent.name + "/" + p.name for p in root.rglob("annotations/*/*.json")} == {
            "d1/bo.json",
            "d2/ann.json",
        }
        end = made.stop()
    assert end.returncode == 0
    line = refused(corpus(root, "pull"))
    assert line.startswith(f"{root / '.corpus' / 'isolated'}: annotators have a server each here:")
    assert "add --isolated, so that none sees another's work" in line


@contextmanager
def busy(port: int) -> Iterator[None]:
    """Have something listen on the port, if nothing does."""
    with ExitStack() as stack:
        with suppress(OSError):
            stack.enter_context(socket.create_server(("127.0.0.1", port)))
        yield


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Annotating]:
    """A `corpus annotate` that was stopped once, with a draft in it, and goes on."""
    root = desk_folder(tmp_path_factory.mktemp("plain") / "own", TEXTS)
    with busy(8080), annotating(root) as first:
        assert urlsplit(first.pages["ann"][0]).port != 8080
        with first.api("ann") as api:
            answer = api.post("/api/tasks/1/drafts", json={"result": [SPAN]})
            assert answer.status_code == 201
        before = (first.pages["ann"][1:], first.account("ann"))
        told = first.stop()
        assert told.returncode == 0
    with annotating(root) as again:
        again.said += told.stdout + told.stderr
        assert (again.pages["ann"][1:], again.account("ann")) == before
        yield again


def test_a_second_start_goes_on_with_the_same_projects_drafts_and_accounts(
    plain: Annotating,
) -> None:
    with plain.api("ann") as api:
        assert api.get("/api/projects").json()["count"] == 1
        [draft] = api.get("/api/tasks/1/drafts").json()
    assert draft["result"] == [SPAN]


def test_verbs_use_the_server_that_runs(plain: Annotating) -> None:
    told = [corpus(plain.root, *words) for words in (["push"], ["pull"], ["status"])]
    assert [each.stderr for each in told] == ["", "", ""]
    assert [done(each) for each in told[:2]] == [
        "nothing to push: all is there",
        "1 draft(s) not submitted, 1 not begun",
    ]
    assert done(told[2]).splitlines()[-1] == "ann: 1 draft, 1 not started"
    assert len(plain.children()) == 1


def test_a_second_annotate_is_refused_with_the_address_of_the_first(plain: Annotating) -> None:
    line = refused(corpus(plain.root, "annotate", "--no-browser"))
    folder = plain.root / ".corpus" / "studio"
    assert line == (
        f"{folder} is in use by another running Label Studio at {plain.pages['ann'][0]}"
    )


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    root = desk_folder(tmp_path / "own", TEXTS)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused(corpus(root, "annotate", "--no-browser", "--port", str(port)))
    assert line == (
        f"port {port} on 127.0.0.1 is in use: choose another with --port, or stop what listens"
        " there"
    )


def test_a_port_beyond_the_last_is_refused(tmp_path: Path) -> None:
    root = desk_folder(tmp_path / "own", TEXTS, (), ("ann", "bo"))
    told = corpus(root, "annotate", "--isolated", "--no-browser", "--port", "65535")
    assert told.returncode == 2
    line = told.stderr.splitlines()[-1]
    assert line == "corpus: port 65536: the last is 65535: choose a lower one with --port"


def test_passwords_and_tokens_are_shown_to_who_asks_and_nowhere_else(plain: Annotating) -> None:
    known = json.loads((plain.root / ".corpus" / "studio" / "credentials.json").read_text())
    accounts = [known["admin"], *known["people"].values()]
    secrets = [account[kind] for account in accounts for kind in ("password", "token")]
    shown = plain.said + (plain.root / ".corpus" / "studio" / "server.log").read_text()
    for process in [psutil.Process(plain.process.pid), *plain.children()]:
        shown += "\n".join([*process.cmdline(), *process.environ().values()])
    assert plain.pages["ann"][0].removeprefix("http://") in shown
    assert [secret for secret in secrets if secret in shown] == []
    told = done(corpus(plain.root, "login", "ann"))
    account = plain.account("ann")
    assert told == f"ann: e-mail {account['email']}, password {account['password']}"
    with logged_in(plain.pages["ann"][0], account["email"], account["password"]) as browser:
        assert browser.get("/api/projects").status_code == 200

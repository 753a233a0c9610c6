"""Our own Label Studio for a team: gunicorn, behind a proxy with TLS."""

import signal
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from corpus.labelstudio.local import Hosting, running
from corpus.labelstudio.server import Server
from tests.desk.verbs import corpus, desk_folder, done, file_of, silent, started, until
from tests.labelstudio.studio import account_of

pytestmark = pytest.mark.studio
psutil: Any = import_module("psutil")  # it has no types
TEXTS = {f"d{n}": f"It rained in place {n}." for n in range(4)}
HOST = "labels.example.org"
PUBLIC = f"https://{HOST}"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return desk_folder(tmp_path_factory.mktemp("production") / "own", TEXTS, ["d0"])


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Server]:
    hosting = Hosting(production=True, public=PUBLIC)
    with running(root / ".corpus" / "studio", ("ann",), hosting, say=silent) as made:
        yield made


def workers(server: Server) -> list[Any]:
    assert server.child is not None
    found: list[Any] = psutil.Process(server.child.pid).children()
    return found


def test_it_is_gunicorn_with_two_workers_on_loopback_only(server: Server) -> None:
    assert server.child is not None
    assert len(workers(server)) == 2
    for process in [psutil.Process(server.child.pid), *workers(server)]:
        listening = [c.laddr for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
        assert [(a.ip, a.port) for a in listening] == [("127.0.0.1", int(server.url[17:]))]
    answer = httpx.get(f"{server.url}/version", trust_env=False)
    assert answer.headers["server"].startswith("gunicorn")


def test_push_and_pull_work(server: Server, root: Path) -> None:
    said = done(corpus(root, "push"))
    assert said == "1 project(s) made, 4 text(s) brought, 1 annotation(s) sent"
    (root / file_of("d0")).unlink()
    assert done(corpus(root, "pull")) == "3 not begun, 1 written"
    assert (root / file_of("d0")).exists()


def passed_on(server: Server, host: str = HOST, **others: str) -> httpx.Response:
    """Log ann in as a proxy passes it on that has ended TLS: cookies are for https alone."""
    proxy = {"Host": host, "X-Forwarded-Proto": "https"}
    asked = httpx.get(f"{server.url}/user/login/", headers=proxy | others, trust_env=False)
    if asked.status_code != 200:
        return asked
    cookies = dict(asked.cookies.items())
    account = account_of(server, "ann")
    form = {"email": account["email"], "password": account["password"]}
    form["csrfmiddlewaretoken"] = cookies["csrftoken"]
    headers = {"Origin": PUBLIC, "Referer": f"{PUBLIC}/user/login/"} | proxy | others
    headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    url = f"{server.url}/user/login/"
    return httpx.post(url, data=form, headers=headers, trust_env=False)


def test_a_login_through_the_proxy_is_accepted(server: Server) -> None:
    answer = passed_on(server)
    assert answer.status_code == 302
    cookies = [value for name, value in answer.headers.multi_items() if name == "set-cookie"]
    [session] = [cookie for cookie in cookies if cookie.startswith("sessionid=")]
    assert "Secure" in session
    assert "HttpOnly" in session
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Cookie": session.split(";")[0]}
    whoami = httpx.get(f"{server.url}/api/current-user/whoami", headers=headers, trust_env=False)
    assert whoami.json()["email"] == server.emails["ann"]


def test_another_host_or_another_origin_is_refused(server: Server) -> None:
    assert passed_on(server, "evil.example").status_code == 400
    assert passed_on(server, Origin="https://evil.example").status_code == 403


def test_pages_refer_to_the_public_address_alone(server: Server) -> None:
    headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
    page = httpx.get(f"{server.url}/user/login/", headers=headers, trust_env=False).text
    assert "127.0.0.1" not in page


def test_the_workers_leave_when_the_tool_is_killed(tmp_path: Path) -> None:
    root = desk_folder(tmp_path / "own", TEXTS)
    process = started(root, "annotate", "--no-browser", "--production")
    assert process.stdout is not None
    for line in process.stdout:
        if "Ctrl-C stops" in line:
            break
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) == 3
    process.send_signal(signal.SIGKILL)
    process.communicate()
    until(lambda: all(gone(child) for child in children))


def gone(process: Any) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True

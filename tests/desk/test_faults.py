"""What goes wrong between the tool, the disk and Label Studio: one line, and again is enough."""

import itertools
import resource
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from corpus.desk.place import Place
from corpus.labelstudio.local import running
from corpus.labelstudio.server import KNOWN, Server
from corpus.schema import find_schema, read_schema
from tests.desk.forks import Told, Tool
from tests.desk.verbs import (
    at,
    desk_folder,
    done,
    file_of,
    files,
    labels,
    refused,
    silent,
    until,
)
from tests.desk.wire import serving, wire

pytestmark = pytest.mark.studio
TEXTS = {f"d{n:03}": f"It rained in place {n}, she said." for n in range(20)}
NUMBERS = itertools.count()
WHOAMI = ("api", "current-user", "whoami")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for these tests alone: with --url, the files of exports stay in its folder."""
    with running(tmp_path_factory.mktemp("faults") / "data", ("ann",), say=silent) as made:
        yield made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus folder with a name, and so with projects, of its own."""
    return desk_folder(tmp_path / "own", TEXTS, [*TEXTS][:10], schema=f"own-{next(NUMBERS)}")


@pytest.fixture
def pushed(studio: Server, root: Path) -> Path:
    done(asked(studio, root, "push"))
    return root


def asking(studio: Server, root: Path, verb: str, url: str = "", key: str = "") -> Tool:
    return at(studio, root, verb, url, key)


def asked(studio: Server, root: Path, verb: str, url: str = "", key: str = "") -> Told:
    return asking(studio, root, verb, url, key).end()


def clone_of(root: Path, name: str = "clone") -> Path:
    """Return another clone, without what git does not keep, and without ann's files."""
    left = shutil.ignore_patterns(".corpus", "*.json")
    return Path(shutil.copytree(root, root.with_name(name), ignore=left))


def documents(studio: Server, root: Path) -> Counter[str]:
    """Count the tasks of each document, in the one project of the folder."""
    client, name = studio.client(), read_schema(find_schema(root)).name
    [own] = [p for p in client.projects.list() if p.title == f"{name} · main · ann"]
    tasks = client.tasks.list(project=own.id, fields="all", page_size=500)
    return Counter(task.data["doc_id"] for task in tasks)


def once() -> Counter[str]:
    return Counter([*TEXTS])


def test_a_connection_that_breaks_after_a_batch_was_taken_brings_nothing_twice(
    studio: Server, root: Path
) -> None:
    with wire(studio.url, cut="/import") as between:
        line = refused(asked(studio, root, "push", between.url))
        assert sum(request.endswith("/import") for request in between.seen) == 1
    assert line.startswith(f"Label Studio at {between.url} gave no whole answer (RemoteProtocol")
    assert documents(studio, root) == once()
    assert done(asked(studio, root, "push")) == "nothing to push: all is there"
    assert documents(studio, root) == once()


def test_a_pull_whose_export_breaks_off_changes_nothing_and_again_is_enough(
    studio: Server, pushed: Path
) -> None:
    clone = clone_of(pushed)
    with wire(studio.url, cut="/download") as between:
        line = refused(asked(studio, clone, "pull", between.url))
    assert line.startswith(f"Label Studio at {between.url} gave no whole answer (")
    assert not list(clone.rglob("ann.json"))
    assert not [path.name for path in (clone / ".corpus" / "exports").iterdir()]
    assert done(asked(studio, clone, "pull")) == "10 not begun, 10 written"
    assert files(clone) == files(pushed)


AT_ONCE = {
    "push": [
        ["1 project(s) made", "10 annotation(s) sent", "20 text(s) brought"],
        ["nothing to push: all is there"],
    ],
    "pull": [["10 not begun", "10 unchanged"], ["10 not begun", "10 written"]],
}


@pytest.mark.parametrize("verb", ["push", "pull"])
def test_of_two_at_once_in_one_folder_one_waits(studio: Server, root: Path, verb: str) -> None:
    if verb == "pull":
        done(asked(studio, root, "push"))
        root = clone_of(root)
    both = [asking(studio, root, verb) for _ in range(2)]
    told = [tool.end() for tool in both]
    assert sorted(sorted(done(each).split(", ")) for each in told) == AT_ONCE[verb]
    waited = [each.stderr for each in told if each.stderr]
    assert waited == ["another push or pull is at work here: waiting for it\n"]
    assert documents(studio, root) == once()
    assert len(list(root.rglob("ann.json"))) == 10


def test_two_clones_that_push_at_once_leave_no_text_twice(studio: Server, root: Path) -> None:
    clones = [root, Path(shutil.copytree(root, root.with_name("clone")))]
    both = [asking(studio, c, "push") for c in clones]
    for tool in both:
        told = tool.end()
        assert told.returncode == 0 or refused(told)
    asked(studio, root, "push")
    for clone in clones:
        assert done(asked(studio, clone, "push")) == "nothing to push: all is there"
    assert documents(studio, root) == once()


def test_two_clones_that_pull_at_once_bring_the_same(studio: Server, pushed: Path) -> None:
    clones = [clone_of(pushed, "one"), clone_of(pushed, "two")]
    both = [asking(studio, c, "pull") for c in clones]
    assert [done(tool.end()) for tool in both] == ["10 not begun, 10 written"] * 2
    assert files(clones[0]) == files(clones[1]) == files(pushed)


def test_a_disk_that_is_full_when_labels_are_written_leaves_no_half_file(
    studio: Server, tmp_path: Path
) -> None:
    texts = {"a": "It rained.", "b": "It rained " * 300, "c": "She said."}
    root = desk_folder(tmp_path / "own", texts, ["a", "c"], schema=f"own-{next(NUMBERS)}")
    (root / "annotations" / "b").mkdir()
    (root / file_of("b")).write_text(labels("b", texts["b"], 300))
    done(asked(studio, root, "push"))
    clone = clone_of(root)
    pull = asking(studio, clone, "pull")
    # The export is longer than any file, so the disk fills up once it is there.
    until((clone / ".corpus" / "exports" / "main.ann.1.json").exists)
    resource.prlimit(pull.process.pid, resource.RLIMIT_FSIZE, (20_000, 20_000))
    line = refused(pull.end())
    assert line == f"{clone / file_of('b')}: cannot be written: File too large"
    there = {name for name in files(clone) if not name.endswith(".toml")}
    assert there <= {file_of("a"), file_of("c")}
    assert "2 not begun" not in done(asked(studio, clone, "pull"))
    assert files(clone) == files(root)


def test_what_a_killed_pull_was_writing_is_removed_by_the_next(
    studio: Server, pushed: Path
) -> None:
    clone = clone_of(pushed)
    left = [file_of("d000").replace("/ann", "/.ann") + ".abcd1234"]
    left += [f".corpus/.{Place(url=studio.url).memory}.abcd1234"]
    left += [f".corpus/exports/.main.ann.1.json.{2**22 + 1}.part"]  # no process has that number
    for name in left:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text("{")
    done(asked(studio, clone, "pull"))
    assert [name for name in left if (clone / name).exists()] == []
    assert files(clone) == files(pushed)


def test_a_disk_that_is_full_when_the_export_is_written_is_told_with_the_file(
    studio: Server, pushed: Path
) -> None:
    clone = clone_of(pushed)
    pull = asking(studio, clone, "pull")
    resource.prlimit(pull.process.pid, resource.RLIMIT_FSIZE, (5_000, 5_000))
    line = refused(pull.end())
    path = clone / ".corpus" / "exports" / "main.ann.1.json"
    assert line == f"{path}: cannot be written: File too large"
    assert list(path.parent.iterdir()) == []
    assert done(asked(studio, clone, "pull")) == "10 not begun, 10 written"


def token_of(studio: Server) -> str:
    """Return a personal access token of the tool's account."""
    headers = {"Authorization": f"Token {studio.token}"}
    answer = studio.connections.post(f"{studio.url}/api/token/", headers=headers)
    token: str = answer.json()["token"]
    return token


def test_a_personal_access_token_does_as_a_legacy_token_does(studio: Server, root: Path) -> None:
    token = token_of(studio)
    assert token.count(".") == 2
    assert "20 text(s) brought" in done(asked(studio, root, "push", key=token))
    assert done(asked(studio, clone_of(root), "pull", key=token)) == "10 not begun, 10 written"
    wrong = token[:-12] + "A" * 12
    told = asked(studio, root, "push", key=wrong)
    assert "LABEL_STUDIO_API_KEY" in refused(told)
    assert wrong not in told.stderr


@pytest.mark.parametrize("verb", ["push", "pull", "status"])
def test_a_wrong_token_is_told_without_it(studio: Server, pushed: Path, verb: str) -> None:
    told = asked(studio, pushed, verb, key="0123456789abcdef-wrong")
    assert refused(told) == (
        f"Label Studio at {studio.url} refused the key: set LABEL_STUDIO_API_KEY "
        "(Account & Settings, Personal Access Token or Legacy Token)"
    )


def test_an_address_where_nothing_listens_is_told(studio: Server, pushed: Path) -> None:
    line = refused(asked(studio, pushed, "pull", "http://127.0.0.1:9"))
    assert line.startswith("Label Studio at http://127.0.0.1:9 gave no whole answer (ConnectError:")


@pytest.mark.parametrize(("answers", "status"), [(False, 404), (True, 200)])
def test_an_address_that_is_no_label_studio_is_told(
    studio: Server, pushed: Path, tmp_path: Path, answers: bool, status: int
) -> None:
    page = tmp_path.joinpath("site", *WHOAMI)
    page.parent.mkdir(parents=True)
    if answers:
        page.write_text("<html>Welcome</html>")
    site = partial(Site, directory=str(tmp_path / "site"))
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), site)) as other:
        url = f"http://127.0.0.1:{other.server_port}"
        line = refused(asked(studio, pushed, "push", url))
    assert line == f"{url} is no Label Studio (HTTP {status})"


def test_an_address_that_leads_elsewhere_is_told(studio: Server, pushed: Path) -> None:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)) as other:
        url = f"http://127.0.0.1:{other.server_port}"
        line = refused(asked(studio, pushed, "push", url))
    assert line == f"{url} leads to https://labels.example.org/: give that address"


class Elsewhere(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(301)
        self.send_header("Location", "https://labels.example.org/")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


class Site(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


@pytest.mark.parametrize(("version", "age"), [("1.4.0", "older"), ("9.0.1", "newer")])
def test_another_version_of_label_studio_is_told_and_does_not_stop_the_work(
    studio: Server, pushed: Path, version: str, age: str
) -> None:
    with wire(studio.url, version=version) as between:
        told = asked(studio, pushed, "push", between.url)
    assert done(told) == "nothing to push: all is there"
    first, second = told.stderr.splitlines()
    assert first == (
        f"Label Studio {version} at {between.url} is {age} than {KNOWN}, which this was tried with"
    )
    assert second.startswith(f"{between.url} is a new place: this clone has worked with --url")


@pytest.mark.parametrize("verb", ["push", "pull"])
def test_ctrl_c_ends_in_one_line_and_again_is_enough(studio: Server, root: Path, verb: str) -> None:
    """The answer to the first thing that matters is held back until Ctrl-C was pressed."""
    if verb == "pull":
        done(asked(studio, root, "push"))
        root = clone_of(root)
    held = {"push": "/import", "pull": "/exports/"}[verb]
    with wire(studio.url, hold=held) as between:
        tool = asking(studio, root, verb, between.url)
        assert between.held.wait(60)
        tool.send(signal.SIGINT)
        told = tool.end()
    assert (told.returncode, told.stdout, told.stderr.strip()) == (130, "", "corpus: interrupted")
    done(asked(studio, root, verb))
    assert documents(studio, root) == once()
    assert len(list(root.rglob("ann.json"))) == 10


def test_hundreds_of_texts_come_and_go(
    studio: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "She said that it rained in the valley, and that the trade of the year fell once more. "
    texts = {f"d{n:04}": f"Text {n}. " + line * 34 for n in range(300)}
    root = desk_folder(tmp_path / "own", texts, schema=f"own-{next(NUMBERS)}")
    for doc_id, text in texts.items():
        (root / file_of(doc_id)).parent.mkdir()
        (root / file_of(doc_id)).write_text(labels(doc_id, text, 20))
    began = time.monotonic()
    said = done(asked(studio, root, "push"))
    brought = time.monotonic()
    assert said == "1 project(s) made, 300 text(s) brought, 300 annotation(s) sent"
    clone = clone_of(root)
    copied = time.monotonic()
    assert done(asked(studio, clone, "pull")) == "300 written"
    pulled = time.monotonic()
    assert documents(studio, root) == Counter([*texts])
    assert files(clone) == files(root)
    with capsys.disabled():
        print(f"\n300 texts: push {brought - began:.1f} s, pull {pulled - copied:.1f} s")  # noqa: T201

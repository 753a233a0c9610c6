"""A dataset is loaded from the Hub by the real client, from a server on this machine."""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from corpus.dataset.build import build
from corpus.reading import read_corpus
from tests.corpora import ANN, annotation, canonical, folder, span

pytestmark = pytest.mark.once

REPOSITORY = "owner/name"
INFO = re.compile(rf"/api/datasets/{REPOSITORY}/revision/(.+)")
TREE = re.compile(rf"/api/datasets/{REPOSITORY}/tree/([^/?]+)")
FILE = re.compile(rf"/datasets/{REPOSITORY}/resolve/([^/]+)/(.+)")
CODE = """
import sys
from corpus import load
from corpus.errors import CorpusError
try:
    corpus = load(sys.argv[1], revision=sys.argv[2] if len(sys.argv) > 2 else None)
    print(repr(corpus), corpus.documents[0].claims[0].certainty)
except CorpusError as error:
    print(error)
"""


class Hub(BaseHTTPRequestHandler):
    """What of the Hub one reads: revisions, each a folder, and their files."""

    folders: ClassVar = {}
    asked: ClassVar = []

    def do_GET(self):
        self.asked.append(self.path)
        if info := INFO.fullmatch(self.path):
            return self.about(info[1])
        if tree := TREE.match(self.path):
            return self.json([{"type": "file"} | about for about in self.files(tree[1])])
        if (file := FILE.fullmatch(self.path)) and file[1] in self.commits():
            return self.file(self.commits()[file[1]] / file[2], file[1])
        return self.refuse("RepoNotFound")

    do_HEAD = do_GET  # noqa: N815

    def about(self, revision):
        if revision not in self.folders:
            return self.refuse("RevisionNotFound")
        commit = self.commit(revision)
        siblings = [{"rfilename": about["path"]} for about in self.files(commit)]
        return self.json({"id": REPOSITORY, "sha": commit, "siblings": siblings})

    def files(self, commit):
        root = self.commits()[commit]
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            name, size = path.relative_to(root).as_posix(), path.stat().st_size
            yield {"path": name, "size": size, "oid": self.commit(name)}

    def commit(self, name):
        return hashlib.sha1(name.encode()).hexdigest()

    def commits(self):
        return {self.commit(name): folder for name, folder in self.folders.items()}

    def file(self, path, commit):
        content = path.read_bytes()
        tag = hashlib.sha256(content).hexdigest()
        self.answer(200, content, {"ETag": f'"{tag}"', "X-Repo-Commit": commit})

    def json(self, content):
        self.answer(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def refuse(self, code):
        self.answer(404, b"", {"X-Error-Code": code})

    def answer(self, status, content, headers):
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """Two releases: what was certain in v0.1.0 is possible in main."""
    for revision, value in (("v0.1.0", "certain"), ("main", "possible")):
        root = tmp_path_factory.mktemp("release")
        said = canonical(annotation(spans=[span(9, 18, attributes={"certainty": value})]))
        build(*read_corpus(folder(root / "corpus", {ANN: said})), root / "dataset")
        Hub.folders[revision] = root / "dataset"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def loaded(endpoint, home, *arguments, **environment):
    own = {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    done = subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        env=inherited | own | environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_revision_is_loaded_and_only_what_is_needed_is_fetched(hub, tmp_path):
    Hub.asked.clear()
    said = loaded(hub, tmp_path, REPOSITORY, "v0.1.0")
    assert said == "<Corpus: gold of 'owner/name', 1 document> certain"
    files = {file[2].split("/")[0] for path in Hub.asked if (file := FILE.fullmatch(path))}
    assert files == {"data", "README.md"}


def test_without_a_revision_it_is_the_newest(hub, tmp_path):
    assert loaded(hub, tmp_path, REPOSITORY).endswith("> possible")


def test_what_was_loaded_once_loads_without_a_network(hub, tmp_path):
    first = loaded(hub, tmp_path, REPOSITORY, "v0.1.0")
    assert loaded(hub, tmp_path, REPOSITORY, "v0.1.0", HF_HUB_OFFLINE="1") == first


def test_a_revision_or_repository_that_there_is_not_is_one_line(hub, tmp_path):
    said = loaded(hub, tmp_path, REPOSITORY, "v9")
    assert said == "owner/name: the Hub has no revision 'v9' of it"
    said = loaded(hub, tmp_path, "build/dataset")
    assert said.startswith("build/dataset: is no folder here, and no dataset of the Hub")
    said = loaded(hub, tmp_path, REPOSITORY, HF_HUB_OFFLINE="1")
    assert said.startswith("owner/name: cannot be had from the Hub (")


def test_a_hub_that_does_not_answer_is_one_line(tmp_path):
    said = loaded("http://127.0.0.1:9", tmp_path, REPOSITORY)
    assert said.startswith("owner/name: cannot be had from the Hub (")
    assert "\n" not in said

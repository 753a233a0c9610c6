"""A dataset is loaded from the Hub by the real client, from a server on this machine."""

import re
import subprocess
import sys

import pytest

from corpus.dataset.build import build
from corpus.reading import read_corpus
from tests.corpora import ANN, annotation, canonical, folder, span
from tests.dataset.standoff import contents
from tests.hub import Commit, Hub, Repository

pytestmark = pytest.mark.once

REPOSITORY = "owner/name"
FILE = re.compile(rf"GET /datasets/{REPOSITORY}/resolve/[^/]+/([^/]+)")
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


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """Two releases: what was certain in v0.1.0 is possible in main."""
    hub = Hub()
    own = hub.repositories[REPOSITORY] = Repository(private=False)
    for value in ("certain", "possible"):
        root = tmp_path_factory.mktemp("release")
        said = canonical(annotation(spans=[span(9, 18, attributes={"certainty": value})]))
        build(*read_corpus(folder(root / "corpus", {ANN: said})), root / "dataset")
        own.commits.append(Commit(value, contents(root / "dataset")))
        own.tags.setdefault("v0.1.0", own.commits[-1].oid)
    with hub.running():
        yield hub


def loaded(hub, home, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        env=hub.environment(home, **environment),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_revision_is_loaded_and_only_what_is_needed_is_fetched(hub, tmp_path):
    hub.asked.clear()
    said = loaded(hub, tmp_path, REPOSITORY, "v0.1.0")
    assert said == "<Corpus: gold of 'owner/name', 1 document> certain"
    files = {file[1] for path in hub.asked if (file := FILE.match(path))}
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
    assert said.startswith("owner/name: is no folder here, and cannot be had from the Hub (")


def test_a_hub_that_does_not_answer_is_one_line(tmp_path):
    said = loaded(Hub(), tmp_path, REPOSITORY, HF_ENDPOINT="http://127.0.0.1:9")
    assert said.startswith("owner/name: is no folder here, and cannot be had from the Hub (")
    assert "\n" not in said

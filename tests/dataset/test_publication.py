"""Publication through the real client, to a Hub on this machine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.cli import main
from corpus.dataset import publication
from corpus.dataset.about import About
from corpus.dataset.build import build
from corpus.errors import CorpusError
from corpus.shorthand import parse
from tests.corpora import ANN, TINY, annotation, canonical, folder, span
from tests.hub import TOKEN, Hub

pytestmark = pytest.mark.once

REPO = "owner/tiny"
ABOUT = About(changelog="## 0.1.0\n\n- first\n")
LINE = "[She]{speaker#s entity=she} said [it rained]{claim#c certain source>s}."


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub().running() as running:
        yield running


def api_of(hub: Hub, token: str = TOKEN) -> Any:
    from huggingface_hub import HfApi

    return HfApi(endpoint=hub.url, token=token)


def publish(
    hub: Hub, out: Path, line: str = LINE, about: About = ABOUT, token: str = TOKEN
) -> str | None:
    api = api_of(hub, token)
    there = publication.look(api, REPO)
    build(parse(line, TINY), TINY, out, about=about)
    found = publication.difference(api, REPO, there, out, about)
    publication.refuse_version(there, found, about)
    return publication.publish(api, REPO, there, found, out, about.version)


def contents(out: Path) -> dict[str, bytes]:
    files = (path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def there(hub: Hub) -> dict[str, bytes]:
    files = hub.repositories[REPO].commits[-1].files
    return {name: data for name, data in files.items() if name != ".gitattributes"}


def test_all_files_come_in_one_commit_which_is_tagged(hub: Hub, tmp_path: Path) -> None:
    commit = publish(hub, tmp_path / "dataset")
    repository = hub.repositories[REPO]
    assert [one.title for one in repository.commits] == ["initial commit", "v0.1.0"]
    assert repository.tags == {"v0.1.0": commit} == {"v0.1.0": repository.commits[-1].oid}
    assert there(hub) == contents(tmp_path / "dataset")


def test_the_same_twice_makes_no_commit(hub: Hub, tmp_path: Path) -> None:
    publish(hub, tmp_path / "dataset")
    asked = len(hub.asked)
    assert publish(hub, tmp_path / "dataset") is None
    assert len(hub.repositories[REPO].commits) == 2
    assert not [one for one in hub.asked[asked:] if one.startswith(("POST", "PUT", "DELETE"))]


def test_only_what_changed_is_sent_and_what_is_gone_is_removed(hub: Hub, tmp_path: Path) -> None:
    publish(hub, tmp_path / "dataset")
    about = About(version="0.2.0", changelog="## 0.2.0\n")
    publish(hub, tmp_path / "dataset", "[She]{speaker#s entity=she} said it rained.", about)
    assert there(hub) == contents(tmp_path / "dataset")
    assert not [name for name in there(hub) if "claims" in name]
    assert [*hub.repositories[REPO].tags] == ["v0.1.0", "v0.2.0"]


def test_a_version_that_is_published_with_other_rows_is_refused(hub: Hub, tmp_path: Path) -> None:
    publish(hub, tmp_path / "dataset")
    before = there(hub)
    with pytest.raises(CorpusError) as refused:
        publish(hub, tmp_path / "dataset", LINE.replace("certain", "possible"))
    assert str(refused.value) == (
        "dataset.toml: version is 0.1.0, but v0.1.0 is published and what changed asks for 0.1.1"
        " or higher: set it, and put the entry above into dataset/CHANGELOG.md"
    )
    assert there(hub) == before


def test_a_version_without_an_entry_is_refused(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"CHANGELOG.md: has no entry `## 0.1.0`"):
        publish(hub, tmp_path / "dataset", about=About())
    assert hub.repositories == {}


def test_a_pilot_is_of_version_0(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"version is 1.0.0; expected 0.x.y of a pilot"):
        publish(hub, tmp_path / "dataset", about=About(version="1.0.0", changelog="## 1.0.0\n"))


def test_a_head_that_moved_is_told_and_left_alone(hub: Hub, tmp_path: Path) -> None:
    publish(hub, tmp_path / "dataset")
    about = About(version="0.1.1", changelog="## 0.1.1\n")
    hub.fail("before the commit", "move")
    with pytest.raises(CorpusError, match="owner/tiny: somebody else published meanwhile"):
        publish(hub, tmp_path / "dataset", LINE.replace("certain", "possible"), about)
    titles = [one.title for one in hub.repositories[REPO].commits]
    assert titles == ["initial commit", "v0.1.0", "somebody else's"]
    assert [*hub.repositories[REPO].tags] == ["v0.1.0"]


def test_a_wrong_token_is_one_line_without_it(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as refused:
        publish(hub, tmp_path / "dataset", token="hf_wrong_and_secret")
    assert str(refused.value) == (
        "owner/tiny: the Hub refused the token: set HF_TOKEN to one that may write there"
    )
    assert hub.repositories == {}


def test_a_connection_that_breaks_leaves_nothing_and_the_next_run_all(
    hub: Hub, tmp_path: Path
) -> None:
    hub.fail("commit", "drop")
    with pytest.raises(CorpusError, match="the connection to the Hub broke"):
        publish(hub, tmp_path / "dataset")
    assert hub.repositories == {}
    publish(hub, tmp_path / "dataset")
    assert there(hub) == contents(tmp_path / "dataset")


def test_a_file_whose_connection_breaks_is_sent_again(hub: Hub, tmp_path: Path) -> None:
    hub.fail("upload", "drop")
    publish(hub, tmp_path / "dataset")
    assert there(hub) == contents(tmp_path / "dataset")


def test_what_somebody_else_put_there_stays(hub: Hub, tmp_path: Path) -> None:
    publish(hub, tmp_path / "dataset")
    hub.repositories[REPO].commits[-1].files["code/train.py"] = b"1"
    about = About(version="0.1.1", changelog="## 0.1.1\n")
    publish(hub, tmp_path / "dataset", LINE.replace("certain", "possible"), about)
    assert there(hub) == contents(tmp_path / "dataset") | {"code/train.py": b"1"}


def test_a_public_repository_is_not_taken_for_a_private_one(hub: Hub, tmp_path: Path) -> None:
    publish(hub, tmp_path / "dataset")
    with pytest.raises(CorpusError, match="owner/tiny: is public; --private is for"):
        publication.refuse_public(REPO, publication.look(api_of(hub), REPO))


def test_a_run_that_was_stopped_before_the_tag_is_completed(hub: Hub, tmp_path: Path) -> None:
    hub.fail("tag", "drop")
    with pytest.raises(CorpusError, match="the connection to the Hub broke"):
        publish(hub, tmp_path / "dataset")
    assert hub.repositories[REPO].tags == {}
    publish(hub, tmp_path / "dataset")
    assert len(hub.repositories[REPO].commits) == 2
    assert [*hub.repositories[REPO].tags] == ["v0.1.0"]


def test_a_hub_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    with Hub().running() as gone:
        pass
    with pytest.raises(CorpusError, match="owner/tiny: the connection to the Hub broke"):
        publish(gone, tmp_path / "dataset")


# -- as people run it

COMMAND = [sys.executable, "-c", f"from {main.__module__} import main; main()"]
LOADING = """
from datasets import load_dataset
at = {"revision": "v0.1.0", "split": "pilot"}
for streaming in (False, True):
    claims = load_dataset("owner/example", "claims", streaming=streaming, **at)
    name = claims.features["certainty_label"].int2str
    print([(row["text"], row["certainty"], name(row["certainty_label"])) for row in claims])
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    said = span(9, 18) | {"attributes": {"certainty": "possible"}}
    files = {ANN: canonical(annotation(spans=[said]))}
    files["dataset/CHANGELOG.md"] = "## 0.1.0\n\n- first\n"
    return folder(tmp_path / "corpus", files)


def run(hub: Hub, root: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    own = {"HF_ENDPOINT": hub.url, "HF_TOKEN": TOKEN, "HF_HOME": str(root.parent / "home")}
    return subprocess.run(command, cwd=root, env=os.environ | own, capture_output=True, text=True)


def publishing(hub: Hub, root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(hub, root, [*COMMAND, "publish", "owner/example", *words])


def test_a_build_asks_the_hub_nothing(hub: Hub, root: Path) -> None:
    assert run(hub, root, [*COMMAND, "build"]).returncode == 0
    assert hub.asked == []


def test_what_is_published_loads_at_its_tag_and_streams_with_its_names(
    hub: Hub, root: Path
) -> None:
    told = publishing(hub, root)
    assert told.returncode == 0, told.stderr
    assert "owner/example: published as v0.1.0: " in told.stdout
    loaded = run(hub, root, [sys.executable, "-c", LOADING])
    rows = "[('it rained', 'possible', 'possible')]"
    assert loaded.stdout.splitlines()[:2] == [rows, rows], loaded.stderr


def test_a_dry_run_shows_files_and_rows_and_changes_nothing(hub: Hub, root: Path) -> None:
    told = publishing(hub, root, "--dry-run")
    assert told.returncode == 0, told.stderr
    assert "  + data/claims/pilot-00000-of-00001.parquet (" in told.stdout
    assert "- `claims`: 1 added" in told.stdout
    assert hub.repositories == {}


def test_a_text_of_unknown_licence_is_made_public_only_if_that_is_confirmed(
    hub: Hub, root: Path
) -> None:
    about = root / "seeds" / "example.toml"
    about.write_text(about.read_text().replace('licence = "invented"', 'licence = "unknown"'))
    told = publishing(hub, root)
    assert told.returncode == 2
    *_, named, refused = told.stderr.splitlines()
    assert named == "example: licence unknown; basis: invented"
    assert refused.startswith("corpus: 1 text(s) of unknown licence would be public: say --confirm")
    assert hub.repositories == {}
    assert publishing(hub, root, "--private").returncode == 0
    assert hub.repositories["owner/example"].private

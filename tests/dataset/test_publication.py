"""A dataset is published by the real client, to a Hub on this machine."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi, constants
from huggingface_hub.utils import disable_progress_bars

from corpus.dataset import unlicensed
from corpus.dataset.about import About, read_about
from corpus.dataset.build import build
from corpus.dataset.hub import There, look
from corpus.dataset.publication import Plan, plan, public, publish
from corpus.dataset.release import Change, read_release
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from tests.dataset.releases import FIRST, RAINED, SECOND, first_of, made, second_of
from tests.dataset.standoff import contents
from tests.dataset.standoff import corpus as some_closed
from tests.hub import TOKEN, Commit, Hub, Repository

pytestmark = pytest.mark.once

REPO = "owner/name"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return first_of(tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return second_of(tmp_path_factory.mktemp("second"))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with disable_progress_bars(), Hub().running() as hub:
        hub.adopt(monkeypatch, tmp_path / "hf")
        monkeypatch.setenv("HF_TOKEN", "hf_of_nobody")
        yield hub


def api_of(hub: Hub, token: str = TOKEN) -> HfApi:
    return HfApi(endpoint=hub.url, token=token)


def planned(hub: Hub, built: Path, about: About) -> Plan:
    api = api_of(hub)
    return plan(api, REPO, look(api, REPO), built, about)


def published(hub: Hub, built: Path, about: About, **options: Any) -> str | None:
    found = planned(hub, built, about)
    found.refuse_version()
    return publish(api_of(hub), found, **options)


def state(hub: Hub) -> Any:
    """Return all that a Hub holds, but for large files that no commit names."""
    return {
        name: ([(c.oid, c.files) for c in own.commits], dict(own.tags), own.private)
        for name, own in hub.repositories.items()
    }


def test_it_is_one_commit_of_all_files_and_a_tag(hub: Hub, first: Path) -> None:
    commit = published(hub, first, FIRST)
    own = hub.repositories[REPO]
    assert [c.title for c in own.commits] == ["initial commit", "v0.1.0"]
    assert own.tags == {"v0.1.0": commit}
    assert not own.private
    files = dict(own.commits[-1].files)
    assert files.pop(".gitattributes")
    assert files == contents(first)
    assert files["CHANGELOG.md"].decode() == FIRST.changelog
    assert b"  CHANGELOG.md\n" in files["checksums.txt"]


def test_published_twice_it_makes_no_commit(hub: Hub, first: Path) -> None:
    published(hub, first, FIRST)
    before = state(hub)
    hub.asked.clear()
    assert published(hub, first, FIRST) is None
    assert state(hub) == before
    assert {line.split()[0] for line in hub.asked} == {"GET", "HEAD"}


def test_only_what_changed_is_sent(hub: Hub, first: Path, second: Path) -> None:
    published(hub, second, FIRST)
    hub.asked.clear()
    found = planned(hub, first, SECOND)
    assert found.removed == ["data/events/pilot-00000-of-00001.parquet"]
    assert not found.added
    one, other = contents(first), contents(second)
    assert sorted(found.changed) == [n for n in sorted(one) if one[n] != other[n]]
    assert "data/claims/pilot-00000-of-00001.parquet" in found.changed  # the numbers of its spans
    publish(api_of(hub), found)
    own = hub.repositories[REPO]
    assert own.commits[-1].files.keys() - {".gitattributes"} == contents(first).keys()
    assert sum(line.startswith("PUT") for line in hub.asked) == sum(
        name.endswith(".parquet") for name in found.changed
    )
    assert [*own.tags] == ["v0.1.0", "v0.2.0"]


def test_a_plan_shows_files_rows_and_the_version(hub: Hub, first: Path, second: Path) -> None:
    published(hub, first, FIRST)
    before = state(hub)
    found = planned(hub, second, FIRST)
    assert found.rows == {
        "documents": Change(changed=1),
        "events": Change(added=1),
        "sentences": Change(changed=1),  # it has an event now
        "tokens": Change(changed=1),
        "annotations": Change(added=1),
    }
    said = str(found)
    event = second / "data" / "events" / "pilot-00000-of-00001.parquet"
    name, size = event.relative_to(second).as_posix(), event.stat().st_size
    assert f"  + {name}  {size:,} bytes\n" in said
    assert f"  ~ README.md  {(second / 'README.md').stat().st_size:,} bytes\n" in said
    assert "rows since v0.1.0:\n  annotations: 1 row added\n  documents: 1 row changed\n" in said
    assert "version: 0.1.0; asked for is 0.2.0 or higher\n" in said
    assert said.endswith(
        "an entry for dataset/CHANGELOG.md:\n\n## 0.2.0\n\n- annotations: 1 row added\n"
        "- documents: 1 row changed\n- events: 1 row added\n- sentences: 1 row changed\n"
        "- tokens: 1 row changed\n"
    )
    assert state(hub) == before


def test_other_rows_under_a_version_that_is_published_are_refused(
    hub: Hub, first: Path, second: Path
) -> None:
    published(hub, first, FIRST)
    before = state(hub)
    with pytest.raises(CorpusError) as refused:
        published(hub, second, FIRST)
    assert str(refused.value) == (
        "dataset.toml: version: found 0.1.0, but v0.1.0 is on the Hub and these changes ask for"
        " 0.2.0: set it, and give it its entry in dataset/CHANGELOG.md"
    )
    assert state(hub) == before


def test_a_version_without_an_entry_is_refused(hub: Hub, first: Path) -> None:
    with pytest.raises(CorpusError, match=r"CHANGELOG.md: has no entry of 0.1.0; expected a line"):
        published(hub, first, About())
    assert state(hub) == {}


@pytest.mark.parametrize("step", ["create", "preupload", "batch", "upload", "verify", "commit"])
def test_a_connection_that_breaks_leaves_the_hub_as_it_was(
    hub: Hub, first: Path, second: Path, step: str
) -> None:
    for about, built in ((FIRST, first), (SECOND, second)):
        if step == "create" and about is SECOND:
            continue
        before = state(hub)
        hub.faults[step] = "drop"
        with pytest.raises(CorpusError, match=r"^owner/name: the connection to the Hub broke \("):
            published(hub, built, about)
        assert state(hub) == before
        hub.faults.clear()
        published(hub, built, about)
        assert f"v{about.version}" in hub.repositories[REPO].tags


@pytest.mark.parametrize("step", ["about", "yaml", "preupload", "batch", "commit"])
def test_a_page_in_the_place_of_an_answer_is_told_in_one_line(
    hub: Hub, first: Path, step: str
) -> None:
    """As a network answers that wants a login first."""
    hub.faults[step] = "page"
    with pytest.raises(CorpusError) as refused:
        published(hub, first, FIRST)
    assert str(refused.value) == (
        f"{REPO}: the Hub refused it, or that is no Hub"
        " (JSONDecodeError: Expecting value: line 1 column 1 (char 0))"
    )


def test_a_card_that_the_hub_refuses_is_told_in_one_line(hub: Hub, first: Path) -> None:
    hub.faults["yaml"] = "refuse"
    with pytest.raises(CorpusError) as refused:
        published(hub, first, FIRST)
    assert str(refused.value).endswith(
        '(ValueError: Invalid metadata in README.md. - "language[0]" must be a code)'
    )
    assert state(hub) == {}


def test_a_head_that_moved_is_told_and_nothing_is_written(
    hub: Hub, first: Path, second: Path
) -> None:
    published(hub, first, FIRST)
    hub.faults["commit"] = "move"
    with pytest.raises(CorpusError, match=r"^owner/name: somebody else changed it meanwhile"):
        published(hub, second, SECOND)
    own = hub.repositories[REPO]
    assert [c.title for c in own.commits][1:] == ["v0.1.0", "somebody else's"]
    assert [*own.tags] == ["v0.1.0"]


def test_somebody_else_who_published_the_very_same_is_told_too(
    hub: Hub, first: Path, second: Path
) -> None:
    published(hub, first, FIRST)
    found = planned(hub, second, SECOND)
    published(hub, second, SECOND)
    before = state(hub)
    with pytest.raises(CorpusError, match=r"^owner/name: somebody else changed it meanwhile"):
        publish(api_of(hub), found)
    assert state(hub) == before


def test_a_new_repository_into_which_somebody_else_wrote_is_not_removed(
    hub: Hub, first: Path
) -> None:
    hub.faults["commit"] = "move"
    with pytest.raises(CorpusError, match="somebody else"):
        published(hub, first, FIRST)
    assert hub.repositories[REPO].commits[-1].title == "somebody else's"


@pytest.mark.parametrize("fault", ["drop", "lose"])
def test_a_run_that_was_stopped_between_commit_and_tag_is_completed_by_the_next(
    hub: Hub, first: Path, second: Path, fault: str
) -> None:
    published(hub, first, FIRST)
    hub.faults["tag" if fault == "drop" else "commit"] = fault
    with pytest.raises(CorpusError, match="broke"):
        published(hub, second, SECOND)
    own = hub.repositories[REPO]
    assert ([*own.tags], own.commits[-1].title) == (["v0.1.0"], "v0.2.0")
    hub.faults.clear()
    commits = len(own.commits)
    assert published(hub, second, SECOND) == own.commits[-1].oid == own.tags["v0.2.0"]
    assert len(own.commits) == commits


@pytest.mark.parametrize("there", [False, True])
def test_a_wrong_token_is_one_line_and_is_not_shown(
    hub: Hub, first: Path, second: Path, there: bool
) -> None:
    if there:
        published(hub, first, FIRST)
    before, api = state(hub), api_of(hub, "hf_wrong")
    with pytest.raises(CorpusError) as refused:
        publish(api, plan(api, REPO, look(api, REPO), second, SECOND))
    assert str(refused.value) == (
        "owner/name: the Hub refused the token: set HF_TOKEN to one that may write there"
    )
    assert state(hub) == before


def test_a_repository_may_be_private(hub: Hub, first: Path, second: Path) -> None:
    published(hub, first, FIRST, private=True)
    assert hub.repositories[REPO].private
    there = look(api_of(hub), REPO)
    assert not public(REPO, there, private=False)
    published(hub, second, SECOND)
    assert look(api_of(hub), REPO).newest == "0.2.0"
    with pytest.raises(CorpusError, match="refused the token"):
        look(api_of(hub, "hf_wrong"), REPO)


def test_a_public_repository_is_not_made_private_in_passing() -> None:
    assert public(REPO, There(), private=False)
    assert not public(REPO, There(), private=True)
    with pytest.raises(CorpusError, match=r"^owner/name: is public, and --private is for a new"):
        public(REPO, There("abc", private=False), private=True)


def test_what_somebody_else_put_there_stays(hub: Hub, first: Path, second: Path) -> None:
    published(hub, first, FIRST)
    theirs = {"code/train.py": b"1", "data/sources.csv": b"2"}
    hub.repositories[REPO].commits[-1].files.update(theirs)
    published(hub, second, SECOND)
    assert hub.repositories[REPO].commits[-1].files.items() >= theirs.items()


def test_another_dataset_is_not_replaced(hub: Hub, first: Path) -> None:
    other = Commit("other", {"README.md": b"#", "data/train.parquet": b"PAR1"})
    hub.repositories[REPO] = Repository(private=False, commits=[other])
    with pytest.raises(CorpusError, match=r"^owner/name: holds 'data/train.parquet', and no check"):
        planned(hub, first, FIRST)


def test_a_name_without_an_owner_is_refused(hub: Hub) -> None:
    with pytest.raises(CorpusError, match=r"^name: expected OWNER/NAME"):
        look(api_of(hub), "name")
    with pytest.raises(CorpusError, match=r"^a b/c: .*Repo id must"):
        look(api_of(hub), "a b/c")
    assert hub.asked == []


def test_a_client_that_is_offline_says_so(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(CorpusError, match=r"^owner/name: HF_HUB_OFFLINE is set"):
        look(api_of(hub), REPO)


def test_a_build_leaves_the_client_as_it_was(hub: Hub, first: Path, tmp_path: Path) -> None:
    made(tmp_path / "other", FIRST, RAINED)
    assert not constants.HF_HUB_OFFLINE
    assert published(hub, first, FIRST) == hub.repositories[REPO].tags["v0.1.0"]


def test_texts_that_are_public_without_a_licence_are_named(tmp_path: Path) -> None:
    """`free` is released with its words on its basis alone; the others are withheld."""
    root = some_closed(tmp_path / "corpus", licence=" Unknown ")
    build(*read_corpus(root), tmp_path / "dataset")
    said = list[str]()
    with pytest.raises(CorpusError, match=r"^1 text\(s\) of unknown licence would be public"):
        unlicensed.refuse(root, read_release(tmp_path / "dataset"), said.append)
    assert said == ["free: licence unknown; basis: invented"]
    free = some_closed(tmp_path / "free", licence="CC0-1.0")
    shutil.rmtree(tmp_path / "dataset")
    build(*read_corpus(free), tmp_path / "dataset")
    unlicensed.refuse(free, read_release(tmp_path / "dataset"), said.append)


def test_a_pilot_is_of_a_version_that_begins_with_0(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as refused:
        made(tmp_path, About(version="1.0.0"), RAINED)
    assert str(refused.value) == (
        "dataset.toml: version: found 1.0.0; expected 0.x.y, since a corpus of fewer than 10"
        " documents is a pilot"
    )
    assert not (tmp_path / "dataset").exists()


@pytest.mark.parametrize(
    "version", ["1.0", "v0.1.0", "0.1.0-rc1", "01.0.0", "", f"0.{'1' * 5000}.0"]
)
def test_a_version_is_of_three_numbers(tmp_path: Path, version: str) -> None:
    (tmp_path / "dataset.toml").write_text(f'version = "{version}"\n')
    with pytest.raises(CorpusError) as refused:
        read_about(tmp_path)
    assert str(refused.value) == (
        f"{tmp_path}/dataset.toml: version: found {version!r}; expected three numbers, such as"
        " 0.2.0 (Semantic Versioning)"
    )


def test_a_changelog_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dataset" / "CHANGELOG.md"
    path.parent.mkdir()
    path.write_bytes(b"## 0.1.0 \xff")
    with pytest.raises(CorpusError, match=f"^{path}: not UTF-8 at byte 9: save it as UTF-8"):
        read_about(tmp_path)

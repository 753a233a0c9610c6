"""The real Hub takes what the one of the tests takes. Collected only if HEDGEROW_HUB_TEST is set.

It names a dataset repository that is not there yet (OWNER/NAME), which is made private and deleted
at the end. HF_TOKEN needs to write there.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from corpus.dataset.about import About
from corpus.dataset.hub import There, commit, look
from corpus.dataset.publication import plan, publish
from corpus.errors import CorpusError
from tests.dataset.releases import FIRST, SECOND, first_of, second_of

REPO = os.environ.get("HEDGEROW_HUB_TEST", "")


@pytest.fixture
def api() -> Iterator[HfApi]:
    api = HfApi()
    assert look(api, REPO).head is None, f"{REPO} is there already; name one that is not"
    yield api
    api.delete_repo(REPO, repo_type="dataset", missing_ok=True)


def published(api: HfApi, there: There, built: Path, about: About) -> str | None:
    found = plan(api, REPO, there, built, about)
    found.refuse_version()
    return publish(api, found, private=True)


def test_a_release_is_one_commit_and_a_tag_and_loads(api: HfApi, tmp_path: Path) -> None:
    from datasets import load_dataset

    first, second = first_of(tmp_path / "first"), second_of(tmp_path / "second")
    made = published(api, look(api, REPO), first, FIRST)
    there = look(api, REPO)
    assert (there.head, [*there.tags], there.private) == (made, ["v0.1.0"], True)
    assert published(api, there, first, FIRST) is None
    assert look(api, REPO) == there

    assert published(api, there, second, SECOND)
    now = look(api, REPO)
    assert (now.newest, len(api.list_repo_commits(REPO, repo_type="dataset"))) == ("0.2.0", 3)
    with pytest.raises(CorpusError, match="somebody else changed it meanwhile"):
        commit(api, REPO, there, {"README.md": second / "checksums.txt"}, [], "x", private=True)
    with pytest.raises(CorpusError, match="the Hub refused the token"):
        look(HfApi(token="hf_wrong"), REPO)
    assert look(api, REPO) == now

    claims = load_dataset(REPO, "claims", revision="v0.1.0", split="pilot")
    assert claims.features["certainty_label"].names == ["certain", "possible"]
    stream = load_dataset(REPO, "events", revision="v0.2.0", split="pilot", streaming=True)
    assert [row["text"] for row in stream] == ["said"]

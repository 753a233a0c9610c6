"""How Hypothesis runs: the same examples each time, so that a red build is red again. A cache.

One real Label Studio for all tests: a new data folder costs most of a minute.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from corpus.labelstudio.local import running
from corpus.labelstudio.server import Server

if "HEDGEROW_HUB_TEST" not in os.environ:
    collect_ignore = ["dataset/test_real_hub.py"]  # see CONTRIBUTING.md

settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the caches of a run, whose processes share them, to itself: it begins without any."""
    base = tmp_path_factory.getbasetemp()
    own = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["XDG_CACHE_HOME"] = str(own / "cache")


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running Label Studio with the accounts of ann and bo; use project titles of your own."""
    folder = tmp_path_factory.mktemp("studio") / "data"
    with running(folder, ("ann", "bo"), say=lambda remark: None) as server:
        yield server


@pytest.fixture
def used_folder(studio: Server, tmp_path: Path) -> Path:
    """A data folder that has been used before: a copy of the running one's."""
    folder = tmp_path / "used"
    folder.mkdir(mode=0o700)
    for name in ("credentials.json", ".env"):
        shutil.copy(studio.folder / name, folder / name)
    name = "label_studio.sqlite3"
    with (
        closing(sqlite3.connect(studio.folder / name)) as live,
        closing(sqlite3.connect(folder / name)) as copy,
    ):
        live.backup(copy)
    return folder

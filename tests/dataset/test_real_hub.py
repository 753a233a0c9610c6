"""The real Hub: only where HEDGEROW_HUB_TEST names a repository (see docs/publishing.md)."""

import os
from pathlib import Path

from corpus.dataset import publication
from corpus.dataset.about import About
from corpus.dataset.build import build
from corpus.shorthand import parse
from tests.corpora import TINY

REPO = os.environ.get("HEDGEROW_HUB_TEST")

if REPO:

    def test_a_tiny_corpus_is_published_once(tmp_path: Path) -> None:
        from huggingface_hub import HfApi

        api, about = HfApi(), About(changelog="## 0.1.0\n")
        build(parse("She said [it rained]{claim}.", TINY), TINY, tmp_path / "dataset", about=about)
        for _ in range(2):
            there = publication.look(api, REPO)
            found = publication.difference(api, REPO, there, tmp_path / "dataset", about)
            commit = publication.publish(
                api, REPO, there, found, tmp_path / "dataset", about.version, private=True
            )
        assert commit is None
        assert publication.look(api, REPO).newest == "0.1.0"

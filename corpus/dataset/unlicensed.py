"""Which texts are published with their words although nobody knows their licence."""

from collections.abc import Callable
from pathlib import Path

from corpus.dataset.published import DOCUMENTS
from corpus.dataset.release import Release
from corpus.errors import CorpusError, SeedError
from corpus.seeds import is_unknown
from corpus.toml import read_toml


def refuse(root: Path, release: Release, say: Callable[[str], None]) -> None:
    """Name each such text, and on what it is passed on; then raise CorpusError if there is one."""
    found = unlicensed(release)
    for doc_id in found:
        say(f"{doc_id}: licence unknown; basis: {_basis(root, doc_id)}")
    if found:
        raise CorpusError(
            f"{len(found)} text(s) of unknown licence would be public, with their words: say that"
            " this may be with --confirm-basis, or put release = 'standoff' into their seeds/*.toml"
        )


def unlicensed(release: Release) -> list[str]:
    """Return the ids of these texts."""
    found = {
        row["doc_id"]
        for frame in release.rows[DOCUMENTS].values()
        for row in frame.select("doc_id", "text", "licence").iter_rows(named=True)
        if row["text"] is not None and is_unknown(row["licence"])
    }
    return sorted(found)


def _basis(root: Path, doc_id: str) -> str:
    about = read_toml(root / "seeds" / f"{doc_id}.toml", SeedError)
    return str(about.get("basis") or "not said")

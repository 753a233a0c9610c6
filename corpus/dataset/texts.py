"""Which texts are passed on although nobody knows their licence."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from corpus.errors import CorpusError, SeedError
from corpus.seeds import UNKNOWN
from corpus.tables import Tables
from corpus.toml import read_toml


def refuse_unconfirmed(root: Path, tables: Tables, say: Callable[[str], None]) -> None:
    """Say of each such text on what it is passed on, and raise CorpusError if there is one."""
    released = tables.documents.filter(release="text").select("doc_id", "licence").collect()
    unknown = pl.col("licence").str.strip_chars().str.to_lowercase().is_in([*UNKNOWN])
    found = released.filter(unknown)["doc_id"].to_list()
    for doc_id in found:
        say(f"{doc_id}: licence unknown; basis: {_basis(root, doc_id)}")
    if found:
        raise CorpusError(
            f"{len(found)} text(s) of unknown licence would be public: say --confirm-basis if that"
            " may be; release = 'standoff' in seeds/<document>.toml publishes one without its words"
        )


def _basis(root: Path, doc_id: str) -> str:
    path = root / "seeds" / f"{doc_id}.toml"
    return str(read_toml(path, SeedError).get("basis") or "not said")

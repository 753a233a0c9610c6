"""Which split a document is in: told by a hash, so that no document moves when others come.

Near-duplicates (see C105) stand in one split: that of the first of them, in the order of their ids.
Only a text that is like two older ones of different splits could be in either; it follows the one
that it resembles most.
"""

import hashlib
from collections.abc import Sequence

from corpus.rules.duplicates import resembling
from corpus.tables import Tables

PILOT = "pilot"
"""The one split of a corpus that is too small to be split."""
LEAST = 10
"""Documents of which splits are made."""
TENTHS = ("test", "validation", *["train"] * 8)
SPLITS = (PILOT, "train", "validation", "test")
"""In the order in which they are shown."""


def splits(tables: Tables, doc_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return split -> its documents, of these; each in the order of SPLITS and of ids."""
    if len(doc_ids) < LEAST:
        return {PILOT: sorted(doc_ids)}
    texts = tables.documents.select("doc_id", "text").sort("doc_id")
    earlier = dict(resembling(texts).select("doc_id", "other").collect().iter_rows())
    found = {split: list[str]() for split in SPLITS}
    for doc_id in sorted(doc_ids):
        found[_split(_first(doc_id, earlier))].append(doc_id)
    return {split: own for split, own in found.items() if own}


def _first(doc_id: str, earlier: dict[str, str]) -> str:
    while doc_id in earlier:
        doc_id = earlier[doc_id]
    return doc_id


def _split(doc_id: str) -> str:
    digest = hashlib.sha256(doc_id.encode()).digest()
    return TENTHS[int.from_bytes(digest[:8]) % len(TENTHS)]

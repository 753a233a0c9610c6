"""What researchers import: a corpus as pandas frames, and as documents to walk through."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.research.annotator import annotators, of_annotator
from corpus.research.collection import Documents
from corpus.research.documents import Document, Relation, Sentence, Span
from corpus.research.frames import as_pandas
from corpus.research.lazy import Lazy
from corpus.research.rows import DOCUMENTS, SPLIT, WHAT
from corpus.research.sources import tables_of
from corpus.research.vocabulary import layers_of, types_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Corpus", "Document", "Documents", "Relation", "Sentence", "Span", "load"]

GOLD = "gold"


@dataclass(frozen=True, eq=False, repr=False)
class Corpus:
    """A corpus in memory; see `load`.

    frames: config (`claims`, `tokens`) -> its rows, made when they are asked for. documents: by
    place, or by id. annotators: whose annotations there are to load. splits: split -> the ids of
    its documents.
    """

    source: str
    annotator: str
    annotators: tuple[str, ...]
    frames: Mapping[str, "pd.DataFrame"]
    documents: Documents
    splits: Mapping[str, list[str]]

    def __repr__(self) -> str:
        whose = f"{self.annotator} of {self.source!r}"
        return f"<Corpus: {whose}, {self.documents!r}>"


def load(
    source: str | os.PathLike[str] = ".",
    annotator: str | None = None,
    revision: str | None = None,
) -> Corpus:
    """Load a corpus.

    Args:
        source: a corpus folder (with schemas/), of which nothing need be built; a dataset folder
            (with data/), as a build makes it; or a dataset on the Hub, as "owner/name".
        annotator: whose annotations, "m2", or "m2.2" for a second pass. Without it, gold; and
            of a document that has none, everyone's.
        revision: a tag, branch or commit of the Hub; name a tag, and the data never changes.

    Raises:
        CorpusError: there is no such source, revision or annotator; the labels break a rule.
    """
    tables = tables_of(source, revision)
    names, layers, types = annotators(tables), layers_of(tables), list[str]()
    if annotator is not None and (annotator != GOLD or GOLD in names):
        types, tables = types_of(tables), of_annotator(tables, annotator)
    pairs = tables[DOCUMENTS].frame.select(SPLIT, "doc_id").unique(maintain_order=True)
    splits: dict[str, list[str]] = {}
    for split, doc_id in pairs.iter_rows():
        splits.setdefault(split, []).append(doc_id)
    what = WHAT if annotator is None else f"{WHAT} of {annotator}"
    frames = Lazy(tables, lambda name: as_pandas(tables[name]), what)
    whose = annotator or GOLD
    documents = Documents(tables, layers, types)
    return Corpus(os.fspath(source), whose, tuple(names), frames, documents, splits)

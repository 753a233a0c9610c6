"""The documents of a corpus, each made of its rows when it is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, overload
from weakref import WeakValueDictionary

import polars as pl

from corpus.dataset.released import KEY
from corpus.errors import CorpusError
from corpus.research.documents import Document, Said
from corpus.research.rows import DOCUMENTS, Tables
from corpus.research.vocabulary import Vocabulary, vocabulary

NESTED = ("spans", "sentences", "relations")
Key = tuple[Any, ...]


class Documents(Sequence[Document]):
    """Documents by place (`documents[0]`) or by id (`documents["a-text"]`).

    One is made anew when nothing holds it any more, so that going through many costs little memory.
    """

    def __init__(
        self, tables: Tables, layers: Mapping[str, str], types: Iterable[str] = ()
    ) -> None:
        self._tables = tables
        self._layers = layers
        self._types = types
        self._frame = tables[DOCUMENTS].frame
        self._made = WeakValueDictionary[int, Document]()

    def __len__(self) -> int:
        return self._frame.height

    @overload
    def __getitem__(self, at: int | str) -> Document: ...
    @overload
    def __getitem__(self, at: slice) -> list[Document]: ...
    def __getitem__(self, at: int | str | slice) -> Document | list[Document]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        number = self._number(at) if isinstance(at, str) else range(len(self))[at]
        document = self._made.get(number)
        if document is None:
            document = self._made[number] = self._make(number)
        return document

    def __repr__(self) -> str:
        return f"{len(self)} document{'' if len(self) == 1 else 's'}"

    def _ipython_key_completions_(self) -> list[str]:
        return [*self._frame["doc_id"].unique(maintain_order=True)]

    def _number(self, doc_id: str) -> int:
        found = self._places.get(doc_id, [])
        if not found:
            raise KeyError(f"no document {doc_id!r}; there are {len(self)}")
        if len(found) > 1:
            names = ", ".join(sorted({*self._frame[found]["annotator"]}))
            raise CorpusError(f"{doc_id}: has no gold, but the annotations of {names}: load one")
        return found[0]

    def _make(self, number: int) -> Document:
        row = self._frame.row(number, named=True)
        key = tuple(row[name] for name in KEY)
        own = ("doc_id", "text", *NESTED)
        about = {name: value for name, value in row.items() if name not in own}
        nested = {name: row[name] for name in NESTED}
        return Document(row["doc_id"], row["text"], about, self.vocabulary, nested, self._said(key))

    def _said(self, key: Key) -> Said:
        """Return the attributes of the spans of one annotation."""
        found: dict[int, dict[str, Any]] = {}
        for rows in self._rows.values():
            if key in rows:
                found.update((values.pop("span"), values) for values in rows[key].to_dicts())
        return found

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names that the rows bring."""
        return vocabulary(self._tables, self._layers, self._types)

    @cached_property
    def _rows(self) -> dict[str, dict[Key, pl.DataFrame]]:
        """Layer -> annotation -> the rows of its spans."""
        layers = self.vocabulary.layers.items()
        return {
            layer: self._tables[plural]
            .frame.select(*KEY, "span", *self.vocabulary.attributes[layer])
            .partition_by(KEY, as_dict=True, include_key=False)
            for layer, plural in layers
            if plural in self._tables
        }

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, doc_id in enumerate(self._frame["doc_id"]):
            found.setdefault(doc_id, []).append(number)
        return found

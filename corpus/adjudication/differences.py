"""What annotators say differently, as it is shown to people who decide nothing there."""

from collections.abc import Iterator, Mapping

import msgspec
import polars as pl

from corpus.adjudication.comparison import Comparison, compared
from corpus.adjudication.conflicts import Conflict, conflicts, items_of
from corpus.adjudication.sources import Sources, Version
from corpus.adjudication.words import NEAR, around, shown
from corpus.schema import Schema
from corpus.tables import Tables


class Difference(msgspec.Struct, frozen=True, order=True):
    """One place where annotators differ.

    kind: as of conflicts. about: which layer, attribute or relation. before, text, after: the words
    with their sentence. versions: annotator -> what that one says.
    """

    kind: str
    about: str
    document: str
    start: int
    before: str
    text: str
    after: str
    versions: dict[str, str]


def differences(tables: Tables, schema: Schema, names: Mapping[int, str]) -> Iterator[Difference]:
    """Yield where the annotations of these rows (row -> name) differ, document by document."""
    columns = ("row", "doc_id", "file", "sha256")
    rows = tables.annotations.filter(pl.col("row").is_in([*names])).select(columns).collect()
    chosen = dict[str, Sources]()
    for row, doc_id, file, sha256 in rows.iter_rows():
        chosen.setdefault(doc_id, {})[row] = Version(names[row], file, sha256 or "")
    several = {doc_id: own for doc_id, own in sorted(chosen.items()) if len(own) > 1}
    for comparison in compared(tables, schema, several):
        for conflict in conflicts(comparison).values():
            yield _difference(comparison, conflict)


def _difference(comparison: Comparison, conflict: Conflict) -> Difference:
    text, places = comparison.text, [item.place for item in items_of(comparison, conflict.aspect)]
    start, end = min(s for s, _ in places), max(e for _, e in places)
    if end - start > 4 * NEAR:  # a relation from afar: where it begins
        start, end = places[0]
    first, last = around(comparison, start, end)
    return Difference(
        conflict.kind,
        conflict.about,
        comparison.doc_id,
        start,
        shown(text[first:start]),
        shown(text[start:end]),
        shown(text[end:last]),
        {comparison.versions[letter].annotator: said for letter, said in conflict.says.items()},
    )

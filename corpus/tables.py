"""The tables that everything between the edges is made of, and what an offset is.

**Offsets** are 0-based and half-open and count Unicode code points of the unaltered text:
`text[start:end]` is the span. A text is read as bytes and decoded as UTF-8, never with newline
translation; what counts otherwise is converted where it enters.

**Keys are claims that rules check, never constraints.** Each annotation has a `row`, and what
belongs to it refers to that row (`annotation`), never to a name, so that repeated ids stay
visible. `row` in the other tables is the order in the source. `line` is the line in the file as
read, 1 for a file that is not laid out one item a line.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import polars as pl

from corpus.schema import Schema

Row = tuple[object, ...]
FOLDED = re.compile(r"[\s\ufeff]|\\n|\\r|\\t")

PASSAGE = pl.Struct({"kind": pl.String, "start": pl.Int64, "end": pl.Int64})
SENTENCE = pl.Struct({"start": pl.Int64, "end": pl.Int64})

COLUMNS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "documents": {
        "doc_id": pl.String,
        "text": pl.String,
        "text_sha256": pl.String,
        "title": pl.String,
        "source": pl.String,
        "url": pl.String,
        "date": pl.String,
        "date_inferred": pl.Boolean,
        "language": pl.String,
        "licence": pl.String,
        "release": pl.String,
        "passages": pl.List(PASSAGE),
        "sentences": pl.List(SENTENCE),
        "entities": pl.List(pl.String),  # that may be meant in it; null: any
        "file": pl.String,
    },
    "annotations": {
        "row": pl.UInt32,
        "doc_id": pl.String,
        "annotator": pl.String,
        "pass": pl.Int64,
        "status": pl.String,  # single; of gold: adjudicated, or automatic (by unconfirmed votes)
        "state": pl.String,  # submitted, skipped, draft, open (a task that nobody has begun)
        "schema_version": pl.String,
        "guideline_version": pl.String,
        "given_sha256": pl.String,  # of the text that the annotator saw
        "file": pl.String,
        "place": pl.String,  # where in the file, if lines do not tell
        "sha256": pl.String,  # of the bytes of an annotation file; null for an export
    },
    "spans": {
        "annotation": pl.UInt32,
        "row": pl.UInt32,
        "span_id": pl.String,
        "layer": pl.String,
        "start": pl.Int64,
        "end": pl.Int64,
        "text": pl.String,  # the slice; null where the offsets lie outside the text
        "before": pl.String,  # one character, empty at the edge of the text
        "after": pl.String,
        "given_text": pl.String,  # what the source claims the slice to be
        "origin": pl.String,  # manual, prediction
        "line": pl.Int64,
    },
    "attributes": {
        "annotation": pl.UInt32,
        "row": pl.UInt32,
        "span_id": pl.String,
        "name": pl.String,
        "position": pl.Int64,
        "value": pl.String,
        "defaulted": pl.Boolean,
        "line": pl.Int64,
    },
    "relations": {
        "annotation": pl.UInt32,
        "row": pl.UInt32,
        "type": pl.String,
        "from_id": pl.String,
        "to_id": pl.String,
        "line": pl.Int64,
    },
    "entities": {
        "entity_id": pl.String,
        "name": pl.String,
        "type": pl.String,
        "wikidata": pl.String,
        "description": pl.String,
        "file": pl.String,
    },
    "annotators": {
        "annotator": pl.String,
        "kind": pl.String,
        "description": pl.String,
    },
    "frozen": {
        "round": pl.String,
        "kind": pl.String,  # of the round
        "file": pl.String,
        "sha256": pl.String,  # of its bytes when the round was closed
        "found": pl.String,  # of its bytes now; null: it is gone
    },
    "waivers": {
        "rule": pl.String,  # name or code
        "document": pl.String,
        "annotator": pl.String,
        "item": pl.String,
        "reason": pl.String,
        "file": pl.String,
        "number": pl.Int64,  # in its file, from 1
    },
    "decisions": {
        "doc_id": pl.String,
        "adjudicator": pl.String,  # null: not said; a row for each who decided
        "method": pl.String,  # curator, majority; null: not said
        "file": pl.String,
    },
    "faults": {
        "rule": pl.String,
        "file": pl.String,
        "line": pl.Int64,
        "document": pl.String,
        "annotator": pl.String,
        "item": pl.String,
        "message": pl.String,
    },
}
"""Table -> column -> type. The key of `annotations` is (doc_id, annotator, pass)."""


@dataclass(frozen=True)
class Tables:
    """The tables, as lazy frames over memory; `faults` is what could not be read at all.

    whole: they hold all annotations of the corpus, so that what is not there is nowhere.
    """

    documents: pl.LazyFrame
    annotations: pl.LazyFrame
    spans: pl.LazyFrame
    attributes: pl.LazyFrame
    relations: pl.LazyFrame
    entities: pl.LazyFrame
    annotators: pl.LazyFrame
    frozen: pl.LazyFrame
    waivers: pl.LazyFrame
    decisions: pl.LazyFrame
    faults: pl.LazyFrame
    whole: bool = False

    def of(self, annotations: Iterable[int]) -> "Tables":
        """Return the tables with these annotations only (by row)."""
        rows = pl.Series(list(annotations), dtype=pl.UInt32).implode()
        kept = {
            name: getattr(self, name).filter(pl.col("annotation").is_in(rows))
            for name in ("spans", "attributes", "relations")
        }
        own = self.annotations.filter(pl.col("row").is_in(rows))
        return replace(self, annotations=own, whole=False, **kept)


@dataclass
class Rows:
    """Rows in the making: readers append, `tables` turns them into frames."""

    documents: list[Row] = field(default_factory=list)
    annotations: list[Row] = field(default_factory=list)
    spans: list[Row] = field(default_factory=list)
    attributes: list[Row] = field(default_factory=list)
    relations: list[Row] = field(default_factory=list)
    entities: list[Row] = field(default_factory=list)
    annotators: list[Row] = field(default_factory=list)
    frozen: list[Row] = field(default_factory=list)
    waivers: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    faults: list[Row] = field(default_factory=list)

    def tables(self, schema: Schema, *, whole: bool = False) -> Tables:
        """Return the frames, with a row for each default that the source left unsaid."""
        frames = {f.name: _frame(f.name, getattr(self, f.name)) for f in fields(self)}
        frames["attributes"] = _with_defaults(frames["spans"], frames["attributes"], schema)
        return Tables(**{name: frame.lazy() for name, frame in frames.items()}, whole=whole)


def file_name(path: Path) -> str:
    """Return a path as findings show it: from the root of its git checkout, else as given."""
    real = path.parent.resolve() / path.name
    top = next((folder for folder in real.parents if (folder / ".git").exists()), None)
    shown = path if top is None else real.relative_to(top)
    return plain(shown)


def plain(path: str | Path) -> str:
    """Return a path, or a part of one, as a text; bytes that are not UTF-8 are written out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def whole(path: Path) -> Path:
    """Return the absolute path without dots; links stay, since a file belongs where it is seen."""
    return Path(os.path.normpath(path.absolute()))


def spans_of(text: str, start: int, end: int) -> tuple[str | None, str | None, str | None]:
    """Return (text, before, after) of a span; all None where the offsets are out of the text."""
    if not 0 <= start <= end <= len(text):
        return None, None, None
    return text[start:end], text[max(start - 1, 0) : start], text[end : end + 1]


def folded(text: str) -> str:
    """Return a text without white space, and without the escapes that Label Studio makes of it."""
    return FOLDED.sub("", text)


def defaults(schema: Schema) -> Iterator[tuple[str, str, str]]:
    """Yield (layer, attribute, value) for each attribute that has a default."""
    for layer, name, attribute in schema.attributes():
        if attribute.default is not None:
            yield layer, name, attribute.default


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COLUMNS[name], orient="row")


def _with_defaults(spans: pl.DataFrame, given: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    declared = pl.DataFrame(
        list(defaults(schema)),
        schema={"layer": pl.String, "name": pl.String, "value": pl.String},
        orient="row",
    )
    unsaid = (
        spans.unique(["annotation", "span_id", "layer"], keep="first", maintain_order=True)
        .join(declared, on="layer", maintain_order="left_right")
        .join(given, on=["annotation", "span_id", "name"], how="anti", maintain_order="left")
        .with_columns(position=pl.lit(0, pl.Int64), defaulted=pl.lit(value=True))
    )
    return pl.concat([given, unsaid.select(given.columns)])


Item = dict[str, Any]


def submitted(tables: Tables) -> Iterator[tuple[Item, dict[str, list[Item]]]]:
    """Yield each submitted annotation with its spans, attributes and relations, by table."""
    items = {}
    for name in ("spans", "attributes", "relations"):
        groups = getattr(tables, name).collect().partition_by("annotation", as_dict=True)
        items[name] = {key[0]: group.to_dicts() for key, group in groups.items()}
    for annotation in tables.annotations.filter(state="submitted").collect().to_dicts():
        yield annotation, {name: of.get(annotation["row"], []) for name, of in items.items()}


def wide(tables: Tables, names: Mapping[str, bool]) -> pl.LazyFrame:
    """Return the attributes as columns, one row a span.

    Args:
        tables: the tables.
        names: attribute -> whether it can have several values (then the column is a list).

    Returns:
        Columns annotation, span_id and one for each name; null (or an empty list) where absent.
    """
    value = pl.col("value")
    chosen = {name: value.filter(pl.col("name") == name) for name in names}
    columns = [
        (chosen[name] if many else chosen[name].first()).alias(name) for name, many in names.items()
    ]
    ordered = tables.attributes.sort("annotation", "span_id", "position", maintain_order=True)
    return ordered.group_by("annotation", "span_id", maintain_order=True).agg(columns)

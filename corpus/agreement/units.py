"""What is compared: the spans of several annotators, the documents laid end to end on one line.

A unit is a span; the parts of one that goes on after an interruption (a relation that `inherits`)
are one unit, from the first to the last. Texts that nobody published (`published = false`), flags
that say nothing of the text (`scored = false`) and layers that the schema lacks are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from corpus.schema import Attribute, Layer, Schema
from corpus.tables import Tables
from corpus.tokens import words

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
ABSENT = ""
"""The value of an attribute of which nothing is said."""


@dataclass(frozen=True, eq=False)
class Units:
    """Annotations of documents by annotators, numbered in the order of both tuples.

    annotated: (annotators, documents), who has annotated what. begins: where each document begins
    on the line, and where the last ends. sentences: where each sentence begins on the line.
    passages: of each text, the stretches that are annotated.

    spans: unit, annotator, document, layer (their numbers), start, end (in the document), label
    (what its layer names first of it), id. stretches: unit, start, end: more than one row for a
    unit of several parts. attributes: unit, layer, name, value; a row for each that is scored, a
    set as its values with blanks between. relations: type, from, to (units).
    """

    schema: Schema
    annotators: tuple[str, ...]
    documents: tuple[str, ...]
    annotated: Bools
    begins: Ints
    sentences: Ints
    texts: tuple[str, ...]
    passages: tuple[list[tuple[int, int]], ...]
    spans: pl.DataFrame
    stretches: pl.DataFrame
    attributes: pl.DataFrame
    relations: pl.DataFrame

    @cached_property
    def layers(self) -> list[str]:
        """Return the layers in the order of their numbers."""
        return [*self.schema.layers]

    @cached_property
    def tokens(self) -> tuple[Ints, Ints]:
        """Return where each word of annotated passages begins and ends, on the line."""
        found = [
            (begin + word.start(), begin + word.end())
            for begin, text, passages in zip(
                self.begins.tolist(), self.texts, self.passages, strict=False
            )
            for passage in passages
            for word in words(text, *passage)
        ]
        both = np.array(found, dtype=np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    @cached_property
    def features(self) -> pl.DataFrame:
        """Return (unit, feature) of what is said of each unit, but for where it lies."""
        said = pl.struct("name", "value").hash()
        values = self.attributes.filter(pl.col("value") != ABSENT)
        frames = [values.select("unit", feature=said)]
        places = self.spans.select("unit", "layer", "start", "end")
        for near, far in (("from", "to"), ("to", "from")):
            ends = self.relations.select("type", unit=near, far=far)
            whole = ends.join(places, left_on="far", right_on="unit")
            place = pl.struct("type", pl.lit(near), "layer", "start", "end").hash()
            frames.append(whole.select("unit", feature=place))
        return pl.concat(frames).unique()


def units(
    tables: Tables, schema: Schema, names: Mapping[int, str], *, united: bool = True
) -> Units:
    """Return the annotations of these rows, by the names under which they are compared.

    Of spans with one id the first counts, and of relations those whose ends are there.
    united: the parts of what goes on after an interruption are one unit.
    """
    numbered = sorted({*names.values()})
    rows = tables.annotations.filter(pl.col("row").is_in([*names])).collect()
    doc_ids = sorted({*rows["doc_id"]})
    documents = _documents(tables, doc_ids)
    place = {doc_id: number for number, doc_id in enumerate(doc_ids)}
    annotated = np.zeros((len(numbered), len(doc_ids)), dtype=bool)
    keys = []
    for row, doc_id in rows.select("row", "doc_id").iter_rows():
        key = (row, numbered.index(names[row]), place[doc_id])
        annotated[key[1:]] = True
        keys.append(key)
    begins = _begins(documents)
    spans, stretches, relations = _spans(tables, schema, keys, united=united)
    return Units(
        schema,
        tuple(numbered),
        tuple(doc_ids),
        annotated,
        begins,
        _sentences(documents, begins),
        tuple(row["text"] for row in documents),
        tuple([*_annotated(row, schema)] for row in documents),
        spans.drop("annotation", "label_name"),
        stretches,
        _attributes(tables, schema, spans),
        relations,
    )


def scored(layer: Layer) -> dict[str, Attribute]:
    """Return the attributes of a layer that are compared."""
    return {
        name: attribute
        for name, attribute in layer.attributes.items()
        if attribute.scored and attribute.published and attribute.kind != "text"
    }


def label_of(layer: Layer) -> str | None:
    """Return the attribute that says what a span is: the first choice that is required."""
    for name, attribute in scored(layer).items():
        if attribute.kind == "choice" and attribute.required and not attribute.multiple:
            return name
    return None


def _documents(tables: Tables, doc_ids: Sequence[str]) -> list[dict[str, Any]]:
    known = {row["doc_id"]: row for row in tables.documents.collect().to_dicts()}
    return [known.get(doc_id, {"text": "", "sentences": [], "passages": []}) for doc_id in doc_ids]


def _annotated(document: dict[str, Any], schema: Schema) -> Iterator[tuple[int, int]]:
    for passage in document["passages"] or []:
        if passage["kind"] in schema.passages.annotated:
            yield passage["start"], passage["end"]


def _begins(documents: Iterable[dict[str, Any]]) -> Ints:
    """Return where documents begin on the line: a position lies between two of them."""
    lengths = [len(row["text"]) + 1 for row in documents]
    return np.cumsum([0, *lengths], dtype=np.int64)


def _sentences(documents: Sequence[dict[str, Any]], begins: Ints) -> Ints:
    found = [
        begin + sentence["start"]
        for row, begin in zip(documents, begins.tolist(), strict=False)
        for sentence in row["sentences"] or []
    ]
    return np.array(sorted(found), dtype=np.int64)


def _spans(
    tables: Tables, schema: Schema, keys: Sequence[tuple[int, int, int]], *, united: bool
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return spans, stretches and relations."""
    annotations = pl.DataFrame(
        keys,
        schema={"annotation": pl.UInt32, "annotator": pl.Int64, "document": pl.Int64},
        orient="row",
    )
    order = pl.DataFrame(
        [(name, number, label_of(la)) for number, (name, la) in enumerate(schema.layers.items())],
        schema={"name": pl.String, "layer": pl.Int64, "label_name": pl.String},
        orient="row",
    )
    found = (
        tables.spans.filter(pl.col("text").is_not_null() & (pl.col("start") < pl.col("end")))
        .unique(["annotation", "span_id"], keep="first", maintain_order=True)
        .rename({"layer": "name", "span_id": "id"})
        .select("annotation", "id", "name", "start", "end")
        .collect()
        .join(annotations, on="annotation")
        .join(order, on="name")
        .sort("document", "layer", "start", "end", "annotator", "id")
        .with_row_index("part")
        .with_columns(pl.col("part").cast(pl.Int64))
    )
    ends = _ends(tables, found)
    firsts = _firsts(schema, ends if united else ends.clear())
    found = found.join(firsts, on="part", how="left", maintain_order="left")
    found = found.with_columns(unit=pl.coalesce("first", "part"))
    return _united(tables, found, ends)


def _ends(tables: Tables, spans: pl.DataFrame) -> pl.DataFrame:
    """Return the relations, from part to part."""
    parts = spans.select("annotation", "id", "part")
    return (
        tables.relations.select("annotation", "type", "from_id", "to_id")
        .unique(maintain_order=True)
        .collect()
        .join(parts.rename({"id": "from_id", "part": "from"}), on=["annotation", "from_id"])
        .join(parts.rename({"id": "to_id", "part": "to"}), on=["annotation", "to_id"])
        .select("type", "from", "to")
    )


def _firsts(schema: Schema, ends: pl.DataFrame) -> pl.DataFrame:
    """Return (part, first) of the parts that go on with another: with which they begin."""
    inherit = [name for name, relation in schema.relations.items() if relation.inherits]
    links = ends.filter(pl.col("type").is_in(inherit)).select("from", "to")
    before = dict(links.iter_rows())
    return pl.DataFrame(
        [(part, _first(part, before)) for part in before],
        schema={"part": pl.Int64, "first": pl.Int64},
        orient="row",
    )


def _first(part: int, before: Mapping[int, int]) -> int:
    seen = {part}
    while (part := before.get(part, part)) not in seen:
        seen.add(part)
    return part


def _united(
    tables: Tables, parts: pl.DataFrame, ends: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return spans, stretches and relations, with the parts of a unit as one."""
    whole = parts.group_by("unit").agg(pl.col("start").min(), pl.col("end").max())
    heads = parts.filter(pl.col("unit") == pl.col("part")).drop("start", "end", "part", "first")
    named = tables.attributes.filter(position=0).select(
        "annotation", "value", id="span_id", label_name="name"
    )
    spans = (
        heads.join(whole, on="unit")
        .join(
            named.collect().unique(["annotation", "id", "label_name"]),
            on=["annotation", "id", "label_name"],
            how="left",
        )
        .rename({"value": "label"})
        .sort("document", "layer", "start", "end", "annotator", "unit")
    )
    known = parts.select("part", "unit")
    relations = (
        ends.join(known, left_on="from", right_on="part")
        .join(known, left_on="to", right_on="part", suffix="_to")
        .select("type", pl.col("unit").alias("from"), pl.col("unit_to").alias("to"))
        .filter(pl.col("from") != pl.col("to"))
        .unique(maintain_order=True)
    )
    return spans, parts.select("unit", "start", "end"), relations


def _attributes(tables: Tables, schema: Schema, spans: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each scored attribute of each unit, with ABSENT where nothing is said."""
    names = pl.DataFrame(
        [*_names(schema)], schema={"layer": pl.Int64, "attribute": pl.String}, orient="row"
    )
    said = (
        tables.attributes.select("annotation", "span_id", "name", "value")
        .collect()
        .group_by("annotation", "span_id", "name")
        .agg(pl.col("value").unique().sort().str.join(" "))
    )
    return (
        spans.select("annotation", "unit", "layer", "id")
        .join(names, on="layer")
        .join(
            said,
            left_on=["annotation", "id", "attribute"],
            right_on=["annotation", "span_id", "name"],
            how="left",
        )
        .select("unit", "layer", name="attribute", value=pl.col("value").fill_null(ABSENT))
    )


def _names(schema: Schema) -> Iterator[tuple[int, str]]:
    for number, layer in enumerate(schema.layers.values()):
        yield from ((number, name) for name in scored(layer))

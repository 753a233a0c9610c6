"""What there is to navigate by, told by the rows: layers, their attributes, types of relation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from corpus.dataset.released import KEY, PLACE, WHO
from corpus.research.rows import DOCUMENTS, SPLIT, Tables
from corpus.schema import CONFIGS

FIXED = {*WHO, SPLIT, "span", *PLACE, "sentence", "sentence_start", "sentence_end"}
"""Columns of a layer's config that are no attribute."""
RELATIONS = "relations"


@dataclass(frozen=True)
class Vocabulary:
    """The names that the rows bring.

    layers: layer -> its plural, as its config is called (a layer without a config: its own name).
    attributes: layer -> attribute -> what a span has of which it is not said. relations: types.
    """

    layers: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, Any]]
    relations: tuple[str, ...]

    @cached_property
    def plurals(self) -> dict[str, str]:
        """Return plural -> layer."""
        return {plural: layer for layer, plural in self.layers.items()}


def vocabulary(tables: Tables, known: Mapping[str, str], types: Iterable[str] = ()) -> Vocabulary:
    """Return the names that the configs bring.

    known, types: layers with plurals, and types of relation, of which there may be no row.
    """
    layers = {**known, **layers_of(tables)}
    for layer in _marked(tables):
        layers.setdefault(layer, layer)
    attributes = {
        layer: dict(_attributes(tables[plural].frame)) if plural in tables else {}
        for layer, plural in layers.items()
    }
    return Vocabulary(layers, attributes, tuple(dict.fromkeys((*types, *types_of(tables)))))


def layers_of(tables: Tables) -> dict[str, str]:
    """Return layer -> its config, which bears its plural."""
    return dict(_layers(tables))


def _layers(tables: Tables) -> Iterator[tuple[str, str]]:
    documents = tables[DOCUMENTS].frame.lazy()
    for name in (name for name in tables if name not in CONFIGS):
        rows = tables[name].frame.lazy()
        if {*KEY, "span"} <= {*tables[name].frame.columns}:
            first = rows.head(1).join(documents.select(*KEY, "spans"), on=KEY).collect()
            for span, spans in first.select("span", "spans").iter_rows():
                yield spans[span]["layer"], name


def _marked(tables: Tables) -> list[str]:
    spans = tables[DOCUMENTS].frame["spans"].explode().drop_nulls()
    return sorted({*spans.struct.field("layer")}) if len(spans) else []


def _attributes(frame: pl.DataFrame) -> Iterator[tuple[str, Any]]:
    for name, kind in frame.schema.items():
        if name not in FIXED:
            yield name, [] if kind == pl.List else False if kind == pl.Boolean else None


def types_of(tables: Tables) -> list[str]:
    """Return the types of relation, in the order of the schema."""
    if RELATIONS not in tables:
        return []
    table = tables[RELATIONS]
    return [*dict.fromkeys((*table.classes.get("type", ()), *table.frame["type"]))]

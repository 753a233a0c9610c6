"""The configs of a dataset: a module for each kind, and the list of them here."""

from collections.abc import Iterator, Mapping

import polars as pl

from corpus.dataset.configs.annotations import annotations
from corpus.dataset.configs.attributions import attributions
from corpus.dataset.configs.config import Config
from corpus.dataset.configs.documents import documents
from corpus.dataset.configs.factuality import factuality, factuality_labels
from corpus.dataset.configs.layers import layer_labels, layer_rows
from corpus.dataset.configs.relations import relations
from corpus.dataset.configs.sentences import sentences
from corpus.dataset.configs.tokens import token_labels, tokens
from corpus.dataset.released import gold, released, singles
from corpus.schema import Schema
from corpus.tables import Tables

__all__ = ["Config", "configs"]

Made = tuple[str, str, pl.LazyFrame, Mapping[str, list[str]]]


def configs(tables: Tables, schema: Schema) -> dict[str, Config]:
    """Return name -> config, the default one first; some may have no rows."""
    made = [*_made(tables, schema)]
    frames = pl.collect_all([frame for _, _, frame, _ in made])
    return {
        name: Config(row, frame, labels)
        for (name, row, _, labels), frame in zip(made, frames, strict=True)
    }


def _made(tables: Tables, schema: Schema) -> Iterator[Made]:
    """Yield name, what one row is, rows and labels."""
    r = released(tables, schema, gold(tables))
    every = released(tables, schema, singles(tables))
    yield "documents", "a document, with all its spans and relations", documents(every, r), {}
    for name, layer in schema.layers.items():
        row = f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
        yield layer.plural, row, layer_rows(r, name), layer_labels(layer)
    types = {"type_label": [*schema.relations]}
    yield "relations", "a relation, with both its ends", relations(r), types
    if schema.attributions is not None:
        yield "attributions", "a content, with its sources and cues", attributions(r), {}
    if schema.factuality is not None:
        said = "an event and a claim that asserts it, for each source"
        yield "factuality", said, factuality(r), factuality_labels(schema)
    yield "sentences", "a sentence, with a flag for each layer", sentences(r), {}
    yield "annotations", "a span of one annotator, before adjudication", annotations(every, r), {}
    yield "tokens", "an annotated passage, in tokens with BIO tags", tokens(r), token_labels(schema)

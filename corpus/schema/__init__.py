"""The annotation schema: `schemas/<name>.toml` -> Schema, Layer, Attribute, RelationType."""

from corpus.schema.language import (
    BESIDE,
    CONFIGS,
    TITLE,
    Attribute,
    Count,
    Kind,
    Layer,
    Lexicon,
    Parts,
    RelationType,
    Schema,
    numbers,
)
from corpus.schema.reading import find_schema, read_schema

__all__ = [
    "BESIDE",
    "CONFIGS",
    "TITLE",
    "Attribute",
    "Count",
    "Kind",
    "Layer",
    "Lexicon",
    "Parts",
    "RelationType",
    "Schema",
    "find_schema",
    "numbers",
    "read_schema",
]

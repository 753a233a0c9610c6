"""What a config is: a frame, of whose columns some are labels. Its features follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

if TYPE_CHECKING:
    from datasets import Features

VALUES = {pl.String(): "string", pl.Int64(): "int64", pl.Boolean(): "bool"}


@dataclass(frozen=True)
class Config:
    """One table of the dataset.

    row: what one row is. frame: the rows, with the names of labels; its columns are text, whole
    numbers, truth values, lists and structs of these. labels: column (of names, or of lists of
    names) -> the classes, whose numbers stand in the file.
    """

    row: str
    frame: pl.DataFrame
    labels: Mapping[str, list[str]] = field(default_factory=dict)

    @cached_property
    def features(self) -> "Features":
        """Return the one source of README's YAML and of the Parquet metadata."""
        from datasets import Features

        kinds = self.frame.schema.items()
        return Features({name: _feature(kind, self.labels.get(name)) for name, kind in kinds})

    @cached_property
    def arrow(self) -> pa.Table:
        """Return the table as it is written; a label that is no class stops the build."""
        numbers = {column: _numbers(names) for column, names in self.labels.items()}
        coded = [
            pl.col(column).list.eval(_coded(pl.element(), of))
            if isinstance(self.frame.schema[column], pl.List)
            else _coded(pl.col(column), of)
            for column, of in numbers.items()
        ]
        schema = self.features.arrow_schema
        made = self.frame.with_columns(coded).to_arrow().cast(schema.remove_metadata())
        return made.replace_schema_metadata(schema.metadata)


def _feature(kind: pl.DataType, names: list[str] | None) -> Any:
    from datasets import ClassLabel, List, Value

    if isinstance(kind, pl.List):
        return List(_feature(kind.inner, names))  # type: ignore[arg-type]
    if isinstance(kind, pl.Struct):
        return {part.name: _feature(part.dtype, None) for part in kind.fields}  # type: ignore[arg-type]
    return Value(VALUES[kind]) if names is None else ClassLabel(names=names)


def _numbers(names: list[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def _coded(names: pl.Expr, numbers: dict[str, int]) -> pl.Expr:
    return names.replace_strict(numbers, return_dtype=pl.Int64)

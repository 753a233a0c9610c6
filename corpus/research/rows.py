"""The rows of a config, wherever they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

DOCUMENTS = "documents"
SPLIT = "split"
LABEL = "_label"
WHAT = "configs"


@dataclass(frozen=True)
class Table:
    """The rows of a config, of all splits, with a column `split` behind doc_id.

    frame: a closed attribute is one column, with the names of its values. classes: column (of
    names, or of lists of names) -> the names that it can hold, in the order of the schema.
    """

    frame: pl.DataFrame
    classes: Mapping[str, list[str]] = field(default_factory=dict)


Tables = Mapping[str, Table]
"""By config."""


def table_of(parts: Mapping[str, pl.DataFrame], labels: Mapping[str, list[str]]) -> Table:
    """Return the rows of all splits, without the numbers of classes that stand beside names."""
    named = [part.insert_column(1, _constant(split, part)) for split, part in parts.items()]
    numbers = [name for name in labels if name.endswith(LABEL)]
    classes = {name.removesuffix(LABEL): labels[name] for name in numbers}
    return Table(pl.concat(named).drop(numbers), classes)


def _constant(split: str, part: pl.DataFrame) -> pl.Series:
    return pl.repeat(split, part.height, dtype=pl.String, eager=True).alias(SPLIT)

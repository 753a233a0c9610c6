"""The rows as pandas frames."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from corpus.errors import of_the_extra
from corpus.research.rows import Table

if TYPE_CHECKING:
    import pandas as pd


def as_pandas(table: Table) -> "pd.DataFrame":
    """Return a frame that pandas' own functions like.

    A closed attribute is a Categorical with the classes in the schema's order, used or not (`.cat
    .codes` are the numbers of the ClassLabel); whole numbers are Int64, which can be missing;
    truth values bool; texts str, or None; what holds several values a list, of dicts if need be.
    """
    with of_the_extra("research"):
        import pandas as pd

    columns = {
        column.name: _column(column, table.classes.get(column.name))
        for column in table.frame.iter_columns()
    }
    return pd.DataFrame(columns, columns=pd.Index(table.frame.columns, dtype=object))


def _column(column: pl.Series, classes: Sequence[str] | None) -> Any:
    import pandas as pd

    if column.dtype == pl.Int64:
        return pd.array(column.to_numpy(), dtype="Int64")
    if column.dtype == pl.Boolean and not column.null_count():
        return pd.Series(column.to_list(), dtype=bool)
    if column.dtype == pl.String and classes is not None:
        return pd.Categorical(column.to_list(), categories=[*classes])
    return pd.Series(column.to_list(), dtype=object)

"""Parquet files: the same rows give the same bytes, and a changed document changes few of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.dataset.configs import Config

DOCUMENTS = 2_000
"""How many documents a row group holds, whoever wrote it."""
OPTIONS = {
    "compression": "zstd",
    "compression_level": 3,
    "write_page_index": True,
    "use_content_defined_chunking": True,
}
PLAIN = ("text", "sentence", "span_id", "url", "title")
"""What a column of texts that hardly repeat is called, or ends in."""


def data_file(config: str, split: str) -> str:
    """Return where the rows of a config and split stand, from the dataset's folder."""
    return f"data/{config}/{split}-00000-of-00001.parquet"


def write_parquet(path: Path, config: Config, doc_ids: Sequence[str]) -> None:
    """Write a config's rows of these documents, in their order."""
    table = config.arrow
    with pq.ParquetWriter(
        path, table.schema, use_dictionary=_repeating(table.schema), **OPTIONS
    ) as writer:
        for start, end in _groups(config.frame["doc_id"], doc_ids):
            writer.write_table(table[start:end], row_group_size=max(end - start, 1))


def _repeating(schema: pa.Schema) -> list[str]:
    text = (field.name for field in schema if pa.types.is_string(field.type))
    return [name for name in text if not name.endswith(PLAIN)]


def _groups(rows: pl.Series, doc_ids: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of rows that are of one group of documents."""
    group = {doc_id: number // DOCUMENTS for number, doc_id in enumerate(doc_ids)}
    of_rows = rows.replace_strict(group, return_dtype=pl.Int64)
    ends = of_rows.rle().struct.field("len").cum_sum().to_list()
    yield from zip([0, *ends], ends, strict=False)

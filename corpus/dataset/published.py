"""What a dataset holds: its configs, each in splits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl
import pyarrow as pa

from corpus.dataset.configs import Config, configs
from corpus.dataset.covered import filled
from corpus.dataset.derived import check_derived
from corpus.dataset.splits import PILOT, splits
from corpus.dataset.withheld import without_quotes
from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.tables import Tables
from corpus.validation import refuse_errors, validate

DOCUMENTS = "documents"
"""The config that is loaded if none is named."""


@dataclass(frozen=True)
class Published:
    """The rows of a dataset.

    configs: name -> all rows. documents: split -> the ids of its documents, in order. parts: config
    -> split -> its rows; those without rows are left out.
    """

    configs: Mapping[str, Config]
    documents: Mapping[str, list[str]]

    @property
    def pilot(self) -> bool:
        """Say whether it is too small to be split."""
        return [*self.documents] == [PILOT]

    @cached_property
    def parts(self) -> dict[str, dict[str, Config]]:
        """Return config -> split -> its rows; without those that have none."""
        found = {name: self._parts(config) for name, config in self.configs.items()}
        return {name: parts for name, parts in found.items() if parts}

    def _parts(self, config: Config) -> dict[str, Config]:
        own = {
            split: config.frame.filter(pl.col("doc_id").is_in(doc_ids))
            for split, doc_ids in self.documents.items()
        }
        return {split: replace(config, frame=frame) for split, frame in own.items() if frame.height}

    def arrow(self) -> dict[str, dict[str, pa.Table]]:
        """Return the parts as they are written."""
        return {
            name: {split: part.arrow for split, part in parts.items()}
            for name, parts in self.parts.items()
        }

    def rows(self) -> dict[str, pl.DataFrame]:
        """Return `config/split` -> its rows."""
        return {
            f"{name}/{split}": part.frame
            for name, parts in self.parts.items()
            for split, part in parts.items()
        }


def published(tables: Tables, schema: Schema) -> Published:
    """Return what is published of these labels.

    The words of a text that may not be passed on (`release = "standoff"`) are null, and so is what
    else has them (see `withheld`).

    Raises:
        CorpusError: the labels break a rule; nothing to publish; words of a text that may not be
            passed on stand where they cannot be null.
    """
    refuse_errors(validate(tables, schema), "mend them first (`corpus validate` lists them)")
    check_derived(schema)
    return unchecked(tables, schema)


def unchecked(tables: Tables, schema: Schema) -> Published:
    """Return the same of labels that are known to break no rule."""
    texts = _texts(tables)
    filled_ = {
        name: replace(config, frame=filled(config.frame, texts))
        for name, config in configs(tables, schema).items()
    }
    made = without_quotes(tables, schema, filled_)
    doc_ids = {*made[DOCUMENTS].frame["doc_id"]}
    if not doc_ids:
        raise CorpusError("nothing to build: no annotated document")
    return Published(made, splits(tables, [*doc_ids]))


def _texts(tables: Tables) -> dict[str, str | None]:
    about = tables.documents.select("doc_id", "text", "release").collect()
    return {
        doc_id: text if release == "text" else None for doc_id, text, release in about.iter_rows()
    }

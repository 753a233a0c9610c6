"""A dataset folder, loaded as its users load it and held against what was meant.

`datasets` loads each of these without a word: label names that differ between README and Parquet, a
class value out of range, a column that is filled because it is missing, names that were lost, a
config that README has no more, or that is not meant.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.dataset.parquet import data_file
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

Meant = Mapping[str, Mapping[str, pa.Table]]
"""Config -> split -> its table, with the features in the metadata; the default config first."""


def read_back(folder: Path, meant: Meant, cache: Path) -> None:
    """Load every config and split; CorpusError where anything is not as meant."""
    with _quiet(), _offline(), _refused():
        _check_files(folder, meant)
        default, loaded = load_all(folder, cache)
    _same("the dataset", "configs", loaded, meant)
    if default != next(iter(meant)):
        raise CorpusError(f"{default} is the default config; expected {next(iter(meant))}")
    for config, splits in meant.items():
        _same(config, "splits", loaded[config], splits)
        for split, table in splits.items():
            _compare(f"{config}, {split}", loaded[config][split], table)


def load_all(folder: Path, cache: Path) -> tuple[str | None, dict[str, "DatasetDict"]]:
    """Return the default config, and each that README names as `load_dataset` loads it.

    These are its steps, but README is parsed once and not once a config.
    """
    from datasets.load import dataset_module_factory, get_dataset_builder_class

    made = dataset_module_factory(str(folder), cache_dir=str(cache))
    given, configs = (
        {"cache_dir": str(cache), **made.builder_kwargs},
        made.builder_configs_parameters,
    )
    kind = get_dataset_builder_class(made, dataset_name=given["dataset_name"])
    loaded, infos = {}, made.dataset_infos or {}
    for config in configs.metadata_configs or {}:
        builder = kind(config_name=config, hash=made.hash, info=infos.get(config), **given)
        builder.download_and_prepare()
        loaded[config] = builder.as_dataset()
    return configs.default_config_name, loaded


def _check_files(folder: Path, meant: Meant) -> None:
    """Hold the files' own schemas against what was meant: polars and duckdb go by these."""
    for config, splits in meant.items():
        for split, table in splits.items():
            path = data_file(config, split)
            found = pq.read_schema(folder / path)
            if not found.equals(table.schema) or found.metadata != table.schema.metadata:
                raise CorpusError(f"{path}: has other columns or labels than were meant")


def _compare(place: str, loaded: "Dataset", table: pa.Table) -> None:
    from datasets import Features

    if loaded.features != Features.from_arrow_schema(table.schema):
        raise CorpusError(f"{place}: loads with other columns or labels than were meant")
    if not loaded.data.table.cast(table.schema).equals(table):
        raise CorpusError(f"{place}: loads with other rows than were meant")


def _same(place: str, what: str, found: Collection[str], expected: Collection[str]) -> None:
    if {*found} != {*expected}:
        raise CorpusError(
            f"{place}: loads with the {what} {', '.join(found)}; expected {', '.join(expected)}"
        )


@contextmanager
def _refused() -> Iterator[None]:
    """Say in one line why `datasets` loads nothing."""
    from datasets.exceptions import DatasetsError

    try:
        yield
    except (DatasetsError, ValueError, TypeError, KeyError, OSError) as error:
        cause = error.__cause__ or error
        said = " ".join(f"{type(cause).__name__}: {cause}".split())
        raise CorpusError(f"the dataset does not load: {said}") from error


@contextmanager
def _quiet() -> Iterator[None]:
    import datasets

    bars = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if bars:
            datasets.enable_progress_bars()


@contextmanager
def _offline() -> Iterator[None]:
    """Keep `datasets` and the Hub's client from asking the network anything, until it is read."""
    from datasets import config
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, config.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE, config.HF_HUB_OFFLINE = before

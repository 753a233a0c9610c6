"""The Hub's metadata of a dataset, as YAML: what the viewer and `load_dataset` go by."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow.parquet as pq

from corpus.dataset.configs import Config
from corpus.dataset.parquet import data_file
from corpus.dataset.published import DOCUMENTS, Published
from corpus.schema import Schema

if TYPE_CHECKING:
    from datasets import DatasetInfo

CREATORS = {"human": "expert-generated", "model": "machine-generated"}
"""Kind of annotator -> the Hub's word for it."""
SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M"}
"""The Hub's size categories, by the number of documents that they stay below."""
LARGEST = "n>1M"
TASKS = ["token-classification", "text-classification"]
"""What a corpus is for that is no pilot."""


def metadata(schema: Schema, made: Published, folder: Path) -> str:
    """Return the YAML; folder: where the data files stand already."""
    from datasets.info import DatasetInfosDict
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCardData

    documents = made.configs[DOCUMENTS].frame
    data = DatasetCardData(
        pretty_name=schema.title,
        language=sorted(documents["language"].unique()),
        license="other",
        license_name=f"annotations-{schema.licence.lower().replace(' ', '-')}-text-not-covered",
        license_link="README.md#licences",
        annotations_creators=sorted({CREATORS[k] for k in documents["kind"].drop_nulls()}),
        size_categories=[_size(documents)],
        task_categories=None if made.pilot else TASKS,
        tags=[layer.plural for layer in schema.layers.values()],
    )
    infos, paths = DatasetInfosDict(), MetadataConfigs()
    for config, parts in made.parts.items():
        infos[config] = info(config, parts, folder)
        files = [{"split": split, "path": data_file(config, split)} for split in parts]
        paths[config] = {"data_files": files}
    paths[DOCUMENTS]["default"] = True
    infos.to_dataset_card_data(data)
    paths.to_dataset_card_data(data)
    return data.to_yaml(line_break="\n")


def _size(documents: pl.DataFrame) -> str:
    number = documents["doc_id"].n_unique()
    return next((words for most, words in SIZES.items() if number < most), LARGEST)


def info(name: str, parts: Mapping[str, Config], folder: Path) -> "DatasetInfo":
    """Return what `datasets` is told of a config; folder: where the data files stand already."""
    from datasets import DatasetInfo
    from datasets.splits import SplitDict, SplitInfo

    splits, files = SplitDict(), 0
    for split, config in parts.items():
        path = folder / data_file(name, split)
        files += path.stat().st_size
        # As the file is read: in memory, the same rows may be of some bytes more or less.
        size = pq.read_table(path, use_threads=False).nbytes
        splits.add(SplitInfo(split, num_bytes=size, num_examples=config.frame.height))
    whole = sum(split.num_bytes for split in splits.values())
    told = DatasetInfo(features=next(iter(parts.values())).features, config_name=name)
    told.splits, told.download_size, told.dataset_size = splits, files, whole
    return told

"""docs/dataset.md names every config and every column that there is."""

import re

import pytest

from corpus.reading import read_corpus
from corpus.schema import CONFIGS
from tests.corpora import ROOT, frames

PAGE = (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8")
NAMED = {*re.findall(r"`([^`\s]+)`", PAGE)}
TABLES, SCHEMA = read_corpus(ROOT)
MADE = frames(TABLES, SCHEMA)
COLUMNS = [(config, column) for config, frame in MADE.items() for column in frame.columns]
OF_LAYERS = {*SCHEMA.shared(), *(name for layer in SCHEMA.layers.values() for name in layer.derive)}


def general(column: str) -> str:
    """Return a column as the page calls it: what a schema names is left open there."""
    for pattern, called in (
        (r"has_.*", "has_…"),
        (r".*(_tags|_tags_label)", r"…\1"),
        (r"(event|claim)_(span|start|end|text)", r"\1_…"),
        (r"(content|source|cue)_(spans|starts|ends|texts)", r"\1_"),
        (r"(from|to)_(sentence|sentence_start|sentence_end|span|start|end|text)", r"\2"),
    ):
        if re.fullmatch(pattern, column):
            return re.sub(pattern, called, column)
    stem = re.sub(r"_(label|name|wikidata)$", "", column)
    return "" if stem in OF_LAYERS else column


@pytest.mark.parametrize(("config", "column"), COLUMNS)
def test_every_column_is_explained(config: str, column: str) -> None:
    assert general(column) in NAMED | {""}


def test_every_config_is_named() -> None:
    assert {*CONFIGS} <= NAMED
    assert {*MADE} == {*CONFIGS, *(layer.plural for layer in SCHEMA.layers.values())}


def test_the_changelog_of_the_data_counts_what_is_there() -> None:
    told = (ROOT / "dataset" / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = dict(
        re.findall(r"^- (\w+): (\d+) rows? added$", told.partition("## 0.1.0")[2], re.MULTILINE)
    )
    assert rows == {name: str(frame.height) for name, frame in MADE.items()}

"""What is generated and committed is what would be generated now (`make generated`)."""

import importlib.util
import json
from pathlib import Path

from corpus.dataset.about import read_about
from corpus.dataset.check import check
from corpus.file_schema import file_schema
from corpus.labelstudio.config import labelling_config
from corpus.reading import read_corpus
from corpus.schema import find_schema, read_schema

ROOT = Path(__file__).parents[1]


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_labelling_config_is_fresh():
    schema = read_schema(find_schema(ROOT))
    committed = (ROOT / "schemas" / f"{schema.name}.xml").read_text(encoding="utf-8")
    assert committed == labelling_config(schema)


def test_the_json_schema_is_fresh():
    schema = read_schema(find_schema(ROOT))
    committed = (ROOT / "schemas" / f"{schema.name}.schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == file_schema(schema)


def test_the_rule_pages_are_fresh_and_there_are_no_others():
    folder = ROOT / "docs" / "rules"
    committed = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert committed == script("rule_pages").pages()


def test_the_page_of_measures_is_fresh():
    committed = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")
    assert committed == script("measure_page").page()


def test_the_released_dataset_is_what_the_labels_give():
    found = check(*read_corpus(ROOT), read_about(ROOT), ROOT / "dataset")
    assert found.differences == []
    names = {path.name for path in (ROOT / "dataset").iterdir()}
    assert names >= {"README.md", "croissant.json", "checksums.txt"}

"""Named entities with 18 labels, and no relation or attribute: the whole tool, a real server."""

from pathlib import Path
from typing import Any

import pytest

from corpus.dataset.build import build
from corpus.dataset.splits import PILOT
from corpus.desk.annotate import pull, push, status
from corpus.desk.place import Place
from corpus.reading import read_corpus
from corpus.schema import read_schema
from corpus.schema.difference import changes, verdict
from corpus.validation import validate
from tests.corpora import canonical, folder
from tests.desk.verbs import PEOPLE
from tests.labelstudio.studio import client_of

LABELS = [
    "PERSON",
    "NORP",
    "FAC",
    "ORG",
    "GPE",
    "LOC",
    "PRODUCT",
    "EVENT",
    "WORK_OF_ART",
    "LAW",
    "LANGUAGE",
    "DATE",
    "TIME",
    "PERCENT",
    "MONEY",
    "QUANTITY",
    "ORDINAL",
    "CARDINAL",
]
"""Those of OntoNotes 5."""
HEAD = """name = "entities"
version = "1.0.0"
guidelines = "1.0.0"
title = "Named entities"
licence = "CC0"

[passages]
annotated = ["body"]
"""
LAYER = """
[layers.{name}]
title = "{label}"
plural = "{name}s"
definition = "As OntoNotes has it."
colour = "#{number:02x}4f{number:02x}"
key = "{key}"
"""
KEYS = "1234567890abcdefgh"
TEXT = "Ana Cruz paid 20 euros in Rome on Monday."
MARKS = {"PERSON": (0, 8), "MONEY": (14, 22), "GPE": (26, 30), "DATE": (34, 40)}


def toml(labels: list[str]) -> str:
    pairs = enumerate(zip(labels, KEYS, strict=False), 40)
    layers = (
        LAYER.format(name=label.lower(), label=label, number=number, key=key)
        for number, (label, key) in pairs
    )
    return HEAD + "".join(layers)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "entities.toml"
    path.write_text(toml(LABELS))
    files = {"annotations/annotators.toml": PEOPLE}
    return folder(tmp_path / "corpus", files, {"d1": TEXT}, path)


def marked(label: str) -> dict[str, Any]:
    start, end = MARKS[label]
    value = {"start": start, "end": end, "text": TEXT[start:end], "labels": [label]}
    return {"id": label, "from_name": "span", "to_name": "text", "type": "labels", "value": value}


@pytest.mark.studio
def test_it_goes_to_label_studio_and_back_and_becomes_a_dataset(
    root: Path, studio: Any, tmp_path: Path
) -> None:
    import datasets

    place = Place(url=studio.url, key=studio.token)
    push(root, place, lambda *_: None, lambda _: None, ["ann"])
    [project] = [p for p in studio.client().projects.list() if p.title == "entities · main · ann"]
    [task] = studio.client().tasks.list(project=project.id)
    client_of(studio, "ann").annotations.create(task.id, result=[*map(marked, MARKS)])
    assert pull(root, place, lambda *_: None, lambda _: None)["written"] == 1
    assert [line.state for line in status(root, place, lambda _: None)] == ["pulled"]
    tables, schema = read_corpus(root)
    assert validate(tables, schema) == []
    rows = build(tables, schema, tmp_path / "dataset")
    beside = {"documents", "relations", "sentences", "annotations", "tokens"}
    assert len(rows) == len(beside) + len(LABELS)
    marked_ = {"persons", "moneys", "gpes", "dates"}
    assert {name for name, number in rows.items() if number} == beside - {"relations"} | marked_
    folder_, cache = str(tmp_path / "dataset"), str(tmp_path / "cache")
    money = datasets.load_dataset(folder_, "moneys", split=PILOT, cache_dir=cache)
    assert money["text"][:] == ["20 euros"]


def test_a_label_less_is_found_by_the_difference(tmp_path: Path) -> None:
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(toml(LABELS))
    new.write_text(toml(LABELS[:-1]))
    found = changes(read_schema(old), read_schema(new))
    assert [str(change) for change in found] == ["layer cardinal: removed"]
    assert verdict(found) == "migrate"


def test_its_faults_are_found(root: Path) -> None:
    path = root / "annotations" / "d1" / "ann.json"
    tables, schema = read_corpus(root)
    assert validate(tables, schema) == []
    path.parent.mkdir()
    head = {"document": "d1", "annotator": "ann", "pass": 1, "schema_version": "1.0.0"}
    sha = tables.documents.collect()["text_sha256"][0]
    head |= {"guideline_version": "1.0.0", "text_sha256": str(sha)}
    span = {"id": "a", "layer": "person", "start": 0, "end": 9, "text": "Ana Cruz "}
    spans = [span | {"attributes": {}}]
    path.write_text(canonical(head | {"spans": spans, "relations": []}))
    assert [f.name for f in validate(*read_corpus(root))] == ["span-edge-whitespace"]

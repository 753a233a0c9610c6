"""The page on a corpus of one's own: its files make a corpus that is sound and can be built."""

import re

import pytest

from corpus.dataset.build import build
from corpus.desk.annotate import pull, push
from corpus.desk.place import Place
from corpus.reading import read_corpus
from corpus.validation import validate
from tests.corpora import ROOT
from tests.labelstudio.studio import client_of

PAGE = (ROOT / "docs" / "own-corpus.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def corpus(tmp_path):
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8"))
    return tmp_path


def test_its_files_are_a_sound_corpus(corpus):
    assert len(FILES) == 4
    assert validate(*read_corpus(corpus)) == []


@pytest.mark.studio
def test_its_labels_come_through_the_desk_and_can_be_built(corpus, studio):
    schema = corpus / "schemas" / "names.toml"
    schema.write_text(schema.read_text().replace('"names"', '"letters"', 1))  # a title of its own
    place = {"start": 21, "end": 26, "text": "Ghent"}
    span = {"id": "a", "from_name": "span", "to_name": "text", "type": "labels"}
    span |= {"origin": "manual", "value": place | {"labels": ["Name"]}}
    chosen = {"from_name": "type", "type": "choices", "value": place | {"choices": ["place"]}}
    desk = Place(url=studio.url, key=studio.token)
    people = corpus / "annotations" / "annotators.toml"
    people.write_text(people.read_text() + f'email = "{studio.emails["ann"]}"\n')
    push(corpus, desk, lambda *_: None, print)
    [project] = [p for p in studio.client().projects.list() if p.title == "letters · main · a1"]
    [task] = studio.client().tasks.list(project=project.id)
    client_of(studio, "ann").annotations.create(task.id, result=[span, span | chosen])
    assert pull(corpus, desk, lambda *_: None, print) == {"written": 1}
    tables, schema = read_corpus(corpus)
    assert validate(tables, schema) == []
    assert build(tables, schema, corpus / "dataset") == {
        "documents": 1,
        "names": 1,
        "relations": 0,
        "sentences": 1,
        "annotations": 1,
        "tokens": 1,
    }
    card = (corpus / "dataset" / "README.md").read_text(encoding="utf-8")
    assert "`a1` (human), 1 document: A student of linguistics" in card
    assert "[Ghent]{name place}" in card

"""The page on a corpus of one's own: its files make a corpus that is sound and can be built."""

import json
import re

import pytest

from corpus.dataset.build import build
from corpus.demo import demo
from corpus.errors import CorpusError
from corpus.load import read_corpus
from corpus.validation import validate
from tests.corpora import ROOT

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


def test_its_tasks_come_back_as_an_export_that_can_be_built(corpus):
    out = corpus / "build" / "demo"
    with pytest.raises(CorpusError, match=r"tasks\.json holds the tasks to import"):
        demo(corpus, out, print)
    [task] = json.loads((out / "tasks.json").read_bytes())
    place = {"start": 21, "end": 26, "text": "Ghent"}
    span = {"id": "a", "from_name": "span", "to_name": "text", "type": "labels"}
    chosen = span | {
        "from_name": "type",
        "type": "choices",
        "value": place | {"choices": ["place"]},
    }
    result = [span | {"value": place | {"labels": ["Name"]}}, chosen]
    export = [task | {"id": 1, "annotations": [{"id": 2, "completed_by": 1, "result": result}]}]
    (corpus / "export.json").write_text(json.dumps(export), encoding="utf-8")
    tables, schema = read_corpus(corpus, (corpus / "export.json",))
    assert validate(tables, schema) == []
    assert build(tables, schema, corpus / "dataset") == {"documents": 1, "names": 1, "relations": 0}
    card = (corpus / "dataset" / "README.md").read_text(encoding="utf-8")
    assert "`user-1` (human), 1 document: A student of linguistics" in card
    assert "[Ghent]{name place}" in card

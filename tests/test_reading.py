"""What is read of a corpus folder, and of the paths that one names."""

import json
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.reading import read_corpus
from tests.corpora import ANN, TEXT, annotation, canonical, codes, findings_of, folder, sha256, span

CONTENT = canonical(annotation(spans=[span(9, 18)]))


def number_of_spans(root, *paths):
    tables, _ = read_corpus(root, paths)
    return tables.spans.collect().height


def export(text=TEXT, **changed):
    return json.dumps(
        [{"id": 1, "data": {"doc_id": "example", "text": text} | changed} | {"annotations": []}]
    )


def test_annotations_behind_a_link_are_read_like_others(tmp_path):
    root = folder(tmp_path / "corpus", {"annotations/annotators.toml": ""})
    elsewhere = folder(tmp_path / "elsewhere", {ANN: CONTENT})
    (root / "annotations" / "example").symlink_to(elsewhere / "annotations" / "example")
    assert number_of_spans(root) == number_of_spans(root, root / ANN) == 1


def test_link_that_leads_in_a_circle_is_not_followed_round(tmp_path):
    root = folder(tmp_path, {ANN: CONTENT})
    for name in ("round", "about"):
        (root / "annotations" / name).symlink_to(".")
    assert number_of_spans(root) == 1


def test_file_may_be_named_from_within(tmp_path, monkeypatch):
    root = folder(tmp_path, {ANN: CONTENT})
    monkeypatch.chdir((root / ANN).parent)
    for path in (".", "..", "../example/ann.json"):
        assert findings_of(root, Path(path)) == []
        assert number_of_spans(root, Path(path)) == 1


def test_corpus_may_be_named_through_a_link_and_its_files_not(tmp_path):
    root = folder(tmp_path / "corpus", {ANN: CONTENT})
    (tmp_path / "link").symlink_to(root)
    assert number_of_spans(tmp_path / "link", root / ANN) == 1
    assert number_of_spans(root, tmp_path / "link" / ANN) == 1


def test_file_that_is_named_twice_is_read_once(tmp_path, monkeypatch):
    root = folder(tmp_path, {ANN: CONTENT})
    monkeypatch.chdir(root)
    assert number_of_spans(root, root / "annotations", root / ANN, Path(ANN)) == 1
    assert findings_of(root, root / "annotations", root / ANN) == []


def test_folder_in_which_there_is_nothing_to_check_is_refused(tmp_path):
    root = folder(tmp_path)
    with pytest.raises(CorpusError, match=r"seeds: nothing to check here: expected a \*\.json"):
        read_corpus(root, (root / "seeds",))


def test_task_that_nobody_has_begun_is_held_against_text_and_schema(tmp_path):
    texts = {"sound": export(), "other": export("She said it snowed.")}
    texts |= {"unknown": export(doc_id="elsewhere"), "old": export(schema_version="0.9.0")}
    root = folder(tmp_path, {f"{name}.json": content for name, content in texts.items()})
    found = {name: codes(findings_of(root, root / f"{name}.json")) for name in texts}
    assert found == {"sound": [], "other": ["T101"], "unknown": ["T102"], "old": ["F105"]}


def test_text_digest_of_a_task_that_nobody_has_begun_is_taken_from_its_text(tmp_path):
    root = folder(tmp_path, {"export.json": export("She.", text_sha256=sha256(TEXT))})
    assert codes(findings_of(root, root / "export.json")) == ["T101"]

"""Which annotations are adjudicated, and which are refused."""

import pytest

from corpus.adjudication.sources import sources
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from corpus.rounds import append_round
from corpus.store import rendered
from tests.adjudication.several import close, corpus_of, tables_of
from tests.corpora import TINY

RAIN = "It [rained]{event}."
SAID = {"ann": RAIN, "bo": RAIN}


def chosen(root, *documents, **more):
    found = sources(*read_corpus(root), documents, **more)
    return {doc_id: [v.file for v in own.values()] for doc_id, own in found.items()}


def files(doc_id, *names):
    return [f"annotations/{doc_id}/{name}.json" for name in names]


def test_they_are_those_of_a_closed_round(tmp_path):
    root = corpus_of(
        tmp_path, seeds={"one": SAID, "two": SAID | {"cy": RAIN}, "three": {"ann": RAIN}}
    )
    assert chosen(root) == {
        "one": files("one", "ann", "bo"),
        "three": files("three", "ann"),
        "two": files("two", "ann", "bo", "cy"),
    }
    assert chosen(root, "one") == {"one": files("one", "ann", "bo")}


def test_what_is_not_frozen_does_not_count(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": SAID})
    path = root / "annotations" / "rounds.toml"
    path.write_text(path.read_text().partition("[rounds.main.frozen]")[0])
    assert chosen(root) == {}


def again(root):
    """Have ann annotate a second time, in a round of its own."""
    text = (root / "annotations/example/ann.json").read_text().replace('"pass": 1', '"pass": 2')
    (root / "annotations/example/ann.2.json").write_text(text)
    append_round(root, "second", {"kind": "recheck", "people": ["ann"]})
    close(root, "second")


def test_the_last_pass_of_each_counts(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": SAID})
    again(root)
    assert chosen(root) == {"example": files("example", "ann.2", "bo")}
    assert chosen(root, round_name="main") == {"example": files("example", "ann", "bo")}


def test_gold_is_nobodys(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": SAID | {"gold": RAIN}})
    (root / "annotations/example/decisions.toml").write_text('adjudicator = "cy"\n')
    assert chosen(root) == {"example": files("example", "ann", "bo")}


@pytest.mark.parametrize(
    ("documents", "more", "words"),
    [
        (["exmple"], {}, "no document 'exmple' in seeds/"),
        ([], {"round_name": "mian"}, "no frozen round 'mian'; there are main"),
    ],
)
def test_what_is_not_there_is_refused(tmp_path, documents, more, words):
    root = corpus_of(tmp_path, seeds={"example": SAID})
    with pytest.raises(CorpusError) as error:
        chosen(root, *documents, **more)
    assert str(error.value) == words


def test_a_frozen_file_that_changed_is_refused(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": SAID, "other": SAID})
    path = root / "annotations/example/bo.json"
    path.write_text(path.read_text().replace("event1", "x"))
    with pytest.raises(CorpusError, match=r"example/bo.json: is changed since round 'main' was"):
        chosen(root)
    path.unlink()
    with pytest.raises(CorpusError, match=r"example/bo.json: is gone since round 'main' was"):
        chosen(root)
    assert chosen(root, "other") == {"other": files("other", "ann", "bo")}


@pytest.mark.parametrize(
    ("bo", "words"),
    [
        ("It[ rained]{event}.", "example/bo.json:9: S103 event ' rained' begins"),
        ("It [rained]{event x=y}.", "example/bo.json:9: A102"),
    ],
)
def test_an_annotation_with_an_error_is_refused(tmp_path, bo, words):
    root = corpus_of(tmp_path, seeds={"example": SAID | {"bo": bo}})
    with pytest.raises(CorpusError) as error:
        chosen(root)
    assert words in str(error.value)
    assert "`corpus validate` lists them" in str(error.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": SAID | {"cy": RAIN}})
    (root / "annotations/example/cy.json").write_text("{")
    path = root / "annotations" / "rounds.toml"
    path.write_text(path.read_text().partition("\n[rounds.main.frozen]")[0])
    close(root, "main")
    with pytest.raises(CorpusError, match=r"example/cy.json:1: F101"):
        chosen(root)


def test_errors_of_others_do_not_matter(tmp_path):
    root = corpus_of(tmp_path, seeds={"example": SAID})
    broken = tables_of({"cy": "It[ rained]{event}."})
    for path, data in rendered(broken, TINY).items():
        (root / path).write_bytes(data)
    assert chosen(root) == {"example": files("example", "ann", "bo")}

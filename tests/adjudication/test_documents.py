"""The cases of a folder, and what is said of each."""

import pytest

from corpus.adjudication.case import by_majority, saved
from corpus.adjudication.documents import cases, line, next_step, refuse_stranger, remarks
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from tests.adjudication.several import DATE, corpus_of, opened_in, ruled

ONE = {
    "ann": "[It]{event} [rained]{event spoken} [here]{claim}.",
    "bo": "It [rained]{event written} [here]{claim}.",
    "cy": "It [rained]{event written} [here]{claim}.",
}
TWO = {"ann": "It [snowed]{event}.", "bo": "It [snowed]{event}."}


@pytest.fixture
def root(tmp_path):
    return corpus_of(tmp_path, seeds={"one": ONE, "two": TWO, "three": {"ann": "It was."}})


def test_documents_with_one_annotation_are_told_apart(root):
    found = cases(root, *read_corpus(root))
    assert [case.comparison.doc_id for case in found.cases] == ["one", "two"]
    assert found.alone == ["three"]


def test_a_line_says_how_far_a_document_is(root):
    one, two = opened_in(root)
    assert line(one) == (
        "one: 1 of 3 items agreed; 2 conflict(s): missing span 1, attribute 1; 2 open; no gold yet"
    )
    assert line(saved(two)) == "two: 1 of 1 items agreed; no conflict; gold written"
    attribute = next(c for c in one.open if c.kind == "attribute")
    some = ruled(one, attribute.id, "A")
    assert "; 1 decided, 1 open; no gold yet" in line(some)
    voted = saved(by_majority(some, DATE))
    assert line(voted).endswith("; 1 decided, 1 by majority; gold written, automatic")
    open_again = ruled(voted, attribute.id, "")
    assert line(open_again).endswith("1 by majority, 1 open; gold is left as it was decided before")


def test_the_next_step_is_said(root):
    one, two = opened_in(root)
    assert next_step([one, two]).startswith("2 to decide: `corpus adjudicate --next --by NAME`")
    assert next_step([by_majority(one, DATE)]).startswith("0 to decide, 2 to confirm: ")
    assert next_step([two]) == "All is decided; `corpus validate` checks the gold"
    assert next_step([]).startswith("Nothing to adjudicate: no text has two frozen annotations")


def test_a_curator_who_annotated_the_text_is_named(root):
    one, _ = opened_in(root)
    attribute = next(c for c in one.open if c.kind == "attribute")
    [remark] = remarks(ruled(one, attribute.id, "A", by="ann"))
    assert remark.endswith("decisions.toml: ann decides and is one of the text's annotators (P107)")
    assert [*remarks(ruled(one, attribute.id, "A", by="di"))] == []


@pytest.mark.parametrize("name", ["eve", "majority", "gold", ""])
def test_who_is_in_no_list_does_not_decide(root, name):
    with pytest.raises(CorpusError, match=rf"no '{name}', who is to decide; there are ann, bo, cy"):
        refuse_stranger(read_corpus(root)[0], name)

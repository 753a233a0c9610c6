"""Strata: they partition the line, and are sentences only where there is one document."""

import numpy as np
import pytest

from corpus.agreement.compared import Compared, compared
from tests.agreement.annotators import compared_of, drawn, everybody, units_of

TWO_LINES = "[a b]{event} c\nd [e]{event}"


def test_strata_are_documents():
    c = compared_of({d: {"ann": TWO_LINES, "bo": "a b c\nd e"} for d in "xy"})
    assert (c.single, c.strata) == (False, 2)
    assert c.spans["stratum"].to_list() == [0, 0, 1, 1]


def test_strata_are_sentences_of_the_only_document():
    c = compared_of({"x": {"ann": TWO_LINES, "bo": "a b c\nd e"}, "y": {"ann": "[a]{event}"}})
    assert (c.single, c.strata) == (True, 2)
    assert c.spans["stratum"].to_list() == [0, 1]


def test_a_span_across_sentences_is_where_it_begins():
    c = compared_of({"x": {"ann": "a [b\nc]{event} d", "bo": "a b\n[c]{event} d"}})
    assert c.spans["stratum"].to_list() == [0, 1]
    [pair] = c.pairs
    assert pair.both.select("stratum", "their_stratum").rows() == [(0, 1)]
    assert c.items["item_stratum"].to_list() == [0, 0]


@pytest.mark.parametrize("documents", [1, 3])
def test_each_place_of_the_texts_has_a_stratum(documents):
    c = everybody(*drawn(2, documents=documents))
    found = c.stratum(np.arange(c.units.begins[-1]))
    assert found.min() == 0
    assert found.max() == c.strata - 1
    assert (np.diff(found) >= 0).all()


def test_a_document_of_one_annotator_is_not_compared():
    c = compared_of({"a": {"ann": TWO_LINES}, "b": {"ann": TWO_LINES, "bo": TWO_LINES}})
    assert c.documents.tolist() == [False, True]
    assert {*c.spans["document"]} == {1}


def test_pairs_meet_only_in_what_both_annotated():
    c = compared_of(
        {
            "a": {"ann": "[a]{event}", "bo": "[a]{event}"},
            "b": {"bo": "[b]{event}", "cy": "[b]{event}"},
        }
    )
    found = {(p.left, p.right): (len(p.mine), len(p.theirs), len(p.both)) for p in c.pairs}
    assert found == {(0, 1): (1, 1, 1), (0, 2): (0, 0, 0), (1, 2): (1, 1, 1)}


def test_columns_are_in_the_order_of_who_is_compared():
    own = units_of({"a": dict.fromkeys(("ann", "bo", "cy"), "[a]{event}")})
    c = Compared(own, (2, 0), np.array([True]))
    assert c.columns(c.spans).tolist() == [1, 0]


def test_what_has_a_source_is_compared_apart_from_the_writers_own():
    line = "[A]{speaker#a entity=xi}: [b]{claim#b source>a} [c]{claim#c}"
    other = "[A]{speaker#a entity=xi}: [b]{claim#b} [c]{claim#c}"
    c = compared_of({"d": {"ann": line, "bo": other}})
    found = {
        name: part.spans.filter(layer=2).select("id", "annotator").rows()
        for name, part in c.attributed.items()
    }
    assert found == {"attributed": [("b", 0)], "own": [("b", 1), ("c", 0), ("c", 1)]}


def test_matchings_are_made_once():
    own = units_of({"a": dict.fromkeys(("ann", "bo", "cy"), "[a]{event}")})
    kept = {}
    c = compared(own, (0, 1, 2), kept)
    assert len(c.pairs) == 3
    assert [*kept] == [(0, 1), (0, 2), (1, 2)]

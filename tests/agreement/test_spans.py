"""Spans found and their edges, against plain counting."""

from collections import Counter
from itertools import combinations, permutations

import numpy as np
import pytest

from corpus.agreement.spans import agr, boundary_distance, exact_f1, relaxed_f1
from tests.agreement.annotators import compared_of, drawn, everybody, value

ONE = {"d": {"ann": "[a b]{event} c [d]{event} [e]{speaker}", "bo": "a [b]{event} c [d]{event} e"}}
EVENT = 0


def places(c, who, layer):
    """Return (document, layer, start, end) of an annotator's spans."""
    spans = c.spans.filter(annotator=who)
    spans = spans if layer is None else spans.filter(layer=layer)
    return spans.select("document", "layer", "start", "end").rows()


def overlap(one, other):
    return one[:2] == other[:2] and min(one[3], other[3]) > max(one[2], other[2])


def f1(both, mine, theirs):
    return 2 * both / (mine + theirs)


def dice(one, other):
    shared = min(one[3], other[3]) - max(one[2], other[2])
    return 2 * shared / (one[3] - one[2] + other[3] - other[2]) if overlap(one, other) else 0


def best(mine, theirs):
    """Return the pairs of the heaviest one-to-one matching, by trying all."""
    mine, theirs = sorted((mine, theirs), key=len)
    ways = ([*zip(mine, way, strict=True)] for way in permutations(theirs, len(mine)))
    chosen = max(ways, key=lambda pairs: sum(dice(*pair) for pair in pairs))
    return [pair for pair in chosen if overlap(*pair)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("layer", [0, 1, 2, None])
def test_exact_f1_is_the_multiset_intersection_of_places(seed, layer):
    c = everybody(*drawn(seed))
    both = mine = theirs = 0
    for one, other in combinations(range(3), 2):
        left, right = (Counter(places(c, who, layer)) for who in (one, other))
        both += (left & right).total()
        mine += left.total()
        theirs += right.total()
    assert value(exact_f1(c, layer)) == pytest.approx(f1(both, mine, theirs))


@pytest.mark.parametrize("seed", range(6))
def test_relaxed_f1_and_the_distance_of_edges_are_of_the_best_matching(seed):
    c = everybody(*drawn(seed, documents=1, people=("ann", "bo"), lines=6))
    for layer in (1, 2):
        left, right = (places(c, who, layer) for who in (0, 1))
        pairs = best(left, right)
        assert value(relaxed_f1(c, layer)) == pytest.approx(f1(len(pairs), len(left), len(right)))
        apart = [abs(a[2] - b[2]) + abs(a[3] - b[3]) for a, b in pairs]
        assert value(boundary_distance(c, layer)) == pytest.approx(np.mean(apart))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("layer", [1, 2, None])
def test_agr_is_the_share_of_spans_that_any_other_overlaps(seed, layer):
    c = everybody(*drawn(seed, people=("ann", "bo")))
    left, right = (places(c, who, layer) for who in (0, 1))
    found = [any(overlap(one, other) for other in right) for one in left]
    assert value(agr(c, layer)) == pytest.approx(np.mean(found))


def test_two_spans_on_the_same_words_are_found_twice_only_by_two():
    c = compared_of({"d": {"ann": "[[a]{claim}]{claim}", "bo": "[a]{claim}"}})
    sums = exact_f1(c, 2)
    assert sums.counts == {"both": 1, "first only": 1, "second only": 0}
    assert value(relaxed_f1(c, 2)) == pytest.approx(2 / 3)


def test_counts_and_items():
    c = compared_of(ONE)
    assert exact_f1(c, EVENT).counts == {"both": 1, "first only": 1, "second only": 1}
    assert exact_f1(c, EVENT).items.sum() == 2
    assert relaxed_f1(c, None).counts == {"both": 2, "first only": 1, "second only": 0}
    assert relaxed_f1(c, None).items.sum() == 3
    assert agr(c, None).counts == {"overlapped": 2, "of": 3}
    edges = boundary_distance(c, EVENT)
    assert (edges.counts, value(edges)) == ({"same edges": 1, "overlapping": 2}, 1.0)


def test_the_distance_of_edges_is_of_what_two_have():
    c = compared_of(ONE)
    assert boundary_distance(c, None).items.sum() == 2
    assert np.isnan(value(boundary_distance(c, 1)))
    assert boundary_distance(c, 1).undefined == "no two spans overlap"


def test_spans_that_touch_do_not_overlap():
    c = compared_of({"d": {"ann": "[ab]{event}cd", "bo": "ab[cd]{event}"}})
    assert value(relaxed_f1(c, EVENT)) == 0
    assert value(agr(c, EVENT)) == 0


def test_a_sentence_has_no_more_pairs_than_spans_though_a_span_crosses_it():
    c = compared_of({"d": {"ann": "a [b\nc]{event} d", "bo": "a b\n[c]{event} d"}})
    sums = relaxed_f1(c, EVENT)
    assert sums.counts == {"both": 1, "first only": 0, "second only": 0}
    assert sums.value(sums.sums).tolist() == [1, 1]  # however often each sentence is drawn
    edges = boundary_distance(c, EVENT)
    assert edges.sums.tolist() == [[1, 0.5], [1, 0.5]]


def test_parts_of_a_quotation_are_found_as_one():
    line = "[“It rains]{claim#a},” she said, [“and pours”]{claim#b continues>a}."
    c = compared_of({"d": {"ann": line, "bo": "[“It rains,” she said, “and pours”]{claim}."}})
    assert value(exact_f1(c, 2)) == 1

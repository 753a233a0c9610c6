"""Spans that overlap are found, and matched one to one as heavily as can be."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from corpus.agreement.matching import DENSE, best_matching, overlapping


def spans(rng, count, length=60, longest=12):
    starts = rng.integers(0, length, count)
    return starts, starts + rng.integers(0, longest, count)


def graph(rng, rows, columns, share):
    """Return the pairs of a random bipartite graph: left, right, weight."""
    left, right = np.nonzero(rng.random((rows, columns)) < share)
    return left, right, rng.random(len(left)) + 0.01


def heaviest(left, right, weight):
    """Return the weight of the heaviest matching by trying all."""
    if not len(left):
        return 0
    apart = (left != left[0]) & (right != right[0])
    with_first = weight[0] + heaviest(left[apart], right[apart], weight[apart])
    return max(with_first, heaviest(left[1:], right[1:], weight[1:]))


def assert_one_to_one(left, right, chosen):
    assert (np.diff(chosen) > 0).all()
    for side in (left[chosen], right[chosen]):
        assert len(set(side)) == len(side)


@pytest.mark.parametrize("seed", range(20))
def test_overlapping_spans_are_those_that_share_a_position(seed):
    rng = np.random.default_rng(seed)
    (starts, ends), (other_starts, other_ends) = spans(rng, 30), spans(rng, 25)
    expected = [
        (one, other)
        for one in range(30)
        for other in range(25)
        if set(range(starts[one], ends[one])) & set(range(other_starts[other], other_ends[other]))
    ]
    assert list(zip(*overlapping(starts, ends, other_starts, other_ends), strict=True)) == expected


def test_spans_that_touch_or_are_empty_do_not_overlap():
    starts, ends = np.array([0, 5, 7]), np.array([5, 5, 9])
    left, right = overlapping(starts, ends, np.array([5, 0, 8]), np.array([7, 9, 8]))
    assert (left.tolist(), right.tolist()) == ([0, 2], [1, 1])


def test_nothing_overlaps_with_nothing():
    none = np.array([], dtype=np.int64)
    left, right = overlapping(none, none, np.array([0]), np.array([5]))
    assert (len(left), len(right), left.dtype, right.dtype) == (0, 0, np.int64, np.int64)
    assert best_matching(none, none, np.array([])).tolist() == []


def test_one_span_over_all_others_brings_only_its_own_pairs():
    starts = np.arange(200_000) * 10
    left, right = overlapping(np.r_[0, starts], np.r_[2_000_000, starts + 8], starts, starts + 9)
    assert len(left) == 400_000
    assert (left[:200_000] == 0).all()
    assert (right[200_000:] == np.arange(200_000)).all()


@pytest.mark.parametrize("seed", range(40))
def test_matching_is_the_heaviest_of_all(seed):
    rng = np.random.default_rng(seed)
    left, right, weight = graph(rng, rng.integers(1, 6), rng.integers(1, 6), 0.6)
    if seed % 2:
        weight = np.ceil(weight * 3)  # ties
    chosen = best_matching(left, right, weight)
    assert_one_to_one(left, right, chosen)
    assert weight[chosen].sum() == pytest.approx(heaviest(left, right, weight))


@pytest.mark.parametrize("rows", [DENSE // 2, DENSE, DENSE + 1, 2 * DENSE])
@pytest.mark.parametrize("share", [0.03, 0.2, 1])
def test_matching_weighs_what_an_assignment_on_the_full_matrix_weighs(rows, share):
    rng = np.random.default_rng(rows)
    left, right, weight = graph(rng, rows, DENSE + 5, share)
    matrix = np.zeros((rows, DENSE + 5))
    matrix[left, right] = weight
    chosen = best_matching(left, right, weight)
    assert_one_to_one(left, right, chosen)
    total = matrix[linear_sum_assignment(matrix, maximize=True)].sum()
    assert weight[chosen].sum() == pytest.approx(total)


@pytest.mark.parametrize("seed", range(5))
def test_order_of_pairs_does_not_change_the_weight(seed):
    rng = np.random.default_rng(seed)
    left, right, weight = graph(rng, 100, 100, 0.04)
    order = rng.permutation(len(left))
    there = best_matching(left[order], right[order], weight[order])
    back = best_matching(right, left, weight)
    total = weight[best_matching(left, right, weight)].sum()
    assert weight[order][there].sum() == pytest.approx(total)
    assert weight[back].sum() == pytest.approx(total)


def chain(rng, length):
    """Return a chain of pairs, each sharing a unit with the next, of nearly equal weights."""
    place = np.arange(length)
    return place // 2, (place + 1) // 2, 1 + rng.random(length) / 1000


def heaviest_of_chain(weight):
    """Return the weight of the heaviest set of pairs of which no two follow each other."""
    before, total = 0, 0
    for each in weight:
        before, total = total, max(total, before + each)
    return total


def test_long_chain_is_matched_exactly():
    left, right, weight = chain(np.random.default_rng(0), 20_000)
    chosen = best_matching(left, right, weight)
    assert_one_to_one(left, right, chosen)
    assert weight[chosen].sum() == pytest.approx(heaviest_of_chain(weight), rel=1e-12)


def test_many_components_are_each_matched():
    part, rng = np.arange(50_000), np.random.default_rng(0)
    left, right = np.r_[part, part, part] * 2, np.r_[part, part, part] * 2
    left[100_000:] += 1
    right[50_000:100_000] += 1
    weight = rng.random(150_000) + 0.01
    whole, one, other = weight.reshape(3, -1)
    chosen = best_matching(left, right, weight)
    assert_one_to_one(left, right, chosen)
    assert weight[chosen].sum() == pytest.approx(np.maximum(whole, one + other).sum())

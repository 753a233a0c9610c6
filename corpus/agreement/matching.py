"""Which spans overlap, and which of one annotator belongs to which of another.

Two annotators' spans are aligned by the heaviest one-to-one matching, so that no span counts twice
and neither the order of spans nor that of annotators matters. Documents are laid end to end
beforehand: whoever calls adds an offset to each, and no pair crosses documents.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DENSE = 64
"""Up to so many units on its longer side, a component is solved as a full matrix."""
WORTH = 0.1
"""Sure pairs are looked for again while they settle such a share of the pairs that are left."""


def overlapping(
    starts: Ints, ends: Ints, other_starts: Ints, other_ends: Ints
) -> tuple[Ints, Ints]:
    """Return all pairs of spans that share at least one position.

    Time and memory grow with the spans and the pairs found, whatever is nested in what.

    Args:
        starts: of n spans, in any order.
        ends: of the same, exclusive; a span that is empty shares nothing.
        other_starts: of m other spans.
        other_ends: of the same.

    Returns:
        Two arrays of one length: indices into the n spans and into the m, sorted by both.
    """
    here, there = np.flatnonzero(starts < ends), np.flatnonzero(other_starts < other_ends)
    starts, ends = starts[here], ends[here]
    other_starts, other_ends = other_starts[there], other_ends[there]
    # The one that begins later begins within the other, and of two that begin together, "other".
    left, right = points_within(starts, ends, other_starts)
    right_too, left_too = points_within(other_starts + 1, other_ends, starts)
    left, right = here[np.r_[left, left_too]], there[np.r_[right, right_too]]
    order = np.lexsort((right, left))
    return left[order], right[order]


def points_within(low: Ints, high: Ints, points: Ints) -> tuple[Ints, Ints]:
    """Return all pairs of an interval [low, high) and a point in it, as two arrays of indices.

    They are sorted by interval, then by point.
    """
    order = np.argsort(points, kind="stable")
    first, last = np.searchsorted(points[order], np.stack([low, high]))
    interval, position = expanded(first, np.maximum(last - first, 0))
    return interval, order[position]


def expanded(first: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return the members of the ranges [first, first + counts): the range of each, and itself."""
    owner = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) + (first - before)[owner]


def best_matching(left: Ints, right: Ints, weight: Floats) -> Ints:
    """Return which pairs make the heaviest one-to-one matching; it is exact.

    Args:
        left: the unit on the left side of each pair, any numbers from 0.
        right: that on the right side. No pair is there twice.
        weight: of each pair, above 0.

    Returns:
        Indices of the chosen pairs, ascending. The same input gives the same choice; where several
        matchings are heaviest, another order of the pairs may give another one of these.
    """
    open_pairs: Ints = np.arange(len(left))
    chosen = [open_pairs[:0]]
    while len(open_pairs):
        sides = left[open_pairs], right[open_pairs]
        sure = _sure(*sides, weight[open_pairs])
        chosen.append(open_pairs[sure])
        taken = np.isin(sides[0], sides[0][sure]) | np.isin(sides[1], sides[1][sure])
        open_pairs = open_pairs[~taken]
        if taken.mean() < WORTH:
            break
    chosen += [
        part[_solved(left[part], right[part], weight[part])]
        for part in _parts(left, right, open_pairs)
    ]
    return np.sort(np.concatenate(chosen))


def _sure(left: Ints, right: Ints, weight: Floats) -> Bools:
    """Return which pairs are in a heaviest matching for certain.

    A matching without such a pair has at most one other pair at each of its ends; where the pair
    weighs as much as the heaviest two of these, it can replace them. No two of these share an end.
    """
    best_left, second_left = _best_and_second(left, weight)
    best_right, second_right = _best_and_second(right, weight)
    return best_left & best_right & (weight >= second_left + second_right)


def _best_and_second(unit: Ints, weight: Floats) -> tuple[Bools, Floats]:
    """Return for each pair whether it is its unit's heaviest, and the weight of the second one."""
    order = np.lexsort((-weight, unit))
    in_order = unit[order]
    first = np.flatnonzero(np.r_[True, in_order[1:] != in_order[:-1]])
    best = np.zeros(len(unit), dtype=bool)
    best[order[first]] = True
    follows = np.diff(np.r_[first, len(unit)]) > 1
    second = np.zeros(len(unit))
    second[order[first[follows]]] = weight[order[first[follows] + 1]]
    return best, second


def _parts(left: Ints, right: Ints, pairs: Ints) -> list[Ints]:
    """Return the pairs by connected component of the units."""
    if not len(pairs):
        return []
    component = components(np.stack([left[pairs], right[pairs] + left.max() + 1], axis=1))
    return [pairs[part] for part in grouped(component)]


def grouped(number: Ints) -> list[Ints]:
    """Return, for each number that occurs, the indices where it does; there must be some."""
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1)


def components(pairs: Ints) -> Ints:
    """Return the number of the connected component of each pair (n by 2) of nodes."""
    nodes = int(pairs.max()) + 1
    graph = coo_array((np.ones(len(pairs), dtype=bool), tuple(pairs.T)), shape=(nodes, nodes))
    component: Ints = connected_components(graph, directed=False)[1]
    return component[pairs[:, 0]]


def _solved(left: Ints, right: Ints, weight: Floats) -> Ints:
    """Return the pairs chosen in one component."""
    rows, row = np.unique(left, return_inverse=True)
    columns, column = np.unique(right, return_inverse=True)
    shape = len(rows), len(columns)
    partner = (_dense if max(shape) <= DENSE else _sparse)(row, column, weight, shape)
    return np.flatnonzero(partner[row] == column)


def _dense(row: Ints, column: Ints, weight: Floats, shape: tuple[int, int]) -> Ints:
    """Return the column that each row is matched with; one of no pair where it stays alone."""
    matrix = np.zeros(shape)
    matrix[row, column] = weight
    partner = np.full(shape[0], -1)
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    partner[rows] = columns
    return partner


def _sparse(row: Ints, column: Ints, weight: Floats, shape: tuple[int, int]) -> Ints:
    """Return the same in memory that grows with the pairs: to be alone is a column of one's own."""
    size, alone = shape[0], weight.max() + 1  # no cost is 0: that would be no pair
    rows = np.arange(size)
    costs = np.r_[alone - weight, np.full(size, alone)]
    places = np.r_[row, rows], np.r_[column, shape[1] + rows]
    matrix = csr_array((costs, places), shape=(size, shape[1] + size))
    partner: Ints = min_weight_full_bipartite_matching(matrix)[1]
    return partner

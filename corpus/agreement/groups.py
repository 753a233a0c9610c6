"""The groups of units of three or more annotators that the best alignment puts together.

A group is a row: the unit of each annotator, or -1. All groups that candidate pairs connect are
listed, and an integer program takes those that save most (Mathet et al. 2015, section 5.1). They
can be very many where units lie thick or annotators are many; there the greedy choice has to do.
"""

import numpy as np
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from corpus.agreement.dissimilarity import Dissimilarity, Units, pairs_among
from corpus.agreement.matching import Bools, Floats, Ints, components, expanded, grouped

LIMIT = 10_000
"""A component that takes more steps than this to list (some 2,500 groups) is merged greedily."""
BATCH = 1_000
"""Small components share an integer program, until it has so many groups."""


def best_groups(
    units: Units, annotators: int, pairs: Ints, dissimilarity: Dissimilarity
) -> tuple[Ints, Bools]:
    """Return the groups of two or more units in the best alignment.

    Args:
        units: of documents that all have this number of annotators.
        annotators: three or more.
        pairs: candidates, m by 2.
        dissimilarity: of two units.

    Returns:
        The groups, and which of them are exact: the others come from greedy merging. On random
        units, that makes a disorder from 1 to 11 % above the least.
    """
    if not len(pairs):
        return np.zeros((0, annotators), dtype=np.int64), np.zeros(0, dtype=bool)
    component = np.zeros(len(units.start), dtype=np.int64)
    component[pairs] = components(pairs)[:, None]
    groups, large = _connected(units, annotators, pairs, component)
    useful = dissimilarity.excess(units, groups) < pairs_among(annotators)
    groups = groups[useful.all(axis=1)]
    saving = _saving(units, groups, dissimilarity)
    exact = groups[_packed(groups, saving, component)]
    greedy = _merged(units, annotators, pairs[large[component[pairs[:, 0]]]], dissimilarity)
    return np.concatenate([exact, greedy]), np.arange(len(exact) + len(greedy)) < len(exact)


def _saving(units: Units, groups: Ints, dissimilarity: Dissimilarity) -> Floats:
    """Return how much less disorder each group has than its units alone."""
    saving: Floats = (groups >= 0).sum(axis=1) - dissimilarity.disorder(units, groups)
    return saving


def _connected(units: Units, annotators: int, pairs: Ints, component: Ints) -> tuple[Ints, Bools]:
    """Return all groups that pairs connect, but of components (the second result) over LIMIT."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    degree = np.bincount(both[:, 0], minlength=len(component))
    level = _with(np.full((len(pairs), annotators), -1), pairs[:, 0], units)
    levels = [_with(level, pairs[:, 1], units)]
    large = np.zeros(component.max() + 1, dtype=bool)
    for _ in range(annotators - 2):
        level = levels[-1]
        own = component[level.max(axis=1)]
        steps = np.where(level >= 0, degree[level], 0).sum(axis=1)
        large |= np.bincount(own, steps, minlength=len(large)) > LIMIT
        levels.append(_grown(level[~large[own]], both[:, 1], degree, units))
    groups = np.concatenate(levels)
    return groups[~large[component[groups.max(axis=1)]]], large


def _grown(level: Ints, neighbours: Ints, degree: Ints, units: Units) -> Ints:
    """Return the groups with one more unit that is a neighbour of one in them."""
    row, place = np.nonzero(level >= 0)
    unit = level[row, place]
    step, position = expanded((np.cumsum(degree) - degree)[unit], degree[unit])
    row, added = row[step], neighbours[position]
    free = level[row, units.annotator[added]] < 0
    grown = pl.from_numpy(_with(level[row[free]], added[free], units))
    return grown.unique(maintain_order=True).to_numpy()


def _with(groups: Ints, added: Ints, units: Units) -> Ints:
    """Return the groups, each with a unit more."""
    groups = groups.copy()
    groups[np.arange(len(groups)), units.annotator[added]] = added
    return groups


def _packed(groups: Ints, saving: Floats, component: Ints) -> Ints:
    """Return which groups, no two with a unit in common, save most together."""
    if not len(groups):
        return np.zeros(0, dtype=np.int64)
    own = component[groups.max(axis=1)]
    size = np.bincount(own)
    batches = grouped(((np.cumsum(size) - size) // BATCH)[own])
    return np.concatenate([each[_program(groups[each], saving[each])] for each in batches])


def _program(groups: Ints, saving: Floats) -> Bools:
    """Return which groups the integer program takes."""
    row, place = np.nonzero(groups >= 0)
    units, unit = np.unique(groups[row, place], return_inverse=True)
    holds = csr_array((np.ones(len(row)), (unit, row)), shape=(len(units), len(groups)))
    found = milp(
        -saving,
        integrality=1,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(holds, -np.inf, 1),
        options={"mip_rel_gap": 0},
    )
    taken: Bools = found.x > 0.5
    return taken


def _merged(units: Units, annotators: int, pairs: Ints, dissimilarity: Dissimilarity) -> Ints:
    """Return the groups that merging leads to, always those that save most, while any saves."""
    members = np.unique(pairs)
    group = np.zeros(len(units.start), dtype=np.int64)
    group[members] = np.arange(len(members))
    groups = _with(np.full((len(members), annotators), -1), members, units)
    while True:
        merge, union = _best_merges(units, groups, group[pairs], dissimilarity)
        if not len(merge):
            break
        into = np.arange(len(groups))
        into[merge[:, 1]] = merge[:, 0]
        groups[merge[:, 0]], groups[merge[:, 1]] = union, -1
        group[members] = into[group[members]]
    several: Ints = groups[(groups >= 0).sum(axis=1) > 1]
    return several


def _best_merges(
    units: Units, groups: Ints, pairs: Ints, dissimilarity: Dissimilarity
) -> tuple[Ints, Ints]:
    """Return the pairs of groups that are each other's best to merge with, and their unions."""
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    both = np.unique((low * len(groups) + high)[low < high])
    edges = np.stack(np.divmod(both, len(groups)), axis=1)
    edges = edges[((groups[edges] >= 0).sum(axis=1) < 2).all(axis=1)]
    union = groups[edges].max(axis=1)
    disorder = dissimilarity.disorder(units, groups)
    saving = disorder[edges].sum(axis=1) - dissimilarity.disorder(units, union)
    order = np.argsort(-saving, kind="stable")
    order = order[saving[order] > 0]
    edges, union = edges[order], union[order]
    best = np.full(len(groups), len(edges))
    np.minimum.at(best, edges, np.arange(len(edges))[:, None])
    mutual = (best[edges] == np.arange(len(edges))[:, None]).all(axis=1)
    return edges[mutual], union[mutual]

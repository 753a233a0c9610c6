"""Agreement corrected for chance on units that are given: kappa, pi, Krippendorff's alpha.

Every measure is a function of sums that add up: sums of strata (documents, sentences) are added,
and the measure is taken of the total, so that a bootstrap resamples strata and nothing else. Sums
may have leading axes (…, one for each resample); a measure returns an array of the leading shape,
with NaN where it is undefined.

A reliability table is an array (units, annotators) of codes 0 to k - 1, -1 where an annotator said
nothing. A distance is a symmetric array (k, k), 0 on its diagonal, which alpha takes as it stands:
`interval` and `ratio` are squared already, as Krippendorff's metrics are; `masi` and `jaccard` are
not, as Passonneau (2006) uses them.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Set = frozenset[Hashable]


def quotient(dividend: ArrayLike, divisor: ArrayLike) -> Floats:
    """Return dividend / divisor, NaN where the divisor is not above 0."""
    a, b = np.broadcast_arrays(np.asarray(dividend, float), np.asarray(divisor, float))
    found: Floats = np.divide(a, b, out=np.full(a.shape, np.nan), where=b > 0)
    return found


# Two annotators, from their contingency table


def observed_agreement(counts: ArrayLike) -> Floats:
    """Return the share of units with equal values, from tables (…, k, k); NaN without units."""
    table = np.asarray(counts, float)
    return quotient(np.trace(table, axis1=-2, axis2=-1), table.sum((-2, -1)))


def specific_agreement(counts: ArrayLike) -> Floats:
    """Return for each value how far they agree on it, (…, k, k) -> (…, k): 2 n_cc / (n_c. + n_.c).

    NaN for a value that neither uses. Cicchetti & Feinstein 1990.
    """
    table = np.asarray(counts, float)
    same = np.diagonal(table, axis1=-2, axis2=-1)
    return quotient(2 * same, table.sum(-1) + table.sum(-2))


def cohen_kappa(counts: ArrayLike) -> Floats:
    """Return Cohen's kappa of tables (…, k, k), one annotator's values by the other's.

    NaN without units, or if both use one value throughout. Cohen 1960.
    """
    table = np.asarray(counts, float)
    return _kappa(table, (table.sum(-1) * table.sum(-2)).sum(-1))


def scott_pi(counts: ArrayLike) -> Floats:
    """Return Scott's pi of tables (…, k, k): as kappa, but both share one distribution of values.

    NaN without units, or if both use one value throughout. Scott 1955.
    """
    table = np.asarray(counts, float)
    return _kappa(table, ((table.sum(-1) + table.sum(-2)) ** 2).sum(-1) / 4)


def _kappa(table: Floats, chance: Floats) -> Floats:
    """Return (p_o - p_e) / (1 - p_e); chance is n² p_e, so that counts stay exact."""
    n = table.sum((-2, -1))
    return quotient(n * np.trace(table, axis1=-2, axis2=-1) - chance, n * n - chance)


# Any number of annotators: sums [observed disagreement, marginal counts], (…, 1 + k)


def fleiss_sums(ratings: ArrayLike) -> Floats:
    """Return the sums of each subject, (subjects, 1 + k): those that `alpha_sums` gives.

    Args:
        ratings: (subjects, k), how many raters gave which value; the same number for each subject.

    Raises:
        ValueError: The number of raters differs.
    """
    counts = np.asarray(ratings, float)
    raters = counts.sum(1)
    if raters.size and np.ptp(raters):
        found = f"{raters.min():g} to {raters.max():g}"
        raise ValueError(f"Fleiss' kappa: {found} raters a subject, expected the same number")
    if not raters.size or raters[0] < 2:
        return np.zeros((len(counts), 1 + counts.shape[1]))
    unlike = (counts * (raters[:, None] - counts)).sum(1) / (raters - 1)
    return np.column_stack([unlike, counts])


def fleiss_kappa(sums: ArrayLike) -> Floats:
    """Return Fleiss' kappa of sums (…, 1 + k); with two raters, Scott's pi.

    NaN without subjects, with one rater, or if one value is used throughout. Fleiss 1971.
    """
    disagreement, marginals = _parted(sums)
    n = marginals.sum(-1)
    return 1 - quotient(n * disagreement, n * n - (marginals**2).sum(-1))


def alpha_sums(values: ArrayLike, distance: ArrayLike, stratum: ArrayLike, strata: int) -> Floats:
    """Return the sums of each stratum, (strata, 1 + k), for a distance that is fixed.

    First the observed disagreement, the sum over units of the distances between all ordered pairs
    of their m values, / (m - 1); then how often each value is paired. Units with fewer than two
    values count nothing.

    Args:
        values: The reliability table, (units, annotators).
        distance: (k, k).
        stratum: (units,), 0 to strata - 1.
        strata: How many strata there are.
    """
    table, where, d = np.asarray(values), np.asarray(stratum), np.asarray(distance, float)
    unlike = np.zeros(len(table))
    for one, other in combinations(table.T, 2):
        unlike += np.where((one >= 0) & (other >= 0), d[one, other], 0)
    unlike *= 2 * _weights(table)
    unit, annotator = np.nonzero((table >= 0) & (_weights(table) > 0)[:, None])
    cells = where[unit] * len(d) + table[unit, annotator]
    marginals = np.bincount(cells, minlength=strata * len(d)).reshape(strata, len(d))
    return np.column_stack([np.bincount(where, unlike, minlength=strata), marginals])


def alpha(sums: ArrayLike, distance: ArrayLike) -> Floats:
    """Return Krippendorff's alpha of sums (…, 1 + k) and the distance that they were made with.

    NaN without pairs of values, or if one value is used throughout. Krippendorff 2004,
    chapter 11.
    """
    disagreement, marginals = _parted(sums)
    expected = (marginals @ np.asarray(distance, float) * marginals).sum(-1)
    return _alpha(disagreement, expected, marginals.sum(-1))


def coincidences(values: ArrayLike, k: int, stratum: ArrayLike, strata: int) -> Floats:
    """Return the coincidence matrix of each stratum, (strata, k, k), as `ordinal_alpha` needs it.

    A unit with m values counts each ordered pair of them 1 / (m - 1) times. Krippendorff 2011.
    """
    table, where = np.asarray(values), np.asarray(stratum)
    weights, found = _weights(table), np.zeros(strata * k * k)
    for one, other in combinations(table.T, 2):
        both = (one >= 0) & (other >= 0)
        cells = ((where * k + one) * k + other)[both]
        found += np.bincount(cells, weights[both], minlength=len(found))
    matrices = found.reshape(strata, k, k)
    return matrices + matrices.swapaxes(-2, -1)


def ordinal_alpha(matrices: ArrayLike) -> Floats:
    """Return Krippendorff's alpha of coincidence matrices (…, k, k) of values in their order.

    NaN without pairs of values, or if one value is used throughout.
    """
    observed = np.asarray(matrices, float)
    marginals = observed.sum(-1)
    distance = ordinal(marginals)
    expected = (distance * marginals[..., None] * marginals[..., None, :]).sum((-2, -1))
    return _alpha((observed * distance).sum((-2, -1)), expected, marginals.sum(-1))


def _parted(sums: ArrayLike) -> tuple[Floats, Floats]:
    array = np.asarray(sums, float)
    return array[..., 0], array[..., 1:]


def _weights(table: Ints) -> Floats:
    """Return 1 / (m - 1) for units with m values, 0 with fewer than two."""
    m = (table >= 0).sum(1)
    return np.where(m > 1, 1 / np.maximum(m - 1, 1), 0.0)


def _alpha(disagreement: Floats, expected: Floats, n: Floats) -> Floats:
    """Return 1 - D_o / D_e, where D_o = disagreement / n and D_e = expected / (n (n - 1))."""
    return 1 - quotient((n - 1) * disagreement, expected)


# Distances


def nominal(k: int) -> Floats:
    """Return the distance (k, k) of values that are the same or not."""
    return 1 - np.eye(k)


def interval(points: ArrayLike) -> Floats:
    """Return the distance (k, k) of numbers of which differences mean something, squared."""
    x = np.asarray(points, float)
    apart: Floats = x[:, None] - x
    return apart**2


def ratio(points: ArrayLike) -> Floats:
    """Return the distance (k, k) of numbers, none below 0, of which ratios mean something, squared.

    ((a - b) / (a + b))². Krippendorff 2011.
    """
    x = np.asarray(points, float)
    total = x[:, None] + x
    apart: Floats = (x[:, None] - x) / np.where(total > 0, total, 1)
    return apart**2


def ordinal(marginals: ArrayLike) -> Floats:
    """Return the distances (…, k, k) of values in their order, from their counts (…, k), squared.

    Two values are as far apart as their mean ranks. Krippendorff 2011.
    """
    counts = np.asarray(marginals, float)
    ranks = np.cumsum(counts, -1) - counts / 2
    return (ranks[..., None] - ranks[..., None, :]) ** 2


def jaccard(a: Set, b: Set) -> float:
    """Return how far apart two sets are, 0 to 1: 1 - |a and b| / |a or b|; two empty ones, 0."""
    return 1 - len(a & b) / len(a | b) if a or b else 0.0


def masi(a: Set, b: Set) -> float:
    """Return the MASI distance of two sets, 0 to 1: 1 - J M; two empty ones, 0.

    J is the Jaccard coefficient, M is 1 for equal sets, 2/3 if one holds the other, 1/3 if they
    overlap, else 0. Passonneau 2006.
    """
    if a == b:
        return 0.0
    return 1 - (1 - jaccard(a, b)) * (2 / 3 if a <= b or b <= a else 1 / 3)


def set_distances(sets: Sequence[Set], distance: Callable[[Set, Set], float]) -> Floats:
    """Return the distance (k, k) of k sets, by `masi` or `jaccard`: disjoint sets are 1 apart."""
    holders = defaultdict[Hashable, list[int]](list)
    for i, members in enumerate(sets):
        for member in members:
            holders[member].append(i)
    found = nominal(len(sets))
    for i, j in {pair for held in holders.values() for pair in combinations(held, 2)}:
        found[i, j] = found[j, i] = distance(sets[i], sets[j])
    return found

"""Agreement on units and their values together: the u-alpha family, in code points.

Krippendorff, Mathet, Bouvry & Widlöcher 2016, "On the reliability of unitizing textual continua:
further developments", Quality & Quantity 50; also Krippendorff 2019, section 12.6. Observers mark
units on a continuum and give each a value; what no unit covers is a gap, a value of its own.
Values coincide where units or gaps of two observers intersect: each code point counts 1 / (m - 1)
for each ordered pair of the m observers. By chance any two code points may be paired, but not two
of one unit, and not one of a gap with itself. Alpha is 1 - D_o / D_e, nominal.

Continua are laid end to end on one line, which is cut into stretches: where a continuum ends, and
wherever sums are wanted apart. The sums of stretches add up to those of the whole, and a measure
is taken of any total (…, 5, k + 1); it is NaN where it is undefined.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corpus.agreement.nominal import Floats, Ints, quotient

AGREED, MARGINAL, OWN, CODED, CODED_OWN = range(5)
"""The rows of sums, which have a column for each value and, last, one for the gap:

- AGREED: coincidences of the value with itself;
- MARGINAL: its code points;
- OWN: its pairs of code points that chance may not pair: of one unit, or one with itself in a gap;
- CODED: its coincidences with any value, where both observers have a unit (0 for the gap);
- CODED_OWN: pairs of code points of one unit there, for each other observer / (m - 1).
"""


@dataclass(frozen=True)
class Units:
    """Units of one observer: three integer arrays (n,), in any order.

    A unit is half-open and lies in one continuum; `start` and `end` are places on the line. An
    empty one counts nothing.
    """

    start: Ints
    end: Ints
    label: Ints


def overlapping_units(units: Units) -> int:
    """Return how many units of an observer begin before one that stands before them has ended."""
    ordered = _ordered(units)
    return int((ordered.start[1:] < np.maximum.accumulate(ordered.end)[:-1]).sum())


def unitizing_sums(units: Sequence[Units], k: int, cuts: ArrayLike, present: ArrayLike) -> Floats:
    """Return the sums of each stretch, (stretches, 5, k + 1): see `AGREED`.

    An intersection counts where it lies, the pairs of one unit where the unit begins. What only one
    observer has seen counts nothing. The work grows with the units as their sorting does.

    Args:
        units: Those of each observer, with labels 0 to k - 1.
        k: How many values there are beside the gap.
        cuts: (stretches + 1,), increasing: where the stretches begin, and the end of the line.
        present: (observers, stretches), whether the observer has seen the continuum.

    Raises:
        ValueError: Units of one observer overlap.
    """
    if found := sum(map(overlapping_units, units)):
        raise ValueError(f"{found} units overlap another one of the same observer, expected none")
    units = [_ordered(own) for own in units]
    pieces = _pieces(units, k, np.asarray(cuts), np.asarray(present))
    sums = np.zeros((np.size(cuts) - 1, 5, k + 1))
    _add_coincidences(sums, pieces)
    _add_own_pairs(sums, units, pieces)
    return sums


def u_alpha(sums: ArrayLike) -> Floats:
    """Return u-alpha: agreement on units, values and gaps at once. (…, 5, k + 1) -> (…).

    NaN without two observers, or if one value, or the gap, is all there is.
    """
    s = np.asarray(sums, float)
    return _alpha(s[..., AGREED, :].sum(-1), s[..., MARGINAL, :], s[..., OWN, :].sum(-1))


def binary_alpha(sums: ArrayLike) -> Floats:
    """Return |u|-alpha: agreement on what is unit and what is gap. (…, 5, k + 1) -> (…).

    NaN without two observers, or if all is unit or all is gap.
    """
    s = np.asarray(sums, float)
    agreed = s[..., CODED, :].sum(-1) + s[..., AGREED, -1]
    units, gaps = s[..., MARGINAL, :-1].sum(-1), s[..., MARGINAL, -1]
    return _alpha(agreed, np.stack([units, gaps], -1), s[..., OWN, :].sum(-1))


def cu_alpha(sums: ArrayLike) -> Floats:
    """Return cu-alpha: agreement on values where units intersect. (…, 5, k + 1) -> (…).

    With three or more observers, what of a unit can be paired is taken by pairs of observers: what
    meets the units of each other one, not (as some do) of their union. NaN if no units intersect,
    if these have one value throughout, or if they are too few to pair: more pairs within units than
    within values, which two observers never have.
    """
    s = np.asarray(sums, float)
    return _alpha(s[..., AGREED, :-1].sum(-1), s[..., CODED, :], s[..., CODED_OWN, :].sum(-1))


def ku_alpha(sums: ArrayLike) -> Floats:
    """Return (k)u-alpha: cu-alpha of each value against all others. (…, 5, k + 1) -> (…, k).

    NaN for a value whose units meet none, if no other value has such, or if too few can be paired.
    """
    s = np.asarray(sums, float)[..., :-1]
    agreed, coded, own = s[..., AGREED, :], s[..., CODED, :], s[..., CODED_OWN, :]
    n = coded.sum(-1, keepdims=True)
    expected = quotient(coded * (n - coded), coded * n - own)
    return 1 - quotient(quotient(coded - agreed, coded), _possible(expected))


def _alpha(agreed: Floats, marginals: Floats, own: Floats) -> Floats:
    n = marginals.sum(-1)
    expected = quotient(n * n - (marginals**2).sum(-1), n * n - own)
    return 1 - quotient(quotient(n - agreed, n), _possible(expected))


def _possible(expected: Floats) -> Floats:
    """Return an expected disagreement, NaN if it is over 1.

    By pairs of three or more observers, a unit that few others meet may have more pairs within
    itself than its value has in all. What is left to be paired by chance is then no distribution.
    """
    return np.where(expected <= 1 + 1e-9, expected, np.nan)


@dataclass(frozen=True)
class _Pieces:
    """The line, cut wherever anything begins or ends: in a piece, each observer has one value."""

    edges: Ints
    """(pieces + 1,)"""
    stretch: Ints
    """(pieces,)"""
    labels: Ints
    """(observers, pieces): k in a gap, -1 for who is absent, or alone."""
    observers: Ints
    """(pieces,): how many are there."""


def _ordered(units: Units) -> Units:
    """Return the units by their start, without empty ones."""
    order = np.lexsort((units.end, units.start))
    order = order[(units.start < units.end)[order]]
    return Units(units.start[order], units.end[order], units.label[order])


def _pieces(units: Sequence[Units], k: int, cuts: Ints, present: NDArray[np.bool_]) -> _Pieces:
    ends = [edge for own in units for edge in (own.start, own.end)]
    edges = np.unique(np.concatenate([cuts, *ends]))
    stretch = np.searchsorted(cuts, edges[:-1], "right") - 1
    there = present[:, stretch]
    observers = there.sum(0)
    labels = np.array([_labels(own, k, edges[:-1]) for own in units]).reshape(there.shape)
    return _Pieces(edges, stretch, np.where(there & (observers > 1), labels, -1), observers)


def _labels(units: Units, k: int, places: Ints) -> Ints:
    """Return the value of each place: that of the last unit begun, unless it has ended."""
    last = np.searchsorted(units.start, places, "right")
    ends, labels = np.append(places[:1], units.end), np.append(k, units.label)
    return np.where(places < ends[last], labels[last], k)


def _add_coincidences(sums: Floats, pieces: _Pieces) -> None:
    gap = sums.shape[-1] - 1
    length, others = np.diff(pieces.edges), np.maximum(pieces.observers - 1, 1)
    marked = _marked(pieces, gap).sum(0)
    for own in pieces.labels:
        same = (pieces.labels == own).sum(0) - 1
        both = np.where(own < gap, marked - 1, 0)
        _add(sums[:, AGREED], pieces.stretch, own, length * same / others)
        _add(sums[:, MARGINAL], pieces.stretch, own, length)
        _add(sums[:, CODED], pieces.stretch, own, length * both / others)
    sums[:, OWN, gap] = sums[:, MARGINAL, gap]


def _add_own_pairs(sums: Floats, units: Sequence[Units], pieces: _Pieces) -> None:
    length = np.where(_marked(pieces, sums.shape[-1] - 1), np.diff(pieces.edges), 0)
    covered = np.pad(length.cumsum(1), ((0, 0), (1, 0)))  # by each observer, up to each edge
    for observer, own in enumerate(units):
        first, last = np.searchsorted(pieces.edges, [own.start, own.end])
        met = (covered[:, last] - covered[:, first]).astype(float) ** 2
        others = np.maximum(pieces.observers[first] - 1, 1)
        stretch, label = pieces.stretch[first], pieces.labels[observer, first]
        _add(sums[:, OWN], stretch, label, met[observer])
        _add(sums[:, CODED_OWN], stretch, label, (met.sum(0) - met[observer]) / others)


def _marked(pieces: _Pieces, gap: int) -> NDArray[np.bool_]:
    """Return who has a unit where, (observers, pieces)."""
    return (pieces.labels >= 0) & (pieces.labels < gap)


def _add(sums: Floats, stretch: Ints, label: Ints, weight: NDArray[np.number]) -> None:
    """Add each weight to the sum of its stretch and label, (stretches, k + 1); none for -1."""
    known = label >= 0
    cells = (stretch * sums.shape[1] + label)[known]
    sums += np.bincount(cells, weight[known], minlength=sums.size).reshape(sums.shape)

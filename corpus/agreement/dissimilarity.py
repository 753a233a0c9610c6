"""How far units of several annotators differ, and which may stand in one unitary alignment.

A unitary alignment takes at most one unit of each annotator of a document. Its disorder is the mean
dissimilarity of its pairs, of which one with an empty unit, or of two, counts delta_empty (Mathet,
Widlöcher and Métivier 2015: The Unified and Holistic Method Gamma (γ) for Inter-Annotator Agreement
Measure and Alignment. Computational Linguistics 41(3), 437-479, section 4). delta_empty is 1 here:
it scales every disorder alike, and so leaves gamma as it is.

With n annotators and C = n(n-1)/2, k units together save k - 1 - sum(d - 1) / C, over their pairs,
against k units that stand alone, each of which costs 1. Taking a group apart saves no less if the
pairs between both parts have sum(d - 1) >= C. So a pair with d >= 1 + C leads nowhere.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from corpus.agreement.matching import Bools, Floats, Ints, overlapping


@dataclass(frozen=True)
class Units:
    """Units of several annotators in several documents, a row each in any order.

    Attributes:
        document: from 0.
        annotator: among those of the document, from 0.
        start: in code points.
        end: exclusive, above start.
        label: code of the category.
        annotators: how many each document has; where there are fewer than two, units count nothing.
    """

    document: Ints
    annotator: Ints
    start: Ints
    end: Ints
    label: Ints
    annotators: Ints

    def of(self, kept: Ints | Bools) -> "Units":
        """Return some of the units, in the same documents."""
        return Units(
            self.document[kept],
            self.annotator[kept],
            self.start[kept],
            self.end[kept],
            self.label[kept],
            self.annotators,
        )


@dataclass(frozen=True)
class Dissimilarity:
    """What a difference in position (alpha, above 0) and in category (beta) weighs.

    The combined dissimilarity of Mathet et al. (2015), section 4.3: positional sporadic, nominal.
    """

    alpha: float = 1.0
    beta: float = 1.0

    def between(self, units: Units, one: Ints, other: Ints) -> Floats:
        """Return the dissimilarity of pairs of units, given by their rows."""
        start, end = units.start, units.end
        apart = np.abs(start[one] - start[other]) + np.abs(end[one] - end[other])
        lengths = end[one] - start[one] + end[other] - start[other]
        differ = units.label[one] != units.label[other]
        distance: Floats = self.alpha * (apart / lengths) ** 2 + self.beta * differ
        return distance

    def excess(self, units: Units, groups: Ints) -> Floats:
        """Return sum(d - 1) of each unit and the others of its group.

        Args:
            units: of documents with n annotators.
            groups: m by n, the row of each annotator's unit or -1.

        Returns:
            m by n, 0 where there is no unit.
        """
        excess = np.zeros(groups.shape)
        for one, other in combinations(range(groups.shape[1]), 2):
            both = np.flatnonzero((groups[:, one] >= 0) & (groups[:, other] >= 0))
            more = self.between(units, groups[both, one], groups[both, other]) - 1
            excess[both, one] += more
            excess[both, other] += more
        return excess

    def disorder(self, units: Units, groups: Ints) -> Floats:
        """Return the disorder of each group as a unitary alignment: 1 for a unit alone."""
        pairs = pairs_among(groups.shape[1])
        disorder: Floats = 1 + self.excess(units, groups).sum(axis=1) / 2 / pairs
        return disorder


def pairs_among(annotators: int) -> int:
    """Return how many pairs so many annotators make."""
    return annotators * (annotators - 1) // 2


def candidates(units: Units, annotators: int, dissimilarity: Dissimilarity) -> Ints:
    """Return the pairs of units with d < 1 + C, without comparing all with all.

    Two units whose centres lie c apart differ by at least 2c in start and end together. So those
    that are near enough overlap, once they are stretched around their centres.

    Args:
        units: of documents that all have this number of annotators.
        annotators: two or more.
        dissimilarity: of two units.

    Returns:
        Rows of units, m by 2, the lower annotator's first.
    """
    low, high = _stretched(units, annotators, dissimilarity)
    rows = [np.flatnonzero(units.annotator == each) for each in range(annotators)]
    found = []
    for here, there in combinations(rows, 2):
        one, other = overlapping(low[here], high[here], low[there], high[there])
        found.append(np.stack([here[one], there[other]], axis=1))
    pairs = np.concatenate(found)
    return pairs[dissimilarity.between(units, *pairs.T) < 1 + pairs_among(annotators)]


def near(units: Units, annotators: int, dissimilarity: Dissimilarity) -> int:
    """Return how many pairs `candidates` would have to look at, without listing them."""
    low, high = _stretched(units, annotators, dissimilarity)
    found = 0
    for here, there in combinations(range(annotators), 2):
        one, other = units.annotator == here, units.annotator == there
        begun = np.searchsorted(np.sort(low[other]), high[one])
        over = np.searchsorted(np.sort(high[other]), low[one], side="right")
        found += int((begun - over).sum())
    return found


def _stretched(units: Units, annotators: int, dissimilarity: Dissimilarity) -> tuple[Ints, Ints]:
    """Return where units begin and end, stretched so that candidates overlap; documents apart."""
    bound = 1 + pairs_among(annotators)
    centre, length = units.start + units.end, units.end - units.start  # twice the centre
    reach = np.ceil(np.sqrt(bound / dissimilarity.alpha) * length).astype(np.int64)
    extent = (centre + reach).max(initial=0) - (centre - reach).min(initial=0)
    low = centre - reach + units.document * extent
    return low, low + 2 * reach

"""The best alignment of several annotators' units: that of least disorder.

An alignment is a set of unitary alignments that has every unit once (Mathet et al. 2015, section
4.5). It is exact, but for the places that `groups` finds too thick.
"""

from dataclasses import dataclass

import numpy as np

from corpus.agreement.dissimilarity import Dissimilarity, Units, candidates
from corpus.agreement.groups import best_groups
from corpus.agreement.matching import Bools, Floats, Ints, best_matching


@dataclass(frozen=True)
class Alignment:
    """The unitary alignments of the best alignment, a row each.

    Attributes:
        document: in which it stands.
        start: where the first of its units begins.
        disorder: of it, 0 or more; 1 for a unit alone.
        units: its share of the mean number of units of an annotator.
        exact: False where the choice was greedy.
    """

    document: Ints
    start: Ints
    disorder: Floats
    units: Floats
    exact: Bools


def best_alignment(units: Units, dissimilarity: Dissimilarity) -> Alignment:
    """Return the alignment of least disorder of all documents, each for itself."""
    annotators = units.annotators[units.document]
    parts = [
        _aligned(units.of(annotators == number), number, dissimilarity)
        for number in np.unique(annotators[annotators > 1]).tolist()
    ]
    none = np.zeros(0, dtype=np.int64)
    parts.append(Alignment(none, none, none.astype(float), none.astype(float), none.astype(bool)))
    return Alignment(
        document=np.concatenate([part.document for part in parts]),
        start=np.concatenate([part.start for part in parts]),
        disorder=np.concatenate([part.disorder for part in parts]),
        units=np.concatenate([part.units for part in parts]),
        exact=np.concatenate([part.exact for part in parts]),
    )


def _aligned(units: Units, annotators: int, dissimilarity: Dissimilarity) -> Alignment:
    """Return the best alignment of documents that all have this number of annotators."""
    pairs = candidates(units, annotators, dissimilarity)
    if annotators == 2:
        left, right = pairs.T
        saving = 2 - dissimilarity.between(units, left, right)
        together = pairs[best_matching(left, right, saving)]
        exact: Bools = np.ones(len(together), dtype=bool)
    else:
        together, exact = best_groups(units, annotators, pairs, dissimilarity)
    alone = np.setdiff1d(np.arange(len(units.start)), together)
    lonely = np.full((len(alone), annotators), -1)
    lonely[:, 0] = alone
    groups = np.concatenate([together, lonely])
    present = groups >= 0
    return Alignment(
        document=units.document[groups.max(axis=1)],
        start=np.where(present, units.start[groups], np.iinfo(np.int64).max).min(axis=1),
        disorder=dissimilarity.disorder(units, groups),
        units=present.sum(axis=1) / annotators,
        exact=np.concatenate([exact, np.ones(len(alone), dtype=bool)]),
    )

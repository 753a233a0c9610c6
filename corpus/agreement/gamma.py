"""Gamma: agreement on where units are and what they are, together, corrected for chance.

Mathet, Widlöcher and Métivier (2015): The Unified and Holistic Method Gamma (γ) for Inter-Annotator
Agreement Measure and Alignment. Computational Linguistics 41(3), 437-479. Gamma is 1 - observed /
expected disorder: 1 where all is the same, 0 for chance, below 0 for less.

A disorder is a sum over unitary alignments by the mean number of units of an annotator (section
4.5). Both are kept as sums by document, so that those of any sample of documents can be added. For
one document, the expected disorder is thus that of all its chance samples together, where the paper
takes the mean of their disorders: it differs only as far as annotators differ in their number of
units.
"""

import numpy as np

from corpus.agreement.alignment import Alignment, best_alignment
from corpus.agreement.dissimilarity import Dissimilarity, Units, near, pairs_among
from corpus.agreement.matching import Bools, Floats, Ints, expanded

PLAIN = Dissimilarity()
PRECISION = 0.02
"""Half of the 95 % interval of the expected disorder, as a part of it (section 5.3)."""
FIRST = 30
"""Chance documents, at least, before it is judged how many are needed (section 5.3)."""
MOST = 1_000
"""Chance samples of the corpus, at most."""
THICK = 20_000_000
"""Of three or more annotators: more comparisons than this would take from a minute to hours."""
AT_ONCE = 100_000
"""Units of chance documents that are aligned together, to bound the memory."""


def numbered(
    document: Ints, annotator: Ints, start: Ints, end: Ints, label: Ints, annotated: Bools
) -> Units:
    """Return units with the annotators numbered within each document.

    Args:
        document: of each unit, from 0.
        annotator: of each unit, from 0.
        start: of each unit.
        end: of each unit, exclusive; none is empty.
        label: of each unit, the code of its category.
        annotated: by annotator and document, True also where an annotator found no unit.
    """
    number = np.cumsum(annotated, axis=0) - 1
    counts = annotated.sum(axis=0)
    return Units(document, number[annotator, document], start, end, label, counts)


def gamma(sums: Floats) -> Floats:
    """Return gamma from sums.

    Args:
        sums: in the last axis observed disorder and units, then expected disorder and units, as
            `observed` and `expected` give them, each added up over the same documents.

    Returns:
        One value for each place of the leading axes, at most 1; NaN where there is no unit, or no
        disorder expected by chance.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (sums[..., 0] / sums[..., 1]) / (sums[..., 2] / sums[..., 3])
    return np.where(sums[..., 2] > 0, 1 - ratio, np.nan)


def disorder(units: Units, dissimilarity: Dissimilarity = PLAIN) -> float:
    """Return the disorder of the best alignment, all documents together; NaN without units."""
    total, mean_units = observed(best_alignment(units, dissimilarity), _whole(units)).sum(axis=0)
    return float(total / mean_units) if mean_units else float("nan")


def observed(alignment: Alignment, cuts: Ints) -> Floats:
    """Return the sums of an alignment by stretch of text.

    Args:
        alignment: of the units.
        cuts: n by 2, the document and the position where each stretch begins, sorted; the first of
            each document at 0. A unitary alignment belongs where its first unit begins.

    Returns:
        n by 2: the sum of disorders, and the mean number of units of an annotator.
    """
    reach = max(cuts[:, 1].max(initial=0), alignment.start.max(initial=0)) + 1
    begins = cuts @ np.array([reach, 1])
    place = np.searchsorted(begins, alignment.document * reach + alignment.start, "right") - 1
    return np.stack(
        [
            np.bincount(place, alignment.disorder, minlength=len(cuts)),
            np.bincount(place, alignment.units, minlength=len(cuts)),
        ],
        axis=1,
    )


def _whole(units: Units) -> Ints:
    """Return cuts that leave each document whole."""
    documents = np.arange(len(units.annotators))
    return np.stack([documents, np.zeros_like(documents)], axis=1)


def expected(
    units: Units, lengths: Ints, seed: int, dissimilarity: Dissimilarity = PLAIN
) -> Floats:
    """Return the sums that chance leads to, by document.

    Samples of the whole corpus are drawn until the 95 % interval of its expected disorder is within
    2 % of it (section 5.3), or there are 1,000. The result depends on the seed and on how documents
    and annotators are numbered, not on the order of units.

    Args:
        units: of all documents.
        lengths: of the documents, no unit ends beyond.
        seed: of the random numbers.
        dissimilarity: of two units.

    Returns:
        Documents by 2, mean over the samples: the sum of disorders, and the mean number of units of
        an annotator.
    """
    units = units.of(units.annotators[units.document] > 1)
    if not len(units.start):
        return np.zeros((len(lengths), 2))
    rng = np.random.default_rng(seed)
    first = _first(units)
    sums = _sampled(units, lengths, first, rng, dissimilarity)
    more = min(_needed(sums), MOST) - first
    if more > 0:
        sums = np.concatenate([sums, _sampled(units, lengths, more, rng, dissimilarity)])
    mean: Floats = sums.mean(axis=0)
    return mean


def comparisons(units: Units, dissimilarity: Dissimilarity = PLAIN) -> int:
    """Return about how many comparisons of pairs chance takes, of three or more annotators.

    Two annotators are aligned without them.
    """
    annotators, found = units.annotators[units.document], 0
    for number in np.unique(annotators[annotators > 2]).tolist():
        own = units.of(annotators == number)
        found += near(own, number, dissimilarity) * pairs_among(number)
    return found * _first(units) if found else 0


def _first(units: Units) -> int:
    """Return how many samples of the corpus have chance documents enough to judge."""
    return 1 + -(-(FIRST - 1) // len(np.unique(units.document)))


def _needed(sums: Floats) -> int:
    """Return how many samples bring the expected disorder within the precision.

    The disorder of the corpus is a ratio of sums over documents that are drawn independently, so
    the variance of its residuals adds up over documents.
    """
    total, units = sums.sum(axis=(0, 1))
    residual = sums[..., 0] - sums[..., 1] * total / units
    variance = residual.var(axis=0, ddof=1).sum()
    aim = PRECISION * total / len(sums)
    return int(np.ceil(1.96**2 * variance / aim**2)) if total else 0


def _sampled(
    units: Units,
    lengths: Ints,
    samples: int,
    rng: np.random.Generator,
    dissimilarity: Dissimilarity,
) -> Floats:
    """Return the sums of chance samples: samples by documents by 2."""
    sums = []
    at_once = max(1, AT_ONCE // len(units.start))
    for begun in range(0, samples, at_once):
        drawn = by_chance(units, lengths, min(at_once, samples - begun), rng)
        alignment = best_alignment(drawn, dissimilarity)
        sums.append(observed(alignment, _whole(drawn)).reshape(-1, len(lengths), 2))
    return np.concatenate(sums)


def by_chance(units: Units, lengths: Ints, samples: int, rng: np.random.Generator) -> Units:
    """Return units as chance annotators would have set them.

    Each chance annotator has the units of an annotator of the document, drawn at random, after the
    text was cut at random and its parts swapped (section 5.2): a unit keeps its length, also where
    it then ends beyond the text.

    Args:
        units: of documents with two or more annotators.
        lengths: of the documents.
        samples: how many.
        rng: the source of random numbers.

    Returns:
        Units in samples times as many documents, sample after sample.
    """
    documents, width = len(lengths), int(units.annotators.max())
    cell = units.document * width + units.annotator
    order, counts = np.argsort(cell, kind="stable"), np.bincount(cell, minlength=documents * width)
    drawn = (rng.random((samples, documents, width)) * units.annotators[:, None]).astype(np.int64)
    source = np.arange(documents)[:, None] * width + drawn
    there = np.arange(width) < units.annotators[:, None]
    first = (np.cumsum(counts) - counts)[source]
    place, position = expanded(first.ravel(), np.where(there, counts[source], 0).ravel())
    row, (document, annotator) = order[position], np.divmod(place, width)
    shift = _shifts(units, lengths, samples, rng).ravel()[place]
    start = (units.start[row] + shift) % lengths[document % documents]
    end = start + units.end[row] - units.start[row]
    counts = np.tile(units.annotators, samples)
    return Units(document, annotator, start, end, units.label[row], counts)


def _shifts(units: Units, lengths: Ints, samples: int, rng: np.random.Generator) -> Ints:
    """Return how far each chance annotator's units move, by sample, document and annotator.

    No two moves lie nearer to each other than half the mean length of the document's units, if the
    text has room: else an annotator that is drawn twice would be aligned with itself.
    """
    width, documents = int(units.annotators.max()), len(lengths)
    spread = np.bincount(units.document, units.end - units.start, minlength=documents)
    gap = spread / np.maximum(np.bincount(units.document, minlength=documents), 1) / 2
    gap = np.where(gap * units.annotators < lengths, gap, 0)
    place = rng.random((samples, documents, width))
    place = np.where(np.arange(width) < units.annotators[:, None], place, 2)
    rank = place.argsort(axis=2).argsort(axis=2)
    free = (lengths - gap * units.annotators)[:, None]
    turn = rng.random((samples, documents, 1)) * lengths[:, None]
    shifts: Ints = np.floor(place * free + rank * gap[:, None] + turn).astype(np.int64)
    return shifts

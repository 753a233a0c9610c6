"""Intervals of figures: strata are drawn with replacement, and their sums added up again.

The percentile bootstrap (Efron & Tibshirani 1993, chapter 13). Every figure of one comparison sees
the same draws, and the same seed gives the same intervals, whatever the order of figures.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from corpus.agreement.nominal import Floats
from corpus.agreement.sums import Sums

RESAMPLES = 1000
SEED = 20260101
LEVEL = 0.95
CELLS = 4_000_000
"""How many counts of strata are held at a time."""
DEFINED = 0.95
"""In such a share of the draws a figure must be defined to have an interval."""

Interval = tuple[float, float] | None


def intervals(
    measured: Sequence[Sums], strata: int, *, resamples: int = RESAMPLES, seed: int = SEED
) -> list[Interval]:
    """Return the 95 % interval of each; None with fewer than two strata, or if mostly undefined."""
    if strata < 2:
        return [None] * len(measured)
    values: list[list[Floats]] = [[] for _ in measured]
    for draws in _draws(strata, resamples, seed):
        for found, one in zip(values, measured, strict=True):
            found.append(one.value(draws @ one.sums))
    return [_interval(np.concatenate(found)) for found in values]


def _draws(strata: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Yield how often each stratum is drawn, (some resamples, strata)."""
    generator, size = np.random.default_rng(seed), max(1, CELLS // strata)
    for start in range(0, resamples, size):
        rows = min(size, resamples - start)
        drawn = generator.integers(strata, size=(rows, strata)) + strata * np.arange(rows)[:, None]
        counts: npt.NDArray[np.int64] = np.bincount(drawn.ravel(), minlength=rows * strata)
        yield counts.reshape(rows, strata).astype(np.float64)


def _interval(values: Floats) -> Interval:
    defined = values[~np.isnan(values)]
    if len(defined) < DEFINED * len(values):
        return None
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)

"""Intervals: strata are drawn with equal chance, the same ones for each figure and each time."""

import numpy as np
import pytest

from corpus.agreement import bootstrap
from corpus.agreement.bootstrap import RESAMPLES, intervals
from corpus.agreement.spans import mean
from corpus.agreement.sums import Sums


def shares(found, of=None):
    """Return the sums of a mean: in each stratum, how many are found of how many."""
    found = np.asarray(found, float)
    of = np.ones_like(found) if of is None else np.asarray(of, float)
    return Sums(of.astype(int), np.stack([found, of], axis=1), mean)


ALTERNATING = shares([0, 1] * 50)


def test_the_same_seed_gives_the_same_interval_whatever_else_is_asked():
    [alone] = intervals([ALTERNATING], 100)
    others = intervals([shares(np.ones(100)), ALTERNATING, shares(np.zeros(100))], 100)
    assert others == [(1, 1), alone, (0, 0)]
    uneven = shares(np.linspace(0, 1, 100))
    assert intervals([uneven], 100, seed=1) != intervals([uneven], 100)


def test_an_interval_of_a_share_is_near_the_normal_one():
    """0.5 ± 1.96 sqrt(0.25 / 100)."""
    [(low, high)] = intervals([ALTERNATING], 100, resamples=4000)
    assert (low, high) == (pytest.approx(0.402, abs=0.011), pytest.approx(0.598, abs=0.011))


def test_strata_are_drawn_with_equal_chance_however_large():
    """The mean of draws of a 0 and a 1 is 0, 1/2 or 1: 1/4, 1/2, 1/4 of the times."""
    drawn = np.concatenate([*bootstrap._draws(2, 4000, 0)])
    assert drawn.sum(axis=1).tolist() == [2] * 4000
    share = [(drawn[:, 0] == times).mean() for times in (0, 1, 2)]
    assert share == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


def test_a_stratum_weighs_what_it_has():
    [(low, high)] = intervals([shares([0, 90], [10, 90])], 2)
    assert (low, high) == (0, 1)
    few = np.concatenate([*bootstrap._draws(2, 1000, bootstrap.SEED)])
    assert {float(v) for v in mean(few @ shares([0, 90], [10, 90]).sums)} == {0, 0.9, 1}


@pytest.mark.parametrize("strata", [0, 1])
def test_of_fewer_than_two_strata_there_is_no_interval(strata):
    assert intervals([shares([1] * strata)], strata) == [None]


def test_a_figure_that_is_mostly_undefined_has_no_interval():
    """Of 3 strata that one is not drawn has the chance (2/3)³ = 0.30; of 20 strata of 10, 0.001."""
    rare = shares([1, 0, 0], [1, 0, 0])
    often = shares([1] * 10 + [0] * 10, [1] * 10 + [0] * 10)
    assert intervals([rare], 3) == [None]
    assert intervals([often], 20) == [(1, 1)]


def test_the_bound_of_memory_changes_nothing(monkeypatch):
    whole = intervals([ALTERNATING], 100)
    for cells in (1, 700, 12_345):
        monkeypatch.setattr(bootstrap, "CELLS", cells)
        assert intervals([ALTERNATING], 100) == whole
        sizes = [draws.size for draws in bootstrap._draws(100, RESAMPLES, 0)]
        assert max(sizes) <= max(cells, 100)
        assert sum(sizes) == 100 * RESAMPLES


def test_the_interval_holds_the_value_of_what_is_alike_everywhere():
    for share in (0.2, 0.5, 0.9):
        generator = np.random.default_rng(0)
        found = generator.binomial(50, share, size=40)
        sums = shares(found, np.full(40, 50))
        [(low, high)] = intervals([sums], 40)
        assert low < found.sum() / 2000 < high

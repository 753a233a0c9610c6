"""The u-alpha family: the worked numbers, axioms, and a slow count by code points."""

from itertools import pairwise, permutations

import numpy as np
import pytest

from corpus.agreement.unitizing import (
    Units,
    binary_alpha,
    cu_alpha,
    ku_alpha,
    overlapping_units,
    u_alpha,
    unitizing_sums,
)

WORKED = (  # length 20, three observers
    [(2, 5, 1), (9, 11, 1), (12, 20, 2)],
    [(2, 5, 1), (7, 15, 2)],
    [(2, 5, 1), (10, 15, 2)],
)
MEASURES = (u_alpha, binary_alpha, cu_alpha, ku_alpha)


def units(rows):
    """Return one observer's units, whose labels are written 1 to k."""
    start, end, label = np.array(rows, int).reshape(-1, 3).T
    return Units(start, end, label - 1)


def sums(observers, *cuts, k=2, present=None):
    if present is None:
        present = np.ones((len(observers), len(cuts) - 1), bool)
    return unitizing_sums([units(rows) for rows in observers], k, cuts, present)


def total(observers, length=20, k=2):
    return sums(observers, 0, length, k=k)[0]


def values(found):
    return np.concatenate([np.atleast_1d(measure(found)) for measure in MEASURES])


def random_observers(seed, *, observers=3, length=60, k=2):
    """Return units as observers might see them: the same edges, some of them missed or moved."""
    rng = np.random.default_rng(seed)
    edges = np.sort(rng.choice(np.arange(1, length), 8, replace=False))
    found = []
    for _ in range(observers):
        own = np.unique(np.clip(edges + rng.integers(-1, 2, 8), 0, length))
        pairs = [(a, b) for a, b in pairwise(own) if rng.random() < 0.6]
        found.append([(a, b, int(rng.integers(1, k + 1))) for a, b in pairs])
    return found


def shifted(observers, by):
    return [[(start + by, end + by, label) for start, end, label in rows] for rows in observers]


def slow(observers, length, k):
    """Return u-alpha, binary and cu-alpha by the definitions, from every pair of code points."""
    points = np.zeros((len(observers), length), int)
    unit = -np.ones((len(observers), length), int)
    for i, rows in enumerate(observers):
        for number, (start, end, label) in enumerate(rows):
            points[i, start:end], unit[i, start:end] = label, number
    pairs = list(permutations(range(len(observers)), 2))
    weight = 1 / (len(observers) - 1)

    def alpha(labels, met, own):
        """`met`: the code points of one observer that are paired with those of another."""
        seen = np.zeros((k + 1, k + 1))
        for i, j in pairs:
            np.add.at(seen, (labels[i][met(i, j)], labels[j][met(i, j)]), weight)
        n, marginals = seen.sum(), seen.sum(1)
        expected = (n**2 - (marginals**2).sum()) / (n**2 - own)
        return 1 - (1 - np.trace(seen) / n) / expected

    def everywhere(i, j):
        return np.full(length, True)

    def coded(i, j):
        return (points[i] > 0) & (points[j] > 0)

    def own_pairs(i, where):
        return sum(int((where & (unit[i] == u)).sum()) ** 2 for u in range(len(observers[i])))

    own = (points == 0).sum() + sum(own_pairs(i, unit[i] >= 0) for i in range(len(observers)))
    coded_own = sum(own_pairs(i, coded(i, j)) for i, j in pairs) * weight
    binary = np.minimum(points, 1)
    return [
        alpha(points, everywhere, own),
        alpha(binary, everywhere, own),
        alpha(points, coded, coded_own),
    ]


def test_worked_example_of_three_observers():
    expected = [0.4739130, 0.4328125, 0.7788820, 0.7692517, 0.7869714]
    np.testing.assert_allclose(values(total(WORKED)), expected, atol=5e-8)


@pytest.mark.parametrize("seed", range(8))
def test_sums_give_what_counting_every_code_point_gives(seed):
    observers = random_observers(seed, observers=2 + seed % 3, k=3)
    found = total(observers, 60, k=3)
    expected = slow(observers, 60, 3)
    np.testing.assert_allclose(values(found)[:2], expected[:2])
    assert np.isnan(cu_alpha(found)) or cu_alpha(found) == pytest.approx(expected[2])


def test_identical_observers_agree_wholly():
    assert (values(total([WORKED[0]] * 3)) == 1).all()


def test_order_of_observers_and_of_units_is_irrelevant():
    turned = [rows[::-1] for rows in (WORKED[2], WORKED[0], WORKED[1])]
    np.testing.assert_allclose(total(turned), total(WORKED))


def test_shifting_all_offsets_changes_nothing():
    np.testing.assert_array_equal(sums(shifted(WORKED, 1000), 1000, 1020)[0], total(WORKED))


def test_names_of_values_are_irrelevant():
    renamed = [[(start, end, 3 - label) for start, end, label in rows] for rows in WORKED]
    u, binary, cu, one, two = values(total(WORKED))
    np.testing.assert_allclose(values(total(renamed)), [u, binary, cu, two, one])


def test_sums_of_stretches_add_up_to_the_whole():
    np.testing.assert_allclose(sums(WORKED, 0, 4, 5, 10, 13, 20).sum(0), total(WORKED))


def test_pairs_of_one_unit_count_in_the_stretch_where_it_begins():
    own = sums([[(2, 8, 1)], [(4, 9, 1)]], 0, 3, 10, k=1)[:, 2, 0]
    assert own.tolist() == [6**2, 5**2]


def test_nothing_leaks_from_one_continuum_to_the_next():
    other = random_observers(1)
    line = [one + two for one, two in zip(WORKED, shifted(other, 20), strict=True)]
    apart = np.stack([total(WORKED), total(other, 60)])
    np.testing.assert_allclose(sums(line, 0, 20, 80), apart)


def test_continuum_counts_only_observers_who_have_seen_it():
    present = np.array([[True, True], [True, False], [True, True]])
    line = [[*WORKED[0], (22, 25, 1)], WORKED[1], [*WORKED[2], (22, 26, 1)]]
    two = total([[(2, 5, 1)], [(2, 6, 1)]])
    found = sums(line, 0, 20, 40, present=present)
    np.testing.assert_allclose(found, np.stack([total(WORKED), two]))


def test_continuum_that_one_observer_has_seen_counts_nothing():
    present = np.array([[True, True], [True, False], [True, False]])
    line = [[*WORKED[0], (22, 25, 1)], WORKED[1], WORKED[2]]
    assert not sums(line, 0, 20, 40, present=present)[1].any()


def test_measures_are_of_the_leading_shape():
    found = np.stack([total(WORKED), total(WORKED[:2]), np.zeros((5, 3))]).repeat(2, 0)
    assert [measure(found).shape for measure in MEASURES] == [(6,), (6,), (6,), (6, 2)]
    np.testing.assert_array_equal(u_alpha(found)[2:4], u_alpha(total(WORKED[:2])))
    assert np.isnan(ku_alpha(found)[4:]).all()


@pytest.mark.parametrize(
    "observers",
    [[], [WORKED[0]], [[], []], [[(0, 20, 1)], [(0, 20, 1)]]],
    ids=["none", "one observer", "no units", "one unit that is all"],
)
def test_undefined_is_nan(observers):
    assert np.isnan(values(total(observers))).all()


def test_coding_is_undefined_where_units_do_not_meet_but_position_is_not():
    u, binary, *coding = values(total([[(2, 5, 1)], [(7, 9, 2)]]))
    assert u < 0
    assert binary < 0
    assert np.isnan(coding).all()


def test_coding_is_undefined_where_all_have_one_value():
    u, binary, *coding = values(total([[(2, 5, 1)], [(2, 6, 1)]]))
    assert u == binary > 0
    assert np.isnan(coding).all()


def test_disagreement_that_few_of_many_see_is_undefined_not_agreement():
    # Pairs: 101 of value 1 and 101 of 2, halved; 100² + 1² within units; D_e would be 25.5.
    few = [[(0, 100, 1)], [(0, 100, 2), (150, 151, 2)], [(150, 151, 1)]]
    assert np.isnan(cu_alpha(total(few, 200)))


def test_two_observers_give_the_same_by_pairs_and_by_union():
    # What unit A1 [0,10) meets is 9 by either: 5 of B's first unit and 4 of its second.
    found = total([[(0, 10, 1)], [(0, 5, 1), (6, 12, 2)]], 20)
    assert found[4].tolist() == [9**2 + 5**2, 4**2, 0]


def test_overlapping_units_are_counted_and_refused():
    rows = [(5, 9, 1), (0, 6, 1), (8, 10, 2), (10, 12, 1)]
    assert overlapping_units(units(rows)) == 2
    with pytest.raises(ValueError, match="2 units overlap another one of the same observer"):
        total([rows, []])


def test_unit_inside_a_long_one_overlaps_though_another_stands_between():
    assert overlapping_units(units([(0, 10, 1), (1, 2, 1), (3, 4, 1)])) == 2


def test_empty_unit_counts_nothing():
    np.testing.assert_array_equal(total([[*WORKED[0], (20, 20, 1)], WORKED[1]]), total(WORKED[:2]))


def test_fraction_of_unmarked_text_does_not_change_agreement_on_values():
    assert cu_alpha(total(WORKED, 1000)) == cu_alpha(total(WORKED, 20))

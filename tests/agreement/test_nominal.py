"""Kappa, pi and alpha: worked numbers of the papers, axioms, and other implementations."""

from itertools import combinations

import krippendorff
import numpy as np
import pytest
from nltk.metrics import masi_distance
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

from corpus.agreement.nominal import (
    alpha,
    alpha_sums,
    cohen_kappa,
    coincidences,
    fleiss_kappa,
    fleiss_sums,
    interval,
    jaccard,
    masi,
    nominal,
    observed_agreement,
    ordinal,
    ordinal_alpha,
    ratio,
    scott_pi,
    set_distances,
    specific_agreement,
)

COHEN_1960 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]  # p. 45
FLEISS_1971 = """
444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444
224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444
133333 555555
"""
KRIPPENDORFF_2004 = "11n1 2232 3333 3333 2222 1234 4444 1121 2222 n555 nn11 nn3n"  # p. 230
BINARY = "01 11 01 00 00 01 00 00 10 00"  # p. 224
SETS = [frozenset(chosen) for size in (1, 2, 3) for chosen in combinations("abc", size)]
TABLES = {"kappa": cohen_kappa, "pi": scott_pi, "observed": observed_agreement}


def reliability(text, first=1):
    """Return the reliability table of units that are written as one digit an annotator."""
    return np.array([[-1 if v == "n" else int(v) - first for v in unit] for unit in text.split()])


def counted(table, k):
    """Return how many annotators gave each unit each value."""
    return np.array([[np.sum(unit == value) for value in range(k)] for unit in table])


def contingency(table, k):
    found = np.zeros((k, k))
    np.add.at(found, tuple(table.T), 1)
    return found


def total(table, distance):
    return alpha_sums(table, distance, np.zeros(len(table), int), 1)[0]


def alpha_of(table, distance):
    return float(alpha(total(table, distance), distance))


def ordinal_alpha_of(table, k):
    return float(ordinal_alpha(coincidences(table, k, np.zeros(len(table), int), 1)[0]))


def random_table(seed, *, units=40, annotators=4, k=5, missing=0.2):
    """Return a table in which annotators mostly give the unit's value, and often nothing."""
    rng = np.random.default_rng(seed)
    shape = (units, annotators)
    true = np.broadcast_to(rng.integers(0, k, (units, 1)), shape)
    given = np.where(rng.random(shape) < 0.6, true, rng.integers(0, k, shape))
    return np.where(rng.random(shape) < missing, -1, given)


def test_cohen_1960_page_45():
    assert observed_agreement(COHEN_1960) == pytest.approx(0.70)
    assert cohen_kappa(COHEN_1960) == pytest.approx(0.4915254, abs=5e-8)
    assert scott_pi(COHEN_1960) == pytest.approx(0.487179, abs=5e-7)


def test_alpha_of_cohen_1960_page_45():
    pairs = [pair for pair, n in np.ndenumerate(COHEN_1960) for _ in range(n)]
    assert alpha_of(np.array(pairs), nominal(3)) == pytest.approx(0.488462, abs=5e-7)


def test_fleiss_1971():
    table = reliability(FLEISS_1971)
    assert fleiss_kappa(fleiss_sums(counted(table, 5)).sum(0)) == pytest.approx(0.430245, abs=5e-7)
    assert alpha_of(table, nominal(5)) == pytest.approx(0.433410, abs=5e-7)


def test_krippendorff_2004_page_230():
    table, points = reliability(KRIPPENDORFF_2004), np.arange(1, 6)
    assert alpha_of(table, nominal(5)) == pytest.approx(0.743421, abs=5e-7)
    assert ordinal_alpha_of(table, 5) == pytest.approx(0.815388, abs=5e-7)
    assert alpha_of(table, interval(points)) == pytest.approx(0.849107, abs=5e-7)
    assert alpha_of(table, ratio(points)) == pytest.approx(0.797403, abs=5e-7)


def test_krippendorff_2004_page_224():
    disagreement, *marginals = total(reliability(BINARY, first=0), nominal(2))
    assert (disagreement, *marginals) == (8, 14, 6)  # D_o .400, D_e 2 * 14 * 6 / (20 * 19) = .442
    assert alpha([disagreement, *marginals], nominal(2)) == pytest.approx(0.095, abs=5e-4)


def test_krippendorff_2011_nominal_data_of_two_observers():
    pairs = "ab aa bb bb db cc cc cc ee dd dd ad"
    table = reliability(pairs.translate(str.maketrans("abcde", "12345")))
    assert alpha_of(table, nominal(5)) == pytest.approx(0.692, abs=5e-4)


def test_disagreements_of_krippendorff_2004_page_227():
    # Not its data: any with 2 of 12 units unlike (.1667) and D_e .6268, as totals 13, 6 and 5 give.
    table = reliability("11 11 11 11 11 11 22 22 33 33 12 23")
    assert total(table, nominal(3)).tolist() == [4, 13, 6, 5]
    assert alpha_of(table, nominal(3)) == pytest.approx(0.734, abs=5e-4)


def test_specific_agreement_is_of_each_value():
    # Cohen's table: 2 * 88 / (120 + 100), 2 * 40 / (60 + 60), 2 * 12 / (20 + 40); no fourth value.
    table = np.pad(COHEN_1960, ((0, 1), (0, 1)))
    np.testing.assert_allclose(specific_agreement(table), [0.8, 2 / 3, 0.4, np.nan])


@pytest.mark.parametrize("seed", range(5))
def test_kappa_and_pi_are_those_of_scikit_learn_and_nltk(seed):
    table = random_table(seed, annotators=2, missing=0)
    triples = [(a, i, v) for i, unit in enumerate(table) for a, v in enumerate(unit)]
    counts = contingency(table, 5)
    assert cohen_kappa(counts) == pytest.approx(cohen_kappa_score(*table.T))
    assert scott_pi(counts) == pytest.approx(AnnotationTask(triples).pi())
    assert scott_pi(counts) == pytest.approx(
        float(fleiss_kappa(fleiss_sums(counted(table, 5)).sum(0)))
    )


@pytest.mark.parametrize("seed", range(5))
def test_fleiss_kappa_is_that_of_statsmodels(seed):
    counts = counted(random_table(seed, missing=0), 5)
    expected = inter_rater.fleiss_kappa(counts)
    assert fleiss_kappa(fleiss_sums(counts).sum(0)) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_that_of_the_package_krippendorff(seed, level):
    table, points = random_table(seed), np.array([0.0, 1, 2, 4, 8])
    data = np.where(table < 0, np.nan, points[table]).T
    expected = krippendorff.alpha(data, value_domain=points, level_of_measurement=level)
    found = {
        "nominal": lambda: alpha_of(table, nominal(5)),
        "ordinal": lambda: ordinal_alpha_of(table, 5),
        "interval": lambda: alpha_of(table, interval(points)),
        "ratio": lambda: alpha_of(table, ratio(points)),
    }[level]()
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_alpha_of_sets_is_that_of_nltk(seed):
    table = random_table(seed, annotators=3, k=len(SETS), missing=0)
    triples = [(a, i, SETS[v]) for i, unit in enumerate(table) for a, v in enumerate(unit)]
    expected = AnnotationTask(triples, distance=masi_distance).alpha()
    assert alpha_of(table, set_distances(SETS, masi)) == pytest.approx(expected)


def test_masi_is_that_of_nltk():
    for a in SETS:
        for b in SETS:
            assert masi(a, b) == pytest.approx(masi_distance(a, b))


def test_distances_of_sets():
    a, ab, bc, d, none = map(frozenset, ("a", "ab", "bc", "d", ""))
    assert [jaccard(a, x) for x in (a, ab, d, none)] == [0, 0.5, 1, 1]
    assert jaccard(none, none) == masi(none, none) == 0
    # 1 - J M: 1/2 * 2/3, 1/3 * 1/3, nothing shared
    assert [masi(ab, x) for x in (a, bc, d)] == pytest.approx([2 / 3, 8 / 9, 1])


def test_matrix_of_sets_holds_the_distance_of_each_pair():
    sets = [*SETS, frozenset()]
    expected = [[masi(a, b) for b in sets] for a in sets]
    np.testing.assert_array_equal(set_distances(sets, masi), expected)


def test_ordinal_distance_is_of_mean_ranks():
    # Krippendorff's formula: the counts from one value to the other, half of the two themselves.
    np.testing.assert_array_equal(ordinal([2, 4, 6])[0], [0, 3**2, (2 + 4 + 6 - (2 + 6) / 2) ** 2])


def test_order_of_units_and_of_annotators_is_irrelevant():
    table = random_table(1)
    turned = table[::-1, [2, 0, 3, 1]]
    np.testing.assert_allclose(total(turned, nominal(5)), total(table, nominal(5)))
    assert ordinal_alpha_of(turned, 5) == pytest.approx(ordinal_alpha_of(table, 5))
    counts = contingency(random_table(1, annotators=2, missing=0), 5)
    for measure in TABLES.values():
        assert measure(counts.T) == pytest.approx(float(measure(counts)))


def test_names_of_values_are_irrelevant_if_nominal():
    table = random_table(2)
    renamed = np.where(table < 0, -1, 4 - table)
    assert alpha_of(renamed, nominal(5)) == pytest.approx(alpha_of(table, nominal(5)))


def test_identical_annotators_agree_wholly():
    table = np.repeat(random_table(3, annotators=1), 3, axis=1)
    found = [alpha_of(table, d) for d in (nominal(5), interval(range(5)), ratio(range(5)))]
    assert [*found, ordinal_alpha_of(table, 5)] == [1] * 4
    whole = np.repeat(random_table(3, annotators=1, missing=0), 3, axis=1)
    assert fleiss_kappa(fleiss_sums(counted(whole, 5)).sum(0)) == 1
    assert [measure(np.diag([3, 4])) for measure in TABLES.values()] == [1] * 3
    assert specific_agreement(np.diag([3, 4])).tolist() == [1, 1]


def test_sums_of_strata_add_up_to_those_of_the_whole():
    table, stratum = random_table(4), np.arange(40) % 7
    distance = nominal(5)
    parts = alpha_sums(table, distance, stratum, 8)
    np.testing.assert_allclose(parts.sum(0), total(table, distance))
    assert not parts[7].any()
    matrices = coincidences(table, 5, stratum, 8)
    np.testing.assert_allclose(matrices.sum((1, 2)), parts[:, 1:].sum(1))
    np.testing.assert_allclose(matrices.sum(0), coincidences(table, 5, stratum * 0, 1)[0])


def test_unit_with_one_value_counts_nothing():
    with_lone = np.vstack([random_table(5), [[-1, 3, -1, -1]]])
    np.testing.assert_array_equal(total(with_lone, nominal(5)), total(random_table(5), nominal(5)))


def test_sums_of_fleiss_are_those_of_nominal_alpha():
    table = random_table(6, missing=0)
    units = alpha_sums(table, nominal(5), np.arange(40), 40)
    np.testing.assert_allclose(fleiss_sums(counted(table, 5)), units)


def test_measures_are_of_the_leading_shape():
    parts = alpha_sums(random_table(7, missing=0), nominal(5), np.arange(40) % 6, 6).reshape(
        2, 3, 6
    )
    matrices = coincidences(random_table(7), 5, np.arange(40) % 6, 6).reshape(2, 3, 5, 5)
    assert alpha(parts, nominal(5)).shape == fleiss_kappa(parts).shape == (2, 3)
    assert alpha(parts, nominal(5))[1, 2] == pytest.approx(float(alpha(parts[1, 2], nominal(5))))
    assert ordinal_alpha(matrices)[1, 2] == pytest.approx(float(ordinal_alpha(matrices[1, 2])))
    assert {measure(matrices).shape for measure in TABLES.values()} == {(2, 3)}
    assert specific_agreement(matrices).shape == (2, 3, 5)


@pytest.mark.parametrize(
    "table",
    [np.empty((0, 3), int), np.full((6, 3), 1), np.array([[0], [1], [1]]), np.full((6, 3), -1)],
    ids=["no units", "one value throughout", "one annotator", "no values"],
)
def test_undefined_is_nan(table):
    assert np.isnan(alpha_of(table, nominal(2)))
    assert np.isnan(alpha_of(table, set_distances([frozenset("a"), frozenset("b")], masi)))
    assert np.isnan(ordinal_alpha_of(table, 2))
    assert np.isnan(fleiss_kappa(fleiss_sums(counted(table, 2).reshape(-1, 2)).sum(0)))


def test_kappa_is_undefined_without_units_or_if_one_value_is_used_throughout():
    tables = np.array([[[0, 0], [0, 0]], [[9, 0], [0, 0]]])
    assert np.isnan(cohen_kappa(tables)).all()
    assert np.isnan(scott_pi(tables)).all()
    np.testing.assert_array_equal(observed_agreement(tables), [np.nan, 1])


def test_kappa_is_0_if_one_annotator_uses_one_value_throughout():
    assert cohen_kappa([[7, 0], [3, 0]]) == 0


def test_fleiss_refuses_numbers_of_raters_that_differ():
    with pytest.raises(ValueError, match="3 to 4 raters a subject, expected the same number"):
        fleiss_sums([[2, 1], [2, 2]])


def test_resampled_sums_give_alpha_of_the_resampled_units():
    table, k = random_table(8, units=500, k=300), 300
    parts = alpha_sums(table, nominal(k), np.arange(500) % 20, 20)
    times = np.random.default_rng(8).multinomial(20, [1 / 20] * 20, size=100)
    again = np.concatenate(
        [table[np.arange(500) % 20 == s] for s in np.repeat(range(20), times[0])]
    )
    assert alpha(times @ parts, nominal(k))[0] == pytest.approx(alpha_of(again, nominal(k)))

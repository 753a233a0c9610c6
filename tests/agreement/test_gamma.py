"""Gamma finds the alignment of least disorder, and what chance would leave of it."""

from itertools import pairwise, product

import numpy as np
import pytest

from corpus.agreement.alignment import best_alignment
from corpus.agreement.dissimilarity import Dissimilarity, Units, candidates, near
from corpus.agreement.gamma import (
    THICK,
    by_chance,
    comparisons,
    disorder,
    expected,
    gamma,
    numbered,
    observed,
)


def units(*annotators):
    """Return the units of one document, written "1-5a 6-10b" for each annotator."""
    rows = [
        (number, *map(int, unit[:-1].split("-")), ord(unit[-1]))
        for number, line in enumerate(annotators)
        for unit in line.split()
    ]
    annotator, start, end, label = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Units(np.zeros_like(start), annotator, start, end, label, np.array([len(annotators)]))


def random_units(rng, annotators, each, length=40, documents=1):
    """Return `each` units of every annotator in every document."""
    shape = documents * annotators * each
    document, annotator = np.divmod(np.arange(shape) // each, annotators)
    start = rng.integers(0, length - 10, shape)
    end = start + rng.integers(1, 10, shape)
    counts = np.full(documents, annotators)
    return Units(document, annotator, start, end, rng.integers(0, 3, shape), counts)


def noisy(rng, annotators, each, length):
    """Return the units of annotators that move each unit a little and mislabel a few."""
    one = random_units(rng, 1, each, length)
    count = annotators * each
    start = np.tile(one.start, annotators) + rng.integers(0, 3, count)
    end = start + np.tile(one.end - one.start, annotators)
    label = np.where(rng.random(count) < 0.9, np.tile(one.label, annotators), 3)
    annotator = np.repeat(np.arange(annotators), each)
    return Units(np.zeros_like(start), annotator, start, end, label, np.array([annotators]))


def value(drawn, length, seed=1):
    """Return gamma of one document."""
    cuts = np.array([[0, 0]])
    seen = observed(best_alignment(drawn, Dissimilarity()), cuts)
    return gamma(np.concatenate([seen, expected(drawn, np.array([length]), seed)], axis=1))[0]


def least(drawn, dissimilarity):
    """Return the least sum of disorders, by trying all alignments of one document."""
    number = drawn.annotators[0]
    pairs = number * (number - 1) / 2

    def cost(group):
        inner = [
            dissimilarity.between(drawn, np.array([one]), np.array([other]))[0]
            for one, other in product(group, group)
            if one < other
        ]
        return (pairs - len(inner) + sum(inner)) / pairs

    def best(rest):
        if not rest:
            return 0
        first, others = rest[0], rest[1:]
        by_annotator = [
            [None, *(unit for unit in others if drawn.annotator[unit] == each)]
            for each in range(number)
            if each != drawn.annotator[first]
        ]
        groups_of_first = (
            [first, *(unit for unit in choice if unit is not None)]
            for choice in product(*by_annotator)
        )
        return min(
            cost(group) + best([unit for unit in others if unit not in group])
            for group in groups_of_first
        )

    return best(list(range(len(drawn.start))))


FIRST = ((2 / 8) ** 2 + (1 / 7) ** 2 + (3 / 7) ** 2) / 3
SECOND = ((2 / 8) ** 2 + ((1 / 9) ** 2 + 1) + ((3 / 9) ** 2 + 1)) / 3


@pytest.mark.parametrize(
    ("annotators", "weights", "expected"),
    [
        (("1-5a 6-10b 11-15a", "2-6a 7-11b 12-16a"), (1, 1), (2 / 8) ** 2),
        (("1-5a 6-10b 20-24a 30-34b", "2-6a 31-35b"), (1, 1), (2 * (2 / 8) ** 2 + 2 * 1) / 3),
        (("1-5a 10-14b", "2-6a 11-15b", "1-4a 9-14c"), (1, 1), (FIRST + SECOND) / 2),
        (
            ("1-5a 6-10b 11-15c", "2-7a 8-12b 11-15a"),
            (3, 2),
            (3 * (3 / 9) ** 2 + 3 * (4 / 8) ** 2 + 2) / 3,
        ),
        (("1-5a 6-10b", "1-5a 6-10b"), (1, 1), 0),
        (("1-5a 6-10b", "1-5a 6-10b", "1-5a 6-10b"), (1, 1), 0),
    ],
    ids=[".0625", ".7083333", ".4087564", "1.0277778", "two alike", "three alike"],
)
def test_disorder_is_what_is_computed_by_hand(annotators, weights, expected):
    assert disorder(units(*annotators), Dissimilarity(*weights)) == pytest.approx(expected)


def test_pair_of_empty_units_costs_as_much_as_one_of_a_unit_and_an_empty_one():
    # Together, with an empty third, they cost (49 / 16 + 1 + 1) / 3; alone 1 each, which is more.
    assert disorder(units("0-4a", "7-11a", "")) == pytest.approx((49 / 16 + 2) / 3 / (2 / 3))
    # Farther apart than 1 + 3 they stand alone.
    assert disorder(units("0-4a", "9-13a", "")) == 3


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("annotators", "each"), [(2, 4), (3, 3), (4, 2)])
def test_alignment_is_the_best_of_all(annotators, each, seed):
    rng = np.random.default_rng(seed)
    drawn = random_units(rng, annotators, each, length=[14, 25, 40][seed % 3])
    dissimilarity = Dissimilarity(*[(1, 1), (3, 2), (0.5, 1)][seed % 3])
    found = best_alignment(drawn, dissimilarity)
    assert found.exact.all()
    assert found.units.sum() == pytest.approx(each)
    assert found.disorder.sum() == pytest.approx(least(drawn, dissimilarity))


@pytest.mark.parametrize("annotators", [2, 3, 4])
def test_all_candidate_pairs_are_found(annotators):
    drawn = random_units(np.random.default_rng(annotators), annotators, 30, 300, documents=3)
    dissimilarity = Dissimilarity(1.5, 0.5)
    one, other = np.nonzero(
        (drawn.document[:, None] == drawn.document) & (drawn.annotator[:, None] < drawn.annotator)
    )
    near = dissimilarity.between(drawn, one, other) < 1 + annotators * (annotators - 1) // 2
    found = candidates(drawn, annotators, dissimilarity)
    assert sorted(map(tuple, found)) == list(zip(one[near], other[near], strict=True))


def test_twice_the_spans_have_about_twice_the_candidate_pairs():
    rng = np.random.default_rng(0)
    sizes = (1_000, 2_000, 4_000)
    found = [random_units(rng, 2, each, length=20 * each) for each in sizes]
    counts = [len(candidates(drawn, 2, Dissimilarity())) for drawn in found]
    assert all(1.8 < more / fewer < 2.2 for fewer, more in pairwise(counts))


@pytest.mark.parametrize("annotators", [2, 3])
def test_identical_annotators_have_a_gamma_of_1(annotators):
    assert value(units(*["1-5a 6-10b 11-15a"] * annotators), 20) == 1


@pytest.mark.parametrize("annotators", [2, 3])
def test_disorder_knows_no_order_of_annotators_or_of_units_and_no_offset(annotators):
    rng = np.random.default_rng(5)
    drawn = random_units(rng, annotators, 20, 120)
    turned = annotators - 1 - drawn.annotator
    shuffled = rng.permutation(len(turned))
    moved = [array + 1_000 for array in (drawn.start, drawn.end)]
    other = Units(drawn.document, turned, *moved, drawn.label, drawn.annotators).of(shuffled)
    assert disorder(other) == pytest.approx(disorder(drawn))


def test_gamma_knows_no_order_of_units():
    drawn = noisy(np.random.default_rng(1), 2, 30, 400)
    shuffled = drawn.of(np.random.default_rng(2).permutation(60))
    assert value(shuffled, 402) == pytest.approx(value(drawn, 402))


def test_each_wrong_label_counts():
    assert disorder(units("1-5a 6-10b", "1-5a 6-10a")) == 0.5
    assert disorder(units("1-5a 6-10b", "1-5b 6-10a")) == 1
    assert disorder(units("1-5a 1-5b", "1-5b 1-5a")) == 0


def test_gamma_of_noisy_annotators_lies_between_chance_and_1():
    rng = np.random.default_rng(0)
    assert 0.6 < value(noisy(rng, 2, 100, 2_000), 2_002) < 0.95
    assert abs(value(random_units(rng, 2, 400, 8_000), 8_000)) < 0.1


def test_one_seed_gives_one_result():
    drawn, lengths = random_units(np.random.default_rng(0), 3, 10, 100, documents=4), [100] * 4
    first, again, other = (expected(drawn, np.array(lengths), seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_expected_disorder_is_within_its_precision():
    drawn, length = random_units(np.random.default_rng(0), 2, 5, 100), np.array([100])
    means = np.concatenate([expected(drawn, length, seed) for seed in range(20)])
    ratios = means[:, 0] / means[:, 1]
    assert (np.abs(ratios / ratios.mean() - 1) < 0.02).mean() >= 0.9


def test_chance_swaps_the_parts_of_an_annotators_text():
    drawn = random_units(np.random.default_rng(0), 3, 4, 100, documents=2)
    lengths = np.array([100, 120])
    chance = by_chance(drawn, lengths, 5, np.random.default_rng(0))
    assert len(chance.annotators) == 10
    for document, annotator in product(range(10), range(3)):
        own = chance.of((chance.document == document) & (chance.annotator == annotator))
        length = lengths[document % 2]
        assert (own.start < length).all()
        sources = [
            drawn.of((drawn.document == document % 2) & (drawn.annotator == each))
            for each in range(3)
        ]
        assert any(
            (own.end - own.start == source.end - source.start).all()
            and len(set((own.start - source.start) % length)) == 1
            and (own.label == source.label).all()
            for source in sources
        )


def test_documents_add_up():
    rng = np.random.default_rng(0)
    together = random_units(rng, 2, 6, 60, documents=3)
    cuts = np.array([[0, 0], [1, 0], [2, 0]])
    found = observed(best_alignment(together, Dissimilarity()), cuts)
    for each in range(3):
        own = together.of(together.document == each)
        alone = Units(own.document * 0, own.annotator, own.start, own.end, own.label, np.array([2]))
        assert found[each, 1] == 6
        assert found[each, 0] / 6 == pytest.approx(disorder(alone))


def test_unitary_alignment_belongs_to_the_stretch_where_its_first_unit_begins():
    drawn = units("0-4a 8-12a 30-35b", "1-4a 11-14a")
    cuts = np.array([[0, 0], [0, 10], [0, 20]])
    found = observed(best_alignment(drawn, Dissimilarity()), cuts)
    first, second = (1 / 7) ** 2, (5 / 7) ** 2
    assert found == pytest.approx(np.array([[first + second, 2], [0, 0], [1, 0.5]]))


def test_documents_with_different_annotators_are_each_their_own():
    document = np.array([0, 0, 1, 1, 2, 3])
    annotator = np.array([0, 2, 0, 1, 1, 0])
    start, label = np.array([1, 1, 5, 5, 7, 9]), np.array([0, 0, 0, 1, 0, 0])
    annotated = np.array([[1, 1, 0, 1], [0, 1, 1, 1], [1, 1, 0, 0]], dtype=bool)
    drawn = numbered(document, annotator, start, start + 3, label, annotated)
    assert drawn.annotator.tolist() == [0, 1, 0, 1, 0, 0]
    assert drawn.annotators.tolist() == [2, 3, 1, 2]
    found = observed(best_alignment(drawn, Dissimilarity()), np.array([[d, 0] for d in range(4)]))
    # The third has no second annotator; in the fourth the other found nothing.
    assert found == pytest.approx(np.array([[0, 1], [1, 2 / 3], [0, 0], [1, 0.5]]))
    assert expected(drawn, np.full(4, 20), 1)[2].tolist() == [0, 0]


def test_gamma_is_undefined_without_units_or_without_disorder_by_chance():
    assert np.isnan(value(units("", ""), 10))
    assert np.isnan(disorder(units("", "")))
    assert np.isnan(gamma(np.array([0.0, 3, 0, 3])))


def test_gamma_is_defined_where_one_annotator_found_nothing():
    drawn = units("1-5a 6-10b", "")
    assert disorder(drawn) == 2
    assert value(drawn, 20) < 0


def test_gamma_takes_many_sums_at_once():
    sums = np.array([[[1.0, 4, 2, 4], [0, 0, 0, 0]], [[0, 4, 2, 4], [4, 4, 2, 4]]])
    assert gamma(sums) == pytest.approx(np.array([[0.5, np.nan], [1, -1]]), nan_ok=True)


def test_units_that_lie_too_thick_are_merged_greedily_and_say_so():
    rng = np.random.default_rng(0)
    thick = random_units(rng, 5, 50, 30)
    found = best_alignment(thick, Dissimilarity())
    assert not found.exact.any()
    assert found.units.sum() == pytest.approx(50)
    assert found.disorder.sum() / 50 < 1  # alone they had 5


def test_greedy_merging_finds_what_is_identical():
    one = random_units(np.random.default_rng(0), 1, 60, 30)
    arrays = (one.document, one.annotator, one.start, one.end, one.label)
    document, annotator, start, end, label = (np.tile(array, 5) for array in arrays)
    annotator = np.repeat(np.arange(5), 60)
    found = best_alignment(
        Units(document, annotator, start, end, label, np.array([5])), Dissimilarity()
    )
    assert not found.exact.any()
    assert found.disorder.sum() == 0


def test_near_units_are_counted_without_being_listed():
    drawn = random_units(np.random.default_rng(1), 3, 20, length=400, documents=2)
    listed = len(candidates(drawn, 3, Dissimilarity()))
    assert listed <= near(drawn, 3, Dissimilarity()) < 2 * listed


def test_thick_units_of_many_annotators_are_too_much_and_those_of_two_are_not():
    rng = np.random.default_rng(0)
    assert comparisons(random_units(rng, 12, 100, length=200)) > THICK
    assert comparisons(random_units(rng, 5, 50, length=500)) < THICK
    assert comparisons(random_units(rng, 2, 3000, length=200)) == 0

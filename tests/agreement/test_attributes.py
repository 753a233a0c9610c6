"""Values of spans that are one thing, against krippendorff, scikit-learn and statsmodels."""

from collections import Counter
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from corpus.agreement.attributes import (
    attribute_alpha,
    confusion,
    jaccard_alpha,
    kappa,
    masi_alpha,
    matched_share,
    observed,
    scale_alpha,
    span_and_value,
    table_of,
)
from corpus.agreement.nominal import cohen_kappa, cohen_kappa_of_sums, cohen_sums
from tests.agreement.annotators import compared_of, drawn, everybody, value
from tests.corpora import TINY

TYPE, ENTITY, CERTAINTY = (0, "type"), (1, "entity"), (2, "certainty")
TOPIC, DIFFICULT = (2, "topic"), (0, "difficult")


def claims(*said, schema=None):
    """Return annotators of one-word claims: a string of grades each, `-` for no claim."""
    grades = {"c": "certain", "p": "probable", "o": "possible", "u": "unknown"}
    lines = {
        f"a{number}": " ".join(
            "w" if grade == "-" else f"[w]{{claim {grades.get(grade, '')}}}" for grade in grades_of
        )
        for number, grades_of in enumerate(said)
    }
    return compared_of({"d": lines}, *([schema] if schema else []))


def codes(c, part):
    """Return the values of each item by annotator, NaN where one has no such span."""
    _, table, _ = table_of(c, part)
    return np.where(table < 0, np.nan, table)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("part", [TYPE, ENTITY, CERTAINTY])
def test_alpha_is_krippendorffs(seed, part):
    c = everybody(*drawn(seed))
    data = codes(c, part).T
    if len(np.unique(data[~np.isnan(data)])) > 1:
        expected = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
        assert value(attribute_alpha(c, part)) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_kappa_of_two_is_cohens(seed):
    c = everybody(*drawn(seed, people=("ann", "bo")))
    one, other = codes(c, ENTITY).T
    assert value(kappa(c, ENTITY)) == pytest.approx(cohen_kappa_score(one, other))


def test_kappa_of_sums_is_kappa_of_the_table():
    values = np.random.default_rng(0).integers(4, size=(200, 2))
    stratum = np.arange(200) % 7
    table = np.zeros((7, 4, 4))
    np.add.at(table, (stratum, *values.T), 1)
    found = cohen_kappa_of_sums(cohen_sums(values, 4, stratum, 7))
    np.testing.assert_allclose(found, cohen_kappa(table))


@pytest.mark.parametrize("seed", range(5))
def test_kappa_of_more_is_fleiss_over_what_all_have(seed):
    c = everybody(*drawn(seed))
    table = codes(c, ENTITY)
    whole = table[~np.isnan(table).any(axis=1)].astype(int)
    sums = kappa(c, ENTITY)
    assert value(sums) == pytest.approx(fleiss_kappa(aggregate_raters(whole)[0]))
    assert sums.counts == {"items of all": len(whole)}
    assert sums.items.sum() == len(whole)


@pytest.mark.parametrize("seed", range(5))
def test_observed_is_the_share_of_equal_pairs(seed):
    c = everybody(*drawn(seed))
    pairs = [
        (one, other)
        for row in codes(c, ENTITY)
        for one, other in combinations(row, 2)
        if not np.isnan(one + other)
    ]
    sums = observed(c, ENTITY)
    same = sum(one == other for one, other in pairs)
    assert value(sums) == pytest.approx(same / len(pairs))
    assert sums.counts == {"same": same, "of": len(pairs)}


@pytest.mark.parametrize("seed", range(5))
def test_grades_are_ordinal_where_two_chose_one(seed):
    generator = np.random.default_rng(seed)
    said = ["".join(generator.choice([*"ccppoou-"], 30)) for _ in range(3)]
    rank = {"c": 0, "p": 1, "o": 2}
    data = [[rank.get(grade, np.nan) for grade in line] for line in said]
    expected = krippendorff.alpha(reliability_data=data, level_of_measurement="ordinal")
    sums = scale_alpha(claims(*said), CERTAINTY)
    assert value(sums) == pytest.approx(expected)
    assert sums.items.sum() == (np.sum(~np.isnan(data), axis=0) > 1).sum()


def test_nominal_certainty_is_of_all_four_values():
    c = claims("cpou", "cpoc")
    assert attribute_alpha(c, CERTAINTY).counts == {"items": 4, "values": 4}
    assert scale_alpha(c, CERTAINTY).counts == {"graded by two": 3}


def test_sets_differ_by_masi_and_jaccard():
    sets = ("xi", "trump", "xi,trump", "xi")
    lines = [" ".join(f"[w]{{speaker entity={s}}}" for s in said) for said in (sets, sets[::-1])]
    c = compared_of({"d": {"ann": lines[0], "bo": lines[1]}})
    # Pairs: xi/xi, trump/both, both/trump, xi/xi. Marginals of 8: xi 4, trump 2, both 2.
    for distance, sums in ((1 / 2, jaccard_alpha(c, ENTITY)), (2 / 3, masi_alpha(c, ENTITY))):
        observed_ = 4 * distance / 8
        pairs = 2 * (4 * 2 * 1 + 4 * 2 * distance + 2 * 2 * distance)
        assert value(sums) == pytest.approx(1 - observed_ / (pairs / (8 * 7)))


def test_a_value_that_one_leaves_out_is_a_value():
    c = claims("c.c", "ccc")
    values, table, _ = table_of(c, CERTAINTY)
    assert [values[code] for code in table[1]] == ["", "certain"]
    assert value(observed(c, CERTAINTY)) == pytest.approx(2 / 3)


def test_where_all_leave_it_out_there_is_nothing_to_compare():
    c = claims("c.", "c.")
    assert len(table_of(c, CERTAINTY)[1]) == 1
    assert observed(c, CERTAINTY).items.sum() == 1


def test_not_to_set_a_flag_says_something_once_anybody_sets_it():
    line = "[a]{event%s} [b]{event%s} [c]{event%s}"
    flags = {"ann": (" difficult", "", ""), "bo": (" difficult", "", " difficult")}
    c = compared_of({"d": {who: line % said for who, said in flags.items()}}, TINY)
    assert value(observed(c, DIFFICULT)) == pytest.approx(2 / 3)
    assert value(span_and_value(c, DIFFICULT)) == pytest.approx(2 / 3)  # 1 of 1 and 2
    none = compared_of({"d": dict.fromkeys(flags, line % ("", "", ""))}, TINY)
    assert observed(none, DIFFICULT).items.sum() == 0


def test_several_values_of_a_choice_are_a_set():
    c = compared_of(
        {"d": {"ann": "[a]{claim topic=weather,trade}", "bo": "[a]{claim topic=trade,weather}"}},
        TINY,
    )
    assert value(observed(c, TOPIC)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_span_and_value_counts_what_both_say_of_all_that_each_says(seed):
    c = everybody(*drawn(seed))
    said = dict(c.units.attributes.filter(name="entity").select("unit", "value").iter_rows())
    both = mine = theirs = 0
    for pair in c.pairs:
        found = pair.both.filter(layer=1).select("left", "right").iter_rows()
        both += sum(said[left] == said[right] for left, right in found)
        mine += pair.mine.filter(layer=1).height
        theirs += pair.theirs.filter(layer=1).height
    sums = span_and_value(c, ENTITY)
    assert value(sums) == pytest.approx(2 * both / (mine + theirs))
    assert sums.items.sum() == c.items.filter(layer=1)["item"].n_unique()


def test_the_share_of_spans_matched_is_of_those_with_a_value():
    c = claims("cc.-", "c-cp")
    sums = matched_share(c, CERTAINTY)
    # With a value: 2 of the first, 3 of the second. The first's second has no partner, nor the
    # second's last.
    assert (value(sums), sums.counts) == (pytest.approx(3 / 5), {"matched": 3, "of": 5})


def test_confusion_of_two_has_the_first_in_rows():
    values, matrix = confusion(claims("ccp", "cpo"), CERTAINTY)
    assert values == ["certain", "probable", "possible"]
    assert matrix.tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 0]]


def test_confusion_of_more_adds_each_two_both_ways():
    values, matrix = confusion(claims("c", "c", "p"), CERTAINTY)
    assert (values, matrix.tolist()) == (["certain", "probable"], [[2, 2], [2, 0]])


def test_confusion_of_nothing_is_empty():
    values, matrix = confusion(claims("-", "-"), CERTAINTY)
    assert (values, matrix.shape) == ([], (0, 0))


def test_one_value_throughout_is_undefined():
    c = claims("ccc", "ccc")
    for measure in (attribute_alpha, kappa, scale_alpha):
        assert np.isnan(value(measure(c, CERTAINTY)))
        assert measure(c, CERTAINTY).undefined == "one value throughout"
    assert value(observed(c, CERTAINTY)) == 1


def test_values_that_the_schema_lacks_are_values():
    c = compared_of({"d": {"ann": "[a]{event type=DANCE}", "bo": "[a]{event type=DANCE}"}})
    assert Counter(table_of(c, TYPE)[0])["DANCE"] == 1
    assert value(observed(c, TYPE)) == 1

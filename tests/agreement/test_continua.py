"""Place and label at once: what the texts and layers come to, for u-alpha and gamma."""

import numpy as np
import pytest

from corpus.agreement import unitizing
from corpus.agreement.continua import binary_u_alpha, cu_alpha, gamma, u_alpha
from tests.agreement.annotators import compared_of, drawn, everybody, value

EVENT, SPEAKER, CLAIM = 0, 1, 2
FAMILY = [
    pytest.param(u_alpha, unitizing.u_alpha, id="u"),
    pytest.param(binary_u_alpha, unitizing.binary_alpha, id="binary"),
    pytest.param(cu_alpha, unitizing.cu_alpha, id="cu"),
]


def lines(*units):
    """Return a text of 20 letters with units (start, end, type) in it."""
    text, at = "", 0
    for start, end, kind in units:
        text += "x" * (start - at) + f"[{'x' * (end - start)}]{{event {kind}}}"
        at = end
    return text + "x" * (20 - at)


KRIPPENDORFF = {
    "ann": lines((2, 5, "AGREE"), (9, 11, "AGREE"), (12, 20, "REJECT")),
    "bo": lines((2, 5, "AGREE"), (7, 15, "REJECT")),
    "cy": lines((2, 5, "AGREE"), (10, 15, "REJECT")),
}


def test_the_family_of_three_observers():
    """The worked numbers of tests/agreement/test_unitizing.py, from spans and labels."""
    c = compared_of({"d": KRIPPENDORFF})
    assert value(u_alpha(c, EVENT)) == pytest.approx(0.4739130, abs=1e-6)
    assert value(binary_u_alpha(c, EVENT)) == pytest.approx(0.4328125, abs=1e-6)
    assert value(cu_alpha(c, EVENT)) == pytest.approx(0.7788820, abs=1e-6)
    assert u_alpha(c, EVENT).counts == {"units": 7}


@pytest.mark.parametrize(("measure", "of_sums"), FAMILY)
def test_several_texts_are_several_continua(measure, of_sums):
    documents = {"a": KRIPPENDORFF, "b": dict(KRIPPENDORFF), "c": {"ann": KRIPPENDORFF["ann"]}}
    two, one = (compared_of(some) for some in (documents, {"a": KRIPPENDORFF}))
    both, single = measure(two, EVENT), measure(one, EVENT)
    assert len(both.sums) == 2
    np.testing.assert_allclose(both.sums, [single.sums.sum(axis=0)] * 2)


def test_labels_are_what_the_layer_names_first_or_the_layer():
    c = compared_of({"d": {"ann": "[a]{event AGREE} b", "bo": "[a]{event REJECT} b"}})
    assert value(binary_u_alpha(c, EVENT)) == 1
    assert value(u_alpha(c, EVENT)) < value(binary_u_alpha(c, EVENT))
    assert value(u_alpha(c, None)) == 1


def test_a_layer_without_a_label_has_one():
    c = compared_of({"d": dict.fromkeys(("ann", "bo"), "[a]{speaker entity=xi} b [c]{speaker}")})
    assert value(u_alpha(c, SPEAKER)) == 1
    assert np.isnan(value(cu_alpha(c, SPEAKER)))


@pytest.mark.parametrize(("measure", "of_sums"), FAMILY)
def test_overlaps_within_one_annotator_are_refused_and_counted(measure, of_sums):
    c = compared_of({"d": {"ann": "[a [b]{claim} c]{claim}", "bo": "[a b c]{claim}"}})
    sums = measure(c, CLAIM)
    assert sums.refused == "1 unit(s) overlap another one of the same annotator"
    assert np.isnan(value(sums))
    assert measure(c, EVENT).refused is None


def test_a_text_counts_whole_and_what_only_one_annotated_not_at_all():
    """By hand: of two observers, 1 of 4 code points each marked, elsewhere."""
    lines = {"ann": "[a]{event}bcd", "bo": "a[b]{event}cd"}
    c = compared_of({"a": lines, "z": {"ann": "[z]{event}"}})
    # 2 of 4 places differ. Of 8 code points 2 are units, 6 gap: 64 - 4 - 36 = 24 pairs by chance
    # differ, of 64 without those of one unit (1 each) and of one code point in a gap (6).
    assert value(binary_u_alpha(c, EVENT)) == pytest.approx(1 - (2 / 4) / (24 / (64 - 2 - 6)))


@pytest.mark.parametrize("seed", range(3))
def test_gamma_of_two_is_of_the_pairs_disorder(seed):
    """1 - D_o / D_e; D_o is that of the alignment, for events on the same words 0 or 1 each."""
    c = everybody(*drawn(seed, documents=3, people=("ann", "bo")))
    one, other = (
        {(document, start): label for document, start, label in spans.iter_rows()}
        for who in (0, 1)
        for spans in [c.spans.filter(annotator=who, layer=EVENT)["document", "start", "label"]]
    )
    disorder = sum(float(one[k] != other[k]) for k in one.keys() & other.keys())
    disorder += len(one.keys() ^ other.keys())
    seen = gamma(c, EVENT).sums.sum(axis=0)
    assert seen[0] / seen[1] == pytest.approx(disorder / ((len(one) + len(other)) / 2))
    assert value(gamma(c, EVENT)) == pytest.approx(1 - (seen[0] / seen[1]) / (seen[2] / seen[3]))


def test_gamma_is_1_for_one_mind_and_undefined_for_none():
    same = dict.fromkeys(("ann", "bo", "cy"), "[a]{event AGREE} b c [d]{event REJECT}")
    c = compared_of({"x": same, "y": same})
    assert value(gamma(c, EVENT)) == 1
    assert np.isnan(value(gamma(c, SPEAKER)))
    assert gamma(c, SPEAKER).undefined == "nothing is marked"


def test_gamma_is_the_same_twice():
    c = everybody(*drawn(2, documents=2))
    assert gamma(c, EVENT).sums.tolist() == gamma(c, EVENT).sums.tolist()


def test_of_one_text_the_chance_of_gamma_is_spread_as_the_units_are():
    text = "[a]{event AGREE} b\nc d\n[e]{event AGREE} [f]{event REJECT}"
    c = compared_of({"d": {"ann": text, "bo": text.replace("[f]{event REJECT}", "f")}})
    sums = gamma(c, EVENT).sums
    assert (sums[:, 1] / sums[:, 1].sum()).tolist() == pytest.approx([1 / 2.5, 0, 1.5 / 2.5])
    np.testing.assert_allclose(sums[:, 2] / sums[:, 2].sum(), sums[:, 1] / sums[:, 1].sum())


def test_gamma_counts_who_found_nothing_in_a_text():
    same = dict.fromkeys(("ann", "bo"), "[a]{event AGREE}")
    c = compared_of({"x": {"ann": "[a]{event AGREE} b", "bo": "a b"}, "y": same})
    disorder, units = gamma(c, EVENT).sums[:, :2].T
    assert disorder.tolist() == [1, 0]
    assert units.tolist() == [0.5, 1]


def test_gamma_is_refused_with_its_reason_where_it_would_take_too_long(monkeypatch):
    monkeypatch.setattr("corpus.agreement.gamma.THICK", 0)
    found = gamma(compared_of({"d": KRIPPENDORFF}), EVENT)
    assert "too thick to align in time" in found.refused
    assert np.isnan(value(found))

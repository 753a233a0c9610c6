"""Figures of everybody together and two by two, and what they are called."""

import numpy as np
import pytest

from corpus.agreement.figures import LEAST, compare, kinds_of, person, words
from corpus.agreement.measures import MEASURES, Part, parts
from corpus.agreement.units import units
from corpus.errors import CorpusError
from tests.agreement.annotators import (
    ONE_LAYER,
    comparison,
    drawn,
    everybody,
    measured,
    together,
    units_of,
)
from tests.corpora import HEDGEROW

HUMANS = dict.fromkeys(("ann", "bo", "cy"), "human")
LINE = "She [went]{event spoken}."


def of(made, measure, *names, part=Part("layer")):  # noqa: B008
    [found] = [
        f for f in made.figures if (f.measure, f.annotators, f.part) == (measure, names, part)
    ]
    return found


def compared(documents, **options):
    return compare(units_of(documents, ONE_LAYER), "some", HUMANS, resamples=20, **options)


def test_every_measure_of_every_part_is_there_for_all_and_for_each_two():
    every = [(n, part) for n, measure in MEASURES.items() for part in parts(HEDGEROW, measure.kind)]
    for names in (("ann", "bo", "cy"), ("ann", "bo"), ("ann", "cy"), ("bo", "cy")):
        found = [(f.measure, f.part) for f in comparison(*HUMANS).figures if f.annotators == names]
        assert sorted(found) == sorted(every)
    back = {f.measure for f in comparison(*HUMANS).figures if f.annotators == ("bo", "ann")}
    assert back == {"agr"}


def test_figures_are_the_values_of_their_sums_with_an_interval_around():
    tables, names = drawn(8, documents=6, lines=5)
    values = measured(everybody(tables, names))
    told = [
        f for f in comparison(*HUMANS).figures if len(f.annotators) == 3 and f.value is not None
    ]
    for figure in told:
        assert figure.value == pytest.approx(values[figure.measure, str(figure.part)])
        assert figure.items >= LEAST
        assert figure.low is None or figure.low <= figure.high
    assert len(told) > 50
    whole = of(comparison(*HUMANS), "relaxed-f1", "ann", "bo", "cy")
    assert whole.low < whole.value < whole.high


def test_what_has_no_value_says_why_and_counts_stay():
    for figure in comparison(*HUMANS).figures:
        assert (figure.value is None) == (figure.why is not None)
        if figure.value is None:
            assert (figure.low, figure.high) == (None, None)
        else:
            assert not np.isnan(figure.value)
    undefined = of(
        comparison(*HUMANS), "alpha", "ann", "bo", "cy", part=Part("attribute", "event", "realis")
    )
    assert undefined.why == "undefined: one value throughout"
    refused = {
        f.why for f in comparison(*HUMANS).figures if f.measure == "cu-alpha" and f.value is None
    }
    assert refused == {"undefined: no units intersect, or all have one label"}


@pytest.mark.parametrize("items", [LEAST - 1, LEAST])
def test_of_fewer_than_twenty_items_only_counts_are_told(items):
    line = " ".join(["[w]{event spoken}"] * items)
    found = compared({"a": {"ann": line, "bo": line}, "b": {"ann": "b", "bo": "b"}})
    figure = of(found, "exact-f1", "ann", "bo", part=Part("layer", "event"))
    assert figure.items == items
    assert figure.counts == {"both": items, "first only": 0, "second only": 0}
    assert figure.withheld == (items < LEAST)
    assert figure.value == (None if items < LEAST else 1)
    assert figure.why == ("withheld: fewer than 20 items" if items < LEAST else None)


def test_agreement_on_a_value_is_withheld_too():
    for items, told in ((LEAST - 1, [None]), (LEAST, [1.0])):
        line = " ".join(["[w]{event spoken}"] * items)
        found = compared({"a": {"ann": line, "bo": line}})
        [types] = [c for c in found.confusions if c.part == Part("attribute", "event", "manner")]
        assert (types.values, types.counts) == (["spoken"], [[items]])
        assert types.agreement == told


def test_documents_and_strata_are_those_that_two_annotated():
    found = compared({d: {"ann": LINE, "bo": LINE} for d in "ab"} | {"c": {"ann": LINE}})
    assert (found.documents, found.strata, found.alone) == (("a", "b"), 2, 1)
    one = compared({"a": {"ann": f"{LINE}\n{LINE}", "bo": f"{LINE}\n{LINE}"}})
    assert (one.documents, one.strata, one.alone) == (("a",), 2, 0)


def test_two_who_share_one_text_of_several_have_no_interval_of_sentences():
    line = "\n".join(["[w]{event}"] * LEAST)
    documents = {"a": dict.fromkeys(("ann", "bo", "cy"), line), "b": {"ann": line, "bo": line}}
    found = compared(documents, against="ann")
    event = Part("layer", "event")
    assert of(found, "exact-f1", "bo", "ann", part=event).low == 1
    assert of(found, "exact-f1", "cy", "ann", part=event).low is None
    assert of(found, "exact-f1", "cy", "ann", part=event).value == 1


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (("ann", "bo"), [("ann", "bo")]),
        (("ann", "ann.2"), [("ann", "ann.2")]),
        (("ann", "ann.2", "bo"), [("ann", "bo"), ("ann", "ann.2"), ("ann.2", "bo")]),
        (("ann", "bo", "cy"), [("ann", "bo", "cy"), ("ann", "bo"), ("ann", "cy"), ("bo", "cy")]),
        (("ann.2", "bo"), [("ann.2", "bo")]),
    ],
)
def test_first_passes_are_compared_together_and_each_two(names, groups):
    found = compared({"a": dict.fromkeys(names, LINE)})
    figures = dict.fromkeys(f.annotators for f in found.figures if f.measure == "exact-f1")
    assert [*figures] == groups
    assert found.groups == groups[:1]


def test_those_who_share_no_document_are_not_compared():
    found = compared({"a": {"ann": LINE, "bo": LINE}, "b": {"bo": LINE, "cy": LINE}})
    pairs = {f.annotators for f in found.figures if f.measure == "exact-f1"}
    assert pairs == {("ann", "bo", "cy"), ("ann", "bo"), ("bo", "cy")}


def test_against_one_each_is_compared_with_that_one_only():
    documents = {"a": dict.fromkeys(("ann", "bo", "gold"), LINE), "b": {"ann": LINE, "bo": LINE}}
    found = compared(documents | {"c": {"gold": LINE}}, against="gold")
    pairs = {f.annotators for f in found.figures if f.measure == "exact-f1"}
    assert pairs == {("ann", "gold"), ("bo", "gold")}
    assert found.groups == [("ann", "gold"), ("bo", "gold")]
    assert (found.documents, found.alone, found.words) == (("a",), 2, "agreement with gold")


def test_no_two_with_one_document_is_an_error():
    with pytest.raises(CorpusError) as caught:
        compared({"a": {"ann": LINE}, "b": {"bo": LINE}})
    said = "some: no document was annotated by two: found ann, bo in 2 document(s)"
    assert str(caught.value) == said
    tables, _ = together({"a": {"ann": LINE}}, ONE_LAYER)
    nobody = units(tables, ONE_LAYER, {})
    with pytest.raises(CorpusError, match=r"found nobody in 0 document\(s\)"):
        compare(nobody, "some", {})


@pytest.mark.parametrize(
    ("names", "kinds", "called"),
    [
        (("ann", "bo"), {"ann": "human", "bo": "human"}, "inter-annotator agreement"),
        (("ann", "ann.2"), {"ann": "human"}, "intra-annotator agreement"),
        (("ann", "ann.2", "bo"), {"ann": "human", "bo": "human"}, "inter-annotator agreement"),
        (
            ("m1", "m2"),
            {"m1": "model", "m2": "model"},
            "self-consistency of model passes, no inter-annotator agreement",
        ),
        (
            ("m1", "m1.2"),
            {"m1": "model"},
            "self-consistency of model passes, no inter-annotator agreement",
        ),
        (
            ("ann", "m1"),
            {"ann": "human", "m1": "model"},
            "agreement of people and models, no inter-annotator agreement",
        ),
        (
            ("ann", "bo"),
            {"ann": "human"},
            "agreement of annotators of whom annotators.toml does not say whether they are people",
        ),
    ],
)
def test_it_is_called_what_it_is(names, kinds, called):
    assert words(names, kinds) == called


def test_kinds_are_those_of_the_table_of_annotators():
    tables, _ = together({"a": {"ann": LINE, "bo.2": LINE}}, ONE_LAYER)
    assert kinds_of(tables) == {"ann": "human", "bo": "human"}
    assert [person(name) for name in ("ann", "bo.2", "a-b_c.10")] == ["ann", "bo", "a-b_c"]


def test_the_same_seed_gives_the_same_figures_and_progress_is_told():
    own, seen = units_of({d: {"ann": LINE, "bo": LINE} for d in "ab"}, ONE_LAYER), []
    watch = lambda *step: seen.append(step)  # noqa: E731
    one = compare(own, "some", {}, resamples=20, watch=watch)
    assert one == compare(own, "some", {}, resamples=20)
    assert seen == [("comparing", 0, 1), ("comparing", 1, 1)]


def test_where_no_span_is_matched_values_are_not_said_to_be_one_throughout():
    line = "a [b]{event AGREE} c [d]{event REJECT}"
    found = compare(units_of({"d": {"ann": line, "bo": "a b c d"}}), "d", {})
    [alpha] = [f for f in found.figures if (f.measure, f.part.name) == ("alpha", "type")]
    assert (alpha.items, alpha.why) == (0, "undefined: there is nothing to compare")

"""Gates: the bad end of the interval counts; what has none does not pass."""

import pytest

from corpus.agreement.figures import Comparison, Figure
from corpus.agreement.gate import read_gate, verdicts
from corpus.agreement.measures import MEASURES, Part, parts
from corpus.errors import CorpusError
from tests.agreement.annotators import comparison
from tests.corpora import HEDGEROW, TINY

EVENT, LAYERS = Part("layer", "event"), Part("layer")
NAMES = ("ann", "bo")


def gate(tmp_path, text, schema=HEDGEROW):
    path = tmp_path / "gate.toml"
    path.write_text(text)
    return read_gate(path, schema)


def figure(measure, value=None, low=None, high=None, part=EVENT, names=NAMES, why=None):
    return Figure(measure, part, names, value, low, high, 20, {}, why)


def told(figures, thresholds, against=None):
    made = Comparison("round one", "", against, NAMES, ("a", "b"), 2, 0, figures, [])
    return [*verdicts([made], thresholds)]


def test_parts_are_named_as_they_are_called(tmp_path):
    text = """
        [layers.event]
        exact-f1 = 0.8
        boundary-distance = 2
        [layers."claim.attributed"]
        relaxed-f1 = 0
        [layers.all]
        gamma = -1
        [attributes."claim.certainty"]
        ordinal-alpha = 0.667
        [relations.source]
        entity-f1 = 1
        [relations.all]
        end-to-end-f1 = 0.7
        [attributions.all]
        role-alpha = 0.6
    """
    assert gate(tmp_path, text) == {
        (EVENT, "exact-f1"): 0.8,
        (EVENT, "boundary-distance"): 2.0,
        (Part("layer", "claim", "attributed"), "relaxed-f1"): 0.0,
        (LAYERS, "gamma"): -1.0,
        (Part("attribute", "claim", "certainty"), "ordinal-alpha"): 0.667,
        (Part("relation", name="source"), "entity-f1"): 1.0,
        (Part("relation"), "end-to-end-f1"): 0.7,
        (Part("attributions"), "role-alpha"): 0.6,
    }


@pytest.mark.parametrize("schema", [HEDGEROW, TINY], ids=["hedgerow", "tiny"])
def test_every_measure_of_every_part_can_be_asked_for(tmp_path, schema):
    for name, measure in MEASURES.items():
        for part in parts(schema, measure.kind):
            kind = part.kind if part.kind == "attributions" else f"{part.kind}s"
            called = ".".join(filter(None, (part.layer, part.name))) or "all"
            found = gate(tmp_path, f'[{kind}."{called}"]\n{name} = 0.5', schema)
            assert found == {(part, name): 0.5}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no threshold: expected, for example, [layers.all] exact-f1 = 0.8"),
        ("[layers.event]", "no threshold: expected, for example, [layers.all] exact-f1 = 0.8"),
        (
            "[layers.event]\nf1 = 0.8",
            "[layers.event]: no measure 'f1'; there are exact-f1, relaxed-f1, boundary-distance,",
        ),
        (
            "[layers.evnet]\nexact-f1 = 0.8",
            "[layers.evnet]: exact-f1 is asked of [layers.event], [layers.speaker],"
            ' [layers.claim], [layers."claim.attributed"], [layers."claim.own"], [layers.hedge],'
            " [layers.all]",
        ),
        (
            "[layers.event]\nordinal-alpha = 0.8",
            '[layers.event]: ordinal-alpha is asked of [attributes."claim.certainty"]',
        ),
        ("[relations.coref]\nend-to-end-f1 = 0.8", "[relations.coref]: end-to-end-f1 is asked of"),
        ("[layers.all]\nrole-alpha = 0", "[layers.all]: role-alpha is asked of [attributions.all]"),
        ("[layers.event]\nexact-f1 = 80", "[layers.event]: exact-f1 = 80: expected -1 to 1"),
        ("[layers.event]\nexact-f1 = nan", "[layers.event]: exact-f1 = nan: expected -1 to 1"),
        (
            "[layers.event]\nboundary-distance = -1",
            "[layers.event]: boundary-distance = -1: expected code points, from 0",
        ),
        (
            "[layers.event]\nboundary-distance = inf",
            "[layers.event]: boundary-distance = inf: expected code points, from 0",
        ),
        ('[layers.event]\nexact-f1 = "high"', "exact-f1 = 'high': expected a number"),
        ("[layers]\nexact-f1 = 0.8", "[layers]: exact-f1 = 0.8: expected it below a heading"),
        (
            "[attributes.claim.certainty]\nalpha = 0.8",
            '[attributes.claim.certainty]: write [attributes."claim.certainty"], with quotes',
        ),
        (
            "[layer.event]\nexact-f1 = 0.8",
            "has an unknown key 'layer' (there are layers, attributes, relations, attributions)",
        ),
        ("[layers.event\nexact-f1 = 0.8", "gate.toml"),
    ],
)  # fmt: skip
def test_mistakes_are_refused_by_their_words(tmp_path, text, said):
    with pytest.raises(CorpusError) as caught:
        gate(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path}/gate.toml")
    assert said in str(caught.value)


def test_a_measure_that_the_schema_has_no_part_for_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="lea is asked of nothing of this schema"):
        gate(tmp_path, "[relations.coref]\nlea = 0.8", TINY)


def test_a_gate_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CorpusError, match=r"gate\.toml"):
        read_gate(tmp_path / "gate.toml", HEDGEROW)


@pytest.mark.parametrize(
    ("measure", "value", "low", "high", "passed"),
    [
        ("exact-f1", 0.9, 0.8, 1.0, True),
        ("exact-f1", 0.9, 0.799, 1.0, False),
        ("boundary-distance", 0.5, 0.1, 0.8, True),
        ("boundary-distance", 0.5, 0.1, 0.801, False),
        ("exact-f1", 0.9, None, None, False),
    ],
)
def test_the_bad_end_of_the_interval_counts(measure, value, low, high, passed):
    [verdict] = told([figure(measure, value, low, high)], {(EVENT, measure): 0.8})
    assert verdict.passed == passed


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (figure("exact-f1", 0.9, 0.85, 1), "passed: … at least 0.850 (threshold 0.8)"),
        (figure("exact-f1", 0.9, 0.5, 1), "not passed: … at least 0.500 (threshold 0.8)"),
        (figure("boundary-distance", 2, 1, 3), "not passed: … at most 3.000 (threshold 0.8)"),
        (figure("exact-f1", 0.9), "not passed: … has no interval"),
        (figure("exact-f1", why="withheld: few"), "not passed: … withheld: few"),
        (figure("exact-f1", why="undefined: nobody"), "not passed: … undefined: nobody"),
    ],
)
def test_a_verdict_says_what_was_found(made, said):
    [verdict] = told([made], {(EVENT, made.measure): 0.8})
    whole = f"round one: event: {made.measure} of ann, bo:"
    assert str(verdict) == said.replace("…", whole)


def test_only_what_the_gate_names_is_held_to_it():
    figures = [figure("exact-f1", 1, 1, 1), figure("exact-f1", 0, 0, 0, LAYERS)]
    assert [v.passed for v in told(figures, {(EVENT, "exact-f1"): 0.8})] == [True]
    assert told(figures, {}) == []


def test_of_a_directed_measure_both_ways_have_to_pass():
    figures = [figure("agr", 0.9, 0.9, 1), figure("agr", 0.6, 0.5, 1, names=NAMES[::-1])]
    verdicts_ = told(figures, {(EVENT, "agr"): 0.8})
    assert [(v.figure.annotators, v.passed) for v in verdicts_] == [
        (("ann", "bo"), True),
        (("bo", "ann"), False),
    ]


def test_pairs_count_only_where_there_is_nobody_else():
    three = ("ann", "bo", "cy")
    figures = [figure("exact-f1", 0.9, 0.9, 1, names=three), figure("exact-f1", 0.1, 0.1, 0.1)]
    assert [v.passed for v in told(figures, {(EVENT, "exact-f1"): 0.8})] == [True]
    against = [figure("exact-f1", 0.9, 0.9, 1, names=(who, "gold")) for who in NAMES]
    verdicts_ = told(against, {(EVENT, "exact-f1"): 0.8}, against="gold")
    assert [v.figure.annotators for v in verdicts_] == [("ann", "gold"), ("bo", "gold")]


def test_every_figure_of_a_comparison_can_be_gated(tmp_path):
    thresholds = {
        (part, name): -1.0
        for name, measure in MEASURES.items()
        for part in parts(HEDGEROW, measure.kind)
    }
    found = [*verdicts([comparison(*NAMES)], thresholds)]
    assert len(found) == len(comparison(*NAMES).figures)
    for verdict in found:
        interval = verdict.figure.low is not None
        distance = MEASURES[verdict.figure.measure].distance
        assert verdict.passed == (interval and not distance)


def test_every_comparison_is_held_to_the_gate():
    thresholds = {(EVENT, "exact-f1"): 0.1}
    assert len([*verdicts([comparison(*NAMES), comparison(*NAMES)], thresholds)]) == 2

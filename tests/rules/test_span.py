"""S: what the docstrings of the rules about spans cannot say in one line."""

import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.rules import find_rule
from corpus.shorthand import parse
from corpus.tables import Rows, spans_of
from corpus.validation import validate
from tests.corpora import ANN, HEDGEROW, TINY, sha256

SOURCES = "[Xi]{speaker#x} [Li]{speaker#l} "


def found(line, *codes, schema=TINY):
    """Return what is reported of a line of shorthand: code, item (of these codes only, if any)."""
    findings = validate(parse(line, schema), schema)
    return [(f.code, f.item) for f in findings if not codes or f.code in codes]


def tables_of(places, layer="claim", given_text=None):
    """Return the tables of a document with a span at each (start, end)."""
    places = list(places)
    length = max((end for _, end in places), default=0)
    rows, text = Rows(), "word " * (length // 5 + 1)
    passages = [{"kind": "body", "start": 0, "end": len(text)}]
    about = ("t", "s", "", "d", False, "en", "l", "text", passages, [], None, "seeds/example.txt")
    rows.documents.append(("example", text, sha256(text), *about))
    head = (0, "example", "ann", 1, "single", "submitted", "1.0.0", "1.0.0", sha256(text))
    rows.annotations.append((*head, ANN, None, None))
    for number, (start, end) in enumerate(places):
        words = spans_of(text, start, end)
        place = (0, number, f"c{number}", layer, start, end)
        rows.spans.append((*place, *words, given_text or words[0], "manual", number + 9))
    return rows.tables(TINY)


def offenders(rule, places, layer="claim"):
    """Return the (start, end) that a rule reports, in order."""
    frame = find_rule(rule).query(tables_of(places, layer), TINY).collect()
    return sorted(zip(frame["start"], frame["end"], strict=True))


def test_span_inside_another_of_a_layer_that_nests_is_no_overlap():
    assert found("[He said [it rained]{claim}]{claim}") == []


def test_spans_that_begin_or_end_together_nest():
    assert found("[[He]{claim} said]{claim} [it [rained]{claim}]{claim}") == []


def test_spans_that_touch_do_not_overlap():
    assert found("[“He”]{event}[“said”]{event}[“it”]{claim}[“rained”]{claim}") == []


def test_spans_of_two_layers_overlap_freely():
    assert found("[[It]{speaker} [rained]{event}]{claim}") == []


def test_spans_that_cross_overlap_even_where_their_layer_nests():
    assert offenders("S104", [(0, 6), (4, 9)]) == [(4, 9)]


def test_span_inside_another_of_a_layer_that_does_not_nest_overlaps():
    assert found("[it [rained]{event#b}]{event#a}") == [("S104", "b")]


def test_overlap_names_both():
    [finding] = validate(parse("[it [rained]{event#b}]{event#a}", TINY), TINY)
    assert finding.message == "event 'rained' overlaps 'it rained' of its own layer"


def test_two_claims_on_one_stretch_with_different_sources_may_stand():
    assert found(f"{SOURCES}[[it]{{claim source>x}}]{{claim source>l}}") == []
    assert found(f"{SOURCES}[[it]{{claim source>x source>l}}]{{claim source>l}}") == []


def test_two_claims_on_one_stretch_with_the_same_source_overlap():
    assert found(f"{SOURCES}[[it]{{claim source>x}}]{{claim source>x}}", "S104") != []


@pytest.mark.parametrize("one", ["source>x", ""])
@pytest.mark.parametrize("other", ["source>x", ""])
def test_two_claims_on_one_stretch_need_a_source_each(one, other):
    line = f"{SOURCES}[[it]{{claim#a {one}}}]{{claim#b {other}}}"
    assert len(found(line, "S104")) == 1


def test_third_claim_on_one_stretch_is_held_against_the_first_too():
    line = f"{SOURCES}[[[it]{{claim source>x}}]{{claim source>l}}]{{claim source>x}}"
    assert len(found(line, "S104")) == 1


def test_different_relation_of_another_kind_is_no_excuse():
    line = "[x]{event#x spoken} [l]{event#l spoken} [[it]{claim cue>x}]{claim cue>l}"
    assert len(found(line, "S104")) == 1


def test_two_spans_of_a_layer_that_nothing_repeats_overlap_on_one_stretch():
    assert len(found("[[it]{event}]{event}", "S104")) == 1


def test_claims_on_one_stretch_are_one_level_deep():
    line = f"{SOURCES}[He said [[it]{{claim source>x}}]{{claim source>l}}]{{claim}}"
    assert found(line) == []


def test_second_inner_level_is_too_deep():
    line = "[a [b [c]{claim#z}]{claim#y}]{claim#x} [d [e]{claim#v}]{claim#u}"
    assert found(line) == [("S105", "z")]


def test_inner_spans_beside_each_other_are_not_deep():
    assert found("[a [b]{claim} [c]{claim} [d]{claim}]{claim}") == []


def test_spans_of_two_annotations_or_documents_never_overlap():
    tables = tables_of([(0, 9), (4, 9)], "event")
    moved = tables.spans.with_columns(annotation=tables.spans.collect()["row"])
    frame = find_rule("S104").query(type(tables)(**(vars(tables) | {"spans": moved})), TINY)
    assert frame.collect().is_empty()


PLACES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 5)).map(lambda pair: (pair[0], sum(pair))),
    max_size=6,
)


def crosses(one, other):
    (a, b), (c, d) = sorted([one, other])
    return a < c < b < d


@given(PLACES)
def test_overlap_is_found_where_two_spans_cross_or_are_equal_and_only_there(places):
    faults = [p for p in combinations(places, 2) if crosses(*p) or p[0] == p[1]]
    assert bool(offenders("S104", places)) == bool(faults)


@given(PLACES)
def test_where_nothing_nests_each_span_that_begins_under_an_earlier_one_is_found(places):
    ordered = sorted(places, key=lambda place: (place[0], -place[1]))
    expected = [p for n, p in enumerate(ordered) if any(p[0] < end for _, end in ordered[:n])]
    assert offenders("S104", places, "event") == sorted(expected)


@given(PLACES)
def test_depth_is_the_number_of_spans_around_where_none_cross(places):
    kept = []
    for place in dict.fromkeys(places):
        if not any(crosses(place, other) for other in kept):
            kept.append(place)
    expected = [p for p in kept if sum(a <= p[0] and p[1] <= b for a, b in kept) > 2]
    assert offenders("S105", kept) == sorted(expected)


def cpu_seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def grows(work, shape, layer="claim", **columns):
    """Return how many times longer work takes on 100,000 spans than on 10,000."""
    small, large = (tables_of(map(shape, range(n)), layer, **columns) for n in (10_000, 100_000))
    return cpu_seconds(lambda: work(large)) / min(cpu_seconds(lambda: work(small)) for _ in "ab")


SHAPES = {
    "crossing": ("S104", lambda n: (5 * n, 5 * n + 9)),
    "equal": ("S104", lambda n: (0, 4)),
    "nested": ("S105", lambda n: (50 * (n // 10) + n % 10, 50 * (n // 10) + 40 - n % 10)),
}


@pytest.mark.parametrize(("code", "shape"), SHAPES.values(), ids=list(SHAPES))
def test_overlaps_are_found_in_time_linear_in_spans(code, shape):
    assert grows(lambda t: find_rule(code).query(t, TINY).collect(), shape) < 35


@pytest.mark.parametrize("given_text", [None, "elsewhere"], ids=["sound", "all differ"])
def test_validation_takes_time_linear_in_spans(given_text):
    def beside(n):
        return 5 * n, 5 * n + 4

    assert grows(lambda t: validate(t, TINY), beside, given_text=given_text) < 35


def test_span_in_a_heading_a_gap_or_after_the_last_passage_is_outside():
    line = "# [Rain]{event#a}\n[ ]{event#b}\nShe [left]{event#c}."
    findings = validate(parse(line, TINY), TINY)
    assert [(f.item, f.message) for f in findings if f.code == "S102"] == [
        ("a", "event 'Rain' starts in heading"),
        ("b", "event ' ' starts in no passage"),
    ]


def test_text_without_passages_has_no_place_for_a_span():
    tables = parse("She [left]{event#c}.", TINY)
    documents = tables.documents.with_columns(
        passages=tables.documents.collect()["passages"].list.head(0)
    )
    bare = type(tables)(**(vars(tables) | {"documents": documents}))
    assert [(f.code, f.item) for f in validate(bare, TINY)] == [("S102", "c")]


def test_span_that_ends_at_the_edge_of_its_passage_lies_within_it():
    assert found("She [left.]{event}\n[They]{event} came.") == []


def test_span_over_a_line_break_crosses_its_passage():
    line = "She [left.\nThey]{event#a} came."
    assert found(line) == [("S101", "a")]


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0", "\u2009", "\u3000"])
def test_whitespace_of_any_kind_at_an_edge_is_found(blank):
    assert "a" in dict(found(f"She [left{blank}]{{event#a}}now.", "S103")).values()


def test_hedgerow_lets_claims_nest_once_and_nothing_else():
    kinds = {name: (layer.overlap, layer.depth) for name, layer in HEDGEROW.layers.items()}
    assert kinds.pop("claim") == ("nested", 1)
    assert set(kinds.values()) == {("none", 0)}

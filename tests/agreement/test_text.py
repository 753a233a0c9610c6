"""Tables of text, and JSON: every figure stands there, or why there is none."""

import msgspec
import pytest

from corpus.agreement.figures import Comparison, Figure, compare
from corpus.agreement.measures import MEASURES, Part, parts
from corpus.agreement.text import TABLES, as_json, as_text, columns, shown
from tests.agreement.annotators import ONE_LAYER, comparison, units_of
from tests.corpora import HEDGEROW

HUMANS = dict.fromkeys(("ann", "bo", "cy"), "human")
EVENT = Part("layer", "event")


def rows(text, heading):
    """Return the rows of a table: name -> cells."""
    lines = text.split("\n")
    first = next(n for n, line in enumerate(lines) if line.startswith(heading + "  "))
    last = lines.index("", first) if "" in lines[first:] else len(lines)
    cells = [line.split("  ") for line in lines[first:last]]
    return {row[0]: [cell.strip() for cell in row[1:] if cell.strip()] for row in cells}


@pytest.mark.parametrize("people", [("ann", "bo"), ("ann", "bo", "cy")])
def test_every_figure_of_a_used_part_stands_in_its_row(people):
    made = comparison(*people)
    text = as_text([made])
    own = [f for f in made.figures if {*f.annotators} == {*people}]
    for heading, measures in TABLES.items():
        used = {f.part for f in own if f.measure in measures and f.items}
        table = rows(text, heading)
        assert {*table} == {heading} | {str(part) for part in used}
        for figure in own:
            if figure.measure in measures and figure.part in used:
                cells = [cell.split(" of ")[0] for cell in table[str(figure.part)]]
                assert shown(figure) in cells


def test_undefined_figures_have_their_reason_below():
    made = comparison("ann", "bo")
    text = as_text([made])
    undefined = [f for f in made.figures if f.value is None and not f.withheld and f.items]
    assert undefined
    for figure in undefined:
        [line] = [
            line
            for line in text.split("\n")
            if line.startswith(f"{figure.why.capitalize()}: {figure.part}: ")
        ]
        assert MEASURES[figure.measure].title in line


def test_a_part_that_is_used_says_why_a_figure_of_nothing_is_undefined():
    line = " ".join(["[a]{event AGREE} b"] * 20)
    other = " ".join(["a [b]{event AGREE}"] * 20)
    text = as_text([compare(units_of({"d": {"ann": line, "bo": other}}), "some", {})])
    assert "undefined" in rows(text, "Spans")["event"]
    assert "Undefined: no two spans overlap: event: edges apart" in text.split("\n")


def test_counts_of_withheld_figures_are_explained_once():
    text = as_text([comparison("ann", "bo", documents=1)])
    assert text.count("In parentheses are counts: of fewer than 20 items") == 1
    assert "  both/first only/second only: F1, same edges · F1, overlap" in text


def test_parts_that_nobody_used_have_no_line():
    made = compare(units_of({"d": {"ann": "[a]{event AGREE}", "bo": "a"}}), "some", {})
    text = as_text([made])
    every = {str(part) for m in MEASURES.values() for part in parts(HEDGEROW, m.kind)}
    unused = {part for part in every if "event" not in part} - {"all layers"}
    named = {line.split("  ")[0] for line in text.split("\n")}
    assert not unused & named
    assert {"event", "event type"} <= named
    assert "Relations" not in text


def test_that_nobody_marked_anything_is_all_below_the_head():
    text = as_text([compare(units_of({"d": {"ann": "a", "bo": "a"}}), "some", {})])
    assert text.split("\n")[3:] == ["", "Nobody marked anything."]


def test_a_value_of_fewer_items_than_its_row_says_of_how_many():
    line = " ".join(["[a]{event AGREE} b"] * 40)
    other = " ".join(["[a]{event AGREE} b"] * 25 + ["a b"] * 15)
    text = as_text([compare(units_of({"d": {"ann": line, "bo": other}}), "some", {})])
    table = rows(text, "Attributes")["event type"]
    assert table[0] == "40"
    assert "1.000 of 25" in table


def test_the_head_says_what_the_interval_is_of():
    for made, said in (
        (
            comparison("ann", "bo"),
            "6 documents; in brackets: 95 % interval, 1,000 bootstrap samples of the",
        ),
        (
            comparison("ann", "bo", documents=1),
            "1 document; in brackets: 95 % interval, 1,000 bootstrap",
        ),
    ):
        lines = as_text([made]).split("\n")
        assert lines[:2] == ["round one: ann, bo", "Inter-annotator agreement"]
        assert lines[2].startswith(said)
    assert lines[2].endswith("5 sentences: within this text, it says nothing of others")


def test_one_sentence_has_no_interval_and_the_head_says_so():
    documents = {"a": {"ann": "a", "bo": "a"}, "b": {"ann": "b"}}
    lines = as_text([compare(units_of(documents), "some", {})]).split("\n")
    assert lines[2] == (
        "1 document (1 more by one annotator only); in brackets: no interval, as there is one"
        " sentence only"
    )


def test_several_are_shown_two_by_two_with_both_ways_of_what_is_directed():
    made = comparison("ann", "bo", "cy")
    table = rows(as_text([made]), "Two by two")
    assert [*table] == ["Two by two", "ann – bo", "ann – cy", "bo – cy"]
    assert table["Two by two"][3:5] == ["agr", "agr back"]
    back = next(
        f
        for f in made.figures
        if (f.measure, f.annotators, f.part) == ("agr", ("cy", "ann"), Part("layer"))
    )
    assert table["ann – cy"][4] == shown(back)
    assert "Two by two" not in as_text([comparison("ann", "bo")])


def test_two_passes_of_one_annotator_are_marked():
    line = "[a]{event AGREE}"
    own = units_of({"d": dict.fromkeys(("ann", "ann.2", "bo"), line)})
    table = rows(as_text([compare(own, "some", {})]), "Two by two")
    assert "ann – ann.2 (one annotator)" in table
    assert "ann – bo" in table


def test_against_one_each_pair_has_its_tables():
    line = "[a]{event AGREE}"
    own = units_of({"d": dict.fromkeys(("ann", "bo", "gold"), line)})
    lines = as_text([compare(own, "some", {}, against="gold")]).split("\n")
    assert {"ann – gold", "bo – gold"} <= {*lines}
    assert len([line for line in lines if line.startswith("Spans")]) == 2


def test_a_schema_of_one_layer_is_shown_two_by_two():
    own = units_of({"d": dict.fromkeys(("ann", "bo", "cy"), "[a]{event}")}, ONE_LAYER)
    table = rows(as_text([compare(own, "some", {})]), "Two by two")
    assert [*table][1:] == ["ann – bo", "ann – cy", "bo – cy"]


def test_json_reads_back_to_the_same_figures():
    made = [comparison("ann", "bo"), comparison("ann", "bo", "cy")]
    read = msgspec.json.decode(as_json(made), type=list[Comparison])
    assert read == made


@pytest.mark.parametrize(
    ("measure", "value", "ends", "said"),
    [
        ("exact-f1", 0.5, (0.25, 0.75), "0.500 [0.250, 0.750]"),
        ("exact-f1", 1.0, (None, None), "1.000"),
        ("boundary-distance", 2.345, (1.0, 3.0), "2.3 [1.0, 3.0]"),
        ("alpha", -0.0, (-0.125, 0.0), "-0.000 [-0.125, 0.000]"),
    ],
)
def test_values_have_three_decimals_and_distances_one(measure, value, ends, said):
    figure = Figure(measure, EVENT, ("ann", "bo"), value, *ends, 20, {})
    assert shown(figure).removeprefix("-" * (value == 0)) == said.removeprefix("-" * (value == 0))


def test_of_what_is_withheld_the_counts_are_shown():
    counts, why = {"both": 1, "first only": 2}, "withheld: fewer than 20 items"
    few = Figure("exact-f1", EVENT, ("ann", "bo"), None, None, None, 3, counts, why)
    assert shown(few) == "(1/2)"
    assert shown(msgspec.structs.replace(few, why="nothing")) == "undefined"


def test_columns_are_as_wide_as_their_widest_cell():
    made = [*columns(["Spans", "n"], [["a long name", "1"], ["b", "1,000"]])]
    assert made == ["Spans            n", "a long name      1", "b            1,000"]

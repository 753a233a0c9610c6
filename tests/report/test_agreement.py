"""The page of agreement: what stands in it, and how a browser shows it.

The page is well-formed XML after its first line, so that it is read here as such.
"""

import re
from itertools import combinations, permutations
from xml.etree import ElementTree

import msgspec
import pytest
from coloraide import Color

from corpus.adjudication.differences import Difference
from corpus.agreement.figures import Comparison, Confusion, Figure, compare
from corpus.agreement.measures import MEASURES, Part
from corpus.agreement.passes import given_passes
from corpus.agreement.units import units
from corpus.reading import read_corpus
from corpus.report.agreement import agreement_page
from corpus.report.numbers import counted, interval, number
from corpus.report.style import STYLE
from tests.browser.page import browsing
from tests.corpora import HEDGEROW, ROOT, TINY

pytestmark = pytest.mark.once

PASSES = "self-consistency of model passes, no inter-annotator agreement"
ALL, EVENT, TYPE = Part("layer"), Part("layer", "event"), Part("attribute", "event", "type")
F1 = {"both": 8, "first only": 1, "second only": 1}


def figure(measure="exact-f1", part=ALL, who=("a", "b"), value=0.8, low=0.7, high=0.9, **more):
    return Figure(measure, part, who, value, low, high, **({"items": 40, "counts": F1} | more))


def withheld(**more):
    said = {"value": None, "low": None, "high": None, "items": 9}
    return figure(why="withheld: fewer than 20 items", **(said | more))


def comparison(*figures, confusions=(), annotators=("a", "b"), documents=("x", "y"), **more):
    said = {"title": "round pilot", "words": "inter-annotator agreement", "strata": 2, "alone": 0}
    said["against"] = None
    rest = {"figures": [*figures], "confusions": [*confusions]}
    return Comparison(annotators=annotators, documents=documents, **(said | rest | more))


def difference(kind="missing span", about="event", start=0, text="rained", **versions):
    said = versions or {"a": "[rained]{event}", "b": "–"}
    return Difference(kind, about, "doc", start, "it ", text, " today", said)


def page(*comparisons, differences=(), schema=HEDGEROW):
    return agreement_page([*comparisons], [*differences], schema)


def tree(html):
    return ElementTree.fromstring(html.removeprefix("<!doctype html>\n"))


def read(*comparisons, **more):
    return tree(page(*comparisons, **more))


def words(element):
    return "".join(element.itertext())


def of_class(root, name):
    return [element for element in root.iter() if name in element.get("class", "").split()]


def card(root, part):
    [found] = [t for t in of_class(root, "card") if words(t.find("caption")) == str(part)]
    return found


@pytest.fixture(scope="module")
def passes():
    tables, schema = read_corpus(ROOT)
    found = units(tables, schema, given_passes(tables))
    return compare(found, "round pilot", dict.fromkeys(found.annotators, "model"), resamples=50)


def test_every_figure_stands_in_the_table_of_its_part_with_its_value_or_its_reason(passes):
    root = read(passes)
    figures = [figure for figure in passes.figures if figure.annotators == passes.groups[0]]
    assert len(figures) > 100
    for one in figures:
        table = card(root, one.part)
        rows = [words(row) for row in table.iter("tr")]
        if one.value is not None:
            told = (number(one.value), interval(one), str(one.items))
        else:
            assert one.why in rows
            told = (counted(one.counts), str(one.items))
        heading = MEASURES[one.measure].title
        assert any(heading in row and all(word in row for word in told) for row in rows), one


def test_what_was_compared_is_said_at_the_top_and_in_the_title_of_the_window(passes):
    root = read(passes)
    assert [words(element) for element in of_class(root, "words")] == [PASSES]
    assert PASSES in words(root.find("head/title"))


def test_intervals_within_one_text_say_so():
    one = words(read(comparison(figure(), documents=("x",), strata=13)))
    assert "13 sentences of one text: within this text; it says nothing of other texts" in one
    several = words(read(comparison(figure())))
    assert "drawn from 2 documents" in several
    assert "within this text" not in several


def test_documents_that_one_annotated_alone_are_counted():
    assert "annotated by one only, left out3" in words(read(comparison(figure(), alone=3)))


def test_a_withheld_figure_has_words_and_counts_but_no_bar():
    root = read(comparison(figure(), withheld(part=EVENT)))
    table = card(root, EVENT)
    assert "withheld: fewer than 20 items" in words(table)
    assert "both 8, first only 1, second only 1" in words(table)
    assert of_class(table, "scale") == []
    assert len(of_class(card(root, ALL), "scale")) == 1


def test_a_distance_is_a_number_without_a_bar():
    table = card(read(comparison(figure("boundary-distance", value=3.25))), ALL)
    assert "3.250" in words(table)
    assert of_class(table, "scale") == []


def test_a_bar_goes_from_zero_to_its_value_and_its_whisker_over_the_interval():
    [bar] = of_class(read(comparison(figure())), "bar")
    [whisker] = of_class(read(comparison(figure())), "range")
    assert bar.get("style") == "left:0%;right:calc(100% - 80%)"
    assert whisker.get("style") == "left:70%;right:calc(100% - 90%)"


def test_a_negative_value_moves_the_scale_of_all_bars():
    below = figure("token-alpha", value=-0.25, low=-0.4, high=0.1)
    root = read(comparison(figure(value=0.25), below))
    [up, down] = [element.get("style") for element in of_class(root, "bar")]
    assert up == "left:33.33%;right:calc(100% - 50%)"  # from -0.5 to 1, 0 is at a third
    assert down == "left:16.67%;right:calc(100% - 33.33%)"
    assert "−0.250" in words(card(root, ALL))


def test_a_figure_without_interval_says_so():
    assert "no interval" in words(card(read(comparison(figure(low=None, high=None))), ALL))


def test_directed_measures_of_two_stand_both_ways_one_after_the_other():
    ways = [figure("agr", who=who) for who in (("a", "b"), ("b", "a"))]
    root = read(comparison(ways[0], figure("token-alpha"), ways[1]))
    rows = [words(row.find("th")) for row in card(root, ALL).iter("tr")]
    assert rows[1:] == ["agr, a → b", "agr, b → a", "alpha of words"]


def people(count):
    return tuple(f"p{number:02}" for number in range(count))


def of_many(count):
    names = people(count)
    both = [figure(who=pair) for pair in combinations(names, 2)]
    directed = [figure("agr", who=pair) for pair in permutations(names, 2)]
    return comparison(figure(who=names), *both, *directed, annotators=names)


def test_twelve_annotators_make_matrices_of_all_by_all():
    [same, directed] = of_class(read(of_many(12)), "matrix")
    for table in (same, directed):
        cells = [words(cell) for cell in table.findall("tbody/tr/td")]
        assert len(cells) == 144
        assert cells.count("–") == 12
        assert cells.count("0.800[0.700, 0.900]") == 132
    assert "row against column" in words(directed.find("caption"))


def test_a_directed_matrix_has_the_first_annotator_in_its_row():
    one = figure("agr", who=("a", "b"), value=0.3)
    rest = [figure("agr", who=pair) for pair in permutations("abc", 2) if pair != one.annotators]
    [table] = of_class(read(comparison(one, *rest, annotators=("a", "b", "c"))), "matrix")
    first = table.find("tbody/tr")
    assert words(first) == "a–0.300[0.700, 0.900]0.800[0.700, 0.900]"


def test_a_pair_that_is_withheld_says_so_in_its_cell():
    pairs = [figure(who=("a", "b")), withheld(who=("a", "c")), figure(who=("b", "c"))]
    [table] = of_class(read(comparison(*pairs, annotators=("a", "b", "c"))), "matrix")
    assert words(table).count("withheld: fewer than 20 items; n 9, both 8") == 2


def test_who_is_compared_with_one_alone_has_one_column_and_figures_of_each_two():
    pairs = [figure(who=(name, "gold")) for name in ("a", "b")]
    root = read(comparison(*pairs, annotators=("a", "b", "gold"), against="gold"))
    [table] = of_class(root, "matrix")
    assert [words(row) for row in table.iter("tr")] == [
        "gold",
        "a0.800[0.700, 0.900]",
        "b0.800[0.700, 0.900]",
    ]
    folds = [words(element) for element in root.iter("summary")]
    assert {"a, gold", "b, gold"} <= {*folds}
    assert len(of_class(root, "card")) == 2


def test_two_annotators_need_no_matrix():
    assert of_class(read(comparison(figure())), "matrix") == []


def confusion(counts, values=("SAY", "ASK"), who=("a", "b")):
    return Confusion(TYPE, who, [*values], counts, [0.75] * len(values))


def test_values_that_differ_make_a_matrix_with_the_agreement_on_each():
    [table] = of_class(
        read(comparison(figure(), confusions=[confusion([[6, 2], [0, 4]])])), "values"
    )
    rows = [[words(cell) for cell in row] for row in table.findall("tbody/tr")]
    assert rows == [["SAY", "6", "2", "0.750"], ["ASK", "·", "4", "0.750"]]
    assert [cell.get("style") for cell in table.iter("td") if cell.get("style")] == ["--heat:0.25"]


def test_values_that_never_differ_are_one_line():
    root = read(comparison(figure(), confusions=[confusion([[6, 0], [0, 4]])]))
    assert of_class(root, "values") == []
    assert "event type: 10 pairs of values, all the same (2 values)" in words(root)


def test_of_more_than_two_each_pair_of_values_counts_once_and_pairs_are_folded_away():
    three = comparison(
        figure(who=("a", "b", "c")),
        confusions=[
            confusion([[12, 1], [1, 8]], who=("a", "b", "c")),
            confusion([[6, 0], [0, 4]]),
            confusion([[6, 1], [0, 4]], who=("a", "c")),
        ],
        annotators=("a", "b", "c"),
    )
    root = read(three)
    [fold] = [f for f in root.iter("details") if "Each two" in words(f.find("summary"))]
    [pair] = of_class(fold, "values")
    assert words(pair.find("caption")) == "event type: a in rows, c in columns"
    assert "In 1 of 2, all values are the same." in words(fold)


def test_a_matrix_shows_the_twenty_values_that_differ_most_often():
    counts = [[30] * 30 for _ in range(30)]
    counts[29] = [90] * 30
    names = [f"v{number}" for number in range(30)]
    [table] = of_class(read(comparison(figure(), confusions=[confusion(counts, names)])), "values")
    shown = [words(row.find("th")) for row in table.findall("tbody/tr")]
    assert shown == [*names[:19], "v29"]
    assert "10 values that differ less often: not shown." in words(
        read(comparison(figure(), confusions=[confusion(counts, names)]))
    )


KINDS = ["missing span", "boundary", "layer", "attribute", "entity", "relation"]


def test_differences_stand_by_kind_with_their_counts_before_them():
    given = [difference(kind) for kind in [*reversed(KINDS), "layer"]]
    root = read(differences=given)
    [contents] = of_class(root, "contents")
    assert [words(link) for link in contents.iter("a")] == KINDS
    assert [words(count) for count in contents.iter("b")] == ["1", "1", "2", "1", "1", "1"]
    ids = {element.get("id") for element in root.iter()}
    assert {link.get("href").removeprefix("#") for link in contents.iter("a")} <= ids
    headings = [words(heading) for heading in root.iter("h3")]
    assert [heading.partition(" (")[0].lower() for heading in headings] == KINDS


def test_a_difference_shows_its_words_in_the_colour_of_its_layer_and_who_says_what():
    [item] = of_class(
        read(differences=[difference(a="–", b="[rained]{event}", c="–")]), "differences"
    )
    assert words(item.find("li/blockquote")) == "it rained today"
    assert item.find("li/blockquote/mark").get("style") == "--layer:#7B0225"
    said = [words(line) for line in item.findall("li/ul/li")]
    assert said == ["a, c –", "b [rained]{event}"]


@pytest.mark.parametrize(
    ("about", "layer"),
    [
        ("type of event", "event"),
        ("claim or hedge", "claim"),
        ("certainty", "claim"),
        ("scope", "hedge"),
        ("[of the call]{speaker} actor > [met]{event}", "speaker"),
    ],
)
def test_the_layer_of_a_difference_is_the_first_that_is_named(about, layer):
    [mark] = read(differences=[difference(about=about)]).iter("mark")
    assert mark.get("style") == f"--layer:{HEDGEROW.layers[layer].colour}"


def test_of_five_thousand_differences_a_thousand_are_shown_and_some_of_each_kind():
    many = [difference(start=n) for n in range(4990)]
    html = page(
        of_many(12), differences=[*many, *(difference("entity", start=n) for n in range(10))]
    )
    root = tree(html)
    shown = [len(kind) for kind in of_class(root, "differences")]
    assert shown == [990, 10]
    assert "4,000 more places of this kind: not shown here." in words(root)
    assert len(html) < 2_000_000


HOSTILE = '<script>alert("1")</script>&amp;\u202e\x1b[2J\ud800\ufffe שלום'


def test_whatever_labels_hold_is_shown_and_steers_nothing():
    names = (HOSTILE, HOSTILE + "2")
    hostile = comparison(
        figure(who=names),
        withheld(part=Part("attribute", HOSTILE, HOSTILE), who=names, counts={HOSTILE: 1}),
        confusions=[confusion([[1, 1], [0, 1]], (HOSTILE, ""), names)],
        annotators=names,
        documents=(HOSTILE,),
        title=HOSTILE,
    )
    said = Difference("layer", HOSTILE, HOSTILE, 0, *[HOSTILE] * 3, {HOSTILE: HOSTILE})
    html = page(hostile, differences=[said])
    root = tree(html)
    assert list(root.iter("script")) == []
    assert not re.search("[\u202e\x1b\ud800\ufffe]", html)
    shown = words(root.find("body"))
    assert '<script>alert("1")</script>&amp;\\u202e\\x1b[2J\\ud800\\ufffe שלום' in shown
    assert root.find(".//blockquote").get("dir") == "auto"


def test_the_page_asks_for_nothing_from_elsewhere(passes):
    html = page(passes, differences=[difference()])
    assert re.findall(r"//|url\(|@import|src=|<script|<link", html) == []


def test_nothing_compared_is_a_page_too():
    assert "Nothing was compared." in words(read())
    assert "0 places" in words(read())
    assert "There are no figures." in words(read(comparison()))


def test_a_schema_of_one_layer_has_its_figures_in_the_matrices():
    only = Part("layer", "event")
    pairs = [figure(part=only, who=pair) for pair in combinations("abc", 2)]
    [table] = of_class(read(comparison(*pairs, annotators=("a", "b", "c")), schema=TINY), "matrix")
    assert words(table.find("caption")) == "F1, same edges, event"


def test_the_glossary_says_what_each_measure_means():
    glossary = words(read().find(".//section[@id='glossary']"))
    for measure in MEASURES.values():
        assert measure.title in glossary
        assert measure.meaning in glossary


def test_every_table_has_a_caption_and_every_heading_a_scope(passes):
    root = read(passes)
    assert all(words(table.find("caption")) for table in root.iter("table"))
    assert all(heading.get("scope") for heading in root.iter("th"))


@pytest.mark.parametrize("number", [0, 1], ids=["light", "dark"])
def test_text_can_be_told_from_what_is_behind_it(number):
    blocks = [dict(re.findall(r"--(\w+): (#\w+)", block)) for block in STYLE.split(":root {")[1:3]]
    pairs = ["ink paper", "ink panel", "quiet paper", "quiet panel", "words banner", "ink cool"]
    for pair in [*pairs, "ink warm"]:
        text, behind = (Color(blocks[number][name]) for name in pair.split())
        assert text.contrast(behind, method="wcag21") >= 4.5, pair


@pytest.mark.parametrize("width", [1366, 390])
def test_a_browser_shows_the_page_as_it_is_written(passes, tmp_path, width):
    wide = confusion([[9] * 18 for _ in range(18)], [f"VALUE-{n}" for n in range(18)], ("a", "b"))
    crowd = of_many(12)
    html = page(
        passes,
        msgspec.structs.replace(crowd, confusions=[wide]),
        differences=[difference(text="unbroken" * 40, about=name) for name in HEDGEROW.layers],
    )
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    with browsing(width) as (window, _):
        shown, said = window.new_page(), []
        shown.on("console", lambda message: said.append(message.text))
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.goto((tmp_path / "page.html").as_uri())
        shown.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        # The parser of HTML mended nothing: what is nested wrongly it would have moved.
        assert shown.evaluate("document.querySelectorAll('*').length") == len([*tree(html).iter()])
        assert said == []

"""What must hold for every measure is asked of every measure, of every part of the schema."""

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from corpus.agreement.compared import Compared, compared
from corpus.agreement.figures import LEAST
from corpus.agreement.measures import MEASURES, PARTS, Part, asked, parts
from corpus.agreement.sums import Sums
from corpus.agreement.text import TABLES
from corpus.agreement.units import units
from tests.agreement.annotators import (
    drawn,
    everybody,
    renamed,
    shifted,
    shuffled,
    together,
    value,
    with_sentences,
)
from tests.corpora import HEDGEROW, TINY

pytestmark = pytest.mark.once

OF_PARTS = [
    pytest.param(name, part, id=f"{name} of {part}")
    for name, measure in MEASURES.items()
    for part in parts(HEDGEROW, measure.kind)
]
each_measure_of_each_part = pytest.mark.parametrize(("name", "part"), OF_PARTS)
of_one_text = pytest.mark.parametrize(
    ("name", "part"),
    [p for p in OF_PARTS if p.values[0] != "gamma" or p.values[1].layer == "event"],  # others: slow
)
TEXT_COUNTS = {"token-alpha", "role-alpha", "u-alpha", "binary-u-alpha", "gamma"}
"""Measures of which words that nobody marked are a part: they agree there."""
CHANCE = 0.05
"""So much gamma may change where its chance is drawn for other texts, or in another order."""
ALONE = {"x": {"ann": "[She]{speaker entity=xi} may [go]{event AGREE}."}}


@cache
def sums(c: Compared, name: str, part: Part) -> Sums:
    return MEASURES[name].sums(*asked(c, part))


@pytest.fixture(scope="module")
def three():
    return everybody(*drawn(1))


@pytest.fixture(scope="module")
def pair():
    return everybody(*drawn(2, people=("ann", "bo")))


@pytest.fixture(scope="module")
def variants():
    """Return the same annotations, told otherwise: what -> (before, after)."""
    tables, names = drawn(1)
    more, known = drawn(1)
    alone, lonely = together({"a": ALONE["x"], "z": ALONE["x"]})
    more, known = _with_documents((more, known), (alone, lonely))
    before = everybody(tables, names)
    cycle = {"ann": "bo", "bo": "cy", "cy": "ann"}
    return {
        "renamed": (before, everybody(tables, renamed(names, cycle))),
        "shuffled": (before, everybody(shuffled(tables, 7), names)),
        "shifted": (before, everybody(shifted(tables, "Well, so far "), names)),
        "alone": (before, everybody(more, known)),
    }


def _with_documents(one, other):
    """Return two sets of documents as one."""
    (tables, names), (added, lonely) = one, other
    far = len(names)
    frames = {}
    for table in ("documents", "annotations", "spans", "attributes", "relations"):
        here, there = (getattr(t, table).collect() for t in (tables, added))
        for column in {"row" if table == "annotations" else "annotation"} & {*there.columns}:
            there = there.with_columns((there[column] + far).alias(column))
        frames[table] = here.vstack(there).lazy()
    return replace(tables, **frames), names | {row + far: name for row, name in lonely.items()}


@pytest.fixture(scope="module")
def identical():
    tables, names = drawn(3, people=("ann",))
    made = []
    for number in range(3):
        same = {
            table: getattr(tables, table).with_columns(annotation=_moved("annotation", number))
            for table in ("spans", "attributes", "relations")
        }
        whole = tables.annotations.with_columns(row=_moved("row", number))
        made.append(replace(tables, annotations=whole, **same))
    tables, known = made[0], dict.fromkeys(names, "ann")
    for number, other in enumerate(made[1:], 1):
        for table in ("annotations", "spans", "attributes", "relations"):
            both = [getattr(t, table).collect() for t in (tables, other)]
            tables = replace(tables, **{table: both[0].vstack(both[1]).lazy()})
        known |= {row + 100 * number: ("bo", "cy")[number - 1] for row in names}
    return everybody(tables, known)


def _moved(column: str, number: int) -> pl.Expr:
    return (pl.col(column) + 100 * number).cast(pl.UInt32)


@each_measure_of_each_part
def test_who_all_say_the_same_agree_fully_or_it_is_undefined(identical, name, part):
    found = value(sums(identical, name, part))
    perfect = 0 if MEASURES[name].distance else 1
    assert np.isnan(found) or found == pytest.approx(perfect)


def test_that_all_say_the_same_is_undefined_only_where_nothing_could_differ(identical):
    undefined = {
        name for name, part in (param.values for param in OF_PARTS)
        if str(part) in ("event", "event type", "cue", "all layers", "all relations")
        if np.isnan(value(sums(identical, name, part)))
    }  # fmt: skip
    assert undefined == {"sentence-alpha"}  # something is marked in each


@each_measure_of_each_part
@pytest.mark.parametrize("people", ["three", "pair"])
def test_a_value_is_in_its_range(request, people, name, part):
    c = request.getfixturevalue(people)
    found = value(sums(c, name, part))
    least, most = (0, np.inf) if MEASURES[name].distance else (-1, 1)
    assert np.isnan(found) or least <= found <= most


@each_measure_of_each_part
@pytest.mark.parametrize("what", ["renamed", "shuffled", "alone"])
def test_names_order_and_documents_of_one_annotator_change_nothing(variants, what, name, part):
    before, after = (sums(c, name, part) for c in variants[what])
    assert after.items.tolist() == before.items.tolist()
    if name == "gamma" and what != "shuffled":
        np.testing.assert_allclose(after.sums[:, :2].sum(axis=0), before.sums[:, :2].sum(axis=0))
        near = CHANCE if before.items.sum() >= LEAST else np.inf  # else it is not told
    else:
        near = 1e-12
    assert value(after) == pytest.approx(value(before), abs=near, nan_ok=True)
    if name != "gamma":
        assert after.sums.shape == before.sums.shape
        values = (each.value(each.sums) for each in (after, before))
        np.testing.assert_allclose(*values, err_msg="a document by itself")


@each_measure_of_each_part
def test_words_before_all_spans_change_what_counts_words(variants, name, part):
    before, after = (sums(c, name, part) for c in variants["shifted"])
    if name not in TEXT_COUNTS:
        assert value(after) == pytest.approx(value(before), abs=1e-12, nan_ok=True)
    elif name != "gamma" and not np.isnan(value(before)) and value(before) < 1:
        assert value(after) != value(before)


@each_measure_of_each_part
def test_swapping_two_changes_only_what_is_directed(pair, name, part):
    other = Compared(pair.units, pair.whose[::-1], pair.documents)
    there, back = sums(pair, name, part), sums(other, name, part)
    if MEASURES[name].directed:
        again = Compared(pair.units, pair.whose, pair.documents)
        assert value(sums(again, name, part)) == pytest.approx(value(there), nan_ok=True)
        assert there.counts != back.counts or value(there) == pytest.approx(value(back))
    else:
        told = there.items.sum() >= LEAST
        near = (CHANCE if told else np.inf) if name == "gamma" else 1e-12
        assert value(back) == pytest.approx(value(there), abs=near, nan_ok=True)


@of_one_text
def test_sentences_add_up_to_their_text(name, part):
    by_sentence = one_text("a line")
    if name.startswith("sentence"):
        assert by_sentence.strata == 12
        return
    whole = one_text("one")
    assert (by_sentence.strata, whole.strata) == (12, 1)
    apart, together_ = (sums(c, name, part) for c in (by_sentence, whole))
    assert value(apart) == pytest.approx(value(together_), abs=1e-12, nan_ok=True)
    assert apart.items.sum() == together_.items.sum()
    assert apart.counts == together_.counts


@cache
def one_text(sentences: str) -> Compared:
    """Return one text of twelve lines by three annotators."""
    tables, names = drawn(5, documents=1, lines=12)
    if sentences != "a line":
        tables = with_sentences(tables, whole=sentences == "one")
    return everybody(tables, names)


@of_one_text
def test_a_text_without_sentences_is_one_stratum(name, part):
    c = one_text("none")
    found = sums(c, name, part)
    assert (c.strata, len(found.sums)) == (1, 1)
    if not name.startswith("sentence"):
        whole = sums(one_text("one"), name, part)
        assert value(found) == pytest.approx(value(whole), nan_ok=True)
    else:
        assert np.isnan(value(found))


@cache
def unmarked() -> Compared:
    return everybody(*together({d: {"ann": "She went.", "bo": "She went."} for d in "ab"}))


@each_measure_of_each_part
def test_nobody_marked_anything_is_undefined(name, part):
    found = sums(unmarked(), name, part)
    assert np.isnan(value(found))
    assert found.items.tolist() == [0, 0]
    assert found.undefined


@cache
def one_unmarked() -> Compared:
    tables, names = drawn(4, documents=2, people=("ann",))
    texts = tables.documents.select("doc_id", "text").collect().iter_rows()
    empty = {doc_id: {"bo": text} for doc_id, text in texts}
    both, known = _with_documents((tables, names), together(empty))
    return everybody(replace(both, documents=tables.documents), known)


@each_measure_of_each_part
def test_one_marked_nothing_is_no_agreement(name, part):
    found = value(sums(one_unmarked(), name, part))
    assert np.isnan(found) or found <= 0


@cache
def taking_turns() -> tuple[Compared, list[Compared]]:
    """Return three, of whom each two share one of three documents; and each two of them."""
    tables, names = drawn(6, documents=3)
    absent = {"d0": "cy", "d1": "bo", "d2": "ann"}
    rows = tables.annotations.select("row", "doc_id").collect()
    kept = {row: names[row] for row, doc_id in rows.iter_rows() if names[row] != absent[doc_id]}
    c = everybody(tables, kept)
    return c, [compared(c.units, pair) for pair in ((0, 1), (0, 2), (1, 2))]


@each_measure_of_each_part
def test_of_three_who_share_no_document_each_two_are_compared(name, part):
    c, pairs = taking_turns()
    assert (c.strata, [two.strata for two in pairs]) == (3, [1, 1, 1])
    found = sums(c, name, part)
    for stratum, two in enumerate(pairs):
        alone = sums(two, name, part)
        if name in ("kappa", "gamma", "agr"):  # of all three; by chance of all; both ways
            continue
        if name != "sentence-alpha":  # they are no items to two who have no such span
            assert found.items[stratum] == alone.items.sum()
        own = float(found.value(found.sums[stratum]))
        assert own == pytest.approx(value(alone), nan_ok=True)


def test_agr_of_several_is_of_each_two_both_ways():
    tables, names = drawn(6, documents=2)
    c = everybody(tables, names)
    whole = sums(c, "agr", Part("layer"))
    ways = [
        sums(Compared(c.units, way, c.documents), "agr", Part("layer"))
        for a, b in ((0, 1), (0, 2), (1, 2))
        for way in ((a, b), (b, a))
    ]
    np.testing.assert_allclose(whole.sums, sum(way.sums for way in ways))


def test_of_two_agr_says_how_many_of_the_first_ones_spans_the_second_has():
    lines = {"ann": "[She]{event AGREE} [went]{event AGREE}.", "bo": "[She]{event AGREE} went."}
    c = everybody(*together({"d": lines}))
    ways = [Compared(c.units, way, c.documents) for way in ((0, 1), (1, 0))]
    there, back = (sums(way, "agr", Part("layer", "event")) for way in ways)
    assert (value(there), value(back)) == (0.5, 1.0)
    assert (there.counts, back.counts) == ({"overlapped": 1, "of": 2}, {"overlapped": 1, "of": 1})


def test_a_pair_with_one_document_of_several_has_no_strata_to_draw():
    tables, names = drawn(6, documents=2)
    rows = tables.annotations.select("row", "doc_id").collect()
    kept = {r: names[r] for r, doc_id in rows.iter_rows() if doc_id == "d0" or names[r] != "cy"}
    own = units(tables, HEDGEROW, kept)
    assert compared(own, (0, 1)).strata == 2
    assert compared(own, (0, 2)).strata == 1


@pytest.mark.parametrize("schema", [HEDGEROW, TINY], ids=["hedgerow", "tiny"])
def test_every_part_is_asked_of_as_it_is_named(schema):
    """What has a source is asked apart; clusters, grades and sets where they are declared."""
    found = {kind: [str(part) for part in parts(schema, kind)] for kind in PARTS}
    assert found == EXPECTED[schema.name]


EXPECTED = {
    "tiny": {
        "spans": ["event", "speaker", "claim", "all layers"],
        "values": [
            *("event manner", "event difficult", "speaker entity", "speaker difficult"),
            *("claim certainty", "claim stance", "claim topic", "claim difficult"),
        ],
        "set": ["speaker entity", "claim topic"],
        "scale": [],
        "links": ["source", "cue", "continues", "supports", "coref", "all relations"],
        "links to entities": ["source"],
        "clusters": [],
        "roles": [],
    },
    "hedgerow": {
        "spans": [
            *("event", "speaker", "claim", "claim attributed", "claim own", "hedge"),
            "all layers",
        ],
        "values": [
            *("event type", "event realis", "event polarity", "speaker entity"),
            *("claim attribution", "claim claim_type", "claim certainty", "claim stance"),
            "hedge hedge_type",
        ],
        "set": ["speaker entity"],
        "scale": ["claim certainty"],
        "links": [
            *("source", "cue", "scope", "asserts", "continues", "actor", "recipient"),
            "all relations",
        ],
        "links to entities": ["source", "actor", "recipient"],
        "clusters": ["coref"],
        "roles": ["attributions"],
    },
}


def test_every_measure_stands_in_one_table_and_says_what_it_is():
    shown = [name for names in TABLES.values() for name in names]
    assert sorted(shown) == sorted(MEASURES)
    for measure in MEASURES.values():
        assert measure.meaning.endswith(".")
        assert not measure.meaning.startswith("Return")

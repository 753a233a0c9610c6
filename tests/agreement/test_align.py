"""Which span is which: by place, then by content, then the earlier; never by order or name."""

from itertools import permutations

import polars as pl
import pytest

from corpus.agreement.align import LIGHT, items, matched
from tests.agreement.annotators import compared_of, drawn, everybody, units_of
from tests.corpora import HEDGEROW


def ids(own, frame):
    """Return the pairs of a matching, by the ids of the spans."""
    name = dict(own.spans.select("unit", "id").iter_rows())
    pairs = frame.sort("left").select("left", "right").iter_rows()
    return [(name[left], name[right]) for left, right in pairs]


def heaviest(own):
    """Return the greatest weight of a matching of two annotators, by trying all."""
    spans = own.spans.to_dicts()
    mine, theirs = ([s for s in spans if s["annotator"] == who] for who in (0, 1))
    mine, theirs = sorted((mine, theirs), key=len)
    ways = permutations(theirs, len(mine))
    return max(sum(map(dice, mine, way)) for way in ways)


def dice(one, other):
    if (one["layer"], one["document"]) != (other["layer"], other["document"]):
        return 0
    shared = min(one["end"], other["end"]) - max(one["start"], other["start"])
    return max(0, 2 * shared) / (one["end"] - one["start"] + other["end"] - other["start"])


@pytest.mark.parametrize("seed", range(12))
def test_the_matching_is_the_heaviest(seed):
    own = everybody(*drawn(seed, documents=1, people=("ann", "bo"), lines=2)).units
    found = matched(own, 0, 1)
    assert found["weight"].sum() == pytest.approx(heaviest(own), abs=8 * 1.01 * LIGHT)
    assert not found["left"].is_duplicated().any()
    assert not found["right"].is_duplicated().any()


def test_two_near_spans_beat_one_that_is_the_same():
    lines = {"ann": "[a b c d]{event#l} [e]{event#m}", "bo": "a [b c d e]{event#r}"}
    own = units_of({"d": lines})
    assert ids(own, matched(own, 0, 1)) == [("l", "r")]


def test_claims_on_the_same_words_are_told_apart_by_their_sources():
    speakers = "[A]{speaker#a entity=xi} [B]{speaker#b entity=trump}"
    line = speakers + " [[it rains]{claim#%s source>%s}]{claim#%s source>%s}"
    own = units_of({"d": {"ann": line % ("c", "a", "d", "b"), "bo": line % ("e", "b", "f", "a")}})
    pairs = dict(ids(own, matched(own, 0, 1)))
    assert (pairs["c"], pairs["d"]) == ("f", "e")


def test_values_decide_between_spans_that_lie_equally_well():
    for first, second in (("AGREE", "CONSULT"), ("CONSULT", "AGREE")):
        apart = f"[go]{{event#p {first}}} or [no]{{event#q {second}}}"
        own = units_of({"d": {"ann": "[go or no]{event#x AGREE}", "bo": apart}})
        [(_, right)] = ids(own, matched(own, 0, 1))
        assert right == ("p" if first == "AGREE" else "q")


def test_of_equals_the_earlier_is_taken_whoever_comes_first():
    halves, whole = "[go]{event#x AGREE} or [no]{event#y AGREE}", "[go or no]{event#z AGREE}"
    for lines in ({"ann": halves, "bo": whole}, {"ann": whole, "bo": halves}):
        own = units_of({"d": lines})
        assert {*ids(own, matched(own, 0, 1))[0]} == {"x", "z"}


def test_content_never_outweighs_a_better_place():
    lines = {
        "ann": "[one two three]{event#x AGREE}",
        "bo": "[one two]{event#y REJECT} [three]{event#z AGREE}",
    }
    own = units_of({"d": lines})
    assert ids(own, matched(own, 0, 1)) == [("x", "y")]


def test_spans_of_other_layers_and_documents_are_other_things():
    layers = {"ann": "[a]{event}", "bo": "[a]{speaker}"}
    own = units_of({"a": layers, "b": {"ann": "b", "bo": "[b]{event}"}})
    assert matched(own, 0, 1).is_empty()


def test_items_hold_one_span_of_each_and_join_the_best_pairs_first():
    c = compared_of(
        {
            "d": {
                "ann": "[a b c d]{event#a} e f",
                "bo": "a [b c d e]{event#b} f",
                "cy": "[a b c d]{event#c} [e f]{event#d}",
            }
        }
    )
    groups = {frozenset(ids) for (ids,) in c.items.group_by("item").agg("id").select("id").rows()}
    assert groups == {frozenset("abc"), frozenset("d")}


def test_two_who_do_not_overlap_are_one_thing_by_a_third():
    lines = {"ann": "[a]{event#a} b", "bo": "[a b]{event#b}", "cy": "a [b]{event#c}"}
    c = compared_of({"d": lines})
    assert c.items["item"].n_unique() == 1


@pytest.mark.parametrize("seed", range(5))
def test_items_partition_the_spans(seed):
    c = everybody(*drawn(seed))
    assert c.items["unit"].to_list() == c.spans["unit"].to_list()
    sizes = c.items.group_by("item").agg(pl.col("annotator").n_unique(), of=pl.len())
    assert (sizes["annotator"] == sizes["of"]).all()
    assert (c.items.group_by("item").agg(pl.col("layer").n_unique())["layer"] == 1).all()


def test_nobody_with_nobody_is_no_item():
    own = units_of({"d": {"ann": "a", "bo": "a"}}, HEDGEROW)
    assert matched(own, 0, 1).is_empty()
    assert items(own, (0, 1), [matched(own, 0, 1)]).is_empty()

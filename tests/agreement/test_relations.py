"""Relations found: given their ends, end to end, by entity, and as clusters."""

from itertools import combinations

import numpy as np
import pytest

from corpus.agreement.relations import by_entity, end_to_end, given_ends, lea, lea_f1
from tests.agreement.annotators import compared_of, drawn, everybody, value

SAID = "[She]{speaker#s entity=%s} [told]{event#e STATEMENT%s} [him]{speaker#t entity=%s}."
COUNTS = ("both", "first only", "second only")


def told(ann, bo):
    return compared_of({"d": {"ann": SAID % ann, "bo": SAID % bo}})


def brute(c, name, *, given=False, entity=False):
    """Return (both, mine, theirs) of each two, by sets of what relations lead from and to."""
    spans = {row["unit"]: row for row in c.spans.to_dicts()}
    entities = dict(c.units.attributes.filter(name="entity").select("unit", "value").iter_rows())
    totals = np.zeros(3, dtype=int)
    for pair in c.pairs:
        match = dict(pair.both.select("left", "right").iter_rows())
        thing = {u: ("both", u) for u in match} | {r: ("both", u) for u, r in match.items()}
        sides = []
        for who in (pair.left, pair.right):
            own = set()
            for kind, one, other in c.units.relations.select("type", "from", "to").iter_rows():
                if kind != name or one not in spans or spans[one]["annotator"] != who:
                    continue
                if given and not {one, other} <= thing.keys():
                    continue
                far = entities[other] if entity else thing.get(other, other)
                own.add((thing.get(one, one), far))
            sides.append(own)
        totals += (len(sides[0] & sides[1]), len(sides[0]), len(sides[1]))
    return totals.tolist()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["source", "cue", "actor"])
def test_relations_are_found_as_sets(seed, name):
    c = everybody(*drawn(seed))
    ways = {given_ends: {"given": True}, end_to_end: {}}
    ways |= {by_entity: {"entity": True}} if name != "cue" else {}
    for measure, way in ways.items():
        both, mine, theirs = brute(c, name, **way)
        sums = measure(c, name)
        assert [*sums.counts.values()] == [both, mine - both, theirs - both]
        assert value(sums) == pytest.approx(2 * both / (mine + theirs))


def test_all_relations_are_those_of_every_type_but_clusters():
    c = everybody(*drawn(2))
    names = [name for name, r in c.units.schema.relations.items() if not r.clusters]
    alone = sum(end_to_end(c, name).sums for name in names)
    np.testing.assert_allclose(end_to_end(c, None).sums, alone)
    assert end_to_end(c, None).items.sum() == sum(end_to_end(c, name).items.sum() for name in names)


def test_another_end_is_one_missed_and_one_too_many():
    c = told(("xi", " actor>s", "trump"), ("xi", " actor>t", "trump"))
    expected = dict(zip(COUNTS, (0, 1, 1), strict=True))
    assert end_to_end(c, "actor").counts == expected
    assert given_ends(c, "actor").counts == expected
    assert end_to_end(c, "actor").items.sum() == 2


def test_another_type_or_direction_is_another_relation():
    c = told(("xi", " actor>s", "trump"), ("xi", " recipient>s", "trump"))
    assert dict(zip(COUNTS, (0, 1, 1), strict=True)) == end_to_end(c, None).counts


def test_another_mention_of_the_same_speaker_is_no_error_by_entity():
    c = told(("xi", " actor>s", "xi"), ("xi", " actor>t", "xi"))
    assert (value(end_to_end(c, "actor")), value(by_entity(c, "actor"))) == (0, 1)


def test_two_mentions_of_one_entity_are_one_relation_by_entity():
    c = told(("xi", " actor>s actor>t", "xi"), ("xi", " actor>t", "xi"))
    assert by_entity(c, "actor").counts == dict(zip(COUNTS, (1, 0, 0), strict=True))


def test_the_same_mention_as_another_entity_is_an_error_by_entity():
    c = told(("xi", " actor>s", "xi"), ("trump", " actor>s", "xi"))
    assert (value(end_to_end(c, "actor")), value(by_entity(c, "actor"))) == (1, 0)


def test_an_end_that_the_other_lacks_is_missed_end_to_end_only():
    line = "[She]{speaker#s entity=xi} [told]{event#e STATEMENT actor>s}."
    c = compared_of({"d": {"ann": line, "bo": "She [told]{event#e STATEMENT}."}})
    assert end_to_end(c, "actor").counts == dict(zip(COUNTS, (0, 1, 0), strict=True))
    given = given_ends(c, "actor")
    assert np.isnan(value(given))
    assert given.items.sum() == 0  # the one relation is not judged: its end is not given


def test_relations_of_a_second_part_are_those_of_the_quotation():
    line = "[A]{speaker#s entity=xi} [b]{claim#a%s} c [d]{claim#b continues>a%s}"
    c = compared_of({"d": {"ann": line % (" source>s", ""), "bo": line % ("", " source>s")}})
    assert value(end_to_end(c, "source")) == 1


def test_a_relation_across_sentences_is_half_in_each():
    lines = {
        "ann": "[A]{speaker#s entity=xi} [b\nc]{claim#c source>s}",
        "bo": "[A]{speaker#s entity=xi} b\n[c]{claim#c source>s}",
    }
    sums = end_to_end(compared_of({"d": lines}), "source")
    assert sums.value(sums.sums).tolist() == [1, 1]


def chain(groups):
    """Return nine events, those of a group linked to the one before in it."""
    before = {}
    for group in groups:
        before |= dict(zip(group[1:], group, strict=False))
    return " ".join(
        f"[{e}]{{event#{e} STATEMENT{' coref>' + before[e] if e in before else ''}}}"
        for e in "abcdefghi"
    )


def clustered(key, response):
    return compared_of({"d": {"ann": chain(key), "bo": chain(response)}})


def lea_by_hand(key, response):
    """Return the recall of key links, weighted by the size of clusters (section 4, formula 5)."""
    links = [{*combinations(group, 2)} for group in response]
    found = [sum(len({*combinations(group, 2)} & other) for other in links) for group in key]
    shares = [f / (len(g) * (len(g) - 1) / 2) for f, g in zip(found, key, strict=True)]
    return sum(len(g) * s for g, s in zip(key, shares, strict=True)) / sum(map(len, key))


def test_lea_of_moosavi_and_strube_2016():
    """Key {a,b,c} {d,e,f,g}, response {a,b} {c,d} {f,g,h,i}: the example of section 4."""
    key, response = ["abc", "defg"], ["ab", "cd", "fghi"]
    recall, precision = (3 / 3 + 4 / 6) / 7, (2 * 1 + 2 * 0 + 4 / 6) / 8
    assert lea_by_hand(key, response) == pytest.approx(recall)
    assert lea_by_hand(response, key) == pytest.approx(precision)
    expected = 2 * recall * precision / (recall + precision)
    assert value(lea(clustered(key, response), "coref")) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("key", "response"),
    [(["ab", "cdefg"], ["abc", "de"]), (["abcdefg"], ["ag", "bf"]), (["ab"], ["bc"])],
)
def test_lea_is_the_f1_of_links_by_the_size_of_clusters(key, response):
    recall, precision = lea_by_hand(key, response), lea_by_hand(response, key)
    f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0
    assert value(lea(clustered(key, response), "coref")) == pytest.approx(f1)


def test_lea_does_not_ask_by_which_links():
    line = "[a]{event#a AGREE} [b]{event#b AGREE coref>a} [c]{event#c AGREE coref>%s}"
    c = compared_of({"d": {"ann": line % "a", "bo": line % "b"}})
    assert value(lea(c, "coref")) == 1
    assert value(end_to_end(c, "coref")) == pytest.approx(1 / 2)


def test_lea_of_clusters_that_only_one_made_is_0_and_of_none_undefined():
    assert value(lea(clustered(["abc"], []), "coref")) == 0
    assert value(lea(clustered([], ["abc"]), "coref")) == 0
    assert np.isnan(value(lea(clustered([], []), "coref")))


def test_lea_of_sums():
    sums = np.array([[1, 2, 1, 2], [0, 2, 0, 2], [0, 0, 0, 0], [2, 2, 1, 2.0]])
    np.testing.assert_allclose(lea_f1(sums), [1 / 2, 0, np.nan, 2 / 3])


def test_clusters_hold_events_that_the_other_lacks():
    fewer = chain(["ab"]).replace("[c]{event#c STATEMENT}", "c")
    c = compared_of({"d": {"ann": chain(["abc"]), "bo": fewer}})
    recall, precision = 1 / 3, 1
    assert value(lea(c, "coref")) == pytest.approx(2 * recall * precision / (recall + precision))

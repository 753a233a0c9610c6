"""Which spans are one thing, what is agreed, and that nothing depends on order."""

import pytest

from corpus.adjudication.comparison import lettered
from corpus.errors import CorpusError
from tests.adjudication.several import comparison_of, letter

AGREED = "[She]{speaker} [said]{event spoken} [it rained]{claim certain}."


def items(comparison):
    return {
        item.id: sorted(comparison.versions[c].annotator for c in item.spans)
        for item in comparison.items.values()
    }


def test_what_all_marked_alike_is_one_item_and_agreed():
    found = comparison_of({"ann": AGREED, "bo": AGREED, "cy": AGREED})
    assert items(found) == {name: ["ann", "bo", "cy"] for name in ("speaker1", "event2", "claim3")}
    assert all(found.agreed(aspect) for aspect in found.aspects)


def test_spans_that_overlap_are_one_item():
    found = comparison_of({"ann": "[It rained]{event}.", "bo": "It [rained]{event}."})
    assert items(found) == {"event1": ["ann", "bo"]}
    assert found.aspects["boundary", "event1"] == {
        letter(found, "ann"): (0, 9),
        letter(found, "bo"): (3, 9),
    }


def test_spans_that_share_nothing_are_two_items():
    found = comparison_of({"ann": "[It]{event} rained.", "bo": "It [rained]{event}."})
    assert sorted(map(len, items(found).values())) == [1, 1]


def test_the_same_words_in_two_layers_are_one_item():
    found = comparison_of({"ann": "It [rained]{event}.", "bo": "It [rained]{claim}."})
    assert items(found) == {"event1": ["ann", "bo"]}
    assert not found.agreed(("layer", "event1"))
    assert found.agreed(("span", "event1"))


def test_another_layer_at_another_place_is_another_thing():
    found = comparison_of(
        {"ann": "[It rained a whole day]{claim}.", "bo": "It [rained]{event} a whole day."}
    )
    assert sorted(map(len, items(found).values())) == [1, 1]


def test_dice_of_a_half_is_not_over_a_half():
    half = {"ann": "[rain]{event}ing now.", "bo": "ra[ining ]{claim}now."}  # 2 * 2 of 4 and 6: .4
    assert len(items(comparison_of(half))) == 2
    exact = {"ann": "[rain]{event}ing now.", "bo": "ra[inin]{claim}g now."}  # 2 * 2 of 4 and 4
    assert len(items(comparison_of(exact))) == 2
    more = {"ann": "[rain]{event}ing now.", "bo": "r[aini]{claim}ng now."}  # 2 * 3 of 4 and 4
    assert len(items(comparison_of(more))) == 1


def test_one_annotator_has_an_item_once():
    both = "[[Rained]{event}]{claim} all day."
    found = comparison_of({"ann": both, "bo": "[Rained]{event} all day."})
    assert sorted(map(len, items(found).values())) == [1, 2]


def test_a_span_that_all_have_in_its_layer_takes_none_of_another():
    ann = "[[Rained]{event}]{claim}."
    found = comparison_of({"ann": ann, "bo": ann, "cy": "[Rained]{event}."})
    assert sorted(map(len, items(found).values())) == [2, 3]


def test_ids_are_of_the_first_by_name_and_unique():
    found = comparison_of(
        {"bo": "[It]{event#x} [rained]{event#y}.", "ann": "It [rained]{event#x}."}
    )
    assert items(found) == {"x": ["bo"], "x-2": ["ann", "bo"]}


def test_order_of_annotations_is_nothing():
    said = {"ann": AGREED, "bo": "She [said it]{event written} rained.", "cy": "[She said]{claim}."}
    said["cy"] = "[She said]{claim} it rained."
    one, other = comparison_of(said), comparison_of(dict(reversed(said.items())))
    assert one.items == other.items
    assert one.aspects == other.aspects
    assert [*one.aspects] == [*other.aspects]


def test_letters_do_not_follow_names():
    drawn = {tuple(lettered(f"doc-{n}", ["ann", "bo", "cy"])) for n in range(40)}
    assert len(drawn) == 6


def test_more_annotators_than_letters_are_refused():
    with pytest.raises(CorpusError, match=r"^doc: 27 annotations; expected 26 at most$"):
        lettered("doc", [f"a{n}" for n in range(27)])


def test_an_attribute_is_compared_among_those_of_the_layer():
    found = comparison_of(
        {
            "ann": "It [rained]{event spoken}.",
            "bo": "It [rained]{event written}.",
            "cy": "It [rained]{claim certain}.",
        }
    )
    says = found.aspects["attribute", "event1", "event", "manner"]
    assert {found.versions[c].annotator: value for c, value in says.items()} == {
        "ann": ("spoken",),
        "bo": ("written",),
    }


def test_a_default_that_is_said_is_the_same_as_one_that_is_not():
    found = comparison_of({"ann": "It [rained]{claim affirm}.", "bo": "It [rained]{claim}."})
    assert all(found.agreed(aspect) for aspect in found.aspects)


def test_several_values_are_a_set():
    found = comparison_of(
        {
            "ann": "It [rained]{claim topic=trade,weather}.",
            "bo": "It [rained]{claim topic=weather,trade}.",
        }
    )
    assert all(found.agreed(aspect) for aspect in found.aspects)


LINK = "[She]{speaker#s} said [it rained]{claim source>s}."


def test_a_relation_is_compared_among_those_who_have_both_ends():
    found = comparison_of({"ann": LINK, "bo": LINK, "cy": "She said [it rained]{claim}."})
    [relation] = [aspect for aspect in found.aspects if aspect[0] == "relation"]
    assert {found.versions[c].annotator for c in found.aspects[relation]} == {"ann", "bo"}
    assert found.agreed(relation)


def test_what_leads_to_a_span_that_one_alone_has_is_not_agreed():
    found = comparison_of({"ann": LINK, "bo": "She said [it rained]{claim}."})
    [relation] = [aspect for aspect in found.aspects if aspect[0] == "relation"]
    assert not found.agreed(relation)


def test_annotations_without_a_span_agree():
    assert comparison_of({"ann": "It rained.", "bo": "It rained."}).aspects == {}


def test_one_annotation_without_a_span_lacks_them_all():
    found = comparison_of({"ann": AGREED, "bo": "She said it rained."})
    assert [aspect for aspect in found.aspects if not found.agreed(aspect)] == [
        ("span", "speaker1"),
        ("span", "event2"),
        ("span", "claim3"),
    ]


def test_odd_characters_are_counted_as_code_points():
    found = comparison_of({"ann": "🌧️ é [ra\u0301in🎉]{event}", "bo": "🌧️ é [ra\u0301in🎉]{event}"})
    assert found.aspects["boundary", "event1"] == {"A": (5, 11), "B": (5, 11)}


def test_what_the_schema_lacks_is_left_out():
    odd = "[She]{person#p} [said]{event#e spoken} [it rained]{claim source>p asks>e source>x}."
    found = comparison_of({"ann": odd, "bo": "She [said]{event#e spoken} [it rained]{claim}."})
    assert items(found) == {"e": ["ann", "bo"], "claim3": ["ann", "bo"]}
    assert found.links == {}

"""A, R and G: what the docstrings of the rules about attributes and relations cannot say."""

from dataclasses import replace

import msgspec
import polars as pl
import pytest

from corpus.rules import RULES
from corpus.shorthand import parse
from corpus.validation import validate
from tests.corpora import HEDGEROW, TINY

CLAIM = "[it rained]{claim#c indirect fact certain source>s cue>e}"
EVENT = "[said]{event#e STATEMENT}"


def messages(line, *codes, schema=TINY):
    return [f.message for f in validate(parse(line, schema), schema) if f.code in codes]


def test_each_missing_attribute_is_named():
    found = messages("[It was bad]{claim author}", "A105", schema=HEDGEROW)
    assert found == ["claim 'It was bad' has no certainty", "claim 'It was bad' has no claim_type"]


PARTS = """["It rained,"]{claim#a direct fact certain source>s cue>e} [she]{speaker#s entity=she}
[said]{event#e STATEMENT}, ["and rained"]{claim#b continues>a}."""


def test_second_part_of_a_quotation_needs_neither_attributes_nor_source_nor_cue():
    assert validate(parse(PARTS, HEDGEROW), HEDGEROW) == []


def test_second_part_of_a_quotation_may_repeat_them_but_not_have_more_than_allowed():
    again = PARTS.replace("continues>a", "direct fact certain continues>a source>s cue>e")
    assert validate(parse(again, HEDGEROW), HEDGEROW) == []
    [finding] = validate(
        parse(again.replace("cue>e}.", "cue>e cue>f} [too]{event#f STATEMENT}."), HEDGEROW),
        HEDGEROW,
    )
    assert finding.message == "claim '\"and rained\"' has 2 cue relations; expected 0 to 1"


def test_cue_of_the_writers_own_claim_is_one_fault_however_many_there_are():
    events = "[Said]{event#a STATEMENT} [said]{event#b STATEMENT}"
    tables = parse(events + " [it]{claim author fact certain cue>a cue>b}", HEDGEROW)
    assert [finding.code for finding in validate(tables, HEDGEROW)] == ["G104"]


def test_count_may_be_declared_a_warning():
    [count] = TINY.relations["cue"].counts
    lenient = msgspec.structs.replace(count, severity="warning")
    cue = msgspec.structs.replace(TINY.relations["cue"], counts=[lenient])
    schema = msgspec.structs.replace(TINY, relations=TINY.relations | {"cue": cue})
    line = RULES["R107"].section("Bad")
    for declared, severity in ((TINY, "error"), (schema, "warning")):
        [finding] = validate(parse(line, declared), declared)
        assert (finding.code, finding.severity) == ("R107", severity)


def test_blank_text_is_a_missing_attribute():
    remark = msgspec.structs.replace(TINY.layers["claim"].attributes["remark"], required=True)
    claim = TINY.layers["claim"]
    claim = msgspec.structs.replace(claim, attributes=claim.attributes | {"remark": remark})
    schema = msgspec.structs.replace(TINY, layers=TINY.layers | {"claim": claim})
    tables = parse("[it rained]{claim#c remark=x}", schema)
    blank = replace(tables, attributes=tables.attributes.with_columns(value=pl.lit(" \n ")))
    assert "A105" not in [f.code for f in validate(tables, schema)]
    assert "A105" in [f.code for f in validate(blank, schema)]


def test_end_of_a_relation_without_the_value_that_it_must_have_is_a_fault():
    cue = msgspec.structs.replace(TINY.relations["cue"], to_when={"manner": ["spoken"]})
    schema = msgspec.structs.replace(TINY, relations=TINY.relations | {"cue": cue})
    line = "[said]{event#e} [it rained]{claim#c cue>e}"
    [finding] = validate(parse(line, schema), schema)
    assert finding.message == "cue c>e leads to event with manner none"
    assert validate(parse(line.replace("#e", "#e spoken"), schema), schema) == []


def test_values_that_must_be_the_same_are_compared_as_a_whole():
    same = msgspec.structs.replace(TINY.relations["supports"], same=["topic"])
    schema = msgspec.structs.replace(TINY, relations=TINY.relations | {"supports": same})

    def found(one, other):
        line = f"[it rained]{{claim#a {one}}}, so [they left]{{claim#b {other} supports>a}}"
        return [f.message for f in validate(parse(line, schema), schema)]

    assert found("topic=weather,trade", "topic=trade,weather") == []
    assert found("", "") == []
    assert found("", "topic=trade") == ["supports b>a links topic trade with none"]
    expected = ["supports b>a links topic trade with trade, weather"]
    assert found("topic=weather,trade", "topic=trade") == expected


def test_default_is_no_missing_attribute():
    assert messages("[left]{event STATEMENT}", "A105", schema=HEDGEROW) == []


def test_flag_has_one_value():
    assert messages("[left]{event difficult=maybe}", "A104") == ["difficult has no value 'maybe'"]


def test_free_text_has_any_value():
    assert messages("[left]{event remark=whatever}", "A104") == []


def test_same_value_twice_is_a_repetition_even_where_several_may_stand():
    found = messages("[it]{claim topic=trade,trade}", "A106")
    assert found == ["topic has the values trade, trade"]


def test_each_unknown_entity_is_named():
    tables = parse("[They]{speaker entity=bo,cy}", TINY, entities=("ann",))
    assert [finding.message for finding in validate(tables, TINY)] == [
        "'bo' is no entity of seeds/entities.toml",
        "'cy' is no entity of seeds/entities.toml",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[a]{claim#c source>x}", "source c>x leads to x, which is no span"),
        ("[a]{claim#c >c}", "the relation from claim 'a' to claim 'a' has no type"),
        ("[a]{claim#c >x}", "the relation from claim 'a' to ? '?' has no type"),
        (
            "[a]{speaker#s} [b]{claim#c says>s}",
            "says c>s is of no type; there are source, cue, continues, supports, coref",
        ),
        (
            "[a]{speaker#s source>c} [b]{claim#c}",
            "source leads from speaker to claim (it fits in the other direction)",
        ),
        ("[a]{claim#c} [b]{claim#d source>c}", "source leads from claim to claim"),
        (
            "[a]{event#e silent} [b]{claim#c cue>e}",
            "cue c>e leads to event with manner silent",
        ),
        (
            "[a]{event#e silent} [b]{event#f spoken coref>e}",
            "coref f>e links manner spoken with silent",
        ),
    ],
)
def test_relation_says_what_is_wrong_with_it(line, message):
    found = messages(line, "R101", "R102", "R103", "R104")
    assert message in found


def test_cue_to_an_event_that_is_not_verbal_breaks_the_signature():
    line = f"[She]{{speaker#s entity=she}} [met]{{event#e ASSAULT}} {CLAIM}"
    found = messages(line, "R104", schema=HEDGEROW)
    assert found == ["cue c>e leads to event with type ASSAULT"]


def test_relation_to_a_span_that_is_not_there_is_no_count_or_signature():
    assert messages("[a]{claim#c source>x}", "R104", "R107", "R108", "R109") == []


def test_relation_of_another_type_between_the_same_spans_is_no_duplicate():
    assert messages("[a]{claim#c} [b]{claim#d supports>c continues>c}", "R106") == []


def test_third_of_a_kind_is_counted():
    line = "[a]{event#a spoken} [b]{event#b spoken} [c]{claim#c cue>a cue>b}"
    assert messages(line, "R107") == ["claim 'c' has 2 cue relations; expected 0 to 1"]


def test_longer_circle_is_found_once():
    line = "[a]{claim#a supports>b} [b]{claim#b supports>c} [c]{claim#c supports>a}"
    [message] = messages(line, "R109")
    assert "runs in a circle: " in message


def test_two_ways_to_one_span_are_no_circle():
    ways = "[a]{claim#a supports>b supports>c} [b]{claim#b supports>d} [c]{claim#c supports>d}"
    assert messages(f"{ways} [d]{{claim#d}}", "R109") == []


def test_long_chain_is_no_circle_and_ends():
    line = " ".join(f"[a]{{claim#c{n} supports>c{n + 1}}}" for n in range(3000))
    assert messages(f"{line} [a]{{claim#c3000}}", "R109") == []


def test_outer_of_two_that_begin_together_is_the_earlier():
    line = "[[a]{claim#inner continues>outer} b]{claim#outer}"
    assert messages(line, "R108") == ["continues inner>outer leads to a span that is not earlier"]


def test_span_on_the_same_words_is_not_earlier():
    line = "[[a]{event#x coref>y}]{event#y}"
    assert messages(line, "R108") == ["coref x>y leads to a span that is not earlier"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("direct", '"It was bad"'), ("indirect", "It was bad"), ("mixed", "It was bad")],
)
def test_attributed_claim_without_source_and_cue_is_two_warnings(kind, words):
    found = validate(parse(f"[{words}]{{claim {kind} value certain}}", HEDGEROW), HEDGEROW)
    assert [(f.code, f.severity) for f in found] == [("G101", "warning"), ("G103", "warning")]


def test_attributed_claim_with_two_sources_is_fine():
    line = "[She]{speaker#s entity=she} and [he]{speaker#t entity=he} [said]{event#e STATEMENT} "
    claim = CLAIM.replace("source>s", "source>s source>t")
    assert validate(parse(line + claim, HEDGEROW), HEDGEROW) == []


def test_claim_with_two_cues_is_an_error():
    line = f"[She]{{speaker#s entity=she}} {EVENT} [wrote]{{event#f STATEMENT}} "
    claim = CLAIM.replace("cue>e", "cue>e cue>f")
    [message] = messages(line + claim, "R107", schema=HEDGEROW)
    assert message == "claim 'it rained' has 2 cue relations; expected 0 to 1"


def test_hedge_may_weaken_a_claim_or_an_event():
    for layer in ("claim#c author fact possible", "event#c STATEMENT"):
        line = f"[may]{{hedge epistemic scope>c}} [rain]{{{layer}}}"
        assert validate(parse(line, HEDGEROW), HEDGEROW) == []


def test_hedge_and_event_may_share_a_word_and_a_cue_may_stand_beside_its_claim():
    line = (
        f"[She]{{speaker#s entity=she}} [[suggests]{{event#e STATEMENT}}]"
        f"{{hedge epistemic scope>c}} {CLAIM.replace('certain', 'probable')}"
    )
    assert validate(parse(line, HEDGEROW), HEDGEROW) == []


def test_any_relation_at_either_end_links_a_speaker():
    for kind in ("actor", "recipient"):
        line = f"[She]{{speaker#s entity=she}} [left]{{event RETREAT {kind}>s}}"
        assert validate(parse(line, HEDGEROW), HEDGEROW) == []


def test_message_of_what_lies_inside_quotes_both():
    claim = "[[said]{event#e STATEMENT} it]{claim indirect fact certain source>s cue>e}"
    found = messages(f"[She]{{speaker#s entity=she}} {claim}", "G106", schema=HEDGEROW)
    assert found == ["cue 'said' lies inside 'said it'"]


def test_rules_of_the_guidelines_are_silent_where_no_schema_declares_them():
    line = "[She]{speaker#s} [[said]{event#e spoken} it]{claim cue>e} [may]{event}"
    assert [f for f in validate(parse(line, TINY), TINY) if f.code[0] == "G"] == []

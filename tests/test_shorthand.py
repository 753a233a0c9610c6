"""A document in one line becomes tables, and spans become a line again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CorpusError
from corpus.shorthand import parse, render
from tests.corpora import TINY


def spans(line):
    columns = ("span_id", "layer", "start", "end", "text")
    return parse(line, TINY).spans.select(*columns).collect().rows()


def attributes(line):
    columns = ("span_id", "name", "position", "value")
    return parse(line, TINY).attributes.filter(defaulted=False).select(*columns).collect().rows()


def relations(line):
    return parse(line, TINY).relations.select("type", "from_id", "to_id").collect().rows()


def test_span_is_its_text_in_brackets_and_its_layer_in_braces():
    assert spans("[She]{speaker#s} said [it rained]{claim}.") == [
        ("s", "speaker", 0, 3, "She"),
        ("claim2", "claim", 9, 18, "it rained"),
    ]


def test_offsets_are_code_points():
    assert spans("🌧 [é\u0301]{event#e}") == [("e", "event", 2, 4, "é\u0301")]


def test_spans_nest_and_share_their_words():
    assert spans("[[a]{event#e}]{speaker#s} [b [c]{claim#i}]{claim#o}") == [
        ("e", "event", 0, 1, "a"),
        ("s", "speaker", 0, 1, "a"),
        ("o", "claim", 2, 5, "b c"),
        ("i", "claim", 4, 5, "c"),
    ]


def test_word_is_a_value_a_flag_or_a_pair():
    assert attributes("[it]{claim#c possible difficult topic=trade,weather}") == [
        ("c", "certainty", 0, "possible"),
        ("c", "difficult", 0, "true"),
        ("c", "topic", 0, "trade"),
        ("c", "topic", 1, "weather"),
    ]


def test_default_is_there_unless_said():
    rows = parse("[it]{claim#c}", TINY).attributes.select("name", "value", "defaulted").collect()
    assert rows.rows() == [("stance", "affirm", True)]
    rows = parse("[it]{claim#c refute}", TINY).attributes.select("value", "defaulted").collect()
    assert rows.rows() == [("refute", False)]


def test_arrow_is_a_relation_with_or_without_a_type():
    found = relations("[She]{speaker#s} [it]{claim#c source>s >s}")
    assert found == [("source", "c", "s"), (None, "c", "s")]


def test_entities_are_those_named_unless_listed():
    line = "[She]{speaker entity=she,mayor}"
    named = parse(line, TINY).entities.collect()["entity_id"].to_list()
    assert named == ["mayor", "she"]
    listed = parse(line, TINY, entities=("bo",)).entities.collect()["entity_id"].to_list()
    assert listed == ["bo"]


def test_backslash_takes_brackets_as_they_are():
    tables = parse(r"\[a\] \{b\} c\\d {e} [f\]]{event}", TINY)
    assert tables.documents.collect()["text"].item() == "[a] {b} c\\d {e} f]"
    assert tables.spans.collect()["text"].item() == "f]"


def test_line_is_a_passage_and_a_hash_makes_a_heading():
    tables = parse("# Rain\nShe left.\n\nThey came.", TINY)
    [row] = tables.documents.collect().to_dicts()
    stretches = [(p["kind"], row["text"][p["start"] : p["end"]]) for p in row["passages"]]
    assert stretches == [("heading", "# Rain"), ("body", "She left."), ("body", "They came.")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[She", "a bracket is left open in '[She'"),
        ("She]{speaker}", "']{speaker}' closes no bracket"),
        ("[She] said", "a bracket closes without {layer}"),
        ("[She]{}", "{} does not begin with a layer"),
        ("[She]{#s}", "{#s} does not begin with a layer"),
        ("[She]{speaker loud}", "'loud' is no value of the layer; say attribute=loud"),
    ],
)
def test_line_that_cannot_be_read_is_refused(line, words):
    with pytest.raises(CorpusError) as caught:
        parse(line, TINY)
    assert words in str(caught.value)


@st.composite
def nested(draw, start=0, depth=3):
    """Draw a text and spans in it of which none cross."""
    text, spans = "", []
    for _ in range(draw(st.integers(0, 3))):
        text += draw(st.text(alphabet="a[]{}\\#> 🌧é\n", max_size=4))
        if depth:
            inner, within = draw(nested(depth=depth - 1))
            if inner:
                spans += [(len(text) + a, len(text) + b, layer) for a, b, layer in within]
                spans.append((len(text), len(text) + len(inner), draw(st.sampled_from(LAYERS))))
            text += inner
    return text, spans


LAYERS = ["event", "speaker", "claim"]


@given(nested())
def test_rendered_line_parses_back(drawn):
    text, marks = drawn
    tables = parse(render(text, marks), TINY)
    assert tables.documents.collect()["text"].item() == text
    found = tables.spans.select("start", "end", "layer").collect().rows()
    assert sorted(found) == sorted(marks)
    assert all(
        row["text"] == text[row["start"] : row["end"]] for row in tables.spans.collect().to_dicts()
    )

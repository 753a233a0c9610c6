"""What is compared: units on one line, their values and relations."""

from dataclasses import replace

import polars as pl
import pytest

from corpus.agreement.units import ABSENT, label_of, scored, units
from corpus.errors import CorpusError
from corpus.shorthand import parse
from tests.agreement.annotators import compared_of, together, units_of
from tests.corpora import HEDGEROW, TINY

QUOTE = (
    "[“It rains]{claim#a direct fact certain source>x},” [she]{speaker#x entity=xi} said,"
    " [“and pours”]{claim#b continues>a}."
)

SAID = "“It rains,” she said, “and pours”"


def rows(frame, *columns):
    return frame.select(columns).rows()


def test_documents_are_laid_end_to_end_with_a_place_between():
    own = units_of({"b": {"ann": "abc"}, "a": {"ann": "ab"}})
    assert (own.documents, own.begins.tolist()) == (("a", "b"), [0, 3, 7])
    assert own.annotated.tolist() == [[True, True]]


def test_who_annotated_what_counts_those_who_marked_nothing():
    own = units_of({"a": {"bo": "abc", "ann": "abc"}, "b": {"bo": "abc"}})
    assert own.annotators == ("ann", "bo")
    assert own.annotated.tolist() == [[True, False], [True, True]]


def test_parts_of_an_interrupted_quotation_are_one_unit():
    own = units_of({"d": {"ann": QUOTE}})
    [claim] = own.spans.filter(id="a").to_dicts()
    assert (claim["start"], claim["end"], claim["label"]) == (0, len(SAID), "direct")
    assert own.spans["id"].to_list() == ["x", "a"]
    assert own.stretches.filter(unit=claim["unit"])["start"].sort().to_list() == [
        0,
        SAID.index("“and"),
    ]
    assert own.relations["type"].to_list() == ["source"]


def test_parts_can_be_left_apart():
    tables, names = together({"d": {"ann": QUOTE}})
    own = units(tables, HEDGEROW, names, united=False)
    assert sorted(own.spans["id"]) == ["a", "b", "x"]
    assert sorted(own.relations["type"]) == ["continues", "source"]


def test_a_third_part_and_a_circle_of_parts_end_somewhere():
    line = "[a]{claim#a} [b]{claim#b continues>a} [c]{claim#c continues>b}"
    circle = "[d]{claim#d continues>e} [e]{claim#e continues>d}"
    own = units_of({"d": {"ann": f"{line} {circle}"}})
    assert rows(own.spans, "id", "start", "end") == [("a", 0, 5), ("d", 6, 7), ("e", 8, 9)]


def test_a_part_that_goes_on_with_two_goes_on_with_the_earlier_whatever_their_order():
    for links in ("continues>a continues>b", "continues>b continues>a"):
        own = units_of({"d": {"ann": f"[a]{{claim#a}} [b]{{claim#b}} [c]{{claim#c {links}}}"}})
        assert rows(own.spans, "id", "start", "end") == [("a", 0, 5), ("b", 2, 3)]


def test_what_goes_on_with_a_span_of_another_layer_stays_a_unit():
    own = units_of({"d": {"ann": "[a]{event#a AGREE} [b]{claim#b continues>a}"}})
    assert sorted(own.spans["id"]) == ["a", "b"]


def test_a_schema_in_which_nothing_inherits_unites_nothing():
    own = units_of({"d": {"ann": "[a]{claim#a} [b]{claim#b continues>a}"}}, TINY)
    assert sorted(own.spans["id"]) == ["a", "b"]


def test_of_spans_with_one_id_the_first_counts_with_what_is_said_of_it():
    line = "[a]{event#x AGREE} [b]{event#x CONSULT} [c]{event#y REJECT}"
    own = units_of({"d": {"ann": line}})
    assert rows(own.spans, "id", "start", "label") == [("x", 0, "AGREE"), ("y", 4, "REJECT")]
    assert own.attributes.filter(name="type")["value"].to_list() == ["AGREE", "REJECT"]


def test_unknown_layers_empty_spans_and_places_outside_the_text_are_left_out():
    own = units_of({"d": {"ann": "[a]{planet} []{event AGREE}[b]{event#b AGREE}"}})
    assert own.spans["id"].to_list() == ["b"]
    tables, names = together({"d": {"ann": "[a]{event AGREE}"}})
    outside = tables.spans.with_columns(text=pl.lit(None, pl.String))
    assert units(replace(tables, spans=outside), HEDGEROW, names).spans.is_empty()


def test_relations_to_what_is_not_there_or_said_twice_are_one_or_none():
    own = units_of({"d": {"ann": "[a]{event#a actor>s actor>s actor>gone} [b]{speaker#s}"}})
    assert own.relations["type"].to_list() == ["actor"]


def test_sets_are_compared_as_sets_and_what_is_not_said_is_absent():
    own = units_of({"d": {"ann": "[a]{speaker#s entity=xi,trump} [b]{event#e AGREE}"}})
    said = dict(rows(own.attributes, "name", "value"))
    event = {"type": "AGREE", "realis": "actual", "polarity": "positive"}
    assert said == {"entity": "trump xi", **event}
    own = units_of({"d": {"ann": "[a]{claim#c}"}})
    assert dict(rows(own.attributes, "name", "value"))["certainty"] == ABSENT


def test_flags_that_are_not_scored_and_remarks_are_not_compared():
    assert "difficult" not in scored(HEDGEROW.layers["event"])
    assert [*scored(TINY.layers["event"])] == ["manner", "difficult"]  # no remark


def test_a_layer_is_labelled_by_its_first_required_choice():
    found = {name: label_of(layer) for name, layer in HEDGEROW.layers.items()}
    required = {"event": "type", "claim": "attribution", "hedge": "hedge_type"}
    assert found == required | {"speaker": None}
    assert label_of(TINY.layers["claim"]) is None


def test_words_are_those_of_annotated_passages():
    own = units_of({"a": {"ann": "# The heading\nShe went."}, "b": {"ann": "It’s so."}})
    begins, ends = own.tokens
    text = "".join(f"{text}\n" for text in own.texts)
    words = [text[a:b] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
    assert words[:2] == ["She", "went"]
    assert "heading" not in words


def test_a_document_without_a_text_is_refused():
    tables, names = together({"d": {"ann": "[a]{event AGREE}"}, "e": {"ann": "e"}})
    gone = replace(tables, documents=tables.documents.filter(doc_id="e"))
    with pytest.raises(CorpusError) as caught:
        units(gone, HEDGEROW, names)
    assert str(caught.value) == (
        "document 'd': its annotations cannot be compared: expected its text in seeds/d.txt"
        " (1 of 2 documents have none)"
    )


def test_only_the_rows_that_are_named_are_compared():
    tables = parse("[a]{event AGREE}", HEDGEROW)
    assert units(tables, HEDGEROW, {}).spans.is_empty()
    assert units(tables, HEDGEROW, {0: "somebody"}).annotators == ("somebody",)


def test_places_of_relations_are_features_so_that_ids_do_not_matter():
    one, other = (
        units_of({"d": {"ann": f"[a]{{event#{e} AGREE actor>{s}}} [b]{{speaker#{s} entity=xi}}"}})
        for e, s in (("e", "s"), ("f", "t"))
    )
    assert sorted(one.features["feature"]) == sorted(other.features["feature"])
    assert len(one.features) == 3 + 1 + 1 + 1  # values of event, of speaker; both ends


def test_compared_units_are_those_in_documents_that_two_annotated():
    c = compared_of({"a": {"ann": "[a]{event AGREE}"}, "b": {"ann": "[b]{event}", "bo": "b"}})
    assert c.spans["document"].to_list() == [1]

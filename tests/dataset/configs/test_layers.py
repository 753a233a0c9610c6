"""A layer's spans, flat; relations with both ends."""

from dataclasses import replace

import polars as pl

from corpus.dataset.covered import filled
from corpus.reading import read_corpus
from corpus.shorthand import parse
from tests.corpora import ROOT, TINY, frames


def test_an_entity_is_its_id_its_name_and_its_qid() -> None:
    tables = parse("[They]{speaker entity=lee,cruz} left.", TINY)
    qid = pl.when(pl.col("entity_id") == "lee").then(pl.lit("Q1"))
    known = replace(tables, entities=tables.entities.with_columns(wikidata=qid))
    [row] = frames(known, TINY)["speakers"].to_dicts()
    assert row["entity"] == row["entity_name"] == ["cruz", "lee"]
    assert row["entity_wikidata"] == [None, "Q1"]


def test_both_ends_of_a_relation_have_their_own_sentence() -> None:
    line = "[She]{speaker#s} left.\nThen [it rained]{claim source>s}."
    [row] = frames(parse(line, TINY), TINY)["relations"].to_dicts()
    assert (row["from_text"], row["from_sentence"]) == ("it rained", "Then it rained.")
    assert (row["to_text"], row["to_sentence"]) == ("She", "She left.")
    assert row["type"] == row["type_label"] == "source"


def test_a_span_is_named_by_its_place_in_its_document_everywhere() -> None:
    made = frames(*read_corpus(ROOT))
    [spans] = made["documents"]["spans"].to_list()
    for config in ("events", "speakers", "claims", "hedges"):
        for row in made[config].to_dicts():
            assert (spans[row["span"]]["start"], spans[row["span"]]["end"]) == (
                row["start"],
                row["end"],
            )
    for row in made["relations"].to_dicts():
        assert spans[row["from_span"]]["text"] == row["from_text"]
        assert spans[row["to_span"]]["layer"] == row["to_layer"]
    for row in made["attributions"].to_dicts():
        assert [spans[n]["text"] for n in row["cue_spans"]] == row["cue_texts"]


def test_what_every_column_of_words_holds_is_what_its_offsets_cut_out() -> None:
    tables, schema = read_corpus(ROOT)
    texts = dict(tables.documents.select("doc_id", "text").collect().iter_rows())
    none = dict.fromkeys(texts)
    for frame in frames(tables, schema).values():
        assert filled(frame, texts).equals(frame)
        assert filled(filled(frame, none), texts).equals(frame)
        assert not filled(frame, none).equals(frame)

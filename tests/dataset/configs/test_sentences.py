"""Sentences, and which layers each has a part of."""

from dataclasses import replace

import polars as pl

from corpus.shorthand import parse
from corpus.tables import Tables
from tests.corpora import TINY, frames

LINE = "[It rained. Hard]{claim}, [she]{speaker} said. Nobody came. [He]{speaker} left."


def cut(tables: Tables, *ends: int) -> Tables:
    """Return the tables of a text with sentences between these places, a blank between each two."""
    starts = [0, *(end + 1 for end in ends)]
    own = [{"start": a, "end": b} for a, b in zip(starts, ends, strict=False)]
    kind = tables.documents.collect_schema()["sentences"]
    return replace(tables, documents=tables.documents.with_columns(sentences=pl.lit(own, kind)))


def test_a_span_is_in_every_sentence_that_it_reaches_into() -> None:
    tables = parse(LINE, TINY)
    text = tables.documents.collect()["text"][0]
    ends = [text.index(end) + len(end) for end in ("rained.", "said.", "came.", "left.")]
    rows = frames(cut(tables, *ends), TINY)["sentences"]
    assert rows["text"].to_list() == ["It rained.", "Hard, she said.", "Nobody came.", "He left."]
    assert rows["has_claim"].to_list() == [True, True, False, False]
    assert rows["has_speaker"].to_list() == [False, True, False, True]
    assert rows["has_event"].to_list() == [False] * 4
    assert rows["number"].to_list() == [0, 1, 2, 3]


def test_a_span_between_two_sentences_is_in_neither() -> None:
    tables = parse("It rained. [Hard]{claim} and long. He left.", TINY)
    kind = tables.documents.collect_schema()["sentences"]
    own = pl.lit([{"start": 0, "end": 10}, {"start": 26, "end": 34}], kind)
    parted = replace(tables, documents=tables.documents.with_columns(sentences=own))
    made = frames(parted, TINY)
    assert made["sentences"]["has_claim"].to_list() == [False, False]
    assert made["claims"]["sentence"].to_list() == [None]


def test_a_text_without_sentences_has_no_rows() -> None:
    assert frames(cut(parse(LINE, TINY)), TINY)["sentences"].is_empty()

"""Tokens with BIO tags: what they hold of the spans, and what they cannot."""

from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dataset.configs.tokens import TOKEN, held, tokenized
from corpus.reading import read_corpus
from corpus.shorthand import parse
from tests.corpora import ROOT, TINY, frames

WORDS = st.text("ab é’'-.,“ \n\t𝒜\u0301", max_size=30)


def tagged(shorthand: str, layer: str = "claim") -> list[tuple[str, str]]:
    [row] = frames(parse(shorthand, TINY), TINY)["tokens"].to_dicts()
    return [*zip(row["tokens"], row[f"{layer}_tags"], strict=True)]


def spans_of(tokens: list[tuple[int, int]], tags: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans that IOB2 tags hold, by its definition."""
    begun: tuple[int, int] | None = None
    for (start, end), tag in zip(tokens, tags, strict=True):
        if begun and not tag.startswith("I-"):
            yield begun
            begun = None
        begun = (start, end) if tag.startswith("B-") else begun and (begun[0], end)
    if begun:
        yield begun


def test_the_first_token_of_a_span_begins_it_and_the_others_are_inside() -> None:
    assert tagged("She said [it rained]{claim}.") == [
        ("She", "O"),
        ("said", "O"),
        ("it", "B-claim"),
        ("rained", "I-claim"),
        (".", "O"),
    ]


def test_two_spans_side_by_side_are_two() -> None:
    assert [tag for _, tag in tagged("[Rain]{claim} [fell]{claim}")] == ["B-claim", "B-claim"]


def test_of_spans_in_one_another_the_outer_one_is_held() -> None:
    line = "[He says [it rained]{claim} here]{claim}."
    assert [tag for _, tag in tagged(line)] == ["B-claim", *["I-claim"] * 4, "O"]
    assert held(frames(parse(line, TINY), TINY)["tokens"], "claim") == 1


def test_a_token_is_cut_where_a_span_ends_in_it() -> None:
    assert tagged("[China]{speaker}'s help", "speaker") == [
        ("China", "B-speaker"),
        ("'s", "O"),
        ("help", "O"),
    ]


def test_a_heading_is_not_among_the_tokens() -> None:
    made = frames(parse("# Rain again\n[It rained]{claim}.", TINY), TINY)["tokens"]
    assert made["tokens"].to_list() == [["It", "rained", "."]]
    assert made["passage"].to_list() == [1]


@given(WORDS, st.sets(st.integers(0, 30)))
def test_tokens_are_all_that_is_no_blank_and_no_edge_lies_within_one(
    text: str, edges: set[int]
) -> None:
    found = tokenized(text, 0, len(text), edges)
    covered = [place for start, end in found for place in range(start, end)]
    assert covered == [place for place in range(len(text)) if not text[place].isspace()]
    assert not [edge for edge in edges for start, end in found if start < edge < end]


def test_without_edges_tokens_are_words_and_single_marks() -> None:
    text = "Xi's face-to-face talks, “really”?"
    found = [text[a:b] for a, b in tokenized(text, 0, len(text), ())]
    assert found == ["Xi's", "face-to-face", "talks", ",", "“", "really", "”", "?"]
    assert found == TOKEN.findall(text)


@pytest.mark.parametrize("layer", ["event", "speaker", "claim", "hedge"])
def test_the_tags_of_this_repository_hold_every_outermost_span(layer: str) -> None:
    tables, schema = read_corpus(ROOT)
    made = frames(tables, schema)
    spans = made[schema.layers[layer].plural].select("start", "end").rows()
    around = [{*range(*other)} for other in spans]
    outer = [own for own in spans if not any({*range(*own)} < other for other in around)]
    found = [
        span
        for row in made["tokens"].to_dicts()
        for span in spans_of(
            [*zip(row["tokens_start"], row["tokens_end"], strict=True)], row[f"{layer}_tags"]
        )
    ]
    assert found == outer
    assert held(made["tokens"], layer) == len(outer)


def test_every_token_knows_its_sentence() -> None:
    tables, schema = read_corpus(ROOT)
    made = frames(tables, schema)
    sentences = {row["number"]: row for row in made["sentences"].to_dicts()}
    tokens = made["tokens"].explode("tokens", "tokens_start", "tokens_end", "sentence")
    for row in tokens.to_dicts():
        sentence = sentences[row["sentence"]]
        assert sentence["start"] <= row["tokens_start"] < row["tokens_end"] <= sentence["end"]
    assert tokens.filter(pl.col("sentence").is_null()).is_empty()

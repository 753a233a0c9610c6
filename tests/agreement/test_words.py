"""Words and sentences, against the krippendorff package and plain sets."""

from dataclasses import replace

import krippendorff
import numpy as np
import polars as pl
import pytest

from corpus.agreement.words import role_alpha, sentence_alpha, sentence_f1, token_alpha
from corpus.tokens import words
from tests.agreement.annotators import compared_of, drawn, everybody, together, value

CLAIM = 2


def taking_turns(seed):
    """Return three annotators of whom each two share one of three documents."""
    tables, names = drawn(seed, documents=3)
    absent = {"d0": "cy", "d1": "bo", "d2": "ann"}
    rows = tables.annotations.select("row", "doc_id").collect().iter_rows()
    return everybody(tables, {r: names[r] for r, doc in rows if names[r] != absent[doc]})


def reliability(c, layer):
    """Return annotators by words: 1 in a span of the layer, 0 in none, NaN if not annotated."""
    table = [[] for _ in c.whose]
    for number, text in enumerate(c.units.texts):
        spans = c.spans.filter(document=number, layer=layer)
        for who in c.whose:
            own = spans.filter(annotator=who).select("start", "end").rows()
            for word in words(text, 0, len(text)):
                held = any(start < word.end() and word.start() < end for start, end in own)
                seen = c.units.annotated[who, number]
                table[who].append(float(held) if seen else np.nan)
    return np.array(table)


def alpha_of(table):
    return krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("layer", [1, CLAIM])
def test_alpha_of_words_is_krippendorffs(seed, layer):
    for c in (everybody(*drawn(seed)), taking_turns(seed)):
        assert value(token_alpha(c, layer)) == pytest.approx(alpha_of(reliability(c, layer)))


def sentences(c, who, layer):
    """Return (document, line) in which a span begins."""
    spans = c.spans.filter(annotator=who, layer=layer).select("document", "start").iter_rows()
    return {(document, c.units.texts[document][:start].count("\n")) for document, start in spans}


@pytest.mark.parametrize("seed", range(4))
def test_sentences_are_found_as_sets(seed):
    c = everybody(*drawn(seed, people=("ann", "bo")))
    mine, theirs = (sentences(c, who, CLAIM) for who in (0, 1))
    sums = sentence_f1(c, CLAIM)
    assert value(sums) == pytest.approx(2 * len(mine & theirs) / (len(mine) + len(theirs)))
    assert sums.items.sum() == len(mine | theirs)


@pytest.mark.parametrize("seed", range(4))
def test_alpha_of_sentences_is_krippendorffs(seed):
    c = taking_turns(seed)
    lines = [(d, n) for d, text in enumerate(c.units.texts) for n in range(text.count("\n") + 1)]
    found = [sentences(c, who, CLAIM) for who in c.whose]
    table = [
        [float(line in found[who]) if c.units.annotated[who, line[0]] else np.nan for line in lines]
        for who in c.whose
    ]
    sums = sentence_alpha(c, CLAIM)
    assert value(sums) == pytest.approx(alpha_of(np.array(table)))
    assert sums.items.sum() == len(lines)


def test_a_sentence_counts_once_and_where_the_span_begins():
    c = compared_of({"d": {"ann": "[a]{claim} [b\nc]{claim}", "bo": "[a]{claim} b\n[c]{claim}"}})
    assert sentence_f1(c, CLAIM).counts == {"both": 1, "first only": 0, "second only": 1}


def test_a_span_before_the_first_sentence_is_in_none_not_in_that_of_another_text():
    line = {"ann": "[a]{claim} b\nc", "bo": "[a]{claim} b\nc"}
    tables, names = together({"a": {"ann": "x", "bo": "x"}, "b": line})
    second = pl.when(pl.col("doc_id") == "b").then(pl.col("sentences").list.slice(1))
    late = tables.documents.with_columns(second.otherwise("sentences"))
    c = everybody(replace(tables, documents=late), names)
    assert sentence_f1(c, CLAIM).items.sum() == 0
    assert np.isnan(value(sentence_f1(c, CLAIM)))


def test_words_of_headings_do_not_count():
    lines = {"ann": "# [A heading]{claim}\n[a]{claim} b", "bo": "# A heading\n[a]{claim} b"}
    c = compared_of({"d": lines})
    assert token_alpha(c, CLAIM).counts == {"words": 2, "marked": 1}
    assert value(token_alpha(c, CLAIM)) == 1


def test_a_word_is_marked_if_a_part_of_it_is():
    c = compared_of({"d": {"ann": "[unlike]{claim}ly so", "bo": "unlike[ly]{claim} so"}})
    assert value(token_alpha(c, CLAIM)) == 1


def test_words_between_the_parts_of_a_quotation_are_not_marked():
    line = "[a]{claim#a} b [c]{claim#b continues>a}"
    c = compared_of({"d": {"ann": line, "bo": "[a]{claim} b c"}})
    assert token_alpha(c, CLAIM).counts == {"words": 3, "marked": 2}


ATTRIBUTED = "[She]{speaker#s entity=xi} [said]{event#e STATEMENT} [it rained]{claim#c %s}."


def test_a_word_is_source_cue_content_or_none():
    both = ATTRIBUTED % "source>s cue>e"
    c = compared_of({"d": {"ann": both, "bo": both}})
    sums = role_alpha(c)
    assert (value(sums), sums.counts) == (1, {"words": 4, "marked": 4})
    assert sums.items.sum() == 1


def test_roles_of_words_by_hand():
    c = compared_of({"d": {"ann": ATTRIBUTED % "source>s cue>e", "bo": ATTRIBUTED % "source>s"}})
    # She said it rained: source cue content content; source none content content
    table = [[3, 2, 1, 1], [3, 0, 1, 1]]
    assert value(role_alpha(c)) == pytest.approx(alpha_of(np.array(table)))


def test_a_source_within_the_content_is_a_source():
    line = "[It rained, [she]{speaker#s entity=xi} said]{claim#c source>s}."
    c = compared_of({"d": {"ann": line, "bo": line.replace(" source>s", "")}})
    table = [[1, 1, 3, 1], [0, 0, 0, 0]]
    assert value(role_alpha(c)) == pytest.approx(alpha_of(np.array(table)))


def test_a_claim_without_source_and_cue_has_no_role():
    c = compared_of({"d": dict.fromkeys(("ann", "bo"), ATTRIBUTED % "")})
    assert np.isnan(value(role_alpha(c)))
    assert role_alpha(c).items.sum() == 0

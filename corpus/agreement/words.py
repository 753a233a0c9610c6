"""Agreement on what spans hold: the words in them, and the sentences in which they begin.

All values of a word or sentence count together, whatever the number of annotators.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from corpus.agreement.compared import Compared
from corpus.agreement.nominal import Floats, Ints, alpha, alpha_sums, nominal
from corpus.agreement.spans import items_of, of
from corpus.agreement.sums import Sums, f1_sums, total
from corpus.agreement.units import Bools

ROLES = ("none", "content", "cue", "source")
"""What a word is in an attribution; what is named later wins."""


def token_alpha(c: Compared, layer: int | None) -> Sums:
    """Return Krippendorff's nominal alpha of words, in a span or in none.

    Words of annotated passages count. The items are spans, as few of them in many words say little.
    """
    spans = of(c.spans, layer)
    table = np.stack([_covered(c, spans.filter(annotator=who)) for who in c.whose], axis=1)
    return _alpha(c, table, 2, c.units.tokens[0], items_of(c, of(c.items, layer)), "word")


def role_alpha(c: Compared, _part: int | None = None) -> Sums:
    """Return Krippendorff's nominal alpha of words: source, cue, content or none (PolNeAR).

    Of a claim that goes on after an interruption all parts are content. The items are the
    attributed spans. Newell, Margolin & Ruths 2018.
    """
    declared = c.units.schema.attributions
    assert declared is not None
    links = [c.units.relations.filter(type=name) for name in (declared.cue, declared.source)]
    heads = pl.concat(links)["from"]
    content = c.spans.filter(pl.col("unit").is_in(heads.implode()))
    roles = [content, *(c.spans.filter(pl.col("unit").is_in(k["to"].implode())) for k in links)]
    table = np.zeros((len(c.units.tokens[0]), len(c.whose)), dtype=np.int64)
    for number, spans in enumerate(roles, 1):
        for column, who in enumerate(c.whose):
            table[_covered(c, spans.filter(annotator=who)) > 0, column] = number
    items = items_of(c, c.items.join(content, on="unit", how="semi"))
    return _alpha(c, table, len(ROLES), c.units.tokens[0], items, "word")


def sentence_alpha(c: Compared, layer: int | None) -> Sums:
    """Return Krippendorff's nominal alpha of sentences, with a span that begins there or none."""
    places = c.units.sentences
    counted = c.documents[_document(c, places)]
    items = total(c.stratum(places[counted]), c.strata).astype(np.int64)
    return _alpha(c, _sentences(c, layer), 2, places, items, "sentence")


def sentence_f1(c: Compared, layer: int | None) -> Sums:
    """Return F1 of the sentences in which a span begins."""
    table, stratum = _sentences(c, layer), c.stratum(c.units.sentences)
    place = {who: column for column, who in enumerate(c.whose)}
    both, mine, theirs = np.zeros((3, c.strata))
    for pair in c.pairs:
        known = _known(c, c.units.sentences, (pair.left, pair.right))
        left, right = (known & (table[:, place[who]] > 0) for who in (pair.left, pair.right))
        both += total(stratum[left & right], c.strata)
        mine += total(stratum[left], c.strata)
        theirs += total(stratum[right], c.strata)
    items = total(stratum[(table > 0).any(axis=1)], c.strata).astype(np.int64)
    return f1_sums(both, mine, theirs, items)


def _covered(c: Compared, spans: pl.DataFrame) -> Ints:
    """Return 1 for each word that shares a position with one of the spans, else 0."""
    begins, ends = c.units.tokens
    parts = c.units.stretches.join(spans.select("unit", "document"), on="unit")
    line = c.units.begins[parts["document"].to_numpy()]
    first = np.searchsorted(ends, line + parts["start"].to_numpy(), side="right")
    last = np.searchsorted(begins, line + parts["end"].to_numpy(), side="left")
    change = np.zeros(len(begins) + 1, dtype=np.int64)
    np.add.at(change, first, 1)
    np.add.at(change, np.maximum(last, first), -1)
    return (np.cumsum(change)[:-1] > 0).astype(np.int64)


def _alpha(c: Compared, table: Ints, k: int, places: Ints, items: Ints, what: str) -> Sums:
    """Return alpha of the values (places, annotators), 0 to k - 1, of places on the line."""
    distance = nominal(k)
    known = np.stack([_known(c, places, (who,)) for who in c.whose], axis=1)
    table = np.where(known, table, -1)
    table, places = (each[(table >= 0).sum(axis=1) > 1] for each in (table, places))
    sums = alpha_sums(table, distance, c.stratum(places), c.strata)
    counts = {f"{what}s": len(table), "marked": int((table > 0).any(axis=1).sum())}

    def value(of_sums: Floats) -> Floats:
        return alpha(of_sums, distance)

    return Sums(items, sums, value, counts, f"every {what} has the same value")


def _sentences(c: Compared, layer: int | None) -> Ints:
    """Return whether a span of each annotator begins in each sentence: (sentences, annotators)."""
    table = np.zeros((len(c.units.sentences), len(c.whose)), dtype=np.int64)
    for column, who in enumerate(c.whose):
        at = of(c.spans.filter(annotator=who), layer)["at"].to_numpy()
        inside = np.searchsorted(c.units.sentences, at, side="right") - 1
        table[inside[inside >= 0], column] = 1
    return table


def _known(c: Compared, places: Ints, whose: Sequence[int]) -> Bools:
    """Say of each place on the line whether all these have annotated its document."""
    counted: Bools = c.units.annotated[[*whose]].all(axis=0) & c.documents
    return counted[_document(c, places)]


def _document(c: Compared, places: Ints) -> Ints:
    found: Ints = np.searchsorted(c.units.begins, places, side="right") - 1
    return found

"""Agreement on spans: found at all, and with the same edges.

Of several annotators each two are compared, and what they add up to is added. No kappa on spans:
what is no span cannot be counted (Hripcsak & Rothschild 2005).
"""

import numpy as np
import polars as pl

from corpus.agreement.compared import Compared
from corpus.agreement.matching import overlapping
from corpus.agreement.nominal import Floats, Ints, quotient
from corpus.agreement.sums import Sums, f1_sums, total

PLACE = ("document", "layer", "start", "end")
Spans = pl.DataFrame


def exact_f1(c: Compared, layer: int | None) -> Sums:
    """Return F1 of spans with the same edges; of two on the same words each is found once."""
    both, mine, theirs = np.zeros((3, c.strata))
    for pair in c.pairs:
        left, right = of(pair.mine, layer), of(pair.theirs, layer)
        same = left.group_by(*PLACE, "stratum").len().join(right.group_by(PLACE).len(), on=PLACE)
        found = same.select(pl.min_horizontal("len", "len_right")).to_series().to_numpy()
        both += total(same["stratum"].to_numpy(), c.strata, found)
        mine += sizes(c, left)
        theirs += sizes(c, right)
    return f1_sums(both, mine, theirs, items_of(c, of(c.items, layer)))


def relaxed_f1(c: Compared, layer: int | None) -> Sums:
    """Return F1 of spans that overlap, each with one other at most."""
    both, mine, theirs = np.zeros((3, c.strata))
    for pair in c.pairs:
        both += sizes(c, of(pair.both, layer))
        mine += sizes(c, of(pair.mine, layer))
        theirs += sizes(c, of(pair.theirs, layer))
    return f1_sums(both, mine, theirs, items_of(c, of(c.items, layer)))


def boundary_distance(c: Compared, layer: int | None) -> Sums:
    """Return the mean distance of the edges of spans that overlap: of both, in code points."""
    apart = (pl.col("start") - pl.col("their_start")).abs() + (
        pl.col("end") - pl.col("their_end")
    ).abs()
    sums = np.zeros((c.strata, 2))
    for pair in c.pairs:
        found = of(pair.both, layer)
        stratum = found["stratum"].to_numpy()
        sums[:, 0] += total(stratum, c.strata, found.select(apart).to_series().to_numpy())
        sums[:, 1] += total(stratum, c.strata)
    counts = {"same edges": sum(int(of(p.both, layer)["exact"].sum()) for p in c.pairs)}
    counts["overlapping"] = int(sums[:, 1].sum())
    shared = of(c.items, layer).filter(pl.len().over("item") > 1)
    return Sums(items_of(c, shared), sums, mean, counts, "no two spans overlap")


def agr(c: Compared, layer: int | None) -> Sums:
    """Return the share of the first annotator's spans that overlap any of the second's.

    agr(a || b) of Wiebe, Wilson & Cardie 2005. Of several annotators, of each two both ways.
    """
    sums = np.zeros((c.strata, 2))
    for pair in c.pairs:
        ways = [(pair.mine, pair.theirs), (pair.theirs, pair.mine)]
        for own, other in ways[: 1 if len(c.pairs) == 1 else 2]:
            mine, theirs = of(own, layer), of(other, layer)
            sums[:, 0] += sizes(c, mine.filter(_overlapped(c, mine, theirs)))
            sums[:, 1] += sizes(c, mine)
    counts = {"overlapped": int(sums[:, 0].sum()), "of": int(sums[:, 1].sum())}
    return Sums(items_of(c, of(c.items, layer)), sums, mean, counts)


def mean(sums: Floats) -> Floats:
    """Return a / b of sums [a, b], (…, 2) -> (…); NaN where b is 0."""
    return quotient(sums[..., 0], sums[..., 1])


def of(spans: Spans, layer: int | None) -> Spans:
    """Return the spans of a layer; all, if none is named."""
    return spans if layer is None else spans.filter(layer=layer)


def items_of(c: Compared, spans: Spans) -> Ints:
    """Return how many things the spans, with their `item`, are in each stratum."""
    return total(spans.unique("item")["item_stratum"].to_numpy(), c.strata).astype(np.int64)


def sizes(c: Compared, spans: Spans) -> Floats:
    """Return how many of the spans each stratum has."""
    return total(spans["stratum"].to_numpy(), c.strata)


def _overlapped(c: Compared, mine: Spans, theirs: Spans) -> pl.Series:
    """Say of each span whether one of the other annotator's, of its layer, overlaps it."""
    width, edges = int(c.units.begins[-1]), ("at", "till")
    ends = [(s["layer"] * width + s[edge]).to_numpy() for s in (mine, theirs) for edge in edges]
    found, _ = overlapping(*ends)
    hit = np.zeros(mine.height, dtype=bool)
    hit[found] = True
    return pl.Series(hit)

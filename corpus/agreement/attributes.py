"""Agreement on what is said of spans that are one thing, and on span and value together.

A value that one annotator gives and another leaves out is a value too (`ABSENT`); where all leave
it out there is nothing to compare.
"""

import numpy as np
import polars as pl

from corpus.agreement.compared import Compared
from corpus.agreement.nominal import (
    Floats,
    Ints,
    Set,
    alpha,
    alpha_sums,
    cohen_kappa,
    coincidences,
    fleiss_kappa,
    jaccard,
    masi,
    nominal,
    ordinal_alpha,
    set_distances,
)
from corpus.agreement.spans import items_of, mean, sizes
from corpus.agreement.sums import Sums, f1_sums, total
from corpus.agreement.units import ABSENT, scored

Part = tuple[int, str]
"""The number of a layer, and an attribute of it."""
ONE = "one value throughout"


def table_of(c: Compared, part: Part) -> tuple[list[str], Ints, Ints]:
    """Return the values, the table (items, annotators) of their codes, -1: none, and the strata.

    Items are those of which at least two annotators have a span, and one of them a value.
    """
    said = _said(c, part)
    declared = list(scored(c.units.schema.layers[c.units.layers[part[0]]])[part[1]].values)
    values = [*declared, *sorted({*said["value"]} - {*declared})]
    item, rows = np.unique(said["item"].to_numpy(), return_inverse=True)
    table = np.full((len(item), len(c.whose)), -1)
    code = {value: number for number, value in enumerate(values)}
    columns = {who: number for number, who in enumerate(c.whose)}
    whose = said["annotator"].replace_strict(columns, return_dtype=pl.Int64).to_numpy()
    table[rows, whose] = said["value"].replace_strict(code, return_dtype=pl.Int64).to_numpy()
    stratum = np.zeros(len(item), dtype=np.int64)
    stratum[rows] = said["item_stratum"].to_numpy()
    return values, table, stratum


def _said(c: Compared, part: Part) -> pl.DataFrame:
    layer, name = part
    own = c.units.attributes.filter(layer=layer, name=name).select("unit", "value")
    spans = c.items.filter(layer=layer).join(own, on="unit")
    several = (pl.len() > 1) & (pl.col("value") != ABSENT).any()
    return spans.filter(several.over("item")).select("item", "item_stratum", "annotator", "value")


def attribute_alpha(c: Compared, part: Part) -> Sums:
    """Return Krippendorff's nominal alpha of the values of spans that are one thing."""
    values, table, stratum = table_of(c, part)
    return _with_distance(c, table, stratum, nominal(len(values)))


def scale_alpha(c: Compared, part: Part) -> Sums:
    """Return Krippendorff's ordinal alpha of the values that are on the attribute's scale."""
    values, table, stratum = table_of(c, part)
    scale = scored(c.units.schema.layers[c.units.layers[part[0]]])[part[1]].scale
    rank = np.full(len(values) + 1, -1)
    rank[[values.index(value) for value in scale]] = np.arange(len(scale))
    grades = rank[table]
    stratum, grades = _several(stratum, grades)
    sums = coincidences(grades, len(scale), stratum, c.strata).reshape(c.strata, -1)
    k = len(scale)

    def value(of_sums: Floats) -> Floats:
        return ordinal_alpha(of_sums.reshape(*of_sums.shape[:-1], k, k))

    return Sums(_items(c, stratum), sums, value, {"graded by two": len(grades)}, ONE)


def observed(c: Compared, part: Part) -> Sums:
    """Return the share of pairs of values that are the same, of spans that are one thing."""
    values, table, stratum = table_of(c, part)
    matrices = _pairs(c, table, stratum, len(values))
    both = np.trace(matrices, axis1=1, axis2=2)
    sums = np.stack([both, matrices.sum(axis=(1, 2))], axis=1)
    counts = dict(zip(("same", "of"), sums.sum(axis=0).astype(int).tolist(), strict=True))
    return Sums(_items(c, stratum), sums, mean, counts)


def kappa(c: Compared, part: Part) -> Sums:
    """Return Cohen's kappa of two annotators; of more, Fleiss' over what all of them have."""
    values, table, stratum = table_of(c, part)
    k = len(values)
    if len(c.whose) == 2:
        sums = _pairs(c, table, stratum, k).reshape(c.strata, -1)

        def cohen(of_sums: Floats) -> Floats:
            return cohen_kappa(of_sums.reshape(*of_sums.shape[:-1], k, k))

        return Sums(_items(c, stratum), sums, cohen, {"items": len(table)}, ONE)
    whole = (table >= 0).all(axis=1)
    table, stratum = table[whole], stratum[whole]
    of_all = alpha_sums(table, nominal(k), stratum, c.strata)
    return Sums(_items(c, stratum), of_all, fleiss_kappa, {"items of all": len(table)}, ONE)


def span_and_value(c: Compared, part: Part) -> Sums:
    """Return F1 of spans that overlap and have the same value, of those that have one."""
    both, mine, theirs = np.zeros((3, c.strata))
    layer, name = part
    own = c.units.attributes.filter(pl.col("value") != ABSENT, layer=layer, name=name)
    said = own.select("unit", "value")
    for pair in c.pairs:
        found = pair.both.join(said, left_on="left", right_on="unit").join(
            said, left_on="right", right_on="unit", suffix="_too"
        )
        both += sizes(c, found.filter(pl.col("value") == pl.col("value_too")))
        mine += sizes(c, pair.mine.join(said, on="unit"))
        theirs += sizes(c, pair.theirs.join(said, on="unit"))
    return f1_sums(both, mine, theirs, items_of(c, c.items.join(said, on="unit", how="semi")))


def matched_share(c: Compared, part: Part) -> Sums:
    """Return the share of spans that are one thing with another annotator's: what is compared."""
    sums = np.zeros((c.strata, 2))
    for pair in c.pairs:
        sums[:, 0] += 2 * sizes(c, pair.both.filter(layer=part[0]))
        sums[:, 1] += sizes(c, pair.mine.filter(layer=part[0]))
        sums[:, 1] += sizes(c, pair.theirs.filter(layer=part[0]))
    counts = dict(zip(("matched", "of"), sums.sum(axis=0).astype(int).tolist(), strict=True))
    return Sums(items_of(c, c.items.filter(layer=part[0])), sums, mean, counts)


def masi_alpha(c: Compared, part: Part) -> Sums:
    """Return Krippendorff's alpha of sets of values, by MASI distance (Passonneau 2006)."""
    values, table, stratum = table_of(c, part)
    return _with_distance(c, table, stratum, set_distances(sets(values), masi))


def jaccard_alpha(c: Compared, part: Part) -> Sums:
    """Return Krippendorff's alpha of sets of values, by Jaccard distance."""
    values, table, stratum = table_of(c, part)
    return _with_distance(c, table, stratum, set_distances(sets(values), jaccard))


def sets(values: list[str]) -> list[Set]:
    """Return the sets that values stand for."""
    return [frozenset(value.split()) for value in values]


def confusion(c: Compared, part: Part) -> tuple[list[str], Floats]:
    """Return the values, and how often each annotator's (row) met another's (column).

    Of two annotators, rows are the first; of more, each two are added, in both directions.
    """
    values, table, stratum = table_of(c, part)
    matrix = _pairs(c, table, stratum, len(values)).sum(axis=0)
    matrix = matrix if len(c.whose) == 2 else matrix + matrix.T
    used = [n for n in range(len(values)) if matrix[n].any() or matrix[:, n].any()]
    return [values[n] for n in used], matrix[np.ix_(used, used)]


def _with_distance(c: Compared, table: Ints, stratum: Ints, distance: Floats) -> Sums:
    sums = alpha_sums(table, distance, stratum, c.strata)
    counts = {"items": len(table), "values": int((sums[:, 1:].sum(axis=0) > 0).sum())}

    def value(of_sums: Floats) -> Floats:
        return alpha(of_sums, distance)

    return Sums(_items(c, stratum), sums, value, counts, ONE)


def _pairs(c: Compared, table: Ints, stratum: Ints, k: int) -> Floats:
    """Return how often a value (row) meets another's (column), of each two, (strata, k, k)."""
    found = np.zeros((c.strata, k, k))
    for one in range(table.shape[1]):
        for other in range(one + 1, table.shape[1]):
            both = (table[:, one] >= 0) & (table[:, other] >= 0)
            np.add.at(found, (stratum[both], table[both, one], table[both, other]), 1)
    return found


def _several(stratum: Ints, table: Ints) -> tuple[Ints, Ints]:
    kept = (table >= 0).sum(axis=1) > 1
    return stratum[kept], table[kept]


def _items(c: Compared, stratum: Ints) -> Ints:
    return total(stratum, c.strata).astype(np.int64)

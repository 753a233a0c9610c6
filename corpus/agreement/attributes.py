"""Agreement on what is said of spans that are one thing, and on span and value together.

A value that one annotator gives and another leaves out is a value too (`ABSENT`); where all leave
it out there is nothing to compare, but with a flag: not to set it says something.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import polars as pl

from corpus.agreement.compared import Compared
from corpus.agreement.nominal import (
    Floats,
    Ints,
    Set,
    alpha,
    alpha_sums,
    cohen_kappa_of_sums,
    cohen_sums,
    coincidences,
    fleiss_kappa,
    jaccard,
    masi,
    nominal,
    ordinal_alpha,
    set_distances,
)
from corpus.agreement.spans import items_of, mean, pairs_of, sizes
from corpus.agreement.sums import NOTHING, Sums, f1_sums, total
from corpus.agreement.units import ABSENT, scored

Part = tuple[int, str]
"""The number of a layer, and an attribute of it."""
ONE = "one value throughout"


def table_of(c: Compared, part: Part) -> tuple[list[str], Ints, Ints]:
    """Return the values, the table (items, annotators) of their codes, -1: none, and the strata.

    Items are those of which at least two annotators have a span, and one of them a value; of a flag
    that anybody ever set, all that two have.
    """
    said = _said(c, part)
    declared = list(scored(c.units.schema.layers[c.units.layers[part[0]]])[part[1]].values)
    values = [*declared, *sorted({*said["value"]} - {*declared})]
    item, rows = np.unique(said["item"].to_numpy(), return_inverse=True)
    table = np.full((len(item), len(c.whose)), -1)
    code = {value: number for number, value in enumerate(values)}
    table[rows, c.columns(said)] = (
        said["value"].replace_strict(code, return_dtype=pl.Int64).to_numpy()
    )
    stratum = np.zeros(len(item), dtype=np.int64)
    stratum[rows] = said["item_stratum"].to_numpy()
    return values, table, stratum


def _said(c: Compared, part: Part) -> pl.DataFrame:
    layer, name = part
    own = c.units.attributes.filter(layer=layer, name=name).select("unit", "value")
    spans = c.items.filter(layer=layer).join(own, on="unit")
    given = (pl.col("value") != ABSENT).any()
    flag = c.units.schema.layers[c.units.layers[layer]].attributes[name].kind == "flag"
    kept = (pl.len() > 1).over("item") & (given if flag else given.over("item"))
    return spans.filter(kept).select("item", "item_stratum", "annotator", "value")


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

    return Sums(
        _items(c, stratum), sums, value, {"graded by two": len(grades)}, _one_value(stratum)
    )


def observed(c: Compared, part: Part) -> Sums:
    """Return the share of pairs of values that are the same, of spans that are one thing."""
    _, table, stratum = table_of(c, part)
    sums = np.zeros((c.strata, 2))
    for one, other, where in _pairs(table, stratum):
        sums[:, 0] += total(where[one == other], c.strata)
        sums[:, 1] += total(where, c.strata)
    counts = dict(zip(("same", "of"), sums.sum(axis=0).astype(int).tolist(), strict=True))
    return Sums(_items(c, stratum), sums, mean, counts)


def kappa(c: Compared, part: Part) -> Sums:
    """Return Cohen's kappa of two annotators; of more, Fleiss' over what all of them have."""
    values, table, stratum = table_of(c, part)
    k = len(values)
    if len(c.whose) == 2:
        sums = cohen_sums(table, k, stratum, c.strata)
        return Sums(
            _items(c, stratum),
            sums,
            cohen_kappa_of_sums,
            {"items": len(table)},
            _one_value(stratum),
        )
    whole = (table >= 0).all(axis=1)
    table, stratum = table[whole], stratum[whole]
    of_all = alpha_sums(table, nominal(k), stratum, c.strata)
    return Sums(
        _items(c, stratum), of_all, fleiss_kappa, {"items of all": len(table)}, _one_value(stratum)
    )


def span_and_value(c: Compared, part: Part) -> Sums:
    """Return F1 of spans that overlap and have the same value, of those that have one."""
    both, mine, theirs = np.zeros((3, c.strata))
    said = _given(c, part)
    for pair in c.pairs:
        found = pair.both.join(said, left_on="left", right_on="unit").join(
            said, left_on="right", right_on="unit", suffix="_too"
        )
        both += pairs_of(c, found.filter(pl.col("value") == pl.col("value_too")))
        mine += sizes(c, pair.mine.join(said, on="unit"))
        theirs += sizes(c, pair.theirs.join(said, on="unit"))
    return f1_sums(both, mine, theirs, items_of(c, c.items.join(said, on="unit", how="semi")))


def matched_share(c: Compared, part: Part) -> Sums:
    """Return the share of spans with a value that are one thing with another annotator's.

    It says of how many the values are compared at all.
    """
    sums = np.zeros((c.strata, 2))
    said = _given(c, part)
    for pair in c.pairs:
        for side, spans in (("left", pair.mine), ("right", pair.theirs)):
            own = spans.join(said, on="unit", how="semi")
            sums[:, 0] += sizes(c, own.join(pair.both, left_on="unit", right_on=side, how="semi"))
            sums[:, 1] += sizes(c, own)
    counts = dict(zip(("matched", "of"), sums.sum(axis=0).astype(int).tolist(), strict=True))
    return Sums(items_of(c, c.items.join(said, on="unit", how="semi")), sums, mean, counts)


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
    matrix = np.zeros((len(values), len(values)))
    for one, other, _ in _pairs(table, stratum):
        np.add.at(matrix, (one, other), 1)
        if len(c.whose) > 2:
            np.add.at(matrix, (other, one), 1)
    used = [n for n in range(len(values)) if matrix[n].any() or matrix[:, n].any()]
    return [values[n] for n in used], matrix[np.ix_(used, used)]


def _with_distance(c: Compared, table: Ints, stratum: Ints, distance: Floats) -> Sums:
    sums = alpha_sums(table, distance, stratum, c.strata)
    counts = {"items": len(table), "values": int((sums[:, 1:].sum(axis=0) > 0).sum())}

    def value(of_sums: Floats) -> Floats:
        return alpha(of_sums, distance)

    return Sums(_items(c, stratum), sums, value, counts, _one_value(stratum))


def _pairs(table: Ints, stratum: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield for each two annotators their values of what both have, and the strata."""
    for one, other in combinations(table.T, 2):
        both = (one >= 0) & (other >= 0)
        yield one[both], other[both], stratum[both]


def _given(c: Compared, part: Part) -> pl.DataFrame:
    """Return (unit, value) of the units that have one."""
    own = c.units.attributes.filter(pl.col("value") != ABSENT, layer=part[0], name=part[1])
    return own.select("unit", "value")


def _several(stratum: Ints, table: Ints) -> tuple[Ints, Ints]:
    kept = (table >= 0).sum(axis=1) > 1
    return stratum[kept], table[kept]


def _one_value(stratum: Ints) -> str:
    """Return why there is no chance to correct for: of what is compared, or as nothing is."""
    return ONE if len(stratum) else NOTHING


def _items(c: Compared, stratum: Ints) -> Ints:
    return total(stratum, c.strata).astype(np.int64)

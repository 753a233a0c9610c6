"""Agreement on place and label at once: the u-alpha family, and gamma.

The label of a unit is what its layer names first of it (`label_of`: its first required choice);
where all layers are compared, it is the layer.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from corpus.agreement import gamma as disorders
from corpus.agreement import unitizing
from corpus.agreement.alignment import best_alignment
from corpus.agreement.bootstrap import SEED
from corpus.agreement.compared import Compared
from corpus.agreement.nominal import Floats, Ints
from corpus.agreement.spans import items_of, of
from corpus.agreement.sums import Sums
from corpus.agreement.units import Bools

Value = Callable[[Floats], Floats]


def u_alpha(c: Compared, layer: int | None) -> Sums:
    """Return u-alpha: of where units begin and end, and of their labels, gaps included.

    Krippendorff et al. 2016. Not of spans that overlap in one annotator: these are counted.
    """
    return _unitized(c, layer, unitizing.u_alpha, "all is one label, or nothing is marked")


def binary_u_alpha(c: Compared, layer: int | None) -> Sums:
    """Return |u|-alpha: of where units begin and end, whatever their labels.

    Krippendorff et al. 2016. Not of spans that overlap in one annotator: these are counted.
    """
    return _unitized(c, layer, unitizing.binary_alpha, "all is marked, or nothing is")


def cu_alpha(c: Compared, layer: int | None) -> Sums:
    """Return cu-alpha: of the labels of units, where those of two annotators intersect.

    Krippendorff et al. 2016, by pairs. Not of spans that overlap in one annotator.
    """
    return _unitized(c, layer, unitizing.cu_alpha, "no units intersect, or all have one label")


def gamma(c: Compared, layer: int | None) -> Sums:
    """Return gamma: of the best alignment of units, by place and label (Mathet et al. 2015).

    Chance is drawn with a fixed seed. Within one text its disorder is spread over the sentences as
    the units are.
    """
    spans, _ = _labelled(of(c.spans, layer), layer)
    number = np.cumsum(c.documents) - 1
    units = disorders.numbered(
        number[spans["document"].to_numpy()],
        c.columns(spans),
        spans["start"].to_numpy(),
        spans["end"].to_numpy(),
        spans["code"].to_numpy(),
        c.units.annotated[[*c.whose]][:, c.documents],
    )
    items = items_of(c, of(c.items, layer))
    if (comparisons := disorders.comparisons(units)) > disorders.THICK:
        refused = f"units lie too thick to align in time ({comparisons:,} comparisons)"
        return Sums(items, np.zeros((c.strata, 1)), mean_of_none, refused=refused)
    document = np.searchsorted(c.units.begins, c.cuts, side="right") - 1
    cuts = np.stack([number[document], c.cuts - c.units.begins[document]], axis=1)
    alignment = best_alignment(units, disorders.PLAIN)
    seen = disorders.observed(alignment, cuts)
    lengths = np.diff(c.units.begins)[c.documents] - 1
    chance = disorders.expected(units, np.maximum(lengths, 1), SEED)[number[document]]
    if c.single:
        chance = chance * seen[:, 1:] / max(seen[:, 1].sum(), 1)
    sums = np.concatenate([seen, chance], axis=1)
    counts = {"units": spans.height}
    if not alignment.exact.all():
        counts["aligned greedily"] = int((~alignment.exact).sum())
    return Sums(items, sums, disorders.gamma, counts, "nothing is marked")


def _unitized(c: Compared, layer: int | None, value: Value, undefined: str) -> Sums:
    spans, labels = _labelled(of(c.spans, layer), layer)
    by_annotator = [spans.filter(annotator=who) for who in c.whose]
    columns = ("at", "till", "code")
    units = [unitizing.Units(*(s[n].to_numpy() for n in columns)) for s in by_annotator]
    items = items_of(c, of(c.items, layer))
    if overlapping := sum(map(unitizing.overlapping_units, units)):
        refused = f"{overlapping} unit(s) overlap another one of the same annotator"
        return Sums(items, np.zeros((c.strata, 1)), mean_of_none, refused=refused)
    cuts, present, stratum = _stretches(c)
    table = unitizing.unitizing_sums(units, labels, cuts, present)
    sums = np.zeros((c.strata, *table.shape[1:]))
    np.add.at(sums, stratum[stratum >= 0], table[stratum >= 0])

    def of_strata(flat: Floats) -> Floats:
        return value(flat.reshape(*flat.shape[:-1], *table.shape[1:]))

    flat = sums.reshape(c.strata, -1)
    return Sums(items, flat, of_strata, {"units": spans.height}, undefined)


def mean_of_none(sums: Floats) -> Floats:
    """Return NaN: what is refused has no value."""
    return np.full(sums.shape[:-1], np.nan)


def _labelled(spans: pl.DataFrame, layer: int | None) -> tuple[pl.DataFrame, int]:
    """Return the spans with the `code` of each one's label, and how many codes there are."""
    label = pl.col("layer") if layer is None else pl.col("label").rank("dense").fill_null(0)
    coded = spans.with_columns(code=label.cast(pl.Int64))
    return coded, int(max(coded["code"], default=0)) + 1


def _stretches(c: Compared) -> tuple[Ints, Bools, Ints]:
    """Return the edges of stretches of the line, who has annotated each, and its stratum.

    What lies between two texts, or in one that does not count, belongs to nobody (stratum -1).
    """
    begins = c.units.begins
    cuts = np.unique(np.concatenate([begins, begins[1:] - 1, c.cuts]))
    document = np.searchsorted(begins, cuts[:-1], side="right") - 1
    inside = c.documents[document] & (cuts[:-1] < begins[document + 1] - 1)
    present = c.units.annotated[[*c.whose]][:, document] & inside
    return cuts, present, np.where(inside, c.stratum(cuts[:-1]), -1)

"""Which span of one annotator is which of another's: one-to-one, by place first, then by content.

A pair weighs its Dice coefficient (twice the shared length over both lengths; 1 where both are the
same stretch). What is said of both (values, relations to spans at the same places) decides between
pairs that lie equally well, then which comes earlier; both are too light to decide more. So the
heaviest matching does not depend on the order of spans or annotators.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from corpus.agreement.matching import best_matching, overlapping
from corpus.agreement.units import Ints, Units

LIGHT = 1e-3
"""The most that content weighs."""
EARLY = 1e-7
"""The most that coming early weighs."""


def matched(units: Units, left: int, right: int) -> pl.DataFrame:
    """Return (left, right, weight) of the units that two annotators have in common, by layer.

    Only in documents that both annotated.
    """
    both = pl.Series(np.flatnonzero(units.annotated[left] & units.annotated[right]))
    spans = units.spans.filter(pl.col("document").is_in(both.implode()))
    mine, theirs = (spans.filter(annotator=who) for who in (left, right))
    return pairs(units, mine, theirs, layers=True)


def pairs(units: Units, mine: pl.DataFrame, theirs: pl.DataFrame, *, layers: bool) -> pl.DataFrame:
    """Return (left, right, weight) of the heaviest matching of these spans.

    layers: only spans of one layer are the same.
    """
    (starts, ends), (others, their_ends) = (
        _on_the_line(units, each, layers=layers) for each in (mine, theirs)
    )
    one, other = overlapping(starts, ends, others, their_ends)
    shared = np.minimum(ends[one], their_ends[other]) - np.maximum(starts[one], others[other])
    dice = 2 * shared / (ends[one] - starts[one] + their_ends[other] - others[other])
    left, right = mine["unit"].to_numpy()[one], theirs["unit"].to_numpy()[other]
    weight = (
        dice
        + LIGHT * _likeness(units, left, right)
        + EARLY / _rank(units, mine[one], theirs[other])
    )
    chosen = best_matching(one, other, weight)
    columns = {"left": left[chosen], "right": right[chosen], "weight": weight[chosen]}
    return pl.DataFrame(columns)


def _on_the_line(units: Units, spans: pl.DataFrame, *, layers: bool) -> tuple[Ints, Ints]:
    """Return starts and ends on the line; each layer has a line of its own, if asked."""
    begin = units.begins[spans["document"].to_numpy()]
    if layers:
        begin = begin + spans["layer"].to_numpy() * units.begins[-1]
    return begin + spans["start"].to_numpy(), begin + spans["end"].to_numpy()


def _rank(units: Units, left: pl.DataFrame, right: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Return the place of each pair among those of its document, from 1."""
    far = 2 * int(units.begins[-1]) + 1
    place = (left["start"] + right["start"]) * far + left["end"] + right["end"]
    frame = pl.DataFrame({"document": left["document"], "place": place})
    ranks = frame.select(pl.col("place").rank("dense").over("document")).to_series()
    return ranks.cast(pl.Float64).to_numpy()


def _likeness(units: Units, left: Ints, right: Ints) -> npt.NDArray[np.float64]:
    """Return the Jaccard index of what is said of the units of each pair; 1 where nothing is."""
    candidates = pl.DataFrame({"left": left, "right": right}).with_row_index("pair")
    own = units.features
    sizes = own.group_by("unit").len()
    common = (
        candidates.join(own, left_on="left", right_on="unit")
        .join(own, left_on=["right", "feature"], right_on=["unit", "feature"])
        .group_by("pair")
        .len("common")
    )
    whole = candidates.join(common, on="pair", how="left", maintain_order="left")
    for side in ("left", "right"):
        size = sizes.rename({"unit": side, "len": f"{side}_size"})
        whole = whole.join(size, on=side, how="left", maintain_order="left")
    whole = whole.fill_null(0)
    together = pl.col("left_size").cast(pl.Int64) + pl.col("right_size") - pl.col("common")
    like = pl.when(together > 0).then(pl.col("common") / together).otherwise(1.0)
    return whole.select(like).to_series().to_numpy()


def items(units: Units, whose: Sequence[int], matchings: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return (unit, item) of all units of these annotators; what is one thing has one number.

    The pairs of all matchings are joined, the heaviest first, to items that hold at most one unit
    of each annotator. Items are numbered in the order of the text.
    """
    spans = units.spans.filter(pl.col("annotator").is_in([*whose]))
    owner = dict(spans.select("unit", "annotator").iter_rows())
    members = {unit: [unit] for unit in owner}
    ends = pl.min_horizontal("left", "right"), pl.max_horizontal("left", "right")
    edges = pl.concat([*matchings, _NONE]).sort(-pl.col("weight"), *ends)
    for left, right in edges.select("left", "right").iter_rows():
        one, other = members[left], members[right]
        if one is not other and not {owner[u] for u in one} & {owner[u] for u in other}:
            one += other
            members |= dict.fromkeys(other, one)
    first = {unit: min(group) for unit, group in members.items()}
    frame = pl.DataFrame(
        {"unit": [*first], "item": [*first.values()]}, schema={"unit": pl.Int64, "item": pl.Int64}
    )
    return spans.select("unit").join(frame, on="unit", maintain_order="left")


_NONE = pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64})

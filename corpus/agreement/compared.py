"""Some annotators, compared in the documents that at least two of them annotated.

What a measure adds up, it adds up by stratum: a document, or, where there is only one, a sentence
of it. The strata partition the line, so that their sums are those of the whole, and they are what
the bootstrap draws from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

import numpy as np
import polars as pl

from corpus.agreement.align import items, matched
from corpus.agreement.units import Bools, Ints, Units

Matchings = dict[tuple[int, int], pl.DataFrame]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two annotators; mine and theirs: their spans in what both annotated (columns of `Units`).

    both: left, right, layer, stratum (of the left one), exact: the spans that are one thing.
    """

    left: int
    right: int
    mine: pl.DataFrame
    theirs: pl.DataFrame
    both: pl.DataFrame


@dataclass(frozen=True, eq=False)
class Compared:
    """The annotators with these numbers, at least two, in the documents (True) that count."""

    units: Units
    whose: tuple[int, ...]
    documents: Bools
    matchings: Matchings = field(default_factory=dict)

    @cached_property
    def single(self) -> bool:
        """Whether there is only one document, so that strata are its sentences."""
        return int(self.documents.sum()) == 1

    @cached_property
    def cuts(self) -> Ints:
        """Return where each stratum begins on the line; what lies before a document is no part."""
        begins = self.units.begins[:-1][self.documents]
        if not self.single:
            return begins
        end = self.units.begins[int(np.flatnonzero(self.documents)[0]) + 1]
        sentences = self.units.sentences
        inside = sentences[(sentences >= begins[0]) & (sentences < end)]
        cuts: Ints = np.r_[begins, inside[1:]]
        return cuts

    @cached_property
    def strata(self) -> int:
        """Return how many strata there are."""
        return len(self.cuts)

    def stratum(self, places: Ints) -> Ints:
        """Return the stratum in which places on the line lie."""
        found: Ints = np.searchsorted(self.cuts, places, side="right") - 1
        return found

    @cached_property
    def spans(self) -> pl.DataFrame:
        """Return the spans that are compared, with where they begin and end on the line."""
        counted = pl.Series(np.flatnonzero(self.documents)).implode()
        kept = self.units.spans.filter(
            pl.col("annotator").is_in([*self.whose]) & pl.col("document").is_in(counted)
        )
        begin = self.units.begins[kept["document"].to_numpy()]
        at, till = begin + kept["start"].to_numpy(), begin + kept["end"].to_numpy()
        return kept.with_columns(at=at, till=till, stratum=self.stratum(at))

    @cached_property
    def pairs(self) -> list[Pair]:
        """Return every two of the annotators."""
        return [self._pair(left, right) for left, right in combinations(self.whose, 2)]

    def _pair(self, left: int, right: int) -> Pair:
        shared = self.units.annotated[left] & self.units.annotated[right]
        counted = pl.Series(np.flatnonzero(shared & self.documents)).implode()
        spans = self.spans.filter(pl.col("document").is_in(counted))
        mine, theirs = (spans.filter(annotator=who) for who in (left, right))
        place = ("unit", "layer", "start", "end", "stratum")
        ends = theirs.select("unit", their_start="start", their_end="end")
        both = (
            self._matched(left, right)
            .join(mine.select(place), left_on="left", right_on="unit")
            .join(ends, left_on="right", right_on="unit")
        )
        exact = (pl.col("start") == pl.col("their_start")) & (pl.col("end") == pl.col("their_end"))
        return Pair(left, right, mine, theirs, both.with_columns(exact=exact))

    def _matched(self, left: int, right: int) -> pl.DataFrame:
        if (left, right) not in self.matchings:
            self.matchings[left, right] = matched(self.units, left, right)
        return self.matchings[left, right]

    @cached_property
    def attributed(self) -> dict[str, "Compared"]:
        """Return the comparison of spans that have a source, and of those of the writer's own.

        Of the layers that can have one; what one attributes and another does not is in both.
        """
        declared = self.units.schema.attributions
        assert declared is not None
        sourced = self.units.relations.filter(type=declared.source)["from"].implode()
        has = pl.col("unit").is_in(sourced)
        return {"attributed": self._only(has), "own": self._only(~has)}

    def _only(self, wanted: pl.Expr) -> "Compared":
        spans = self.units.spans.filter(wanted)
        return Compared(replace(self.units, spans=spans), self.whose, self.documents)

    @cached_property
    def items(self) -> pl.DataFrame:
        """Return the spans with the `item` that each is, and the item's stratum."""
        found = items(self.units, self.whose, [self._matched(p.left, p.right) for p in self.pairs])
        whole = self.spans.join(found, on="unit", maintain_order="left")
        return whole.with_columns(item_stratum=pl.col("stratum").min().over("item"))


def compared(units: Units, whose: Sequence[int], matchings: Matchings | None = None) -> Compared:
    """Return these annotators' comparison, in the documents that at least two of them annotated."""
    several = units.annotated[[*whose]].sum(axis=0) > 1
    return Compared(units, tuple(whose), several, {} if matchings is None else matchings)

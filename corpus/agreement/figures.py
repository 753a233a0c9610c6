"""From units to figures: every measure of every part, of annotators together and two by two."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import msgspec
import numpy as np

from corpus.agreement.attributes import confusion
from corpus.agreement.bootstrap import RESAMPLES, SEED, Interval, intervals
from corpus.agreement.compared import Compared, Matchings, compared
from corpus.agreement.measures import MEASURES, Part, asked, parts
from corpus.agreement.nominal import specific_agreement
from corpus.agreement.sums import Sums
from corpus.agreement.units import Bools, Units
from corpus.errors import CorpusError
from corpus.tables import Tables

LEAST = 20
"""Of fewer items no coefficient is told, only counts."""
FEW = f"withheld: fewer than {LEAST} items"
Watch = Callable[[str, int, int], None]


class Figure(msgspec.Struct, frozen=True):
    """One measure of one part, by some annotators.

    value: None where it is withheld or undefined; `why` says which. low, high: the 95 % interval,
    None where there is none. items: how many things were judged. counts: what they came to.
    """

    measure: str
    part: Part
    annotators: tuple[str, ...]
    value: float | None
    low: float | None
    high: float | None
    items: int
    counts: dict[str, int]
    why: str | None = None

    @property
    def withheld(self) -> bool:
        """Whether it is not told only because there are too few items."""
        return self.why == FEW


class Confusion(msgspec.Struct, frozen=True):
    """How often one annotator's value (row) met the other's (column).

    Of more than two annotators each two are added, both ways. agreement: on each value (see
    `specific_agreement`); none is told where fewer than LEAST pairs of values were compared.
    """

    part: Part
    annotators: tuple[str, ...]
    values: list[str]
    counts: list[list[int]]
    agreement: list[float | None]


class Comparison(msgspec.Struct, frozen=True):
    """Annotators compared with each other.

    title: what was compared, as `round pilot`. words: what such agreement is called. against: with
    whom each was compared, if with one only. documents: those that at least two of them annotated.
    strata: what was drawn for the intervals; they are sentences where there is one document.
    alone: how many other documents there are, of only one, or not of the one compared with.
    """

    title: str
    words: str
    against: str | None
    annotators: tuple[str, ...]
    documents: tuple[str, ...]
    strata: int
    alone: int
    figures: list[Figure]
    confusions: list[Confusion]

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """Return whom to show first: all together; each pair, if they are compared with one."""
        found = [*dict.fromkeys(figure.annotators for figure in self.figures)]
        together = [names for names in found if len(names) == max(map(len, found))]
        pairs = {frozenset(names): names for names in reversed(together)}
        return [*pairs.values()][::-1] if self.against else together[:1]


def compare(
    units: Units,
    title: str,
    kinds: Mapping[str, str],
    *,
    against: str | None = None,
    pairs: bool = True,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    watch: Watch = lambda what, done, total: None,
) -> Comparison:
    """Return all figures of these units.

    Args:
        units: the annotations.
        title: what they are.
        kinds: pseudonym -> human or model.
        against: the name of one with whom each other one is compared, and nobody else.
        pairs: whether each two of several are also compared on their own.
        resamples: how many draws an interval is made of.
        seed: of the draws.
        watch: gets what is being done, how much of it is, and how much there is.

    Raises:
        CorpusError: no two of them annotated the same document.
    """
    asked_for = _groups(units.annotators, against, pairs)
    groups = [group for group in asked_for if _shared(units, group).any()]
    if not groups:
        raise CorpusError(
            f"{title}: no document was annotated by two: found"
            f" {', '.join(units.annotators) or 'nobody'} in {len(units.documents)} document(s)"
        )
    several = np.any([_shared(units, group) for group in groups], axis=0)
    units = replace(units, annotated=units.annotated & several)
    figures, confusions, matchings = list[Figure](), list[Confusion](), Matchings()
    for number, group in enumerate(groups):
        watch("comparing", number, len(groups))
        c = compared(units, group, matchings)
        names = tuple(units.annotators[who] for who in group)
        figures += _figures(c, names, resamples, seed)
        confusions += _confusions(c, names)
    watch("comparing", len(groups), len(groups))
    return Comparison(
        title,
        words(units.annotators, kinds, against),
        against,
        units.annotators,
        tuple(name for name, counts in zip(units.documents, several, strict=True) if counts),
        compared(units, range(len(units.annotators)), matchings).strata,
        int((~several).sum()),
        figures,
        confusions,
    )


def words(annotators: Collection[str], kinds: Mapping[str, str], against: str | None = None) -> str:
    """Return what the agreement of these annotators is called."""
    people = {person(name) for name in annotators} - {against}
    known = {kinds.get(name, "unknown") for name in people}
    if against is not None:
        return f"agreement with {against}"
    if known == {"model"}:
        return "self-consistency of model passes, no inter-annotator agreement"
    if len(people) == 1:
        return "intra-annotator agreement"
    if known == {"human"}:
        return "inter-annotator agreement"
    if known == {"human", "model"}:
        return "agreement of people and models, no inter-annotator agreement"
    return "agreement of annotators of whom annotators.toml does not say whether they are people"


def person(name: str) -> str:
    """Return whose pass it is: of `ann.2`, `ann`."""
    return name.split(".")[0]


def _groups(names: Sequence[str], against: str | None, pairs: bool) -> Iterator[tuple[int, ...]]:
    """Yield who is compared: the first passes of all people together, and every two passes."""
    if against is not None:
        for number, name in enumerate(names):
            if name != against:
                yield (number, names.index(against))
        return
    first = {person(name): number for number, name in reversed(list(enumerate(names)))}
    together = [tuple(sorted(first.values()))] if len(first) > 1 else []
    two = combinations(range(len(names)), 2) if pairs or not together else []
    yield from dict.fromkeys([*together, *two])


def _shared(units: Units, group: Sequence[int]) -> Bools:
    """Say of each document whether two of the group annotated it."""
    shared: Bools = units.annotated[[*group]].sum(axis=0) > 1
    return shared


def _figures(c: Compared, names: tuple[str, ...], resamples: int, seed: int) -> Iterator[Figure]:
    """Yield the figures of one group; of directed measures both ways."""
    ways = [(c, names)]
    if len(names) == 2:
        ways.append((Compared(c.units, c.whose[::-1], c.documents), names[::-1]))
    for number, (way, called) in enumerate(ways):
        wanted = [
            (name, part)
            for name, measure in MEASURES.items()
            for part in parts(c.units.schema, measure.kind)
            if measure.directed or not number
        ]
        sums = [MEASURES[name].sums(*asked(way, part)) for name, part in wanted]
        found = intervals(sums, c.strata, resamples=resamples, seed=seed)
        for (name, part), one, interval in zip(wanted, sums, found, strict=True):
            yield _figure(name, part, called, one, interval)


def _figure(
    measure: str, part: Part, names: tuple[str, ...], sums: Sums, interval: Interval
) -> Figure:
    items, value = int(sums.items.sum()), float(sums.value(sums.sums.sum(axis=0)))
    if sums.refused is not None or value != value:  # NaN
        why: str | None = f"undefined: {sums.refused or sums.undefined}"
    else:
        why = FEW if items < LEAST else None
    if why is not None:
        return Figure(measure, part, names, None, None, None, items, sums.counts, why)
    low, high = interval or (None, None)
    return Figure(measure, part, names, value, low, high, items, sums.counts)


def _confusions(c: Compared, names: tuple[str, ...]) -> Iterator[Confusion]:
    for part in parts(c.units.schema, "values"):
        values, matrix = confusion(*asked(c, part))
        counts = [[int(cell) for cell in row] for row in matrix]
        few = matrix.sum() < LEAST * (1 if len(names) == 2 else 2)
        agreement = [None if few or a != a else float(a) for a in specific_agreement(matrix)]
        yield Confusion(part, names, values, counts, agreement)


def kinds_of(tables: Tables) -> dict[str, str]:
    """Return pseudonym -> human or model."""
    return dict(tables.annotators.select("annotator", "kind").collect().iter_rows())

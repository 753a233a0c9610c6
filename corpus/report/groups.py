"""The annotators whose figures are shown in full: all together, or each two if there is no such."""

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.agreement.figures import Comparison, Confusion, Figure
from corpus.agreement.measures import MEASURES


@dataclass(frozen=True)
class Group:
    """Some annotators: their figures (of directed measures both ways) and their confusions.

    pairs: the confusions of each two of them.
    """

    annotators: tuple[str, ...]
    figures: list[Figure]
    confusions: list[Confusion]
    pairs: list[Confusion]


def groups(comparison: Comparison) -> Iterator[Group]:
    """Yield the groups, in the order in which they were compared."""
    order = [*MEASURES]
    for names in comparison.groups:
        own = [f for f in comparison.figures if {*f.annotators} == {*names}]
        yield Group(
            names,
            sorted(own, key=lambda figure: order.index(figure.measure)),
            [c for c in comparison.confusions if {*c.annotators} == {*names}],
            [c for c in comparison.confusions if {*c.annotators} < {*names}],
        )

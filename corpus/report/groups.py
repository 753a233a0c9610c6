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
    order, size = [*MEASURES], len(comparison.together)
    found: dict[frozenset[str], list[Figure]] = {}
    for figure in comparison.figures:
        if len(figure.annotators) == size:
            found.setdefault(frozenset(figure.annotators), []).append(figure)
    for whose, figures in found.items():
        yield Group(
            figures[0].annotators,
            sorted(figures, key=lambda figure: order.index(figure.measure)),
            [c for c in comparison.confusions if set(c.annotators) == whose],
            [c for c in comparison.confusions if set(c.annotators) < whose],
        )

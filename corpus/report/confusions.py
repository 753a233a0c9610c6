"""Values by values: which are taken for which."""

from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.agreement.figures import Confusion
from corpus.agreement.measures import Part
from corpus.report.groups import Group
from corpus.report.markup import Html, element, folded, isolated, joined, names, scrolled
from corpus.report.numbers import number, several

MOST = 20
"""How many values a matrix shows; of more, those that differ most often."""


def confusions(group: Group) -> Html:
    """Return the matrices of each attribute: of all together, those of each two folded away."""
    whole, pairs = group.confusions, dict[Part, list[Confusion]]()
    for pair in group.pairs:
        pairs.setdefault(pair.part, []).append(pair)
    if not whole:
        return Html()
    open_ = [_open(c, pairs.get(c.part, [])) for c in whole if _differing(c)]
    return element(
        "section",
        element("h3", "Which values are taken for which"),
        element("ul", *(_line(c) for c in whole if not _differing(c)), class_="alike"),
        element("div", *open_, class_="confusions"),
    )


def _open(confusion: Confusion, pairs: Sequence[Confusion]) -> Html:
    """Return the matrix of all together, and under it those of each two in which any differ."""
    apart = [pair for pair in pairs if _differing(pair)]
    same = len(pairs) - len(apart)
    rest = [element("p", f"In {same} of {len(pairs)}, all values are the same.")] if same else []
    more = [folded("Each two of them", *map(_matrix, apart), *rest)] if pairs else []
    return element("div", _matrix(confusion), *more, class_="confusion")


def _line(confusion: Confusion) -> Html:
    count = _total(confusion)
    values = several(len(confusion.values), "value")
    said = f": {several(count, 'pair')} of values, all the same ({values})"
    told = said if count else ": nothing to compare"
    return element("li", element("b", str(confusion.part)), told)


def _total(confusion: Confusion) -> int:
    """Return how many pairs of values there are; of more than two, both ways are one."""
    count = sum(map(sum, confusion.counts))
    return count if len(confusion.annotators) == 2 else count // 2


def _differing(confusion: Confusion) -> Counter[int]:
    """Return number of a value -> how often it met another, for those that did."""
    found = Counter[int]()
    for row, counts in enumerate(confusion.counts):
        for column, count in enumerate(counts):
            if count and row != column:
                found[row] += count
                found[column] += count
    return found


def _matrix(confusion: Confusion) -> Html:
    differing = _differing(confusion)
    often = sorted(range(len(confusion.values)), key=lambda number: -differing[number])
    kept = sorted(often[:MOST])
    head = [_name(confusion.values[column], "col") for column in kept]
    head.append(element("th", isolated("agreement"), scope="col"))
    table = element(
        "table",
        element("caption", *_caption(confusion)),
        element("thead", element("tr", element("td"), *head)),
        element("tbody", *(_row(confusion, row, kept) for row in kept)),
        class_="values",
    )
    label = f"{confusion.part}: which values are taken for which"
    return joined([scrolled(table, label), *_left_out(confusion, kept)])


def _caption(confusion: Confusion) -> Iterator[str]:
    yield element("b", str(confusion.part))
    if len(confusion.annotators) == 2:
        row, column = (names([name]) for name in confusion.annotators)
        yield joined([": ", row, " in rows, ", column, " in columns"])
    else:
        yield ": each two added, both ways"


def _row(confusion: Confusion, row: int, kept: Sequence[int]) -> Html:
    whole = sum(confusion.counts[row])
    cells = (_cell(confusion.counts[row][column], whole, row == column) for column in kept)
    agreement = confusion.agreement[row]
    told = "undefined" if agreement is None else number(agreement)
    name = _name(confusion.values[row], "row")
    return element("tr", name, *cells, element("td", told, class_="agreement"))


def _cell(count: int, whole: int, same: bool) -> Html:
    """Return a count; what differs is the stronger, the more of its row's value it is."""
    if same:
        return element("td", f"{count:,}")
    if not count:
        return element("td", "·")
    return element("td", f"{count:,}", style=f"--heat:{count / whole:.2f}")


def _name(value: str, scope: str) -> Html:
    return element("th", isolated(value or "(none)"), scope=scope)


def _left_out(confusion: Confusion, kept: Sequence[int]) -> Iterator[Html]:
    left = len(confusion.values) - len(kept)
    if left:
        yield element("p", f"{several(left, 'value')} that differ less often: not shown.")

"""Annotators by annotators: how far each two agree on spans of all layers."""

from collections.abc import Iterator, Mapping

from corpus.agreement.figures import Comparison, Figure
from corpus.agreement.measures import MEASURES, Part
from corpus.report.markup import Html, element, folded, isolated, joined, scrolled
from corpus.report.numbers import counted, interval, number

Cells = dict[tuple[str, str], Figure]
FIRST = ("exact-f1", "agr")
"""The measures that are not folded away."""


def matrices(comparison: Comparison) -> Html:
    """Return a matrix for each measure of spans; nothing where two are all there are."""
    found = _cells(comparison)
    pairs = {frozenset(pair) for cells in found.values() for pair in cells}
    if len(pairs) < 2:
        return Html()
    rows, columns = _axes(comparison, pairs)
    made = {name: _matrix(name, found[name], rows, columns) for name in found}
    first = [made.pop(name) for name in FIRST if name in made]
    return element(
        "section",
        element("h3", "Annotators two by two"),
        element("div", *first, class_="matrices"),
        folded("Other measures of each two", element("div", *made.values(), class_="matrices")),
    )


def _cells(comparison: Comparison) -> dict[str, Cells]:
    """Return measure -> the figures of each two, of all layers (or of the only one)."""
    figures = [f for f in comparison.figures if f.part.kind == "layer" and len(f.annotators) == 2]
    parts = {figure.part for figure in figures}
    part = Part("layer") if Part("layer") in parts else min(parts, default=None)
    found: dict[str, Cells] = {}
    for figure in figures:
        if figure.part == part:
            first, second = figure.annotators
            found.setdefault(figure.measure, {})[first, second] = figure
    return {name: found[name] for name in MEASURES if name in found}


def _axes(comparison: Comparison, pairs: set[frozenset[str]]) -> tuple[list[str], list[str]]:
    """Return rows and columns: all by all, or all by the one with whom each is compared."""
    everybody = [*comparison.annotators]
    shared = frozenset.intersection(*pairs)
    if not shared:
        return everybody, everybody
    return [name for name in everybody if name not in shared], [*shared]


def _matrix(name: str, cells: Cells, rows: list[str], columns: list[str]) -> Html:
    measure = MEASURES[name]
    part = next(iter(cells.values())).part
    caption = f"{measure.title}, {part}"
    if all(figure.value is None for figure in cells.values()):
        return element("p", element("b", caption), ": ", "; ".join(_reasons(cells)))
    way = " (row against column)" if measure.directed else ""
    both = cells if measure.directed else _both_ways(cells)
    table = element(
        "table",
        element("caption", caption + way),
        element("thead", element("tr", element("td"), *(_name(name, "col") for name in columns))),
        element(
            "tbody",
            *(
                element("tr", _name(row, "row"), *(_cell(both.get((row, c))) for c in columns))
                for row in rows
            ),
        ),
        class_="matrix" + (" distance" if measure.distance else ""),
    )
    return scrolled(table, caption)


def _both_ways(cells: Cells) -> Mapping[tuple[str, str], Figure]:
    return cells | {(second, first): figure for (first, second), figure in cells.items()}


def _reasons(cells: Cells) -> Iterator[str]:
    """Yield why there are no figures, once if it is the same for all."""
    found = dict.fromkeys((f.why, f.items, counted(f.counts)) for f in cells.values())
    for why, items, counts in found:
        yield f"{why} (n {items:,}{', ' + counts if counts else ''})"


def _name(name: str, scope: str) -> Html:
    return element("th", isolated(name), scope=scope)


def _cell(figure: Figure | None) -> Html:
    if figure is None:
        return element("td", "–", class_="none")
    if figure.value is None:
        made_of = f"n {figure.items:,}, {counted(figure.counts)}"
        return element("td", element("small", f"{figure.why}; {made_of}"), class_="untold")
    told = joined([number(figure.value), element("small", interval(figure))])
    return element("td", told, style=f"--heat:{max(figure.value, 0):.3f}")

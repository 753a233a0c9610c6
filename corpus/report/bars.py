"""Every measure of a part as a bar with its interval; all bars of a page are on one scale."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from corpus.agreement.figures import Figure
from corpus.agreement.measures import MEASURES, Part
from corpus.report.markup import Html, element, joined, names, shown
from corpus.report.numbers import counted, interval, number, several
from corpus.schema import Schema

HEADINGS = {
    "layer": "Spans",
    "attribute": "Attributes of spans that are one thing",
    "relation": "Relations",
    "attributions": "Relations",
}
"""Kind of a part -> where it stands."""


@dataclass(frozen=True)
class Scale:
    """From where bars are drawn, to 1; what lies below it is cut."""

    floor: float

    def place(self, value: float) -> str:
        """Return where a value lies, as a percentage of the width."""
        share = (max(value, self.floor) - self.floor) / (1 - self.floor)
        return f"{100 * share:.4g}%"

    @property
    def style(self) -> str:
        """Return where 0 is, and how wide a half is."""
        return f"--zero:{self.place(0)};--half:{self.place(self.floor + 0.5)}"


def scale_of(figures: Iterable[Figure]) -> Scale:
    """Return a scale from 0; if anything is below 0, from -0.5, or -1."""
    drawn = (f for f in figures if f.value is not None and not MEASURES[f.measure].distance)
    least = min((min(f.value or 0, f.low or 0) for f in drawn), default=0)
    return Scale(max(floor(2 * min(least, 0)) / 2, -1.0))


def bars(figures: Iterable[Figure], schema: Schema, scale: Scale) -> Html:
    """Return a table for each part, with a row for each measure."""
    found: dict[str, dict[Part, list[Figure]]] = {heading: {} for heading in HEADINGS.values()}
    for figure in figures:
        found[HEADINGS[figure.part.kind]].setdefault(figure.part, []).append(figure)
    return joined(
        element(
            "section",
            element("h3", heading),
            element("div", *_cards(parts, schema, scale), class_="cards"),
        )
        for heading, parts in found.items()
        if parts
    )


def _cards(parts: Mapping[Part, list[Figure]], schema: Schema, scale: Scale) -> Iterator[Html]:
    """Yield a table for each part, what is about all of them first."""
    for part in sorted(parts, key=lambda part: part.kind != "attributions" and _named(part)):
        yield _card(part, parts[part], schema, scale)


def _named(part: Part) -> bool:
    return bool(part.layer or part.name)


def _card(part: Part, figures: Sequence[Figure], schema: Schema, scale: Scale) -> Html:
    told = [figure for figure in figures if figure.value is not None]
    colour = schema.layers[part.layer].colour if part.layer in schema.layers else None
    head = _head(scale) if told else Html()
    return element(
        "table",
        element("caption", swatch(colour), str(part)),
        head,
        element("tbody", *(_row(figure, scale) for figure in told)) if told else Html(),
        *_untold(figures),
        class_="card",
    )


def swatch(colour: str | None) -> Html:
    """Return a spot of a layer's colour."""
    return element("span", class_="swatch", style=f"--layer:{colour}") if colour else Html()


def _head(scale: Scale) -> Html:
    marks = (scale.floor, 0.0, 1.0) if scale.floor else (0.0, 0.5, 1.0)
    axis = [
        element("span", f"{mark:g}".replace("-", "−"), style=f"left:{scale.place(mark)}")
        for mark in marks
    ]
    columns = ("value and 95 % interval", "n")
    return element(
        "thead",
        element(
            "tr",
            element("th", "measure", scope="col"),
            element("th", element("span", *axis, class_="axis"), scope="col"),
            *(element("th", column, scope="col") for column in columns),
        ),
    )


def _row(figure: Figure, scale: Scale) -> Html:
    assert figure.value is not None
    told = joined([element("b", number(figure.value)), " ", element("small", interval(figure))])
    if MEASURES[figure.measure].distance:
        drawn = element("td", "in code points", class_="unit")
    else:
        drawn = element("td", _bar(figure, figure.value, scale))
    measure = element("th", title(figure), scope="row")
    return element("tr", measure, drawn, element("td", told), element("td", f"{figure.items:,}"))


def _bar(figure: Figure, value: float, scale: Scale) -> Html:
    zero, end = scale.place(min(value, 0)), scale.place(max(value, 0))
    drawn = [element("i", class_="bar", style=f"left:{zero};right:calc(100% - {end})")]
    if figure.low is not None and figure.high is not None:
        low, high = scale.place(figure.low), scale.place(figure.high)
        drawn.append(element("i", class_="range", style=f"left:{low};right:calc(100% - {high})"))
    return element("span", *drawn, class_="scale")


def title(figure: Figure) -> Html:
    """Return how a figure's measure is headed; of a directed one of two, with the direction."""
    measure = MEASURES[figure.measure]
    if measure.directed and len(figure.annotators) == 2:
        first, second = (names([name]) for name in figure.annotators)
        return joined([measure.title, ", ", first, " → ", second])
    return shown(measure.title)


def _untold(figures: Iterable[Figure]) -> Iterator[Html]:
    """Yield why figures are not told, each reason once, with what they would have been made of."""
    reasons: dict[str, dict[tuple[int, str], list[Html]]] = {}
    for figure in figures:
        if figure.why is not None:
            made_of = figure.items, counted(figure.counts)
            reasons.setdefault(figure.why, {}).setdefault(made_of, []).append(title(figure))
    for why, groups in reasons.items():
        rows = [
            element(
                "tr",
                element("th", Html("; ".join(titles)), scope="row"),
                element("td", counts or several(items, "item"), colspan="2"),
                element("td", f"{items:,}"),
            )
            for (items, counts), titles in groups.items()
        ]
        reason = element("tr", element("th", why, scope="rowgroup", colspan="4"))
        yield element("tbody", reason, *rows, class_="untold")

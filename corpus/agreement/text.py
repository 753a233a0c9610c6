"""Figures as tables of text, and as JSON."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from corpus.agreement.bootstrap import RESAMPLES
from corpus.agreement.figures import LEAST, Comparison, Figure, person
from corpus.agreement.measures import MEASURES, Part

TABLES = {
    "Spans": ("exact-f1", "relaxed-f1", "boundary-distance", "agr"),
    "Words": ("token-alpha", "role-alpha"),
    "Sentences": ("sentence-f1", "sentence-alpha"),
    "Place and label": ("u-alpha", "binary-u-alpha", "cu-alpha", "gamma"),
    "Attributes": ("alpha", "kappa", "observed", "matched", "value-f1"),
    "Grades and sets": ("ordinal-alpha", "masi-alpha", "jaccard-alpha"),
    "Relations": ("given-ends-f1", "end-to-end-f1", "entity-f1", "lea"),
}
"""Heading -> the measures that stand side by side under it."""
BACK = " back"
"""Of the second annotator against the first."""
Row = list[str]


def as_text(comparisons: Iterable[Comparison]) -> str:
    """Return the tables: all together, then two by two, then what is not told, and why."""
    return "\n\n".join("\n".join(_comparison(c)) for c in comparisons)


def as_json(comparisons: Iterable[Comparison]) -> str:
    """Return all figures; part and annotators say of what, `why` why a value is null."""
    return msgspec.json.format(msgspec.json.encode([*comparisons]), indent=2).decode()


def shown(figure: Figure) -> str:
    """Return a value with its interval; of what is withheld the counts, in parentheses."""
    if figure.value is None:
        counts = "/".join(map(str, figure.counts.values()))
        return f"({counts})" if figure.withheld else "undefined"
    decimals = 1 if MEASURES[figure.measure].distance else 3
    if figure.low is None or figure.high is None:
        return f"{figure.value:z.{decimals}f}"
    low, high = (f"{edge:z.{decimals}f}" for edge in (figure.low, figure.high))
    return f"{figure.value:z.{decimals}f} [{low}, {high}]"


def _comparison(c: Comparison) -> Iterator[str]:
    yield from head(c)
    for group in c.groups:
        if group != c.annotators:
            yield from ("", " – ".join(group))
        own = [figure for figure in c.figures if {*figure.annotators} == {*group}]
        for heading, measures in TABLES.items():
            yield from _table(heading, measures, group, own)
        if not any(figure.items for figure in own):
            yield from ("", "Nobody marked anything.")
        if below := [*legend(own)]:
            yield from ("", *below)
    if len(c.groups) == 1:
        yield from _two_by_two(c)


def head(c: Comparison) -> Iterator[str]:
    """Yield what was compared, what it is called, and what the intervals mean."""
    yield f"{c.title}: {', '.join(c.annotators)}"
    yield c.words[:1].upper() + c.words[1:]
    many = f"{len(c.documents)} documents" if len(c.documents) > 1 else "1 document"
    why = f"without {c.against}, or by it alone" if c.against else "by one annotator only"
    alone = f" ({c.alone} more {why})" if c.alone else ""
    yield f"{many}{alone}; in brackets: {interval_of(c)}"


def interval_of(c: Comparison) -> str:
    """Return what the intervals are, and of what they say nothing."""
    drawn = f"95 % interval, {RESAMPLES:,} bootstrap samples of the {c.strata}"
    if len(c.documents) > 1:
        return f"{drawn} documents"
    if c.strata < 2:
        return "no interval, as there is one sentence only"
    return f"{drawn} sentences: within this text, it says nothing of others"


def _table(
    heading: str, measures: Sequence[str], group: tuple[str, ...], figures: Sequence[Figure]
) -> Iterator[str]:
    titles, rows = table(measures, group, figures)
    if rows:
        yield ""
        yield from columns([heading, "items", *titles], rows)


def table(
    measures: Sequence[str], group: tuple[str, ...], figures: Sequence[Figure]
) -> tuple[Row, list[Row]]:
    """Return the measures' titles, and a row a part: its name, its items, its values.

    A directed measure has two columns; parts that nobody used have no row.
    """
    cells: dict[Part, dict[str, Figure]] = {}
    for figure in figures:
        if figure.measure in measures:
            back = "" if figure.annotators == group else BACK
            cells.setdefault(figure.part, {})[figure.measure + back] = figure
    used = {part: row for part, row in cells.items() if any(f.items for f in row.values())}
    titles, asked = _columns(measures, used.values())
    return titles, [[str(part), *_cells(row, asked)] for part, row in used.items()]


def _columns(
    measures: Sequence[str], rows: Collection[Mapping[str, Figure]]
) -> tuple[Row, list[str]]:
    """Return the titles of the columns that these rows need, and the names of the columns."""
    both = [name + back for name in measures for back in ("", BACK)]
    asked = [name for name in both if any(name in row for row in rows)]
    titles = [MEASURES[name.removesuffix(BACK)].title + BACK * (BACK in name) for name in asked]
    return titles, asked


def _cells(row: Mapping[str, Figure], asked: Iterable[str]) -> Iterator[str]:
    items = max(figure.items for figure in row.values())
    yield str(items)
    yield from (_cell(row[name], items) if name in row else "" for name in asked)


def _cell(figure: Figure, items: int) -> str:
    """Return a value; with its own number of items, where that is not the row's."""
    fewer = figure.value is not None and figure.items < items
    return shown(figure) + f" of {figure.items}" * fewer


def columns(heads: Row, rows: Sequence[Row]) -> Iterator[str]:
    """Yield lines of aligned columns, the first to the left."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for name, *cells in (heads, *rows):
        aligned = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *aligned]).rstrip()


def _two_by_two(c: Comparison) -> Iterator[str]:
    """Yield the figures of all layers and relations, of each two annotators."""
    measures = ("exact-f1", "relaxed-f1", "agr", "gamma", "end-to-end-f1")
    rows: dict[tuple[str, ...], dict[str, Figure]] = {}
    whole = [*_whole(c)]
    for figure in c.figures:
        if len(figure.annotators) == 2 and figure.part in whole and figure.measure in measures:
            back = figure.annotators[::-1] in rows
            pair = figure.annotators[::-1] if back else figure.annotators
            rows.setdefault(pair, {})[figure.measure + BACK * back] = figure
    if len(rows) > 1:
        titles, asked = _columns(measures, rows.values())
        cells = [[_named(pair), *_cells(row, asked)] for pair, row in rows.items()]
        yield ""
        yield from columns(["Two by two", "items", *titles], cells)


def _whole(c: Comparison) -> Iterator[Part]:
    """Yield all layers and all relations, or the only one where no figure is of all."""
    for kind in ("layer", "relation"):
        yield from sorted({f.part for f in c.figures if f.part.kind == kind})[:1]


def _told(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Yield the figures that stand in a row of a table."""
    heading = {measure: heading for heading, names in TABLES.items() for measure in names}
    rows: dict[tuple[str, Part], list[Figure]] = {}
    for figure in figures:
        rows.setdefault((heading[figure.measure], figure.part), []).append(figure)
    for row in rows.values():
        if any(figure.items for figure in row):
            yield from row


def _named(pair: tuple[str, ...]) -> str:
    one = len({person(name) for name in pair}) == 1
    return " – ".join(pair) + " (one annotator)" * one


def legend(figures: Iterable[Figure]) -> Iterator[str]:
    """Yield what the counts of withheld figures are, and why others are undefined."""
    told = [*_told(figures)]
    withheld: dict[str, list[str]] = {}
    for figure in told:
        if figure.withheld:
            titles = withheld.setdefault("/".join(figure.counts), [])
            titles += {MEASURES[figure.measure].title} - {*titles}
    if withheld:
        yield f"In parentheses are counts: of fewer than {LEAST} items no coefficient is told."
    for counts, titles in withheld.items():
        yield f"  {counts}: {' · '.join(titles)}"
    undefined: dict[tuple[Part, str], list[str]] = {}
    for figure in told:
        if figure.value is None and not figure.withheld:
            title = MEASURES[figure.measure].title
            undefined.setdefault((figure.part, str(figure.why)), []).append(title)
    for (part, why), titles in undefined.items():
        yield f"{why.capitalize()}: {part}: {' · '.join(dict.fromkeys(titles))}"

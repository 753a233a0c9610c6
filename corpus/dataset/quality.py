"""The card's section on agreement: what frozen passes have in common, before adjudication."""

from collections.abc import Iterator

from corpus.schema import Schema
from corpus.tables import Tables

TABLES = {
    "Spans": ("exact-f1", "relaxed-f1", "gamma"),
    "Attributes": ("alpha", "observed", "value-f1"),
    "Relations": ("given-ends-f1", "end-to-end-f1"),
}
"""Heading -> the measures that the card has; `corpus agree` has all."""


def agreement_section(tables: Tables, schema: Schema) -> Iterator[str]:
    """Yield the section; nothing where no document has two frozen passes."""
    from corpus.agreement.figures import compare, kinds_of
    from corpus.agreement.passes import all_frozen
    from corpus.agreement.text import head, legend, table
    from corpus.agreement.units import units

    names = all_frozen(tables)
    own = units(tables, schema, names)
    if not (own.annotated.sum(axis=0) > 1).any():
        return
    comparison = compare(own, "Frozen passes", kinds_of(tables), pairs=False)
    yield "## Agreement\n"
    yield "\n".join(f"{line}  " for line in head(comparison))
    yield "Before adjudication. `corpus agree` shows every measure, and each two annotators.\n"
    group = comparison.groups[0]
    figures = [figure for figure in comparison.figures if figure.annotators == group]
    for heading, measures in TABLES.items():
        titles, rows = table(measures, group, figures)
        yield from _markdown([heading, "items", *titles], rows)
    shown = {name for measures in TABLES.values() for name in measures}
    yield "  \n".join(legend([figure for figure in figures if figure.measure in shown])) + "\n"


def _markdown(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    if rows:
        yield f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}"
        yield from (f"| {' | '.join(row)} |" for row in rows)
        yield ""

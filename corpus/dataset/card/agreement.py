"""The card's section on agreement: what frozen passes have in common, before adjudication."""

from collections.abc import Iterator, Sequence

import polars as pl

from corpus.agreement.figures import Comparison, compare, kinds_of
from corpus.agreement.measures import MEASURES
from corpus.agreement.passes import all_frozen
from corpus.agreement.text import head, legend, shown, table
from corpus.agreement.units import units
from corpus.dataset.about import Yardstick
from corpus.dataset.card.definitions import cell
from corpus.dataset.released import singles
from corpus.schema import Schema
from corpus.tables import Tables

TABLES = {
    "Spans": ("exact-f1", "relaxed-f1", "gamma"),
    "Words": ("token-alpha", "role-alpha"),
    "Attributes": ("alpha", "observed", "value-f1"),
    "Relations": ("given-ends-f1", "end-to-end-f1"),
}
"""Heading -> the measures that the card has; `corpus agree` has all."""
FIRST = ("exact-f1", "all layers")
"""The measure and the part of which the first screen tells."""

NOTHING = "Nothing was annotated twice"


def compared_passes(tables: Tables, schema: Schema) -> Comparison | None:
    """Return the frozen passes together; None where no document has two."""
    own = units(tables, schema, all_frozen(tables))
    if not (own.annotated.sum(axis=0) > 1).any():
        return None
    return compare(own, "Frozen passes", kinds_of(tables), pairs=False)


def headline(tables: Tables, compared: Comparison | None) -> Iterator[str]:
    """Yield what the first screen says of agreement."""
    if compared is None:
        again = singles(tables).select(pl.col("doc_id").is_duplicated().any()).collect().item()
        what = "Of what was annotated twice no frozen round was read" if again else NOTHING
        yield f"{what}, so nothing is known of agreement."
        return
    for figure in compared.figures:
        if (figure.measure, str(figure.part)) == FIRST and figure.value is not None:
            yield (
                f"Agreement of {len(compared.annotators)} passes on spans before adjudication:"
                f" {MEASURES[figure.measure].title}: {shown(figure)}, of {figure.items} items;"
                f" {compared.words}."
            )
            return


def agreement_section(
    compared: Comparison | None, yardsticks: Sequence[Yardstick]
) -> Iterator[str]:
    """Yield the section; nothing where nothing was compared."""
    if compared is None:
        return
    yield "## Agreement\n"
    yield "\n".join(f"{line}  " for line in head(compared))
    yield "Before adjudication. `corpus agree` shows every measure, and each two annotators.\n"
    group = compared.groups[0]
    figures = [figure for figure in compared.figures if figure.annotators == group]
    for heading, measures in TABLES.items():
        titles, rows = table(measures, group, figures)
        yield from _markdown([heading, "items", *titles], rows)
    told = {name for measures in TABLES.values() for name in measures}
    yield "  \n".join(legend([figure for figure in figures if figure.measure in told])) + "\n"
    if yardsticks:
        yield "Published elsewhere, of other texts and annotators; compare like with like:\n"
        rows = [[cell(y.what), cell(y.value), cell(y.source)] for y in yardsticks]
        yield from _markdown(["measured", "agreement", "by"], rows)


def _markdown(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    if rows:
        yield f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}"
        yield from (f"| {' | '.join(row)} |" for row in rows)
        yield ""

"""The verb `corpus agree`."""

import sys
from pathlib import Path
from typing import Any

import click

from corpus.cli.root import root_of

OUTPUTS = ("text", "json", "html")


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Choice(OUTPUTS),
    default="text",
    show_default=True,
    help="json has every figure; html shows the disagreements too.",
)
@click.option("--round", "rounds", multiple=True, metavar="ROUND", help="Only this round.")
@click.option(
    "--by",
    type=click.Choice(("round", "assisted")),
    help="Each round apart; or what was made with pre-annotations in sight, and what without.",
)
@click.option("--against", metavar="NAME", help="Compare each with this one only, as with gold.")
@click.option(
    "--gate",
    type=click.Path(path_type=Path),
    help="Thresholds: exit status 1 if agreement may be below one (see docs/agreement.md).",
)
@click.pass_context
def agree(
    context: click.Context,
    paths: tuple[Path, ...],
    output: str,
    rounds: tuple[str, ...],
    by: str | None,
    against: str | None,
    gate: Path | None,
) -> None:
    """Measure how far annotators agree.

    Reads the frozen passes of annotations/, or each PATH as it is: a Label Studio JSON export, an
    annotation file, or a folder of either.
    """
    from corpus.agreement.gate import read_gate, verdicts
    from corpus.agreement.passes import passes
    from corpus.reading import read_corpus
    from corpus.validation import examine, refuse_errors

    if paths and (rounds or by == "round"):
        raise click.UsageError("a PATH is read as it is: no round is asked for beside it")
    root = root_of(context)
    tables, schema = read_corpus(root, paths)
    if paths:  # frozen passes were validated before they were frozen
        broken = examine(tables, schema, ()).findings
        refuse_errors(broken, "mend them, or leave the file out (`corpus validate` lists them)")
    thresholds = read_gate(gate, schema) if gate else {}
    asked = passes(root, tables, given=bool(paths), rounds=rounds, by=by, against=against)
    comparisons = _comparisons(tables, schema, asked, against)
    click.echo(_shown(output, comparisons, tables, schema, asked))
    told = [*verdicts(comparisons, thresholds)]
    for verdict in told:
        click.echo(str(verdict), err=True)
    sys.exit(not all(verdict.passed for verdict in told))


def _comparisons(tables: Any, schema: Any, asked: Any, against: str | None) -> list[Any]:
    """Return each comparison that there is something for, with a bar while there is work."""
    from corpus.agreement.figures import compare, kinds_of
    from corpus.agreement.units import units
    from corpus.cli.desk import progress
    from corpus.errors import CorpusError

    kinds, found, without = kinds_of(tables), list[Any](), list[CorpusError]()
    with progress() as (watch, say):
        for title, names in asked.items():
            own = units(tables, schema, names)
            try:
                found.append(compare(own, title, kinds, against=against, watch=watch))
            except CorpusError as error:
                without.append(error)
        if not found:
            raise without[0]
        for remark in map(str, without):
            say(remark)
    return found


def _shown(output: str, comparisons: list[Any], tables: Any, schema: Any, asked: Any) -> str:
    from corpus.agreement.text import as_json, as_text

    if output == "html":
        from corpus.adjudication.differences import differences
        from corpus.report.agreement import agreement_page

        found = [d for names in asked.values() for d in differences(tables, schema, names)]
        return agreement_page(comparisons, found, schema)
    show: Any = as_json if output == "json" else as_text
    return str(show(comparisons))


VERBS = (agree,)

"""The verbs about rules: `corpus validate` and `corpus rule`."""

import signal
import sys
from pathlib import Path
from typing import Any

import click

from corpus.cli.root import root_of
from corpus.output import FORMATS, STATISTICS, report_of


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Choice([*FORMATS]),
    default="text",
    show_default=True,
    help="text shows the place in the text; json has all there is; sarif is for code scanning,"
    " github marks the lines of a pull request, junit is a test report (GitLab, Jenkins).",
)
@click.option("--select", multiple=True, metavar="RULE", help="Only this rule or family.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Not this rule or family.")
@click.option("--fix", is_flag=True, help="Mend what takes nobody's judgement; shows a diff first.")
@click.option(
    "--statistics", is_flag=True, help="Count the findings of each rule instead (text, json)."
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.pass_context
def validate(
    context: click.Context,
    paths: tuple[Path, ...],
    output: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    statistics: bool,
    strict: bool,
    exit_zero: bool,
) -> None:
    """Check the labels against every rule.

    Reads annotations/, or each PATH: a Label Studio JSON export, an annotation file, or a folder
    of either. RULE is a code (S103), a name (span-edge-whitespace) or the letter of a family (S);
    both options can be given several times.
    """
    from corpus.reading import read_corpus
    from corpus.validation import chosen, examine

    show = (STATISTICS if statistics else FORMATS).get(output)
    if show is None:
        raise click.UsageError(f"--statistics is shown as {' or '.join(STATISTICS)} only")
    root = root_of(context)
    tables, schema = read_corpus(root, paths)
    codes = chosen(schema, select, ignore)
    outcome = examine(tables, schema, codes)
    if fix and _fix(root, tables, schema, outcome.findings):
        tables, schema = read_corpus(root, paths)
        outcome = examine(tables, schema, codes)
    click.echo(show(report_of(outcome, tables, schema)))
    graves = ("error", "warning") if strict else ("error",)
    sys.exit(not exit_zero and any(f.severity in graves for f in outcome.findings))


def _fix(root: Path, tables: Any, schema: Any, findings: list[Any]) -> bool:
    """Show what would change, ask where somebody can answer, and write it; say whether."""
    from corpus.findings import printable
    from corpus.fixes import fixed, write_fixed

    files, left = fixed(root, tables, schema, findings)
    for name, why in left.items():
        click.echo(printable(f"{name} is left as it is: {why}"), err=True)
    for file in files:
        click.echo("\n".join(map(printable, file.diff().split("\n"))), err=True)
    question = f"Write {len(files)} file(s)?"
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # polars takes it; nothing is begun to be ended
    asked = sys.stdin is not None and sys.stdin.isatty()
    if not files or (asked and not click.confirm(question, default=True, err=True)):
        return False
    signal.signal(signal.SIGINT, signal.default_int_handler)
    write_fixed(files)
    click.echo(f"{len(files)} file(s) written", err=True)
    return True


@click.command()
@click.argument("code", required=False)
@click.pass_context
def rule(context: click.Context, code: str | None) -> None:
    """Show the page of a rule (by code or name), or list those of a family, or all."""
    from corpus.rules import FAMILIES, find_rule
    from corpus.rules.own import FAMILY

    rules = _rules(context, code)
    if code is None or code.upper() in (*FAMILIES, FAMILY):
        shown = (r for r in rules.values() if code is None or r.code[0] == code.upper())
        for r in shown:
            click.echo(f"{r.code}  {r.severity:7}  {r.name:28} {r.summary}")
    else:
        found = find_rule(code, rules)
        asked = f"\n\n{found.asked}" if found.asked else ""
        click.echo(f"{found.code} {found.name} ({found.severity})\n\n{found.page}{asked}")


def _rules(context: click.Context, code: str | None) -> Any:
    """Return the rules of the corpus; outside of one, or if only its own would fail, ours."""
    from corpus.errors import CorpusError
    from corpus.rules import RULES, by_name, rules_of
    from corpus.schema import find_schema, read_schema

    try:
        root = root_of(context)
    except CorpusError:
        return RULES
    try:
        return rules_of(read_schema(find_schema(root)))
    except CorpusError:
        if code is not None and {code, code.upper()} & {*RULES, *by_name(RULES)}:
            return RULES
        raise


VERBS = (validate, rule)

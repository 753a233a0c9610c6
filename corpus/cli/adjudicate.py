"""The verb of the curator: `corpus adjudicate`."""

import signal
import sys
from functools import partial
from typing import Any

import click

from corpus.cli.desk import today
from corpus.cli.root import root_of


@click.command()
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@click.option("--by", metavar="NAME", help="Who decides: a pseudonym of annotators.toml.")
@click.option("--round", "round_name", metavar="ROUND", help="Only what this round has frozen.")
@click.option("--majority", is_flag=True, help="Decide what more than half of three or more say.")
@click.option("--next", "asking", is_flag=True, help="Ask the open conflicts, one after the other.")
@click.pass_context
def adjudicate(
    context: click.Context,
    documents: tuple[str, ...],
    by: str | None,
    round_name: str | None,
    majority: bool,
    asking: bool,
) -> None:
    """Make several frozen annotations of a text into gold.

    What all agree on is taken over. Where they differ is listed in the document's decisions.toml,
    and is decided there, or with --next. Gold is written as soon as nothing is open.
    """
    from corpus.adjudication.case import by_majority, saved, signed
    from corpus.adjudication.documents import cases, line, next_step, refuse_stranger, remarks
    from corpus.load import read_corpus

    root = root_of(context)
    tables, schema = read_corpus(root)
    if by is not None:
        refuse_stranger(tables, by)
    found = cases(root, tables, schema, documents, round_name)
    made = [signed(case, by, today()) for case in found.cases]
    made = [saved(by_majority(case, today()) if majority else case) for case in made]
    if asking:
        made = [saved(case) for case in _asked(made, by)]
    for case in made:
        click.echo(line(case))
        for remark in remarks(case):
            click.echo(remark, err=True)
    if found.alone:
        click.echo(f"{len(found.alone)} document(s) with one frozen annotation are left")
    click.echo(next_step(made))


def _asked(made: list[Any], by: str | None) -> list[Any]:
    """Ask what is open; return the cases as they are then."""
    from rich.console import Console

    from corpus.adjudication.dialogue import Dialogue

    if by is None:
        raise click.UsageError("--next needs to know who decides: --by NAME")
    console = Console(highlight=False, markup=False, soft_wrap=True)
    named = {case.comparison.doc_id: case for case in made}
    here = sys.stdin is not None and sys.stdin.isatty()
    key, line = (_key, _line) if here else (partial(_piped, "q"), partial(_piped, ""))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # polars takes it
    dialogue = Dialogue(named, by, today(), key, line, console.print)
    dialogue.run()
    return [*dialogue.cases.values()]


def _key(asked: str) -> str:
    click.echo(f"{asked}: ", nl=False)
    try:
        key = click.getchar()
    except EOFError:  # Ctrl-D
        key = "q"
    click.echo(key if key.isprintable() else "")
    return key


def _line(asked: str) -> str:
    return str(click.prompt(asked, default="", show_default=False))


def _piped(end: str, asked: str) -> str:
    """Read a line where nobody sits at a keyboard; return `end` where nothing more comes."""
    click.echo(f"{asked}: ", nl=False)
    read = sys.stdin.readline() if sys.stdin is not None else ""
    click.echo(read.strip())
    return read.strip() if read else end


VERBS: tuple[Any, ...] = (adjudicate,)

"""The verb of the curator: `corpus adjudicate`."""

import signal
import sys
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from corpus.cli.desk import PORT, progress, stay, today, told, where

OF_STUDIO = ("url", "database", "isolated", "browser")
"""The options that say which Label Studio, or how to show it."""


@click.command()
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@click.option("--by", metavar="NAME", help="Who decides: a pseudonym of annotators.toml.")
@click.option("--round", "round_name", metavar="ROUND", help="Only what this round has frozen.")
@click.option("--majority", is_flag=True, help="Decide what more than half of three or more say.")
@click.option("--next", "asking", is_flag=True, help="Ask the open conflicts, one after the other.")
@click.option(
    "--studio", is_flag=True, help="Bring the open conflicts to Label Studio, and open it."
)
@click.option("--pull", "pulling", is_flag=True, help="Decide as was handed in there.")
@where
@click.option("--browser/--no-browser", default=True, help="With --studio: open the page.")
def adjudicate(
    root: Path,
    place: Any,
    documents: tuple[str, ...],
    by: str | None,
    round_name: str | None,
    majority: bool,
    asking: bool,
    studio: bool,
    pulling: bool,
    browser: bool,
) -> None:
    """Make several frozen annotations of a text into gold.

    What all agree on is taken over. Where they differ is listed in the document's decisions.toml,
    and is decided there, with --next, or in Label Studio. Gold is written as soon as nothing is
    open.
    """
    from corpus.adjudication.case import by_majority, is_edited, saved, signed
    from corpus.adjudication.documents import cases, deciders, next_step, refuse_stranger
    from corpus.adjudication.gold import gold_path
    from corpus.reading import read_corpus

    _refuse_nonsense(asking, studio, pulling)
    tables, schema = read_corpus(root)
    if by is not None:
        refuse_stranger(tables, by)
    found = cases(root, tables, schema, documents, round_name)
    for case in found.cases:
        for name in sorted({*deciders(case)}):
            refuse_stranger(tables, name, f"{case.path}: ")
    made = [signed(case, by, today()) for case in found.cases]
    made = [by_majority(case, today()) if majority else case for case in made]
    for case in filter(is_edited, made):
        path = gold_path(root, case.comparison.doc_id)
        click.echo(f"{path}: is not what the decisions say, and is written anew", err=True)
    made = [saved(case) for case in made]
    if asking:
        made = [saved(case) for case in _asked(made, by)]
    if pulling:
        made = _taken_in(root, place, by, made)
    _tell(made, found.alone)
    if studio and made:
        _curate(root, place, by, made, browser)
    else:
        click.echo(next_step(made))


def _refuse_nonsense(asking: bool, studio: bool, pulling: bool) -> None:
    if asking + studio + pulling > 1:
        raise click.UsageError("--next, --studio and --pull: one at a time")
    given = click.get_current_context().get_parameter_source
    typed = [name for name in OF_STUDIO if given(name) is ParameterSource.COMMANDLINE]
    if typed and not (studio or pulling):
        raise click.UsageError(f"--{typed[0]} goes with --studio or --pull")


def _tell(made: list[Any], alone: Any) -> None:
    from corpus.adjudication.documents import line, remarks

    for case in made:
        click.echo(line(case))
        for remark in remarks(case):
            click.echo(remark, err=True)
    if alone:
        click.echo(f"{len(alone)} document(s) with one frozen annotation are left")


def _taken_in(root: Path, place: Any, by: str | None, made: list[Any]) -> list[Any]:
    """Decide as curators have handed in; return the cases as they are then."""
    from corpus.desk.curate import take_in

    with progress() as (watch, say):
        made, done = take_in(root, place, by, made, today(), watch, say)
    click.echo(told(done) or "nothing to pull")
    return made


def _curate(root: Path, place: Any, by: str | None, made: list[Any], browser: bool) -> None:
    """Bring what is open to the curator, and show it for as long as our server runs."""
    from corpus.desk.curate import curating, curator
    from corpus.labelstudio.local import Hosting

    by = curator(root, place, by)
    with curating(root, place, progress, Hosting(wanted=PORT), by, made) as (page, server, done):
        click.echo(told(done) or "nothing to bring: all is there")
        if page is None:
            return
        click.echo(f"{page.annotator}: {page.url}\n    log in as {page.email}")
        if browser:
            click.launch(page.url)
        if place.url is None:
            stay(root, [server], by)
    click.echo("`corpus adjudicate --pull` makes decisions and gold of what is handed in")


def _asked(made: list[Any], by: str | None) -> list[Any]:
    """Ask what is open; return the cases as they are then."""
    from rich.console import Console

    from corpus.adjudication.dialogue import Dialogue

    if by is None:
        raise click.UsageError("--next needs to know who decides: --by NAME")
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):  # nothing that is no text here ends the work
            stream.reconfigure(errors="replace")
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

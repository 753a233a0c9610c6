"""The verbs of the annotators' desk."""

import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from corpus.cli.root import root_of
from corpus.findings import printable

PORT = 8080
"""Where people look for Label Studio first."""


def where(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb `root`, and `place`: the options that say which Label Studio."""

    @wraps(verb)
    @click.pass_context
    def placed(
        context: click.Context,
        /,
        url: str | None,
        database: str | None,
        isolated: bool,
        **rest: Any,
    ) -> None:
        verb(root_of(context), _place(context, url, database, isolated), **rest)

    for option in reversed(WHERE):
        placed = option(placed)
    return placed


WHERE = (
    click.option(
        "--url",
        envvar="LABEL_STUDIO_URL",
        help="A Label Studio that runs already; its token in LABEL_STUDIO_API_KEY.",
    ),
    click.option(
        "--database",
        envvar="CORPUS_DATABASE",
        metavar="URL",
        help="PostgreSQL for our own server: postgresql://USER@HOST/NAME (password: PGPASSWORD or"
        " ~/.pgpass).",
    ),
    click.option(
        "--isolated",
        is_flag=True,
        envvar="CORPUS_ISOLATED",
        help="A server of ours for each annotator, so that none sees another's work.",
    ),
)


def _place(context: click.Context, url: str | None, database: str | None, isolated: bool) -> Any:
    from corpus.desk.place import Place
    from corpus.errors import CorpusError
    from corpus.labelstudio.database import database_of

    found = database_of(database) if database else None
    typed = context.get_parameter_source("database") is ParameterSource.COMMANDLINE
    if found is not None and found.password and typed:
        raise CorpusError(
            "--database: a password on the command line can be read by everybody on this machine:"
            " put it into PGPASSWORD, ~/.pgpass or CORPUS_DATABASE"
        )
    # A line end, as of an env file, would be refused by the client in words that hold the key.
    key = os.environ.get("LABEL_STUDIO_API_KEY", "").strip() if url else None
    return Place(url, key, found, isolated)


@contextmanager
def progress() -> Iterator[tuple[Callable[[str, int, int], None], Callable[[str], None]]]:
    """Yield (watch, say): a bar for each long thing, and remarks above them, on stderr."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        known: dict[str, Any] = {}

        def watch(what: str, done: int, total: int) -> None:
            if what not in known:
                known[what] = bars.add_task(what, total=total)
            bars.update(known[what], completed=done, total=total, visible=done < total)

        def say(text: str) -> None:
            bars.console.print(Text(printable_lines(text)))

        yield watch, say


def people(_context: click.Context, _option: click.Parameter, value: str | None) -> list[str]:
    """Return the pseudonyms of a list with commas."""
    return [name.strip() for name in (value or "").split(",") if name.strip()]


ANNOTATORS = click.option(
    "--annotators",
    callback=people,
    metavar="A,B",
    help="Who annotates, where annotations/rounds.toml does not say it yet.",
)
OVERLAP = click.option(
    "--overlap",
    metavar="N",
    help='How many annotate each text: a number, or "20 % double"; else everybody all.',
)


@click.command()
@where
@ANNOTATORS
@OVERLAP
@click.option("--port", type=click.IntRange(1, 65535), help=f"Of our server; else {PORT}, if free.")
@click.option("--production", is_flag=True, help="Serve with gunicorn, for a team.")
@click.option("--public", metavar="URL", help="The address at which a proxy shows our server.")
@click.option("--browser/--no-browser", default=True, help="Open the labelling page.")
def annotate(
    root: Path,
    place: Any,
    annotators: list[str],
    overlap: str | None,
    port: int | None,
    production: bool,
    public: str | None,
    browser: bool,
) -> None:
    """Start Label Studio, with the texts in it, and open the labelling page.

    It runs on this machine alone until Ctrl-C; started again, it goes on where people left off.
    With --url, brings the projects of that server up to date instead.
    """
    from corpus.desk.annotate import annotating
    from corpus.labelstudio.local import Hosting

    hosting = Hosting(port, production, public, wanted=PORT)
    with annotating(root, place, progress, hosting, annotators, overlap) as (pages, running):
        for page in pages:
            click.echo(f"{page.annotator}: {page.url}\n    log in as {page.email}")
        if browser and pages:
            click.launch(pages[0].url)
        if place.url is None:
            stay(root, running)
            click.echo("Label Studio stopped; `corpus pull` brings what is submitted here.")


def stay(root: Path, running: list[Any], annotator: str | None = None) -> None:
    """Return at Ctrl-C, or when a server of ours has stopped; Enter shows who logs in how."""
    from corpus.desk.annotate import wait

    shown = "Enter shows the passwords" if sys.stdin.isatty() else "Passwords: corpus login"
    with suppress(KeyboardInterrupt):
        click.echo(f"{shown}; Ctrl-C stops (all work is kept).")
        wait(running, lambda: show_logins(root, annotator))


def show_logins(root: Path, annotator: str | None = None) -> None:
    """Show e-mail and password of the accounts: when asked for, on the terminal only."""
    from corpus.desk.annotate import logins

    for name, account in logins(root, annotator).items():
        click.echo(f"{name}: e-mail {account.email}, password {account.password}")


@click.command()
@click.argument("annotator", required=False)
@click.pass_context
def login(context: click.Context, annotator: str | None) -> None:
    """Show e-mail and password of ANNOTATOR, or of all, at our own Label Studio."""
    show_logins(root_of(context), annotator)


@click.command()
@where
@ANNOTATORS
@OVERLAP
def push(root: Path, place: Any, annotators: list[str], overlap: str | None) -> None:
    """Bring texts, pre-annotations and changed labels to Label Studio.

    What is there already stays as it is, so that a push can be repeated at any time. A text or a
    schema that changed under labels is refused.
    """
    from corpus.desk.annotate import push as run

    with progress() as (watch, say):
        done = run(root, place, watch, say, annotators, overlap)
    click.echo(told(done) or "nothing to push: all is there")


@click.command()
@where
def pull(root: Path, place: Any) -> None:
    """Bring submitted labels from Label Studio into annotations/.

    Drafts and skipped texts are counted. A file that was changed here is never overwritten.
    """
    from corpus.desk.annotate import pull as run

    with progress() as (watch, say):
        done = run(root, place, watch, say)
    click.echo(told(done) or "nothing to pull")


def told(done: Counter[str]) -> str:
    """Return what was done, with its numbers."""
    return ", ".join(f"{number} {what}" for what, number in done.items() if number)


@click.command()
@where
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--time", "timed", is_flag=True, help="Minutes per 100 words, for pilots and pay.")
@click.option(
    "--cap",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    help="Minutes per 100 words beyond which a text's time counts as idling.",
)
def status(root: Path, place: Any, output: str, timed: bool, cap: float) -> None:
    """Show who has done what: a line a text and person.

    Times are for the team alone: no file and no dataset has them.
    """
    from corpus.desk.annotate import status as run
    from corpus.desk.status import as_json, as_text, paces, paces_as_text

    if not math.isfinite(cap):
        raise click.BadParameter("expected minutes", param_hint="--cap")
    with progress() as (_, say):
        found = run(root, place, say)
    if output == "json":
        click.echo(as_json(found, paces(found, cap) if timed else None))
    else:
        click.echo(paces_as_text(paces(found, cap), cap) if timed else as_text(found))


@click.command()
@where
@click.argument("question", required=False)
@click.option("--answer", metavar="TEXT", help="Answer QUESTION; annotators read it after a push.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def questions(
    root: Path, place: Any, question: str | None, answer: str | None, output: str
) -> None:
    """List the open questions of annotators, or answer QUESTION, an id of the list.

    Answers are kept with their date in annotations/questions.toml.
    """
    from corpus.desk.annotate import questions as run
    from corpus.desk.questions import answer_one, as_json, as_text

    if (question is None) != (answer is None):
        raise click.UsageError("an answer needs a question's id, and --answer")
    with progress() as (_, say):
        found = run(root, place, say)
    if question is not None and answer is not None:
        asked = answer_one(root, found, question, answer, today())
        click.echo(f"{printable(asked)}: answered")
    else:
        click.echo(as_json(root, found) if output == "json" else as_text(root, found))


@click.command()
@click.argument("name", metavar="ROUND")
@click.option("--partial", is_flag=True, help="Close it although files are missing.")
@click.pass_context
def freeze(context: click.Context, name: str, partial: bool) -> None:
    """Close ROUND: its files stay as they are.

    Their digests are recorded in annotations/rounds.toml; `corpus validate` holds the files to
    them, push and pull leave them alone. To have the texts annotated again, declare another round
    that names them: that is another pass, in files of its own.
    """
    from corpus.desk.annotate import open_corpus
    from corpus.desk.freeze import freeze_round
    from corpus.rounds import read_rounds

    root = root_of(context)
    files = freeze_round(open_corpus(root), read_rounds(root), name, today(), partial=partial)
    click.echo(f"round {name!r} is frozen with {len(files)} file(s); see annotations/rounds.toml")


@click.command()
@where
@click.argument("sections", metavar="SECTION...", nargs=-1, required=True)
@click.option("--round", "name", metavar="ROUND", help="Make this round of them, and push it.")
def recheck(root: Path, place: Any, sections: tuple[str, ...], name: str | None) -> None:
    """List the spans that each SECTION, a heading of the guidelines, touches.

    They are those made with older guidelines. With --round, everybody is asked to look at their own
    labels again, in a new pass; that is of the new guidelines, so name all sections that changed.
    """
    from corpus.desk.annotate import push as run
    from corpus.reading import read_corpus
    from corpus.recheck import affected, as_text, declare_recheck

    tables, schema = read_corpus(root)
    found = affected(tables, schema, sections)
    click.echo(printable_lines(as_text(found)))
    if name is not None:
        declare_recheck(root, name, sections, found)
        with progress() as (watch, say):
            done = run(root, place, watch, say)
        click.echo(told(done))


def printable_lines(text: str) -> str:
    """Return a text of which each line can be shown."""
    return "\n".join(map(printable, text.splitlines()))


def today() -> str:
    """Return the date in UTC."""
    from datetime import UTC, datetime

    return datetime.now(UTC).date().isoformat()


VERBS = (annotate, push, pull, status, questions, recheck, freeze, login)
"""In the order in which help lists them."""

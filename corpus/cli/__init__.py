"""The command `corpus`: read, call the library, show, choose the exit status.

What a verb needs is imported when it runs, so that help is instant and the base install enough
for what needs no more.
"""

import json
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from corpus.cli import adjudicate, agree, dataset, desk, restore, validate
from corpus.cli.dataset import counted
from corpus.cli.desk import today
from corpus.cli.root import root_of
from corpus.errors import CorpusError

EXTRAS = {"datasets": "hub", "huggingface_hub": "hub"}
EXTRAS |= {"httpx": "studio", "ijson": "studio", "label_studio_sdk": "studio"}
EXTRAS |= {"markdown_it": "studio", "packaging": "studio", "scipy": "agreement"}
"""Module -> the extra that brings it; a verb that misses one says so."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hedgerow", prog_name="corpus")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The corpus folder; else the nearest one upward that holds schemas/.",
)
@click.pass_context
def cli(context: click.Context, root: Path | None) -> None:
    """Make, validate and publish annotated corpora with Label Studio.

    Exit status: 0 no errors, 1 errors in the labels, 2 could not run.
    """
    context.obj = root


@cli.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Where the export, the findings and the dataset go.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Of Label Studio; else a free one.")
@click.pass_context
def demo(context: click.Context, out: Path, port: int | None) -> None:
    """Run the whole loop, without hands.

    Starts a real Label Studio on this machine alone, brings texts and labels in and out again,
    validates them, builds the dataset and loads it back. Takes about a minute.
    """
    from rich.console import Console
    from rich.text import Text

    from corpus.demo import demo as run

    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    with console.status("reading the corpus") as status:

        def say(text: str) -> None:
            status.update(Text(text))
            console.print(text)

        loop = run(root_of(context), out, say, port)
    click.echo(
        f"Made {out}: tasks.json, export.json, findings.json, dataset ({counted(loop.rows)})"
    )
    folder = json.dumps(str(out / "dataset"))
    click.echo(f'datasets.load_dataset({folder}, "{loop.example}")')


@cli.group()
def schema() -> None:
    """Check the schema, and show what is generated from it."""


PATH = click.argument("path", required=False, type=click.Path(path_type=Path))


def _schema(context: click.Context, path: Path | None) -> Any:
    from corpus.dataset.derived import check_derived
    from corpus.rules import rules_of
    from corpus.schema import find_schema, read_schema

    found = read_schema(path or find_schema(root_of(context)))
    rules_of(found)
    check_derived(found)
    return found


@schema.command()
@PATH
@click.pass_context
def check(context: click.Context, path: Path | None) -> None:
    """Check the schema, or the one at PATH, and the examples in its guidelines.

    Exit status 1: an example is not what it says of itself.
    """
    from corpus.examples import broken, examples
    from corpus.schema.guidelines import guidelines_path, read_guidelines

    found = _schema(context, path)
    layers, relations = ", ".join(found.layers), ", ".join(found.relations)
    click.echo(f"{found.path}: {found.name} {found.version} is sound")
    click.echo(f"layers: {layers}\nrelations: {relations or 'none'}")
    guidelines = guidelines_path(Path(found.path))
    shown = examples(read_guidelines(guidelines), str(guidelines))
    wrong = [*broken(shown, found)]
    for line in wrong:
        click.echo(f"{guidelines}:{line}")
    if shown:
        click.echo(f"{guidelines}: {len(shown) - len(wrong)} of {len(shown)} examples hold")
    sys.exit(1 if wrong else 0)


@schema.command()
@PATH
@click.pass_context
def config(context: click.Context, path: Path | None) -> None:
    """Print the Label Studio labelling config (XML)."""
    from corpus.labelstudio.config import labelling_config

    click.echo(labelling_config(_schema(context, path)), nl=False)


@schema.command("json")
@PATH
@click.pass_context
def json_schema(context: click.Context, path: Path | None) -> None:
    """Print the JSON Schema of the annotation files."""
    from corpus.file_schema import file_schema

    found = file_schema(_schema(context, path))
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@schema.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.pass_context
def difference(context: click.Context, old: Path, new: Path) -> None:
    """Show what changed from OLD to NEW, and how many annotations it touches.

    `compatible` changes touch no label; after a `check` run `corpus validate`; a `migrate` needs
    `corpus schema migrate`.
    """
    from corpus.schema import read_schema
    from corpus.touched import as_text

    both = (read_schema(path, linked=False) for path in (old, new))
    click.echo(as_text(root_of(context), *both))


@schema.command()
@click.argument("map", type=click.Path(path_type=Path))
@click.pass_context
def migrate(context: click.Context, map: Path) -> None:
    """Rewrite annotations/ as MAP says, a TOML file of old names and new ones.

    See docs/schema.md. The digests of frozen rounds follow, with a record of the old ones.
    """
    from corpus.migration import migrate as run
    from corpus.migration import read_migration
    from corpus.schema import find_schema, read_schema

    root = root_of(context)
    found = read_migration(map, read_schema(find_schema(root)))
    done = run(root, found, today())
    for what, number in done.counts:
        click.echo(f"{what}: {number} label(s)")
    click.echo(f"{len(done.files)} file(s) are of version {found.to} now")
    if done.errors:
        click.echo(f"{done.errors} error(s) are left to mend: `corpus validate` lists them")


for module in (desk, validate, agree, adjudicate, dataset, restore):
    for verb in module.VERBS:
        cli.add_command(verb)


def main() -> NoReturn:
    """Run the command; what stops it is one line on stderr and exit status 2."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _stop)
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = 2
    except click.exceptions.Exit as error:
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("corpus: interrupted", err=True)
        status = 130
    except CorpusError as error:
        status = _refused(str(error))
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        status = _refused(f"needs {error.name}: pip install 'hedgerow[{EXTRAS[error.name]}]'")
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        status = _refused(f"{place}{error.strerror or error}")
    sys.exit(status or 0)


def _refused(words: str) -> int:
    """Say in one line why the work cannot go on, and return the exit status."""
    from corpus.findings import printable

    click.echo(f"corpus: {printable(words)}", err=True)
    return 2


def _stop(number: int, _frame: object) -> NoReturn:
    """End in an orderly way, so that what was started is stopped and scratch is removed."""
    sys.exit(128 + number)

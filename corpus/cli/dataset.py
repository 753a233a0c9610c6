"""The verbs that make the dataset and put it on the Hub."""

import sys
from pathlib import Path
from typing import Any

import click

from corpus.cli.root import root_of


@click.command()
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/dataset"),
    show_default=True,
    help="The dataset folder; replaced whole.",
)
@click.option(
    "--check",
    "against",
    metavar="[DIR]",
    is_flag=False,
    flag_value="",
    help="Write nothing: say what differs from DIR/checksums.txt (dataset/ of the corpus folder).",
)
@click.pass_context
def build(context: click.Context, source: Path | None, out: Path, against: str | None) -> None:
    """Build the dataset folder: Parquet, card, Croissant, checksums.

    From annotations/, or from SOURCE, a Label Studio JSON export.
    """
    from corpus.dataset.about import read_about
    from corpus.dataset.build import build as run
    from corpus.dataset.check import check
    from corpus.reading import read_corpus

    tables, schema = read_corpus(root_of(context), (source,) if source else ())
    about = read_about(root_of(context))
    if against is not None:
        folder = Path(against) if against else root_of(context) / "dataset"
        found = check(tables, schema, about, folder)
        click.echo(found.text)
        sys.exit(bool(found.differences))
    rows = run(tables, schema, out, lambda text: click.echo(text, err=True), about)
    click.echo(f"Made {out}: {counted(rows)}")


@click.command()
@click.argument("repo", metavar="REPO")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/dataset"),
    show_default=True,
    help="Where the dataset is built; replaced whole.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change on the Hub; change nothing.")
@click.option("--private", is_flag=True, help="If the repository is made: for its owner only.")
@click.option(
    "--confirm-basis",
    is_flag=True,
    help="The texts of unknown licence may be passed on, as their `basis` says.",
)
@click.pass_context
def publish(
    context: click.Context, repo: str, out: Path, dry_run: bool, private: bool, confirm_basis: bool
) -> None:
    """Build the dataset and publish it on the Hub as REPO (OWNER/NAME).

    All files in one commit, then a tag of the version in dataset.toml. The token is that of
    HF_TOKEN, or of `hf auth login`. Published twice, it changes nothing.
    """
    from huggingface_hub import HfApi

    from corpus.dataset import publication
    from corpus.dataset.about import read_about
    from corpus.dataset.build import build as run
    from corpus.dataset.texts import refuse_unconfirmed
    from corpus.reading import read_corpus

    root, api = root_of(context), HfApi()
    tables, schema = read_corpus(root)
    about, there = read_about(root), publication.look(api, repo)
    if private:
        publication.refuse_public(repo, there)
    run(tables, schema, out, _say, about)
    found = publication.difference(api, repo, there, out, about)
    click.echo(f"{repo} at {api.endpoint}\n{found}")
    if not (private if there.head is None else there.private) and not confirm_basis:
        refuse_unconfirmed(root, tables, _say)
    publication.refuse_version(there, found, about)
    if not dry_run:
        version = about.version
        done = publication.publish(api, repo, there, found, out, version, private=private, say=_say)
        what = f"published as v{version}: {done}" if done else f"v{version} is published already"
        click.echo(f"{repo}: {what}")


def counted(rows: dict[str, int]) -> str:
    """Return how many rows each config has, in words."""
    return ", ".join(f"{config} {number}" for config, number in rows.items())


def _say(text: str) -> None:
    click.echo(text, err=True)


VERBS: tuple[Any, ...] = (build, publish)

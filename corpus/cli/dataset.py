"""The verbs that make the dataset and put it on the Hub."""

import signal
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
@click.argument("repo")
@click.option("--dry-run", is_flag=True, help="Show what would change on the Hub; change nothing.")
@click.option("--private", is_flag=True, help="A new repository is for its owner only.")
@click.option(
    "--confirm-basis",
    is_flag=True,
    help="The texts of unknown licence may be made public, on the basis that their seeds name.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/dataset"),
    show_default=True,
    help="Where the dataset is built; replaced whole.",
)
@click.pass_context
def publish(
    context: click.Context, repo: str, dry_run: bool, private: bool, confirm_basis: bool, out: Path
) -> None:
    """Build the dataset and publish it on the Hub as REPO (OWNER/NAME).

    All files in one commit, then a tag of the version in dataset.toml. The token is that of
    HF_TOKEN, or of `hf auth login`. Published twice, it changes nothing. See docs/publishing.md.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.utils.tqdm import disable_progress_bars

    from corpus.dataset import publication, unlicensed
    from corpus.dataset.about import read_about
    from corpus.dataset.build import build as run
    from corpus.dataset.hub import look
    from corpus.reading import read_corpus

    if not sys.stderr.isatty():
        disable_progress_bars()
    signal.siginterrupt(signal.SIGINT, True)  # polars lets Ctrl-C wait until the Hub answers
    root, api = root_of(context), HfApi()
    (tables, schema), about = read_corpus(root), read_about(root)
    there = look(api, repo)
    if about.repository not in ("", repo):
        _say(f"dataset.toml: repository: {about.repository}, and so says the card; this is {repo}")
    public = publication.public(repo, there, private=private)
    run(tables, schema, out, _say, about)
    plan = publication.plan(api, repo, there, out, about)
    click.echo(f"{repo} at {api.endpoint}\n{plan}")
    plan.refuse_version()
    if public and not (confirm_basis or plan.done):
        unlicensed.refuse(root, plan.new, _say)
    if dry_run:
        click.echo(f"{repo}: nothing was changed; without --dry-run it is published")
    elif done := publication.publish(api, plan, private=private, say=_say):
        click.echo(f"{repo}: v{about.version} is published: {done}")
    else:
        click.echo(f"{repo}: v{about.version} is published already; nothing was changed")


def counted(rows: dict[str, int]) -> str:
    """Return how many rows each config has, in words."""
    return ", ".join(f"{config} {number}" for config, number in rows.items())


def _say(text: str) -> None:
    click.echo(text, err=True)


VERBS: tuple[Any, ...] = (build, publish)

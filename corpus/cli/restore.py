"""The verb `corpus restore`."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.argument(
    "texts", nargs=-1, required=True, metavar="TEXT...", type=click.Path(path_type=Path)
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/restored"),
    show_default=True,
    help="The new dataset folder; replaced whole.",
)
def restore(dataset: Path, texts: tuple[Path, ...], out: Path) -> None:
    """Put words back that a dataset was published without.

    DATASET is a dataset folder, as downloaded; it stays as it is. Each TEXT is your own copy of a
    text, or a folder of copies, under any name: a text is told by its sha256. Needs no corpus
    folder. Exit status 1: some texts were not found, and are still without words.
    """
    from corpus.dataset.restore import restore as run

    done = run(dataset, texts, out)
    for doc_id, copy in done.found.items():
        if copy.differs:
            click.echo(f"{copy.path}: taken as {doc_id}, though {copy.differs}", err=True)
    for doc_id, digest in done.missing.items():
        click.echo(f"{doc_id}: not found; expected a file with sha256 {digest}", err=True)
    number = f"{len(done.found)} of {len(done.found) + len(done.missing)}"
    click.echo(f"Made {out}: {number} withheld texts have their words")
    sys.exit(1 if done.missing else 0)


VERBS = (restore,)

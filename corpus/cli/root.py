"""Which corpus folder a verb works on."""

from pathlib import Path

import click


def root_of(context: click.Context) -> Path:
    """Return the folder of --root, or the nearest corpus upward from here."""
    from corpus.reading import find_root

    return context.find_root().obj or find_root(Path.cwd())

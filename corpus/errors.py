"""The one way in which the tool says that it cannot go on.

Wrong annotations are findings (values, all collected). A `CorpusError` is for what stops the
work: the command prints its message as one line and exits with 2.
"""

from collections.abc import Iterator
from contextlib import contextmanager


class CorpusError(Exception):
    """The work cannot go on: one line that names the file or address, the place and the cause."""


class SchemaError(CorpusError):
    """A schema file that cannot be used."""


class SeedError(CorpusError):
    """A seed text, its metadata or the entity table that cannot be used."""


class StudioError(CorpusError):
    """Label Studio is missing, stopped, refused or holds something unexpected."""


@contextmanager
def of_the_extra(name: str) -> Iterator[None]:
    """Import what only an extra of the package installs; CorpusError says which, if it lacks."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise CorpusError(f"needs {error.name}: pip install 'hedgerow[{name}]'") from None

"""The command in this process: what a shell sees of it, without the seconds of a start."""

import signal
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from corpus.cli import main
from tests.corpora import ROOT

COMMAND = [sys.executable, "-c", "from corpus.cli import main; main()"]
"""For what needs a process of its own: signals, a terminal, the environment."""


class Done(NamedTuple):
    """What a finished process tells, under the names of `subprocess`."""

    returncode: int
    stdout: str
    stderr: str


def command(*words: object, cwd: Path = ROOT) -> Done:
    """Run `corpus` with these words."""
    with CliRunner().isolation() as (out, err, _), chdir(cwd):
        given = patch.object(sys, "argv", ["corpus", *map(str, words)])
        with _signals_kept(), given, pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, out.getvalue().decode(), err.getvalue().decode())


@contextmanager
def _signals_kept() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

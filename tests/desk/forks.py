"""The command in a fork of a process that has imported Label Studio's client already.

To start it anew each time takes longer than its work.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["httpx", "ijson", "label_studio_sdk.client", "corpus.desk.annotate", "rich.progress"]
)
Told = subprocess.CompletedProcess[str]


def work(words: list[str], environment: dict[str, str], files: list[Path]) -> None:
    """Be `corpus` with these words; what CI says of Label Studio or PostgreSQL does not count."""
    from corpus.cli import main

    for name in [name for name in os.environ if name.startswith(("LABEL_STUDIO", "PG"))]:
        del os.environ[name]
    os.environ.update(environment)
    for number, path in enumerate(files, 1):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    sys.argv = ["corpus", *words]
    main()


class Tool:
    """A verb under way; `seconds` is how long it took to its end."""

    def __init__(self, root: Path, *words: str, **environment: str) -> None:
        self.words = ["--root", str(root), *words]
        self.files = [root.parent / f"{root.name}.{time.time_ns()}.{end}" for end in ("out", "err")]
        for path in self.files:
            path.touch()  # it may be killed before it does
        self.process: Any = FORKS.Process(target=work, args=(self.words, environment, self.files))
        self.began = time.monotonic()
        self.process.start()

    def over_after(self, seconds: float) -> bool:
        """Say whether it comes to its end within so many seconds of its beginning."""
        self.process.join(max(0, self.began + seconds - time.monotonic()))
        return not self.process.is_alive()

    def send(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def end(self) -> Told:
        """Wait for the end and return the exit status and what was said."""
        assert self.over_after(120)
        self.seconds = time.monotonic() - self.began
        said = [path.read_text() for path in self.files]
        return subprocess.CompletedProcess(self.words, self.process.exitcode, *said)


def warm() -> None:
    """Have the imports done before anything is measured."""
    process: Any = FORKS.Process(target=str)
    process.start()
    process.join()

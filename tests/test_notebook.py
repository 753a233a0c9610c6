"""The notebook runs, and shows what it would show now (`make generated`)."""

import json
import subprocess
import sys

import pytest

from tests.corpora import ROOT

pytestmark = pytest.mark.once

NOTEBOOK = ROOT / "docs" / "hedgerow.ipynb"


def run(*arguments):
    command = [sys.executable, str(ROOT / "scripts" / "notebook.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def texts(path):
    """Return what each code cell shows, but for pictures."""
    for cell in json.loads(path.read_bytes())["cells"]:
        shown = [output.get("data", output) for output in cell.get("outputs", ())]
        yield [{kind: own for kind, own in out.items() if kind != "image/png"} for out in shown]


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """The notebook, run again in a process of its own, and what it said of it."""
    path = tmp_path_factory.mktemp("notebook") / "again.ipynb"
    return path, run(NOTEBOOK, path)


def test_the_notebook_runs_without_a_warning_and_shows_what_is_committed(again):
    path, done = again
    assert (done.returncode, done.stderr) == (0, "")
    assert [*texts(path)] == [*texts(NOTEBOOK)]


def test_the_notebook_draws_a_picture(again):
    path, _ = again
    cells = json.loads(path.read_bytes())["cells"]
    drawn = [out for cell in cells for out in cell.get("outputs", ()) if "image/png" in str(out)]
    assert len(drawn) == 1


def test_the_notebook_is_small():
    assert NOTEBOOK.stat().st_size < 100_000


def test_a_cell_that_fails_is_named_and_nothing_is_written(tmp_path):
    cell = {"cell_type": "code", "source": ["1 / 0"], "outputs": []}
    path = tmp_path / "broken.ipynb"
    path.write_text(json.dumps({"cells": [cell]}))
    before, done = path.read_bytes(), run(path)
    assert done.returncode == 1
    assert 'File "cell 1", line 1' in done.stderr
    assert path.read_bytes() == before

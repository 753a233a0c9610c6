"""The verb `corpus restore`: what it says, and its exit status."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from corpus.cli import cli
from corpus.errors import CorpusError
from tests.corpora import sha256
from tests.dataset.standoff import ODD, WITHHELD, built, copied


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dataset")
    return built(root / "corpus", root / "dataset")


def run(*words: object) -> Any:
    return CliRunner().invoke(cli, ["restore", *map(str, words)])


def test_it_needs_no_corpus_and_says_what_it_made(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    copied(tmp_path / "copies", {"odd": ODD, "withheld": WITHHELD})
    done = run(dataset, "copies")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "Made build/restored: 2 of 2 withheld texts have their words\n"
    assert (tmp_path / "build" / "restored" / "README.md").exists()


def test_some_texts_that_are_not_found_are_named_with_exit_status_1(
    dataset: Path, tmp_path: Path
) -> None:
    copy = (
        copied(tmp_path, {"withheld": WITHHELD.replace("\r\n", "\n")}) / "0 copy of withheld.text"
    )
    done = run(dataset, copy, "--out", tmp_path / "new")
    assert done.exit_code == 1
    assert done.stdout == f"Made {tmp_path}/new: 1 of 2 withheld texts have their words\n"
    assert done.stderr == (
        f"{copy}: taken as withheld, though its newlines are not those of the text (CRLF)\n"
        f"odd: not found; expected a file with sha256 {sha256(ODD)}\n"
    )


def test_no_text_that_is_found_stops_it(dataset: Path, tmp_path: Path) -> None:
    done = run(dataset, copied(tmp_path / "copies", {"a": "Other."}), "--out", tmp_path / "new")
    assert isinstance(done.exception, CorpusError)
    assert (done.stdout, (tmp_path / "new").exists()) == ("", False)


def test_no_copy_at_all_is_a_wrong_call(dataset: Path) -> None:
    done = run(dataset)
    assert done.exit_code == 2
    assert "Missing argument 'TEXT...'" in done.stderr

"""`corpus build --check`: what differs from the recorded checksums, and what was compared."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from corpus.cli import cli
from corpus.dataset.build import build
from corpus.dataset.checksums import CHECKSUMS, digest, read_checksums
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from tests.corpora import annotation, canonical, folder, span

pytestmark = pytest.mark.once

FILE = "annotations/example/ann.json"
EVENTS = "data/events/pilot-00000-of-00001.parquet"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with its dataset in dataset/."""
    spans = [span(4, 8, "event"), span(9, 18, "claim")]
    content = {FILE: canonical(annotation(spans=spans))}
    root = folder(tmp_path_factory.mktemp("made") / "corpus", content)
    build(*read_corpus(root), root / "dataset")
    return root


@pytest.fixture
def corpus(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "corpus"))


def checked(root: Path, *args: str | Path) -> Result:
    return CliRunner().invoke(cli, ["--root", str(root), "build", "--check", *map(str, args)])


def relabel(root: Path) -> None:
    """Change one label."""
    spans = [span(4, 8, "event", attributes={"difficult": True}), span(9, 18, "claim")]
    (root / FILE).write_text(canonical(annotation(spans=spans)))


def test_an_unchanged_corpus_is_the_same_to_the_byte(corpus: Path) -> None:
    found = checked(corpus)
    assert found.exit_code == 0
    assert found.output == (
        f"The dataset is the same as {corpus}/dataset/checksums.txt. Compared:"
        f" the bytes of 8 files and the rows of 6 tables (pyarrow {pa.__version__})\n"
    )
    assert not (corpus / "build").exists()


def test_a_changed_label_is_named_by_table_and_file(corpus: Path) -> None:
    relabel(corpus)
    found = checked(corpus)
    assert found.exit_code == 1
    *lines, last = found.output.splitlines()
    assert lines == [
        "annotations/pilot: is built with other rows than recorded",
        "documents/pilot: is built with other rows than recorded",
        "events/pilot: is built with other rows than recorded",
        "README.md: is built with other bytes than recorded",
        "croissant.json: is built with other bytes than recorded",
        *(
            f"data/{config}/pilot-00000-of-00001.parquet: is built with other bytes than recorded"
            for config in ("annotations", "documents", "events")
        ),
    ]
    assert last.startswith(f"The dataset differs from {corpus}/dataset/checksums.txt. Compared:")


@pytest.mark.parametrize("changed", [False, True])
def test_another_pyarrow_compares_rows_alone_and_says_so(corpus: Path, changed: bool) -> None:
    path = corpus / "dataset" / CHECKSUMS
    text = path.read_text().replace(f"# pyarrow {pa.__version__}", "# pyarrow 9.0.0")
    other = text.replace(read_checksums(path.parent).files[EVENTS], "0" * 64)
    path.write_text(other)
    shutil.rmtree(corpus / "dataset" / "data")
    if changed:
        relabel(corpus)
    found = checked(corpus)
    assert found.exit_code == changed
    *lines, last = found.output.splitlines()
    assert [line.partition(":")[0] for line in lines] == (
        ["annotations/pilot", "documents/pilot", "events/pilot"] if changed else []
    )
    assert last.endswith(
        "Compared: the rows of 6 tables, not the bytes of files: pyarrow 9.0.0 wrote them,"
        f" here is {pa.__version__}"
    )


def test_a_folder_may_hold_the_checksums_alone(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    shutil.copy(corpus / "dataset" / CHECKSUMS, tmp_path / "alone")
    assert checked(corpus, tmp_path / "alone").exit_code == 0


def spoil(folder: Path) -> Iterator[str]:
    (folder / "README.md").write_text("mine")
    yield f"{folder}/README.md: is not what checksums.txt says"
    (folder / EVENTS).unlink()
    yield f"{folder}/{EVENTS}: is missing"
    (folder / "data" / "more.parquet").touch()
    yield f"{folder}/data/more.parquet: is not in checksums.txt"


def test_what_the_folder_itself_holds_is_held_against_its_checksums(corpus: Path) -> None:
    expected = [*spoil(corpus / "dataset")]
    found = checked(corpus)
    assert found.exit_code == 1
    assert found.output.splitlines()[:-1] == expected


def test_a_config_more_or_less_is_named(corpus: Path) -> None:
    path = corpus / "dataset" / CHECKSUMS
    shutil.rmtree(corpus / "dataset" / "data")
    path.write_text(path.read_text().replace("events", "events2"))
    assert checked(corpus).output.splitlines()[:4] == [
        "events/pilot: is built, and not recorded",
        "events2/pilot: is recorded, and not built any more",
        f"{EVENTS}: is built, and not recorded",
        f"{EVENTS.replace('events', 'events2')}: is recorded, and not built any more",
    ]


def test_a_folder_without_checksums_cannot_be_checked(corpus: Path, tmp_path: Path) -> None:
    error = checked(corpus, tmp_path / "none").exception
    assert isinstance(error, CorpusError)  # one line and exit status 2, by `main`
    assert str(error).startswith(f"{tmp_path}/none/checksums.txt: no such file: expected the")


def test_a_line_that_is_none_of_a_checksum_is_shown(tmp_path: Path) -> None:
    (tmp_path / CHECKSUMS).write_text("# pyarrow 24.0.0\nabc README.md\n")
    with pytest.raises(CorpusError, match=r"checksums.txt:2: found 'abc README.md'; expected a"):
        read_checksums(tmp_path)


def test_sha256sum_checks_the_files(corpus: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--strict", "--check", CHECKSUMS],
        cwd=corpus / "dataset",
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{EVENTS}: OK" in done.stdout.splitlines()
    assert len(done.stdout.splitlines()) == 8


def test_the_digest_of_rows_is_that_of_lines_of_json() -> None:
    frame = pl.DataFrame(
        {"a": ["é", None], "b": [[1, None], []], "c": [{"x": True}, {"x": None}]},
        schema={"a": pl.String, "b": pl.List(pl.Int64), "c": pl.Struct({"x": pl.Boolean})},
    )
    lines = '["a","b","c"]\n["é",[1,null],{"x":true}]\n[null,[],{"x":null}]\n'
    assert digest(frame) == hashlib.sha256(lines.encode()).hexdigest()
    for line in lines.splitlines():
        assert json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":")) == line


def test_the_digest_does_not_know_of_chunks_or_of_arrow() -> None:
    frame = pl.DataFrame({"a": ["x", "y", "z"]})
    chunked = pl.concat([frame[:1], frame[1:]], rechunk=False)
    through = pl.from_arrow(frame.to_arrow())
    assert isinstance(through, pl.DataFrame)
    assert digest(frame) == digest(chunked) == digest(through)
    assert digest(frame) != digest(frame.reverse())

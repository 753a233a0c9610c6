"""The options of `corpus validate`: what is asked, what fails, what is mended."""

import os
import pty
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.cli import cli
from corpus.cli.validate import validate
from tests.command import COMMAND
from tests.corpora import ANN, annotation, canonical, folder, span


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with an error that can be mended (S103), one that cannot, and a warning (S107)."""
    spans = [
        span(0, 3, "person", id="who"),
        span(3, 8, "event", id="blank"),
        span(9, 18, id="sound"),
        span(12, 14, id="cut"),
    ]
    return folder(tmp_path, {ANN: canonical(annotation(spans=spans))})


def said(corpus: Path, *options: str) -> tuple[int, list[str]]:
    """Return the exit status, and the codes in what was printed."""
    done = CliRunner().invoke(cli, ["--root", str(corpus), "validate", *options])
    assert not isinstance(done.exception, Exception), done.exception
    words = [line.split(": ", 1)[1][:4] for line in done.stdout.splitlines() if "ann.json:" in line]
    return done.exit_code, sorted(words)


@pytest.mark.parametrize(
    ("options", "status", "codes"),
    [
        ([], 1, ["A101", "S103", "S107"]),
        (["--select", "S"], 1, ["S103", "S107"]),
        (["--select", "s"], 1, ["S103", "S107"]),
        (["--select", "span-inside-word"], 0, ["S107"]),
        (["--select", "S107", "--strict"], 1, ["S107"]),
        (["--select", "S107", "--select", "A101"], 1, ["A101", "S107"]),
        (["--select", "S", "--ignore", "S103"], 0, ["S107"]),
        (["--ignore", "S", "--ignore", "unknown-layer"], 0, []),
        (["--ignore", "S", "--ignore", "A", "--strict"], 0, []),
        (["--exit-zero"], 0, ["A101", "S103", "S107"]),
        (["--exit-zero", "--strict"], 0, ["A101", "S103", "S107"]),
    ],
)
def test_options_choose_what_is_asked_and_what_fails(corpus, options, status, codes):
    assert said(corpus, *options) == (status, codes)


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_rule_that_is_none_is_refused_with_the_nearest(corpus, option):
    done = CliRunner().invoke(cli, ["--root", str(corpus), "validate", option, "span-inside-wrod"])
    assert "did you mean 'span-inside-word'?" in str(done.exception)


def test_file_that_cannot_be_read_on_is_told_so_whatever_is_selected(corpus):
    (corpus / ANN).write_text((corpus / ANN).read_text().replace('"start": 0', '"start": "0"'))
    for options in (["--select", "S"], ["--ignore", "F"], []):
        assert said(corpus, *options) == (1, ["F104"])


def test_what_cannot_be_read_on_cannot_be_ignored(corpus):
    done = CliRunner().invoke(cli, ["--root", str(corpus), "validate", "--ignore", "bad-type"])
    words = "F104 bad-type cannot be ignored: what breaks it cannot be read on"
    assert str(done.exception) == words


def test_family_without_a_rule_here_is_none_the_less_one(corpus):
    assert said(corpus, "--select", "X") == (0, [])


def test_keyboard_is_heard_while_it_asks(corpus):
    before = (corpus / ANN).read_bytes()
    ours, theirs = pty.openpty()
    command = [*COMMAND, "--root", str(corpus), "validate", "--fix"]
    with subprocess.Popen(command, stdin=theirs, stderr=subprocess.PIPE, text=True) as asking:
        remarks = ""
        while "Write 1 file(s)? [Y/n]" not in remarks:
            more = asking.stderr.read(1)
            assert more
            remarks += more
        asking.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            asking.wait(timeout=20)
        asking.kill()
    assert asking.returncode == -signal.SIGINT
    os.close(ours)
    os.close(theirs)
    assert (corpus / ANN).read_bytes() == before


def test_nobody_is_asked_where_there_is_no_input_at_all(corpus):
    command = [*COMMAND, "--root", str(corpus), "validate", "--fix"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "1 file(s) written" in done.stderr) == (1, True)


def fix(corpus: Path, *options: str, answer: bytes | None = None) -> tuple[int, str, str]:
    """Mend in a process of its own, with somebody at the keyboard if there is an answer."""
    ours, theirs = pty.openpty()
    if answer is not None:
        os.write(ours, answer)
    done = subprocess.run(
        [*COMMAND, "--root", str(corpus), "validate", "--fix", *options],
        stdin=theirs if answer is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(ours)
    os.close(theirs)
    return done.returncode, done.stdout, done.stderr


def test_fix_shows_the_difference_then_mends_then_tells_what_is_left(corpus):
    status, out, remarks = fix(corpus)
    assert status == 1
    assert "S103" not in out
    assert "A101" in out
    assert "-{" in remarks
    assert '+{"id": "blank", "layer": "event", "start": 4, "end": 8, "text": "said"' in remarks
    assert remarks.endswith("1 file(s) written\n")
    assert '"id": "blank", "layer": "event", "start": 4, "end": 8' in (corpus / ANN).read_text()
    assert fix(corpus)[2] == ""


@pytest.mark.parametrize(("answer", "written"), [(b"y\n", True), (b"\n", True), (b"n\n", False)])
def test_somebody_who_can_answer_is_asked(corpus, answer, written):
    before = (corpus / ANN).read_bytes()
    status, out, remarks = fix(corpus, answer=answer)
    assert status == 1
    assert "Write 1 file(s)? [Y/n]" in remarks
    assert ((corpus / ANN).read_bytes() != before) == written
    assert ("S103" in out) != written


def test_what_is_ignored_is_not_mended(corpus):
    before = (corpus / ANN).read_bytes()
    assert fix(corpus, "--ignore", "S103")[2] == ""
    assert (corpus / ANN).read_bytes() == before


def test_results_stay_apart_from_what_is_said_of_mending(corpus):
    _, out, remarks = fix(corpus, "--output", "json")
    assert out.startswith("{")
    assert "written" not in out
    assert "written" in remarks


def test_every_option_says_what_it_does():
    assert all(getattr(p, "help", None) for p in validate.params if p.param_type_name == "option")

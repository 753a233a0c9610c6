"""`corpus adjudicate` as it is typed: its lines, its questions, its refusals."""

import fcntl
import os
import pty
import shutil
import signal
import subprocess
import termios
import time
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.cli import cli
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from tests.adjudication.several import annotated_again, corpus_of
from tests.command import COMMAND
from tests.corpora import ROOT, codes, findings_of, folder

pytestmark = pytest.mark.once

SEED = "000_c51f7e79a197f6f3"
ONE = {
    "ann": "[It]{event} [rained]{event spoken} [here]{claim}.",
    "bo": "It [rained]{event written} [here]{claim}.",
}
TWO = {"ann": "It [snowed]{event} 🎉.", "bo": "[It snowed]{event} 🎉."}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return corpus_of(tmp_path, seeds={"one": ONE, "two": TWO, "three": {"ann": "It was."}})


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A copy of the corpus of this repository, before anything was decided."""
    for name in ("schemas", "seeds", "annotations"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("gold.json", "decisions.toml"):
        (tmp_path / "annotations" / SEED / name).unlink()
    return tmp_path


def run(root: Path, *words: str, answers: str = "") -> tuple[int, list[str], list[str]]:
    """Return the exit status, and the lines on stdout and stderr."""
    words = ("--root", str(root), "adjudicate", *words)
    done = CliRunner().invoke(cli, words, input=answers)
    if isinstance(done.exception, CorpusError):
        return 2, done.stdout.splitlines(), [f"corpus: {done.exception}"]
    assert not isinstance(done.exception, Exception), done.exception
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def record(root: Path, doc_id: str = "one") -> dict:
    path = root / "annotations" / doc_id / "decisions.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def gold(root: Path, doc_id: str = "one") -> Path:
    return root / "annotations" / doc_id / "gold.json"


def test_without_a_decision_it_lists_what_is_open(corpus):
    status, lines, remarks = run(corpus)
    assert (status, remarks) == (0, [])
    assert lines == [
        "one: 1 of 3 items agreed; 2 conflict(s): missing span 1, attribute 1; 2 open; no gold yet",
        "two: 0 of 1 items agreed; 1 conflict(s): boundary 1; 1 open; no gold yet",
        "1 document(s) with one frozen annotation are left",
        "3 to decide: `corpus adjudicate --next --by NAME` asks, --studio does so in Label Studio;"
        " or complete decisions.toml and run this again",
    ]
    assert [c["decision"] for c in record(corpus)["conflicts"]] == ["", ""]
    assert not gold(corpus).exists()


def test_it_does_the_documents_that_are_named(corpus):
    _, lines, _ = run(corpus, "two")
    assert [line.partition(":")[0] for line in lines] == ["two", "1 to decide"]
    assert not (corpus / "annotations" / "one" / "decisions.toml").exists()


def test_questions_are_answered_from_a_pipe_and_gold_is_written(corpus):
    status, lines, _ = run(corpus, "--next", "--by", "cy", answers="A\nClear.\nB\n\nb\n\n")
    assert status == 0
    assert lines[-4].endswith("2 decided; gold written")
    assert lines[-3].endswith("1 decided; gold written")
    assert lines[-1] == "All is decided; `corpus validate` checks the gold"
    assert {c["by"] for c in record(corpus)["conflicts"]} == {"cy"}
    assert record(corpus)["conflicts"][0]["reason"] == "Clear."
    assert codes(findings_of(corpus)) == []


def test_a_real_pipe_is_read_to_its_end(corpus):
    words = [*COMMAND, "--root", str(corpus), "adjudicate", "one", "--next", "--by", "cy"]
    done = subprocess.run(
        words, input=b"A\nClear.\nA", capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert [c["reason"] for c in record(corpus)["conflicts"]] == ["Clear.", ""]
    assert gold(corpus).exists()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_what_is_no_text_at_this_terminal_ends_nothing(corpus, encoding):
    words = [*COMMAND, "--root", str(corpus), "adjudicate", "--next", "--by", "cy"]
    own = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    typed = b"A\nClear \xff.\ns\ns\n"
    done = subprocess.run(words, input=typed, capture_output=True, check=False, timeout=60, env=own)
    assert (done.returncode, done.stderr) == (0, b"")
    assert record(corpus)["conflicts"][0]["decision"] == "A"


def test_decisions_by_hand_are_applied(corpus):
    run(corpus)
    path = corpus / "annotations" / "one" / "decisions.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('decision = ""', 'decision = "A"'))
    status, _, [refusal] = run(corpus)
    assert status == 2
    assert "who decided? Say it with --by" in refusal
    assert run(corpus, "--by", "cy")[1][0].endswith("2 decided; gold written")
    before = gold(corpus).read_bytes(), path.read_bytes()
    gold(corpus).unlink()
    assert run(corpus)[0] == 0
    assert (gold(corpus).read_bytes(), path.read_bytes()) == before


def test_who_is_in_no_list_decides_nothing_by_hand_either(corpus):
    run(corpus)
    path = corpus / "annotations" / "one" / "decisions.toml"
    words = 'decision = "A"\nby = "eve"'
    path.write_text(path.read_text(encoding="utf-8").replace('decision = ""', words))
    before = path.read_bytes()
    status, _, [refusal] = run(corpus, "--by", "cy")
    assert status == 2
    assert f"{path}: annotations/annotators.toml: no 'eve', who is to decide" in refusal
    assert path.read_bytes() == before


def test_gold_that_was_edited_by_hand_is_named_when_it_is_written_anew(corpus):
    run(corpus, "one", "--next", "--by", "cy", answers="A\n\nA\n\n")
    before = gold(corpus).read_bytes()
    assert run(corpus, "one")[2] == []
    gold(corpus).write_bytes(before.replace(b"rained", b"RAINED"))
    [remark] = run(corpus, "one")[2]
    assert remark == f"{gold(corpus)}: is not what the decisions say, and is written anew"
    assert gold(corpus).read_bytes() == before


def test_a_changed_file_names_the_stale_decision(corpus):
    run(corpus, "one", "--next", "--by", "cy", answers="A\n\nA\n\n")
    annotated_again(corpus, ONE | {"ann": ONE["ann"].replace("spoken", "silent")}, "one")
    status, lines, remarks = run(corpus, "one")
    assert status == 0
    assert "1 decided, 1 open, 1 stale; gold is left as it was decided before" in lines[0]
    assert len(remarks) == 1
    assert "stale: attribute manner of event, decided 'A': It ⟦rained⟧ here." in remarks[0]


def test_a_curator_who_annotated_is_told_and_reported(corpus):
    _, _, remarks = run(corpus, "one", "--next", "--by", "ann", answers="A\n\nA\n\n")
    assert "ann decides and is one of the text's annotators (P107)" in remarks[-1]
    assert codes(findings_of(corpus)) == ["P107"]


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["nine"], "corpus: no document 'nine' in seeds/"),
        (["--round", "nine"], "corpus: no frozen round 'nine'; there are main"),
        (
            ["--by", "eve"],
            "corpus: annotations/annotators.toml: no 'eve', who is to decide; there are"
            " ann, bo, cy, di",
        ),
        (["--next"], "Error: --next needs to know who decides: --by NAME"),
    ],
)
def test_what_cannot_be_meant_is_refused(corpus, words, refusal):
    status, _, remarks = run(corpus, *words)
    assert (status, remarks[-1]) == (2, refusal)


def test_a_corpus_without_frozen_passes_has_nothing_to_adjudicate(tmp_path):
    status, [line], _ = run(folder(tmp_path))
    assert status == 0
    assert line.startswith("Nothing to adjudicate: no text has two frozen annotations")


class Terminal:
    """The command with somebody at the keyboard."""

    def __init__(self, root: Path, *words: str) -> None:
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, "--root", str(root), "adjudicate", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_controlled,
        )
        os.close(theirs)
        self.seen = ""

    def until(self, words: str) -> None:
        while words not in self.seen:
            self.seen += self.read()
        self.seen = self.seen.partition(words)[2]
        time.sleep(0.1)  # until it listens

    def read(self) -> str:
        more = os.read(self.ours, 4096).decode("utf-8", "replace")
        assert more
        return more

    def type(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        try:
            while True:
                self.seen += self.read()
        except (OSError, AssertionError):  # it has hung up
            status = self.process.wait(timeout=30)
            os.close(self.ours)
            return status


def _controlled() -> None:
    """Have the terminal on stdin as one's own, so that its Ctrl-C is heard."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_keys_decide_at_a_terminal(corpus):
    there = Terminal(corpus, "one", "--next", "--by", "cy")
    there.until("u undo, q quit: ")
    there.type("A")
    there.until("why: ")
    there.type("Clear.\n")
    there.until("q quit: ")
    there.type("u")
    there.until("q quit: ")
    there.type("b")
    there.until("why: ")
    there.type("\n")
    there.until("q quit: ")
    there.type("q")
    assert there.end() == 0
    first, second = record(corpus)["conflicts"]
    assert (first["decision"], first["reason"], second["decision"]) == ("both-valid", "", "")


def test_ctrl_d_is_the_end(corpus):
    there = Terminal(corpus, "one", "--next", "--by", "cy")
    there.until("q quit: ")
    there.type("\x04")
    assert there.end() == 0
    assert "2 open; no gold yet" in there.seen


@pytest.mark.parametrize("asked", ["q quit: ", "why: "])
def test_ctrl_c_loses_no_decision(corpus, asked):
    there = Terminal(corpus, "one", "--next", "--by", "cy")
    there.until("q quit: ")
    there.type("A")
    there.until("why: ")
    there.type("Clear.\n")
    there.until("q quit: ")
    if asked == "why: ":
        there.type("A")
        there.until(asked)
    there.type("\x03")
    assert there.end() == 130
    assert "corpus: interrupted" in there.seen
    assert [c["decision"] for c in record(corpus)["conflicts"]] == ["A", ""]
    assert [p.name for p in (corpus / "annotations" / "one").iterdir() if p.name[0] == "."] == []


def test_a_kill_at_any_moment_leaves_whole_files(corpus):
    run(corpus)
    for wait in (0.5, 0.9):
        words = [*COMMAND, "--root", str(corpus), "adjudicate", "--majority"]
        running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)
        assert len(record(corpus)["conflicts"]) == 2


def test_two_runs_at_once_leave_one_record(corpus):
    words = [*COMMAND, "--root", str(corpus), "adjudicate", "--by", "cy"]
    both = [subprocess.Popen(words, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    before = record(corpus)
    assert run(corpus)[0] == 0
    assert record(corpus) == before


def test_the_seed_has_the_three_conflicts_that_are_known(seed):
    _, lines, _ = run(seed)
    assert lines[0] == (
        f"{SEED}: 66 of 68 items agreed; 3 conflict(s): missing span 1, attribute 1, relation 1;"
        " 3 open; no gold yet"
    )
    asked = {c["kind"]: c for c in record(seed, SEED)["conflicts"]}
    assert "⟦thaw⟧" in asked["missing span"]["text"]
    assert asked["attribute"]["about"] == "claim_type of claim"
    assert " asserts > [thaw]{event}" in asked["relation"]["about"]


def test_the_seed_decided_is_sound_gold(seed):
    run(seed)
    [missing] = [c for c in record(seed, SEED)["conflicts"] if c["kind"] == "missing span"]
    having = next(c for c in "ABC" if missing[c].startswith("[thaw]{event"))
    answers = {"missing span": having, "attribute": "b", "relation": having}
    order = [c["kind"] for c in record(seed, SEED)["conflicts"]]
    given = "".join(f"{answers[kind]}\nRead again.\n" for kind in order)
    status, lines, _ = run(seed, "--next", "--by", "a1", answers=given)
    assert status == 0
    assert "3 decided; gold written" in lines[-2]
    assert findings_of(seed) == []
    made = (seed / "annotations" / SEED / "gold.json").read_text(encoding="utf-8")
    assert '"text": "thaw"' in made
    tables, _ = read_corpus(seed)
    assert tables.annotations.filter(annotator="gold").collect()["status"].item() == "adjudicated"


def test_the_seed_by_majority_is_automatic_and_sound(seed):
    _, lines, _ = run(seed, "--majority")
    assert "2 by majority, 1 moot; gold written, automatic" in lines[0]
    assert lines[-1].startswith("0 to decide, 2 to confirm: ")
    assert record(seed, SEED)["method"] == "majority"
    assert findings_of(seed) == []
    tables, _ = read_corpus(seed)
    assert tables.annotations.filter(annotator="gold").collect()["status"].item() == "automatic"

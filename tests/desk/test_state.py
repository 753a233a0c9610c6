"""What a clone remembers, and what three digests decide."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.desk.state import State, decided, digest, digest_if, read_state, remembered
from corpus.errors import CorpusError

HOLD = """
import sys
from pathlib import Path
from corpus.desk.state import remembered
with remembered(Path(sys.argv[1]), print) as state:
    print("mine", flush=True)
    sys.stdin.readline()
    state.agreed["first"] = "1"
"""


@pytest.mark.parametrize(
    ("agreed", "here", "there", "what"),
    [
        ("a", "a", "a", "same"),
        (None, "a", "a", "adopt"),
        ("b", "a", "a", "adopt"),
        ("a", "a", "b", "take"),
        (None, None, "b", "take"),
        ("a", None, "a", "take"),
        ("a", "b", "a", "send"),
        (None, "b", None, "send"),
        ("a", "a", None, "send"),
        ("a", "b", "c", "conflict"),
        (None, "b", "c", "conflict"),
    ],
)
def test_what_becomes_of_an_annotation(agreed, here, there, what) -> None:
    assert decided(agreed, here, there) == what


def test_what_a_killed_pull_wrote_is_no_change_of_ones_own() -> None:
    state = State(agreed={"f": "a"}, coming={"f": "b"})
    assert state.verdict("f", "b", "c") == "take"  # written, and then changed there again
    assert state.verdict("f", "a", "b") == "take"  # not written any more
    assert state.verdict("f", "x", "b") == "conflict"
    state.agree("f", "b")
    assert (state.agreed, state.coming) == ({"f": "b"}, {})


def test_a_file_that_is_put_back_is_no_new_work() -> None:
    state = State()
    for both in ("a", "b"):
        state.agree("f", both)
    assert state.verdict("f", "a", "b") == "conflict"
    assert state.verdict("f", "c", "b") == "send"
    assert state.verdict("f", "a", None) == "send"
    state.agree("f", "a")
    assert state.verdict("f", "c", "a") == "send"
    assert state.earlier == {"f": ["b"]}


def test_it_is_kept_when_the_work_fails(tmp_path: Path) -> None:
    def interrupted() -> None:
        with remembered(tmp_path, print) as state:
            state.agreed["f"] = "a"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert read_state(tmp_path) == State(agreed={"f": "a"})


def test_nothing_is_written_where_nothing_changed_but_the_first_time(tmp_path: Path) -> None:
    for _ in range(2):
        with remembered(tmp_path, print):
            pass
        path = tmp_path / ".corpus" / "desk.json"
        os.utime(path, (0, 0))
    assert path.stat().st_mtime == 0
    assert read_state(tmp_path) == State()


def test_a_server_with_which_nothing_was_done_leaves_no_memory(tmp_path: Path) -> None:
    def refused() -> None:
        with remembered(tmp_path, print):
            raise CorpusError("no such server")

    with pytest.raises(CorpusError, match="no such server"):
        refused()
    assert not (tmp_path / ".corpus" / "desk.json").exists()


def test_a_damaged_memory_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / ".corpus").mkdir()
    (tmp_path / ".corpus" / "desk.json").write_text('{"agreed": [')
    with (
        pytest.raises(CorpusError, match=r"desk\.json: is damaged: delete it"),
        remembered(tmp_path, print),
    ):
        pass


def test_a_second_one_waits_for_the_first_and_sees_what_it_did(tmp_path: Path) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdin is not None
    assert first.stdout.readline() == "mine\n"
    said: list[str] = []

    def say(remark: str) -> None:
        said.append(remark)
        first.stdin.write("\n")  # only now does the first go on
        first.stdin.flush()

    with remembered(tmp_path, say) as state:
        assert state.agreed == {"first": "1"}
    assert said == ["another push or pull is at work here: waiting for it"]
    first.communicate()


def test_the_digest_of_nothing_is_none() -> None:
    assert digest_if(None) is None
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

"""The verb `corpus publish`, and the dataset as its users have it from the Hub."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from huggingface_hub import constants

from tests.command import COMMAND, Done, command
from tests.corpora import ANN, TEXT, annotation, canonical, folder, seed, span
from tests.hub import TOKEN, Hub
from tests.hub.server import Handler

pytestmark = pytest.mark.once

REPO = "owner/name"
RAINED = span(9, 18, "claim", attributes={"certainty": "possible", "topic": ["trade", "weather"]})
SAID = span(4, 8, "event", attributes={"manner": "spoken"})
ENTRY = """## 0.1.0

- annotations: 1 row added
- claims: 1 row added
- documents: 1 row added
- sentences: 1 row added
- tokens: 1 row added
"""
NEXT = """## 0.2.0

- annotations: 1 row added
- documents: 1 row changed
- events: 1 row added
- sentences: 1 row changed
- tokens: 1 row changed
"""
LOAD = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
from huggingface_hub import snapshot_download
repo, revision, home = sys.argv[1:]
found = {}
for config in get_dataset_config_names(repo, revision=revision):
    whole = load_dataset(repo, config, revision=revision)
    [split] = whole
    stream = load_dataset(repo, config, revision=revision, streaming=True)[split]
    assert [*stream] == [*whole[split]], config
    assert stream.features == whole[split].features, config
    found[config] = (split, whole[split].num_rows, repr(whole[split].features))
claims = load_dataset(repo, "claims", revision=revision, split="pilot")
label, topic = claims.features["certainty_label"], claims.features["topic_label"].feature
names = [label.int2str(claims[0]["certainty_label"]), topic.int2str(claims[0]["topic_label"])]
folder = snapshot_download(repo, repo_type="dataset", revision=revision, local_dir=home)
print(json.dumps([found, names]))
"""


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with Hub().running() as hub:
        hub.adopt(monkeypatch, tmp_path / "hf")
        yield hub


def corpus(root: Path, *spans: object, version: str = "0.1.0", told: str = ENTRY) -> Path:
    content = {
        ANN: canonical(annotation(spans=[*spans])),
        "dataset.toml": f'version = "{version}"\n',
        "dataset/CHANGELOG.md": f"# Changelog\n\n{told}",
    }
    return folder(root, {**content})


def run(root: Path, *options: str, verb: str = "publish") -> Done:
    """Publish a corpus; its scratch stands beside it."""
    words = [verb, *([REPO] if verb == "publish" else []), "--out", root.with_name("built")]
    return command("--root", root, *words, *options)


def test_it_is_published_and_then_loads_at_its_tag(hub: Hub, tmp_path: Path) -> None:
    done = run(corpus(tmp_path / "corpus", RAINED))
    commit = hub.repositories[REPO].commits[-1].oid
    assert done.returncode == 0, done.stderr
    first, files, *shown, last = done.stdout.splitlines()
    assert first == f"{REPO} at {hub.url}"
    assert files.startswith("files: 9 file(s), ")
    assert "rows (nothing is released yet):" in shown
    assert "  claims: 1 row added" in shown
    assert last == f"{REPO}: v0.1.0 is published: {commit}"
    sending = [line for line in done.stderr.splitlines() if line.startswith("sending 9 file(s), ")]
    assert (len(sending), done.stderr.splitlines()[-1]) == (1, "tagging v0.1.0")
    assert TOKEN not in done.stdout + done.stderr

    again = run(tmp_path / "corpus")
    said = f"{REPO}: v0.1.0 is published already; nothing was changed"
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, said)
    assert len(hub.repositories[REPO].commits) == 2

    second = run(corpus(tmp_path / "corpus", SAID, RAINED, version="0.2.0", told=NEXT + ENTRY))
    assert second.returncode == 0, second.stderr
    assert [*hub.repositories[REPO].tags] == ["v0.1.0", "v0.2.0"]
    loads(hub, tmp_path, "v0.1.0", {"documents", "claims", "sentences", "annotations", "tokens"})
    loads(hub, tmp_path, "v0.2.0", {*CONFIGS})
    built = {p.relative_to(tmp_path / "built") for p in (tmp_path / "built").rglob("*.*")}
    for path in built:
        here, there = tmp_path / "built" / path, tmp_path / "v0.2.0" / path
        assert here.is_dir() or here.read_bytes() == there.read_bytes()


CONFIGS = ("documents", "claims", "events", "sentences", "annotations", "tokens")


def loads(hub: Hub, home: Path, revision: str, configs: set[str]) -> None:
    """Load each config at a revision, whole and in streaming, and download all."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, REPO, revision, str(home / revision)],
        env=hub.environment(home / f"hf-{revision}", HF_TOKEN=""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found, names = json.loads(done.stdout)
    assert found.keys() == configs
    assert {split for split, _, _ in found.values()} == {"pilot"}
    assert names == ["possible", ["trade", "weather"]]
    assert "ClassLabel(names=['certain', 'possible'])" in found["claims"][2]
    assert "ClassLabel(names=['O', 'B-claim', 'I-claim'])" in found["tokens"][2]


def test_a_dry_run_shows_all_and_changes_nothing(hub: Hub, tmp_path: Path) -> None:
    done = run(corpus(tmp_path / "corpus", RAINED, told=""), "--dry-run")
    assert done.returncode == 2
    assert done.stdout.endswith(f"an entry for dataset/CHANGELOG.md:\n\n{ENTRY}\n")
    assert done.stderr.splitlines()[-1].startswith("corpus: dataset/CHANGELOG.md: has no entry of")
    done = run(corpus(tmp_path / "corpus", RAINED), "--dry-run")
    assert (done.returncode, hub.repositories) == (0, {})
    assert done.stdout.endswith(f"{REPO}: nothing was changed; without --dry-run it is published\n")


def test_a_text_of_unknown_licence_is_public_only_if_that_is_said(hub: Hub, tmp_path: Path) -> None:
    root = corpus(tmp_path / "corpus", RAINED)
    unknown = seed(TEXT, licence="unknown", basis="the author's leave")
    (root / "seeds" / "example.toml").write_text(unknown)
    done = run(root)
    assert (done.returncode, hub.repositories) == (2, {})
    *_, named, last = done.stderr.splitlines()
    assert named == "example: licence unknown; basis: the author's leave"
    assert last.startswith("corpus: 1 text(s) of unknown licence would be public, with their words")
    private = run(root, "--private")
    assert (private.returncode, hub.repositories[REPO].private) == (0, True)
    hub.repositories.clear()
    confirmed = run(root, "--confirm-basis")
    assert (confirmed.returncode, hub.repositories[REPO].private) == (0, False)


@pytest.mark.parametrize(
    ("token", "setting", "expected"),
    [
        ("hf_wrong", {}, "the Hub refused the token: set HF_TOKEN to one that may write"),
        ("hf_é", {}, "HF_TOKEN is no token: expected ASCII"),
        ("", {}, "no token: set HF_TOKEN, or run `hf auth login`"),
        (TOKEN, {"HF_HUB_OFFLINE": True}, "HF_HUB_OFFLINE is set; publishing needs the Hub"),
        (TOKEN, {"ENDPOINT": "http://127.0.0.1:9"}, "the connection to the Hub broke (ConnectErr"),
    ],
)
def test_a_hub_that_refuses_or_does_not_answer_is_one_line(
    hub: Hub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
    setting: dict[str, Any],
    expected: str,
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    for name, value in setting.items():
        monkeypatch.setattr(constants, name, value)
    done = run(corpus(tmp_path / "corpus", RAINED))
    assert (done.returncode, done.stdout, hub.repositories) == (2, "", {})
    [line] = done.stderr.splitlines()
    assert line.startswith(f"corpus: {REPO}: {expected}")
    assert "hf_" not in line


def test_ctrl_c_does_not_wait_for_an_answer(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, over = Event(), Event()

    def stuck(*_: object) -> None:
        asked.set()
        over.wait(60)

    monkeypatch.setattr(Handler, "about", stuck)
    root = corpus(tmp_path / "corpus", RAINED)
    words = ["--root", str(root), "publish", REPO, "--out", str(tmp_path / "built")]
    with subprocess.Popen(
        [*COMMAND, *words],
        env=hub.environment(tmp_path / "home"),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        try:
            assert process.communicate(timeout=20)[1].strip() == "corpus: interrupted"
        finally:
            over.set()
            process.kill()
    assert process.returncode == 130
    assert [*tmp_path.glob("*built*")] == []


def test_labels_that_break_a_rule_are_not_published(hub: Hub, tmp_path: Path) -> None:
    root = corpus(tmp_path / "corpus", span(9, 18, "claim", text="x" * 30))
    done = run(root)
    assert (done.returncode, done.stdout, hub.repositories) == (2, "", {})
    assert done.stderr.splitlines()[-1].endswith("(`corpus validate` lists them)")


def test_a_build_asks_the_network_nothing(hub: Hub, tmp_path: Path) -> None:
    done = run(corpus(tmp_path / "corpus", RAINED), verb="build")
    assert (done.returncode, hub.asked) == (0, [])

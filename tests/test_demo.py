"""The whole loop, as a user runs it: `corpus demo` in a process of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.command import COMMAND

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.studio


def command(*arguments: str) -> list[str]:
    return [*COMMAND, *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=400, check=False
    )


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """Two runs into one folder: what they said, and the dataset's bytes after each."""
    out = tmp_path_factory.mktemp("demo") / "made"
    runs = []
    for _ in range(2):
        done = run("demo", "--out", str(out))
        runs.append((done, contents(out / "dataset")))
    return out, runs


def test_demo_ends_well_and_names_the_folder_and_the_line_to_paste(twice):
    out, [(first, _), _] = twice
    assert first.returncode == 0, first.stderr
    *_, made, line = first.stdout.splitlines()
    assert made.startswith(f"Made {out}: ")
    assert line == f'datasets.load_dataset("{out}/dataset", "claims")'


def test_demo_reports_its_progress_on_stderr_only(twice):
    _, [(first, _), _] = twice
    assert "starting Label Studio" in first.stderr
    assert "exported to" in first.stderr
    assert len(first.stdout.splitlines()) == 2


def test_demo_leaves_a_genuine_export_without_findings(twice):
    out, _ = twice
    [task] = json.loads((out / "export.json").read_bytes())
    assert {annotation["completed_by"] for annotation in task["annotations"]} == {"m2", "m3", "m4"}
    assert json.loads((out / "findings.json").read_bytes())["findings"] == []
    assert run("validate", str(out / "export.json")).returncode == 0


def test_demo_run_twice_gives_the_same_dataset_bytes(twice):
    _, [(_, first), (second, again)] = twice
    assert second.returncode == 0, second.stderr
    assert first == again


def test_the_dataset_loads_in_a_new_process_and_shows_names(twice):
    out, _ = twice
    code = (
        "from datasets import load_dataset;"
        f"claims = load_dataset({str(out / 'dataset')!r}, 'claims')['pilot'];"
        "print(sorted(set(claims['certainty'])), claims.features['certainty_label'].names)"
    )
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(out.parent / "hf")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    names = "['certain', 'possible', 'probable', 'unknown']"
    assert done.stdout.startswith(names)
    assert "['certain', 'probable', 'possible', 'unknown']" in done.stdout


def test_the_export_gives_the_same_dataset_as_the_annotations(twice, tmp_path):
    _, [(_, first), _] = twice
    assert run("build", "--out", str(tmp_path / "dataset")).returncode == 0
    made = contents(tmp_path / "dataset")
    assert "## Agreement" in made["README.md"].decode()  # of frozen files, which no export is
    told = {"README.md", "croissant.json", "checksums.txt"}  # how the labels were made, too
    assert made.keys() == first.keys()
    assert {name for name in made if made[name] != first[name]} == told


def annotate_for_a_moment(folder, environment):
    """Do what `make annotate` does, and stop it with Ctrl-C."""
    process = subprocess.Popen(
        command("annotate", "--no-browser"),
        cwd=folder,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert any("Ctrl-C stops" in line for line in process.stdout)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_the_commands_of_the_readme_work(twice, tmp_path):
    out, _ = twice
    for name in ("schemas", "seeds", "annotations"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copytree(out / "dataset", tmp_path / "build" / "demo" / "dataset")
    shutil.copy(out / "export.json", tmp_path)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shell, python = (
        re.findall(rf"```{kind}\n(.*?)```", readme, re.DOTALL) for kind in ("sh", "python")
    )
    commands = [
        line for block in shell for line in block.splitlines() if line.startswith("corpus ")
    ]
    commands += re.findall(r"`(corpus \w+ export\.json)`", readme)
    assert len(commands) == 9
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    annotate_for_a_moment(tmp_path, environment)
    for line in commands:
        subprocess.run(line, shell=True, cwd=tmp_path, env=environment, check=True)
    [block] = [block for block in python if "load_dataset" in block]
    shown = subprocess.check_output([sys.executable, "-c", block], cwd=tmp_path, env=environment)
    assert "certain indirect that senior U.S. officials" in shown.decode()


def test_a_label_studio_that_dies_midway_is_one_line(tmp_path):
    process = subprocess.Popen(
        command("demo", "--out", str(tmp_path / "made")),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "starting Label Studio" in process.stderr.readline()
    while not (family := psutil.Process(process.pid).children()):
        time.sleep(0.1)
    family[0].kill()
    said, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said == ""
    [line] = [line for line in told.splitlines() if line.startswith("corpus: ")]
    assert line.startswith("corpus: Label Studio stopped while starting (exit -9)")
    assert line.endswith(f"see {tmp_path / 'made' / 'server.log'}")
    assert "Traceback" not in told
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["server.log"]


MOMENTS = [(signal.SIGINT, seconds) for seconds in (0.0, 4.0)]
MOMENTS += [(signal.SIGTERM, 4.0), (signal.SIGKILL, 4.0)]
"""After the first word: before that, Python may still be importing us."""


@pytest.mark.parametrize(("number", "seconds"), MOMENTS)
def test_a_demo_that_is_stopped_leaves_no_server_behind(number, seconds, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        command("demo", "--out", str(tmp_path / "made")),
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(scratch)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert b"starting Label Studio" in process.stderr.readline()
    time.sleep(seconds)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=30)
    assert not alive
    assert b"Traceback" not in said
    if number != signal.SIGKILL:
        assert list(scratch.iterdir()) == []


def test_a_port_in_use_is_one_line_and_nothing_is_written(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("demo", "--port", str(port), "--out", str(tmp_path / "made"))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"corpus: port {port} on 127.0.0.1 is in use")
    assert not (tmp_path / "made").exists()

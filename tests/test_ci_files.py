"""What others put into their CI (the action, the hooks, the template), run as it runs there.

Each comes from a git repository of the files as they stand here, tagged with their version, and
works with the base install that it makes for itself, on a machine without anything of ours.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests.corpora import ANN, ROOT, TEXT, annotation, canonical, folder, span

pytestmark = pytest.mark.once


def read(name):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


ACTION, HOOKS = read("action.yml"), read(".pre-commit-hooks.yaml")
TEMPLATE = read("templates/gitlab.yml")["corpus-validate"]
INSTALL, VALIDATE = [step for step in ACTION["runs"]["steps"] if "run" in step]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GITHUB, PRE_COMMIT, GITLAB = map(
    yaml.safe_load, re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
)
"""The blocks of README."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TAG = f"v{PROJECT['version']}"
REPOSITORY = "github.com/OWNER/hedgerow"

FAULT = "claim ' it rained' begins or ends with whitespace"
EXPORT = "exports/of monday.json"


def labels(start):
    """Return an annotation file of one claim, which is sound if it begins at 9."""
    return {ANN: canonical(annotation(spans=[span(start, 18)]))}


def export(start):
    """Return an export of the same."""
    value = {"start": start, "end": 18, "text": TEXT[start:18], "labels": ["Claim"]}
    region = {"id": "r1", "type": "labels", "from_name": "span", "to_name": "text", "value": value}
    done = {"id": 92, "completed_by": "ann", "result": [region]}
    task = {"id": 177, "data": {"doc_id": "example", "text": TEXT}, "annotations": [done]}
    return {EXPORT: json.dumps([task])}


def run(*command, home, cwd, path="", **given):
    """Run a command with nothing of ours around it, but for how pip reaches its index."""
    kept = re.compile(r"PIP_.*|.*_PROXY|SSL_CERT_FILE|REQUESTS_CA_BUNDLE", re.IGNORECASE)
    environment = {
        "PIP_CACHE_DIR": ROOT / "build" / "pip",
        "PIP_CONFIG_FILE": Path("~/.config/pip/pip.conf").expanduser(),
        **{name: value for name, value in os.environ.items() if kept.fullmatch(name)},
        "HOME": home,
        "PATH": f"{path}:/usr/local/bin:/usr/bin:/bin".lstrip(":"),
        **given,
    }
    return subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={name: str(value) for name, value in environment.items()},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def done_well(*command, **where):
    done = run(*command, **where)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    config = "[user]\nname = Ann\nemail = ann@example.org\n[safe]\ndirectory = *\n"
    (home / ".gitconfig").write_text(config)
    return home


@pytest.fixture(scope="module")
def repository(home):
    """The files as they stand here, in a git repository of their own."""
    repository = home / "hedgerow"
    listing = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in done_well("git", *listing, home=home, cwd=ROOT).split("\0"):
        if (ROOT / name).is_file():
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, repository / name)
    committed(repository, home)
    done_well("git", "tag", TAG, home=home, cwd=repository)
    return repository


def committed(repository, home):
    for words in ("init --quiet", "add --all", "commit --quiet --message files"):
        done_well("git", *words.split(), home=home, cwd=repository)


def ran(step, home, repository, cwd, **inputs):
    """Run a step of the action as GitHub does, with these inputs and the defaults of the others."""
    defaults = {name: said["default"] for name, said in ACTION["inputs"].items()}
    assert inputs.keys() <= defaults.keys()
    context = {f"inputs.{name}": value for name, value in (defaults | inputs).items()}
    context["steps.python.outputs.python-path"] = sys.executable

    def filled(value):
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: context[found[1]], value)

    given = {name: filled(value) for name, value in step["env"].items()}
    given |= {"GITHUB_ACTION_PATH": repository, "RUNNER_TEMP": home / "runner"}
    shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
    return run(*shell, step["run"], home=home, cwd=cwd, **given)


@pytest.fixture(scope="module")
def installed(home, repository):
    """Where the programs are that the action installs."""
    done = ran(INSTALL, home, repository, cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return home / "runner" / "hedgerow" / "bin"


@pytest.fixture
def action(home, repository, installed):
    """Run the action, which has installed already, in a folder and with these inputs."""
    return partial(ran, VALIDATE, home, repository)


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        ("action.yml", "vendor.github-actions"),
        ("templates/gitlab.yml", "vendor.gitlab-ci"),
    ],
)
def test_the_file_is_what_the_schema_of_its_kind_asks_for(file, schema):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_action_pins_what_it_uses_and_puts_no_input_into_a_script():
    used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", name) for name in used)
    assert "${{" not in INSTALL["run"] + VALIDATE["run"]


def test_the_action_installs_the_base_only(home, installed):
    listed = done_well(
        installed / "python", "-m", "pip", "list", "--format=json", home=home, cwd=home
    )
    names = {package["name"] for package in json.loads(listed)}
    assert {"hedgerow", "polars", "pyarrow"} <= names
    assert names.isdisjoint({"label-studio", "label-studio-sdk", "httpx", "pandas", "datasets"})
    assert names.isdisjoint({"scipy", "dask", "pytest"})


def test_the_action_leaves_its_checkout_as_it_was(home, repository, installed):
    status = ("git", "status", "--porcelain", "--ignored")
    assert done_well(*status, home=home, cwd=repository) == ""


def test_the_action_passes_a_sound_corpus(action, tmp_path):
    done = action(folder(tmp_path, labels(9)))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_action_fails_on_a_broken_corpus_and_names_file_line_and_fault(action, tmp_path):
    done = action(folder(tmp_path, labels(8)))
    assert done.returncode == 1
    [line] = [line for line in done.stdout.splitlines() if line.startswith("::error ")]
    assert f"file={ANN},line=9" in line
    assert "S103" in line
    assert FAULT in line


def test_the_action_checks_an_export_beside_a_corpus_in_a_folder(action, tmp_path):
    folder(tmp_path / "my corpus")
    folder(tmp_path, export(8))
    done = action(tmp_path, root="my corpus", path=EXPORT)
    assert done.returncode == 1
    assert "task 177, annotation 92, region r1" in done.stdout
    assert FAULT in done.stdout


def test_the_action_takes_options(action, tmp_path):
    assert action(folder(tmp_path, labels(8)), args="--ignore S103 --strict").returncode == 0


def test_the_action_writes_sarif_though_there_are_errors(action, tmp_path):
    done = action(folder(tmp_path, labels(8)), sarif="found.sarif")
    assert done.returncode == 1
    assert FAULT in done.stdout
    [made] = json.loads((tmp_path / "found.sarif").read_bytes())["runs"]
    assert [result["ruleId"] for result in made["results"]] == ["S103"]


@pytest.mark.parametrize("name", ["path", "root", "args", "sarif"])
def test_the_action_runs_nothing_that_stands_in_an_input(action, tmp_path, name):
    corpus = folder(tmp_path, labels(9))
    action(corpus, **{name: "$(touch run) `touch run`; touch run; \" ' touch run"})
    assert not (corpus / "run").exists()


def template(home, repository, installed, cwd, **variables):
    """Run the script of the template as GitLab does, from the repository at its tag."""
    assert variables.keys() <= TEMPLATE["variables"].keys()
    address = TEMPLATE["variables"]["HEDGEROW"].replace(
        f"https://{REPOSITORY}", repository.as_uri()
    )
    given = TEMPLATE["variables"] | {"HEDGEROW": address} | variables
    script = ("bash", "-eo", "pipefail", "-c", "\n".join(TEMPLATE["script"]))
    return run(*script, home=home, cwd=cwd, path=installed, **given)


def test_the_template_fails_on_a_broken_corpus_and_reports_it_in_log_and_junit(
    home, repository, installed, tmp_path
):
    done = template(home, repository, installed, folder(tmp_path, labels(8)))
    assert done.returncode == 1, done.stderr
    assert f"{ANN}:9: S103 {FAULT}" in done.stdout
    report = tmp_path / TEMPLATE["artifacts"]["reports"]["junit"]
    assert len([*ElementTree.parse(report).iter("failure")]) == 1
    assert TEMPLATE["artifacts"]["when"] == "always"


def test_the_template_passes_a_sound_export_with_options(home, repository, installed, tmp_path):
    folder(tmp_path, export(9))
    where = {"CORPUS_PATH": EXPORT, "CORPUS_ARGS": "--strict --ignore V"}
    done = template(home, repository, installed, tmp_path, **where)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def hooked(home, repository, tmp_path):
    """Run these hooks, or those of README, over the folder of the test."""

    def hooked(*hooks):
        committed(tmp_path, home)
        [used] = PRE_COMMIT["repos"]
        used = used | {"repo": str(repository), "hooks": [*hooks] or used["hooks"]}
        config = home / "pre-commit.yaml"
        config.write_text(yaml.safe_dump({"repos": [used]}))
        words = ("-m", "pre_commit", "run", "--all-files", "--config", config)
        return run(sys.executable, *words, home=home, cwd=tmp_path)

    return hooked


def test_the_hook_of_readme_passes_a_sound_corpus(hooked, tmp_path):
    folder(tmp_path, labels(9))
    done = hooked()
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"validate the corpus\.+Passed", done.stdout)


def test_the_hook_fails_on_a_broken_corpus_and_names_the_fault(hooked, tmp_path):
    folder(tmp_path, labels(8))
    done = hooked({"id": "corpus-validate", "args": ["--strict"]})
    assert done.returncode == 1
    assert f"{ANN}:9: S103 {FAULT}" in done.stdout


def test_the_hook_checks_a_corpus_in_a_folder(hooked, tmp_path):
    folder(tmp_path / "letters", labels(8))
    done = hooked({"id": "corpus-validate", "entry": "corpus --root letters validate"})
    assert done.returncode == 1
    assert f"letters/{ANN}:9: S103 {FAULT}" in done.stdout


def test_the_hook_for_exports_is_given_their_names(hooked, tmp_path):
    folder(tmp_path, export(8))
    done = hooked(*({"id": hook["id"]} for hook in HOOKS))
    assert done.returncode == 1
    assert f"{EXPORT}: task 177, annotation 92, region r1: S103 {FAULT}" in done.stdout
    assert re.search(r"validate the corpus\.+Passed", done.stdout)


def test_readme_shows_what_there_is():
    [used] = [step for step in GITHUB if step["uses"].startswith("OWNER")]
    assert used["uses"] == f"OWNER/hedgerow@{TAG}"
    assert used["with"].keys() <= ACTION["inputs"].keys()
    [used] = PRE_COMMIT["repos"]
    assert (used["repo"], used["rev"]) == (f"https://{REPOSITORY}", TAG)
    raw = f"https://raw.githubusercontent.com/OWNER/hedgerow/{TAG}/"
    assert (ROOT / GITLAB["include"]["remote"].removeprefix(raw)).is_file()

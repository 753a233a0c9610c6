"""The command: its verbs, its exit statuses, and what it says when it cannot go on."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.cli import cli
from corpus.rules import RULES
from tests.command import COMMAND, command
from tests.corpora import PASS_FILE

ROOT = Path(__file__).parents[1]


@pytest.fixture
def corpus(tmp_path) -> Path:
    """A copy of the corpus folder, with one pass over the seed."""
    for name in ("schemas", "seeds", "annotations"):
        shutil.copytree(ROOT / name, tmp_path / "corpus" / name)
    for path in (tmp_path / "corpus" / "annotations").rglob("*"):
        if path.is_file() and path.name not in (PASS_FILE.name, "annotators.toml"):
            path.unlink()
    return tmp_path / "corpus"


def annotation(corpus: Path) -> Path:
    return corpus / PASS_FILE.relative_to(ROOT)


def refused(done) -> str:
    """Return the one line with which a command could not go on."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("corpus: ")
    return line.removeprefix("corpus: ")


def test_every_verb_has_help_that_says_what_it_does():
    def walk(group, path):
        for name, verb in group.commands.items():
            yield [*path, name], verb
            yield from walk(verb, [*path, name]) if hasattr(verb, "commands") else []

    for path, verb in walk(cli, []):
        shown = CliRunner().invoke(cli, [*path, "--help"])
        assert shown.exit_code == 0
        assert verb.help
        assert verb.help.splitlines()[0] in shown.output


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from click.testing import CliRunner; from corpus.cli import cli;"
        "CliRunner().invoke(cli, ['--help']);"
        "print([m for m in ('polars', 'pyarrow', 'datasets', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_validate_imports_neither_datasets_nor_pandas_nor_label_studio():
    code = (
        "import sys; from click.testing import CliRunner; from corpus.cli import cli;"
        "assert CliRunner().invoke(cli, ['validate']).exit_code == 0;"
        "heavy = ('datasets', 'pandas', 'label_studio', 'label_studio_sdk', 'httpx');"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_validate_is_clean_on_the_repository():
    done = command("validate")
    assert done.returncode == 0
    assert done.stdout.startswith("0 errors, 0 warnings in 1 document, 4 annotations, ")


def test_validate_works_from_any_folder_below_the_corpus():
    done = command("validate", cwd=ROOT / "annotations")
    assert done.returncode == 0


def test_validate_finds_a_fault_names_its_line_and_exits_with_1(corpus):
    path = annotation(corpus)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"type": "CONSULT"', '"type": "CHAT"', 1), encoding="utf-8")
    line = 1 + text[: text.index('"type": "CONSULT"')].count("\n")
    done = command("validate", cwd=corpus)
    assert done.returncode == 1
    place = f"{path.relative_to(corpus)}:{line}: A104"
    assert f"{place} type has no value 'CHAT' (unknown-value)\n" in done.stdout


def test_validate_as_json_has_the_promised_shape(corpus):
    path = annotation(corpus)
    path.write_bytes(path.read_bytes()[:1000])
    found = json.loads(command("validate", "--output", "json", cwd=corpus).stdout)
    [finding] = found["findings"]
    keys = "code name severity file line document annotator item start end message"
    assert list(finding) == keys.split()
    assert (finding["code"], finding["severity"]) == ("F101", "error")
    summary = "errors warnings documents annotations spans relations"
    assert list(found["summary"]) == summary.split()


@pytest.mark.parametrize("output", ["text", "json", "sarif", "github", "junit"])
def test_validate_exits_with_1_in_every_format_and_names_the_file(corpus, output):
    path = annotation(corpus)
    path.write_bytes(path.read_bytes()[:1000])
    done = command("validate", "--output", output, cwd=corpus)
    assert (done.returncode, done.stderr) == (1, "")
    assert str(path.relative_to(corpus)) in done.stdout


def test_statistics_are_of_text_and_json_alone(corpus):
    path = annotation(corpus)
    path.write_bytes(path.read_bytes()[:1000])
    counted = command("validate", "--statistics", cwd=corpus)
    assert counted.stdout.startswith("1  F101  error    json-invalid\n")
    found = json.loads(command("validate", "--statistics", "--output", "json", cwd=corpus).stdout)
    assert list(found) == ["statistics", "summary"]
    done = command("validate", "--statistics", "--output", "sarif", cwd=corpus)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("Error: --statistics is shown as text or json only\n")


def test_validate_takes_one_annotation_file_or_a_folder_of_them(corpus):
    path = annotation(corpus)
    for target in (path, path.parent, corpus / "annotations"):
        done = command("validate", target, cwd=corpus)
        assert (done.returncode, done.stderr) == (0, "")
        assert "1 annotation, 67 spans" in done.stdout


def test_a_path_that_is_not_there_is_refused(corpus):
    assert refused(command("validate", "nowhere.json", cwd=corpus)) == (
        "nowhere.json: no such file or folder"
    )


def test_a_folder_that_is_no_corpus_is_refused(tmp_path):
    assert "expected a folder with schemas/" in refused(command("validate", cwd=tmp_path))


def test_a_schema_with_an_unknown_key_is_refused_with_file_and_key(corpus):
    path = corpus / "schemas" / "hedgerow.toml"
    path.write_text(path.read_text() + '\n[relations.blame]\nfrm = ["claim"]\n')
    line = refused(command("schema", "check", cwd=corpus))
    assert line.startswith("schemas/hedgerow.toml: relations.blame: ")
    assert "'frm'" in line or "'definition'" in line


def test_a_seed_that_changed_after_annotation_is_refused(corpus):
    [path] = (corpus / "seeds").glob("*.txt")
    path.write_bytes(path.read_bytes().replace(b"Trump", b"Smith", 1))
    assert "the text changed after entry" in refused(command("validate", cwd=corpus))


def test_a_text_that_is_not_utf8_is_refused_with_its_place(corpus):
    [path] = (corpus / "seeds").glob("*.txt")
    path.write_bytes(b"caf\xe9 " + path.read_bytes())
    line = refused(command("validate", cwd=corpus))
    assert line.startswith(f"{path.relative_to(corpus)}: not UTF-8 at byte 3 (0xe9)")


def test_build_refuses_labels_with_errors_and_writes_nothing(corpus):
    path = annotation(corpus)
    path.write_bytes(path.read_bytes()[:1000])
    done = command("build", cwd=corpus)
    assert done.returncode == 2
    assert "1 error(s) in the labels" in done.stderr
    assert not (corpus / "build").exists()


def test_what_the_system_refuses_is_one_line(corpus):
    assert refused(command("build", "--out", "/proc/none/dataset", cwd=corpus)).startswith(
        "/proc/none"
    )
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "schema", "json"],
            cwd=corpus, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "corpus: No space left on device\n"


@pytest.mark.parametrize("name", ["br[1]", "a::b"])
def test_a_folder_that_datasets_cannot_load_from_is_refused_before_anything_is_written(
    corpus, name
):
    for verb in ("build", "demo"):
        line = refused(command(verb, "--out", f"{name}/dataset", cwd=corpus))
        assert "`datasets` loads nothing from a path with [, ], ::" in line
        assert not (corpus / name).exists()


def test_a_dataset_does_not_take_the_place_of_the_folder_where_one_stands(corpus):
    (corpus / "here").mkdir()
    assert "is where you stand" in refused(command("build", "--out", ".", cwd=corpus / "here"))


def test_a_dataset_is_written_where_a_link_leads(corpus):
    (corpus / "there").mkdir()
    (corpus / "link").symlink_to(corpus / "there")
    assert command("build", "--out", "link", cwd=corpus).returncode == 0
    assert (corpus / "link").is_symlink()
    assert (corpus / "there" / "README.md").is_file()


def test_a_root_that_is_not_there_is_refused(tmp_path):
    done = command("--root", "nowhere", "validate", cwd=tmp_path)
    assert done.returncode == 2
    assert "Directory 'nowhere' does not exist" in done.stderr


def test_a_demo_without_labels_leaves_the_tasks_to_import(corpus):
    shutil.rmtree(corpus / "annotations")
    line = refused(command("demo", cwd=corpus))
    assert line.startswith("annotations: no labels yet")
    assert "build/demo/tasks.json holds the tasks to import" in line
    assert len(json.loads((corpus / "build/demo/tasks.json").read_bytes())) == 1


def test_a_demo_of_a_second_pass_is_refused_with_its_file(corpus):
    path = annotation(corpus)
    again = path.read_text(encoding="utf-8").replace('"pass": 1', '"pass": 2')
    path.with_name("m2.2.json").write_text(again, encoding="utf-8")
    assert f"{path.with_name('m2.2.json').relative_to(corpus)}: is pass 2" in refused(
        command("demo", cwd=corpus)
    )


def test_a_rule_is_shown_by_code_and_by_name():
    by_code, by_name = command("rule", "S103"), command("rule", "span-edge-whitespace")
    assert by_code.stdout == by_name.stdout
    assert by_code.stdout.startswith("S103 span-edge-whitespace (error)\n")
    assert all(f"\n{part}:\n" in by_code.stdout for part in ("Why", "Bad", "Good", "Fix"))


def test_the_list_of_rules_has_a_line_each():
    assert [line.split()[0] for line in command("rule").stdout.splitlines()] == list(RULES)


def test_an_unknown_rule_is_refused_with_the_nearest_name():
    line = refused(command("rule", "span-edge-whitspace"))
    assert line.startswith("no rule 'span-edge-whitspace'; did you mean 'span-edge-whitespace'?")


def test_a_verb_whose_extra_is_missing_says_which_one_to_install(tmp_path):
    """A folder in front of the path hides datasets as if it were not installed."""
    hidden = "raise ModuleNotFoundError(\"No module named 'datasets'\", name='datasets')"
    (tmp_path / "datasets.py").write_text(hidden)
    done = subprocess.run(
        [*COMMAND, "build", "--out", tmp_path / "out"],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused(done) == "needs datasets: pip install 'hedgerow[hub]'"


def test_a_misspelt_option_is_refused_with_exit_status_2():
    done = command("validate", "--outptu", "json")
    assert done.returncode == 2
    assert "No such option" in done.stderr

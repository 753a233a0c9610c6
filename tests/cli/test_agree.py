"""The verb `corpus agree`: what it reads, shows, refuses, and its exit status."""

import hashlib
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from corpus.agreement.figures import Comparison
from corpus.cli import cli
from corpus.errors import CorpusError
from tests.command import command
from tests.corpora import ROOT, annotation, canonical, folder, sound_export, span

pytestmark = pytest.mark.once

WORDS = " ".join(["word"] * 40)
SHARED = {"a": ("ann", "bo"), "b": ("ann", "bo", "cy"), "c": ("ann", "bo")}


def corpus(root: Path, frozen=("a", "b", "c"), errors: int = 1) -> Path:
    """Make three texts: eight words are events to `ann`, all but a few of them to others."""
    files = {}
    for doc_id, people in SHARED.items():
        for person in people:
            kept = range(8 if person == "ann" else 8 - errors)
            spans = [span(20 * n, 20 * n + 4, "event", WORDS, id=f"e{n}") for n in kept]
            said = annotation(WORDS, document=doc_id, annotator=person, spans=spans)
            files[f"annotations/{doc_id}/{person}.json"] = canonical(said)
    people = '[annotators.%s]\nkind = "human"\ndescription = "invented"\n'
    files["annotations/annotators.toml"] = "".join(people % name for name in ("ann", "bo", "cy"))
    made = folder(root, files, dict.fromkeys(SHARED, WORDS))
    rounds = ""
    for doc_id in frozen:
        rounds += f'[rounds.of-{doc_id}]\nkind = "pilot"\npeople = ["ann", "bo", "cy"]\n'
        rounds += f'[rounds.of-{doc_id}.frozen]\ndate = "2025-01-01"\n'
        rounds += f"[rounds.of-{doc_id}.frozen.files]\n"
        for person in SHARED[doc_id]:
            file = f"annotations/{doc_id}/{person}.json"
            rounds += f'"{file}" = "{hashlib.sha256(files[file].encode()).hexdigest()}"\n'
    (made / "annotations" / "rounds.toml").write_text(rounds)
    return made


def agree(root: Path, *options: str):
    """Return the exit status, stdout and stderr."""
    done = CliRunner().invoke(cli, ["--root", str(root), "agree", *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def refused(root: Path, *options: str) -> str:
    """Return the message of a call that cannot go on."""
    done = CliRunner().invoke(cli, ["--root", str(root), "agree", *options])
    assert isinstance(done.exception, CorpusError) or done.exit_code == 2
    assert done.stdout == ""
    return f"{done.stderr}{done.exception}"


def json_of(root: Path, *options: str) -> list[Comparison]:
    status, out, _ = agree(root, "--output", "json", *options)
    assert status == 0
    return msgspec.json.decode(out, type=list[Comparison])


def test_all_frozen_passes_are_compared(tmp_path):
    status, out, err = agree(corpus(tmp_path))
    lines = out.split("\n")
    assert (status, err) == (0, "")
    assert lines[0] == "round of-a, round of-b, round of-c: ann, bo, cy"
    assert lines[1] == "Inter-annotator agreement"
    assert "3 documents" in lines[2]
    assert any(line.startswith("event ") and "0.9" in line for line in lines)


def test_json_has_every_figure(tmp_path):
    [found] = json_of(corpus(tmp_path))
    assert (found.strata, found.alone, found.annotators) == (3, 0, ("ann", "bo", "cy"))
    asked = ("exact-f1", "event", ("ann", "bo"))
    [f1] = [f for f in found.figures if (f.measure, str(f.part), f.annotators) == asked]
    assert f1.value == pytest.approx(2 * 21 / (24 + 21))


def test_rounds_apart_and_alone(tmp_path):
    root = corpus(tmp_path)
    titles = [c.title for c in json_of(root, "--by", "round")]
    assert titles == ["round of-a", "round of-b", "round of-c"]
    [found] = json_of(root, "--round", "of-b")
    assert (found.title, found.annotators) == ("round of-b", ("ann", "bo", "cy"))


def test_a_round_that_nobody_shares_is_left_out_with_a_remark(tmp_path):
    root = corpus(tmp_path, frozen=("a",))
    rounds = root / "annotations" / "rounds.toml"
    file = "annotations/b/cy.json"
    digest = hashlib.sha256((root / file).read_bytes()).hexdigest()
    alone = '[rounds.alone]\nkind = "pilot"\npeople = ["cy"]\n[rounds.alone.frozen]\n'
    alone += f'date = "2025-01-01"\nfiles = {{ "{file}" = "{digest}" }}\n'
    rounds.write_text(rounds.read_text() + alone)
    status, out, err = agree(root, "--by", "round")
    assert (status, out.split("\n")[0]) == (0, "round of-a: ann, bo")
    assert err == "round alone: no document was annotated by two: found cy in 1 document(s)\n"
    assert "no document was annotated by two" in refused(root, "--round", "alone")


def test_assisted_passes_apart(tmp_path):
    root = corpus(tmp_path)
    item = '{ round = "of-a", document = "a", annotator = "%s", assisted = true },\n'
    given = f"assignments = [\n{item % 'ann'}{item % 'bo'}]\n"
    (root / "annotations" / "assignments.toml").write_text(given)
    found = {c.title.rsplit(", ")[-1]: c.documents for c in json_of(root, "--by", "assisted")}
    assert found == {"assisted": ("a",), "unassisted": ("b", "c")}


def test_against_one_of_them(tmp_path):
    [found] = json_of(corpus(tmp_path), "--against", "cy")
    assert found.words == "agreement with cy"
    assert (found.documents, found.alone) == (("b",), 2)
    assert found.groups == [("ann", "cy"), ("bo", "cy")]


def test_an_export_is_compared_as_it_is(tmp_path):
    export = tmp_path / "export.json"
    export.write_text(sound_export("m2", "m3"))
    [found] = json_of(ROOT, str(export))
    assert (found.title, found.annotators) == ("the files named, frozen or not", ("m2", "m3"))
    assert found.strata > 1  # its sentences


def test_files_are_compared_frozen_or_not(tmp_path):
    root = corpus(tmp_path, frozen=())
    [found] = json_of(root, str(root / "annotations" / "b"))
    assert (found.documents, found.annotators) == (("b",), ("ann", "bo", "cy"))
    assert "no document was annotated by two" in refused(root, str(root / "annotations/a/ann.json"))


def test_a_file_that_cannot_be_read_is_not_left_out_in_silence(tmp_path):
    root = corpus(tmp_path, frozen=())
    broken = root / "annotations" / "b" / "cy.json"
    broken.write_text(broken.read_text()[:90])
    told = refused(root, str(broken.parent))
    assert "cy.json:" in told
    assert "F101" in told
    assert told.endswith("mend them, or leave the file out (`corpus validate` lists them)")


GATES = [
    ("[layers.event]\nexact-f1 = 0.9", 0, ["passed"]),
    ("[layers.event]\nexact-f1 = 0.99", 1, ["not passed"]),
    ("[layers.event]\nboundary-distance = 0\nagr = 0.9", 0, ["passed", "passed"]),
    ("[layers.event]\nexact-f1 = 0.9\n[layers.claim]\nexact-f1 = 0.1", 1, ["passed", "not passed"]),
]


@pytest.mark.parametrize(("gate", "status", "verdicts"), GATES)
def test_the_exit_status_is_that_of_the_gate(tmp_path, gate, status, verdicts):
    (tmp_path / "gate.toml").write_text(gate)
    found, out, err = agree(corpus(tmp_path), "--gate", str(tmp_path / "gate.toml"))
    assert (found, [line.split(":")[0] for line in err.splitlines()]) == (status, verdicts)
    assert out.startswith("round of-a")


def test_each_round_is_held_to_the_gate(tmp_path):
    (tmp_path / "gate.toml").write_text("[layers.event]\nexact-f1 = 0.1")
    status, _, err = agree(corpus(tmp_path), "--by", "round", "--gate", str(tmp_path / "gate.toml"))
    assert status == 1
    assert err.count("not passed: round of-") == 3
    assert err.count("withheld: fewer than 20 items") == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--round", "of-d"], "no round 'of-d' is frozen (there are of-a, of-b, of-c)"),
        (["--against", "xi"], "--against xi: no annotation of that name; there are ann, bo, cy"),
        (["--by", "moon"], "'moon' is not one of 'round', 'assisted'"),
        (["annotations/z"], "annotations/z: no such file or folder"),
        (["--gate", "none.toml"], "none.toml"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path, options, said):
    assert said in refused(corpus(tmp_path), *options)


def test_a_path_and_a_round_do_not_go_together(tmp_path):
    root = corpus(tmp_path)
    for options in (["--round", "of-a"], ["--by", "round"]):
        said = refused(root, str(root / "annotations" / "a"), *options)
        assert "a PATH is read as it is: no round is asked for beside it" in said


def test_without_frozen_rounds_it_ends_with_2_and_one_line(tmp_path):
    done = command("--root", corpus(tmp_path, frozen=()), "agree")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no round is frozen (there are none)" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_frozen_file_that_was_changed_stops_it(tmp_path):
    root = corpus(tmp_path)
    file = root / "annotations" / "a" / "bo.json"
    file.write_text(file.read_text() + "\n")
    assert "annotations/a/bo.json: was changed since round 'of-a' was frozen" in refused(root)


def test_the_same_labels_give_the_same_output(tmp_path):
    root = corpus(tmp_path)
    assert agree(root, "--output", "json") == agree(root, "--output", "json")


def test_an_export_of_another_kind_is_told_as_such(tmp_path):
    export = tmp_path / "export.json"
    export.write_text('[{"id": 1, "text": "x", "label": []}]')
    assert "it is JSON_MIN" in refused(ROOT, str(export))


def test_a_table_of_some_of_them_says_whom_it_shows(tmp_path):
    root = corpus(tmp_path)
    own = (root / "annotations" / "a" / "ann.json").read_text()
    (root / "annotations" / "a" / "ann.2.json").write_text(own.replace('"pass": 1', '"pass": 2'))
    files = [str(root / "annotations" / "a" / f"{name}.json") for name in ("ann", "ann.2", "bo")]
    out = agree(root, *files)[1].split("\n")
    assert out[0].endswith(": ann, ann.2, bo")
    assert "ann – bo" in out


def test_where_nobody_marked_anything_that_is_said(tmp_path):
    said = [annotation(document="example", annotator=name) for name in ("ann", "bo")]
    files = {f"annotations/example/{one['annotator']}.json": canonical(one) for one in said}
    root = folder(tmp_path, files)
    assert agree(root, str(root / "annotations"))[1].endswith("Nobody marked anything.\n")

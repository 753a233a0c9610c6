"""Files that were made to hurt: validation ends, in bounded memory, a line a finding, no file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.cli import cli
from corpus.cli.validate import validate
from corpus.output.text import MARGIN
from tests.corpora import ANN, TEXT, annotation, canonical, findings_of, folder, span

pytestmark = pytest.mark.once

MEASURED = """
import re, sys
from pathlib import Path
from corpus.cli import main
try:
    main()
finally:
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
    print(int(peak[1]) * 1024, file=sys.stderr)
"""
"""Validation that says its own peak; that of `getrusage` begins with its parent's."""
BARE = 200_000_000
"""Bytes that the program itself may take, whatever it reads."""
FACTOR = 50
"""Bytes that each byte of input may take beside: as text, as JSON, in the tables, in findings."""
MEGA = 1_000_000


def tree(root):
    return {p: p.stat().st_mtime_ns for p in root.parent.rglob("*") if p.is_file()}


def run(root, path, form):
    command = [sys.executable, "-c", MEASURED, "--root", str(root), "validate", str(path)]
    return subprocess.run(
        [*command, "--output", form], capture_output=True, timeout=240, cwd=root, check=False
    )


def told(shown):
    """Return the lines that stand for themselves: a finding each, and the one that counts."""
    return [line for line in shown.splitlines() if line and not line.startswith(MARGIN)]


def validated(root, path=None):
    """Return the findings in a file; it is shown in every format, in bounded memory."""
    path, before = path or root / ANN, tree(root)
    size = path.stat().st_size + sum(p.stat().st_size for p in root.glob("seeds/*.txt"))
    forms = ("json", "text") if size < 5 * MEGA else ("json",)
    as_json, *others = (run(root, path, form) for form in forms)
    for done in (as_json, *others):
        assert done.returncode == as_json.returncode <= 1, done.stderr[-2000:]
        assert done.stderr.strip().isdigit(), done.stderr[-2000:]
        assert int(done.stderr) < BARE + FACTOR * size
    findings = json.loads(as_json.stdout)["findings"]
    for text in others:
        shown = text.stdout.decode()
        assert len(told(shown)) == len(findings) + 1
        assert all(character.isprintable() for character in shown.replace("\n", ""))
    assert not any(0 < byte < 32 and byte != 10 for byte in as_json.stdout)
    assert tree(root) == before
    return findings


def codes(findings):
    return {finding["code"] for finding in findings}


def export(*results, **changed):
    """Return an export of one task, with these entries in its one annotation."""
    done = {"id": 2, "completed_by": "ann", "result": [*results]}
    task = {"id": 1, "data": {"doc_id": "example", "text": TEXT}, "annotations": [done]}
    return json.dumps([task | changed])


def region(start, end, name, **changed):
    value = {"start": start, "end": end, "labels": ["Event"]}
    named = {"id": name, "from_name": "span", "to_name": "text", "type": "labels"}
    return named | {"value": value} | changed


def test_span_of_ten_megabytes(tmp_path):
    text = "She said it rained. " * (MEGA // 2)
    content = annotation(
        text, spans=[span(0, len(text) - 1, "event", text), span(9, 18, "x", text)]
    )
    root = folder(tmp_path / "root", {ANN: canonical(content)}, {"example": text})
    assert codes(validated(root)) == {"A101"}


def test_label_id_and_text_of_ten_megabytes(tmp_path):
    long = "x" * (3 * MEGA)
    spans = [span(0, 3, "event", id=long), span(0, 3, long, id="a"), span(0, 3, "event", text=long)]
    spans[2] = spans[0] | {"id": "b", "text": long}
    root = folder(tmp_path / "root", {ANN: canonical(annotation(spans=spans))})
    assert codes(validated(root)) >= {"F106", "T108"}


@pytest.mark.parametrize("same", [False, True], ids=["side by side", "on the same words"])
def test_a_hundred_thousand_spans_in_one_document(tmp_path, same):
    text = "rain " * 100_000
    places = [0 if same else 5 * n for n in range(100_000)]
    spans = [span(at, at + 4, "event", text, id=f"e{n}") for n, at in enumerate(places)]
    root = folder(
        tmp_path / "root", {ANN: canonical(annotation(text, spans=spans))}, {"example": text}
    )
    assert codes(validated(root)) - {"F109"} == ({"S104"} if same else set())


def nested(number):
    """Return the places of spans one within the other, and the text that they nearly cover."""
    return [(n, 200_000 - n) for n in range(number)], "rain " * 40_000


def test_long_spans_upon_each_other_in_an_annotation_file(tmp_path):
    places, text = nested(2_000)
    spans = [
        span(*place, "event", text, id=f"e{n}") | {"text": ""} for n, place in enumerate(places)
    ]
    content = canonical(annotation(text, spans=spans))
    root = folder(tmp_path / "root", {ANN: content}, {"example": text})
    assert codes(validated(root)) == {"F111"}


def test_long_spans_upon_each_other_in_an_export(tmp_path):
    places, text = nested(2_000)
    regions = [region(*place, f"e{n}") for n, place in enumerate(places)]
    files = {"export.json": export(*regions, data={"doc_id": "example", "text": text})}
    root = folder(tmp_path / "root", files, {"example": text})
    assert codes(validated(root, root / "export.json")) == {"F111"}


def test_a_hundred_thousand_results_in_one_export(tmp_path):
    text = "rain " * 50_000
    regions = [region(5 * n, 5 * n + 4, f"e{n}") for n in range(50_000)]
    relations = [
        {"type": "relation", "from_id": f"e{n}", "to_id": f"e{n + 1}", "labels": ["coref"]}
        for n in range(50_000)
    ]
    data = {"doc_id": "example", "text": text}
    files = {"export.json": export(*regions, *relations, data=data)}
    root = folder(tmp_path / "root", files, {"example": text})
    assert codes(validated(root, root / "export.json")) == {"R101", "R108"}


DEEP = "[" * 100_000 + "]" * 100_000
IN_EXPORT = {
    "a task": lambda: f"[{DEEP}]",
    "data": lambda: export(meta=0).replace('"meta": 0', f'"meta": {DEEP}'),
    "objects": lambda: export(meta=0).replace(
        '"meta": 0', '"meta": ' + '{"a":' * 100_000 + "1" + "}" * 100_000
    ),
    "less deep": lambda: export(meta=0).replace('"meta": 0', '"meta": ' + "[" * 900 + "]" * 900),
}


@pytest.mark.parametrize("content", IN_EXPORT.values(), ids=list(IN_EXPORT))
def test_json_nested_deeply_in_an_export(tmp_path, content):
    root = folder(tmp_path / "root", {"export.json": content()})
    assert codes(validated(root, root / "export.json")) <= {"F101", "F104"}


def test_json_nested_deeply_in_an_annotation_file(tmp_path):
    content = canonical(annotation(spans=[span(0, 3, "event")]))
    deep = content.replace('"attributes": {}', f'"attributes": {DEEP}')
    assert codes(validated(folder(tmp_path / "root", {ANN: deep}))) == {"F101"}


BOMBS = {
    "one key": lambda: '"a": 1, ' * (4 * MEGA),
    "two of many": lambda: "".join(f'"a{n}": 1, ' for n in range(2 * MEGA)) + '"a0": 1, ',
    "objects": lambda: '"a": {"a": 1, "a": 2}, ' * MEGA,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=list(BOMBS))
def test_bomb_of_repeated_keys_in_an_export(tmp_path, bomb):
    content = export(meta=0).replace('"meta": 0', '"meta": {' + bomb() + '"z": 0}')
    root = folder(tmp_path / "root", {"export.json": content})
    [finding] = validated(root, root / "export.json")
    assert (finding["code"], finding["item"]) == ("F101", "task 1")


@pytest.mark.parametrize("key", ['"pass": 1,', '"spans": [],'])
def test_bomb_of_repeated_keys_in_an_annotation_file(tmp_path, key):
    content = canonical(annotation()).replace('"pass": 1,', key * (2 * MEGA) + '"pass": 1,')
    [finding] = validated(folder(tmp_path / "root", {ANN: content}))
    assert finding["code"] == "F101"


WORDS = (
    *("\0", "a\0b", "\x1b[2J\x1b]0;owned\x07", "a\nb\r\nc", "a\u2028b\u2029c\x85d", "\u202eabc"),
    *("../../../etc/passwd", "..", "/etc/passwd", "a\\..\\b", "C:\\x", "~", "x/../../y"),
    *("<script>alert(1)</script>", "<img src=x onerror=y>", "::error file=x::y", "%0A", "$(id)"),
    *("'; DROP TABLE x; --", "\ufeff", "\u200b", "{}", "{0}", "%s", "a" * 5000, "\uffff", "😀"),
)
REGIONS = (
    *({"id": "?"}, {"from_name": "?"}, {"to_name": "?"}, {"type": "?"}, {"origin": "?"}),
    *({"value": {"labels": ["?"]}}, {"value": {"text": "?"}}, {"value": {"start": "?"}}),
)
DATA = ({"doc_id": "?"}, {"text": "?"}, {"schema_version": "?"}, {"guideline_version": "?"})
SPANS = (
    *({"id": "?"}, {"layer": "?"}, {"text": "?"}, {"start": "?"}, {"?": 1}),
    *({"attributes": {"?": "x"}}, {"attributes": {"manner": "?"}}),
)
HEADS = ({"document": "?"}, {"annotator": "?"}, {"text_sha256": "?"}, {"schema_version": "?"})


def hostile_export(word):
    """Return an export in which each task has the word in another place; "?" stands for it."""
    tasks = [json.loads(export())[0] | {"id": "?"}]
    for change in DATA:
        tasks += json.loads(export())
        tasks[-1]["data"] |= change
    for change in REGIONS:
        entry = region(0, 3, "a")
        entry |= change | {"value": entry["value"] | change.get("value", {})}
        ends = {"type": "relation", "from_id": "?", "to_id": "a", "labels": ["?"]}
        tasks += json.loads(export(entry, ends))
    tasks[-1]["annotations"][0]["completed_by"] = "?"
    for number, task in enumerate(tasks[1:], 1):
        task["id"] = number
    return json.dumps(tasks).replace('"?"', json.dumps(word))


def hostile_files(word):
    """Return annotation files, each with the word in another place."""
    files = {}
    relation = {"type": "source", "from": "a", "to": "b"}
    for number, change in enumerate((*HEADS, *SPANS, {"to": "?"}, {"type": "?"})):
        spans = [span(0, 3, "event", id="a"), span(4, 8, "event", id="b")]
        content = annotation(annotator=f"ann{number}", spans=spans, relations=[dict(relation)])
        whole = {
            **dict.fromkeys(map(str, HEADS), content),
            **dict.fromkeys(map(str, SPANS), spans[0]),
        }
        whole.get(str(change), content["relations"][0]).update(change)
        named = f"annotations/example/ann{number}.json"
        files[named] = canonical(content).replace('"?"', json.dumps(word))
    return files


@pytest.mark.parametrize("word", WORDS, ids=range(len(WORDS)))
def test_word_that_steers_whatever_shows_it_is_escaped_in_every_format(tmp_path, word):
    root = folder(tmp_path / "root", hostile_files(word) | {"export.json": hostile_export(word)})
    before = tree(root)
    for form in next(p for p in validate.params if p.name == "output").type.choices:
        paths = [str(root / "export.json"), str(root / "annotations")]
        done = CliRunner().invoke(cli, ["--root", str(root), "validate", *paths, "--output", form])
        assert done.exit_code == 1, done.exception
        assert not [c for c in done.stdout if c < " " and c not in "\n\t"]
        if form == "text":
            assert all(c.isprintable() for c in done.stdout.replace("\n", ""))
            found = findings_of(root, *map(Path, paths))
            assert len(told(done.stdout)) == len(found) + 1 > 20
    assert tree(root) == before

"""Whatever is in an annotation file, reading it ends in findings with a place, in no traceback."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.reading import read_corpus
from corpus.store import read_annotation
from corpus.tables import Rows
from tests.corpora import ANN, TEXT, TINY, annotation, canonical, findings_of, folder, span

RELATION = {"type": "source", "from": "claim9", "to": "speaker0"}
SMALL = canonical(
    annotation(spans=[span(0, 3, "speaker"), span(9, 18)], relations=[RELATION])
).encode()
BROKEN = {
    "empty": (b"", "F101", 1, "not JSON: the file ends in the middle; it was probably cut off"),
    "blank": (b" \n ", "F101", 2, "not JSON: the file ends in the middle"),
    "not JSON": (b"document: example\n", "F101", 1, "not JSON: "),
    "not JSON on line 3": (b'{\n"document": "a",\n"pass": one\n}', "F101", 3, "not JSON: "),
    "not UTF-8": (SMALL.replace(b"She", b"Sh\xe9"), "F101", 9, "not UTF-8 at byte "),
    "UTF-16": (SMALL.decode().encode("utf-16"), "F101", 1, "not UTF-8 at byte 0"),
    "a BOM": (b"\xef\xbb\xbf" + SMALL, "F101", 1, "not JSON: "),
    "two in one": (SMALL + SMALL, "F101", 16, "not JSON: "),
    "a list": (b"[]", "F104", 1, "has a wrong type: expected 'object', got 'array'"),
    "a word": (b"null", "F104", 1, "has a wrong type: expected 'object', got 'null'"),
    "nested": (
        SMALL.replace(b'"attributes": {}', b'"attributes": ' + b"[" * 100_000, 1),
        "F101",
        1,
        "not readable: nested too deeply",
    ),
    "an unknown field": (
        SMALL.replace(b'"pass": 1', b'"by": "me",\n"pass": 1'),
        "F102",
        4,
        "has the unknown field 'by'",
    ),
    "an unknown field of a span": (
        SMALL.replace(b'"id": "claim9",', b'"id": "claim9", "colour": "red",'),
        "F102",
        10,
        "claim9 has the unknown field 'colour'",
    ),
    "no spans": (SMALL.replace(b'"spans"', b'"spams"'), "F102", 8, "the unknown field 'spams'"),
    "no pass": (SMALL.replace(b'"pass": 1,\n', b""), "F103", 1, "has no 'pass'"),
    "no id": (SMALL.replace(b'"id": "claim9", ', b""), "F103", 10, "span 2 has no 'id'"),
    "no end of a relation": (
        SMALL.replace(b', "to": "speaker0"', b""),
        "F103",
        13,
        "relation 1 has no 'to'",
    ),
    "pass in words": (
        SMALL.replace(b'"pass": 1', b'"pass": "1"'),
        "F104",
        4,
        "got 'str' at $.pass",
    ),
    "pass 0": (SMALL.replace(b'"pass": 1', b'"pass": 0'), "F104", 4, "expected 'int' >= 1"),
    "a huge pass": (SMALL.replace(b'"pass": 1', b'"pass": 1' + b"0" * 30), "F104", 4, "at $.pass"),
    "a huge offset": (
        SMALL.replace(b'"end": 18', b'"end": 18446744073709551616'),
        "F104",
        10,
        "at $.end",
    ),
    "an endless offset": (
        SMALL.replace(b'"end": 18', b'"end": ' + b"9" * 5000),
        "F104",
        10,
        "$.end",
    ),
    "an offset with a point": (
        SMALL.replace(b'"end": 18', b'"end": 18.0'),
        "F104",
        10,
        "claim9 has a wrong type: expected 'int', got 'float' at $.end",
    ),
    "an offset that is true": (SMALL.replace(b'"end": 18', b'"end": true'), "F104", 10, "$.end"),
    "NaN": (SMALL.replace(b'"end": 18', b'"end": NaN'), "F101", 10, "not JSON: "),
    "half a character": (
        SMALL.replace(b'"it rained"', rb'"it \ud800"'),
        "F101",
        10,
        "other half (byte ",
    ),
    "half a character and more": (
        SMALL.replace(b'"it rained"', rb'"it \ud800 rained"'),
        "F101",
        10,
        "other half (byte ",
    ),
    "half a character in a key": (
        SMALL.replace(b'"attributes": {}}\n]', b'"attributes": {"\\udc00": "x"}}\n]'),
        "F101",
        10,
        "other half (byte ",
    ),
    "a bare control character": (
        SMALL.replace(b"it rained", b"it\x01rained"),
        "F101",
        10,
        "not JSON",
    ),
    "a key twice in a span": (
        SMALL.replace(b'"id": "claim9"', b'"id": "claim9", "id": "x"'),
        "F101",
        10,
        "the key 'id' stands twice in one object",
    ),
    "guidelines of no version": (
        SMALL.replace(b'"guideline_version": "1.0.0"', b'"guideline_version": "latest"'),
        "F104",
        6,
        "at $.guideline_version",
    ),
    "two lists of spans": (
        SMALL.replace(b'"relations": [\n', b'"spans": [\n],\n"relations": [\n'),
        "F101",
        12,
        "the key 'spans' stands twice in one object",
    ),
    "another document": (
        SMALL.replace(b'"document": "example"', b'"document": "other"'),
        "F106",
        1,
        "holds other, ann, pass 1, which does not belong into a file of this name",
    ),
    "another annotator": (SMALL.replace(b'"ann"', b'"bo"'), "F106", 1, "holds example, bo, pass 1"),
    "another pass": (
        SMALL.replace(b'"pass": 1', b'"pass": 2'),
        "F106",
        1,
        "holds example, ann, pass 2",
    ),
    "a document out of the folder": (
        SMALL.replace(b'"example"', b'"../annotations/example"'),
        "F106",
        1,
        "holds ../annotations/example, ann, pass 1",
    ),
}


def broken(tmp_path, content):
    """Return the findings in a broken file; the sound one beside it is checked all the same."""
    other = canonical(annotation(annotator="bo", spans=[span(0, 3, "person")]))
    root = folder(tmp_path, {ANN: content, "annotations/example/bo.json": other})
    *found, last = findings_of(root)
    assert (last.code, last.file) == ("A101", str(root / "annotations/example/bo.json"))
    assert {finding.file for finding in found} == {str(root / ANN)}
    return found


def test_the_small_file_is_sound(tmp_path):
    assert findings_of(folder(tmp_path, {ANN: SMALL})) == []


@pytest.mark.parametrize(("content", "code", "line", "words"), BROKEN.values(), ids=list(BROKEN))
def test_broken_file_is_a_finding_with_its_place(tmp_path, content, code, line, words):
    [finding] = broken(tmp_path, content)
    assert (finding.code, finding.line) == (code, line)
    assert (finding.document, finding.annotator) == ("example", "ann")
    assert words in finding.message


def test_each_broken_span_is_a_finding_and_none_of_the_file_is_read(tmp_path):
    content = SMALL.replace(b'"start": 0', b'"start": "0"').replace(b'"end": 18', b'"end": null')
    found = broken(tmp_path, content)
    assert [(f.code, f.line, f.item) for f in found] == [
        ("F104", 9, "speaker0"),
        ("F104", 10, "claim9"),
    ]
    tables, _ = read_corpus(tmp_path)
    assert tables.annotations.collect()["annotator"].to_list() == ["bo"]


def test_file_cut_off_at_any_byte_is_a_finding_of_family_f(tmp_path):
    root, path = folder(tmp_path), tmp_path / ANN
    path.parent.mkdir(parents=True)
    for end in range(len(SMALL) - len(b"\n}\n") + 1):
        path.write_bytes(SMALL[:end])
        rows = Rows()
        read_annotation(path.parents[2], path, {"example": TEXT}, rows)
        [(rule, file, line, *_, message)] = rows.faults
        assert (rule, file) == ("json-invalid", str(root / ANN))
        assert 1 <= line <= SMALL.count(b"\n", 0, end) + 1
        assert "\n" not in message
        assert rows.annotations == []


def test_file_that_is_cut_off_says_so_at_its_last_line(tmp_path):
    [finding] = broken(tmp_path, SMALL[:-40])
    assert finding.message == "not JSON: the file ends in the middle; it was probably cut off"
    assert finding.line == 13


@pytest.mark.parametrize("name", ["annotations/ann.json", "annotations/a/example/ann.json"])
def test_file_in_the_wrong_folder_is_not_passed_over(tmp_path, name):
    [finding] = findings_of(folder(tmp_path, {name: SMALL}))
    assert (finding.code, finding.file) == ("F106", str(tmp_path / name))


def test_folder_by_the_name_of_a_file_is_a_finding(tmp_path):
    (tmp_path / ANN).mkdir(parents=True)
    [finding] = findings_of(folder(tmp_path))
    assert (finding.code, finding.message) == ("F101", "cannot be read: Is a directory")


def test_file_whose_name_is_not_utf_8_is_a_finding(tmp_path):
    path = os.fsencode(folder(tmp_path, {ANN: SMALL}) / "annotations" / "example") + b"/\xff.json"
    Path(os.fsdecode(path)).write_bytes(SMALL)
    [finding] = findings_of(tmp_path)
    assert finding.code == "F106"
    assert finding.file.encode("utf-8").endswith(rb"\xff.json")


def test_one_path_alone_is_read_as_what_it_is(tmp_path):
    root = folder(tmp_path, {ANN: SMALL[:-9], "annotations/example/bo.json": b"{"})
    assert [finding.file for finding in findings_of(root, root / ANN)] == [str(root / ANN)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.data())
def test_any_json_in_any_place_is_read_or_is_a_fault(tmp_path_factory, data):
    content = json.loads(SMALL)
    target = data.draw(st.sampled_from([content, *content["spans"], *content["relations"]]))
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(JSON)
    path = tmp_path_factory.mktemp("any") / ANN
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    rows = Rows()
    read_annotation(path.parents[2], path, {"example": TEXT}, rows)
    assert len(rows.annotations) == (0 if rows.faults else 1)
    rows.tables(TINY)


@given(st.binary(max_size=40), st.integers(0, len(SMALL)))
def test_any_bytes_anywhere_are_read_or_are_a_fault(tmp_path_factory, junk, at):
    path = tmp_path_factory.mktemp("any") / ANN
    path.parent.mkdir(parents=True)
    path.write_bytes(SMALL[:at] + junk + SMALL[at:])
    rows = Rows()
    read_annotation(path.parents[2], path, {"example": TEXT}, rows)
    assert len(rows.annotations) == (0 if rows.faults else 1)
    rows.tables(TINY)

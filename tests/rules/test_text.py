"""T and F: what the docstrings of the rules about texts and files cannot say in one line."""

import json
from unicodedata import is_normalized, normalize

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.rules.text import text_not_nfc
from corpus.shorthand import parse
from corpus.store import write_annotations
from corpus.validation import validate
from tests.corpora import ANN, TINY, annotation, canonical, codes, findings_of, folder, span


def found(tmp_path, text, **changed):
    content = canonical(annotation(text, **changed))
    return findings_of(folder(tmp_path, {ANN: content}, {"example": text}))


def utf16(text, part, layer="event"):
    """Return the span of a part of a text with the offsets that JavaScript would give it."""
    before = text[: text.index(part)]
    start = len(before.encode("utf-16-le")) // 2
    return span(start, start + len(part.encode("utf-16-le")) // 2, layer, text=text) | {
        "text": part
    }


def test_offsets_in_utf_16_units_are_recognised(tmp_path):
    [finding] = found(tmp_path, "🌧 it rained here", spans=[utf16("🌧 it rained here", "rained")])
    assert finding.message == (
        "event says 'rained', but 6..12 is 'ained ' (the offsets fit if counted in UTF-16 units)"
    )


def test_offsets_that_fit_in_no_unit_get_no_hint(tmp_path):
    wrong = span(3, 9, "event", "🌧 it rained") | {"text": "snowed"}
    [finding] = found(tmp_path, "🌧 it rained", spans=[wrong])
    assert finding.message == "event says 'snowed', but 3..9 is 't rain'"


def test_each_span_gets_the_hint_that_is_its_own_even_beside_an_unknown_text(tmp_path):
    text = "🌧 it rained here"
    spans = [utf16(text, "it", "speaker"), span(0, 1, "event", text) | {"text": "x"}]
    spans.append(utf16(text, "rained"))
    lost = annotation(document="lost", spans=[span(0, 0, "event") | {"text": "x"}])
    files = {
        ANN: canonical(annotation(text, spans=spans)),
        "annotations/lost/ann.json": canonical(lost),
    }
    findings = findings_of(folder(tmp_path, files, {"example": text}))
    hints = {
        f.item: "UTF-16" in f.message
        for f in findings
        if f.code == "T108" and f.document == "example"
    }
    assert hints == {"speaker3": True, "event0": False, "event6": True}


def test_offsets_count_code_points_not_bytes_or_graphemes(tmp_path):
    text = "🌧 e\u0301\r\nשלום"
    spans = [span(n, n + 1, "event", text) for n in (0, 2, 3, 6)]
    assert "T108" not in codes(found(tmp_path, text, spans=spans))
    assert [line["text"] for line in spans] == ["🌧", "e", "\u0301", "ש"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 19, []),
        (19, 19, ["T107"]),
        (0, 20, ["T105"]),
        (-1, 3, ["T105"]),
        (20, 20, ["T105", "T107"]),
        (-(2**63), 2**63 - 1, ["T105"]),
        (3, 0, ["T106"]),
        (30, 20, ["T105", "T106"]),
    ],
)
def test_offsets_at_the_edges_of_the_text(tmp_path, start, end, expected):
    line = span(start, end, "event") | {
        "text": "She said it rained."[start:end] if start >= 0 else "x"
    }
    content = canonical(annotation(spans=[line]))
    findings = findings_of(folder(tmp_path, {ANN: content}))
    assert [c for c in codes(findings) if c in ("T105", "T106", "T107")] == expected


def test_control_character_in_a_remark_is_found(tmp_path):
    claim = span(9, 18) | {"attributes": {"remark": "x\0y"}}
    own, finding = findings_of(folder(tmp_path, {ANN: canonical(annotation(spans=[claim]))}))
    assert own.code == "F109"  # since it is for the team, and so in no file that the tool writes
    assert (finding.code, finding.message) == ("T104", "remark has a control character")


def test_empty_span_is_one_fault_whatever_it_claims_to_cover(tmp_path):
    content = canonical(annotation(spans=[span(3, 3, "event") | {"text": "She"}]))
    assert codes(findings_of(folder(tmp_path, {ANN: content}))) == ["T107"]


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\x9b"])
def test_control_character_is_found_with_its_line_and_offset(tmp_path, character):
    root = folder(tmp_path, texts={"example": f"She said\r\nit {character} rained."})
    [finding] = findings_of(root)
    assert (finding.code, finding.line, finding.start, finding.end) == ("T104", 2, 13, 14)
    assert finding.file == str(root / "seeds" / "example.txt")
    assert finding.message == f"has the control character U+{ord(character):04X}"


def test_tab_and_line_breaks_are_no_control_characters(tmp_path):
    assert findings_of(folder(tmp_path, texts={"example": "She\tsaid\r\nit\nrained\r."})) == []


@pytest.mark.parametrize("name", ["a", "xhitfI--VH", "KUFOePO--R", "a.b:c#d-e_f", "0" * 100])
def test_ids_as_label_studio_makes_them_are_plain(tmp_path, name):
    assert found(tmp_path, "It rained", spans=[span(0, 2, "event", "It rained", id=name)]) == []


@pytest.mark.parametrize("name", ["", " a", "a\n", "é", "a/b", '"', "0" * 101])
def test_ids_that_break_names_and_addresses_are_not(tmp_path, name):
    [finding] = found(tmp_path, "It rained", spans=[span(0, 2, "event", "It rained", id=name)])
    assert (finding.code, finding.line) == ("F106", 9)


def test_same_id_in_two_annotations_is_no_repetition(tmp_path):
    spans = [span(0, 3, "speaker")]
    files = {
        f"annotations/example/{who}.json": canonical(annotation(annotator=who, spans=spans))
        for who in ("ann", "bo")
    }
    assert findings_of(folder(tmp_path, files)) == []


def test_each_repetition_of_an_id_is_found():
    line = "[a]{event#x} [b]{event#x} [c]{speaker#x}"
    assert codes(validate(parse(line, TINY), TINY)) == ["F107", "F107"]


CONTENT = annotation(spans=[span(0, 3, "speaker"), span(9, 18)])
LAYOUTS = {
    "one line": json.dumps(CONTENT),
    "indented": json.dumps(CONTENT, indent=1),
    "no last line break": canonical(CONTENT).rstrip(),
    "Windows line breaks": canonical(CONTENT).replace("\n", "\r\n"),
    "spans out of order": canonical(CONTENT | {"spans": CONTENT["spans"][::-1]}),
    "fields out of order": canonical({"pass": 1} | CONTENT),
    "an attribute without a value": canonical(
        CONTENT | {"spans": [span(9, 18, attributes={"topic": []})]}
    ),
    "one of several values, not in a list": canonical(
        CONTENT | {"spans": [span(9, 18, attributes={"topic": "trade"})]}
    ),
    "attributes out of order": canonical(
        CONTENT | {"spans": [span(9, 18, attributes={"stance": "refute", "certainty": "certain"})]}
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_another_layout_than_the_tools_is_one_warning(tmp_path, layout):
    [finding] = findings_of(folder(tmp_path, {ANN: layout}))
    assert (finding.code, finding.severity, finding.line) == ("F109", "warning", 1)
    assert finding.message == "is not laid out as the tool writes it"


def test_what_the_tool_writes_is_canonical(tmp_path):
    line = (
        "[Zoë]{speaker#s} [said]{event#e spoken} [it 🌧]{claim topic=trade,weather source>s cue>e}"
    )
    tables = parse(line, TINY)
    root = folder(tmp_path, texts={"example": tables.documents.collect()["text"][0]})
    write_annotations(root, tables, TINY)
    assert [c for c in codes(findings_of(root)) if c[0] == "F"] == []


def test_file_of_an_older_schema_may_have_its_order(tmp_path):
    content = annotation(spans=[span(0, 3, "speaker"), span(9, 18)][::-1])
    root = folder(tmp_path, {ANN: canonical(content)})
    schema = root / "schemas" / "tiny.toml"
    assert codes(findings_of(root)) == ["F109"]
    schema.write_text(schema.read_text().replace('version = "1.0.0"', 'version = "1.1.0"', 1))
    assert codes(findings_of(root)) == []


BROKEN = {
    "T108": [span(0, 3, "speaker") | {"text": "He"}],
    "T105": [span(0, 3, "speaker") | {"end": 900}],
    "F107": [span(0, 3, "speaker", id="a"), span(9, 18, "event", id="a")],
    "A101": [span(0, 3, "weather")],
    "A104": [span(9, 18, attributes={"certainty": "perhaps"})],
}


@pytest.mark.parametrize("code", BROKEN)
def test_broken_labels_in_the_tools_layout_are_no_matter_of_layout(tmp_path, code):
    content = canonical(annotation(spans=BROKEN[code]))
    assert codes(findings_of(folder(tmp_path, {ANN: content}))) == [code]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("It\nre\u0301sume\u0301", (2, 4, 6), "has U+0065 U+0301, which is U+00E9 in NFC"),
        ("5 \u212b off", (1, 2, 3), "has U+212B, which is U+00C5 in NFC"),
        ("q\u0307\u0323", (1, 1, 3), "has U+0307 U+0323, which is U+0323 U+0307 in NFC"),
        ("a \u1112\u1161\u11ab", (1, 2, 5), "has U+1112 U+1161 U+11AB, which is U+D55C in NFC"),
    ],
)
def test_first_stretch_that_is_otherwise_in_nfc_is_named(tmp_path, text, place, message):
    [finding] = findings_of(folder(tmp_path, texts={"example": text}))
    assert (finding.code, finding.message) == ("T103", message)
    assert (finding.line, finding.start, finding.end) == place
    assert finding.file.endswith("seeds/example.txt")


@given(st.text(alphabet="ae\u0301\u0323\u0307\u212b\u0958\u1112\u1161\u11ab \n", min_size=1))
def test_text_is_in_nfc_or_its_first_other_stretch_is_found(text):
    tables = parse("She left.", TINY)
    documents = tables.documents.with_columns(text=pl.lit(text))
    found = text_not_nfc.query(type(tables)(**(vars(tables) | {"documents": documents})), TINY)
    rows = found.collect().to_dicts()
    assert bool(rows) == (not is_normalized("NFC", text))
    for row in rows:
        stretch = text[row["start"] : row["end"]]
        assert normalize("NFC", stretch) != stretch
        assert is_normalized("NFC", text[: row["start"]])

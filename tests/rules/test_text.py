"""T and F: what the docstrings of the rules about texts and files cannot say in one line."""

import pytest

from corpus.shorthand import parse
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
    [finding] = findings_of(folder(tmp_path, {ANN: canonical(annotation(spans=[claim]))}))
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

"""Rules x tables -> findings: what is left out, in what order, and that nothing raises."""

import json
from dataclasses import replace

import click
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import SchemaError
from corpus.output import FORMATS, report_of
from corpus.reading import find_root, read_corpus
from corpus.rules import RULES
from corpus.schema import read_schema
from corpus.shorthand import parse
from corpus.store import rendered, write_annotations
from corpus.tables import Rows, spans_of
from corpus.validation import examine, summary, validate
from tests.corpora import (
    ANN,
    BO,
    ROOT,
    TEXT,
    TINY,
    TINY_FILE,
    annotation,
    canonical,
    codes,
    findings_of,
    folder,
    sha256,
    span,
)


def lines(tables, schema):
    """Return the lines that `corpus validate` prints."""
    report = report_of(examine(tables, schema), tables, schema)
    return click.unstyle(FORMATS["text"](report)).split("\n")


def test_sound_document_breaks_no_rule():
    line = "[She]{speaker#s entity=she} [said]{event#e spoken} [it rained]{claim source>s cue>e}."
    assert validate(parse(line, TINY), TINY) == []


def test_finding_has_every_part_of_its_place():
    [finding] = validate(parse("She said [it rained ]{claim#c}yesterday.", TINY), TINY)
    assert finding.message == "claim 'it rained ' begins or ends with whitespace"
    assert (finding.code, finding.name, finding.severity) == (
        "S103",
        "span-edge-whitespace",
        "error",
    )
    assert (finding.file, finding.line, finding.item) == (ANN, 1, "c")
    assert (finding.document, finding.annotator) == ("example", "ann")
    assert (finding.start, finding.end) == (9, 19)


def test_long_text_is_cut_in_a_message():
    [finding] = validate(parse(f"[{'a' * 80} ]{{event}}b", TINY), TINY)
    assert finding.message == f"event '{'a' * 60}…' begins or ends with whitespace"


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"text_sha256": "0" * 64}, "T101"), ({"schema_version": "0.9.0"}, "F105")],
)
def test_annotation_with_an_f_or_t_error_is_left_out_of_later_families(tmp_path, changed, code):
    spans = [span(0, 3, "person"), span(4, 9, "event")]
    assert {
        finding.code
        for finding in findings_of(folder(tmp_path, {ANN: canonical(annotation(spans=spans))}))
    } == {"A101", "S103"}
    other = canonical(annotation(annotator="bo", spans=spans))
    root = folder(tmp_path, {ANN: canonical(annotation(spans=spans, **changed)), BO: other})
    found = {(finding.code, finding.annotator) for finding in findings_of(root)}
    assert found == {(code, "ann"), ("A101", "bo"), ("S103", "bo")}


def test_annotation_that_is_all_left_out_leaves_nothing_to_check(tmp_path):
    content = canonical(annotation(text_sha256="0" * 64, spans=[span(4, 9, "person")]))
    assert codes(findings_of(folder(tmp_path, {ANN: content}))) == ["T101"]


def test_text_with_a_control_character_does_not_keep_its_annotations_out(tmp_path):
    text = "She said\x00 it."
    content = canonical(annotation(text, spans=[span(0, 3, "person", text)]))
    root = folder(tmp_path, {ANN: content}, {"example": text})
    assert codes(findings_of(root)) == ["A101", "T104"]


def test_annotation_of_an_unknown_text_is_one_finding(tmp_path):
    spans = [span(0, 3, "person"), span(0, 0, "event")]
    content = canonical(annotation(document="other", spans=spans))
    root = folder(tmp_path, {"annotations/other/ann.json": content})
    assert "T102" in codes(findings_of(root))
    assert {code[0] for code in codes(findings_of(root))} <= {"T"}


def test_findings_are_in_order_of_file_and_line(tmp_path):
    spans = [span(0, 4, "event"), span(4, 9, "person"), span(9, 19, "event", id="x y")]
    files = {
        ANN: canonical(annotation(spans=spans[:2])),
        BO: canonical(annotation(annotator="bo", spans=spans[1:])),
    }
    found = findings_of(folder(tmp_path, files))
    places = [(finding.file, finding.line, finding.start) for finding in found]
    assert places == sorted(places)
    assert codes(found) == ["S103", "A101", "S103", "F106"]


def test_finding_in_an_export_names_task_annotation_and_region(tmp_path):
    result = {"id": "r1", "type": "labels", "from_name": "span", "to_name": "text"}
    result["value"] = {"start": 4, "end": 9, "text": "said ", "labels": ["Event"]}
    head = {"id": 92, "completed_by": "ann", "result": [result]}
    task = {"id": 177, "data": {"doc_id": "example", "text": TEXT}, "annotations": [head]}
    root = folder(tmp_path, {"export.json": json.dumps([task])})
    [finding] = findings_of(root, root / "export.json")
    assert finding.item == "task 177, annotation 92, region r1"
    [shown, *_] = lines(*read_corpus(root, (root / "export.json",)))
    place = f"{root}/export.json: task 177, annotation 92, region r1"
    assert shown.startswith(f"{place}: S103 event 'said ' begins or ends")


def test_region_without_a_label_is_a_finding_with_a_message(tmp_path):
    result = {"id": "r1", "type": "labels", "from_name": "span", "to_name": "text"}
    result["value"] = {"start": 4, "end": 9, "text": "said ", "labels": []}
    head = {"id": 92, "completed_by": "ann", "result": [result, result | {"id": "r 2"}]}
    task = {"id": 177, "data": {"doc_id": "example", "text": TEXT}, "annotations": [head]}
    root = folder(tmp_path, {"export.json": json.dumps([task])})
    assert [finding.message for finding in findings_of(root, root / "export.json")] == [
        "'r 2' is no plain id"
    ]
    head["result"] = [result]
    (root / "export.json").write_text(json.dumps([task]), encoding="utf-8")
    assert [finding.message for finding in findings_of(root, root / "export.json")] == [
        "'said ' has the label '?'; there are event, speaker, claim",
        "span 'said ' begins or ends with whitespace",
    ]


def test_summary_counts_what_was_found_and_looked_at(tmp_path):
    relation = {"type": "source", "from": "claim9", "to": "speaker0"}
    ann = annotation(spans=[span(0, 3, "speaker"), span(9, 18)], relations=[relation])
    bo = annotation(annotator="bo", spans=[span(0, 4, "speaker")])
    root = folder(tmp_path, {ANN: canonical(ann), BO: canonical(bo)})
    tables, schema = read_corpus(root)
    found = validate(tables, schema)
    assert summary(found, tables) == {
        "errors": 1,
        "warnings": 0,
        "documents": 1,
        "annotations": 2,
        "spans": 3,
        "relations": 1,
    }


def test_empty_corpus_is_sound(tmp_path):
    tables, schema = read_corpus(folder(tmp_path))
    assert validate(tables, schema) == []
    assert set(summary([], tables).values()) == {0}


def test_schema_that_names_no_rule_is_refused(tmp_path):
    content = TINY_FILE.read_text(encoding="utf-8")
    content = content.replace("[passages]", "[rules.no-such]\n[passages]")
    (tmp_path / "bad.toml").write_text(content, encoding="utf-8")
    schema = read_schema(tmp_path / "bad.toml")
    with pytest.raises(SchemaError, match="no rule that asks for parts 'no-such'"):
        validate(parse("a", schema), schema)


def test_output_stays_a_line_a_finding_whatever_labels_and_ids_hold(tmp_path):
    steer = "\x1b[31m\nred\u2028"
    spans = [span(0, 3, steer, id="a"), span(4, 8, "event", id=steer)]
    tables, schema = read_corpus(folder(tmp_path, {ANN: canonical(annotation(spans=spans[:1]))}))
    [shown, *excerpt, _, _] = lines(tables, schema)
    assert r"\x1b[31m\nred\u2028" in shown
    assert excerpt == ["    | She said it rained.", "    | ^^^"]
    tables, schema = read_corpus(folder(tmp_path, {ANN: canonical(annotation(spans=spans))}))
    found = validate(tables, schema)
    shown = lines(tables, schema)
    assert len([line for line in shown if ANN in line]) == len(found)
    assert all(line.isprintable() for line in shown)


def test_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Exception, match=r"none\.json: no such file or folder$"):
        findings_of(folder(tmp_path), tmp_path / "none.json")


def test_corpus_folder_is_found_upward(tmp_path):
    (folder(tmp_path) / "seeds" / "deep").mkdir()
    assert (tmp_path / "seeds" / "deep" / find_root(tmp_path / "seeds" / "deep")).samefile(tmp_path)


def test_committed_corpus_is_clean():
    tables, schema = read_corpus(ROOT)
    assert validate(tables, schema) == []


# ------------------------------------------------------------------ whatever the rows hold

LAYERS = [*TINY.layers, "person", None]
NAMES = [*TINY.shared(), "mood"]
VALUES = ["certain", "possible", "affirm", "true", "spoken", "silent", "weather", "", "🌧\n'{}"]
IDS = ["a", "b", "c", "", "x y", "{}", "💧"]
OFFSETS = st.integers(-2, 14) | st.sampled_from([-(2**63), 2**63 - 1])


@st.composite
def any_rows(draw):
    """Draw tables whose keys, offsets, ids and values need not make sense."""
    rows, text = Rows(), draw(st.text(alphabet="ab \n🌧é\x00", max_size=12))
    passages = [{"kind": "body", "start": 0, "end": len(text) // 2}][: draw(st.integers(0, 1))]
    about = ("t", "s", "", "d", False, "en", "l", "text", passages, [], None)
    for doc_id in ("example", "other"):
        rows.documents.append((doc_id, text, sha256(text), *about, f"seeds/{doc_id}.txt"))
    for own in range(draw(st.integers(0, 2))):
        doc_id = draw(st.sampled_from(["example", "other", "none"]))
        version = draw(st.sampled_from(["1.0.0", "1.0.0", "2.0.0", None]))
        state = draw(st.sampled_from(["submitted", "draft"]))
        head = (own, doc_id, draw(st.sampled_from(["ann", None])), 1, "single", state, version)
        rows.annotations.append((*head, "1.0.0", sha256(text), ANN, None, None))
    lone = st.integers(0, max(len(rows.annotations) - 1, 0))
    add_items(draw, rows, text, lone if rows.annotations else st.nothing())
    return rows


def add_items(draw, rows, text, own):
    ids = st.sampled_from(IDS)
    for row in range(draw(st.integers(0, 6)) if rows.annotations else 0):
        start, end = draw(OFFSETS), draw(OFFSETS)
        given = draw(st.sampled_from([text[max(start, 0) : max(end, 0)], "ab", None]))
        place = (draw(own), row, draw(ids), draw(st.sampled_from(LAYERS)), start, end)
        rows.spans.append((*place, *spans_of(text, start, end), given, "manual", 1))
    for row in range(draw(st.integers(0, 5)) if rows.annotations else 0):
        said = (
            draw(st.sampled_from(NAMES)),
            draw(st.integers(0, 1)),
            draw(st.sampled_from(VALUES)),
        )
        rows.attributes.append((draw(own), row, draw(ids), *said, False, 1))
    for row in range(draw(st.integers(0, 5)) if rows.annotations else 0):
        kind = draw(st.sampled_from([*TINY.relations, "says", None]))
        rows.relations.append((draw(own), row, kind, draw(ids), draw(ids), 1))


@given(any_rows())
def test_validation_never_raises_and_every_finding_can_be_shown(rows):
    tables = rows.tables(TINY)
    report = report_of(examine(tables, TINY), tables, TINY)
    found = report.findings
    assert {finding.code for finding in found} <= RULES.keys()
    assert len(json.loads(FORMATS["json"](report))["findings"]) == len(found)
    for shown in FORMATS.values():
        shown(report).encode()
    for finding in found:
        assert isinstance(finding.line, int)
        assert finding.file


@st.composite
def sound_spans(draw):
    text = draw(st.text(alphabet='ab \r\n🌧é\u0301ש\u2028\x00"\\', min_size=1, max_size=30))
    spans = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        layer = draw(st.sampled_from(list(TINY.layers)))
        spans.append(span(start, end, layer, text, id=f"{layer}{number}"))
    relations = [
        {"type": kind, "from": draw(st.sampled_from(spans))["id"], "to": spans[0]["id"]}
        for kind in draw(st.lists(st.sampled_from(list(TINY.relations)), max_size=4))
        if spans
    ]
    return text, annotation(text, spans=spans, relations=relations)


@settings(max_examples=40)
@given(sound_spans())
def test_spans_survive_render_read_render(tmp_path_factory, drawn):
    text, content = drawn
    files = {ANN: json.dumps(content)}
    root = folder(tmp_path_factory.mktemp("any"), files, {"example": text})
    tables, schema = read_corpus(root)
    assert tables.faults.collect().is_empty()
    once = rendered(tables, schema)
    write_annotations(root, tables, schema)
    again, _ = read_corpus(root)
    assert rendered(again, schema) == once
    columns = ("span_id", "layer", "start", "end", "text")
    expected = {
        tuple(line[c.replace("span_id", "id")] for c in columns) for line in content["spans"]
    }
    found = again.spans.select(*columns).collect().rows()
    assert set(found) == expected
    assert all(words == text[start:end] for *_, start, end, words in found)


def test_left_out_rows_are_those_of_the_annotation():
    tables = parse("[a]{event#e} [b]{event#f coref>e}", TINY)
    none = tables.of([])
    sizes = [getattr(none, n).select(pl.len()).collect().item() for n in ("spans", "relations")]
    assert sizes == [0, 0]
    assert rendered(tables.of([0]), TINY) == rendered(tables, TINY)
    assert rendered(replace(none), TINY) == {}

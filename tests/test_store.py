"""annotations/ <-> tables: canonical bytes, whole files, places by line."""

import json
import os
import random
import resource
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from corpus.errors import CorpusError
from corpus.reading import read_corpus
from corpus.shorthand import parse
from corpus.store import read_annotators, rendered, write_annotations, write_whole
from corpus.tables import Rows
from tests.corpora import ANN, TEXT, TINY, annotation, canonical, findings_of, folder, span

LINE = (
    "[She]{speaker#s entity=mayor} [said]{event#e spoken} [it rained]{claim#c certain refute"
    " topic=weather,trade difficult source>s cue>e}."
)


def written(shorthand, schema=TINY):
    """Return the lines of the file that a line of shorthand becomes."""
    [data] = rendered(parse(shorthand, schema), schema).values()
    return data.decode("utf-8").splitlines()


def changed(tables, name, **columns):
    """Return the tables with columns of one of them exchanged."""
    frame = getattr(tables, name).with_columns(**{k: pl.lit(v) for k, v in columns.items()})
    return replace(tables, **{name: frame})


def test_file_is_an_item_a_line_in_the_order_of_the_text():
    assert written(LINE)[1:] == [
        '"document": "example",',
        '"annotator": "ann",',
        '"pass": 1,',
        '"schema_version": "1.0.0",',
        '"guideline_version": "1.0.0",',
        f'"text_sha256": "{parse(LINE, TINY).documents.collect()["text_sha256"].item()}",',
        '"spans": [',
        '{"id": "s", "layer": "speaker", "start": 0, "end": 3, "text": "She",'
        ' "attributes": {"entity": ["mayor"]}},',
        '{"id": "e", "layer": "event", "start": 4, "end": 8, "text": "said",'
        ' "attributes": {"manner": "spoken"}},',
        '{"id": "c", "layer": "claim", "start": 9, "end": 18, "text": "it rained",'
        ' "attributes": {"certainty": "certain", "stance": "refute", "topic": ["weather", "trade"],'
        ' "difficult": true}}',
        "],",
        '"relations": [',
        '{"type": "source", "from": "c", "to": "s"},',
        '{"type": "cue", "from": "c", "to": "e"}',
        "]",
        "}",
    ]


def test_file_without_spans_keeps_its_form():
    assert written("Nothing.")[7:] == ['"spans": [', "],", '"relations": [', "]", "}"]


def test_file_is_json():
    content = json.loads("\n".join(written(LINE)))
    assert [line["id"] for line in content["spans"]] == ["s", "e", "c"]


def test_write_read_write_gives_the_same_bytes(tmp_path):
    root = folder(tmp_path, {ANN: "\n".join([*written(LINE), ""])}, {"example": TEXT})
    tables, schema = read_corpus(root)
    assert rendered(tables, schema) == {Path(ANN): (root / ANN).read_bytes()}


@pytest.mark.parametrize("seed", range(5))
def test_order_in_the_tables_does_not_matter(seed):
    tables = parse(
        f"{LINE} [[It]{{claim#a}}]{{event#b}} [is]{{claim#z supports>a supports>c}}", TINY
    )
    shuffled = {}
    for name in ("spans", "attributes", "relations"):
        rows = getattr(tables, name).collect().to_dicts()
        random.Random(seed).shuffle(rows)
        shuffled[name] = pl.LazyFrame(rows, schema=getattr(tables, name).collect_schema())
    assert rendered(replace(tables, **shuffled), TINY) == rendered(tables, TINY)


def test_spans_stand_by_start_then_longest_then_layer_then_id():
    lines = written("[[[[a]{claim#y}]{claim#x}]{event#z} b]{claim#w} [c]{speaker#v}")
    assert [json.loads(line.rstrip(","))["id"] for line in lines[8:13]] == ["w", "z", "x", "y", "v"]


def test_region_ids_of_label_studio_are_kept():
    assert '"id": "xhitfI--VH"' in written("[She]{speaker#xhitfI--VH}")[8]


def test_default_is_not_written_unless_it_was_chosen():
    assert '"attributes": {}' in written("[it rained]{claim}")[8]
    assert '"attributes": {"stance": "affirm"}' in written("[it rained]{claim affirm}")[8]


def test_default_comes_back_as_default(tmp_path):
    tables, _ = read_corpus(folder(tmp_path, {ANN: canonical(annotation(spans=[span(9, 18)]))}))
    rows = tables.attributes.select("name", "value", "defaulted").collect().rows()
    assert rows == [("stance", "affirm", True)]


def test_unpublished_attribute_is_not_written():
    assert "grim" not in "\n".join(written("[it rained]{claim remark=grim}"))


def test_unknown_layer_and_attribute_are_written_so_that_nothing_is_lost():
    lines = written("[it rained]{weather mood=grim}")
    assert '"layer": "weather"' in lines[8]
    assert '"attributes": {"mood": "grim"}' in lines[8]


def test_two_values_of_one_choice_are_both_written_and_read(tmp_path):
    content = "\n".join([*written(f"{TEXT[:9]}[it rained]{{claim certain possible}}."), ""])
    tables, schema = read_corpus(folder(tmp_path, {ANN: content}))
    assert '"certainty": ["certain", "possible"]' in content
    assert rendered(tables, schema) == {Path(ANN): content.encode()}


@pytest.mark.parametrize(
    "text",
    [
        "🌧 it rained 🌧",
        "it\r\nrained",
        "e\u0301 é",
        "אב ג",
        "a\u2028b\u2029c",
        "a\u0000b",
        'a"\\b',
        "\ufeffa",
    ],
    ids=["emoji", "CRLF", "combining", "RTL", "U+2028", "NUL", "quotes", "BOM"],
)
def test_any_text_survives_the_file(tmp_path, text):
    spans = [span(n, n + 1, "event", text) for n in range(len(text))]
    content = canonical(annotation(text, spans=[*spans]))
    root = folder(tmp_path, texts={"example": text})
    (root / "annotations" / "example").mkdir(parents=True)
    (root / ANN).write_bytes(content.encode("utf-8"))
    tables, schema = read_corpus(root)
    assert tables.spans.collect()["text"].to_list() == list(text)
    assert tables.spans.collect()["line"].to_list() == [9 + n for n in range(len(text))]
    [data] = rendered(tables, schema).values()
    assert data.count(b"\n") == content.count("\n")
    assert json.loads(data) == json.loads(content)


def test_unchanged_file_is_not_touched(tmp_path):
    tables = parse(LINE, TINY)
    assert write_annotations(tmp_path, tables, TINY) == [tmp_path / ANN]
    os.utime(tmp_path / ANN, ns=(1, 1))
    assert write_annotations(tmp_path, tables, TINY) == []
    assert (tmp_path / ANN).stat().st_mtime_ns == 1


def test_changed_file_is_replaced_and_no_other_file_is_left(tmp_path):
    write_annotations(tmp_path, parse(LINE, TINY), TINY)
    tables = parse(LINE.replace("refute", "affirm"), TINY)
    assert write_annotations(tmp_path, tables, TINY) == [tmp_path / ANN]
    assert b"affirm" in (tmp_path / ANN).read_bytes()
    assert [path.name for path in (tmp_path / ANN).parent.iterdir()] == ["ann.json"]


def test_second_pass_has_a_file_of_its_own(tmp_path):
    tables = changed(parse(LINE, TINY), "annotations", **{"pass": 2})
    expected = tmp_path / "annotations" / "example" / "ann.2.json"
    assert write_annotations(tmp_path, tables, TINY) == [expected]
    folder(tmp_path)
    found = read_corpus(tmp_path)[0].annotations.select("annotator", "pass").collect().rows()
    assert found == [("ann", 2)]


@pytest.mark.parametrize("state", ["draft", "skipped"])
def test_only_submitted_annotations_are_written(tmp_path, state):
    tables = changed(parse(LINE, TINY), "annotations", state=state)
    assert write_annotations(tmp_path, tables, TINY) == []


@pytest.mark.parametrize(
    "key",
    [
        {"doc_id": "../example"},
        {"doc_id": "a/b"},
        {"doc_id": ".."},
        {"doc_id": ""},
        {"doc_id": "example\n"},
        {"annotator": "a/b"},
        {"annotator": "../../ann"},
        {"annotator": "ann.2"},
        {"annotator": None},
    ],
    ids=str,
)
def test_key_that_could_leave_the_folder_is_refused_and_nothing_is_written(tmp_path, key):
    tables = changed(parse(LINE, TINY), "annotations", **key)
    with pytest.raises(CorpusError, match="cannot be a file: expected"):
        write_annotations(tmp_path, tables, TINY)
    assert list(tmp_path.iterdir()) == []


def test_two_annotations_of_one_key_are_refused_and_nothing_is_written(tmp_path):
    tables = parse(LINE, TINY)
    twice = tables.annotations.with_columns(row=pl.lit(1, pl.UInt32), place=pl.lit("task 2"))
    tables = replace(tables, annotations=pl.concat([tables.annotations, twice]))
    with pytest.raises(CorpusError, match=r"ann\.json: would hold two annotations: task 2 repeats"):
        write_annotations(tmp_path, tables, TINY)
    assert list(tmp_path.iterdir()) == []


def test_write_that_fails_midway_leaves_the_old_file(tmp_path):
    path = tmp_path / "ann.json"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(CorpusError, match=r"ann\.json: cannot be written: File too large$"):
            write_whole(path, b"new" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_write_over_a_folder_is_refused_and_leaves_no_other_file(tmp_path):
    (tmp_path / ANN).mkdir(parents=True)
    with pytest.raises(CorpusError, match=r"ann\.json: cannot be written: Is a directory$"):
        write_annotations(tmp_path, parse(LINE, TINY), TINY)
    assert [path.name for path in (tmp_path / ANN).parent.iterdir()] == ["ann.json"]


def test_write_below_a_file_is_refused_in_one_line(tmp_path):
    (tmp_path / "annotations").write_bytes(b"a file")
    with pytest.raises(CorpusError, match=r"^\S+ann\.json: cannot be written: [A-Z][a-z ]+$"):
        write_annotations(tmp_path, parse(LINE, TINY), TINY)


def test_findings_in_a_canonical_file_bear_their_line(tmp_path):
    spans = [span(0, 3, "speaker"), span(4, 8, "event", text="x" * 8), span(9, 18, "weather")]
    relations = [{"type": "source", "from": "c", "to": "speaker0"}]
    content = annotation(spans=spans[::2], relations=relations)
    found = findings_of(folder(tmp_path, {ANN: canonical(content)}))
    assert [(f.code, f.line) for f in found] == [("A101", 10), ("R101", 13)]
    found = findings_of(folder(tmp_path, {ANN: canonical(content | {"spans": spans})}))
    assert [(f.code, f.line) for f in found] == [("T108", 10)]


def test_findings_in_another_layout_stand_on_line_1(tmp_path):
    content = annotation(spans=[span(0, 3, "speaker"), span(9, 18, "weather")])
    for layout in (json.dumps(content), json.dumps(content, indent=2)):
        [own, finding] = findings_of(folder(tmp_path, {ANN: layout}))
        assert (own.code, own.line) == ("F109", 1)
        assert (finding.code, finding.line, finding.item) == ("A101", 1, "weather9")


def test_annotators_say_who_is_a_model(tmp_path):
    content = '[annotators.m1]\nkind = "model"\ndescription = "A model."\n'
    rows = Rows()
    read_annotators(folder(tmp_path, {"annotations/annotators.toml": content}), rows)
    assert rows.annotators == [("m1", "model", "A model.")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            '[annotators.m1]\nkind = "robot"\ndescription = ""\n',
            "annotators.m1: invalid enum value",
        ),
        ('[annotators.m1]\nkind = "model"\n', "annotators.m1: has no 'description'"),
        ("annotators = 3\n", "'annotators' is not expected here"),
    ],
)
def test_annotators_with_a_mistake_are_refused(tmp_path, content, words):
    root = folder(tmp_path, {"annotations/annotators.toml": content})
    with pytest.raises(CorpusError, match=rf"annotators\.toml: {words}"):
        read_annotators(root, Rows())


def test_gold_is_adjudicated_and_any_other_is_single(tmp_path):
    gold = canonical(annotation(annotator="gold"))
    root = folder(
        tmp_path, {ANN: canonical(annotation()), ANN.replace("ann.json", "gold.json"): gold}
    )
    found = read_corpus(root)[0].annotations.select("annotator", "status").collect().rows()
    assert found == [("ann", "single"), ("gold", "adjudicated")]

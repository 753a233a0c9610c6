"""Label Studio's export as tables: what counts as a span, whose it is, and what is no export."""

import hashlib
import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.findings import Finding
from corpus.labelstudio.export import read_export
from corpus.labelstudio.tasks import results, tasks
from corpus.schema import read_schema
from corpus.shorthand import parse
from corpus.store import rendered
from corpus.tables import Rows, Tables
from corpus.validation import validate

TINY = read_schema(Path(__file__).parents[1] / "tiny.toml")
LINE = "[She]{speaker#s} said [it rained]{claim#c source>s}, [they]{speaker#t} “left” 😀."
Json = dict[str, Any]


def exported(line: str = LINE, completed_by: object = "ann") -> Json:
    """Return the task of a line of shorthand, with its one annotation, as the server exports it."""
    given = parse(line, TINY)
    [task] = tasks(given, TINY)
    [(_, result)] = results(given, TINY)
    done = {"id": 92, "completed_by": completed_by, "was_cancelled": False, "result": result}
    return {"id": 177, **task, "annotations": [done | {"prediction": {}}], "drafts": []}


def read(folder: Path, export: object, line: str = LINE) -> Tables:
    """Read an export, given as bytes or as what JSON makes of it, beside the text of a line."""
    path = folder / "export.json"
    path.write_bytes(export if isinstance(export, bytes) else json.dumps(export).encode())
    documents = parse(line, TINY).documents.collect()
    rows = Rows(documents=documents.rows())
    read_export(path, dict(documents.select("doc_id", "text").rows()), TINY, rows)
    return rows.tables(TINY)


def codes(tables: Tables) -> list[str]:
    return [finding.code for finding in validate(tables, TINY)]


def spans(task: Json) -> list[Json]:
    return [e for e in task["annotations"][0]["result"] if e["type"] == "labels"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("it\trained", "it rained"),
        ("it   rained", "it rained"),
        ("it rained\n\nand snowed", "it rained\\n\\nand snowed"),
        ("it rained \r\n and snowed", "it rained\\n\\nand snowed"),
        ("it rained\rand snowed", "it rained\\nand snowed"),
        ("it\xa0rained\u2028and snowed", "it rained and snowed"),
        ("it rained\ufeff", "it rained"),
        ("it rained on C:\\new", "it rained on C:\\new"),
    ],
)
def test_text_that_label_studio_folded_is_no_finding(
    tmp_path: Path, text: str, folded: str
) -> None:
    line = f"She said [{text}]{{claim}}.".replace("\\", "\\\\")
    task = exported(line)
    [span] = spans(task)
    span["value"]["text"] = folded
    tables = read(tmp_path, [task], line)
    assert tables.spans.collect()["text"].to_list() == [text]
    assert "T108" not in codes(tables)


@pytest.mark.parametrize("wrong", ["", "It rained", "it rain", "it rainednew", "rained it"])
def test_text_that_is_really_wrong_is_a_finding(tmp_path: Path, wrong: str) -> None:
    task = exported()
    spans(task)[1]["value"]["text"] = wrong
    assert codes(read(tmp_path, [task])) == ["T108"]


def test_a_relation_drawn_to_the_left_is_read_from_its_head(tmp_path: Path) -> None:
    task = exported()
    relation = task["annotations"][0]["result"][-1]
    relation |= {"from_id": "s", "to_id": "c", "direction": "left"}
    tables = read(tmp_path, [task])
    assert tables.relations.select("type", "from_id", "to_id").collect().rows() == [
        ("source", "c", "s")
    ]


def test_what_was_skipped_or_only_drafted_is_a_state_without_spans(tmp_path: Path) -> None:
    task = exported()
    [done] = task["annotations"]
    task["annotations"] = [done | {"was_cancelled": True, "prediction": {"result": [{}]}}]
    task["drafts"] = [{"id": 5, "completed_by": "bo", "result": done["result"]}]
    tables = read(tmp_path, [task])
    assert tables.annotations.select("annotator", "state").collect().rows() == [
        ("ann", "skipped"),
        ("bo", "draft"),
    ]
    assert tables.spans.collect().is_empty()
    assert sorted(codes(tables)) == ["P101", "P102"]


def test_the_pass_is_that_of_the_task(tmp_path: Path) -> None:
    task = exported()
    task["data"]["pass"] = 2
    tables = read(tmp_path, [task])
    assert tables.annotations.collect()["pass"].to_list() == [2]
    assert [path.name for path in rendered(tables, TINY)] == ["ann.2.json"]
    task["data"]["pass"] = 0
    assert codes(read(tmp_path, [task])) == ["F104"]


def test_what_is_written_to_the_team_is_no_judgement(tmp_path: Path) -> None:
    task = exported()
    before = rendered(read(tmp_path, [task]), TINY)
    place = {"start": 0, "end": 3, "text": ["Who?"]}
    told = {"to_name": "text", "type": "textarea", "id": "s"}
    result = task["annotations"][0]["result"]
    result += [
        told | {"from_name": name, "value": place} for name in ("question", "proposed_entity")
    ]
    about = {"from_name": "document_question", "value": {"text": ["Why?"]}, "id": "own"}
    result.append(told | about)
    after = read(tmp_path, [task])
    assert codes(after) == []
    assert rendered(after, TINY) == before


def test_two_annotators_of_a_task_stay_apart(tmp_path: Path) -> None:
    task = exported()
    task["annotations"] *= 2
    task["annotations"][1] = task["annotations"][1] | {"id": 93, "completed_by": "bo"}
    tables = read(tmp_path, [task])
    assert tables.annotations.collect()["annotator"].to_list() == ["ann", "bo"]
    assert tables.spans.collect()["annotation"].to_list() == [0, 0, 0, 1, 1, 1]
    assert codes(tables) == []


@pytest.mark.parametrize(
    ("completed_by", "annotator"),
    [
        ("ann", "ann"),
        (7, "user-7"),
        ({"id": 7, "email": "a@example.org", "first_name": "A"}, "user-7"),
        (None, "unknown"),
    ],
)
def test_who_made_an_annotation_is_told_as_far_as_the_export_tells(
    tmp_path: Path, completed_by: object, annotator: str
) -> None:
    tables = read(tmp_path, [exported(completed_by=completed_by)])
    assert tables.annotations.collect()["annotator"].to_list() == [annotator]
    assert codes(tables) == []


def test_the_gold_is_told_from_single_passes_as_in_the_store(tmp_path: Path) -> None:
    task = exported()
    task["annotations"].append({**task["annotations"][0], "id": 93, "completed_by": "gold"})
    statuses = read(tmp_path, [task]).annotations.collect()["status"]
    assert statuses.to_list() == ["single", "adjudicated"]


def test_a_region_keeps_its_id_and_where_it_came_from(tmp_path: Path) -> None:
    task = exported()
    spans(task)[0]["origin"] = "prediction"
    tables = read(tmp_path, [task])
    assert tables.spans.select("span_id", "origin").collect().rows() == [
        ("s", "prediction"),
        ("c", "manual"),
        ("t", "manual"),
    ]


OTHER = "She said it snowed, they “left” 😀."


@pytest.mark.parametrize(
    "change",
    [
        {"text": OTHER},
        {"text_sha256": hashlib.sha256(OTHER.encode()).hexdigest()},
        {"text": OTHER, "text_sha256": hashlib.sha256(OTHER.encode()).hexdigest()},
        {"text": OTHER, "text_sha256": None},
    ],
    ids=["text", "digest", "both", "text, without a digest"],
)
def test_a_text_exchanged_under_its_annotation_is_found(
    tmp_path: Path, change: dict[str, object]
) -> None:
    task = exported()
    task["data"] |= change
    [finding] = validate(read(tmp_path, [task]), TINY)
    assert finding.name == "text-changed"
    assert finding.item == "task 177, annotation 92"


def test_a_task_that_another_tool_made_is_held_against_text_and_schema(tmp_path: Path) -> None:
    task = exported()
    for key in ("text_sha256", "schema_version", "guideline_version"):
        del task["data"][key]
    tables = read(tmp_path, [task])
    assert codes(tables) == []
    assert rendered(tables, TINY) == rendered(parse(LINE, TINY), TINY)


def test_a_document_that_is_not_there_is_found(tmp_path: Path) -> None:
    task = exported()
    task["data"]["doc_id"] = "elsewhere"
    [finding] = validate(read(tmp_path, [task]), TINY)
    assert (finding.name, finding.document) == ("text-unknown", "elsewhere")


def cost(folder: Path, number: int) -> tuple[float, float]:
    """Return seconds, and peak bytes of another run, of reading so many tasks."""
    task = exported()
    export = [task | {"id": n} for n in range(number)]
    began = time.perf_counter()
    read(folder, export)
    seconds = time.perf_counter() - began
    tracemalloc.start()
    read(folder, export)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return seconds, peak


def test_two_thousand_tasks_cost_about_eight_times_what_a_quarter_thousand_cost(
    tmp_path: Path,
) -> None:
    seconds, peak = cost(tmp_path, 250)
    more_seconds, more_peak = cost(tmp_path, 2_000)
    assert more_seconds < 8 * seconds * 3
    assert more_peak < 8 * peak * 2


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def whole(old: str = "", new: str = "") -> bytes:
    """Return a sound export with its first `old` made `new`."""
    text = json.dumps([exported()], ensure_ascii=False)
    assert old in text
    return text.replace(old, new, 1).encode()


MIN = b'[{"id": 1, "doc_id": "d", "text": "She.", "span": [], "annotator": 1}]'
DEEPEST = 100_000
"""Deeper than any Python reads: 3.11 stops at 1,000 levels, 3.13 at 10,000."""
DEEP = f'"deep": {nested(DEEPEST).decode()}, "title":'
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("F101", lambda: b""),
    "blanks": ("F101", lambda: b" \n\n"),
    "null": ("F104", lambda: b"null"),
    "a number": ("F104", lambda: b"7"),
    "text in quotes": ("F104", lambda: b'"export"'),
    "one object": ("F108", lambda: whole()[1:-1]),
    "numbers": ("F104", lambda: b"[1, 2, 3]"),
    "null in a list": ("F104", lambda: b"[null]"),
    "lists in a list": ("F104", lambda: b"[[], [[]]]"),
    "deep lists": ("F101", lambda: nested(DEEPEST)),
    "deep data": ("F101", lambda: whole('"title":', DEEP)),
    "two exports in a row": ("F101", lambda: whole() * 2),
    "UTF-16": ("F101", lambda: whole().decode().encode("utf-16")),
    "UTF-8 with a mark": ("F101", lambda: whole().decode().encode("utf-8-sig")),
    "Windows-1252": ("F101", lambda: whole("😀", "é").decode().encode("cp1252")),
    "a broken character": ("F101", lambda: whole().replace("😀".encode(), b"\xf0\x9f", 1)),
    "half of a pair": ("F101", lambda: whole("rained", "\\ud83d")),
    "a bare line break in a text": ("F101", lambda: whole("rained", "\n")),
    "a bare NUL in a text": ("F101", lambda: whole("rained", "\0")),
    "not a number": ("F101", lambda: whole("177", "NaN")),
    "JSON_MIN": ("F108", lambda: MIN),
    "no annotations at all": ("F108", lambda: whole('"annotations"', '"labels"')),
    "CSV": ("F108", lambda: b'annotation_id,annotator,span\n1,1,"[{""start"":0}]"\n'),
    "TSV": ("F108", lambda: b"annotation_id\tannotator\tspan\n1\t1\t[]\n"),
    "CONLL": ("F108", lambda: b"-DOCSTART- -X- O\nShe -X- _ B-Speaker\n\n"),
    "a page that asks for a password": ("F101", lambda: b"<!DOCTYPE html><html><body>Log in"),
}


def found(tables: Tables) -> list[Finding]:
    return validate(tables, TINY)


@pytest.mark.parametrize(("code", "data"), FILES.values(), ids=FILES.keys())
def test_what_is_no_export_is_found(tmp_path: Path, code: str, data: Callable[[], bytes]) -> None:
    findings = found(read(tmp_path, data()))
    assert {f.code for f in findings} == {code}
    assert {f.file for f in findings} == {str(tmp_path / "export.json")}


def test_an_export_cut_off_anywhere_is_found(tmp_path: Path) -> None:
    many = b"[" + b",\n".join([whole()[1:-1]] * 20) + b"]"
    for end in range(0, len(many), 997):
        [finding] = found(read(tmp_path, many[:end]))
        assert finding.code == "F101", end
        assert "cut off" in finding.message or "not UTF-8" in finding.message, end


def test_line_separators_within_a_text_are_no_line_breaks_of_the_file(tmp_path: Path) -> None:
    assert found(read(tmp_path, whole('"Example"', '"\u2028\x85\u2029"'))) == []


def test_a_file_that_cannot_be_read_is_found(tmp_path: Path) -> None:
    rows = Rows()
    read_export(tmp_path, {}, TINY, rows)
    [finding] = found(rows.tables(TINY))
    assert finding.message == "cannot be read: Is a directory"

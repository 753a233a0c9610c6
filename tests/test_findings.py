"""Findings are shown in order, a line each, whatever is in labels, ids and file names."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.findings import Finding, as_json, as_text, in_order, printable, summary_of

COUNTS = {"documents": 1, "annotations": 2, "spans": 30, "relations": 0}


def finding(code="S103", file="annotations/a/ann.json", line=7, **changed):
    columns = {"name": "span-edge-whitespace", "severity": "error", "document": "a"}
    columns |= {
        "annotator": "ann",
        "item": "c1",
        "start": 9,
        "end": 19,
        "message": "claim 'it' begins",
    }
    return Finding(**(columns | {"code": code, "file": file, "line": line} | changed))


def text_of(*findings):
    *lines, _ = as_text(findings, summary_of(findings, COUNTS)).split("\n")
    return lines


def test_text_names_file_line_code_message_and_rule():
    expected = "annotations/a/ann.json:7: S103 claim 'it' begins (span-edge-whitespace)"
    assert text_of(finding()) == [expected]


def test_text_names_the_item_where_lines_do_not_tell():
    place = "task 177, annotation 92, region a"
    [line] = text_of(finding(file="export.json", line=1, item=place))
    assert line.startswith("export.json: task 177, annotation 92, region a: S103 ")


def test_text_names_line_1_where_there_is_no_item():
    assert text_of(finding(line=1, item=None))[0].startswith("annotations/a/ann.json:1: S103 ")


def test_text_ends_with_a_count():
    findings = [finding(), finding(severity="warning"), finding()]
    last = as_text(findings, summary_of(findings, COUNTS)).split("\n")[-1]
    assert last == "2 errors, 1 warning in 1 document, 2 annotations, 30 spans, 0 relations"


def test_text_says_when_rules_were_not_asked():
    cases = [("F105", "ann", False), ("T105", "ann", False), ("S103", "ann", True)]
    for code, annotator, asked in [*cases, ("T104", None, True)]:  # T104 of a text is of nobody
        found = [finding(code=code, annotator=annotator)]
        last = as_text(found, summary_of(found, COUNTS)).split("\n")[-1]
        assert (
            last.endswith("; after an F or T error the other rules are not asked: mend those first")
            != asked
        )


def test_findings_of_an_export_are_in_order_of_its_tasks():
    places = ["task 2, annotation 9, region a", "task 2, annotation 10, region a", "task 10"]
    found = [finding(line=1, item=item, start=99 - n) for n, item in enumerate(places)]
    assert [f.item for f in in_order(reversed(found))] == places


def test_text_of_no_findings_is_the_count_alone():
    expected = "0 errors, 0 warnings in 1 document, 2 annotations, 30 spans, 0 relations"
    assert as_text([], summary_of([], COUNTS)) == expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\r\n", r"two\nlines\r\n"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u2028b\u2029c\x85", r"a\u2028b\u2029c\x85"),
        ("\u202eright to left", r"\u202eright to left"),
        ("nul \0 tab \t", r"nul \x00 tab \t"),
        ("half \ud800", r"half \ud800"),
        ("it's “plain” é 🌧 שלום \\n", "it's “plain” é 🌧 שלום \\n"),
    ],
)
def test_what_would_steer_a_terminal_is_written_out(text, shown):
    assert printable(text) == shown


@given(st.text(), st.text(), st.text(min_size=1))
def test_text_is_a_line_a_finding_whatever_it_holds(file, message, item):
    for line in (1, 7):
        shown = as_text([finding(file=file, message=message, item=item, line=line)], COUNTS_OF_ONE)
        assert len(shown.splitlines()) == 2
        assert all(c.isprintable() for c in shown.replace("\n", ""))


COUNTS_OF_ONE = {"errors": 1, "warnings": 0, **COUNTS}


def test_json_has_exactly_the_promised_keys():
    found = json.loads(as_json([finding()], summary_of([finding()], COUNTS)))
    assert found == {
        "findings": [
            {
                "code": "S103",
                "name": "span-edge-whitespace",
                "severity": "error",
                "file": "annotations/a/ann.json",
                "line": 7,
                "document": "a",
                "annotator": "ann",
                "item": "c1",
                "start": 9,
                "end": 19,
                "message": "claim 'it' begins",
            }
        ],
        "summary": {
            "errors": 1,
            "warnings": 0,
            "documents": 1,
            "annotations": 2,
            "spans": 30,
            "relations": 0,
        },
    }


def test_json_keeps_what_a_message_holds():
    found = json.loads(as_json([finding(message="\x1b[31m\n🌧")], COUNTS_OF_ONE))
    assert found["findings"][0]["message"] == "\x1b[31m\n🌧"


def test_order_is_file_line_place_code():
    expected = [
        finding(file="a", line=2),
        finding(file="b", line=1, start=None),
        finding(file="b", line=1, start=5),
        finding(file="b", line=1, start=5, code="S104"),
        finding(file="b", line=1, start=40),
        finding(file="b", line=10, start=0),
    ]
    for number in range(5):
        assert in_order(random.Random(number).sample(expected, len(expected))) == expected

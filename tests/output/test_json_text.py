"""json: exactly the promised keys, and what a message holds."""

import json

from hypothesis import given

from corpus.output import STATISTICS
from corpus.output.json_text import as_json
from tests.output.reports import REASON, any_reports, finding, report

FOUND = {
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
    "message": "claim 'it rained ' begins or ends with whitespace",
}
SUMMARY = {
    "errors": 1,
    "warnings": 0,
    "documents": 1,
    "annotations": 2,
    "spans": 30,
    "relations": 0,
}


def test_json_has_exactly_the_promised_keys():
    made = report(finding(), waived=[finding(line=8)])
    assert json.loads(as_json(made)) == {
        "findings": [FOUND],
        "waived": [FOUND | {"line": 8, "reason": REASON}],
        "summary": SUMMARY,
    }


def test_json_of_statistics_counts_instead():
    counted = {"count": 1, "code": "S103", "severity": "error", "name": "span-edge-whitespace"}
    found = json.loads(STATISTICS["json"](report(finding())))
    assert found == {"statistics": [counted], "summary": SUMMARY}


def test_json_keeps_what_a_message_holds_and_steers_no_terminal():
    message = "\x1b[31m\n\x9b\u202e\u2028\x7f\ud800 🌧 “é”"
    shown = as_json(report(finding(message=message)))
    assert json.loads(shown)["findings"][0]["message"] == message
    assert r"\u001b[31m\n\u009b\u202e\u2028\u007f\ud800 🌧 “é”" in shown


@given(any_reports())
def test_json_is_well_formed_and_plain_whatever_it_holds(made):
    shown = as_json(made)
    assert len(json.loads(shown.encode())["findings"]) == len(made.findings)
    assert shown.replace("\n", "").isprintable()

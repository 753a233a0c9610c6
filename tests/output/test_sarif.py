"""sarif: valid by the standard's own schema, whatever it holds.

The schema beside this file is that of the OASIS Standard SARIF 2.1.0 with Errata 01, unaltered
(its `id` says where OASIS publishes it), copyright OASIS Open.
"""

import json
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from jsonschema import Draft4Validator

from corpus.findings import printable
from corpus.output.sarif import SCHEMA, as_sarif
from corpus.rules import RULES
from tests.output.reports import REASON, any_reports, finding, report

STANDARD = Draft4Validator(
    json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
)


def run(made):
    """Return the one run of a log, which is valid."""
    log = json.loads(as_sarif(made).encode())
    assert [error.message for error in STANDARD.iter_errors(log)] == []
    [found] = log["runs"]
    return found


def result(**changed):
    [found] = run(report(finding(**changed)))["results"]
    return found


def artifact(file):
    return result(file=file)["locations"][0]["physicalLocation"]["artifactLocation"]


def test_the_standard_refuses_what_is_no_log():
    assert not STANDARD.is_valid({"version": "2.1.0", "runs": [{"results": []}]})
    assert STANDARD.schema["id"] == json.loads(as_sarif(report()))["$schema"] == SCHEMA


def test_a_finding_is_a_result():
    found = result()
    [fingerprint] = found.pop("partialFingerprints").values()
    assert len(fingerprint) == 64
    place = {
        "artifactLocation": {"uri": "annotations/a/ann.json", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 7},
    }
    assert found == {
        "ruleId": "S103",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "claim 'it rained ' begins or ends with whitespace"},
        "locations": [
            {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": "c1"}]}
        ],
        "properties": {"document": "a", "annotator": "ann", "start": 9, "end": 19},
    }


def test_the_tool_names_the_rules_that_results_name():
    made = report(finding(code="T105"), finding(), waived=[finding(code="R105")])
    found = run(made)
    driver = found["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("corpus", version("hedgerow"))
    rules = [rule["id"] for rule in driver["rules"]]
    assert rules == ["T105", "S103", "R105"]
    assert [rules[r["ruleIndex"]] for r in found["results"]] == ["T105", "S103", "R105"]


def test_a_rule_brings_its_page():
    [shown] = run(report(finding()))["tool"]["driver"]["rules"]
    rule = RULES["S103"]
    assert shown["name"] == "SpanEdgeWhitespace"
    assert shown["shortDescription"]["text"] == rule.summary
    assert shown["fullDescription"]["text"] == rule.section("Why")
    assert shown["help"]["text"] == rule.page
    assert shown["help"]["markdown"].startswith("# S103 span-edge-whitespace\n")
    assert shown["defaultConfiguration"] == {"level": "error"}


def test_every_rule_can_be_named():
    found = run(report(*[finding(code=code) for code in RULES]))
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == list(RULES)


def test_a_finding_in_an_export_names_its_item():
    [location] = result(line=1, item="task 177, annotation 92, region a")["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 1}
    item = {"fullyQualifiedName": "task 177, annotation 92, region a"}
    assert location["logicalLocations"] == [item]


def test_what_is_waived_is_suppressed():
    shown, waived = run(report(finding(), waived=[finding()]))["results"]
    assert "suppressions" not in shown
    assert waived["suppressions"] == [{"kind": "external", "justification": printable(REASON)}]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a b/ü:%.json", {"uri": "a%20b/%C3%BC%3A%25.json", "uriBaseId": "SRCROOT"}),
        ("/tmp/a.json", {"uri": "file:///tmp/a.json"}),
        ("../a.json", {"uri": "../a.json"}),
    ],
)
def test_a_file_is_a_uri(file, expected):
    assert artifact(file) == expected


def fingerprint(**changed):
    return result(**changed)["partialFingerprints"]["finding/v1"]


def test_a_fingerprint_stays_when_lines_and_the_servers_ids_change():
    assert fingerprint(line=8, start=10, file="elsewhere.json") == fingerprint()
    here, there = ("task 1, annotation 2, region a", "task 3, annotation 44, region a")
    assert fingerprint(item=here, line=1) == fingerprint(item=there, line=1)


@pytest.mark.parametrize("part", ["document", "annotator", "item", "message"])
def test_a_fingerprint_tells_findings_apart(part):
    assert fingerprint(**{part: "other"}) != fingerprint()


def test_a_message_names_no_argument_and_makes_no_link():
    assert result(message="{0} [a](javascript:b)\n")["message"]["text"] == (
        r"{{0}} [a] (javascript:b)\n"
    )


@given(any_reports())
def test_a_log_is_valid_whatever_it_holds(made):
    results = run(made)["results"]
    found = [*made.findings, *(finding for finding, _ in made.waived)]
    assert len(results) == len(found)
    for shown, told in zip(results, found, strict=True):
        uri = shown["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        path = unquote(uri, errors="surrogatepass").removeprefix("file://")
        assert path == told.file
        assert shown["message"]["text"].isprintable()

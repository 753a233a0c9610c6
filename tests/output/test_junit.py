"""junit: errors fail, warnings say something, clean files pass; well-formed whatever it holds."""

from xml.etree import ElementTree as ET

from hypothesis import given

from corpus.findings import printable
from corpus.output.junit import as_junit
from tests.output.reports import REASON, any_reports, finding, report


def suites(*findings, **more):
    return list(ET.fromstring(as_junit(report(*findings, **more)).encode()))


def counts(suite):
    return [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]


def test_an_error_is_a_failed_test_of_its_file():
    [suite] = suites(finding())
    assert suite.get("name") == "annotations/a/ann.json"
    assert counts(suite) == ["1", "1", "0", "0"]
    [test] = suite
    assert test.attrib == {
        "classname": "annotations/a/ann",
        "name": "S103 claim 'it rained ' begins or ends with whitespace (c1)",
        "file": "annotations/a/ann.json",
        "line": "7",
    }
    [failure] = test
    assert (failure.tag, failure.get("type")) == ("failure", "span-edge-whitespace")
    assert failure.get("message") == "claim 'it rained ' begins or ends with whitespace"
    assert failure.text.startswith("annotations/a/ann.json:7: S103 claim ")
    assert failure.text.endswith("\n    |          ^^^^^^^^^^")


def test_a_warning_is_a_test_that_passed_and_says_something():
    [suite] = suites(finding(severity="warning"))
    assert counts(suite) == ["1", "0", "0", "0"]
    [[told]] = suite
    assert told.tag == "system-out"
    assert told.text.startswith("annotations/a/ann.json:7: S103 claim ")


def test_a_waived_finding_is_a_skipped_test():
    [suite] = suites(waived=[finding()])
    assert counts(suite) == ["1", "0", "0", "1"]
    [[skipped]] = suite
    assert skipped.attrib == {"message": f"waived: {printable(REASON)}"}


def test_a_file_without_findings_is_a_test_that_passed():
    clean, broken = suites(finding(), files=["annotations/a/ann.json", "a.json"])
    assert [clean.get("name"), broken.get("name")] == ["a.json", "annotations/a/ann.json"]
    assert counts(clean) == ["1", "0", "0", "0"]
    assert [test.get("name") for test in clean] == ["no rule is broken"]


def test_a_report_is_never_empty():
    [suite] = suites()
    assert counts(suite) == ["1", "0", "0", "0"]


def test_what_xml_cannot_hold_is_written_out():
    message = "\0\x1b\ud800\ufffe ]]> <b> & \n \u2028"
    shown = as_junit(report(finding(message=message)))
    [[[failure]]] = ET.fromstring(shown.encode())
    assert failure.get("message") == r"\x00\x1b\ud800\ufffe ]]> <b> & \n \u2028"
    assert "]]>" not in shown


@given(any_reports())
def test_the_report_is_well_formed_whatever_it_holds(made):
    found = ET.fromstring(as_junit(made).encode())
    tests = [test for suite in found for test in suite]
    told = [test for test in tests if test.get("name") != "no rule is broken"]
    assert len(told) == len(made.findings) + len(made.waived)
    errors = [finding for finding in made.findings if finding.severity == "error"]
    assert sum(int(suite.get("failures")) for suite in found) == len(errors)

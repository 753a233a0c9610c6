"""junit: a test report, as GitLab and Jenkins show it.

A file is a suite. An error is a failed test, a warning one that passed and says something, a
finding that is waived one that was skipped, a file without any a test that passed.
"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

import click

from corpus.findings import Finding, printable
from corpus.output.report import Report
from corpus.output.text import lines


def as_junit(report: Report) -> str:
    """Return the report as XML, which has at least one suite and one test."""
    files: dict[str, list[ET.Element]] = {file: [] for file in report.files}
    for finding in report.findings:
        files.setdefault(finding.file, []).append(_told(finding, report))
    for finding, reason in report.waived:
        files.setdefault(finding.file, []).append(_skipped(finding, reason))
    files = files or {"annotations": []}
    suites = ET.Element("testsuites", name="corpus validate")
    suites.extend(_suite(file, files[file]) for file in sorted(files))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode")


def _suite(file: str, tests: Iterable[ET.Element]) -> ET.Element:
    inside = [*tests] or [_test(file, "no rule is broken")]
    suite = ET.Element("testsuite", name=printable(file), tests=str(len(inside)), errors="0")
    for count, kind in (("failures", "failure"), ("skipped", "skipped")):
        suite.set(count, str(sum(test.find(kind) is not None for test in inside)))
    suite.extend(inside)
    return suite


def _test(file: str, name: str, **more: str) -> ET.Element:
    """Return a test; its name has no line, so that it stays the same test when lines move."""
    shown = printable(file)
    about = {"classname": shown.removesuffix(".json"), "name": name, "file": shown}
    return ET.Element("testcase", about | more)


def _told(finding: Finding, report: Report) -> ET.Element:
    test, words = _of(finding), click.unstyle("\n".join(lines(finding, report.texts)))
    if finding.severity == "error":
        about = {"message": printable(finding.message), "type": printable(finding.name)}
        ET.SubElement(test, "failure", about).text = words
    else:
        ET.SubElement(test, "system-out").text = words
    return test


def _skipped(finding: Finding, reason: str) -> ET.Element:
    test = _of(finding)
    ET.SubElement(test, "skipped", message=printable(f"waived: {reason}"))
    return test


def _of(finding: Finding) -> ET.Element:
    item = f" ({finding.item})" if finding.item else ""
    name = printable(f"{finding.code} {finding.message}{item}")
    return _test(finding.file, name, line=str(finding.line))

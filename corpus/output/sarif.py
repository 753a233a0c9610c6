"""sarif: SARIF 2.1.0, the standard of static analysis, which GitHub's code scanning reads.

Regions are lines of the annotation file; the offsets of a span count in its text, which is
another file, and so stand among the properties.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from corpus.findings import TASK, Finding, printable
from corpus.output.json_text import json_text
from corpus.output.report import Report

if TYPE_CHECKING:
    from corpus.rules.rule import Rule

Json = dict[str, Any]
SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_sarif(report: Report) -> str:
    """Return a log of one run, in which what is waived is suppressed."""
    named = {finding.code for finding in (*report.findings, *(f for f, _ in report.waived))}
    rules = [rule for code, rule in report.rules.items() if code in named]
    index = {rule.code: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(rules)},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index) for finding in report.findings]
        + [_result(finding, index) | _suppressed(reason) for finding, reason in report.waived],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(rules: list["Rule"]) -> Json:
    from importlib.metadata import version

    return {"name": "corpus", "version": version("hedgerow"), "rules": [_rule(r) for r in rules]}


def _rule(rule: "Rule") -> Json:
    summary = rule.summary or rule.name
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": rule.section("Why") or summary},
        "help": {"text": rule.page or summary, "markdown": rule.markdown},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding, index: Mapping[str, int]) -> Json:
    known = {
        "document": finding.document,
        "annotator": finding.annotator,
        "start": finding.start,
        "end": finding.end,
    }
    return {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": finding.severity,
        "message": {"text": _message(finding.message)},
        "locations": [_location(finding)],
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
        "properties": {key: value for key, value in known.items() if value is not None},
    }


def _suppressed(reason: str) -> Json:
    return {"suppressions": [{"kind": "external", "justification": printable(reason)}]}


def _message(text: str) -> str:
    """Return a plain message: braces would name an argument, and brackets make a link."""
    return printable(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _location(finding: Finding) -> Json:
    place = {
        "artifactLocation": _artifact(finding.file),
        "region": {"startLine": finding.line},
    }
    found: Json = {"physicalLocation": place}
    if finding.item:
        found["logicalLocations"] = [{"fullyQualifiedName": finding.item}]
    return found


def _artifact(file: str) -> Json:
    """Return where a file is: below the root of the checkout, unless its path leads elsewhere."""
    uri = quote(file.encode("utf-8", "surrogatepass"))
    if uri.startswith("/"):
        return {"uri": f"file://{uri}"}
    return {"uri": uri} if ".." in uri.split("/") else {"uri": uri, "uriBaseId": "SRCROOT"}


def _fingerprint(finding: Finding) -> str:
    """Return what tells a finding from others when lines move, or Label Studio's ids change."""
    item = finding.item or ""
    found = TASK.match(item)
    own = item[found.end() :] if found else item
    told = [finding.code, finding.document or finding.file, finding.annotator, own, finding.message]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()

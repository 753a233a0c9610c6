"""A finding, the order of findings, and how many there are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
TASK = re.compile(r"(?:task (\d+))?(?:, annotation (\d+))?")
"""The beginning of an item that stands in an export."""
FIRST = ("F", "T")
"""Families after which nothing else is asked: what a span means cannot be asked before it is
known which words it covers."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and where.

    file is relative to the root of its git checkout, if it is in one; line is 1-based, 1 where a
    file is not laid out one item a line. item names the span or relation (in an export: task,
    annotation and region). start and end are offsets into the document's text, as everywhere.
    """

    code: str
    name: str
    severity: Severity
    file: str
    line: int
    document: str | None
    annotator: str | None
    item: str | None
    start: int | None
    end: int | None
    message: str


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by file, line, task of an export, place in the text and code."""

    def place(f: Finding) -> tuple[object, ...]:
        item = f.item or ""
        found = TASK.match(item)
        task = [int(number) for number in found.groups("-1")] if found else []
        return f.file, f.line, task, f.start or 0, f.code, item, f.message

    return sorted(findings, key=place)


def summary_of(findings: Iterable[Finding], counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of findings by severity before the counts of what was looked at."""
    severities = [finding.severity for finding in findings]
    errors, warnings = severities.count("error"), severities.count("warning")
    return {"errors": errors, "warnings": warnings, **counts}


def printable(text: str) -> str:
    """Return a text on one line, with whatever would steer a terminal written out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)

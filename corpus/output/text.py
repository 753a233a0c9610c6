"""text: for people, in a terminal."""

from collections.abc import Mapping
from itertools import groupby

import click

from corpus.findings import Finding, printable
from corpus.output.excerpt import excerpt
from corpus.output.report import Report, count

COLOURS = {"error": "red", "warning": "yellow"}
MARGIN = "    | "
"""Before a line of a text, which must not look like a finding, or like a command to a CI."""


def as_text(report: Report) -> str:
    """Return the findings of each file, with the place in the text, and the line that counts."""
    files = groupby(report.findings, key=lambda finding: finding.file)
    groups = [[line for f in found for line in lines(f, report.texts)] for _, found in files]
    return "\n\n".join([*map("\n".join, groups), count(report)])


def lines(finding: Finding, texts: Mapping[str, str]) -> list[str]:
    """Return a line that stands for itself and, if it is about a span, two that show the span."""
    return [_line(finding), *_excerpt(finding, texts)]


def _line(finding: Finding) -> str:
    at = click.style(f"{_place(finding)}:", bold=True)
    code = click.style(finding.code, fg=COLOURS[finding.severity])
    return f"{at} {code} {printable(finding.message)} ({printable(finding.name)})"


def _place(finding: Finding) -> str:
    """Return file:line, or file and item where lines do not tell (an export)."""
    if finding.line == 1 and finding.item:
        return printable(f"{finding.file}: {finding.item}")
    return printable(f"{finding.file}:{finding.line}")


def _excerpt(finding: Finding, texts: Mapping[str, str]) -> list[str]:
    """Return the excerpt; nothing if the offsets, or the text, are not known or not sound."""
    text, start, end = texts.get(finding.document or ""), finding.start, finding.end
    if text is None or start is None or end is None or not 0 <= start <= end <= len(text):
        return []
    return [MARGIN + line for line in excerpt(text, start, end)]

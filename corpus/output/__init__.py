"""How what was found is shown: a format, a module."""

from collections.abc import Callable

from corpus.output.github import as_github
from corpus.output.json_text import as_json
from corpus.output.junit import as_junit
from corpus.output.report import Report, report_of
from corpus.output.sarif import as_sarif
from corpus.output.statistics import statistics_as_json, statistics_as_text
from corpus.output.text import as_text

__all__ = ["FORMATS", "STATISTICS", "Report", "report_of"]

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "junit": as_junit,
}
STATISTICS: dict[str, Callable[[Report], str]] = {
    "text": statistics_as_text,
    "json": statistics_as_json,
}
"""The formats that can count the findings of each rule instead."""

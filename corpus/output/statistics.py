"""How often each rule is broken, instead of the findings."""

from collections import Counter

from corpus.findings import printable
from corpus.output.json_text import json_text
from corpus.output.report import Report, count


def statistics_as_text(report: Report) -> str:
    """Return a table of count, code, severity and name, most first, and the line that counts."""
    rows = _rows(report)
    digits = len(str(rows[0][0])) if rows else 0
    table = [f"{n:{digits}}  {code}  {severity:7}  {name}" for n, code, severity, name in rows]
    return "\n".join([*map(printable, table), *([""] if table else []), count(report)])


def statistics_as_json(report: Report) -> str:
    """Return {"statistics": […], "summary": {…}}."""
    keys = ("count", "code", "severity", "name")
    counts = [dict(zip(keys, row, strict=True)) for row in _rows(report)]
    return json_text({"statistics": counts, "summary": report.summary})


def _rows(report: Report) -> list[tuple[int, str, str, str]]:
    found = Counter((f.code, f.severity, f.name) for f in report.findings)
    return sorted(((n, *rule) for rule, n in found.items()), key=lambda row: (-row[0], row))

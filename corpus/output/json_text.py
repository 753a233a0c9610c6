"""json: all that is known, for programs."""

import json
import re
from dataclasses import asdict

from corpus.output.report import Report


def as_json(report: Report) -> str:
    """Return {"findings": […], "waived": […], "summary": {…}}."""
    found = [asdict(finding) for finding in report.findings]
    waived = [asdict(finding) | {"reason": reason} for finding, reason in report.waived]
    return json_text({"findings": found, "waived": waived, "summary": report.summary})


def json_text(whole: object) -> str:
    """Return a value as JSON in which whatever would steer a terminal is an escape.

    Halves of a surrogate pair are too, which no encoding of a file can hold.
    """
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    return re.sub(r"[^\n -~]", _escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]

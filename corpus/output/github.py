"""github: workflow commands, which GitHub Actions shows beside the lines of a pull request."""

from corpus.findings import Finding, printable
from corpus.output.report import Report, count

SHOWN = 10
"""How many errors of a step GitHub shows, and how many warnings; it drops the rest silently."""


def as_github(report: Report) -> str:
    """Return a command for each of the first errors and warnings, and the line that counts."""
    errors = [f for f in report.findings if f.severity == "error"]
    warnings = [f for f in report.findings if f.severity == "warning"]
    shown = [*errors[:SHOWN], *warnings[:SHOWN]]
    rest = len(report.findings) - len(shown)
    note = [f"::notice::{rest} more: `corpus validate` lists them all"] if rest else []
    return "\n".join([*map(_command, shown), *note, count(report)])


def _command(finding: Finding) -> str:
    message = finding.message
    if finding.line == 1 and finding.item:
        message = f"{finding.item}: {message}"
    file, title = _property(finding.file), _property(f"{finding.code} {finding.name}")
    where = f"file={file},line={finding.line},title={title}"
    return f"::{finding.severity} {where}::{_data(message)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")  # line breaks are written out already


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

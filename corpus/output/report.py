"""What every format is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.findings import FIRST, Finding

if TYPE_CHECKING:  # the help of the command reads FORMATS, and is to import nothing heavy
    from corpus.rules.rule import Rule
    from corpus.schema import Schema
    from corpus.tables import Tables
    from corpus.validation import Outcome


@dataclass(frozen=True)
class Report:
    """What was found and let stand, and what is needed to show it.

    waived: with the reason of each. files: all that was read, with findings or without. texts:
    document -> its text, of those that findings name. rules: code -> rule.
    """

    findings: list[Finding]
    waived: list[tuple[Finding, str]]
    summary: dict[str, int]
    files: list[str]
    texts: Mapping[str, str]
    rules: Mapping[str, "Rule"]


def report_of(outcome: "Outcome", tables: "Tables", schema: "Schema") -> Report:
    """Return what the formats show of what was found in the tables."""
    from corpus.rules import rules_of
    from corpus.validation import summary

    named = {finding.document for finding in outcome.findings}
    texts = tables.documents.select("doc_id", "text").collect().iter_rows()
    files = tables.annotations.select("file").collect()["file"]
    return Report(
        outcome.findings,
        outcome.waived,
        summary(outcome.findings, tables),
        sorted({*files}),
        {doc_id: text for doc_id, text in texts if doc_id in named},
        rules_of(schema),
    )


def count(report: Report) -> str:
    """Return the line that counts what was found and what was looked at."""
    summary, waived = report.summary, len(report.waived)
    found = f"{_some(summary['errors'], 'error')}, {_some(summary['warnings'], 'warning')}"
    looked = ("documents", "annotations", "spans", "relations")
    counted = f"{found} in " + ", ".join(_some(summary[name], name[:-1]) for name in looked)
    note = "; after an F or T error the other rules are not asked: mend those first"
    return counted + (f"; {waived} waived" if waived else "") + ("" if _asked(report) else note)


def _asked(report: Report) -> bool:
    """Tell whether all rules were asked of every annotation."""
    return not any(
        f.annotator and f.severity == "error" and f.code[0] in FIRST for f in report.findings
    )


def _some(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

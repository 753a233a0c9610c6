"""Every format is given the same, and the line that counts is the same everywhere."""

import subprocess
import sys

import pytest

from corpus.output import FORMATS, STATISTICS, report_of
from corpus.output.report import count
from corpus.reading import read_corpus
from corpus.validation import examine
from tests.corpora import ANN, TEXT, annotation, canonical, folder, span
from tests.output.reports import finding, report

BO = "annotations/example/bo.json"


def test_formats_are_those_of_the_design_and_import_nothing_heavy():
    code = (
        "import sys; from corpus.output import FORMATS; print(*FORMATS);"
        "print([m for m in ('polars', 'msgspec', 'rich', 'corpus.rules') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "text json sarif github junit\n[]\n"


def test_a_report_has_the_files_and_texts_that_formats_show(tmp_path):
    files = {ANN: canonical(annotation(spans=[span(0, 4, "event")]))}
    files[BO] = canonical(annotation(annotator="bo"))
    root = folder(tmp_path, files, {"example": TEXT, "other": "A text."})
    tables, schema = read_corpus(root)
    made = report_of(examine(tables, schema, {"S103"}), tables, schema)
    assert [finding.code for finding in made.findings] == ["S103"]
    assert made.files == [f"{root}/{name}" for name in (ANN, BO)]
    assert made.texts == {"example": TEXT}
    assert (made.summary["errors"], made.summary["annotations"]) == (1, 2)
    assert made.rules["S103"].name == "span-edge-whitespace"


def test_the_count_is_of_errors_warnings_and_what_was_looked_at():
    assert count(report(finding(), finding(severity="warning"), finding())) == (
        "2 errors, 1 warning in 1 document, 2 annotations, 30 spans, 0 relations"
    )


def test_the_count_is_of_waived_findings_too():
    assert count(report(waived=[finding()] * 2)).endswith(", 0 relations; 2 waived")


CASES = [("F105", "ann", False), ("T105", "ann", False), ("S103", "ann", True)]


@pytest.mark.parametrize(("code", "annotator", "asked"), [*CASES, ("T104", None, True)])
def test_the_count_says_when_rules_were_not_asked(code, annotator, asked):
    shown = count(report(finding(code=code, annotator=annotator)))  # T104 of a text is of nobody
    note = "; after an F or T error the other rules are not asked: mend those first"
    assert shown.endswith(note) != asked


def test_statistics_are_a_table_most_first():
    other = {"code": "R105", "name": "relation-self", "severity": "warning"}
    shown = STATISTICS["text"](report(finding(**other), *[finding()] * 12))
    assert shown.split("\n") == [
        "12  S103  error    span-edge-whitespace",
        " 1  R105  warning  relation-self",
        "",
        "12 errors, 1 warning in 1 document, 2 annotations, 30 spans, 0 relations",
    ]


def test_statistics_of_nothing_are_the_count_alone():
    assert STATISTICS["text"](report()) == FORMATS["text"](report()) == count(report())

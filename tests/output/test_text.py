"""text: a line a finding that stands for itself, and the place in the text."""

import time

import click
from click.testing import CliRunner
from hypothesis import given

from corpus.output import FORMATS
from corpus.output.report import count
from corpus.output.text import as_text, lines
from tests.output.reports import TEXT, any_reports, finding, report

LINE = (
    "annotations/a/ann.json:7: S103 claim 'it rained ' begins or ends with whitespace"
    " (span-edge-whitespace)"
)


def shown(*findings, **more):
    """Return the lines before the one that counts."""
    *found, _, _ = click.unstyle(as_text(report(*findings, **more))).split("\n")
    return found


def test_a_finding_names_file_line_code_message_and_rule_and_shows_the_span():
    assert shown(finding()) == [LINE, f"    | {TEXT}", "    |          ^^^^^^^^^^"]


def test_a_finding_names_the_item_where_lines_do_not_tell():
    place = "task 177, annotation 92, region a"
    [line, *_] = shown(finding(file="export.json", line=1, item=place))
    assert line.startswith("export.json: task 177, annotation 92, region a: S103 ")


def test_a_finding_names_line_1_where_there_is_no_item():
    assert shown(finding(line=1, item=None))[0].startswith("annotations/a/ann.json:1: S103 ")


def test_offsets_that_show_nothing_leave_the_line_alone():
    for place in ((None, None), (-1, 4), (4, 2), (0, 99)):
        assert shown(finding(start=place[0], end=place[1])) == [LINE]
    assert shown(finding(document="unknown")) == shown(finding(document=None)) == [LINE]


def test_files_are_set_apart():
    other = finding(file="b.json", start=None)
    found = shown(finding(start=None), finding(start=None), other)
    assert [line.partition(":")[0] for line in found] == [
        *["annotations/a/ann.json"] * 2,
        "",
        "b.json",
    ]


def test_no_findings_are_the_count_alone():
    assert as_text(report()) == count(report())


def test_colours_are_for_a_terminal_only():
    @click.command()
    def show():
        click.echo(as_text(report(finding(), finding(severity="warning"))))

    plain, coloured = (CliRunner().invoke(show, color=color).output for color in (False, True))
    assert plain == click.unstyle(coloured)
    assert "\x1b" not in plain
    assert coloured.startswith("\x1b[1mannotations/a/ann.json:7:\x1b[0m \x1b[31mS103\x1b[0m ")
    assert "\x1b[33mS103\x1b[0m" in coloured


@given(any_reports())
def test_a_finding_is_a_line_and_an_excerpt_whatever_they_hold(made):
    text = click.unstyle(as_text(made))
    assert all(line.isprintable() for line in text.split("\n"))
    sizes = [len(lines(found, made.texts)) for found in made.findings]
    assert {*sizes} <= {1, 3}
    files = [found.file for found in made.findings]
    groups = sum(a != b for a, b in zip(files, [None, *files], strict=False))
    assert text.count("\n") == sum(sizes) + groups


def test_many_findings_in_a_long_text_do_not_take_longer_each():
    text = "She said it rained. " * 50_000
    found = [finding(start=at, end=at + 8) for at in range(0, len(text) - 8, 50)]
    began = time.monotonic()
    FORMATS["text"](report(*found, texts={"a": text}))
    assert time.monotonic() - began < 20  # cutting the text into lines each time takes minutes

"""github: commands that GitHub reads as they are meant, and no others."""

import re

from hypothesis import given

from corpus.output.github import as_github
from corpus.output.report import count
from tests.output.reports import any_reports, finding, report

COMMAND = re.compile(
    r"::(error|warning) file=(?P<file>[^:,]*),line=\d+,title=(?P<title>[^:,]*)::(?P<data>.*)"
)


def commands(made):
    *found, last = as_github(made).split("\n")
    assert last == count(made)
    return found


def test_a_finding_is_a_command():
    expected = (
        "::error file=annotations/a/ann.json,line=7,title=S103 span-edge-whitespace"
        "::claim 'it rained ' begins or ends with whitespace"
    )
    assert commands(report(finding())) == [expected]
    [warning] = commands(report(finding(severity="warning")))
    assert warning == expected.replace("error", "warning")


def test_a_finding_in_an_export_says_which_item():
    [command] = commands(report(finding(line=1, item="task 177, region a", message="m")))
    assert command.endswith(",line=1,title=S103 span-edge-whitespace::task 177, region a: m")


def test_errors_come_first_and_no_more_than_github_shows():
    warnings = [finding(severity="warning", line=n) for n in range(1, 13)]
    errors = [finding(line=n) for n in range(1, 14)]
    found = commands(report(*warnings, *errors))
    assert [command.partition(" ")[0] for command in found[:-1]] == (
        ["::error"] * 10 + ["::warning"] * 10
    )
    assert found[-1] == "::notice::5 more: `corpus validate` lists them all"


def test_what_would_be_another_command_is_inert():
    hostile = "a\n::set-output name=x::y\r\n%0A::error::100%"
    [command] = commands(report(finding(message=hostile, file="a,line=1::b%3A.json")))
    assert command == (
        "::error file=a%2Cline=1%3A%3Ab%253A.json,line=7,title=S103 span-edge-whitespace"
        r"::a\n::set-output name=x::y\r\n%250A::error::100%25"
    )


@given(any_reports())
def test_commands_are_a_line_each_whatever_they_hold(made):
    found = commands(made)
    assert len(found) == len(made.findings)
    for command in found:
        assert command.isprintable()
        match = COMMAND.fullmatch(command)
        assert not re.search(r"%(?!25|3A|2C)", match["file"] + match["title"])
        assert not re.search("%(?!25)", match["data"])

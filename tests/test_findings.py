"""Findings have an order, and what they quote can be shown in a terminal."""

import random

import pytest

from corpus.findings import in_order, printable
from tests.output.reports import finding


def test_findings_of_an_export_are_in_order_of_its_tasks():
    places = ["task 2, annotation 9, region a", "task 2, annotation 10, region a", "task 10"]
    found = [finding(line=1, item=item, start=99 - n) for n, item in enumerate(places)]
    assert [f.item for f in in_order(reversed(found))] == places


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\r\n", r"two\nlines\r\n"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u2028b\u2029c\x85", r"a\u2028b\u2029c\x85"),
        ("\u202eright to left", r"\u202eright to left"),
        ("nul \0 tab \t", r"nul \x00 tab \t"),
        ("half \ud800", r"half \ud800"),
        ("it's “plain” é 🌧 שלום \\n", "it's “plain” é 🌧 שלום \\n"),
    ],
)
def test_what_would_steer_a_terminal_is_written_out(text, shown):
    assert printable(text) == shown


def test_order_is_file_line_place_code():
    expected = [
        finding(file="a", line=2),
        finding(file="b", line=1, start=None),
        finding(file="b", line=1, start=5),
        finding(file="b", line=1, start=5, code="S104"),
        finding(file="b", line=1, start=40),
        finding(file="b", line=10, start=0),
    ]
    for number in range(5):
        assert in_order(random.Random(number).sample(expected, len(expected))) == expected

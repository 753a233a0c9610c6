"""What an offset is, and what a default is, in the tables."""

from pathlib import Path

import pytest

from corpus.shorthand import parse
from corpus.tables import COLUMNS, Rows, defaults, file_name, spans_of, wide
from tests.corpora import TINY


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 1, ("🌧", "", " ")),
        (2, 4, ("e\u0301", " ", "r")),
        (4, 5, ("r", "\u0301", "")),
        (2, 2, ("", " ", "e")),
        (0, 5, ("🌧 e\u0301r", "", "")),
        (0, 6, (None, None, None)),
        (-1, 2, (None, None, None)),
        (3, 2, (None, None, None)),
    ],
)
def test_offsets_count_code_points_from_0_and_leave_out_the_end(start, end, expected):
    assert spans_of("🌧 e\u0301r", start, end) == expected


def test_file_is_named_from_the_root_of_its_checkout_wherever_one_stands(tmp_path, monkeypatch):
    (tmp_path / "checkout" / ".git").mkdir(parents=True)
    below = tmp_path / "checkout" / "seeds"
    below.mkdir()
    monkeypatch.chdir(below)
    for path in (Path("a.txt"), Path("../seeds/a.txt"), below / "a.txt"):
        assert file_name(path) == "seeds/a.txt"
    assert file_name(Path("../../a.txt")) == "../../a.txt"


def test_empty_tables_have_their_columns():
    tables = Rows().tables(TINY)
    for name, columns in COLUMNS.items():
        assert dict(getattr(tables, name).collect().schema) == columns


def test_default_is_a_row_for_each_span_of_its_layer_that_says_nothing():
    assert list(defaults(TINY)) == [("claim", "stance", "affirm")]
    tables = parse("[a]{claim#a} [b]{claim#b refute} [c]{event#c}", TINY)
    rows = tables.attributes.select("span_id", "value", "defaulted").collect().rows()
    assert rows == [("b", "refute", False), ("a", "affirm", True)]


def test_attributes_become_columns_in_the_order_of_their_values():
    tables = parse("[a]{claim#a topic=trade,weather possible} [b]{claim#b}", TINY)
    found = wide(tables, {"topic": True, "certainty": False}).sort("span_id").collect().rows()
    assert found == [(0, "a", ["trade", "weather"], "possible"), (0, "b", [], None)]


def test_rows_of_some_annotations_are_theirs_alone():
    tables = parse("[a]{claim#a supports>b} [b]{claim#b}", TINY)
    for name in ("annotations", "spans", "attributes", "relations"):
        assert getattr(tables.of([1]), name).collect().is_empty()
        assert not getattr(tables.of([0, 1]), name).collect().is_empty()
    assert not tables.of([1]).documents.collect().is_empty()

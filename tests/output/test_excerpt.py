"""The line around a span fits a terminal, and the mark stands under the span."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from corpus.findings import printable
from corpus.output.excerpt import WIDTH, excerpt

LONG = "".join(f"{number:04} " for number in range(200))


def of(text, span):
    """Return the excerpt of a span that is given by its words."""
    start = text.index(span)
    return list(excerpt(text, start, start + len(span)))


@pytest.mark.parametrize(
    ("text", "span", "shown"),
    [
        ("She said so.", "said", ["She said so.", "    ^^^^"]),
        ("Before.\nShe said so.\nAfter.", "said", ["She said so.", "    ^^^^"]),
        ("Before.\r\nShe said so.\r\nAfter.", "so.", ["She said so.", "         ^^^"]),
        ("她说 it 下雨", "下雨", ["她说 it 下雨", "        ^^^^"]),
        ("cafe\u0301 au lait", "au", ["cafe\u0301 au lait", "     ^^"]),
        ("cafe\u0301 au", "cafe\u0301", ["cafe\u0301 au", "^^^^"]),
        ("היא אמרה כן", "אמרה", ["היא אמרה כן", "    ^^^^"]),
        ("🌧 it 🌧", "it", ["🌧 it 🌧", "   ^^" if cell_len("🌧") == 2 else "  ^^"]),
        ("a\tb c", "b", [r"a\tb c", "   ^"]),
        ("a\u202eb\x1b[1m c", "c", [r"a\u202eb\x1b[1m c", " " * 16 + "^"]),
        ("It rained. \nThen", "rained. \nThen", [r"It rained. \n…", "   ^^^^^^^^^^"]),
        ("It rained.\n\nThen", "rained.\n", [r"It rained.\n", "   ^^^^^^^^^"]),
        ("It rained.\nThen", "\nThen", [r"It rained.\n…", "          ^^"]),
        ("e\u0301a", "\u0301", ["e\u0301a", " ^"]),
    ],
)
def test_the_mark_stands_under_the_span(text, span, shown):
    assert of(text, span) == shown


def test_nothing_covered_is_a_mark_at_its_place():
    assert excerpt("She said", 4, 4) == ("She said", "    ^")
    assert excerpt("She said", 8, 8) == ("She said", "        ^")
    assert excerpt("", 0, 0) == ("", "^")
    assert excerpt("a\n\nb", 2, 2) == ("", "^")


def test_a_long_line_is_cut_on_both_sides():
    line, mark = of(LONG, "0100")
    assert line.startswith("…")
    assert line.endswith("…")
    assert line[mark.index("^") : len(mark)] == "0100"
    assert cell_len(line) == WIDTH + 2


def test_a_long_line_is_cut_only_where_it_goes_on():
    assert [of(LONG, edge)[0][0] for edge in ("0000", "0100")] == ["0", "…"]
    assert [of(LONG.strip(), edge)[0][-1] for edge in ("0199", "0100")] == ["9", "…"]
    first, last = of(LONG, "0001")[0], of(LONG.strip(), "0198")[0]
    assert cell_len(first) == cell_len(last) == WIDTH + 1


def test_a_huge_span_is_cut():
    line, mark = excerpt(LONG, 50, 900)
    assert line[mark.index("^") :] == LONG[50 : 50 + mark.count("^")] + "…"
    assert mark.count("^") < WIDTH


ALPHABET = "ab \t\n\r漢🌧ש\u0301\u202e\x1b\0"


@given(st.text(ALPHABET, max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_an_excerpt_is_a_line_of_a_terminal_whatever_the_text_holds(text, start, end):
    start, end = sorted(min(place, len(text)) for place in (start, end))
    line, mark = excerpt(text, start, end)
    assert line.isprintable()
    assert cell_len(line) <= WIDTH + 2
    assert mark.strip(" ").strip("^") == ""
    assert len(mark) <= max(cell_len(line), len(mark.rstrip("^")) + 1)


@given(st.text("abc \t\x1b", min_size=1, max_size=300), st.data())
def test_what_is_marked_is_the_span(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(start + 10, len(text))))
    line, mark = excerpt(text, start, end)
    assert line[mark.index("^") : len(mark)] == printable(text[start:end])

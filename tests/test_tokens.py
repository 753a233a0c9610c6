"""Words and quotations are found where they stand."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.tokens import quotations, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trump’s return", ["Trump’s", "return"]),
        ("face-to-face talks, 90-minute", ["face-to-face", "talks", "90-minute"]),
        ("in the U.S. President", ["in", "the", "U.S", "President"]),
        ("café\u0301s 東京 3.5 %", ["café\u0301s", "東京", "3.5"]),
        ("– … “”", []),
    ],
)
def test_words_are_found(text, expected):
    assert [word[0] for word in words(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the call as “very positive,” he said", ["“very positive,”"]),
        ('"It is over," she said. "All of it."', ['"It is over,"', '"All of it."']),
        ("‘no’ and 'yes'", ["‘no’", "'yes'"]),
        ("the students’ and Trump’s visas don't count", []),
        ("“She called it ‘a mistake’,” he said", ["‘a mistake’", "“She called it ‘a mistake’,”"]),
        ("“It's Lee's,” he said", ["“It's Lee's,”"]),
        ("“A paragraph that goes on", []),
        ("ends here.” Then “this”", ["“this”"]),
        ("„so“ und «ainsi»", ["„so“", "«ainsi»"]),
        ("", []),
    ],
)
def test_quotations_are_found(text, expected):
    assert [text[slice(*quotation)] for quotation in quotations(text)] == expected


def test_offsets_are_of_the_whole_text():
    text = "“a” “b” “c”"
    assert quotations(text, 3, 8) == [(4, 7)]
    assert [word.start() for word in words(text, 3, 8)] == [5]


@given(st.text(alphabet="“”\"'’‘a b.", max_size=30))
def test_quotations_lie_beside_or_within_each_other(text):
    found = quotations(text)
    assert all(0 <= start < end <= len(text) for start, end in found)
    for one in found:
        for other in found:
            apart = one.end <= other.start or other.end <= one.start
            nested = (one.start <= other.start and other.end <= one.end) or (
                other.start <= one.start and one.end <= other.end
            )
            assert apart or nested


def test_marks_that_nothing_closes_are_paired_in_time_linear_in_them():
    def seconds(number):
        text = "‘a " * number + "» " * number
        start = time.process_time()
        assert quotations(text) == []
        return time.process_time() - start

    assert seconds(40_000) < 70 * max(seconds(4_000), 0.002)  # a hundred, if quadratic

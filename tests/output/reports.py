"""Findings and reports for the formats, and any that Hypothesis can think of."""

from hypothesis import strategies as st

from corpus.findings import Finding, summary_of
from corpus.output import Report
from corpus.rules import RULES

TEXT = "She said it rained yesterday."
COUNTS = {"documents": 1, "annotations": 2, "spans": 30, "relations": 0}

HOSTILE = [
    *("\x1b[2J", "\x9b31m", "\0", "\ud800", "\ufffe", "\u202e", "\u2028", "\n", "\r\n", "\t"),
    *("<script>alert(1)</script>", "]]>", "&amp;", "../..", "a/b\\c", "a b", ":", ","),
    *("::set-output name=a::b", "%0A::error::x", "##[error]", "{0}", "[a](javascript:b)"),
    *("e\u0301", "漢字", "שלום", "🌧", '"'),
]
ANY = st.lists(st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=9), max_size=4)
WORDS = ANY.map("".join)


def finding(code="S103", file="annotations/a/ann.json", line=7, **changed):
    columns = {"name": "span-edge-whitespace", "severity": "error", "document": "a"}
    columns |= {"annotator": "ann", "item": "c1", "start": 9, "end": 19}
    columns |= {"message": "claim 'it rained ' begins or ends with whitespace"}
    return Finding(**(columns | {"code": code, "file": file, "line": line} | changed))


REASON = "A name, \x1b[2J]]> as it is."


def report(*findings, waived=(), files=(), texts=None):
    counts, texts = summary_of(findings, COUNTS), {"a": TEXT} if texts is None else texts
    stand = [(finding, REASON) for finding in waived]
    return Report([*findings], stand, counts, [*files], texts, RULES)


def any_findings():
    known, offset = st.none() | WORDS, st.none() | st.integers(-2, 40)
    return st.builds(
        Finding,
        code=st.sampled_from([*RULES]),
        name=WORDS,
        severity=st.sampled_from(["error", "warning"]),
        file=WORDS,
        line=st.integers(1, 3),
        document=st.sampled_from(["a", None]) | WORDS,
        annotator=known,
        item=known,
        start=offset,
        end=offset,
        message=WORDS,
    )


def any_reports():
    several = st.lists(any_findings(), max_size=4)
    texts = st.fixed_dictionaries({"a": WORDS.map(lambda words: words * 5)})
    made = st.tuples(several, several, st.lists(WORDS, max_size=2), texts)
    return made.map(lambda m: report(*m[0], waived=m[1], files=m[2], texts=m[3]))

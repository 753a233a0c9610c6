"""Repairs of annotation files that take nobody's judgement, by rule.

A fix moves an edge or writes the same judgement in another way. What is in an export is mended in
Label Studio; a file of a frozen round stays as it is, and so does one that has an error of the
families F and T which no fix mends: written anew, it would look sound.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

import polars as pl

from corpus.errors import CorpusError
from corpus.findings import FIRST, Finding
from corpus.rules.wording import POSSESSIVE
from corpus.schema import Schema
from corpus.store import rendered, write_whole
from corpus.tables import COLUMNS, Tables, file_name, folded, spans_of
from corpus.validation import validate

Span = dict[str, Any]
Edges = tuple[int, int]


def without_blanks(span: Span) -> Edges:
    """Return the edges of a span without the white space at them."""
    text: str = span["text"]
    start = span["start"] + len(text) - len(text.lstrip())
    return start, start + len(text.strip())


def without_possessive(span: Span) -> Edges:
    """Return the edges of a span without its possessive."""
    return span["start"], span["start"] + len(re.sub(POSSESSIVE, "", span["text"]))


def as_it_is(span: Span) -> Edges:
    """Return the edges of a span: it is only written anew."""
    return span["start"], span["end"]


FIXES: dict[str, Callable[[Span], Edges]] = {
    "F109": as_it_is,
    "T108": as_it_is,
    "S103": without_blanks,
    "S108": without_possessive,
}
"""Code -> where the edges of a span that breaks the rule belong."""


@dataclass(frozen=True)
class Fixed:
    """A file, with what it holds and what it should hold."""

    path: Path
    before: bytes
    after: bytes

    def diff(self) -> str:
        """Return the change as a unified diff."""
        old, new = (data.decode("utf-8").splitlines() for data in (self.before, self.after))
        name = file_name(self.path)
        return "\n".join(unified_diff(old, new, name, name, lineterm="", n=1))


def fixed(
    root: Path, tables: Tables, schema: Schema, findings: Iterable[Finding]
) -> tuple[list[Fixed], dict[str, str]]:
    """Return the annotation files as they should be, and file -> why one that could be is left.

    Only what is among the findings is mended, as far as FIXES can.
    """
    by_file = dict[str, list[Finding]]()
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    left = dict(_left(tables, by_file))
    mendable = {file for file, own in by_file.items() if file not in left and _codes(own)}
    old = _of_files(tables, mendable)
    new = replace(old, spans=_mended(old, by_file))
    worse = {file for file, _ in _errors(new, schema) - _errors(old, schema)}
    left |= dict.fromkeys(worse, "mending it would lead to another error")
    kept = _of_files(new, mendable - worse)
    return [*_changed(root, kept, schema)], left


def write_fixed(files: Iterable[Fixed]) -> None:
    """Write each file whole; CorpusError if one is another than it was when it was read."""
    for file in files:
        if file.path.read_bytes() != file.before:
            raise CorpusError(f"{file.path}: changed in the meantime: run this again")
        write_whole(file.path, file.after)


def _left(tables: Tables, by_file: dict[str, list[Finding]]) -> Iterator[tuple[str, str]]:
    """Yield (file, why) of files that have something to mend, and must not be written."""
    frozen = {*tables.frozen.select("file").collect()["file"]}
    exports = {*tables.annotations.filter(pl.col("place").is_not_null()).collect()["file"]}
    escaped = {*_escaped(tables)}
    for file, own in by_file.items():
        errors = [f for f in own if f.code[0] in FIRST and f.severity == "error"]
        hard = [f for f in errors if (f.file, f.item) not in escaped or f.code != "T108"]
        if file in frozen and _codes(own):
            yield file, "its round is frozen"
        elif file in exports and _codes(own):
            yield file, "an export is mended in Label Studio"
        elif hard and _codes(own):
            yield file, f"{hard[0].code} has to be mended by hand first: {hard[0].message}"


def _codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings if finding.code in FIXES]


def _escaped(tables: Tables) -> Iterator[tuple[str, str]]:
    """Yield (file, span id) of spans whose own text differs by blanks and escapes only."""
    given, text = pl.col("given_text"), pl.col("text")
    files = tables.annotations.select("file", annotation="row")
    differing = tables.spans.filter(given != text).join(files, on="annotation")
    for file, item, *both in differing.select("file", "span_id", given, text).collect().rows():
        if folded(both[0]) == folded(both[1]):
            yield file, item


def _of_files(tables: Tables, files: Collection[str]) -> Tables:
    rows = tables.annotations.filter(pl.col("file").is_in([*files])).select("row").collect()
    return tables.of(rows["row"])


def _mended(tables: Tables, by_file: dict[str, list[Finding]]) -> pl.LazyFrame:
    """Return the spans with their edges where they belong."""
    codes = dict[tuple[str, str | None], list[str]]()
    for file, findings in by_file.items():
        for finding in findings:
            codes.setdefault((file, finding.item), []).append(finding.code)
    texts = tables.annotations.join(tables.documents, on="doc_id").select("row", "file", "text")
    own = {row: (file, text) for row, file, text in texts.collect().rows()}
    rows = tables.spans.collect().to_dicts()
    for span in rows:
        file, text = own[span["annotation"]]
        for code in codes.get((file, span["span_id"]), []):
            start, end = FIXES.get(code, as_it_is)(span)
            if start < end:
                span["text"], span["before"], span["after"] = spans_of(text, start, end)
                span["start"], span["end"], span["given_text"] = start, end, span["text"]
    return pl.LazyFrame(rows, schema=COLUMNS["spans"])


def _errors(tables: Tables, schema: Schema) -> Counter[tuple[str, str]]:
    """Return the number of errors by file and code."""
    return Counter((f.file, f.code) for f in validate(tables, schema) if f.severity == "error")


def _changed(root: Path, tables: Tables, schema: Schema) -> Iterator[Fixed]:
    for path, after in sorted(rendered(tables, schema).items()):
        before = (root / path).read_bytes()
        if before != after:
            yield Fixed(root / path, before, after)

"""Repairs of annotation files that take nobody's judgement, by rule.

A fix moves an edge or writes the same judgement in another way; a file that says something which
would be lost is left. What is in an export is mended in Label Studio; a file of a frozen round
stays as it is, and so does one that has an error of the families F and T which no fix mends:
written anew, it would look sound.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from corpus.errors import CorpusError
from corpus.findings import FIRST, Finding
from corpus.schema import Schema
from corpus.store import annotation_path, rendered, write_whole
from corpus.tables import COLUMNS, Tables, file_name, folded, spans_of
from corpus.validation import validate

Span = dict[str, Any]
Edges = tuple[int, int]


def without_blanks(span: Span) -> Edges:
    """Return the edges of a span without the white space at them."""
    text: str = span["text"]
    start = span["start"] + len(text) - len(text.lstrip())
    return start, start + len(text.strip())


def as_it_is(span: Span) -> Edges:
    """Return the edges of a span: it is only written anew."""
    return span["start"], span["end"]


FIXES: dict[str, Callable[[Span], Edges]] = {
    "F109": as_it_is,
    "T108": as_it_is,
    "S103": without_blanks,
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
        old, new = (data.decode("utf-8").split("\n") for data in (self.before, self.after))
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
    changed = [*_changed(root, _of_files(new, mendable - worse), schema)]
    left |= {file_name(f.path): why for f in changed if (why := _unwritable(f))}
    return [file for file in changed if file_name(file.path) not in left], left


def write_fixed(files: Iterable[Fixed]) -> None:
    """Write each file whole; CorpusError if one is another than it was when it was read."""
    for file in files:
        if file.path.read_bytes() != file.before:
            raise CorpusError(f"{file.path}: changed in the meantime: run this again")
        write_whole(file.path, file.after)


def _left(tables: Tables, by_file: dict[str, list[Finding]]) -> Iterator[tuple[str, str]]:
    """Yield (file, why) of files that have something to mend, and must not be written."""
    frozen = {*_frozen(tables)}
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


def _frozen(tables: Tables) -> Iterator[str]:
    """Yield the files of frozen rounds as they are shown here, by whatever path they are read."""
    closed = {Path(file).parts[-2:] for file in tables.frozen.select("file").collect()["file"]}
    key = ("doc_id", "annotator", "pass")
    for file, *own in tables.annotations.select("file", *key).drop_nulls().collect().rows():
        if annotation_path(*own).parts[-2:] in closed:
            yield file


def _unwritable(file: Fixed) -> str | None:
    """Return why a file must not be written, though its labels could be."""
    if not file.path.stat().st_mode & 0o222:
        return "it is read-only"
    before, after = (_judgement(msgspec.json.decode(data)) for data in (file.before, file.after))
    lost = {key for key in before if before[key] != after.get(key)}
    return f"written anew it would not say the same of {min(lost)}" if lost else None


def _judgement(content: dict[str, Any]) -> dict[str, Any]:
    """Return what a file says, by what it says it of, but for where a span lies."""
    said = {key: value for key, value in content.items() if not isinstance(value, list)}
    for span in content["spans"]:
        given = {name: _values(value) for name, value in span.get("attributes", {}).items()}
        said[span["id"]] = span["layer"], {name: v for name, v in given.items() if v}
    for link in content["relations"]:
        said[f"{link['type']} {link['from']}>{link['to']}"] = True
    return said


def _values(given: Any) -> list[str]:
    """Return the values of an attribute, in one form; a flag that is false is one too."""
    return sorted(json.dumps(value) for value in (given if isinstance(given, list) else [given]))


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

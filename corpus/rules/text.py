"""T: rules about the text and where a span lies in it."""

import re
from typing import Any
from unicodedata import normalize

import polars as pl

from corpus.rules.rule import (
    ATTRIBUTE_PLACE,
    FAULT,
    LAYER,
    SPAN_PLACE,
    in_text,
    quoted,
    rule,
    worded,
)
from corpus.schema import Schema
from corpus.tables import Tables

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _placed(t: Tables) -> pl.LazyFrame:
    """Return the spans with the length of their text, in code points."""
    lengths = t.documents.select("doc_id", length=pl.col("text").str.len_chars().cast(pl.Int64))
    documents = t.annotations.select("doc_id", annotation="row").join(lengths, on="doc_id")
    return t.spans.join(documents, on="annotation")


@rule("T101")
def text_changed(t: Tables, schema: Schema) -> pl.LazyFrame:
    """The text that was annotated is the text in seeds/.

    Why:
        Offsets into another text point at other words, and nothing in them says so.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "0000", "spans": [], "relations": []}
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```

    Fix:
        Restore the text. A text that has to change enters as a new document.
    """
    own = t.documents.select("doc_id", "text_sha256")
    given, known = pl.col("given_sha256"), pl.col("text_sha256")
    return (
        t.annotations.join(own, on="doc_id")
        .filter(given != known)
        .select(
            pl.col("row").alias("annotation"),
            message=worded(
                "annotated on a text with sha256 {}…; the one in seeds/ has {}…",
                given.str.head(12),
                known.str.head(12),
            ),
        )
    )


@rule("T102")
def text_unknown(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An annotation is of a document whose text is in seeds/.

    Why:
        Without its text no offset can be checked and nothing can be published.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "elsewhere", "text": "She left."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []}]}]
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": []}]}]
        ```

    Fix:
        Add the text to seeds/, or correct `doc_id` in the task's data.
    """
    return t.annotations.join(t.documents, on="doc_id", how="anti").select(
        pl.col("row").alias("annotation"),
        message=worded("document {} has no text in seeds/", quoted("doc_id")),
    )


@rule("T103", "warning")
def text_not_nfc(t: Tables, schema: Schema) -> pl.LazyFrame:
    r"""A text is in Unicode NFC: a letter and its accent are one character where there is one.

    Why:
        Two spellings of one word look alike and compare unequal: searches, counts and word lists
        miss one of them, and a span can begin between a letter and its accent.

    Bad:
        ```text
        Rene\u0301e said it rained.
        ```

    Good:
        ```text
        Ren\u00e9e said it rained.
        ```

    Fix:
        Normalise the text before it enters, as a new document: offsets after it change.
    """
    normal = pl.col("text").str.normalize("NFC")
    suspect = t.documents.filter(normal != pl.col("text")).select("file", "doc_id", "text")
    rows = [_decomposed(row) for row in suspect.collect().to_dicts()]
    return pl.LazyFrame(rows, schema=FAULT)


def _decomposed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the finding of the first stretch that is otherwise in NFC."""
    text = document["text"]
    pairs = zip(text, normalize("NFC", text), strict=False)
    start = next(n for n, (given, normal) in enumerate(pairs) if given != normal)
    end = start + 1
    while end < len(text) and _joins(text[start:end], text[end]):
        end += 1
    given, normal = (_points(part) for part in (text[start:end], normalize("NFC", text[start:end])))
    return in_text(document, start, end, f"has {given}, which is {normal} in NFC")


def _joins(part: str, after: str) -> bool:
    """Tell whether a character changes, in NFC, with what stands before it."""
    return normalize("NFC", part + after) != normalize("NFC", part) + after


def _points(part: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in part)


@rule("T104")
def control_character(t: Tables, schema: Schema) -> pl.LazyFrame:
    r"""A text, and a remark on it, has no control characters but tab and line breaks.

    Why:
        A NUL stops PostgreSQL and many readers; others steer terminals. Nobody sees them in a page.

    Bad:
        ```text
        She said\u0000 it rained.
        ```

    Good:
        ```text
        She said it rained.
        ```

    Fix:
        Enter the text again without the character; offsets after it change. In a remark, delete it.
    """
    remarks = t.attributes.filter(pl.col("value").str.contains(CONTROL.pattern)).select(
        *ATTRIBUTE_PLACE, message=worded("{} has a control character", "name")
    )
    return pl.concat([_in_texts(t), remarks], how="diagonal")


def _in_texts(t: Tables) -> pl.LazyFrame:
    suspect = t.documents.filter(pl.col("text").str.contains(CONTROL.pattern))
    rows = [
        in_text(row, *found.span(), f"has the control character U+{ord(found[0]):04X}")
        for row in suspect.select("file", "text", "doc_id").collect().to_dicts()
        for found in CONTROL.finditer(row["text"])
    ]
    return pl.LazyFrame(rows, schema=FAULT)


@rule("T105")
def span_out_of_range(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A span lies within its text.

    Why:
        Label Studio keeps any number; cut with such offsets, a span is empty or another one.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 0, "end": 900, "text": "She"}],
         "relations": []}
        ```

    Good:
        [She]{speaker} said it rained.

    Fix:
        Mark the span again.
    """
    start, end = pl.col("start"), pl.col("end")
    outside = (pl.min_horizontal(start, end) < 0) | (
        pl.max_horizontal(start, end) > pl.col("length")
    )
    return (
        _placed(t)
        .filter(outside)
        .select(
            *SPAN_PLACE,
            message=worded(
                "{} {}..{} is outside the text, which has 0..{}", LAYER, start, end, "length"
            ),
        )
    )


@rule("T106")
def span_inverted(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A span does not end before it starts.

    Why:
        Such a span covers nothing; the two offsets were probably exchanged by a script.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 3, "end": 0, "text": "She"}],
         "relations": []}
        ```

    Good:
        [She]{speaker} said it rained.

    Fix:
        Exchange start and end, and look whether the text is what was meant.
    """
    start, end = pl.col("start"), pl.col("end")
    return t.spans.filter(start > end).select(
        *SPAN_PLACE,
        message=worded("{} starts at {} and ends before, at {}", LAYER, start, end),
    )


@rule("T107")
def span_empty(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A span covers at least one character.

    Why:
        An empty span cannot be seen on the page, so nobody can correct it there.

    Bad:
        She said []{claim}it rained.

    Good:
        She said [it rained]{claim}.

    Fix:
        Delete it, or mark what was meant.
    """
    return t.spans.filter(pl.col("start") == pl.col("end")).select(
        *SPAN_PLACE, message=worded("{} at {} covers nothing", LAYER, "start")
    )


@rule("T108")
def covered_text_differs(t: Tables, schema: Schema) -> pl.LazyFrame:
    """The text that a span claims to cover is the text at its offsets.

    Why:
        One of the two is wrong. Old servers and scripts in JavaScript count UTF-16 units: after an
        emoji every offset is one too high.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 1, "end": 4, "text": "She"}],
         "relations": []}
        ```

    Good:
        [She]{speaker} said it rained.

    Fix:
        Trust the offsets if the annotator saw the span on the page; else mark it again.
    """
    given, text = pl.col("given_text"), pl.col("text")
    differs = t.spans.filter((given != text) & (text != ""))
    return differs.select(
        *SPAN_PLACE,
        message=worded(
            "{} says {}, but {}..{} is {}{}",
            LAYER,
            quoted("given_text"),
            "start",
            "end",
            quoted("text"),
            _utf16_hint(t, differs),
        ),
    )


def _utf16_hint(t: Tables, differs: pl.LazyFrame) -> pl.Expr:
    """Return, for each offending span, the hint that its offsets count UTF-16 units, or nothing."""
    texts = t.annotations.join(t.documents, on="doc_id").select("text", annotation="row")
    concerned = texts.join(differs, on="annotation", how="semi").collect()
    units = {row: text.encode("utf-16-le") for text, row in concerned.rows()}
    spans = differs.select("annotation", "start", "end", "given_text").collect()
    fits = [
        _utf16_slice(units.get(own, b""), *place) == given for own, *place, given in spans.rows()
    ]
    hints = [" (the offsets fit if counted in UTF-16 units)" if fit else "" for fit in fits]
    return pl.lit(pl.Series(hints, dtype=pl.String)) if hints else pl.lit("")


def _utf16_slice(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")

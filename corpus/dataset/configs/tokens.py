"""The config `tokens`: the annotated passages in tokens, with BIO tags for each layer.

A token is a word (see `corpus.tokens`) or another character that is no blank; a token within which
a span begins or ends is cut there. Tags are those of IOB2 (Tjong Kim Sang and Veenstra 1999): they
hold the outermost spans of a layer. What lies inside another span of its layer, or crosses one that
begins earlier, they cannot hold.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from corpus.dataset.released import KEY, WHO, Released
from corpus.schema import Schema
from corpus.tokens import WORD, Stretch

TOKEN = re.compile(rf"{WORD.pattern}|\S")
Row = Mapping[str, Any]


def tokens(r: Released) -> pl.LazyFrame:
    """Return a row a passage of a kind that is annotated, and annotation.

    `tokens` beside `tokens_start` and `tokens_end`; `sentence`: the number of each token's
    sentence, null outside; `<layer>_tags`: O, B-<layer> or I-<layer>.
    """
    tags = {f"{layer}_tags": pl.List(pl.String) for layer in r.schema.layers}
    lists = {"tokens": pl.List(pl.String)} | dict.fromkeys(
        ("tokens_start", "tokens_end", "sentence"), pl.List(pl.Int64)
    )
    columns = {"annotation": pl.UInt32, "passage": pl.Int64} | lists | tags
    rows = pl.LazyFrame([*_rows(r)], schema=columns, orient="row")
    ordered = r.who.join(rows, on="annotation").sort(*KEY, "passage")
    beside = {f"{name}_label": pl.col(name) for name in tags}
    return ordered.select(*WHO, "passage", *lists, *tags, **beside)


def token_labels(schema: Schema) -> dict[str, list[str]]:
    """Return column -> classes."""
    return {f"{name}_tags_label": ["O", f"B-{name}", f"I-{name}"] for name in schema.layers}


def held(tags: pl.DataFrame, layer: str) -> int:
    """Return how many spans of a layer the tags hold."""
    begun = tags[f"{layer}_tags"].list.eval(pl.element().str.starts_with("B-")).list.sum()
    return int(begun.sum())


def _rows(r: Released) -> Iterator[dict[str, Any]]:
    mine = r.spans.join(r.who, on="annotation", how="semi").sort("annotation", "span").collect()
    spans = mine.partition_by("annotation", as_dict=True)
    about = r.tables.documents.select("doc_id", "text", "passages", "sentences").collect()
    documents = {row["doc_id"]: row for row in about.to_dicts()}
    for annotation, doc_id in r.who.select("annotation", "doc_id").collect().iter_rows():
        own = spans[annotation,].to_dicts() if (annotation,) in spans else []
        for number, passage in enumerate(documents[doc_id]["passages"]):
            if passage["kind"] in r.schema.passages.annotated:
                inside = [s for s in own if passage["start"] <= s["start"] < passage["end"]]
                if row := _row(documents[doc_id], passage, inside, r.schema):
                    yield {"annotation": annotation, "passage": number} | row


def _row(document: Row, passage: Row, spans: Sequence[Row], schema: Schema) -> dict[str, Any]:
    """Return what is said of the tokens of a passage; empty if it has none."""
    text, edges = document["text"], [span[edge] for span in spans for edge in ("start", "end")]
    found = tokenized(text, passage["start"], passage["end"], edges)
    tags = {
        f"{layer}_tags": _tags(found, layer, [s for s in spans if s["layer"] == layer])
        for layer in schema.layers
    }
    starts, ends = zip(*found, strict=True) if found else ((), ())
    lists = {
        "tokens": [text[start:end] for start, end in found],
        "tokens_start": [*starts],
        "tokens_end": [*ends],
        "sentence": [*_sentences(starts, document["sentences"])],
    }
    return lists | tags if found else {}


def tokenized(text: str, start: int, end: int, edges: Iterable[int]) -> list[Stretch]:
    """Return the tokens of a stretch of a text, cut at the edges that lie in one."""
    inner, found = sorted({*edges}), list[Stretch]()
    for token in TOKEN.finditer(text, start, end):
        first, last = bisect_right(inner, token.start()), bisect_left(inner, token.end())
        cuts = (token.start(), *inner[first:last], token.end())
        found += (Stretch(*both) for both in pairwise(cuts))
    return found


def _tags(found: Sequence[Stretch], layer: str, spans: Iterable[Row]) -> list[str]:
    """Return the tags of one layer; spans: in reading order, the outer one first."""
    tags, done = ["O"] * len(found), 0
    for span in spans:
        if span["start"] >= done:
            done = span["end"]
            first = bisect_left(found, (span["start"],))
            last = bisect_left(found, (done,))
            tags[first:last] = [f"B-{layer}", *[f"I-{layer}"] * (last - first - 1)][: last - first]
    return tags


def _sentences(starts: Iterable[int], sentences: Sequence[Row]) -> Iterator[int | None]:
    begun = [sentence["start"] for sentence in sentences]
    for start in starts:
        number = bisect_right(begun, start) - 1
        yield number if number >= 0 and start < sentences[number]["end"] else None

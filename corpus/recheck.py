"""Which labels a changed section of the guidelines touches, and the round that asks for them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import polars as pl

from corpus.errors import CorpusError
from corpus.rounds import append_round, read_rounds
from corpus.schema import Schema
from corpus.tables import Tables


class Affected(msgspec.Struct, frozen=True):
    """A span that a section speaks of, in the last pass of a person over a document."""

    document: str
    annotator: str
    pass_: int
    guideline_version: str
    layer: str
    start: int
    end: int
    text: str


def affected(tables: Tables, schema: Schema, section: str) -> list[Affected]:
    """Return the spans that a section speaks of and that were labelled with older guidelines.

    They are those of the layers, with the attributes, or at the beginning of the relations that
    stand under this heading. Gold is not asked for again.

    Raises:
        CorpusError: nothing in the schema stands under such a heading.
    """
    frame = pl.concat(list(_touched(tables, schema, section))).unique()
    spans = tables.spans.join(frame, on=["annotation", "span_id"], how="semi")
    whole = (
        _last(tables)
        .join(spans.drop("row"), left_on="row", right_on="annotation")
        .sort("doc_id", "annotator", "start", "end", "layer")
    )
    columns = ("doc_id", "annotator", "pass", "guideline_version", "layer", "start", "end", "text")
    found = [Affected(*row) for row in whole.select(columns).collect().iter_rows()]
    return [a for a in found if _number(a.guideline_version) < _number(schema.guidelines)]


def _last(tables: Tables) -> pl.LazyFrame:
    own = tables.annotations.filter(state="submitted", status="single")
    return own.filter(pl.col("pass") == pl.col("pass").max().over("doc_id", "annotator"))


def _touched(t: Tables, schema: Schema, section: str) -> Iterator[pl.LazyFrame]:
    """Yield (annotation, span_id) of the spans of each part under the heading."""
    layers = [name for name, layer in schema.layers.items() if layer.guideline == section]
    names = [name for name, a in schema.shared().items() if a.guideline == section]
    types = [name for name, r in schema.relations.items() if r.guideline == section]
    if not (layers or names or types):
        there = ", ".join(dict.fromkeys(schema.headings().values())) or "none"
        raise CorpusError(
            f"no layer, attribute or relation stands under {section!r}; headings are: {there}"
        )
    yield t.spans.filter(pl.col("layer").is_in(layers)).select("annotation", "span_id")
    yield t.attributes.filter(pl.col("name").is_in(names)).select("annotation", "span_id")
    links = t.relations.filter(pl.col("type").is_in(types))
    yield links.select("annotation", span_id="from_id")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def as_text(found: Iterable[Affected]) -> str:
    """Return a line a span, and the counts."""
    found = list(found)
    lines = [
        f"{a.document} {a.annotator} pass {a.pass_} ({a.guideline_version}): {a.layer} {a.text!r}"
        f" {a.start}..{a.end}"
        for a in found
    ]
    files = {(a.document, a.annotator) for a in found}
    return "\n".join([*lines, f"{len(found)} span(s) in {len(files)} annotation(s)"])


def declare_recheck(root: Path, name: str, section: str, found: Iterable[Affected]) -> None:
    """Add to rounds.toml the round in which everybody looks at their own labels again.

    Raises:
        CorpusError: there is a round of this name, or nothing to look at.
    """
    found = list(found)
    if name in read_rounds(root):
        raise CorpusError(f"rounds.toml: there is a round {name!r}: take another name")
    if not found:
        raise CorpusError(f"no label under {section!r} is older than the guidelines: no round made")
    people = sorted({a.annotator for a in found})
    documents = sorted({a.document for a in found})
    append_round(root, name, {"kind": "recheck", "section": section}, people, documents)

"""Which labels a changed section of the guidelines touches, and the round that asks for them."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import polars as pl

from corpus.assignment import Assignment, read_assignments, write_assignments
from corpus.errors import CorpusError
from corpus.rounds import append_round, read_rounds
from corpus.schema import Schema, numbers
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


def affected(tables: Tables, schema: Schema, sections: Iterable[str]) -> list[Affected]:
    """Return the spans that sections speak of and that were labelled with older guidelines.

    They are those of the layers, with the attributes, or at the beginning of the relations that
    stand under these headings. Of each person and document the last pass counts; gold does not.

    Raises:
        CorpusError: nothing in the schema stands under such a heading.
    """
    frames = [frame for section in sections for frame in _touched(tables, schema, section)]
    frame = pl.concat(frames).unique()
    spans = tables.spans.join(frame, on=["annotation", "span_id"], how="semi")
    whole = (
        _last(tables)
        .join(spans.drop("row"), left_on="row", right_on="annotation")
        .sort("doc_id", "annotator", "start", "end", "layer")
    )
    columns = ("doc_id", "annotator", "pass", "guideline_version", "layer", "start", "end", "text")
    found = [Affected(*row) for row in whole.select(columns).collect().iter_rows()]
    return [a for a in found if numbers(a.guideline_version) < numbers(schema.guidelines)]


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


def declare_recheck(
    root: Path, name: str, sections: Sequence[str], found: Iterable[Affected]
) -> None:
    """Make the round in which everybody looks again at their own labels that are touched.

    Who has which document is recorded at once. Declared already, for the same sections, it stays.

    Raises:
        CorpusError: there is another round of this name, or nothing to look at.
    """
    found, declared = list(found), read_rounds(root).get(name)
    if declared is not None and (declared.kind, declared.sections) != ("recheck", [*sections]):
        raise CorpusError(f"rounds.toml: there is a round {name!r}: take another name")
    recorded = read_assignments(root)
    if any(a.round == name for a in recorded):
        return
    if not found:
        raise CorpusError(
            f"no label under {', '.join(sections)} is older than the guidelines: no round made"
        )
    if declared is None:
        people, documents = ({getattr(a, k) for a in found} for k in ("annotator", "document"))
        said = {"people": sorted(people), "documents": sorted(documents)}
        append_round(root, name, {"kind": "recheck", "sections": [*sections]} | said)
    write_assignments(root, [*recorded, *_again(name, found, recorded)])


def _again(
    name: str, found: Iterable[Affected], recorded: Iterable[Assignment]
) -> Iterator[Assignment]:
    """Yield one more pass of each annotation, above all that there are and that are given."""
    last = {(a.document, a.annotator): a.pass_ for a in found}
    for a in recorded:
        if a.key[:2] in last:
            last[a.key[:2]] = max(last[a.key[:2]], a.pass_)
    for (document, annotator), number in last.items():
        yield Assignment(name, document, annotator, number + 1, assisted=True)

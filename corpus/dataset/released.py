"""What of a corpus a config is made of: some of its annotations, with all that is public of them.

A document that has gold is released with gold alone; else with every annotation there is, each said
to be whose. What a later part of an interrupted quotation leads to counts for the first part (a
relation that `inherits`), on which its values stand.
"""

from dataclasses import dataclass, replace

import polars as pl

from corpus.dataset.provenance import kinds
from corpus.schema import Schema
from corpus.tables import Tables

KEY = ("doc_id", "annotator", "pass")
WHO = (*KEY, "kind", "status")
PLACE = ("start", "end", "text")
ROLES = {"span_id": "id", "span": "span", "layer": "layer"} | {name: name for name in PLACE}
"""Column of a span -> what it is called behind the name of an end of a relation."""


@dataclass(frozen=True)
class Released:
    """Annotations and what is public of them, in an order that depends on the content only.

    who: WHO, versions and `annotation` (the row), sorted by KEY. spans: annotation, layer, span_id,
    PLACE, and `span`: the number in reading order, the outer one first, from 0. relations:
    annotation, type, both ends (`from_span` and so on). parts: annotation, span_id and `first`, of
    the spans that go on with another. tables: with the relations of the first parts.
    """

    schema: Schema
    tables: Tables
    who: pl.LazyFrame
    spans: pl.LazyFrame
    relations: pl.LazyFrame
    parts: pl.LazyFrame

    def with_ends(self, relations: pl.LazyFrame) -> pl.LazyFrame:
        """Return relations (annotation, type, from_id, to_id) with the columns of both ends."""
        for end in ("from", "to"):
            names = {f"{end}_{role}": pl.col(column) for column, role in ROLES.items()}
            side = self.spans.select("annotation", **names)
            relations = relations.join(side, on=["annotation", f"{end}_id"])
        return relations.sort("annotation", "from_span", "type", "to_span")


def gold(tables: Tables) -> pl.LazyFrame:
    """Return the rows of the annotations to release: gold, or what there is of a document."""
    submitted = tables.annotations.filter(state="submitted")
    decided = pl.col("status") != "single"
    return submitted.filter(decided | ~decided.any().over("doc_id"))


def singles(tables: Tables) -> pl.LazyFrame:
    """Return the rows of what each annotator handed in."""
    return tables.annotations.filter(state="submitted", status="single")


def released(tables: Tables, schema: Schema, chosen: pl.LazyFrame) -> Released:
    """Return these annotations, with the attributes that are published."""
    public = [name for name, attribute in schema.shared().items() if attribute.published]
    tables = replace(tables, attributes=tables.attributes.filter(pl.col("name").is_in(public)))
    parts = _parts(tables, schema)
    own = tables.relations.select("annotation", "type", "from_id", "to_id").unique()
    made = Released(
        schema,
        replace(tables, relations=_of_firsts(own, parts)),
        _who(tables, chosen),
        _spans(tables, schema),
        own,
        parts,
    )
    return replace(made, relations=made.with_ends(own))


def _who(tables: Tables, chosen: pl.LazyFrame) -> pl.LazyFrame:
    known = tables.documents.select("doc_id")
    return (
        chosen.join(known, on="doc_id", how="semi")
        .join(kinds(tables), left_on="row", right_on="annotation", how="left")
        .select(*WHO, "schema_version", "guideline_version", annotation="row")
        .sort(*KEY)
    )


def _spans(tables: Tables, schema: Schema) -> pl.LazyFrame:
    order = pl.col("layer").replace_strict(
        {name: number for number, name in enumerate(schema.layers)}, default=len(schema.layers)
    )
    ordered = tables.spans.sort("annotation", "start", -pl.col("end"), order, "span_id")
    number = pl.int_range(pl.len(), dtype=pl.Int64).over("annotation")
    return ordered.select("annotation", "layer", "span_id", *PLACE, span=number)


def _parts(tables: Tables, schema: Schema) -> pl.LazyFrame:
    """Return (annotation, span_id, first) of later parts, however many there are between."""
    inherit = [name for name, relation in schema.relations.items() if relation.inherits]
    links = tables.relations.filter(pl.col("type").is_in(inherit)).select(
        "annotation", span_id="from_id", first="to_id"
    )
    before = {(row, part): first for row, part, first in links.collect().iter_rows()}
    rows = [(*key, _first(key[0], part, before)) for key, part in before.items()]
    return pl.LazyFrame(
        rows,
        schema={"annotation": pl.UInt32, "span_id": pl.String, "first": pl.String},
        orient="row",
    )


def _first(annotation: int, part: str, before: dict[tuple[int, str], str]) -> str:
    while (annotation, part) in before:
        part = before[annotation, part]
    return part


def _of_firsts(relations: pl.LazyFrame, parts: pl.LazyFrame) -> pl.LazyFrame:
    """Return the relations, those of a later part as relations of the first one."""
    firsts = parts.rename({"span_id": "from_id"})
    joined = relations.join(firsts, on=["annotation", "from_id"], how="left")
    from_ = pl.coalesce("first", "from_id").alias("from_id")
    return joined.with_columns(from_).drop("first").unique()

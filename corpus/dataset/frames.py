"""Tables -> the frames of the dataset's configs, in an order that depends on the content only.

A document that has gold is published with gold alone; else with every annotation there is, each
said to be whose. `documents` has a row a document and annotation; a layer's config a row a span;
`relations` a row a relation.
"""

from dataclasses import replace

import polars as pl

from corpus.dataset.attributions import attributions
from corpus.dataset.derived import with_derived
from corpus.dataset.provenance import kinds
from corpus.schema import BESIDE, CONFIGS, Attribute, Layer, Schema
from corpus.tables import Tables, wide

KEY = ("doc_id", "annotator", "pass")
WHO = (*KEY, "kind", "status")
DOCUMENTS, RELATIONS, ATTRIBUTIONS = CONFIGS
ABOUT = ("title", "source", "url", "date", "date_inferred", "language", "licence")
PLACE = ("span_id", "start", "end", "text")


def configs(schema: Schema) -> list[str]:
    """Return the names of the configs; the first is the default."""
    last = [RELATIONS] if schema.attributions is None else [RELATIONS, ATTRIBUTIONS]
    return [DOCUMENTS, *(layer.plural for layer in schema.layers.values()), *last]


def example_column(schema: Schema) -> tuple[str, str] | None:
    """Return (config, closed attribute) to show first: of the layer with the most to show."""
    for layer in sorted(schema.layers.values(), key=lambda layer: -len(layer.attributes)):
        for name, attribute in layer.attributes.items():
            if attribute.kind == "choice" and not attribute.multiple:
                return layer.plural, name
    return None


def frames(tables: Tables, schema: Schema) -> dict[str, pl.DataFrame]:
    """Return config -> frame; label names are strings here, numbers are added with the features."""
    public = [name for name, attribute in schema.shared().items() if attribute.published]
    said = tables.attributes.filter(pl.col("name").is_in(public))
    tables = replace(tables, attributes=said)  # what stays with the team enters no column
    who, spans = _released(tables), _spans(tables, schema)
    relations = _relations(tables, spans)
    lazy = {DOCUMENTS: _documents(tables.documents, said, who, spans, relations)}
    for name, layer in schema.layers.items():
        lazy[layer.plural] = _flat(tables, who, spans.filter(layer=name), layer)
    lazy[RELATIONS] = _ends(who, relations)
    if schema.attributions is not None:
        lazy[ATTRIBUTIONS] = attributions(tables, schema, who, relations, KEY)
    return dict(zip(lazy, pl.collect_all(lazy.values()), strict=True))


def _released(tables: Tables) -> pl.LazyFrame:
    submitted = tables.annotations.filter(state="submitted")
    gold = pl.col("status") != "single"
    chosen = submitted.filter(gold | ~gold.any().over("doc_id"))
    published = tables.documents.filter(release="text").select("doc_id")
    return (
        chosen.join(published, on="doc_id", how="semi")
        .join(kinds(tables), left_on="row", right_on="annotation", how="left")
        .select(*WHO, "schema_version", "guideline_version", annotation="row")
        .sort(*KEY)
    )


def _spans(tables: Tables, schema: Schema) -> pl.LazyFrame:
    """Return the spans in reading order, the outer one first, with their number in that order."""
    order = pl.col("layer").replace_strict(
        {name: number for number, name in enumerate(schema.layers)}, default=len(schema.layers)
    )
    columns = ("annotation", "layer", *PLACE)
    return tables.spans.sort("annotation", "start", -pl.col("end"), order, "span_id").select(
        *columns, number=pl.int_range(pl.len()).over("annotation")
    )


def _relations(tables: Tables, spans: pl.LazyFrame) -> pl.LazyFrame:
    joined = tables.relations.select("annotation", "type", "from_id", "to_id")
    for end in ("from", "to"):
        names = {"span_id": "id", "layer": "layer", "start": "start", "end": "end"}
        names |= {"text": "text", "number": "number"}
        side = spans.select("annotation", **{f"{end}_{v}": k for k, v in names.items()})
        joined = joined.join(side, on=["annotation", f"{end}_id"])
    return joined.sort("annotation", "from_number", "type", "to_number")


def _documents(
    documents: pl.LazyFrame,
    said: pl.LazyFrame,
    who: pl.LazyFrame,
    spans: pl.LazyFrame,
    relations: pl.LazyFrame,
) -> pl.LazyFrame:
    ordered = said.sort("name", "value").group_by("annotation", "span_id", maintain_order=True)
    attributes = ordered.agg(attributes=pl.struct("name", "value"))
    empty = pl.lit([], dtype=pl.List(pl.Struct({"name": pl.String, "value": pl.String})))
    full = spans.join(attributes, on=["annotation", "span_id"], how="left").with_columns(
        pl.col("attributes").fill_null(empty)
    )
    inner = full.sort("annotation", "number").group_by("annotation", maintain_order=True)
    nested = inner.agg(spans=pl.struct("span_id", "layer", "start", "end", "text", "attributes"))
    links = relations.group_by("annotation", maintain_order=True).agg(
        relations=pl.struct("type", "from_id", "to_id")
    )
    about = documents.select("doc_id", "text", "text_sha256", *ABOUT, "passages", "sentences")
    whole = who.join(about, on="doc_id", maintain_order="left")
    for lists in (nested, links):
        whole = whole.join(lists, on="annotation", how="left", maintain_order="left")
    return whole.drop("annotation").with_columns(
        pl.col(name).fill_null([]) for name in ("spans", "relations")
    )


def _flat(tables: Tables, who: pl.LazyFrame, spans: pl.LazyFrame, layer: Layer) -> pl.LazyFrame:
    published = {name: a for name, a in layer.attributes.items() if a.published}
    values = wide(tables, {name: a.multiple for name, a in published.items()})
    rows = _with_sentence(who.join(spans, on="annotation"), tables)
    rows = rows.sort(*KEY, "number").join(
        values, on=["annotation", "span_id"], how="left", maintain_order="left"
    )
    for name, attribute in published.items():
        rows = _typed(tables, rows, name, attribute)
    where = ("sentence", "sentence_start", "sentence_end")
    own = [column for name, a in published.items() for column in columns_of(name, a)]
    return with_derived(tables, rows, layer).select(*WHO, *PLACE, *own, *layer.derive, *where)


def columns_of(name: str, attribute: Attribute) -> list[str]:
    """Return the columns that an attribute has in its layer's config."""
    beside = BESIDE.get(attribute.kind)
    return [name, f"{name}_{beside}"] if beside else [name]


def _typed(tables: Tables, rows: pl.LazyFrame, name: str, attribute: Attribute) -> pl.LazyFrame:
    if attribute.multiple:
        rows = rows.with_columns(pl.col(name).fill_null([]).list.sort())
    if attribute.kind == "flag":
        return rows.with_columns(pl.col(name).is_not_null())
    if attribute.kind == "choice":
        return rows.with_columns(pl.col(name).alias(f"{name}_label"))
    if attribute.kind == "entity":
        entities = tables.entities.select("entity_id", "name").collect()
        called = dict(entities.iter_rows())
        name_of = pl.element() if attribute.multiple else pl.col(name)
        named = name_of.replace_strict(called, default=None, return_dtype=pl.String)
        whole = pl.col(name).list.eval(named) if attribute.multiple else named
        return rows.with_columns(whole.alias(f"{name}_name"))
    return rows


def _with_sentence(rows: pl.LazyFrame, tables: Tables) -> pl.LazyFrame:
    """Add the sentence in which a span starts; null where it starts in none."""
    found = rows.sort("start").join_asof(
        _sentences(tables).sort("sentence_start"),
        left_on="start",
        right_on="sentence_start",
        by="doc_id",
        check_sortedness=False,
    )
    inside = pl.col("start") < pl.col("sentence_end")
    columns = ("sentence", "sentence_start", "sentence_end")
    return found.with_columns(pl.when(inside).then(column).alias(column) for column in columns)


def _sentences(tables: Tables) -> pl.LazyFrame:
    """Return a row a sentence; `text` is sliced in Python, since polars walks the string."""
    rows = [
        (doc_id, text[s["start"] : s["end"]], s["start"], s["end"])
        for doc_id, text, sentences in tables.documents.select("doc_id", "text", "sentences")
        .collect()
        .iter_rows()
        for s in sentences
    ]
    types = {"sentence_start": pl.Int64, "sentence_end": pl.Int64}
    columns = {"doc_id": pl.String, "sentence": pl.String} | types
    return pl.LazyFrame(rows, schema=columns, orient="row")


def _ends(who: pl.LazyFrame, relations: pl.LazyFrame) -> pl.LazyFrame:
    ends = [
        f"{end}_{name}"
        for end in ("from", "to")
        for name in ("id", "layer", "start", "end", "text")
    ]
    rows = who.join(relations, on="annotation", maintain_order="left_right")
    return rows.select(*WHO, "type", pl.col("type").alias("type_label"), *ends)

"""The rows of one annotator, made of the config `annotations`: a document, a layer, a relation."""

from collections.abc import Iterator

import polars as pl

from corpus.dataset.covered import filled
from corpus.dataset.released import KEY, PLACE, WHO
from corpus.errors import CorpusError
from corpus.research.lazy import Lazy
from corpus.research.rows import DOCUMENTS, SPLIT, WHAT, Table, Tables
from corpus.research.vocabulary import RELATIONS, layers_of

ANNOTATIONS = "annotations"
SENTENCE = ("sentence", "sentence_start", "sentence_end")
ENDS = ("span", "layer", *PLACE, *SENTENCE)
SPAN = (*KEY, "span")
OWN = {*WHO[1:], "schema_version", "guideline_version", "spans", "relations"}
"""Columns of `documents` that are of the annotation, not of the text."""


def annotators(tables: Tables) -> dict[str, tuple[str, int]]:
    """Return name -> (annotator, pass) of whoever annotated: `m2`, and `m2.2` for a second pass."""
    if ANNOTATIONS not in tables:
        return {}
    keys = _people(tables[DOCUMENTS].frame).select(KEY[1:]).unique().sort(KEY[1:])
    return {a if number == 1 else f"{a}.{number}": (a, number) for a, number in keys.iter_rows()}


def _people(documents: pl.DataFrame) -> pl.DataFrame:
    """Return (doc_id, annotator, pass, kind) of whoever annotated, also without any mark."""
    every = documents.select("doc_id", "annotators").explode("annotators")
    return every.drop_nulls("annotators").unnest("annotators")


def _own(rows: pl.DataFrame, annotator: str, number: int) -> pl.DataFrame:
    return rows.filter(annotator=annotator).filter(pl.col("pass") == number)


def of_annotator(tables: Tables, name: str) -> Tables:
    """Return what one annotator marked as the configs that gold has: documents, layers, relations.

    The layers have the attributes that the annotator said, not what a build makes of them.
    `annotations` stays that of all.
    """
    known = annotators(tables)
    if name not in known:
        raise CorpusError(f"no annotator {name!r}; there are {', '.join(known) or 'none'}")
    annotator, number = known[name]
    documents = tables[DOCUMENTS].frame.unique("doc_id", keep="first", maintain_order=True)
    rows = _own(tables[ANNOTATIONS].frame, annotator, number)
    spans = _with_sentences(rows, documents)
    made = dict(_layers(spans, tables))
    made[RELATIONS] = _relations(spans, tables)
    people = _own(_people(documents), annotator, number)
    made[DOCUMENTS] = Table(_documents(people, spans, made[RELATIONS].frame, documents))
    made[ANNOTATIONS] = tables[ANNOTATIONS]
    held = {config: table for config, table in made.items() if table.frame.height}
    return Lazy(sorted(held), held.__getitem__, f"{WHAT} of {name}")


def _with_sentences(rows: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in the order of the documents, with split and sentence."""
    place = pl.col("sentences").struct
    sentences = (
        documents.select("doc_id", "sentences")
        .explode("sentences")
        .drop_nulls("sentences")
        .select("doc_id", sentence_start=place.field("start"), sentence_end=place.field("end"))
    )
    found = rows.sort("start").join_asof(
        sentences.sort("sentence_start"),
        left_on="start",
        right_on="sentence_start",
        by="doc_id",
        check_sortedness=False,
        coalesce=False,
    )
    inside = pl.col("start") < pl.col("sentence_end")
    edges = [pl.when(inside).then(name).alias(name) for name in SENTENCE[1:]]
    whole = found.with_columns(*edges, sentence=pl.lit(None, pl.String)).drop(SPLIT)
    order = documents.select("doc_id", SPLIT).with_row_index("place")
    joined = whole.join(order, on="doc_id").sort("place", "span")
    return filled(joined, dict(documents.select("doc_id", "text").iter_rows()))


def _layers(spans: pl.DataFrame, tables: Tables) -> Iterator[tuple[str, Table]]:
    names = layers_of(tables)
    every = _said(tables[ANNOTATIONS].frame)
    for (layer,), rows in spans.partition_by("layer", as_dict=True).items():
        plural = names.get(layer, layer)
        gold = tables[plural] if plural in tables else Table(pl.DataFrame())
        yield plural, _layer(rows, gold, every.filter(layer=layer))


def _said(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each value of each span."""
    pair = pl.col("attributes").struct
    own = rows.select(*SPAN, "layer", "attributes").explode("attributes").drop_nulls("attributes")
    return own.select(*SPAN, "layer", name=pair.field("name"), value=pair.field("value"))


def _layer(rows: pl.DataFrame, gold: Table, every: pl.DataFrame) -> Table:
    """Return the spans of a layer with what is said of them, in columns like those of its gold."""
    kinds = _kinds(gold, every)
    values = every.group_by(SPAN).agg(_typed(name, kind) for name, kind in kinds.items())
    whole = rows.join(values, on=SPAN, how="left", maintain_order="left").with_columns(
        pl.col(name).fill_null([] if kind == pl.List else False)
        for name, kind in kinds.items()
        if kind in (pl.List, pl.Boolean)
    )
    classes = {name: gold.classes[name] for name in kinds if name in gold.classes}
    head = ("doc_id", SPLIT, *WHO[1:], "span", *PLACE)
    return Table(whole.select(*head, *kinds, *SENTENCE), classes)


def _kinds(gold: Table, every: pl.DataFrame) -> dict[str, pl.DataType]:
    """Return attribute -> type of its column; where gold tells none, as the values need it."""
    several = every.group_by(*SPAN, "name").len().group_by("name").agg(pl.col("len").max())
    said = {
        name: pl.List(pl.String) if most > 1 else pl.String()
        for name, most in several.sort("name").iter_rows()
    }
    known = {
        name: kind
        for name, kind in gold.frame.schema.items()
        if name in said or name in gold.classes or kind == pl.Boolean
    }
    return known | {name: kind for name, kind in said.items() if name not in known}


def _typed(name: str, kind: pl.DataType) -> pl.Expr:
    value = pl.col("value").filter(pl.col("name") == name)
    if kind == pl.Boolean:
        return (value.len() > 0).alias(name)
    return (value.sort() if kind == pl.List else value.first()).alias(name)


def _relations(spans: pl.DataFrame, tables: Tables) -> Table:
    """Return the relations with both their ends, as the config `relations` has them."""
    link = pl.col("relations").struct
    links = spans.select("place", *KEY, "relations", from_span="span").explode("relations")
    rows = links.drop_nulls("relations").with_columns(
        type=link.field("type"), to_span=link.field("to_span")
    )
    for end in ("from", "to"):
        names = {f"{end}_{name}": pl.col(name) for name in ENDS}
        who = () if end == "to" else (SPLIT, *(name for name in WHO if name not in KEY))
        rows = rows.join(spans.select(*KEY, *who, **names), on=[*KEY, f"{end}_span"])
    ends = [f"{end}_{name}" for end in ("from", "to") for name in ENDS]
    ordered = rows.sort("place", "from_span", "type", "to_span")
    gold = tables.get(RELATIONS, Table(pl.DataFrame())).classes
    return Table(ordered.select("doc_id", SPLIT, *WHO[1:], "type", *ends), gold)


def _documents(
    people: pl.DataFrame, spans: pl.DataFrame, relations: pl.DataFrame, documents: pl.DataFrame
) -> pl.DataFrame:
    """Return a row a document, nested."""
    links = relations.group_by(KEY, maintain_order=True).agg(
        relations=pl.struct("type", "from_span", "to_span")
    )
    marks = spans.group_by(KEY, maintain_order=True).agg(
        spans=pl.struct("layer", *PLACE, "attributes")
    )
    nested = people.with_columns(status=pl.lit("single"))
    for made in (marks, links):
        nested = nested.join(made, on=KEY, how="left", maintain_order="left")
    about = documents.select(name for name in documents.columns if name not in OWN)
    whole = nested.join(about, on="doc_id", maintain_order="left")
    head, lists = ("doc_id", SPLIT, *WHO[1:]), ("spans", "relations")
    filled_ = whole.with_columns(pl.col("spans", "relations").fill_null([]))
    return filled_.select(*head, pl.all().exclude(*head, *lists), *lists)

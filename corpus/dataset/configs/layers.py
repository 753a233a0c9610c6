"""A config for each layer: its spans, flat.

A closed attribute is two columns: its name as text (`certainty`), which every reader shows, and the
ClassLabel beside it (`certainty_label`). An entity is its id, its name and its Wikidata QID.
"""

import polars as pl

from corpus.dataset.derived import with_derived
from corpus.dataset.released import KEY, PLACE, WHO, Released
from corpus.dataset.sentences import with_sentence
from corpus.schema import BESIDE, Attribute, Layer
from corpus.tables import wide


def layer_rows(r: Released, name: str) -> pl.LazyFrame:
    """Return a row a span of the layer."""
    layer = r.schema.layers[name]
    published = {name: a for name, a in layer.attributes.items() if a.published}
    values = wide(r.tables, {name: a.multiple for name, a in published.items()})
    rows = with_sentence(r.who.join(r.spans.filter(layer=name), on="annotation"), r.tables)
    rows = rows.sort(*KEY, "span").join(
        values, on=["annotation", "span_id"], how="left", maintain_order="left"
    )
    for name, attribute in published.items():
        rows = _typed(r, rows, name, attribute)
    own = [column for name, a in published.items() for column in columns_of(name, a)]
    where = ("sentence", "sentence_start", "sentence_end")
    made = with_derived(r, rows, layer)
    return made.select(*WHO, "span", *PLACE, *own, *layer.derive, *where)


def layer_labels(layer: Layer) -> dict[str, list[str]]:
    """Return column -> classes."""
    return {
        f"{name}_label": [*attribute.values]
        for name, attribute in layer.attributes.items()
        if attribute.published and attribute.kind == "choice"
    }


def columns_of(name: str, attribute: Attribute) -> list[str]:
    """Return the columns that an attribute has in its layer's config."""
    return [name, *(f"{name}_{what}" for what in BESIDE.get(attribute.kind, ()))]


def _typed(r: Released, rows: pl.LazyFrame, name: str, attribute: Attribute) -> pl.LazyFrame:
    if attribute.multiple:
        rows = rows.with_columns(pl.col(name).fill_null([]).list.sort())
    if attribute.kind == "flag":
        return rows.with_columns(pl.col(name).is_not_null())
    if attribute.kind == "choice":
        return rows.with_columns(pl.col(name).alias(f"{name}_label"))
    if attribute.kind == "entity":
        entities = r.tables.entities.select("entity_id", *BESIDE["entity"]).collect()
        return rows.with_columns(
            _looked_up(dict(entities.select("entity_id", what).iter_rows()), name, attribute).alias(
                f"{name}_{what}"
            )
            for what in BESIDE["entity"]
        )
    return rows


def _looked_up(known: dict[str, str | None], name: str, attribute: Attribute) -> pl.Expr:
    key = pl.element() if attribute.multiple else pl.col(name)
    found = key.replace_strict(known, default=None, return_dtype=pl.String)
    return pl.col(name).list.eval(found) if attribute.multiple else found

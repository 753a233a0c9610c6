"""A: rules about labels, attributes and entities. All of them follow from the schema."""

import polars as pl

from corpus.rules.declared import inheriting
from corpus.rules.rule import (
    ATTRIBUTE_PLACE,
    FAULT,
    SPAN_PLACE,
    WHO,
    quoted,
    rule,
    submissions,
    worded,
)
from corpus.schema import Kind, Schema
from corpus.tables import Tables, defaults

OWN = ["annotation", "span_id"]


def _declared(schema: Schema) -> pl.LazyFrame:
    """Return a row for each attribute of each layer."""
    rows = [(layer, name, a.kind, a.required, a.multiple) for layer, name, a in schema.attributes()]
    types = {"layer": pl.String, "name": pl.String, "kind": pl.String}
    columns = types | {"required": pl.Boolean, "multiple": pl.Boolean}
    return pl.LazyFrame(rows, schema=columns, orient="row")


def _values_of(t: Tables, schema: Schema, kind: Kind) -> pl.LazyFrame:
    names = [name for name, attribute in schema.shared().items() if attribute.kind == kind]
    return t.attributes.filter(pl.col("name").is_in(names))


def _spans(t: Tables) -> pl.LazyFrame:
    return t.spans.unique(OWN, keep="first", maintain_order=True)


@rule("A101")
def unknown_layer(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A span's label is a layer of the schema.

    Why:
        Label Studio lets a used label be renamed or dropped without a word; the spans keep the old.

    Bad:
        [She]{person} said it rained.

    Good:
        [She]{speaker} said it rained.

    Fix:
        Relabel the span, or declare the layer in the schema.
    """
    known = pl.col("layer").is_in(list(schema.layers)).fill_null(value=False)
    return t.spans.filter(~known).select(
        *SPAN_PLACE,
        message=worded(
            f"{{}} has the label {{}}; there are {', '.join(schema.layers)}",
            quoted("text"),
            quoted("layer"),
        ),
    )


@rule("A102")
def unknown_attribute(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An attribute is one of the schema.

    Why:
        What is said under a name that nobody declared is in no table and in no release.

    Bad:
        She said [it rained]{claim mood=grim}.

    Good:
        She said [it rained]{claim certain}.

    Fix:
        Correct the name, or declare the attribute in the schema.
    """
    unknown = ~pl.col("name").is_in(list(schema.shared()))
    return t.attributes.filter(unknown).select(
        *ATTRIBUTE_PLACE, message=worded("{} is no attribute of the schema", quoted("name"))
    )


@rule("A103")
def attribute_on_wrong_layer(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An attribute stands on a layer that has it.

    Why:
        It was meant for another span, which now lacks it.

    Bad:
        [She]{speaker certainty=certain} said it rained.

    Good:
        She said [it rained]{claim certainty=certain}.

    Fix:
        Remove it here, and look which span it was meant for.
    """
    pairs = _declared(schema).select("layer", "name")
    known = pl.col("name").is_in(list(schema.shared())) & pl.col("layer").is_in(list(schema.layers))
    said = t.attributes.filter(~pl.col("defaulted"))
    on = said.join(_spans(t).select(*OWN, "layer", "start", "end"), on=OWN)
    return (
        on.filter(known)
        .join(pairs, on=["layer", "name"], how="anti")
        .select(
            *SPAN_PLACE,
            message=worded("{} has the attribute {} of another layer", "layer", "name"),
        )
    )


@rule("A104")
def unknown_value(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A closed attribute has one of its declared values.

    Why:
        A release knows the declared values only; another one would be published as another label.

    Bad:
        She said [it rained]{claim certainty=perhaps}.

    Good:
        She said [it rained]{claim certainty=possible}.

    Fix:
        Choose a declared value, or declare this one with its definition.
    """
    pairs = [(n, v) for n, a in schema.shared().items() for v in a.values]
    pairs += [(n, "true") for n, a in schema.shared().items() if a.kind == "flag"]
    columns = {"name": pl.String, "value": pl.String}
    closed = pl.concat([_values_of(t, schema, "choice"), _values_of(t, schema, "flag")])
    unknown = closed.join(
        pl.LazyFrame(pairs, schema=columns, orient="row"), on=["name", "value"], how="anti"
    )
    return unknown.select(
        *ATTRIBUTE_PLACE, message=worded("{} has no value {}", "name", quoted("value"))
    )


@rule("A105", schema="hedgerow")
def attribute_missing(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A span has every attribute that its layer requires.

    Why:
        A missing value is no value of its own: it cannot be counted, compared or published.

    Bad:
        [Rain]{event#e type=OTHER} fell. [It was bad]{claim author value}.

    Good:
        [Rain]{event#e type=OTHER} fell. [It was bad]{claim author value certain}.

    Fix:
        Choose a value. Label Studio asks for it at Submit if the project has our config. The second
        part of an interrupted quotation (`continues`) needs none.
    """
    required = _declared(schema).filter("required").select("layer", "name")
    whole = _spans(t).join(inheriting(t, schema), on=OWN, how="anti", maintain_order="left")
    needed = whole.join(required, on="layer", maintain_order="left_right")
    said = t.attributes.filter(pl.col("value").str.strip_chars() != "")
    return needed.join(said, on=[*OWN, "name"], how="anti").select(
        *SPAN_PLACE, message=worded("{} {} has no {}", "layer", quoted("text"), "name")
    )


@rule("A106")
def attribute_repeated(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An attribute has one value, or several different ones if the schema says multiple.

    Why:
        Two values of a single choice contradict each other; whoever reads the first takes sides.

    Bad:
        She said [it rained]{claim certain possible}.

    Good:
        She said [it rained]{claim certain topic=weather,trade}.

    Fix:
        Keep the value that is meant.
    """
    several = [name for name, attribute in schema.shared().items() if attribute.multiple]
    key = [*OWN, "name"]
    single = ~pl.col("name").is_in(several)
    repeated = (single & (pl.len().over(key) > 1)) | (pl.len().over(*key, "value") > 1)
    found = t.attributes.filter(repeated).group_by(key, maintain_order=True)
    return found.agg(pl.col("line").first(), pl.col("value")).select(
        *ATTRIBUTE_PLACE,
        message=worded("{} has the values {}", "name", pl.col("value").list.join(", ")),
    )


@rule("A107")
def attribute_orphan(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An attribute belongs to a span.

    Why:
        The span was deleted or its id changed: the judgement is there, but of nothing.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": [
            {"id": "a", "type": "choices", "from_name": "certainty", "to_name": "text",
             "value": {"start": 9, "end": 18, "text": "it rained", "choices": ["certain"]}}]}]}]
        ```

    Good:
        She said [it rained]{claim certain}.

    Fix:
        Mark the span again and choose its attributes, or delete the left-over.
    """
    return t.attributes.join(t.spans, on=OWN, how="anti").select(
        *ATTRIBUTE_PLACE,
        message=worded("{} {} is of no span", "name", quoted("value")),
    )


@rule("A108")
def entity_unknown(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An entity that a span names is in seeds/entities.toml.

    Why:
        Coreference here is equal ids: a misspelt id is one more person.

    Bad:
        ```entities
        mayor
        ```
        [She]{speaker entity=mayr} said it rained.

    Good:
        ```entities
        mayor
        ```
        [She]{speaker entity=mayor} said it rained.

    Fix:
        Correct the id, or enter the entity with its name and type.
    """
    known = t.entities.select("entity_id")
    named = _values_of(t, schema, "entity")
    return named.join(known, left_on="value", right_on="entity_id", how="anti").select(
        *ATTRIBUTE_PLACE,
        message=worded("{} is no entity of seeds/entities.toml", quoted("value")),
    )


@rule("A109")
def wikidata_malformed(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A Wikidata id is Q and a number.

    Why:
        Whoever joins on it finds nothing, or another thing.

    Bad:
        ```entities
        mayor wikidata=q42
        ```
        [She]{speaker entity=mayor} said it rained.

    Good:
        ```entities
        mayor wikidata=Q42
        ```
        [She]{speaker entity=mayor} said it rained.

    Fix:
        Look the id up and confirm it; leave it out where it cannot be confirmed.
    """
    malformed = ~pl.col("wikidata").str.contains(r"^Q[1-9][0-9]*$")
    return t.entities.filter(malformed).select(
        "file",
        pl.col("entity_id").alias("item"),
        message=worded("{} has the Wikidata id {}", quoted("entity_id"), quoted("wikidata")),
    )


@rule("A110", "warning")
def wikidata_shared(t: Tables, schema: Schema) -> pl.LazyFrame:
    """No two entities have one Wikidata id.

    Why:
        They are one, entered twice, so that half of what it says is counted as another's; or one of
        the ids is wrong.

    Bad:
        ```entities
        mayor wikidata=Q42
        lee wikidata=Q42
        ```
        [She]{speaker entity=mayor} said that [Lee]{speaker entity=lee} left.

    Good:
        ```entities
        mayor wikidata=Q42
        lee wikidata=Q43
        ```
        [She]{speaker entity=mayor} said that [Lee]{speaker entity=lee} left.

    Fix:
        Keep one entity and correct the spans that name the other; or look the id up again.
    """
    first, names = pl.col("entity_id").first().over("wikidata"), ("entity_id", "wikidata", "first")
    known = t.entities.filter(pl.col("wikidata").is_not_null()).with_columns(first=first)
    return known.filter(pl.col("entity_id") != pl.col("first")).select(
        "file",
        pl.col("entity_id").alias("item"),
        message=worded("{} has the Wikidata id {} of {}", *map(quoted, names)),
    )


@rule("A111", "warning", whole=True)
def entity_unused(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An entity of seeds/entities.toml is named by a span.

    Why:
        It lengthens every annotator's menu. Often it is there twice, and the spans name its double.

    Bad:
        ```entities
        mayor
        ambassador
        ```
        [She]{speaker entity=mayor} said it rained.

    Good:
        ```entities
        mayor
        ```
        [She]{speaker entity=mayor} said it rained.

    Fix:
        Remove it, or look for the spans that mean it. It is not asked of entities that a text may
        still need which nobody has annotated yet: those that it lists, or all if it lists none.
    """
    waiting = (
        t.documents.join(submissions(t), on="doc_id", how="anti").collect()["entities"].to_list()
    )
    if None in waiting:
        return pl.LazyFrame(schema=FAULT)
    needed = pl.col("entity_id").is_in([entity for listed in waiting for entity in listed])
    named = _values_of(t, schema, "entity")
    unused = t.entities.join(named, left_on="entity_id", right_on="value", how="anti")
    return unused.filter(~needed).select(
        "file",
        pl.col("entity_id").alias("item"),
        message=worded("{} is named by no span", quoted("entity_id")),
    )


@rule("A112", "warning")
def defaults_untouched(t: Tables, schema: Schema) -> pl.LazyFrame:
    """Who marks 100 spans of a layer says otherwise than its defaults in one of them at least.

    Why:
        A default that is never changed was probably never looked at: its values are nobody's
        judgement. Below 100 spans it is not asked: what is rare (a denial) may be missing in fewer.

    Bad:
        ```100 times
        They said [it rained]{claim}.
        ```

    Good:
        ```99 times
        They said [it rained]{claim}.
        ```
        They said [it rained]{claim refute}.

    Fix:
        Go through the spans again with the annotator; or declare the attribute without a default. A
        default that is said aloud counts as looked at.
    """
    columns = {"layer": pl.String, "name": pl.String, "value": pl.String}
    declared = pl.LazyFrame(list(defaults(schema)), schema=columns, orient="row")
    people = submissions(t).select("annotator", "annotation")
    asked = _spans(t).join(people, on="annotation").join(declared, on="layer")
    told = t.attributes.filter(~pl.col("defaulted"))
    touched = asked.join(told, on=[*OWN, "name"], how="semi")
    key, value = ["annotator", "layer"], worded("{} {}", "name", "value")
    number = pl.struct(OWN).n_unique()
    found = asked.group_by(key).agg(pl.col("annotation").min(), said=value.unique(), number=number)
    left = found.join(touched, on=key, how="anti", nulls_equal=True).filter(pl.col("number") >= 100)
    said = pl.col("said").list.sort().list.join(", ")
    words = "{} left every default of {} {} spans as it was ({})"
    return left.select("annotation", message=worded(words, WHO, "number", "layer", said))

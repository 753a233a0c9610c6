"""What in a schema cannot be meant, though each of its keys can be read."""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from corpus.schema.language import (
    BESIDE,
    CONFIGS,
    TITLE,
    Attribute,
    Layer,
    Passages,
    RelationType,
    Schema,
)

KEY = re.compile(r"[0-9a-tv-z]|shift\+[a-z]")
"""Keys that Label Studio leaves free in a text task (u unselects)."""
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
VERSION = re.compile(r"\d+\.\d+\.\d+")
LINE = re.compile(r"\S(.*\S)?")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
PLURAL = re.compile(r"[^\W_][\w-]*")
TAKEN = frozenset(
    {"doc_id", "annotation", "annotator", "pass", "kind", "status", "span_id", "layer", "span"}
    | {"text", "start", "end", "number", "sentence", "sentence_start", "sentence_end", "entities"}
    | {"split", "schema_version", "guideline_version"}
    | {"question", "document_question", "proposed_entity", "conflicts"}
)
"""Names that the labelling config or the dataset uses itself; no attribute may bear one."""
NO_PLURAL = (*CONFIGS, "default", "splits")
"""What no layer's config may be called: as another is, or `datasets` or Croissant calls others."""


def problems(schema: Schema) -> Iterator[str]:
    """Yield what cannot be meant, the key first."""
    yield from _unshowable(schema)
    if len(schema.title) not in TITLE:
        found = f"{len(schema.title)} characters"
        yield f"title has {found}: expected {TITLE[0]} to {TITLE[-1]}, as Label Studio allows"
    for key, version in (("version", schema.version), ("guidelines", schema.guidelines)):
        if not VERSION.fullmatch(version):
            yield f"{key} {version!r} is no version: expected MAJOR.MINOR.PATCH"
    if not schema.layers:
        yield "no layer: expected at least one [layers.NAME]"
    if not schema.passages.annotated:
        yield "passages.annotated is empty: no passage could hold a span"
    kinds = {f.name: getattr(schema.passages, f.name) for f in msgspec.structs.fields(Passages)}
    yield from _repeated("kind", ((f"passages.{n}", k) for n, own in kinds.items() for k in own))
    yield from _repeated("title", ((n, la.title) for n, la in schema.layers.items()))
    plurals = ((name, layer.plural.casefold()) for name, layer in schema.layers.items())
    yield from _repeated("plural", plurals)
    yield from _repeated("key", _keys(schema))
    for place, key in _keys(schema):
        if not KEY.fullmatch(key):
            yield f"{place}: key {key!r} cannot be used: expected {KEY.pattern}"
    for name, layer in schema.layers.items():
        yield from _layer_problems(schema, name, layer)
    for name, relation in schema.relations.items():
        yield from _relation_problems(schema, f"relations.{name}", relation)
    yield from _attribution_problems(schema)
    yield from _factuality_problems(schema)


def _unshowable(schema: Schema) -> Iterator[str]:
    """Yield what is blank or breaks a page, of all that people are shown."""
    lines = [(key, getattr(schema, key)) for key in ("name", "title", "licence")]
    texts = {f"layers.{n}: definition": layer.definition for n, layer in schema.layers.items()}
    texts |= {f"relations.{n}: definition": r.definition for n, r in schema.relations.items()}
    for name, attribute in schema.shared().items():
        texts[f"attribute {name}: definition"] = attribute.definition
        for value, entry in attribute.values.items():
            lines.append((f"attribute {name}: value", value))
            texts[f"attribute {name}, value {value}: definition"] = entry.definition
    for place, line in lines:
        if not LINE.fullmatch(line) or UNSEEN.search(line):
            yield f"{place} {line!r} cannot be used: expected one line without blanks around it"
    for place, text in texts.items():
        if not text.strip() or UNSEEN.search(text):
            yield f"{place} {text!r} is blank or has a control character"


def _keys(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield (place, hotkey) for all that can be pressed."""
    for name, layer in schema.layers.items():
        yield f"layers.{name}", layer.key
    for name, attribute in schema.shared().items():
        if attribute.key is not None:
            yield f"attribute {name}", attribute.key
        for value, entry in attribute.values.items():
            if entry.key is not None:
                yield f"attribute {name}, value {value}", entry.key


def _repeated(what: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for place, value in pairs:
        if value in first:
            yield f"{place}: {what} {value!r} is taken by {first[value]}"
        first.setdefault(value, place)


def _layer_problems(schema: Schema, name: str, layer: Layer) -> Iterator[str]:
    place = f"layers.{name}"
    if not layer.title.strip() or not layer.title.isprintable() or "," in layer.title:
        yield f"{place}: title {layer.title!r} cannot be used: expected printable, without a comma"
    if not PLURAL.fullmatch(layer.plural) or layer.plural.casefold() in NO_PLURAL:
        others = " and ".join(NO_PLURAL)
        yield (
            f"{place}: plural {layer.plural!r} cannot name a config of the dataset: expected"
            f" letters, digits, '-' and '_', and neither of {others}"
        )
    if not COLOUR.fullmatch(layer.colour):
        yield f"{place}: colour {layer.colour!r} is not of the form #rrggbb"
    if (layer.depth > 0) != (layer.overlap == "nested"):
        yield f"{place}: depth {layer.depth} does not fit overlap {layer.overlap!r}"
    if layer.repeat_by is not None and layer.overlap != "nested":
        yield f"{place}: repeat_by does not go with overlap {layer.overlap!r}, only with 'nested'"
    if layer.repeat_by is not None and name not in _from(schema, layer.repeat_by):
        yield f"{place}: repeat_by {layer.repeat_by!r} is no relation from {name!r}"
    for key, attribute in layer.attributes.items():
        yield from _attribute_problems(f"{place}.attributes.{key}", key, attribute)
        yield from _shared_problems(schema, f"{place}.attributes", layer, key)


def _shared_problems(schema: Schema, place: str, layer: Layer, name: str) -> Iterator[str]:
    """Yield where an attribute takes the name of another's column, or of another layer's."""
    attribute = layer.attributes[name]
    for what in BESIDE.get(attribute.kind, ()):
        if (column := f"{name}_{what}") in layer.attributes:
            yield f"{place}.{column}: is the name of a second column for {name!r}"
    if schema.shared()[name] is not attribute:
        yield (
            f"{place}.{name}: another layer has an attribute of this name;"
            " rename one, or declare it once for all layers under [attributes]"
        )


def _attribute_problems(place: str, name: str, attribute: Attribute) -> Iterator[str]:
    if name in TAKEN:
        yield f"{place}: the name is taken; call it otherwise ({', '.join(sorted(TAKEN))} are)"
    if (attribute.kind == "choice") != bool(attribute.values):
        yield (
            f"{place}: kind {attribute.kind!r} with {len(attribute.values)} values:"
            " a choice has values, another kind has none"
        )
    if attribute.default is not None:
        if attribute.default not in attribute.values:
            there = ", ".join(attribute.values)
            yield f"{place}: default {attribute.default!r} is no value of it (there are {there})"
        if attribute.required or attribute.multiple:
            yield f"{place}: a default does not go with required or multiple"
    if attribute.multiple and attribute.kind in ("flag", "text"):
        yield f"{place}: kind {attribute.kind!r} cannot be multiple"
    yield from _scale_problems(place, attribute)
    if attribute.key is not None and attribute.kind != "flag":
        yield f"{place}: only a flag has a key; a choice's values have one each"


def _scale_problems(place: str, attribute: Attribute) -> Iterator[str]:
    for value in attribute.scale:
        if value not in attribute.values:
            there = ", ".join(attribute.values)
            yield f"{place}: scale names {value!r}, no value of it (there are {there})"
        elif attribute.scale.count(value) > 1:
            yield f"{place}: scale names {value!r} twice"


def _from(schema: Schema, relation: str) -> list[str]:
    return schema.relations[relation].from_ if relation in schema.relations else []


def _relation_problems(schema: Schema, place: str, relation: RelationType) -> Iterator[str]:
    for end, layers in (("from", relation.from_), ("to", relation.to)):
        if not layers:
            yield f"{place}: {end!r} is empty (one of {', '.join(schema.layers)})"
        for layer in layers:
            if layers.count(layer) > 1:
                yield f"{place}: {end!r} names layer {layer!r} twice"
            if layer not in schema.layers:
                there = ", ".join(schema.layers)
                yield f"{place}: {end!r} names layer {layer!r}, but there are {there}"
                return
    yield from _condition_problems(schema, f"{place}.to_when", relation.to, relation.to_when)
    if relation.clusters and set(relation.from_) != set(relation.to):
        yield f"{place}: clusters: expected the same layers at both ends"
    for name in relation.same:
        both = {*relation.from_, *relation.to}
        yield from _condition_problems(schema, f"{place}.same", both, {name: None})
    for number, count in enumerate(relation.counts, 1):
        at = f"{place}.counts[{number}]"
        yield from _condition_problems(schema, f"{at}.when", relation.from_, count.when)
        if count.min < 0 or (count.max is not None and count.max < count.min):
            yield f"{at}: min {count.min} and max {count.max} leave no number"


def _attribution_problems(schema: Schema) -> Iterator[str]:
    roles = msgspec.structs.asdict(schema.attributions) if schema.attributions else {}
    for role, name in roles.items():
        if name not in schema.relations:
            there = ", ".join(schema.relations) or "none"
            yield f"attributions.{role}: {name!r} is no relation (there are {there})"
            return
    from_ = [{*_from(schema, name)} for name in roles.values()]
    if from_ and not set.intersection(*from_):
        yield "attributions: source and cue leave no common layer"


def _factuality_problems(schema: Schema) -> Iterator[str]:
    if (said := schema.factuality) is None:
        return
    for role, name in (("asserts", said.asserts), ("source", said.source)):
        if name not in schema.relations:
            there = ", ".join(schema.relations) or "none"
            yield f"factuality.{role}: {name!r} is no relation (there are {there})"
            return
    asserts = schema.relations[said.asserts]
    if not {*asserts.from_} & {*_from(schema, said.source)}:
        yield "factuality: asserts and source leave no common layer"
    for role, name, layers in (
        ("certainty", said.certainty, asserts.from_),
        ("polarity", said.polarity, asserts.to),
    ):
        attribute = schema.shared().get(name)
        if attribute is None or attribute.kind != "choice" or attribute.multiple:
            yield f"factuality.{role}: {name!r} is no attribute with one value of several"
        elif not {*layers} & {*schema.layers_with(name)}:
            yield f"factuality.{role}: {name!r} is said of no {' and no '.join(layers)}"


def _condition_problems(
    schema: Schema, place: str, layers: Iterable[str], condition: Mapping[str, list[str] | None]
) -> Iterator[str]:
    for name, values in condition.items():
        if values == []:
            yield f"{place}: {name!r} has no value, so that it never holds"
        for layer in layers:
            attribute = schema.layers[layer].attributes.get(name)
            if attribute is None:
                yield f"{place}: layer {layer!r} has no attribute {name!r}"
            elif unknown := [v for v in values or [] if v not in attribute.values]:
                there = ", ".join(attribute.values)
                yield f"{place}: {name!r} has no value {unknown[0]!r} (there are {there})"


def unlinked(schema: Schema, headings: Iterable[str], where: str) -> Iterator[str]:
    """Yield the links that lead to no heading of the guidelines."""
    there = list(headings)
    for place, heading in schema.headings().items():
        if heading not in there:
            known = ", ".join(there) or "none"
            yield f"{place}: guideline {heading!r} is no heading of {where} (there are {known})"

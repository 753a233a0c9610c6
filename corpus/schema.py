"""The annotation schema: `schemas/<name>.toml` -> Schema, Layer, Attribute, RelationType.

A schema declares what may be marked in a text and what must hold of it. The labelling config,
the JSON Schema of the annotation files, the rules' checks and the dataset's features are all
made from it; nothing else in the package names a layer.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from corpus.errors import SchemaError
from corpus.findings import Severity
from corpus.toml import convert, read_toml

Kind = Literal["choice", "entity", "flag", "text"]
T = TypeVar("T")

NAME = re.compile(r"[a-z][a-z0-9_]*")
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
    | {"schema_version", "guideline_version"}
    | {"question", "document_question", "proposed_entity"}
)
"""Names that the labelling config or the dataset uses itself; no attribute may bear one."""
CONFIGS = ("documents", "relations")
"""Configs that every dataset has; no layer's may be called so."""
BESIDE = {"choice": "label", "entity": "name"}
"""Kind -> what a second column of such an attribute says; it is called <attribute>_<this>."""
TITLE = range(3, 51)
"""How many characters Label Studio allows for the title of a project."""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A TOML table of which every key is known."""


class Value(Table, frozen=True, forbid_unknown_fields=True):
    """One value of a closed attribute."""

    definition: str
    key: str | None = None


class Attribute(Table, frozen=True, forbid_unknown_fields=True):
    """What is said about a span.

    kind: `choice` takes one of `values`; `entity` an id of the entity table; `flag` is set or
    not; `text` is free. `default` is what an untouched span has. `published` is false where
    the attribute stays with the team: it is in no annotation file and no dataset.
    """

    definition: str
    kind: Kind = "choice"
    required: bool = False
    multiple: bool = False
    default: str | None = None
    published: bool = True
    key: str | None = None
    values: dict[str, Value] = {}


class Layer(Table, frozen=True, forbid_unknown_fields=True):
    """A kind of span.

    overlap: `none`, spans of the layer never overlap each other; `nested`, one may lie strictly
    inside another, `depth` levels deep; `free`, anything. `repeat_by` names a relation: the same
    stretch may be marked twice if the relation leads to different spans. `linked` is set where
    every span must be an end of some relation: the rule that a breach is reported under. `title`
    is its label in Label Studio.
    """

    title: str
    plural: str
    definition: str
    colour: str
    key: str
    overlap: Literal["none", "nested", "free"] = "none"
    depth: int = 0
    repeat_by: str | None = None
    linked: str | None = None
    attributes: dict[str, Attribute] = {}


class Count(Table, frozen=True, forbid_unknown_fields=True):
    """How many relations of a type must leave a span for which `when` holds.

    when: attribute -> the values for which the count is asked; empty: every span of the layer.
    rule: the name under which a breach is reported; severity: as what, if not as that rule is.
    """

    when: dict[str, list[str]] = {}
    min: int = 0
    max: int | None = None
    rule: str = "relation-count"
    severity: Severity | None = None


class RelationType(Table, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A directed link between two spans; `from` is its head.

    to_when: attribute -> values that the span at the `to` end must have. same: attributes that
    must be equal at both ends. earlier: the `to` end stands before the `from` end in the text.
    inherits: what is required of a span (attributes, least counts) stands on the `to` end for both,
    and is not asked of the `from` end.
    apart: the rule that is broken when the `to` end lies inside the `from` end.
    """

    definition: str
    from_: list[str]
    to: list[str]
    to_when: dict[str, list[str]] = {}
    same: list[str] = []
    earlier: bool = False
    inherits: bool = False
    apart: str | None = None
    counts: list[Count] = []


class Passages(Table, frozen=True, forbid_unknown_fields=True):
    """The kinds of passage: `annotated` ones hold spans, `other` ones do not."""

    annotated: list[str]
    other: list[str] = []


class About(Table, frozen=True, forbid_unknown_fields=True):
    """What stands at the top of a schema; `licence` is that of the annotations."""

    name: str
    version: str
    guidelines: str
    title: str
    licence: str
    passages: Passages


class Schema(About, frozen=True, forbid_unknown_fields=True):
    """A whole schema; `path` is the file it was read from."""

    path: str
    layers: dict[str, Layer]
    relations: dict[str, RelationType]

    def attributes(self) -> Iterable[tuple[str, str, Attribute]]:
        """Yield (layer, name, attribute) for each attribute of each layer, in file order."""
        for layer_name, layer in self.layers.items():
            for name, attribute in layer.attributes.items():
                yield layer_name, name, attribute

    def shared(self) -> dict[str, Attribute]:
        """Return the attributes by name (a name is one attribute); those of all layers last."""
        found = {name: attribute for _, name, attribute in self.attributes()}
        return dict(sorted(found.items(), key=lambda item: len(self.layers_with(item[0]))))

    def layers_with(self, attribute: str) -> list[str]:
        """Return the names of the layers that have this attribute."""
        return [name for name, layer in self.layers.items() if attribute in layer.attributes]


def read_schema(path: Path) -> Schema:
    """Read and check a schema file; SchemaError names the file and the key that is wrong."""
    raw = read_toml(path, SchemaError)
    schema = _schema(str(path), raw)
    _check(schema)
    return schema


def find_schema(root: Path) -> Path:
    """Return the one schema file of a corpus folder (lexicons beside it are none)."""
    found = sorted(p for p in (root / "schemas").glob("*.toml") if ".lexicon." not in f".{p.name}")
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise SchemaError(f"{root / 'schemas'}: expected one schema (*.toml), found {names}")
    return found[0]


def _schema(path: str, raw: dict[str, Any]) -> Schema:
    """Build the schema table by table, so that a message can name the table it speaks of."""
    shared = _tables(path, "attributes", raw.pop("attributes", {}), _attribute)
    layers = _tables(path, "layers", raw.pop("layers", {}), _layer)
    for name, layer in layers.items():
        if clash := shared.keys() & layer.attributes.keys():
            raise SchemaError(f"{path}: layers.{name}: attribute {min(clash)!r} is also shared")
        layers[name] = msgspec.structs.replace(layer, attributes=layer.attributes | shared)
    relations = _tables(path, "relations", raw.pop("relations", {}), _relation)
    about = msgspec.structs.asdict(_convert(path, "", raw, About))
    return Schema(**about, path=path, layers=layers, relations=relations)


def _tables(
    path: str, place: str, raw: object, build: Callable[[str, str, Any], T]
) -> dict[str, T]:
    if not isinstance(raw, dict):
        raise SchemaError(f"{path}: {place!r} is not a table: expected [{place}.NAME]")
    for name in raw:
        if not NAME.fullmatch(name):
            raise SchemaError(f"{path}: {place}.{name}: a name is of the form {NAME.pattern}")
    return {name: build(path, f"{place}.{name}", table) for name, table in raw.items()}


def _layer(path: str, place: str, raw: Any) -> Layer:
    inner = raw.pop("attributes", {}) if isinstance(raw, dict) else {}
    attributes = _tables(path, f"{place}.attributes", inner, _attribute)
    return msgspec.structs.replace(_convert(path, place, raw, Layer), attributes=attributes)


def _attribute(path: str, place: str, raw: Any) -> Attribute:
    inner = raw.pop("values", {}) if isinstance(raw, dict) else {}
    if not isinstance(inner, dict):
        raise SchemaError(f"{path}: {place}.values is not a table of NAME = {{definition = …}}")
    values = {k: _convert(path, f"{place}.values.{k}", v, Value) for k, v in inner.items()}
    return msgspec.structs.replace(_convert(path, place, raw, Attribute), values=values)


def _relation(path: str, place: str, raw: Any) -> RelationType:
    return _convert(path, place, raw, RelationType)


def _convert(path: str, place: str, raw: Any, kind: type[T]) -> T:
    return convert(Path(path), place, raw, kind, SchemaError)


def _check(schema: Schema) -> None:
    """Raise SchemaError at the first thing that cannot be meant."""
    for problem in _problems(schema):
        raise SchemaError(f"{schema.path}: {problem}")


def _problems(schema: Schema) -> Iterator[str]:
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
    if not PLURAL.fullmatch(layer.plural) or layer.plural.casefold() in CONFIGS:
        others = " and ".join(CONFIGS)
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
        if (column := f"{key}_{BESIDE.get(attribute.kind)}") in layer.attributes:
            yield f"{place}.attributes.{column}: is the name of a second column for {key!r}"
        if schema.shared()[key] is not attribute:
            yield (
                f"{place}.attributes.{key}: another layer has an attribute of this name;"
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
    if attribute.key is not None and attribute.kind != "flag":
        yield f"{place}: only a flag has a key; a choice's values have one each"


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
    for name in relation.same:
        both = {*relation.from_, *relation.to}
        yield from _condition_problems(schema, f"{place}.same", both, {name: None})
    for number, count in enumerate(relation.counts, 1):
        at = f"{place}.counts[{number}]"
        yield from _condition_problems(schema, f"{at}.when", relation.from_, count.when)
        if count.min < 0 or (count.max is not None and count.max < count.min):
            yield f"{at}: min {count.min} and max {count.max} leave no number"


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

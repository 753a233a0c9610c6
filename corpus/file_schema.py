"""Schema -> the JSON Schema (draft 2020-12) of its annotation files.

For editors and for tools in other languages. It says what one file can say by itself; what needs
the text, the entities or two spans at once is for the rules.
"""

from typing import Any

from corpus.faults import SPAN_ID
from corpus.schema import Attribute, Layer, Schema
from corpus.seeds import DOC_ID
from corpus.store import ANNOTATOR

Json = dict[str, Any]
OFFSET: Json = {"type": "integer", "minimum": 0}
ID: Json = {"type": "string", "pattern": SPAN_ID}


def file_schema(schema: Schema) -> Json:
    """Return the JSON Schema of annotations/<doc_id>/<annotator>.json."""
    major = schema.version.partition(".")[0]
    head: Json = {
        "document": {"type": "string", "pattern": f"^{DOC_ID.pattern}$"},
        "annotator": {"type": "string", "pattern": f"^{ANNOTATOR.pattern}$"},
        "pass": {"type": "integer", "minimum": 1},
        "schema_version": {"type": "string", "pattern": rf"^{major}\.\d+\.\d+$"},
        "guideline_version": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
        "text_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
    parts = {name for r in schema.relations.values() if r.inherits for name in r.from_}
    spans = [_span(name, layer, name in parts) for name, layer in schema.layers.items()]
    relation = {"type": {"enum": list(schema.relations)}, "from": ID, "to": ID}
    lists = {"spans": _list({"oneOf": spans}), "relations": _list(_closed(relation))}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{schema.title}: annotation file ({schema.name} {schema.version})",
    } | _closed(head | lists)


def _span(name: str, layer: Layer, part: bool) -> Json:
    """Return the schema of a span; nothing is required of one that may be a part of another."""
    published = {key: a for key, a in layer.attributes.items() if a.published}
    attributes = _closed({key: _value(attribute) for key, attribute in published.items()})
    attributes["required"] = [key for key, a in published.items() if a.required and not part]
    place = {"id": ID, "layer": {"const": name}, "start": OFFSET, "end": OFFSET}
    text = {"type": "string", "minLength": 1}
    return {"description": layer.definition} | _closed(
        place | {"text": text, "attributes": attributes}
    )


def _value(attribute: Attribute) -> Json:
    about: Json = {"description": attribute.definition}
    if attribute.kind == "flag":
        return about | {"const": True}
    one: Json = {"enum": list(attribute.values)} if attribute.values else {"type": "string"}
    if attribute.multiple:
        return about | _list(one) | {"minItems": 1, "uniqueItems": True}
    return about | one | ({"default": attribute.default} if attribute.default else {})


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _closed(properties: Json) -> Json:
    """Return an object of which every property is known and required."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }

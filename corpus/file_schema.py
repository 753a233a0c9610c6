"""Schema -> the JSON Schema (draft 2020-12) of its annotation files.

For editors and for tools in other languages. It says what one file can say by itself; what needs
the text, the entities or two spans at once is for the rules.
"""

from typing import Any

from corpus.schema import Attribute, Layer, Schema
from corpus.seeds import DOC_ID
from corpus.store import ANNOTATOR

Json = dict[str, Any]
OFFSET: Json = {"type": "integer", "minimum": 0}
SPAN_ID: Json = {"type": "string", "pattern": r"^[A-Za-z0-9_.:#-]{1,100}$"}


def file_schema(schema: Schema) -> Json:
    """Return the JSON Schema of annotations/<doc_id>/<annotator>.json."""
    head: Json = {
        "document": {"type": "string", "pattern": f"^{DOC_ID.pattern}$"},
        "annotator": {"type": "string", "pattern": f"^{ANNOTATOR.pattern}$"},
        "pass": {"type": "integer", "minimum": 1},
        "schema_version": {"const": schema.version},
        "guideline_version": {"type": "string"},
        "text_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
    spans = [_span(name, layer) for name, layer in schema.layers.items()]
    relation = {"type": {"enum": list(schema.relations)}, "from": SPAN_ID, "to": SPAN_ID}
    lists = {"spans": _list({"oneOf": spans}), "relations": _list(_closed(relation))}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{schema.title}: annotation file ({schema.name} {schema.version})",
    } | _closed(head | lists)


def _span(name: str, layer: Layer) -> Json:
    published = {key: a for key, a in layer.attributes.items() if a.published}
    attributes = _closed({key: _value(attribute) for key, attribute in published.items()})
    attributes["required"] = [key for key, a in published.items() if a.required]
    place = {"id": SPAN_ID, "layer": {"const": name}, "start": OFFSET, "end": OFFSET}
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

"""The features of each config: the one source of README's YAML and of the Parquet metadata.

A closed attribute is two columns: its name as text (`certainty`), which every reader shows, and
the ClassLabel beside it (`certainty_label`), whose names come with the dataset.
"""

from typing import TYPE_CHECKING

from corpus.dataset.attributions import CONTENT, ENTITIES, LISTS
from corpus.dataset.derived import DERIVED
from corpus.dataset.frames import ATTRIBUTIONS, DOCUMENTS, RELATIONS
from corpus.schema import Attribute, Layer, Schema

if TYPE_CHECKING:
    from datasets import Features


def features(schema: Schema) -> "dict[str, Features]":
    """Return config -> features, in the order of the columns."""
    made = {DOCUMENTS: _documents(schema)}
    made |= {layer.plural: _flat(layer) for layer in schema.layers.values()}
    made[RELATIONS] = _relations(schema)
    return made if schema.attributions is None else made | {ATTRIBUTIONS: _attributions()}


def _who() -> "Features":
    from datasets import Features, Value

    text = Value("string")
    return Features(
        {"doc_id": text, "annotator": text, "pass": Value("int64"), "kind": text, "status": text}
    )


def _documents(schema: Schema) -> "Features":
    from datasets import ClassLabel, Features, List, Value

    text, number = Value("string"), Value("int64")
    kinds = ClassLabel(names=[*schema.passages.annotated, *schema.passages.other])
    said = List({"name": text, "value": text})
    place = {"span_id": text, "layer": text, "start": number, "end": number, "text": text}
    named = ("title", "source", "url", "date", "date_inferred", "language", "licence")
    about = {name: Value("bool") if name == "date_inferred" else text for name in named}
    return Features(
        _who()
        | {"schema_version": text, "guideline_version": text, "text": text, "text_sha256": text}
        | about
        | {"passages": List({"kind": kinds, "start": number, "end": number})}
        | {"sentences": List({"start": number, "end": number})}
        | {"spans": List(place | {"attributes": said})}
        | {"relations": List({"type": text, "from_id": text, "to_id": text})}
    )


def _flat(layer: Layer) -> "Features":
    from datasets import Features, List, Value

    text, number = Value("string"), Value("int64")
    columns = _who() | {"span_id": text, "start": number, "end": number, "text": text}
    for name, attribute in layer.attributes.items():
        if attribute.published:
            columns |= _attribute(name, attribute)
    for name in layer.derive:
        columns |= {name: List(text) if DERIVED[name].many else text}
    return Features(columns | {"sentence": text, "sentence_start": number, "sentence_end": number})


def _attribute(name: str, attribute: Attribute) -> "Features":
    from datasets import ClassLabel, Features, List, Value

    text = Value("string")
    both: dict[str, object] = {name: text}
    if attribute.kind == "flag":
        return Features({name: Value("bool")})
    if attribute.kind == "choice":
        both[f"{name}_label"] = ClassLabel(names=list(attribute.values))
    if attribute.kind == "entity":
        both[f"{name}_name"] = text
    return Features({k: List(v) if attribute.multiple else v for k, v in both.items()})


def _attributions() -> "Features":
    from datasets import Features, List, Value

    def kind(column: str) -> Value:
        return Value("int64" if "_start" in column or "_end" in column else "string")

    content = [f"content_{what}" for what in CONTENT]
    columns = {name: kind(name) for name in content}
    return Features(_who() | columns | {name: List(kind(name)) for name in (*LISTS, ENTITIES)})


def _relations(schema: Schema) -> "Features":
    from datasets import ClassLabel, Features, Value

    text, number = Value("string"), Value("int64")
    columns = _who() | {"type": text, "type_label": ClassLabel(names=list(schema.relations))}
    for end in ("from", "to"):
        columns |= {f"{end}_id": text, f"{end}_layer": text, f"{end}_start": number}
        columns |= {f"{end}_end": number, f"{end}_text": text}
    return Features(columns)

"""Tables -> Label Studio's tasks, annotations and pre-annotations."""

import html
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from corpus.labelstudio.config import ENTITIES, SPAN, TEXT
from corpus.schema import Schema
from corpus.tables import Tables, submitted

Json = dict[str, Any]
NAMESPACE = uuid.UUID("6d0c8c8a-6a0f-5a43-9f4b-2f3e3c1b7d11")
"""Of the ids that make a repeated push of one annotation the same push."""


def tasks(
    tables: Tables, schema: Schema, suggested: Mapping[str, list[Json]] | None = None
) -> list[Json]:
    """Return one task a document, with all that the export needs to be read without us.

    suggested: doc_id -> `result` list of a pre-annotation that the task carries.
    """
    entities = [_entity(row) for row in tables.entities.collect().to_dicts()]
    found: list[Json] = [
        {
            "data": {
                "doc_id": row["doc_id"],
                "title": row["title"],
                TEXT: row["text"],
                "text_sha256": row["text_sha256"],
                "schema_version": schema.version,
                "guideline_version": schema.guidelines,
                ENTITIES: entities,
            }
        }
        for row in tables.documents.collect().to_dicts()
    ]
    for task in found:
        if result := (suggested or {}).get(task["data"]["doc_id"]):
            task["predictions"] = [{"model_version": "corpus", "result": result}]
    return found


def results(tables: Tables, schema: Schema) -> Iterator[tuple[Json, list[Json]]]:
    """Yield (annotation, its `result` list) for each submitted annotation.

    Values that are there by default only are not sent, so that they come back untouched.
    """
    for annotation, own in submitted(tables):
        yield annotation, _result(own, schema)


def unique_id(annotation: Json, task: int) -> str:
    """Return the id under which an annotation is posted to a task: the same key, the same id.

    The task is part of it, since an id is taken on the whole server: the same annotation in a
    second project would be refused as posted already.
    """
    key = (annotation["doc_id"], annotation["annotator"], str(annotation["pass"]), str(task))
    return str(uuid.uuid5(NAMESPACE, "\n".join(key)))


def _entity(row: Json) -> Json:
    """Return one choice: Label Studio shows `html`, or in a menu the id with `hint` as tooltip."""
    name = f"{row['name']} ({row['type']})"
    return {"value": row["entity_id"], "html": html.escape(name), "hint": name}


def _result(own: dict[str, list[Json]], schema: Schema) -> list[Json]:
    values: dict[str, dict[str, list[str]]] = {}
    for row in own["attributes"]:
        if not row["defaulted"]:
            values.setdefault(row["span_id"], {}).setdefault(row["name"], []).append(row["value"])
    result: list[Json] = []
    for span in own["spans"]:
        label = schema.layers[span["layer"]].title
        result.append(_item(span, SPAN, "labels", {"text": span["text"], "labels": [label]}))
        for name, given in values.pop(span["span_id"], {}).items():
            result.append(_attribute(span, name, given, schema))
    return result + [_relation(row) for row in own["relations"]]


def _attribute(span: Json, name: str, given: list[str], schema: Schema) -> Json:
    kind = schema.shared()[name].kind
    if kind == "text":
        return _item(span, name, "textarea", {"text": given})
    chosen = [name] if kind == "flag" else given
    return _item(span, name, "choices", {"text": span["text"], "choices": chosen})


def _item(span: Json, control: str, kind: str, value: Json) -> Json:
    return {
        "id": span["span_id"],
        "from_name": control,
        "to_name": TEXT,
        "type": kind,
        "origin": "manual",
        "value": {"start": span["start"], "end": span["end"]} | value,
    }


def _relation(row: Json) -> Json:
    ends = {"from_id": row["from_id"], "to_id": row["to_id"]}
    return {"type": "relation", **ends, "direction": "right", "labels": [row["type"]]}

"""Tables -> Label Studio's tasks, annotations and pre-annotations."""

import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

from corpus.errors import CorpusError, SeedError
from corpus.labelstudio.config import ENTITIES, SPAN, TEXT
from corpus.schema import Schema
from corpus.seeds import UNLISTED
from corpus.tables import Tables, submitted

Json = dict[str, Any]
NAMESPACE = uuid.UUID("6d0c8c8a-6a0f-5a43-9f4b-2f3e3c1b7d11")
"""Of the ids that make a repeated push of one annotation the same push."""

MANY = 300
"""How many entities a menu holds at most where the document does not list its own."""
NOT_LISTED: Json = {
    "value": "… not in this list: write who below",
    "alias": UNLISTED,
    "hint": "The team decides, and puts them into the list.",
}


def tasks(tables: Tables, schema: Schema) -> list[Json]:
    """Return one task a document, with all that the export needs to be read without us."""
    entities = _entities(tables)
    return [
        {
            "data": {
                "doc_id": row["doc_id"],
                "title": row["title"],
                TEXT: row["text"],
                "text_sha256": row["text_sha256"],
                "schema_version": schema.version,
                "guideline_version": schema.guidelines,
                ENTITIES: _candidates(row, entities),
            }
        }
        for row in tables.documents.collect().to_dicts()
    ]


def made_with(given: list[Json], tables: Tables) -> list[Json]:
    """Return the tasks, each saying with which versions the labels of its document were made.

    CorpusError if they were made with several: a task can say one.
    """
    found: dict[str, tuple[str, str]] = {}
    columns = ("doc_id", "file", "schema_version", "guideline_version")
    for doc_id, file, *both in tables.annotations.select(columns).collect().iter_rows():
        schema, guidelines = both
        if found.setdefault(doc_id, (schema, guidelines)) != (schema, guidelines):
            raise CorpusError(
                f"{file}: was made with schema {schema} and guidelines {guidelines}, and other"
                " labels of the document with others: one task cannot hold both"
            )
    return [{**task, "data": task["data"] | _versions(found, task)} for task in given]


def _versions(found: dict[str, tuple[str, str]], task: Json) -> dict[str, str]:
    both = found.get(task["data"]["doc_id"])
    return {} if both is None else {"schema_version": both[0], "guideline_version": both[1]}


def _candidates(document: Json, entities: dict[str, Json]) -> list[Json]:
    """Return the entities to choose from: those that the document lists, else all."""
    listed = document["entities"]
    if listed is None and len(entities) > MANY:
        raise SeedError(
            f"{document['file'].removesuffix('.txt')}.toml: has no 'entities', and the table has "
            f"{len(entities)}: list those that may be meant in this text, or the page is slow"
        )
    named = entities.keys() if listed is None else listed
    return [*(entities[name] for name in named), NOT_LISTED]


def results(tables: Tables, schema: Schema) -> Iterator[tuple[Json, list[Json]]]:
    """Yield (annotation, its `result` list) for each submitted annotation.

    Values that are there by default only are not sent, so that they come back untouched.
    """
    for annotation, own in submitted(tables):
        yield annotation, result(own, schema)


def unique_id(annotation: Json, task: int) -> str:
    """Return the id under which an annotation is posted to a task: the same key, the same id.

    The task is part of it, since an id is taken on the whole server: the same annotation in a
    second project would be refused as posted already.
    """
    key = (annotation["doc_id"], annotation["annotator"], str(annotation["pass"]), str(task))
    return str(uuid.uuid5(NAMESPACE, "\n".join(key)))


def _entities(tables: Tables) -> dict[str, Json]:
    """Return the choices by id: the menu shows `value`, what is chosen comes back as `alias`."""
    rows = tables.entities.collect().to_dicts()
    shown = Counter((row["name"], row["type"]) for row in rows)
    found = {}
    for row in rows:
        about = row["type"] if shown[row["name"], row["type"]] == 1 else row["entity_id"]
        name = f"{row['name']} ({about})"
        hint = row["description"] or name
        found[row["entity_id"]] = {"value": name, "alias": row["entity_id"], "hint": hint}
    return found


def result(own: dict[str, list[Json]], schema: Schema) -> list[Json]:
    """Return spans, attributes and relations, rows of their tables, as a `result`."""
    values: dict[str, dict[str, list[str]]] = {}
    for row in own["attributes"]:
        if not row["defaulted"]:
            values.setdefault(row["span_id"], {}).setdefault(row["name"], []).append(row["value"])
    made: list[Json] = []
    for span in own["spans"]:
        label = schema.layers[span["layer"]].title
        made.append(_item(span, SPAN, "labels", {"text": span["text"], "labels": [label]}))
        for name, given in values.pop(span["span_id"], {}).items():
            made.append(_attribute(span, name, given, schema))
    return made + [_relation(row) for row in own["relations"]]


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

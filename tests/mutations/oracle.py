"""What a file says, and whether it can be meant, in plain Python: no reader or rule of ours.

A file becomes its contents, one an annotation, in the form of an annotation file. Whatever is not
as the formats say raises Unreadable.
"""

import hashlib
import itertools
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any, NoReturn

import jsonschema

from tests.corpora import ROOT

Json = dict[str, Any]
DOC = "000_c51f7e79a197f6f3"
TEXT = (ROOT / "seeds" / f"{DOC}.txt").read_bytes().decode()
SEED = tomllib.loads((ROOT / "seeds" / f"{DOC}.toml").read_text("utf-8"))
ENTITIES = tomllib.loads((ROOT / "seeds" / "entities.toml").read_text("utf-8"))["entities"]
SCHEMA = tomllib.loads((ROOT / "schemas" / "hedgerow.toml").read_text("utf-8"))
LAYERS, RELATIONS = SCHEMA["layers"], SCHEMA["relations"]
TITLES = {layer["title"]: name for name, layer in LAYERS.items()}
TEAM = ("question", "proposed_entity", "document_question")
FIELDS = {
    "labels": {"id": str, "from_name": str, "to_name": str, "value": dict},
    "choices": {"id": str, "from_name": str, "to_name": str, "value": dict},
    "textarea": {"id": str, "from_name": str, "to_name": str, "value": dict},
    "relation": {"from_id": str, "to_id": str, "direction": str, "labels": list},
}


class UnreadableError(Exception):
    """The file says nothing, or two things."""


def require(holds: object, what: object) -> None:
    if not holds:
        raise UnreadableError(what)


def plain(data: bytes) -> Any:
    """Return what the bytes are as JSON, of which no reader could read anything else."""
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableError(error) from None


def _object(pairs: list[tuple[str, Any]]) -> Json:
    require(len(dict(pairs)) == len(pairs), "a key twice")
    return dict(pairs)


def _no_number(word: str) -> NoReturn:
    raise UnreadableError(word)


def contents(data: bytes) -> list[Json]:
    """Return what a file holds: an export if it is a list, else one annotation."""
    tree = plain(data)
    try:
        json.dumps(tree, ensure_ascii=False).encode()  # half a character
        return [*_of_export(tree)] if isinstance(tree, list) else [_of_file(tree)]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UnreadableError(repr(error)) from None


def _of_file(tree: Json) -> Json:
    spans = [
        span | {"attributes": {k: _values(v) for k, v in span["attributes"].items()}}
        for span in tree["spans"]
    ]
    return tree | {"spans": spans, "raw": tree}


def _values(given: Any) -> list[str]:
    return ["true"] if given is True else given if isinstance(given, list) else [given]


def _of_export(tasks: list[Json]) -> Iterator[Json]:
    for task in tasks:
        data = task["data"]
        require(type(task["id"]) is int and type(data["text"]) is str, "a task")
        digest = hashlib.sha256(data["text"].encode()).hexdigest()
        require(data.get("text_sha256") in (None, digest), "the digest of its text")
        head = {"document": data["doc_id"], "pass": data.get("pass", 1), "text_sha256": digest}
        for key, own in (("schema_version", "version"), ("guideline_version", "guidelines")):
            head[key] = SCHEMA[own] if data.get(key) is None else data[key]
        for annotation in task["annotations"]:
            require(type(annotation["id"]) is int, "an annotation")
            require(type(annotation.get("was_cancelled", False)) is bool, "was_cancelled")
            if not annotation.get("was_cancelled", False):
                yield head | _annotation(annotation)


def _annotation(annotation: Json) -> Json:
    person = annotation.get("completed_by")
    person = "unknown" if person is None else person
    person = person if isinstance(person, str) else f"user-{_user(person)}"
    entries = [entry for entry in annotation["result"] if entry.get("from_name") not in TEAM]
    for entry in entries:
        for key, kind in FIELDS[entry["type"]].items():
            default = "right" if key == "direction" else None
            require(type(entry.get(key, default)) is kind, key)
    spans = {entry["id"]: _span(entry) for entry in entries if entry["type"] == "labels"}
    require(len(spans) == sum(entry["type"] == "labels" for entry in entries), "an id twice")
    for entry in entries:
        if entry["type"] in ("choices", "textarea"):
            _say(spans[entry["id"]], entry)
    relations = [_relation(entry) for entry in entries if entry["type"] == "relation"]
    return {"annotator": person, "spans": [*spans.values()], "relations": relations}


def _user(person: Any) -> int:
    number = person["id"] if isinstance(person, dict) else person
    require(type(number) is int, "a user")
    return number


def _span(entry: Json) -> Json:
    value, text = entry["value"], entry["value"].get("text")
    start, end = value["start"], value["end"]
    require(type(start) is int and type(end) is int, "offsets")
    require((entry["from_name"], entry["to_name"]) == ("span", "text"), "a control")
    require(type(value["labels"]) is list and len(value["labels"]) == 1, "one label")
    covered = TEXT[start:end] if 0 <= start < end else ""
    require(text is None or _folded(text) == _folded(covered), "its text")
    return {
        "id": entry["id"],
        "layer": TITLES[value["labels"][0]],
        "start": start,
        "end": end,
        "text": covered,
        "attributes": {},
    }


def _folded(text: str) -> str:
    return re.sub(r"\s", "", text)


def _say(span: Json, entry: Json) -> None:
    name, value = entry["from_name"], entry["value"]
    of_layer = LAYERS[span["layer"]].get("attributes", {}) | SCHEMA["attributes"]
    kind = of_layer[name].get("kind", "choice")
    require(entry["type"] == ("textarea" if kind == "text" else "choices"), "its type")
    require(entry["to_name"] == "text", "to_name")
    for key in ("start", "end"):
        require(value.get(key) is None or type(value[key]) is int, key)
    if None not in (value.get("start"), value.get("end")):
        require((value["start"], value["end"]) == (span["start"], span["end"]), "its place")
    chosen = value["text" if kind == "text" else "choices"]
    require(type(chosen) is list and name not in span["attributes"], "a value")
    if chosen:
        span["attributes"][name] = ["true"] if kind == "flag" and chosen == [name] else chosen


def _relation(entry: Json) -> Json:
    direction, ends = entry.get("direction", "right"), [entry["from_id"], entry["to_id"]]
    require(direction in ("right", "left") and len(entry["labels"]) == 1, "a relation")
    head, to = ends if direction == "right" else ends[::-1]
    return {"type": entry["labels"][0], "from": head, "to": to}


def judgement(found: list[Json]) -> list[Any]:
    """Return who judged what, without order and without what is no judgement."""
    return sorted((_judged(content) for content in found), key=repr)


HEAD = ("document", "annotator", "pass", "schema_version", "guideline_version", "text_sha256")


def _judged(content: Json) -> Any:
    try:
        spans = [(s["id"], s["layer"], s["start"], s["end"]) for s in content["spans"]]
        values = [
            (s["id"], name, sorted(given))
            for s in content["spans"]
            for name, given in s["attributes"].items()
            if given
        ]
        relations = [(r["type"], r["from"], r["to"]) for r in content["relations"]]
        return [[content[key] for key in HEAD], sorted(spans), sorted(values), sorted(relations)]
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(repr(error)) from None


@cache
def _validator() -> jsonschema.Draft202012Validator:
    path = ROOT / "schemas" / "hedgerow.schema.json"
    return jsonschema.Draft202012Validator(json.loads(path.read_text("utf-8")))


def require_sound(found: list[Json], file_of: str | None = None) -> None:
    """Raise Unreadable unless this can be meant; file_of: whose annotation file it stands in."""
    try:
        keys = {(content["document"], content["annotator"], content["pass"]) for content in found}
        require(len(keys) == len(found), "a person twice")
        for content in found:
            _require_sound(content, file_of)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(repr(error)) from None


def _require_sound(content: Json, file_of: str | None) -> None:
    raw = content.pop("raw", None) or _written(content)
    require(_validator().is_valid(raw), "the JSON Schema")
    require(file_of in (None, content["annotator"]), "the name of its file")
    require(re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", content["annotator"]), "a pseudonym")
    require(content["document"] == DOC and (file_of is None or content["pass"] == 1), "a document")
    require(content["text_sha256"] == SEED["sha256"], "the digest")
    for key, own in (("schema_version", "version"), ("guideline_version", "guidelines")):
        require(re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", content[key]), key)
        require(_numbers(content[key]) <= _numbers(SCHEMA[own]), key)
    spans = {span["id"]: span for span in content["spans"]}
    require(len(spans) == len(content["spans"]), "an id twice")
    for span in content["spans"]:
        _require_placed(span)
    for layer in LAYERS:
        _require_apart([s for s in content["spans"] if s["layer"] == layer], content, layer)
    _require_related(content, spans)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _written(content: Json) -> Json:
    """Return an annotation of an export as it would be written to a file."""
    spans = []
    for span in content["spans"]:
        declared = LAYERS[span["layer"]].get("attributes", {}) | SCHEMA["attributes"]
        said = {}
        for name, values in span["attributes"].items():
            about = declared[name]
            if about.get("published", True):
                one = True if about.get("kind") == "flag" and values == ["true"] else values[0]
                said[name] = values if about.get("multiple") or len(values) != 1 else one
        spans.append(span | {"attributes": said})
    return content | {"spans": spans}


def _require_placed(span: Json) -> None:
    start, end, text = span["start"], span["end"], span["text"]
    require(re.fullmatch(r"[A-Za-z0-9_.:#-]{1,100}", span["id"]), "an id")
    require(0 <= start < end <= len(TEXT) and TEXT[start:end] == text, "its text")
    require(text == text.strip(), "blanks")
    bodies = [p for p in SEED["passages"] if p["kind"] in SCHEMA["passages"]["annotated"]]
    require(any(p["start"] <= start and end <= p["end"] for p in bodies), "a passage")
    for name in span["attributes"].get("entity", []):
        require(name in ENTITIES or name == "unlisted", "an entity")
    for value in span["attributes"].get("comment", []):
        require(not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", value), "a control")


def _require_apart(spans: list[Json], content: Json, layer: str) -> None:
    """Hold spans of one layer to what it says of overlap."""
    about = LAYERS[layer]
    inside = dict.fromkeys((span["id"] for span in spans), 0)
    for one, other in itertools.permutations(spans, 2):
        if one["start"] >= other["end"] or other["start"] >= one["end"]:
            continue
        require(about.get("overlap", "none") == "nested", "overlap")
        place, around = [(s["start"], s["end"]) for s in (one, other)]
        if place == around:
            to = [_led(content, about["repeat_by"], s["id"]) for s in (one, other)]
            require(to[0] and to[1] and not to[0] & to[1], "twice on the same words")
        elif around[0] <= place[0] and place[1] <= around[1]:
            inside[one["id"]] += 1
        else:
            require(place[0] <= around[0] and around[1] <= place[1], "crossing")
    require(all(depth <= about.get("depth", 0) for depth in inside.values()), "depth")


def _led(content: Json, kind: str, head: str) -> set[str]:
    return {r["to"] for r in content["relations"] if (r["type"], r["from"]) == (kind, head)}


def _require_related(content: Json, spans: dict[str, Json]) -> None:
    relations = [(r["type"], r["from"], r["to"]) for r in content["relations"]]
    require(len({*relations}) == len(relations), "a relation twice")
    parts = {head for kind, head, _ in relations if RELATIONS[kind].get("inherits")}
    for kind, head, to in relations:
        require(head in spans and to in spans and head != to, "an end")
        _require_ends(RELATIONS[kind], spans[head], spans[to])
        if kind == SCHEMA["rules"]["cue-inside-claim"]["relation"]:
            own, cue = spans[head], spans[to]
            require(not (own["start"] <= cue["start"] and cue["end"] <= own["end"]), "its cue")
    touched = {end for _, *ends in relations for end in ends}
    for name, span in spans.items():
        lonely = SCHEMA["rules"]["speaker-unlinked"]["layers"]
        require(span["layer"] not in lonely or name in touched, "a lonely span")
        for attribute, about in LAYERS[span["layer"]].get("attributes", {}).items():
            needed = about.get("required") and name not in parts
            require(not needed or span["attributes"].get(attribute), attribute)
        for kind, about in RELATIONS.items():
            if span["layer"] in about["from"]:
                number = len(_led(content, kind, name))
                _require_counts(about, span, number, part=name in parts)


def _require_ends(about: Json, head: Json, to: Json) -> None:
    require(head["layer"] in about["from"] and to["layer"] in about["to"], "the layers")
    for attribute, allowed in about.get("to_when", {}).items():
        require({*to["attributes"][attribute]} <= {*allowed}, "to_when")
    for attribute in about.get("same", []):
        require(head["attributes"].get(attribute) == to["attributes"].get(attribute), "same")
    if about.get("earlier"):
        require((to["start"], to["end"]) < (head["start"], head["end"]), "earlier")


def _require_counts(about: Json, span: Json, number: int, *, part: bool) -> None:
    for count in about.get("counts", []):
        said = span["attributes"]
        if all({*said.get(name, [])} & {*values} for name, values in count.get("when", {}).items()):
            require(number <= count.get("max", number), "too many")
            require(part or number >= count.get("min", 0), "too few")

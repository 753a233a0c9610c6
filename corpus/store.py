"""annotations/ <-> tables: one file a document, annotator and pass, in canonical JSON.

The canonical file holds judgement only: no times, no ids of tasks, no defaults that nobody
touched, nothing that is not to be published. One span and one relation a line, in the order of
the text; so unchanged work is unchanged bytes, and a diff shows what was decided otherwise.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from corpus.errors import CorpusError
from corpus.faults import GuidelineVersion, Offset, Source, read_bytes
from corpus.schema import Layer, Schema
from corpus.seeds import DOC_ID
from corpus.tables import Rows, Tables, file_name, plain, spans_of, submitted, whole
from corpus.toml import read_tables, read_toml

ANNOTATOR = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
"""A pseudonym: the name of a file, and the first half of an e-mail address."""
GOLD = "gold"
MAJORITY = "majority"
"""The method of a gold that rests on votes which nobody confirmed, and who decided there."""
Given = str | bool | list[str]


class SpanLine(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A line of "spans"."""

    id: str
    layer: str
    start: Offset
    end: Offset
    text: str
    attributes: dict[str, Given] = {}


class RelationLine(msgspec.Struct, forbid_unknown_fields=True, gc=False, rename={"from_": "from"}):
    """A line of "relations"."""

    type: str
    from_: str
    to: str


class AnnotationFile(msgspec.Struct, forbid_unknown_fields=True, rename={"pass_": "pass"}):
    """What one annotator made of one document in one pass."""

    document: str
    annotator: str
    pass_: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    schema_version: str
    guideline_version: GuidelineVersion
    text_sha256: str
    spans: list[msgspec.Raw]
    relations: list[msgspec.Raw]


class Annotator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a pseudonym stands for.

    email: of the account of a Label Studio that is not the tool's; it enters no table, and so no
    dataset.
    """

    kind: Literal["human", "model"]
    description: str
    email: str | None = None


SPAN = msgspec.json.Decoder(SpanLine)
RELATION = msgspec.json.Decoder(RelationLine)


def read_annotations(root: Path, texts: dict[str, str], rows: Rows) -> None:
    """Read every annotation file of a corpus folder; what is broken becomes a fault."""
    for path in json_files(root / "annotations"):
        read_annotation(root, path, texts, rows)


def json_files(folder: Path) -> list[Path]:
    """Return the *.json below a folder, through links too; OSError if one cannot be looked into."""

    def refuse(error: OSError) -> None:
        raise error

    found = list[Path]()
    if not folder.exists():
        return found
    for place, *inside in os.walk(folder, followlinks=True, onerror=refuse):
        if os.path.realpath(place) in map(os.path.realpath, whole(Path(place)).parents):
            inside[0].clear()  # a link that leads in a circle
            continue
        names = (name for name in chain(*inside) if not name.startswith("."))  # of editors
        found += (Path(place, name) for name in names if name.endswith(".json"))
    return sorted(found)


def status_of(annotator: str | None, method: object = None) -> str:
    """Return what an annotation is: single, or, if it is the gold, by what method it was made."""
    if annotator != GOLD:
        return "single"
    return "automatic" if method == MAJORITY else "adjudicated"


def read_annotation(root: Path, path: Path, texts: dict[str, str], rows: Rows) -> None:
    """Read one annotation file; with any fault in it, none of it enters the tables."""
    document, name = map(plain, whole(path).parts[-2:])
    named = file_name(path)
    source = Source(rows, named, document=document, annotator=name.split(".")[0])
    before = len(rows.faults)
    data = read_bytes(source, path)
    file = None if data is None else source.whole(data, AnnotationFile)
    if data is None or file is None:
        return
    lines = data.split(b"\n")
    at_spans = _first_line(lines, b'"spans": [', len(file.spans))
    at_relations = _first_line(lines, b'"relations": [', len(file.relations))
    spans = source.decoded(file.spans, SPAN.decode, "span", at_spans)
    relations = source.decoded(file.relations, RELATION.decode, "relation", at_relations)
    if len(rows.faults) == before:
        source.once(data)
    text = texts.get(file.document, "")
    source.covered(text, ((span.start, span.end) for span in spans))
    if not _belongs(file, root, path):
        place = f"{file.document}, {file.annotator}, pass {file.pass_}"
        source.fault("bad-id", f"holds {place}, which does not belong into a file of this name")
    if len(rows.faults) == before:
        read = (named, None, hashlib.sha256(data).hexdigest())
        method = next((row[2] for row in rows.decisions if row[0] == file.document), None)
        status = status_of(file.annotator, method)
        _add(file, status, spans, relations, (at_spans, at_relations), read, texts, rows)


def _belongs(file: AnnotationFile, root: Path, path: Path) -> bool:
    """Tell whether a file stands, or is seen through a link, where what it holds is looked for."""
    if not DOC_ID.fullmatch(file.document) or not ANNOTATOR.fullmatch(file.annotator):
        return False
    expected = root / annotation_path(file.document, file.annotator, file.pass_)
    return whole(path) == whole(expected) or path.resolve() == expected.resolve()


def annotation_path(doc_id: str, annotator: str, pass_: int) -> Path:
    """Return where an annotation stands, below the corpus folder."""
    number = "" if pass_ == 1 else f".{pass_}"
    return Path("annotations", doc_id, f"{annotator}{number}.json")


def write_annotations(root: Path, tables: Tables, schema: Schema) -> list[Path]:
    """Write each submitted annotation to its file and return the files that changed.

    Each file is replaced whole or not at all; one whose content is the same is not touched.
    CorpusError if two annotations have the same key, or a key could not be a file's name.
    """
    changed = []
    for path, data in sorted(rendered(tables, schema).items()):
        target = root / path
        if not target.is_file() or target.read_bytes() != data:
            write_whole(target, data)
            changed.append(target)
    return changed


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all; a link still leads to it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path.resolve(), data)
    except OSError as error:
        raise CorpusError(f"{path}: cannot be written: {error.strerror}") from None


def _replace(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def rendered(tables: Tables, schema: Schema) -> dict[Path, bytes]:
    """Return path -> canonical bytes of each submitted annotation."""
    files: dict[Path, bytes] = {}
    for annotation, data in canonical(tables, schema):
        path = _checked_path(annotation)
        if path in files:
            raise CorpusError(
                f"{path}: would hold two annotations: {annotation['place']} repeats it"
            )
        files[path] = data
    return files


def canonical(tables: Tables, schema: Schema) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield each submitted annotation with its canonical bytes."""
    for annotation, own in submitted(tables):
        yield annotation, _canonical(annotation, own, schema)


def read_annotators(root: Path, rows: Rows) -> None:
    """Read annotations/annotators.toml, if it is there: who made what."""
    for name, who in _annotators(root).items():
        rows.annotators.append((name, who.kind, who.description))


def read_decisions(root: Path, rows: Rows) -> None:
    """Read of each annotations/<doc_id>/decisions.toml who decided and how, if it says so."""
    for path in sorted((root / "annotations").glob("*/decisions.toml")):
        said = read_toml(path, CorpusError)
        method = said.get("method")
        own = (method if isinstance(method, str) else None, file_name(path))
        people: list[str | None] = [*sorted({*_deciders(said)})]
        for who in people or [None]:
            rows.decisions.append((plain(path.parent.name), who, *own))


def _deciders(said: dict[str, Any]) -> Iterator[str]:
    """Yield the people that a record names; a vote is none of them."""
    tables = [t for key in ("conflicts", "overrides") for t in _tables(said.get(key))]
    for who in (said.get("adjudicator"), *(table.get("by") for table in tables)):
        if isinstance(who, str) and who not in ("", MAJORITY):
            yield who


def _tables(given: object) -> list[dict[str, Any]]:
    return [t for t in given if isinstance(t, dict)] if isinstance(given, list) else []


def read_emails(root: Path) -> dict[str, str]:
    """Return pseudonym -> e-mail, of those that annotators.toml gives one."""
    return {n: who.email.strip() for n, who in _annotators(root).items() if who.email}


def _annotators(root: Path) -> dict[str, Annotator]:
    path = root / "annotations" / "annotators.toml"
    return read_tables(path, "annotators", Annotator, CorpusError)


def _first_line(lines: list[bytes], opening: bytes, count: int) -> int | None:
    """Return the line number of a list's first item; None if it is not one item a line."""
    if opening not in lines:
        return None
    first = lines.index(opening) + 1
    whole = lines[first : first + count]
    tidy = all(line.startswith(b"{") and line.rstrip(b",").endswith(b"}") for line in whole)
    return first + 1 if tidy and lines[first + count : first + count + 1] != [] else None


def _add(
    file: AnnotationFile,
    status: str,
    spans: list[SpanLine],
    relations: list[RelationLine],
    first: tuple[int | None, int | None],
    place: tuple[str, None, str],
    texts: dict[str, str],
    rows: Rows,
) -> None:
    own, text = len(rows.annotations), texts.get(file.document, "")
    versions = (file.schema_version, file.guideline_version, file.text_sha256)
    key = (file.document, file.annotator, file.pass_)
    rows.annotations.append((own, *key, status, "submitted", *versions, *place))
    for number, span in enumerate(spans):
        line = 1 if first[0] is None else first[0] + number
        stretch = (own, len(rows.spans), span.id, span.layer, span.start, span.end)
        found = spans_of(text, span.start, span.end)
        rows.spans.append((*stretch, *found, span.text, "manual", line))
        for name, given in span.attributes.items():
            for position, value in enumerate(_values(given)):
                row = (own, len(rows.attributes), span.id, name, position, value, False, line)
                rows.attributes.append(row)
    for number, relation in enumerate(relations):
        line = 1 if first[1] is None else first[1] + number
        ends = (relation.type, relation.from_, relation.to)
        rows.relations.append((own, len(rows.relations), *ends, line))


def _values(given: Given) -> list[str]:
    if isinstance(given, bool):
        return ["true" if given else "false"]
    return given if isinstance(given, list) else [given]


def _checked_path(annotation: dict[str, Any]) -> Path:
    doc_id, annotator, pass_ = annotation["doc_id"], annotation["annotator"], annotation["pass"]
    if not DOC_ID.fullmatch(doc_id) or not ANNOTATOR.fullmatch(annotator or ""):
        raise CorpusError(
            f"{annotation['file']}: document {doc_id!r} by annotator {annotator!r} cannot be a"
            f" file: expected {DOC_ID.pattern} and {ANNOTATOR.pattern}"
        )
    return annotation_path(doc_id, annotator, pass_)


def _canonical(
    annotation: dict[str, Any], own: dict[str, list[dict[str, Any]]], schema: Schema
) -> bytes:
    order = list(schema.layers)
    spans = sorted(
        own["spans"],
        key=lambda s: (s["start"], -s["end"], _index(order, s["layer"]), s["span_id"]),
    )
    place = {span["span_id"]: number for number, span in reversed(list(enumerate(spans)))}
    types, last = list(schema.relations), len(place)
    relations = sorted(
        own["relations"],
        key=lambda r: (
            place.get(r["from_id"], last),
            _index(types, r["type"]),
            place.get(r["to_id"], last),
            r["from_id"],
            r["to_id"],
        ),
    )
    values = _said(own["attributes"])
    lines = [_span_line(span, values.get(span["span_id"], {}), schema) for span in spans]
    ends = [{"type": r["type"], "from": r["from_id"], "to": r["to_id"]} for r in relations]
    head = {
        "document": annotation["doc_id"],
        "annotator": annotation["annotator"],
        "pass": annotation["pass"],
        "schema_version": annotation["schema_version"],
        "guideline_version": annotation["guideline_version"],
        "text_sha256": annotation["given_sha256"],
    }
    return "".join(_lines(head, {"spans": lines, "relations": ends})).encode("utf-8")


def _index(names: list[str], name: str | None) -> int:
    return names.index(name) if name in names else len(names)


def _said(attributes: list[dict[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Return span id -> attribute -> values, without what is there by default only."""
    values: dict[str, dict[str, list[str]]] = {}
    for row in sorted(attributes, key=lambda a: a["position"]):
        if not row["defaulted"]:
            values.setdefault(row["span_id"], {}).setdefault(row["name"], []).append(row["value"])
    return values


def _span_line(
    span: dict[str, Any], values: dict[str, list[str]], schema: Schema
) -> dict[str, Any]:
    layer = schema.layers.get(span["layer"])
    line = {"id": span["span_id"], "layer": span["layer"], "start": span["start"]}
    text = span["given_text"] if span["text"] is None else span["text"]
    line |= {"end": span["end"], "text": text or ""}
    return line | {"attributes": dict(_attributes(values, layer))}


def _attributes(values: dict[str, list[str]], layer: Layer | None) -> Iterator[tuple[str, Given]]:
    declared = layer.attributes if layer else {}
    for name in [*declared, *sorted(values.keys() - declared.keys())]:
        if name in values and (name not in declared or declared[name].published):
            yield name, _given(values[name], layer, name)


def _given(values: list[str], layer: Layer | None, name: str) -> Given:
    attribute = layer.attributes.get(name) if layer else None
    if attribute is not None and attribute.multiple:
        return sorted(values, key=lambda v: (_index(list(attribute.values), v), v))
    if attribute is not None and attribute.kind == "flag" and values == ["true"]:
        return True
    return values[0] if len(values) == 1 else values


def _lines(head: dict[str, Any], lists: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    yield "{\n"
    for key, value in head.items():
        yield f"{_json(key)}: {_json(value)},\n"
    for number, (key, items) in enumerate(lists.items(), 1):
        yield f"{_json(key)}: [\n" + ",\n".join(map(_json, items))
        yield ("\n" if items else "") + ("]\n" if number == len(lists) else "],\n")
    yield "}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

r"""A document in one line: `[She]{speaker#s} said [it rained]{claim#c source>s}` -> tables.

For examples and tests. A span is `[its text]{layer#id word …}`; spans nest, and two on the same
words are two pairs of brackets. A word is a value that only one attribute of the layer has
(`certain`), a flag (`difficult`), `attribute=value` (several: `entity=xi,trump`), or a relation
to another span (`source>s`). Without an id a span is called after its layer and its number
(`claim1`). `\[ \] \{ \} \\` stand for themselves. Each line is a passage of the schema's first
annotated kind, or of its first other kind if it begins with `# ` (which is part of the text).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corpus.errors import CorpusError
from corpus.schema import Layer, Schema
from corpus.tables import Rows, Tables, spans_of

TOKEN = re.compile(r"\\[\[\]{}\\]|\[|\]\{[^}]*\}|[^\[\]\\]+|.", re.DOTALL)
TAG = re.compile(r"(?P<layer>[a-z][a-z0-9_]*)?(?:#(?P<id>\S+))?")
DOC_ID = "example"


@dataclass
class Mark:
    """A span being read: where it began, then what its braces say."""

    start: int
    end: int = 0
    layer: str = ""
    span_id: str = ""
    words: list[str] = field(default_factory=list)


def parse(shorthand: str, schema: Schema, entities: tuple[str, ...] = ()) -> Tables:
    """Return the tables of one document, `example`, by one annotator, `ann`.

    Every entity that is named is in the entity table unless `entities` lists those that are.
    """
    text, marks = scan(shorthand)
    rows = Rows()
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    about = ("Example", "invented", "", "2025-01-01", False, "en", "CC-BY-4.0", "text")
    passages = list(_passages(text, schema))
    stretches = (passages, _sentences(passages))
    rows.documents.append((DOC_ID, text, digest, *about, *stretches, None, f"seeds/{DOC_ID}.txt"))
    versions = (schema.version, schema.guidelines, digest)
    place = (f"annotations/{DOC_ID}/ann.json", None, None)
    rows.annotations.append((0, DOC_ID, "ann", 1, "single", "submitted", *versions, *place))
    rows.annotators.append(("ann", "human", "invented"))
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        _add(mark, text, schema, rows)
    named = entities or tuple(sorted({str(r[5]) for r in rows.attributes if r[3] in _refs(schema)}))
    for entity in named:
        rows.entities.append((entity, entity, "person", None, "invented", "seeds/entities.toml"))
    return rows.tables(schema)


def scan(shorthand: str) -> tuple[str, list[Mark]]:
    """Return the text, and its marks in the order in which they close."""
    text, open_, done = "", list[Mark](), list[Mark]()
    for token in TOKEN.findall(shorthand):
        if token == "[":
            open_.append(Mark(len(text)))
        elif token.startswith("]{"):
            if not open_:
                raise CorpusError(f"shorthand: {token!r} closes no bracket in {shorthand!r}")
            done.append(_closed(open_.pop(), len(text), token[2:-1], len(done) + 1))
        elif token == "]":
            raise CorpusError(f"shorthand: a bracket closes without {{layer}} in {shorthand!r}")
        else:
            text += token[1:] if token.startswith("\\") and len(token) == 2 else token
    if open_:
        raise CorpusError(f"shorthand: a bracket is left open in {shorthand!r}")
    return text, done


def _closed(mark: Mark, end: int, inside: str, number: int) -> Mark:
    tag, *words = inside.split() or [""]
    found = TAG.fullmatch(tag)
    if found is None or not found["layer"]:
        raise CorpusError(f"shorthand: {{{inside}}} does not begin with a layer")
    layer = found["layer"]
    return Mark(mark.start, end, layer, found["id"] or f"{layer}{number}", words)


def _passages(text: str, schema: Schema) -> Iterator[dict[str, object]]:
    body, *_ = schema.passages.annotated
    heading = (schema.passages.other or [body])[0]
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line.rstrip())
        if end > start:
            yield {"kind": heading if line.startswith("# ") else body, "start": start, "end": end}
        start += len(line)


def _sentences(passages: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{"start": passage["start"], "end": passage["end"]} for passage in passages]


def _refs(schema: Schema) -> set[str]:
    return {name for name, attribute in schema.shared().items() if attribute.kind == "entity"}


def _add(mark: Mark, text: str, schema: Schema, rows: Rows) -> None:
    place = (0, len(rows.spans), mark.span_id, mark.layer, mark.start, mark.end)
    found = spans_of(text, mark.start, mark.end)
    rows.spans.append((*place, *found, found[0], "manual", len(rows.spans) + 1))
    line, layer = len(rows.spans), schema.layers.get(mark.layer)
    for word in mark.words:
        if ">" in word:
            kind, _, to = word.partition(">")
            rows.relations.append((0, len(rows.relations), kind or None, mark.span_id, to, line))
            continue
        name, values = _said(word, layer)
        for position, value in enumerate(values):
            row = (0, len(rows.attributes), mark.span_id, name, position, value, False, line)
            rows.attributes.append(row)


def _said(word: str, layer: Layer | None) -> tuple[str, list[str]]:
    if "=" in word:
        name, _, value = word.partition("=")
        return name, value.split(",")
    attributes = layer.attributes if layer else {}
    for name, attribute in attributes.items():
        if attribute.kind == "flag" and word == name:
            return name, ["true"]
        if word in attribute.values:
            return name, [word]
    raise CorpusError(f"shorthand: {word!r} is no value of the layer; say attribute={word}")


def render(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with its spans in shorthand: (start, end, what stands in the braces).

    Spans that cross close in the order of their ends; such a line does not parse back.
    """
    marks: dict[int, tuple[list[str], list[str]]] = {}
    for start, end, inside in sorted(spans, key=lambda span: (span[0], -span[1])):
        marks.setdefault(start, ([], []))[1].append("[")
        marks.setdefault(end, ([], []))[0].insert(0, f"]{{{inside}}}")
    edges = sorted({0, len(text), *marks})
    line = ""
    for edge, after in zip(edges, [*edges[1:], len(text)], strict=True):
        closing, opening = marks.get(edge, ([], []))
        line += "".join([*closing, *opening]) + re.sub(r"[\[\]{}\\]", r"\\\g<0>", text[edge:after])
    return line

"""Examples of the guidelines as an annotator sees labels: on coloured words, not in brackets."""

import html
import re
from collections.abc import Iterator

from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.shorthand import Mark, scan

CODE = re.compile(
    r"<li>\n?(?:<p>)?(?P<kind>Right|Wrong)(?P<why>[^<:]*): <code>(?P<said>[^<]*)</code>"
)


def marked(page: str) -> str:
    """Return the HTML of a page with its examples as marked words; what is none stays as it is."""
    return CODE.sub(lambda found: _example(**found.groupdict()) or found[0], page)


def _example(kind: str, why: str, said: str) -> str | None:
    try:
        text, marks = scan(html.unescape(said))
    except CorpusError:
        return None
    line = _line(text, marks, {mark.span_id: text[mark.start : mark.end] for mark in marks})
    return f'<li class="corpus-{kind.lower()}"><b>{kind}</b>{why}: {line}'


def _line(text: str, marks: list[Mark], words: dict[str, str]) -> str:
    """Return a text with a <span> a mark; of two on the same words the later one is outside."""
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for mark in reversed(marks):  # outer ones first
        opening.setdefault(mark.start, []).append(f'<span class="corpus-mark corpus-{mark.layer}">')
        closing.setdefault(mark.end, []).insert(0, f"<sub>{_said(mark, words)}</sub></span>")
    edges = sorted({0, len(text), *opening, *closing})
    pieces = list[str]()
    for edge, after in zip(edges, [*edges[1:], len(text)], strict=True):
        pieces += [*closing.get(edge, []), *opening.get(edge, []), html.escape(text[edge:after])]
    return "".join(pieces)


def _said(mark: Mark, words: dict[str, str]) -> str:
    """Return what is said of a span: its layer, its values, and where its relations lead."""
    said = [mark.layer]
    for word in mark.words:
        kind, arrow, to = word.partition(">")
        said.append(f"{kind} → {words.get(to, to)}" if arrow else word.rpartition("=")[2])
    return html.escape(" · ".join(said))


def colours(schema: Schema) -> Iterator[str]:
    """Yield the style of each layer's marks."""
    for name, layer in schema.layers.items():
        yield f".corpus-mark.corpus-{name} {{ background: {layer.colour}2b }}"

"""What is shown of spans and of what annotators say of them, on one line each."""

from collections.abc import Iterable

from corpus.adjudication.comparison import Aspect, Comparison, Item, Span, Value
from corpus.findings import printable
from corpus.schema import Schema

NOTHING = "–"
NO_SPAN = "(no such span)"
OPENING, CLOSING = "⟦", "⟧"
NEAR = 60
"""How many characters around it are shown where a text has no sentences."""
FAR = 1000
"""How many characters before or after it make a sentence too long to be shown."""
LONG = 120
"""How many characters of a span are shown, at its beginning and end together."""


def shown(text: str) -> str:
    """Return a stretch of a text on one line."""
    return printable(text.replace("\r", "").replace("\n", " "))


def covered(text: str, start: int, end: int) -> str:
    """Return the words of a span, without the middle if there are many."""
    words = text[start:end]
    if len(words) > LONG:
        words = f"{words[: LONG // 2]} … {words[-LONG // 2 :]}"
    return shown(words)


def span_words(text: str, span: Span, schema: Schema) -> str:
    """Return a span in shorthand, with what is said of it beyond the defaults."""
    layer = schema.layers.get(span.layer)
    said = [span.layer]
    for name, attribute in layer.attributes.items() if layer else ():
        values = span.values.get(name, ())
        if attribute.kind == "flag":
            said += [name] if values else []
        elif values and values != (attribute.default,):
            joined = ",".join(values)
            said.append(joined if attribute.kind == "choice" else f"{name}={joined}")
    return f"[{covered(text, span.start, span.end)}]{{{' '.join(said)}}}"


def item_words(comparison: Comparison, item: Item) -> str:
    """Return the words of an item and its layer, as the first of its letters has it."""
    span = item.spans[min(item.spans)]
    return f"[{covered(comparison.text, span.start, span.end)}]{{{span.layer}}}"


def about(comparison: Comparison, aspect: Aspect) -> str:
    """Return what an aspect is an aspect of."""
    kind, *rest = aspect
    if kind == "relation":
        near, far = (item_words(comparison, comparison.items[end]) for end in rest[1:])
        return f"{near} {rest[0]} > {far}"
    if kind == "attribute":
        return f"{rest[2]} of {rest[1]}"
    item = comparison.items[rest[0]]
    return " or ".join(dict.fromkeys(span.layer for span in item.spans.values()))


def value_words(comparison: Comparison, aspect: Aspect, letter: str, value: Value | None) -> str:
    """Return what a letter says of an aspect; value is None if it can say nothing."""
    kind, *rest = aspect
    if value is None:
        return NO_SPAN
    if kind == "relation":
        return rest[0] if value else NOTHING
    if isinstance(value, str):
        return value
    if kind == "attribute" and isinstance(value, tuple):
        return shown(", ".join(map(str, value))) or NOTHING
    span = comparison.items[rest[0]].spans.get(letter)
    if span is None:
        return NOTHING
    if kind == "boundary":
        words = covered(comparison.text, span.start, span.end)
        return f"[{words}] {span.start}..{span.end}"
    return span_words(comparison.text, span, comparison.schema)


def context(comparison: Comparison, places: Iterable[tuple[int, int]]) -> str:
    """Return the sentences that hold some stretches, with these between ⟦ and ⟧."""
    parts = dict[tuple[int, int], list[tuple[int, int]]]()
    for start, end in sorted({*places}):
        parts.setdefault(around(comparison, start, end), []).append((start, end))
    return " … ".join(
        _marked(comparison.text, *edges, marks) for edges, marks in sorted(parts.items())
    )


def around(comparison: Comparison, start: int, end: int) -> tuple[int, int]:
    """Return where the sentences begin and end that a stretch lies in; not more than is FAR."""
    sentences = [(s, e) for s, e in comparison.sentences if s < end and start < e]
    near = max(start - NEAR, 0), min(end + NEAR, len(comparison.text))
    if not sentences or sentences[0][0] > start or sentences[-1][1] < end:
        return near
    first, last = sentences[0][0], sentences[-1][1]
    return (first, last) if start - first <= FAR and last - end <= FAR else near


def _marked(text: str, start: int, end: int, marks: Iterable[tuple[int, int]]) -> str:
    edges = dict[int, list[str]]()
    for begin, stop in marks:
        edges.setdefault(begin, []).append(OPENING)
        edges.setdefault(stop, []).insert(0, CLOSING)
    line, at = "", start
    for edge in sorted(edges):
        line += shown(text[at:edge]) + "".join(edges[edge])
        at = edge
    return (line + shown(text[at:end])).strip()

"""A document or a sentence as a notebook shows it: its text, with the spans in colour."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.report.markup import Html, element, joined, shown

if TYPE_CHECKING:
    from corpus.research.documents import Document, Sentence, Span

TURN = 137
"""Degrees from a layer's hue to the next one's, so that neighbours differ."""


def as_html(place: "Document | Sentence", start: int = 0) -> Html:
    """Return a block: the layers, then the text, or without one a line that says so.

    start: of the place, in its document. Where spans lie in each other, the colour is that of the
    innermost; pointing at it shows all.
    """
    hues = {layer: (TURN * n) % 360 for n, layer in enumerate(place.vocabulary.layers)}
    names = (element("span", layer, style=_style(hue)) for layer, hue in hues.items())
    legend = Html(" ".join(names))
    text = place.text
    words = element("em", "(text withheld)")
    if text is not None:
        words = joined(_pieces(text, start, place.spans, hues))
    return element("div", legend, element("div", words, style="white-space: pre-wrap"))


def _pieces(
    text: str, start: int, spans: Sequence["Span"], hues: Mapping[str, int]
) -> Iterator[str]:
    """Yield what stands between any two edges of spans."""
    end = start + len(text)
    edges = {edge for span in spans for edge in (span.start, span.end) if start < edge < end}
    for first, last in pairwise(sorted({start, *edges, end})):
        over = [span for span in spans if span.start <= first < span.end]
        piece = text[first - start : last - start]
        yield _marked(piece, over, hues) if over else _lines(piece)


def _marked(piece: str, over: Sequence["Span"], hues: Mapping[str, int]) -> Html:
    inner = min(over, key=lambda span: span.end - span.start)
    title = "; ".join(map(_said, over))
    return element("span", _lines(piece), title=title, style=_style(hues[inner.layer]))


def _lines(piece: str) -> Html:
    """Return a piece of a text with its line ends, and other controls written out."""
    return Html("\n".join(map(shown, piece.split("\n"))))


def _said(span: "Span") -> str:
    values = [f"{name} {value}" for name, value in span.attributes.items() if value]
    return ": ".join((span.layer, ", ".join(values)))


def _style(hue: int) -> str:
    return f"background: hsl({hue} 70% 50% / 30%); border-radius: .2em"

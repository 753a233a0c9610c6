"""Documents whose spans, sentences and relations lead to each other.

Names are those of the data. A span answers to its attributes (`claim.certainty`), then to the types
of relation, which lead to the spans at the other end (`claim.source`), then to the layers' plurals,
which lead back to spans of that layer from which a relation leads here (`claim.hedges`). Its own
fields come before all of these; `span.attributes`, `span.to` and `span.from_` say which is meant.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from corpus.research.vocabulary import Vocabulary

LONGEST = 60
"""Characters of a text that stand in a repr."""
Row = Mapping[str, Any]
Said = Mapping[int, Mapping[str, Any]]
"""Span, by its number -> its attributes."""


class _Marked:
    """What holds spans, and answers to the plurals of their layers."""

    __slots__ = ()
    vocabulary: Vocabulary

    @property
    def spans(self) -> Sequence["Span"]:
        """The spans, in the order of the text, the outer one first."""
        raise NotImplementedError

    def layer(self, name: str) -> list["Span"]:
        """Return the spans of a layer, in the order of the text, the outer one first."""
        return [span for span in self.spans if span.layer == name]

    def __getattr__(self, name: str) -> Any:
        _refuse_own(self, name)
        layers = self.vocabulary.plurals
        if name not in layers:
            raise _unknown(self, name, layers)
        return self.layer(layers[name])

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *filter(str.isidentifier, self.vocabulary.plurals)]


@dataclass(frozen=True, eq=False, repr=False)
class Document(_Marked):
    """A text, and what one annotation (gold, or one annotator's) marks in it.

    about: what else is known (title, date, licence, annotator, split and so on), each an attribute.
    text: None where it is withheld; so are then all texts of its spans and sentences.
    """

    doc_id: str
    text: str | None
    about: Mapping[str, Any]
    vocabulary: Vocabulary
    _row: Row
    _said: Said

    @cached_property
    def spans(self) -> Sequence["Span"]:
        """The spans in the order of the text, the outer one first: `spans[number]` is a span."""
        return tuple(
            Span(
                self,
                number,
                span["layer"],
                span["start"],
                span["end"],
                span["text"],
                self._said.get(number, self.vocabulary.attributes[span["layer"]]),
            )
            for number, span in enumerate(self._row["spans"])
        )

    @cached_property
    def sentences(self) -> Sequence["Sentence"]:
        """The sentences, in the order of the text."""
        return tuple(
            Sentence(self, number, place["start"], place["end"])
            for number, place in enumerate(self._row["sentences"])
        )

    @cached_property
    def relations(self) -> Sequence["Relation"]:
        """The relations, by the spans that they leave."""
        return tuple(
            Relation(link["type"], self.spans[link["from_span"]], self.spans[link["to_span"]])
            for link in self._row["relations"]
        )

    @cached_property
    def leaving(self) -> Mapping[int, Sequence["Relation"]]:
        """Span, by its number -> the relations that leave it."""
        return _grouped((relation.from_.number, relation) for relation in self.relations)

    @cached_property
    def arriving(self) -> Mapping[int, Sequence["Relation"]]:
        """Span, by its number -> the relations that lead to it."""
        return _grouped((relation.to.number, relation) for relation in self.relations)

    def __getattr__(self, name: str) -> Any:
        _refuse_own(self, name)
        if name in self.about:
            return self.about[name]
        layers = self.vocabulary.plurals
        if name not in layers:
            raise _unknown(self, name, layers, self.about)
        return self.layer(layers[name])

    def __dir__(self) -> list[str]:
        return [*_Marked.__dir__(self), *filter(str.isidentifier, self.about)]

    def __repr__(self) -> str:
        return f"<Document {self.doc_id!r}: {len(self.spans)} spans of {self.about['annotator']}>"

    def _repr_html_(self) -> str:
        from corpus.research.html import as_html

        return as_html(self)


@dataclass(frozen=True, eq=False, repr=False)
class Sentence(_Marked):
    """A sentence of a document; a span belongs to the one in which it starts."""

    document: Document
    number: int
    start: int
    end: int

    @property
    def text(self) -> str | None:
        """Its words; None where the text is withheld."""
        text = self.document.text
        return None if text is None else text[self.start : self.end]

    @property
    def spans(self) -> Sequence["Span"]:
        """The spans that start in it."""
        own = self.document.spans
        first, last = (bisect_left(own, at, key=_start) for at in (self.start, self.end))
        return own[first:last]

    @property
    def vocabulary(self) -> Vocabulary:  # type: ignore[override]
        """The names that the document's rows bring."""
        return self.document.vocabulary

    def __repr__(self) -> str:
        return f"<Sentence {self.number} {_shown(self)}>"

    def _repr_html_(self) -> str:
        from corpus.research.html import as_html

        return as_html(self, self.start)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Span:
    """A stretch of a document that an annotation marks.

    number: its place in `document.spans`, as the columns `span` of the frames have it. start, end:
    Unicode code points, from 0, half-open: `document.text[start:end]` is its text. attributes: all
    that its layer has, None, False or an empty list where it is not said.
    """

    document: Document
    number: int
    layer: str
    start: int
    end: int
    text: str | None
    attributes: Mapping[str, Any]

    @property
    def sentence(self) -> Sentence | None:
        """The sentence in which it starts; None if there is none."""
        sentences = self.document.sentences
        number = bisect_right(sentences, self.start, key=_start) - 1
        if number < 0 or sentences[number].end <= self.start:
            return None
        return sentences[number]

    def to(self, type: str | None = None) -> list["Span"]:
        """Return the spans to which relations lead from here: of a type, or of any."""
        links = self.document.leaving.get(self.number, ())
        return _ordered(link.to for link in links if type in (None, link.type))

    def from_(self, type: str | None = None, layer: str | None = None) -> list["Span"]:
        """Return the spans from which relations lead here: of a type, or of any; of a layer."""
        links = self.document.arriving.get(self.number, ())
        found = _ordered(link.from_ for link in links if type in (None, link.type))
        return [span for span in found if layer in (None, span.layer)]

    def __getattr__(self, name: str) -> Any:
        _refuse_own(self, name)
        if name in self.attributes:
            return self.attributes[name]
        words = self.document.vocabulary
        if name in words.relations:
            return self.to(name)
        if name in words.plurals:
            return self.from_(layer=words.plurals[name])
        raise _unknown(self, name, *self._names())

    def _names(self) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        words = self.document.vocabulary
        return words.plurals, self.attributes, words.relations

    def __dir__(self) -> list[str]:
        names = (name for own in self._names() for name in own)
        return [*object.__dir__(self), *filter(str.isidentifier, names)]

    def __repr__(self) -> str:
        return f"<{self.layer} {_shown(self)}>"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Relation:
    """A relation between two spans of a document."""

    type: str
    from_: Span
    to: Span

    def __repr__(self) -> str:
        return f"<{self.type}: {self.from_!r} -> {self.to!r}>"


def _refuse_own(whose: object, name: str) -> None:
    """Refuse to look for a name that Python asks for, or a field, while an object is being made."""
    if name.startswith("_") or name in type(whose).__dataclass_fields__:  # type: ignore[attr-defined]
        raise AttributeError(name)


def _start(place: Span | Sentence) -> int:
    return place.start


def _ordered(spans: Iterable[Span]) -> list[Span]:
    """Return each once, in the order of the text."""
    return [*dict(sorted({span.number: span for span in spans}.items())).values()]


def _grouped(pairs: Iterable[tuple[int, Relation]]) -> dict[int, list[Relation]]:
    found: dict[int, list[Relation]] = {}
    for number, relation in pairs:
        found.setdefault(number, []).append(relation)
    return found


def _shown(place: Span | Sentence) -> str:
    where, text = f"{place.start}:{place.end}", place.text
    if text is None:
        return where
    return f"{where} {text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'!r}"


def _unknown(
    whose: object,
    name: str,
    layers: Iterable[str],
    attributes: Iterable[str] = (),
    relations: Iterable[str] = (),
) -> AttributeError:
    kinds = {"attributes": attributes, "relations": relations, "layers": layers}
    there = [f"{kind} {', '.join(names)}" for kind, names in kinds.items() if [*names]]
    kind = whose.layer if isinstance(whose, Span) else type(whose).__name__.lower()
    told = "; ".join(there) or "no layers"
    return AttributeError(f"{kind} has no {name!r}; there are {told}", name=name, obj=whose)

"""What follows from the decisions: the value of each aspect, and which of them still lack one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.adjudication.comparison import Aspect, Comparison, Link, Value
from corpus.adjudication.conflicts import Conflict
from corpus.adjudication.record import BOTH, OVERRIDE, Entry, Override
from corpus.adjudication.words import item_words, span_words
from corpus.errors import CorpusError

Values = dict[Aspect, Value]


@dataclass(frozen=True)
class Ruling:
    """Where a decision stands, for messages, and of what it has to be a decision."""

    place: str
    comparison: Comparison

    def refuse(self, words: str) -> CorpusError:
        """Return the error that says what is wrong with it."""
        return CorpusError(f"{self.place}: {words}")

    def value(self, aspect: Aspect, said: object) -> Value:
        """Return a value that somebody wrote, as one that this aspect can have."""
        kind, schema = aspect[0], self.comparison.schema
        if kind in ("span", "relation"):
            if isinstance(said, bool):
                return said
            raise self.refuse(f"value {said!r}: expected true or false, whether it is in gold")
        if kind == "layer":
            if isinstance(said, str) and said in schema.layers:
                return said
            raise self.refuse(f"value {said!r} is no layer; there are {', '.join(schema.layers)}")
        return self.boundary(said) if kind == "boundary" else self.attribute(aspect, said)

    def boundary(self, said: object) -> tuple[int, int]:
        """Return (start, end) of a stretch of the text."""
        edges = [*said] if isinstance(said, list | tuple) else []
        if len(edges) == 2 and all(isinstance(edge, int) for edge in edges):
            start, end = edges
            if 0 <= start < end <= len(self.comparison.text):
                return start, end
        length = len(self.comparison.text)
        raise self.refuse(f"boundary {said!r}: expected [start, end] within 0 to {length}")

    def attribute(self, aspect: Aspect, said: object) -> tuple[str, ...]:
        """Return the values of an attribute, sorted."""
        _, _, layer, name = aspect
        declared = self.comparison.schema.layers[layer].attributes[name]
        if declared.kind == "flag":
            if isinstance(said, bool):
                return ("true",) if said else ()
            raise self.refuse(f"{name} {said!r}: expected true or false")
        values = [str(v) for v in said] if isinstance(said, list | tuple) else [str(said)]
        if len(values) > 1 and not declared.multiple:
            raise self.refuse(f"{name} has {len(values)} values; expected one")
        for value in values:
            if declared.kind == "choice" and value not in declared.values:
                there = ", ".join(declared.values)
                raise self.refuse(f"{value!r} is no value of {name}; there are {there}")
        return tuple(sorted({*values}))


def agreed_values(comparison: Comparison) -> Values:
    """Return the value of each aspect on which all agree."""
    return {
        aspect: next(iter(says.values()))
        for aspect, says in comparison.aspects.items()
        if comparison.agreed(aspect)
    }


def decided_value(ruling: Ruling, conflict: Conflict, entry: Entry) -> Value:
    """Return the value that a decision gives to what the conflict is about."""
    if (entry.value is not None) != (entry.decision == OVERRIDE):
        raise ruling.refuse(f'a value goes with decision = "{OVERRIDE}", and only with it')
    if entry.decision == BOTH:
        return most_votes(conflict.choices)
    if entry.decision == OVERRIDE:
        if not entry.reason.strip():
            raise ruling.refuse(f"decision {OVERRIDE!r} has no reason")
        return ruling.value(conflict.aspect, entry.value)
    if entry.decision in conflict.choices:
        return conflict.choices[entry.decision]
    there = ", ".join([*conflict.choices, BOTH])
    raise ruling.refuse(f"decision {entry.decision!r}: expected {there} or {OVERRIDE}")


def most_votes(choices: Mapping[str, Value]) -> Value:
    """Return the value of most letters; of several such values that of the first letter."""
    votes = Counter(choices.values())
    most = max(votes.values())
    return next(value for _, value in sorted(choices.items()) if votes[value] == most)


def majority(choices: Mapping[str, Value]) -> str | None:
    """Return the first letter of those who are more than half, and two at least; None if none."""
    votes = Counter(choices.values())
    for letter, value in sorted(choices.items()):
        if votes[value] * 2 > len(choices) and votes[value] > 1:
            return letter
    return None


def moot(values: Mapping[Aspect, Value], aspect: Aspect) -> bool:
    """Say whether nothing hangs on an aspect, because a span or layer it is of is not in gold."""
    kind, *rest = aspect
    if kind == "span":
        return False
    if kind == "relation":
        return any(values.get(("span", end)) is False for end in rest[1:])
    gone = values.get(("span", rest[0])) is False
    layer = values.get(("layer", rest[0]))
    return gone or (kind == "attribute" and layer is not None and layer != rest[1])


def override_values(comparison: Comparison, overrides: Sequence[Override], path: Path) -> Values:
    """Return the values that overrides give, whatever was agreed or decided.

    Raises:
        CorpusError: one does not say what it has to, or names a span or relation that is not there.
    """
    values: Values = {}
    for number, override in enumerate(overrides, 1):
        ruling = Ruling(f"{path}: overrides[{number}]", comparison)
        added = {aspect[1] for aspect in values if aspect[0] == "span"}
        link = _link(ruling, override)
        if link is None:
            values |= _of_span(ruling, override, added)
        else:
            _refuse_unless_there(ruling, link[1:], added)
            if override.action == "remove" and ("relation", *link) not in comparison.aspects:
                raise ruling.refuse(f"no relation {link[0]} from {link[1]} to {link[2]}")
            values["relation", *link] = override.action == "add"
    return values


def what_is_there(comparison: Comparison, override: Override) -> str:
    """Return the words of what an override changes; empty if it is not there."""
    if override.relation is not None:
        ends = [comparison.items.get(end or "") for end in (override.from_, override.to)]
        shown = [item_words(comparison, end) for end in ends if end is not None]
        return f"{shown[0]} {override.relation} > {shown[1]}" if len(shown) == 2 else ""
    item = comparison.items.get(override.span or "")
    if item is None:
        return ""
    return span_words(comparison.text, item.spans[min(item.spans)], comparison.schema)


def _link(ruling: Ruling, override: Override) -> Link | None:
    """Return the relation that an override is of; None if it is of a span."""
    ends = (override.relation, override.from_, override.to)
    if not override.reason.strip():
        raise ruling.refuse("has no reason")
    said = override.boundary is not None or override.layer is not None or override.attributes
    if override.span is not None and not any(ends):
        if override.action == "remove" and said:
            raise ruling.refuse("what is removed has no boundary, layer or attributes")
        return None
    relation, near, far = ends
    if override.span is not None or relation is None or near is None or far is None:
        raise ruling.refuse("expected span, or relation with from and to")
    if said or override.action == "change":
        raise ruling.refuse("a relation can be removed or added, and has nothing else")
    if relation not in ruling.comparison.schema.relations:
        there = ", ".join(ruling.comparison.schema.relations)
        raise ruling.refuse(f"{relation!r} is no relation; there are {there}")
    return relation, near, far


def _refuse_unless_there(ruling: Ruling, ids: Iterable[str], added: set[str]) -> None:
    for span_id in ids:
        if span_id not in ruling.comparison.items and span_id not in added:
            raise ruling.refuse(f"no span {span_id!r}: expected an id as gold has it")


def _of_span(ruling: Ruling, override: Override, added: set[str]) -> Values:
    span_id = override.span or ""
    if override.action == "remove":
        _refuse_unless_there(ruling, [span_id], added)
        return {("span", span_id): False}
    if override.action == "change":
        _refuse_unless_there(ruling, [span_id], added)
        changed = dict(_said(ruling, override, span_id))
        if not changed:
            raise ruling.refuse("changes nothing: expected boundary, layer or attributes")
        return changed
    if not span_id or span_id in ruling.comparison.items or span_id in added:
        raise ruling.refuse(f"span {span_id!r} is taken: give what you add an id of its own")
    if override.layer is None or override.boundary is None:
        raise ruling.refuse("a span that is added needs layer and boundary")
    return {("span", span_id): True, **dict(_said(ruling, override, span_id))}


def _said(ruling: Ruling, override: Override, span_id: str) -> Iterator[tuple[Aspect, Value]]:
    """Yield what an override says of a span; of an attribute in each layer that has it."""
    for kind, said in (("layer", override.layer), ("boundary", override.boundary)):
        if said is not None:
            yield (kind, span_id), ruling.value((kind, span_id), said)
    for name, given in override.attributes.items():
        layers = ruling.comparison.schema.layers_with(name)
        if not layers:
            raise ruling.refuse(f"no layer has an attribute {name!r}")
        for layer in layers:
            aspect = ("attribute", span_id, layer, name)
            yield aspect, ruling.value(aspect, given)

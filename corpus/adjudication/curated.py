"""A document as a curator drew it: what it begins with, and the decisions that it comes to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import numpy as np

from corpus.adjudication.case import Case, signed, told, with_fields
from corpus.adjudication.comparison import Aspect, Comparison, Item, Link, Span, Value
from corpus.adjudication.conflicts import Conflict
from corpus.adjudication.decisions import Values, decided_value, moot, most_votes
from corpus.adjudication.gold import attributes, gold
from corpus.adjudication.record import OVERRIDE, Entry, Override
from corpus.agreement.matching import best_matching
from corpus.errors import CorpusError
from corpus.schema import Attribute
from corpus.store import MAJORITY, Given

changed = msgspec.structs.replace
THERE = "decided in Label Studio"
"""The reason of what needs one and has none."""


@dataclass(frozen=True)
class Drawn:
    """Spans by id, which are those of the comparison's items where they are these; links as there.

    reasons: id of a span -> what is written on it.
    """

    spans: Mapping[str, Span]
    links: frozenset[Link]
    reasons: Mapping[str, str]


def agreed_part(case: Case) -> Drawn:
    """Return what is agreed or decided so far.

    A span whose layer or boundary is in conflict is there all the same, as most have it: so is what
    else is said of it.
    """
    values = case.values
    there = [aspect[1] for aspect, value in values.items() if aspect[0] == "span" and value]
    spans = {name: _span(case, name) for name in there}
    links = [
        (aspect[1], aspect[2], aspect[3])
        for aspect, value in values.items()
        if len(aspect) > 3 and value and aspect[0] == "relation"
    ]
    return Drawn(spans, frozenset(link for link in links if {*link[1:]} <= spans.keys()), {})


def version(comparison: Comparison, letter: str) -> Drawn:
    """Return what one annotator drew."""
    spans = {name: i.spans[letter] for name, i in comparison.items.items() if letter in i.spans}
    links = [link for link, having in comparison.links.items() if letter in having]
    return Drawn(spans, frozenset(links), {})


def _span(case: Case, name: str) -> Span:
    values, aspects = case.values, case.comparison.aspects

    def said(kind: str) -> Value:
        aspect = (kind, name)
        return values[aspect] if aspect in values else most_votes(aspects[aspect])

    layer, edges = said("layer"), said("boundary")
    assert isinstance(layer, str)
    assert isinstance(edges, tuple)
    start, end = (int(edge) for edge in edges)
    return Span(name, layer, start, end, attributes(case.comparison, values, name, layer))


def identified(comparison: Comparison, spans: Mapping[str, Span]) -> dict[str, str]:
    """Return id of a span -> id of the item that it is: by its id, else by layer and place.

    What is new is not in it.
    """
    found = {name: name for name in spans if name in comparison.items}
    free = [item for name, item in comparison.items.items() if name not in found]
    left = [(name, span) for name, span in spans.items() if name not in found]
    pairs = [
        (n, k, weight)
        for n, (_, span) in enumerate(left)
        for k, item in enumerate(free)
        if (weight := _shared(item, span)) > 0
    ]
    near, far = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    weights = np.array([pair[2] for pair in pairs], dtype=np.float64)
    chosen = best_matching(near, far, weights) if pairs else ()
    return found | {left[near[n]][0]: free[far[n]].id for n in chosen}


def _shared(item: Item, span: Span) -> float:
    """Return how much a span shares (Dice) with the nearest of an item's spans in its layer."""
    same = [own for own in item.spans.values() if own.layer == span.layer]
    lengths = [own.end - own.start + span.end - span.start for own in same]
    common = [min(own.end, span.end) - max(own.start, span.start) for own in same]
    return max((2 * c / both for c, both in zip(common, lengths, strict=True) if c > 0), default=0)


def settled(case: Case, drawn: Drawn, by: str, date: str) -> Case:
    """Return the case with the decisions and overrides that make gold of what was drawn.

    What is decided so already stays as it is.

    Raises:
        CorpusError: somebody else decided otherwise; or gold would not be what was drawn.
    """
    wanted = _wanted(case.comparison, drawn)
    case = with_fields(case, overrides=_standing(case, wanted, by))
    entries = [_entry(case, c, wanted, drawn, by) for c in case.conflicts.values()]
    case = with_fields(case, conflicts=entries)
    if new := [told(case.comparison, o) for o in _overrides(case, wanted, drawn)]:
        all_ = sorted([*case.record.overrides, *new], key=lambda o: o.relation is not None)
        case = with_fields(case, overrides=all_)
    case = signed(case, by, date)
    _refuse_another(case, wanted)
    return case


def _wanted(comparison: Comparison, drawn: Drawn) -> Values:
    """Return the value of each aspect of what was drawn; of links those that are there."""
    found: Values = {("span", name): name in drawn.spans for name in comparison.items}
    for name, span in drawn.spans.items():
        found["span", name] = True
        found["layer", name], found["boundary", name] = span.layer, (span.start, span.end)
        for attribute, declared in comparison.schema.layers[span.layer].attributes.items():
            if declared.published:
                found["attribute", name, span.layer, attribute] = span.values.get(attribute, ())
    return found | {("relation", *link): True for link in drawn.links}


def _standing(case: Case, wanted: Values, by: str) -> list[Override]:
    """Return the overrides that hold of what was drawn."""
    gone = {
        aspect[1:] if aspect[0] == "relation" else aspect[1:2]
        for aspect, value in case.overridden.items()
        if not _holds(wanted, aspect, value)
    }
    gone |= {  # what leads to a span that is to be added anew is to be added after it
        aspect[1:]
        for aspect in case.overridden
        for end in aspect[2:]
        if aspect[0] == "relation" and (end,) in gone and end not in case.comparison.items
    }
    kept = list[Override]()
    for override in case.record.overrides:
        link = (override.relation, override.from_, override.to)
        if (link if override.relation else (override.span,)) not in gone:
            kept.append(override)
        elif override.by not in ("", by):
            raise _otherwise(case, f"an override of {override.was or override.span!r}", override.by)
    return kept


def _holds(wanted: Values, aspect: Aspect, value: Value) -> bool:
    if aspect[0] in ("span", "relation"):
        return wanted.get(aspect, False) == value
    if not wanted.get(("span", aspect[1]), False):
        return False
    return moot(wanted, aspect) or wanted.get(aspect) == value


def _entry(case: Case, conflict: Conflict, wanted: Values, drawn: Drawn, by: str) -> Entry:
    """Return the entry of a conflict with the decision that was drawn."""
    entry, aspect = case.entries[conflict.id], conflict.aspect
    if moot(wanted, aspect) or aspect in case.overridden:
        return entry
    value = wanted.get(aspect, False)
    if entry.decision and entry.by != MAJORITY:
        if decided_value(case.ruling(entry), conflict, entry) == value:
            return entry
        if entry.by not in ("", by):
            raise _otherwise(case, f"conflict {conflict.id!r}", entry.by)
    reason, unsigned = _reason(drawn, aspect), {"by": "", "date": ""}
    for letter, said in sorted(conflict.choices.items()):
        if said == value:
            return changed(entry, decision=letter, value=None, reason=reason, **unsigned)
    given = _given(case.comparison, aspect, value)
    return changed(entry, decision=OVERRIDE, value=given, reason=reason or THERE, **unsigned)


def _otherwise(case: Case, what: str, who: str) -> CorpusError:
    return CorpusError(
        f"{case.path}: {what} was decided otherwise by {who!r}: take that out, or change it in"
        " Label Studio"
    )


def _reason(drawn: Drawn, aspect: Aspect) -> str:
    """Return what is written on the span that an aspect is of, or on one of the two."""
    ids = aspect[2:] if aspect[0] == "relation" else aspect[1:2]
    return next((drawn.reasons[name] for name in ids if name in drawn.reasons), "")


def _overrides(case: Case, wanted: Values, drawn: Drawn) -> Iterator[Override]:
    """Yield how what was drawn differs from what is agreed and decided."""
    values = case.values
    both = dict.fromkeys(aspect for found in (values, wanted) for aspect in found)
    for aspect in both:
        reason = _reason(drawn, aspect) or THERE
        here, there = values.get(aspect) is True, wanted.get(aspect) is True
        if aspect[0] == "span":
            said = _said(case, wanted, aspect[1]) if there else {}
            if here and not there:
                yield Override("remove", reason, span=aspect[1])
            elif said:
                yield Override("change" if here else "add", reason, span=aspect[1], **said)
        elif aspect[0] == "relation" and here != there and not moot(wanted, aspect):
            ends: dict[str, Any] = {"relation": aspect[1], "from_": aspect[2], "to": aspect[3]}
            yield Override("add" if there else "remove", reason, **ends)


def _said(case: Case, wanted: Values, name: str) -> dict[str, Any]:
    """Return layer, boundary and attributes of a span, where they are not those of gold so far."""
    comparison, values = case.comparison, case.values
    kinds = [k for k in ("layer", "boundary") if wanted[k, name] != values.get((k, name))]
    said: dict[str, Any] = {kind: wanted[kind, name] for kind in kinds}
    layer = str(wanted["layer", name])
    now = attributes(comparison, values, name, layer)
    given = dict[str, Given]()
    for attribute, declared in comparison.schema.layers[layer].attributes.items():
        aspect = ("attribute", name, layer, attribute)
        if declared.published and _bare(declared, wanted[aspect]) != _bare(
            declared, now.get(attribute, ())
        ):
            given[attribute] = cast(Given, _given(comparison, aspect, wanted[aspect]))
    return said | ({"attributes": given} if given else {})


def _bare(declared: Attribute, value: Value) -> Value:
    """Return a value as files have it: a default is not said."""
    return () if value == (declared.default,) else value


def _given(comparison: Comparison, aspect: Aspect, value: Value) -> bool | str | list[str | int]:
    """Return a value as a record has it."""
    if not isinstance(value, tuple):
        return value
    if aspect[0] == "attribute":
        if comparison.schema.layers[aspect[2]].attributes[aspect[3]].kind == "flag":
            return bool(value)
        if len(value) == 1:
            return str(value[0])
    return [*value]


def _refuse_another(case: Case, wanted: Values) -> None:
    """Raise CorpusError if gold would not be what was drawn, line by line of its file."""
    there = gold(case.comparison, wanted, case.record.guideline_version)
    here = case.gold or b""
    for one, other in zip(here.splitlines(), there.splitlines(), strict=False):
        if one != other:
            raise CorpusError(
                f"{case.path}: gold would have {one.decode()}, and what was handed in is"
                f" {other.decode()}: nothing is written"
            )
    if here != there:
        raise CorpusError(f"{case.path}: gold would not be what was handed in: nothing is written")

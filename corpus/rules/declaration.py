"""What a schema says of rules, held to the rules that there are."""

import difflib
from collections.abc import Collection, Iterator, Mapping

from corpus.findings import FIRST
from corpus.rules.rule import PartKind, Rule
from corpus.schema import Parts, Schema

COUNTED = (
    "relation-count",
    "attributed-without-source",
    "author-with-source",
    "attributed-without-cue",
    "author-with-cue",
    "hedge-without-scope",
)
"""Rules under which too few or too many relations may be reported."""


MANY = 40
"""Of more names than these a message lists none."""


def misdeclared(schema: Schema, rules: Mapping[str, Rule]) -> Iterator[str]:
    """Yield what a schema says of rules that cannot be meant, the place first.

    rules: name -> rule, of all that there are.
    """
    yield from _counts(schema)
    asking = {name: rule for name, rule in rules.items() if rule.parts}
    for name, named in schema.rules.items():
        if name in asking:
            yield from _misnamed(schema, asking[name], named)
        else:
            yield _unknown(f"rules.{name}", "rule that asks for parts", name, asking)
    called = {**rules, **{rule.code: rule for rule in rules.values()}}
    for name, severity in schema.validate.items():
        if name not in called:
            yield _unknown(f"validate.{name}", "rule", name, rules)
        elif severity != "error" and decisive(called[name]):
            yield f"validate.{name}: stays an error: what breaks it cannot be read on"
    lists = {entry for rule in rules.values() for entry in rule.lists}
    for language, lexicon in schema.lexicons.items():
        for entry in (name for name in lexicon if name not in lists):
            yield _unknown(f"lexicon.{language}.toml", "list", entry, lists)


def decisive(rule: Rule) -> bool:
    """Say whether what breaks a rule cannot be read on: it is an error in every corpus."""
    return rule.code[0] in FIRST and rule.severity == "error"


def _counts(schema: Schema) -> Iterator[str]:
    for name, relation in schema.relations.items():
        for number, count in enumerate(relation.counts, 1):
            if count.rule not in COUNTED:
                place = f"relations.{name}.counts[{number}].rule"
                yield f"{place}: no rule {count.rule!r} for it (there are {', '.join(COUNTED)})"


def _unknown(place: str, what: str, name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    there = "`corpus rule` lists them" if len(known) > MANY else f"there are {', '.join(known)}"
    return f"{place}: no {what} {name!r}{hint} ({there})"


def _misnamed(schema: Schema, rule: Rule, named: Parts) -> Iterator[str]:
    place = f"rules.{rule.name}"
    if named.keys() != rule.parts.keys():
        wrong = ", ".join(named) or "nothing"
        yield f"{place}: names {wrong}; expected {', '.join(rule.parts)}"
        return
    for part, kind in rule.parts.items():
        known = _known(schema, part, kind, named)
        given = named[part]
        if isinstance(given, list) != (kind == "layers") or not given:
            yield f"{place}.{part}: {given!r}: expected {'a list' if kind == 'layers' else 'one'}"
            continue
        for name in [given] if isinstance(given, str) else given:
            if name not in known:
                there = ", ".join(known) or "none"
                yield f"{place}.{part}: {name!r} is none of its {kind} (there are {there})"


def _known(schema: Schema, part: str, kind: PartKind, named: Parts) -> list[str]:
    """Return the names that a part may have; `x_value` is one of the attribute `x_attribute`."""
    if kind == "layers":
        return [*schema.layers]
    if kind == "relation":
        return [*schema.relations]
    if kind == "attribute":
        return [*schema.shared()]
    attribute = schema.shared().get(str(named.get(part.replace("value", "attribute"))))
    return [*attribute.values] if attribute else []

"""The rules: one function a rule, one file a family, in the order in which they are checked.

A family that outgrows its file has a second one, of the same first letter (process, provenance).
"""

import difflib
from collections.abc import Mapping

from corpus.errors import CorpusError, SchemaError
from corpus.rules import (
    attribute,
    collection,
    file,
    guideline,
    process,
    provenance,
    relation,
    span,
    text,
    validation,
)
from corpus.rules.declaration import misdeclared
from corpus.rules.own import own_rules
from corpus.rules.rule import Rule
from corpus.schema import Schema

FAMILIES = (
    *(file, text, span, attribute, relation, guideline, process, provenance),
    *(collection, validation),
)

RULES: dict[str, Rule] = {
    entry.code: entry
    for family in FAMILIES
    for entry in vars(family).values()
    if isinstance(entry, Rule)
}
"""Code -> rule, by family."""


def rules_of(schema: Schema) -> dict[str, Rule]:
    """Return all rules, code -> rule, and those of schemas/rules.py last.

    SchemaError if that file cannot be used, or the schema says something of rules that cannot be.
    """
    own = own_rules(schema)
    if clash := by_name(RULES).keys() & by_name(own):
        raise SchemaError(f"{schema.path}: rules.py: there is a rule {min(clash)!r} already")
    found = RULES | own
    for problem in misdeclared(schema, by_name(found)):
        raise SchemaError(f"{schema.path}: {problem}")
    return found


def by_name(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return name -> rule."""
    return {rule.name: rule for rule in rules.values()}


def find_rule(called: str, rules: Mapping[str, Rule] = RULES) -> Rule:
    """Return a rule by its code or name; CorpusError names the nearest where there is none."""
    known = {**rules, **by_name(rules)}
    called = called.upper() if called.upper() in rules else called
    if called not in known:
        near = difflib.get_close_matches(called, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise CorpusError(f"no rule {called!r}{hint} (`corpus rule` lists them)")
    return known[called]

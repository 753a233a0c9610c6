"""The rules: one function a rule, one file a family, in the order in which they are checked.

A family that outgrows a file has several.
"""

import difflib
from collections.abc import Mapping
from types import ModuleType

from corpus.errors import CorpusError, SchemaError
from corpus.rules import (
    attribute,
    claim,
    collection,
    event,
    file,
    hedge,
    process,
    provenance,
    relation,
    span,
    text,
    validation,
    wording,
)
from corpus.rules.declaration import misdeclared
from corpus.rules.own import own_rules
from corpus.rules.rule import Rule
from corpus.schema import Schema

FAMILIES: dict[str, tuple[ModuleType, ...]] = {
    "F": (file,),
    "T": (text,),
    "S": (span, wording),
    "A": (attribute,),
    "R": (relation,),
    "G": (claim, event, hedge),
    "P": (process, provenance),
    "C": (collection,),
    "V": (validation,),
}
"""The first letter of a rule's code -> the files that hold the rules, in the order of checking."""

RULES: dict[str, Rule] = {
    entry.code: entry
    for files in FAMILIES.values()
    for entry in sorted(
        (entry for file_ in files for entry in vars(file_).values() if isinstance(entry, Rule)),
        key=lambda entry: entry.code,
    )
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

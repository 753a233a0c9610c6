"""The rules: one function a rule, one file a family, in the order in which they are checked."""

import difflib

from corpus.errors import CorpusError, SchemaError
from corpus.rules import attribute, declared, file, guideline, process, relation, span, text
from corpus.rules.rule import Rule
from corpus.schema import Schema

FAMILIES = (file, text, span, attribute, relation, guideline, process)

RULES: dict[str, Rule] = {
    entry.code: entry
    for family in FAMILIES
    for entry in vars(family).values()
    if isinstance(entry, Rule)
}
"""Code -> rule, by family."""

NAMES: dict[str, Rule] = {entry.name: entry for entry in RULES.values()}
"""Name -> rule."""


def check_declared(schema: Schema) -> None:
    """Raise SchemaError if a schema reports something under a rule that does not check it."""
    for place, name, possible in declared.names(schema):
        if name not in possible:
            there = ", ".join(possible)
            raise SchemaError(
                f"{schema.path}: {place}: no rule {name!r} for it (there are {there})"
            )


def find_rule(called: str) -> Rule:
    """Return a rule by its code or name; CorpusError names the nearest where there is none."""
    known, called = RULES | NAMES, called.upper() if called.upper() in RULES else called
    if called not in known:
        near = difflib.get_close_matches(called, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise CorpusError(f"no rule {called!r}{hint} (`corpus rule` lists them)")
    return known[called]

"""The examples in GUIDELINES.md, held to their word.

An example is a list item: "- Right: `shorthand` why.", or "- Wrong (rule): `shorthand` why." with
the rule that it breaks, or *judgement* where only a reader can tell.
"""

import re
from collections.abc import Iterator

import msgspec

from corpus.errors import CorpusError
from corpus.rules import find_rule
from corpus.schema import Schema
from corpus.schema.guidelines import HEADING
from corpus.shorthand import parse
from corpus.validation import validate

BEGINNING = re.compile(r"\s*(?:[-*+]|\d+[.)]) +[*_]*(right|wrong)\b[^`]*:", re.IGNORECASE)
EXAMPLE = re.compile(r"[-*+] +(?:Right|Wrong \((?P<rule>[^()]+)\)): `(?P<shorthand>[^`]+)`.*")
JUDGEMENT = "judgement"


class Example(msgspec.Struct, frozen=True):
    """An example: the line and the section where it stands, and the rule that it breaks, if any."""

    line: int
    section: str
    rule: str | None
    shorthand: str


def examples(text: str, where: str) -> list[Example]:
    """Return the examples of guidelines; CorpusError, with the line, for one of another form."""
    found, section = list[Example](), ""
    for number, line in enumerate(text.splitlines(), 1):
        if heading := HEADING.fullmatch(line):
            section = heading[2]
        elif BEGINNING.match(line):
            if not (match := EXAMPLE.fullmatch(line)):
                raise CorpusError(
                    f"{where}:{number}: an example is of the form - Right: `shorthand` why, or"
                    " - Wrong (rule): `shorthand` why"
                )
            found.append(Example(number, section, match["rule"], match["shorthand"]))
    return found


def broken(found: list[Example], schema: Schema) -> Iterator[str]:
    """Yield what is wrong with examples, the line first."""
    for example in found:
        try:
            if problem := _problem(example, schema):
                yield f"{example.line}: {problem}: {example.shorthand}"
        except CorpusError as error:
            yield f"{example.line}: {error}"


def _problem(example: Example, schema: Schema) -> str | None:
    said = {f.name: f.message for f in validate(parse(example.shorthand, schema), schema)}
    if example.rule is None or example.rule == JUDGEMENT:
        return next((f"breaks {name} ({words})" for name, words in said.items()), None)
    name = find_rule(example.rule).name
    if name not in said:
        return f"does not break {name}"
    return next((f"breaks {n} too ({words})" for n, words in said.items() if n != name), None)

"""The examples of a rule's docstring, read as what they are."""

import re
import tempfile
from functools import cache
from pathlib import Path

import polars as pl

from corpus.findings import Finding
from corpus.rules import FAMILIES
from corpus.rules.rule import Rule
from corpus.shorthand import parse
from corpus.tables import COLUMNS, Tables
from corpus.validation import validate
from tests.corpora import ANN, SCHEMAS, TEXT, findings_of, folder, sha256

BLOCK = re.compile(r"```(?P<kind>json|toml|text|entities)\n(?P<content>.*?)```\n?", re.DOTALL)
FAMILY = [family.__name__.rpartition(".")[2] for family in FAMILIES]
"""The families' files, in the order in which they are checked."""


@cache
def findings_in(rule: Rule, section: str) -> list[Finding]:
    """Return what validation says of an example of a rule."""
    example = rule.section(section)
    blocks = {found["kind"]: found["content"] for found in BLOCK.finditer(example)}
    if "json" in blocks:
        return _of_file(blocks["json"], rule.schema, blocks.get("toml"))
    if "text" in blocks:
        return _of_text(blocks["text"].removesuffix("\n"), rule.schema)
    tables = parse(BLOCK.sub("", example), SCHEMAS[rule.schema])
    if "entities" in blocks:
        tables = _with_entities(tables, blocks["entities"])
    return validate(tables, SCHEMAS[rule.schema])


def family_of(code: str) -> int:
    """Return where the family of a rule stands among all."""
    return next(n for n, name in enumerate(FAMILY) if name[0].upper() == code[0])


def rules_in(family: str) -> list[Rule]:
    """Return the rules that stand in a family's file, in its order."""
    module = FAMILIES[FAMILY.index(family)]
    return [entry for entry in vars(module).values() if isinstance(entry, Rule)]


def _of_file(content: str, schema: str, rounds: str | None) -> list[Finding]:
    """Read an annotation file, or an export (an array), in a folder with the text `example`."""
    content = content.replace("SHA256", sha256(TEXT))
    name = "export.json" if content.startswith("[") else ANN
    files = {name: content}
    if rounds is not None:
        files["annotations/rounds.toml"] = rounds.replace("THE-SHA256-OF-THE-FILE", sha256(content))
    with tempfile.TemporaryDirectory() as scratch:
        root = folder(Path(scratch), files, schema=Path(SCHEMAS[schema].path))
        return findings_of(root, *([root / name] if name != ANN else []))


def _of_text(content: str, schema: str) -> list[Finding]:
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), content)
    with tempfile.TemporaryDirectory() as scratch:
        root = folder(Path(scratch), texts={"example": text}, schema=Path(SCHEMAS[schema].path))
        return findings_of(root)


def _with_entities(tables: Tables, lines: str) -> Tables:
    """Return the tables with these entities: a line each, the id and then key=value."""
    rows = []
    for line in lines.splitlines():
        entity_id, *pairs = line.split()
        said = dict(pair.split("=") for pair in pairs)
        rows.append(
            {"entity_id": entity_id, "name": entity_id, "type": "person", "wikidata": None}
            | {"description": "invented", "file": "seeds/entities.toml"}
            | said
        )
    entities = pl.LazyFrame(rows, schema=COLUMNS["entities"])
    return Tables(**(vars(tables) | {"entities": entities}))

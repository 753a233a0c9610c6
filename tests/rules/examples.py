"""The examples of a rule's docstring, read as what they are."""

import re
import tempfile
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl

from corpus.findings import Finding
from corpus.rules import FAMILIES
from corpus.rules.rule import Rule
from corpus.shorthand import parse
from corpus.tables import COLUMNS, Tables
from corpus.validation import validate
from tests.corpora import ANN, SCHEMAS, TEXT, findings_of, folder, seed, sha256

FILE = r"[A-Za-z0-9_./-]+\.(?:json|toml|txt|md)"
BLOCK = re.compile(rf"```(?P<kind>json|text|entities|{FILE})\n(?P<content>.*?)```\n?", re.DOTALL)
"""json: an annotation file, or an export; text: a text, with escapes; entities: a line each.

Another kind is a file: in annotations/, if it does not say a folder. Of a text's metadata it says
what is otherwise.
"""
REPEATED = re.compile(r"```(\d+) times\n(.*?)```\n?", re.DOTALL)
"""Lines of shorthand that stand there so many times."""
ITEMS = re.compile(r"(\d+) times (\{.*\})")
"""An item of a list in a file that stands there so many times."""
LAYOUT = "F109"
"""Files in a page are laid out for its reader: only this rule asks how the tool writes them."""


@cache
def findings_in(rule: Rule, section: str) -> list[Finding]:
    """Return what validation says of an example of a rule, but for the layout of its files."""
    return [f for f in _findings(rule, section) if LAYOUT not in {f.code} - {rule.code}]


def _findings(rule: Rule, section: str) -> list[Finding]:
    example = REPEATED.sub(lambda found: int(found[1]) * found[2], rule.section(section))
    blocks = {found["kind"]: found["content"] for found in BLOCK.finditer(example)}
    if any("." in kind for kind in blocks) or "json" in blocks:
        return _of_files(blocks, rule.schema)
    if "text" in blocks:
        return _of_text(blocks["text"].removesuffix("\n"), rule.schema)
    tables = replace(parse(BLOCK.sub("", example), SCHEMAS[rule.schema]), whole=rule.whole)
    if "entities" in blocks:
        tables = _with_entities(tables, blocks["entities"])
    return validate(tables, SCHEMAS[rule.schema])


def family_of(code: str) -> int:
    """Return where the family of a rule stands among all."""
    return [*FAMILIES].index(code[0])


def _of_files(blocks: dict[str, str], schema: str) -> list[Finding]:
    """Read a folder with these files and the text `example`, or an export in it."""
    content = blocks.pop("json", "").replace("SHA256", sha256(TEXT))
    content = ITEMS.sub(lambda found: ",".join([found[2]] * int(found[1])), content)
    name = "export.json" if content.startswith("[") else ANN
    files, texts = {name: content} if content else {}, {"example": TEXT}
    for own, said in blocks.items():
        path = Path(own)
        if path.match("seeds/*.txt"):
            texts[path.stem] = said.removesuffix("\n")
        elif path.match("seeds/*.toml"):
            files[own] = seed(TEXT, **tomllib.loads(said))
        else:
            said = said.replace("THE-SHA256-OF-THE-FILE", sha256(content))
            files[own if "/" in own else f"annotations/{own}"] = said.replace(
                "SHA256", sha256(TEXT)
            )
    with tempfile.TemporaryDirectory() as scratch:
        root = folder(Path(scratch), files, texts, Path(SCHEMAS[schema].path))
        return findings_of(root, *([root / name] if name == "export.json" else []))


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

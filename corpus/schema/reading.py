"""`schemas/<name>.toml` -> Schema, checked: the refusal names the file and the key."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from corpus.errors import SchemaError
from corpus.schema.guidelines import guidelines_path, read_guidelines, sections
from corpus.schema.language import About, Attribute, Layer, RelationType, Schema, Value
from corpus.schema.lexicon import is_lexicon, read_lexicons
from corpus.schema.problems import problems, unlinked
from corpus.toml import convert, read_toml

T = TypeVar("T")
NAME = re.compile(r"[a-z][a-z0-9_]*")


def read_schema(path: Path, *, linked: bool = True) -> Schema:
    """Read and check a schema file; SchemaError names the file and the key that is wrong.

    linked: the guidelines and the lexicons stand beside it: they are read and checked too.
    """
    raw = read_toml(path, SchemaError)
    schema = _schema(str(path), raw)
    _check(schema)
    return _linked(schema) if linked else schema


def find_schema(root: Path) -> Path:
    """Return the one schema file of a corpus folder (lexicons beside it are none)."""
    there = (p for p in (root / "schemas").glob("*.toml") if not p.name.startswith("."))
    found = sorted(path for path in there if not is_lexicon(path))
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise SchemaError(f"{root / 'schemas'}: expected one schema (*.toml), found {names}")
    return found[0]


def _schema(path: str, raw: dict[str, Any]) -> Schema:
    """Build the schema table by table, so that a message can name the table it speaks of."""
    shared = _tables(path, "attributes", raw.pop("attributes", {}), _attribute)
    layers = _tables(path, "layers", raw.pop("layers", {}), _layer)
    for name, layer in layers.items():
        if clash := shared.keys() & layer.attributes.keys():
            raise SchemaError(f"{path}: layers.{name}: attribute {min(clash)!r} is also shared")
        layers[name] = msgspec.structs.replace(layer, attributes=layer.attributes | shared)
    relations = _tables(path, "relations", raw.pop("relations", {}), _relation)
    about = msgspec.structs.asdict(_convert(path, "", raw, About))
    return Schema(**about, path=path, layers=layers, relations=relations)


def _tables(
    path: str, place: str, raw: object, build: Callable[[str, str, Any], T]
) -> dict[str, T]:
    if not isinstance(raw, dict):
        raise SchemaError(f"{path}: {place!r} is not a table: expected [{place}.NAME]")
    for name in raw:
        if not NAME.fullmatch(name):
            raise SchemaError(f"{path}: {place}.{name}: a name is of the form {NAME.pattern}")
    return {name: build(path, f"{place}.{name}", table) for name, table in raw.items()}


def _layer(path: str, place: str, raw: Any) -> Layer:
    inner = raw.pop("attributes", {}) if isinstance(raw, dict) else {}
    attributes = _tables(path, f"{place}.attributes", inner, _attribute)
    return msgspec.structs.replace(_convert(path, place, raw, Layer), attributes=attributes)


def _attribute(path: str, place: str, raw: Any) -> Attribute:
    inner = raw.pop("values", {}) if isinstance(raw, dict) else {}
    if not isinstance(inner, dict):
        raise SchemaError(f"{path}: {place}.values is not a table of NAME = {{definition = …}}")
    values = {k: _convert(path, f"{place}.values.{k}", v, Value) for k, v in inner.items()}
    return msgspec.structs.replace(_convert(path, place, raw, Attribute), values=values)


def _relation(path: str, place: str, raw: Any) -> RelationType:
    return _convert(path, place, raw, RelationType)


def _convert(path: str, place: str, raw: Any, kind: type[T]) -> T:
    return convert(Path(path), place, raw, kind, SchemaError)


def _check(schema: Schema) -> None:
    """Raise SchemaError at the first thing that cannot be meant."""
    for problem in problems(schema):
        raise SchemaError(f"{schema.path}: {problem}")


def _linked(schema: Schema) -> Schema:
    """Return the schema with what stands beside it; SchemaError if a link leads nowhere."""
    guidelines = guidelines_path(Path(schema.path))
    guide = read_guidelines(guidelines)
    for problem in unlinked(schema, sections(guide), guidelines.name):
        raise SchemaError(f"{schema.path}: {problem}")
    lexicons = read_lexicons(Path(schema.path).parent)
    return msgspec.structs.replace(schema, lexicons=lexicons, guide=guide)

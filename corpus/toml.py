"""TOML files that people write: read, turned into Structs, refused with file and key."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from corpus.errors import CorpusError

T = TypeVar("T")


def read_toml(path: Path, refusal: type[CorpusError]) -> dict[str, Any]:
    """Return a TOML file as a dict; what is wrong with it is raised as `refusal`."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise refusal(f"{path}: no such file; expected a TOML file here") from None
    except OSError as error:
        raise refusal(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise refusal(f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8") from None
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a bare ValueError
        raise refusal(f"{path}: not TOML: {error}") from None


def read_tables(path: Path, name: str, kind: type[T], refusal: type[CorpusError]) -> dict[str, T]:
    """Return the tables [name.KEY] of a file that holds nothing else; no file, no tables."""
    if not path.exists():
        return {}
    raw = read_toml(path, refusal)
    tables = raw.pop(name, {})
    if raw or not isinstance(tables, dict):
        wrong = next(iter(raw), name)
        raise refusal(f"{path}: {wrong!r} is not expected here: a file of tables [{name}.KEY]")
    return {
        key: convert(path, f"{name}.{key}", table, kind, refusal) for key, table in tables.items()
    }


def convert(path: Path, place: str, raw: Any, kind: type[T], refusal: type[CorpusError]) -> T:
    """Return a table as a Struct; the refusal names the key, and the keys that there are."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        at = f"{place}: " if place else ""
        raise refusal(f"{path}: {at}{_reason(str(error), kind)}") from None


def inline(value: object) -> str:
    """Return a value of texts, whole numbers, truths, lists and dicts as TOML on one line."""
    if isinstance(value, dict):
        pairs = (f"{inline(key)} = {inline(item)}" for key, item in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    # JSON's escapes are TOML's, but for DEL.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _reason(text: str, kind: Any) -> str:
    text = text.replace("`", "'").replace("Object missing required field", "has no")
    text = text.replace("Object contains unknown field", "has an unknown key").replace("$.", "")
    text = re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + 1}]", text)  # people count from 1
    if "unknown key" in text and " - at " not in text:
        keys = ", ".join(field.encode_name for field in msgspec.structs.fields(kind))
        return f"{text} (there are {keys})"
    if text.startswith("has no ") and " - at " not in text:
        needed = (field.encode_name for field in msgspec.structs.fields(kind) if field.required)
        return f"{text} (needed are {', '.join(needed)})"
    if found := re.search(r"nvalid enum value .* - at '(\w+)'$", text):
        text += f" (one of {', '.join(_choices(get_type_hints(kind)[found[1]]))})"
    return text[0].lower() + text[1:]


def _choices(hint: Any) -> tuple[str, ...]:
    """Return the values of a Literal, or of one that may be left out."""
    inner = get_args(hint)
    return inner if isinstance(inner[0], str) else get_args(inner[0])

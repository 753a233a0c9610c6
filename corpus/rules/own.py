"""Rules that a corpus brings itself: schemas/rules.py, written like the ones here."""

import re
import traceback
from functools import cache
from pathlib import Path
from types import ModuleType

from corpus.errors import SchemaError
from corpus.rules.rule import Rule
from corpus.schema import Schema

CODE = re.compile(r"X\d{3}")
FAMILY = "X"
"""The first letter of the code of a corpus's own rules."""


def own_rules(schema: Schema) -> dict[str, Rule]:
    """Return code -> rule of rules.py beside the schema; empty if there is none."""
    path = Path(schema.path).with_name("rules.py")
    return _read(path.resolve(), path.stat().st_mtime_ns) if path.is_file() else {}


@cache
def _read(path: Path, _changed: int) -> dict[str, Rule]:
    found = [entry for entry in vars(_module(path)).values() if isinstance(entry, Rule)]
    for rule in found:
        if not CODE.fullmatch(rule.code):
            raise SchemaError(f"{path}: {rule.name}: code {rule.code!r}: expected {CODE.pattern}")
    rules = {rule.code: rule for rule in found}
    if len(rules) < len(found) or len({rule.name for rule in found}) < len(found):
        raise SchemaError(f"{path}: two rules have one code, or one name")
    return rules


def _module(path: Path) -> ModuleType:
    """Run the file; SchemaError says where it stopped."""
    module = ModuleType("corpus_own_rules")
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), vars(module))
    except Exception as error:  # noqa: BLE001 (a stranger's code raises whatever)
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame.lineno for frame in frames if frame.filename == str(path)]
        line = getattr(error, "lineno", None) or (own or [1])[-1]
        words = f"cannot be run: {type(error).__name__}: {error}"
        raise SchemaError(f"{path}:{line}: {words}") from None
    return module

"""Rules that a corpus brings itself: schemas/rules.py, written like the ones here."""

import os
import re
import sys
import traceback
from collections.abc import Collection
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import polars as pl

from corpus.errors import CorpusError, SchemaError
from corpus.findings import Severity
from corpus.rules.rule import FAULT, Rule
from corpus.schema import Schema
from corpus.tables import Tables

CODE = re.compile(r"X[1-9]\d\d")
MODULE = "corpus_own_rules"
FAMILY = "X"
"""The first letter of the code of a corpus's own rules."""


def own_rules(schema: Schema) -> dict[str, Rule]:
    """Return code -> rule of rules.py beside the schema; empty if there is none."""
    path = Path(schema.path).with_name("rules.py")
    if not os.path.lexists(path):
        return {}
    if not path.is_file():
        raise SchemaError(f"{path}: cannot be read: expected a file")
    return _read(path.resolve(), path.stat().st_mtime_ns)


@cache
def _read(path: Path, _changed: int) -> dict[str, Rule]:
    """Return the rules that are made in the file, not those that it imports."""
    there = [entry for entry in vars(_module(path)).values() if isinstance(entry, Rule)]
    found = [rule for rule in there if rule.query.__module__ == MODULE]
    for rule in found:
        if not isinstance(rule.code, str) or not CODE.fullmatch(rule.code):
            raise SchemaError(f"{path}: {rule.name}: code {rule.code!r}: expected {CODE.pattern}")
        if rule.severity not in get_args(Severity):
            raise SchemaError(f"{path}: {rule.name}: severity {rule.severity!r}: error or warning")
    rules = {rule.code: rule for rule in found}
    if len(rules) < len(found) or len({rule.name for rule in found}) < len(found):
        raise SchemaError(f"{path}: two rules have one code, or one name")
    return rules


def _module(path: Path) -> ModuleType:
    """Run the file; SchemaError says where it stopped."""
    module = ModuleType(MODULE)
    try:
        with redirect_stdout(sys.stderr):  # results alone go to stdout
            exec(compile(path.read_bytes(), str(path), "exec"), vars(module))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 (a stranger's code raises whatever)
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame.lineno for frame in frames if frame.filename == str(path)]
        line = getattr(error, "lineno", None) or (own or [1])[-1]
        words = f"cannot be run: {type(error).__name__}: {error}"
        raise SchemaError(f"{path}:{line}: {words}") from None
    return module


def own_rows(rule: Rule, tables: Tables, schema: Schema) -> list[dict[str, Any]]:
    """Return the rows of one of these rules; CorpusError if it cannot be asked."""
    at = f"rule {rule.code} of schemas/rules.py"
    try:
        with redirect_stdout(sys.stderr):
            found = rule.found(tables, schema)
            frame = pl.DataFrame() if found is None else found.lazy().collect()
        columns = [name for name in FAULT if name in frame.columns]
        told = frame.select(pl.col(name).cast(FAULT[name], strict=True) for name in columns)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 (a stranger's code raises whatever)
        words = str(error).partition("\n")[0]
        raise CorpusError(f"{at} cannot be asked: {type(error).__name__}: {words}") from None
    rows, known = told.to_dicts(), {*tables.annotations.select("row").collect()["row"]}
    if frame.columns and not ({"annotation", "file"} & {*columns} and "message" in columns):
        given = ", ".join(frame.columns)
        raise CorpusError(f"{at} returns {given}: expected 'message', and 'annotation' or 'file'")
    for row in rows:
        if wrong := _wrong(row, known):
            raise CorpusError(f"{at} returns a row with {wrong}")
    return rows


def _wrong(row: dict[str, Any], annotations: Collection[int]) -> str | None:
    """Return what in a row cannot be shown."""
    own = row.get("annotation")
    if row["message"] is None:
        return "no message"
    if own not in annotations if own is not None else row.get("file") is None:
        return f"annotation {own}, which is none, and no file"
    if row.get("severity") not in (None, *get_args(Severity)):
        return f"severity {row['severity']!r}: expected error or warning"
    return "a line below 1" if (row.get("line") or 1) < 1 else None

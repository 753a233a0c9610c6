"""How many annotations a change of the schema touches."""

from pathlib import Path
from typing import Any

import polars as pl

from corpus.reading import read_corpus
from corpus.schema import Schema, numbers
from corpus.schema.difference import Change, changes, least_version, renamed, verdict
from corpus.tables import Tables


def as_text(root: Path, old: Schema, new: Schema) -> str:
    """Return the changes, a line each with the number of annotations that it touches."""
    found = changes(old, new)
    tables, _ = read_corpus(root)
    lines = [f"{_line(change, touched(change, old, tables))}" for change in found]
    lines += [f"{gone} may be {came} now: the same definition" for gone, came in renamed(found)]
    if not lines:
        return "nothing changed"
    lines.append(f"{old.version} -> {new.version}: {verdict(found)}")
    if numbers(new.version) < numbers(least := least_version(old, found)):
        lines.append(f"the version must be raised to {least} at least")
    return "\n".join(lines)


def _line(change: Change, number: int | None) -> str:
    if change.effect == "compatible":
        return f"{change.effect:10}  {change}"
    said = "`corpus validate` says which" if number is None else f"{number} annotation(s) touched"
    return f"{change.effect:10}  {change}: {said}"


def touched(change: Change, old: Schema, tables: Tables) -> int | None:
    """Return how many annotations have labels that the change bears on.

    None where only `corpus validate` can tell: a condition on the labels is another one.
    """
    if change.effect == "compatible":
        return 0
    if change.effect == "check":
        return None
    frame = _gone(change, tables) if not change.field else _field(change, old, tables)
    return int(frame.select(pl.col("annotation").n_unique()).collect().item())


def _gone(change: Change, t: Tables) -> pl.LazyFrame:
    """Return the rows of labels that use a part which is gone, or lack one that is asked now."""
    part, given = change.part, t.attributes.filter(~pl.col("defaulted"))
    if change.old is None:
        return _lacking(part.name, change.new["layers"], t)
    if part.kind == "layer":
        return t.spans.filter(layer=part.name)
    if part.kind == "relation":
        return t.relations.filter(type=part.name)
    rows = given.filter(name=part.name)
    return rows.filter(value=part.value) if part.kind == "value" else rows


def _field(change: Change, old: Schema, t: Tables) -> pl.LazyFrame:
    name, layers = change.part.name, old.layers_with(change.part.name)
    given = t.attributes.filter(~pl.col("defaulted"), name=name)
    if change.field in ("required", "default"):
        return _lacking(name, layers, t)
    if change.field == "multiple":
        return given.filter(pl.col("position") > 0)
    if change.field == "layers":
        gone = [layer for layer in change.old if layer not in change.new]
        new = [layer for layer in change.new if layer not in change.old]
        return _on(given, gone, t, "span_id") if gone else _lacking(name, new, t)
    if change.field in ("from", "to"):
        rows = t.relations.filter(type=name)
        gone = [la for la in change.old if la not in change.new]
        return _on(rows, gone, t, f"{change.field}_id")
    return given


def _lacking(name: str, layers: list[str], t: Tables) -> pl.LazyFrame:
    given = t.attributes.filter(~pl.col("defaulted"), name=name)
    spans = t.spans.filter(pl.col("layer").is_in(layers))
    return spans.join(given, on=["annotation", "span_id"], how="anti")


def _on(rows: pl.LazyFrame, layers: Any, t: Tables, key: str) -> pl.LazyFrame:
    """Return the rows whose span is of one of the layers."""
    spans = t.spans.filter(pl.col("layer").is_in(layers)).select("annotation", "span_id")
    return rows.join(
        spans, left_on=["annotation", key], right_on=["annotation", "span_id"], how="semi"
    )

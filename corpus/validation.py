"""Rules x tables -> findings.

Families run in order. An annotation with an error in one of FIRST is left out of the later ones.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from corpus.errors import CorpusError
from corpus.findings import FIRST, Finding, in_order, summary_of
from corpus.rules import RULES, check_declared
from corpus.rules.rule import Rule
from corpus.schema import Schema
from corpus.tables import Tables


def validate(tables: Tables, schema: Schema) -> list[Finding]:
    """Return every finding of every rule, in order of place.

    SchemaError if the schema names a rule that does not exist.
    """
    check_declared(schema)
    first = [rule for rule in RULES.values() if rule.code[0] in FIRST]
    later = [rule for rule in RULES.values() if rule.code[0] not in FIRST]
    places = _places(tables)
    broken, found = set[int](), list[Finding]()
    for rule, row in _run(first, tables, schema):
        if rule.severity == "error" and row.get("annotation") is not None:
            broken.add(row["annotation"])
        found.append(_finding(rule, row, places))
    sound = tables.of(places.keys() - broken) if broken else tables
    found += [_finding(rule, row, places) for rule, row in _run(later, sound, schema)]
    return in_order(found)


def refuse_errors(findings: Iterable[Finding], way_out: str) -> None:
    """Raise CorpusError, with the first of them and the way out, if any finding is an error."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        first = f"{errors[0].file}:{errors[0].line}: {errors[0].code} {errors[0].message}"
        raise CorpusError(f"{len(errors)} error(s) in the labels, the first {first}; {way_out}")


def summary(findings: Iterable[Finding], tables: Tables) -> dict[str, int]:
    """Return what was found and what was looked at: submitted annotations and what is in them."""
    submitted = tables.annotations.filter(state="submitted").select("doc_id").collect()
    sizes = pl.collect_all([t.select(pl.len()) for t in (tables.spans, tables.relations)])
    spans, relations = (int(size.item()) for size in sizes)
    counts = {"documents": submitted["doc_id"].n_unique(), "annotations": submitted.height}
    return summary_of(findings, counts | {"spans": spans, "relations": relations})


def _run(
    rules: list[Rule], tables: Tables, schema: Schema
) -> Iterator[tuple[Rule, dict[str, Any]]]:
    frames = pl.collect_all([rule.query(tables, schema) for rule in rules])
    for rule, frame in zip(rules, frames, strict=True):
        for row in frame.iter_rows(named=True):
            yield rule, row


def _places(tables: Tables) -> dict[int, dict[str, Any]]:
    columns = ("row", "file", "place", "annotator")
    chosen = tables.annotations.select(*columns, document="doc_id").collect()
    return {row["row"]: row for row in chosen.iter_rows(named=True)}


def _finding(rule: Rule, row: dict[str, Any], places: dict[int, dict[str, Any]]) -> Finding:
    place = places.get(row.get("annotation", -1), row)
    item = row.get("item")
    if place.get("place"):
        item = f"{place['place']}, {_noun(item)}{item}" if item else place["place"]
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=row.get("severity") or rule.severity,
        file=place["file"],
        line=row.get("line") or 1,
        document=place.get("document"),
        annotator=place.get("annotator"),
        item=item,
        start=row.get("start"),
        end=row.get("end"),
        message=row["message"],
    )


def _noun(item: str) -> str:
    return "" if item.startswith("relation ") else "relation " if ">" in item else "region "

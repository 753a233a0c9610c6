"""Rules x tables -> findings; what people let stand (waivers) is left out.

Families run in order. An annotation with an error in one of FIRST is left out of the later ones.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from corpus.errors import CorpusError
from corpus.findings import FIRST, Finding, Severity, in_order, summary_of
from corpus.rules import FAMILIES, find_rule, rules_of
from corpus.rules.declaration import decisive
from corpus.rules.own import FAMILY as OWN
from corpus.rules.own import own_rows
from corpus.rules.rule import Rule
from corpus.schema import Schema
from corpus.tables import Tables
from corpus.waivers import Waivers

LAST = "V"
"""The family that asks what became of the others' findings."""
LETTERS = (*FAMILIES, OWN)
STRETCH = re.compile(r"\d+\.\.\d+")
"""How an item is called that is only a place in the text."""


@dataclass(frozen=True)
class Outcome:
    """What validation found; `waived` was found too, and is let stand for a reason."""

    findings: list[Finding]
    waived: list[tuple[Finding, str]]


def validate(tables: Tables, schema: Schema) -> list[Finding]:
    """Return every finding of every rule that is not waived, in order of place.

    SchemaError if the schema says something of rules that cannot be meant.
    """
    return examine(tables, schema).findings


def examine(tables: Tables, schema: Schema, codes: Collection[str] | None = None) -> Outcome:
    """Return what the rules of these codes find (all, if not given), in order of place.

    Errors of FIRST are found whatever is asked: they leave an annotation out of what is. A waiver
    of an asked rule that fits nothing is a finding where the whole corpus could be asked.
    """
    rules = rules_of(schema)
    asked = {*rules} if codes is None else {*codes}
    waivers = Waivers(_resolved(tables, rules))
    needed = asked | ({w["code"] for w in waivers.rows} if LAST in {c[0] for c in asked} else set())
    found, whole = _found(rules, needed, tables, schema)
    reasons = [(finding, waivers.reason(finding)) for finding in in_order(found)]
    findings = [finding for finding, reason in reasons if reason is None]
    if whole and waivers.rows:
        findings += _last(rules, replace(tables, waivers=waivers.told()), schema)
    shown = asked | {code for code, rule in rules.items() if decisive(rule)}
    waived = [(f, reason) for f, reason in reasons if reason is not None and f.code in shown]
    return Outcome(in_order(f for f in findings if f.code in shown), waived)


def chosen(
    schema: Schema, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> set[str] | None:
    """Return the codes of the rules that are named, by code, name or the letter of a family.

    None if nothing is named: then all are asked. CorpusError if there is no such rule, or one is to
    be ignored without which nothing can be read on.
    """
    rules, picked = rules_of(schema), [*select]
    for called in ignore:
        if called.upper() not in LETTERS and decisive(rule := find_rule(called, rules)):
            raise CorpusError(
                f"{rule.code} {rule.name} cannot be ignored: what breaks it cannot be read on"
            )
    dropped = {code for called in ignore for code in _named(called, rules)}
    if not picked and not dropped:
        return None
    kept = {code for called in picked for code in _named(called, rules)} if picked else {*rules}
    return kept - dropped


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


class Spans:
    """Where spans lie: the place in the text of a finding about an attribute or a relation."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def placed(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with the place of the span that its item names, or a relation's end."""
        item = row.get("item")
        if row.get("start") is not None or row.get("annotation") is None or item is None:
            return row
        for span_id in item.rpartition(" ")[2].split(">"):
            if place := self.places.get((row["annotation"], span_id)):
                return row | dict(zip(("start", "end"), place, strict=True))
        return row

    @cached_property
    def places(self) -> dict[tuple[int, str], tuple[int, int]]:
        """(annotation, span id) -> start and end; of two spans of one id, of the first."""
        frame = self.tables.spans.select("annotation", "span_id", "start", "end").collect()
        return {(own, span_id): (*place,) for own, span_id, *place in frame.reverse().iter_rows()}


def _named(called: str, rules: dict[str, Rule]) -> set[str]:
    if called.upper() in LETTERS:
        return {code for code in rules if code[0] == called.upper()}
    return {find_rule(called, rules).code}


def _found(
    rules: dict[str, Rule], asked: Collection[str], tables: Tables, schema: Schema
) -> tuple[list[Finding], bool]:
    """Return what is found, and whether all annotations of the corpus were asked."""
    spans, found = Spans(tables), list[Finding]()
    first = [rule for code, rule in rules.items() if code[0] in FIRST]
    later = [r for c, r in rules.items() if c[0] not in (*FIRST, LAST) and c in asked]
    places, broken = _places(tables), set[int]()
    for rule, row in _run(first, tables, schema):
        if decisive(rule) and row.get("annotation") is not None:
            broken.add(row["annotation"])
        found.append(_finding(rule, spans.placed(row), places, schema))
    sound = tables.of(places.keys() - broken) if broken else tables
    for rule, row in _run(later, sound, schema):
        found.append(_finding(rule, spans.placed(row), places, schema))
    return found, sound.whole and tables.faults.limit(1).collect().is_empty()


def _last(rules: dict[str, Rule], tables: Tables, schema: Schema) -> list[Finding]:
    last = [rule for code, rule in rules.items() if code[0] == LAST]
    return [_finding(rule, row, {}, schema) for rule, row in _run(last, tables, schema)]


def _run(
    rules: list[Rule], tables: Tables, schema: Schema
) -> Iterator[tuple[Rule, dict[str, Any]]]:
    own = [rule for rule in rules if rule.code[0] == OWN]
    for rule in own:
        yield from ((rule, row) for row in own_rows(rule, tables, schema))
    frames = {rule.code: rule.found(tables, schema) for rule in rules if rule not in own}
    lazy = {code: frame for code, frame in frames.items() if frame is not None}
    done = dict(zip(lazy, pl.collect_all(lazy.values()), strict=True))
    for rule in rules:
        if rule.code in done:
            yield from ((rule, row) for row in done[rule.code].iter_rows(named=True))


def _resolved(tables: Tables, rules: dict[str, Rule]) -> Iterator[dict[str, Any]]:
    """Yield the waivers with the codes of their rules; CorpusError for one that cannot be."""
    for waiver in tables.waivers.collect().to_dicts():
        at = f"{waiver['file']}: waivers[{waiver['number']}]"
        try:
            rule = find_rule(waiver["rule"], rules)
        except CorpusError as error:
            raise CorpusError(f"{at}: {error}") from None
        if decisive(rule):
            raise CorpusError(
                f"{at}: {rule.name} cannot be waived: what breaks it cannot be read on"
            )
        yield waiver | {"code": rule.code}


def _places(tables: Tables) -> dict[int, dict[str, Any]]:
    columns = ("row", "file", "place", "annotator")
    chosen = tables.annotations.select(*columns, document="doc_id").collect()
    return {row["row"]: row for row in chosen.iter_rows(named=True)}


def _finding(
    rule: Rule, row: dict[str, Any], places: dict[int, dict[str, Any]], schema: Schema
) -> Finding:
    place = places.get(row.get("annotation", -1), row)
    item = row.get("item")
    if place.get("place"):
        item = f"{place['place']}, {_noun(item)}{item}" if item else place["place"]
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=_severity(rule, row, schema),
        file=place["file"],
        line=row.get("line") or 1,
        document=place.get("document"),
        annotator=place.get("annotator"),
        item=item,
        start=row.get("start"),
        end=row.get("end"),
        message=row["message"],
    )


def _severity(rule: Rule, row: dict[str, Any], schema: Schema) -> Severity:
    here = rule.here(schema)
    if here == "error" or here == "warning":
        return here
    severity: Severity = row.get("severity") or rule.severity
    return severity


def _noun(item: str) -> str:
    if item.startswith("relation ") or STRETCH.fullmatch(item):
        return ""
    return "relation " if ">" in item else "region "

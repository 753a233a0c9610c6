"""Rules x tables -> findings; what people let stand (waivers) is left out.

Families run in order. An annotation with an error in one of FIRST is left out of the later ones.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from corpus.errors import CorpusError
from corpus.findings import FIRST, Finding, Severity, in_order, summary_of
from corpus.rules import find_rule, rules_of
from corpus.rules.declaration import decisive
from corpus.rules.own import FAMILY as OWN
from corpus.rules.rule import Rule
from corpus.schema import Schema
from corpus.tables import Tables

LAST = "V"
"""The family that asks what became of the others' findings."""


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

    Errors of FIRST leave an annotation out of the later families even if their codes are not asked.
    A waiver that fits nothing is a finding where all rules are asked of the whole corpus.
    """
    rules = rules_of(schema)
    asked = {*rules} if codes is None else {*codes}
    found = in_order(f for f in _found(rules, asked, tables, schema) if f.code in asked)
    waivers = tables.waivers.collect().to_dicts()
    for waiver in waivers:
        waiver["code"] = _waived_code(waiver, rules)
    fitting = ((f, next((w for w in waivers if _fits(w, f)), None)) for f in found)
    waived = [(finding, waiver["reason"]) for finding, waiver in fitting if waiver]
    apart = {finding for finding, _ in waived}
    for waiver in waivers:
        waiver["used"] = any(_fits(waiver, finding) for finding in apart)
    findings = [finding for finding in found if finding not in apart]
    if asked == {*rules}:
        told = pl.LazyFrame(waivers, schema_overrides={"used": pl.Boolean})
        findings += _last(rules, replace(tables, waivers=told), schema) if waivers else []
    return Outcome(in_order(findings), waived)


def chosen(
    schema: Schema, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> set[str] | None:
    """Return the codes of the rules that are named, by code, name or the letter of a family.

    None if nothing is named: then all are asked. CorpusError if there is no such rule.
    """
    rules, picked = rules_of(schema), [*select]
    dropped = {code for called in ignore for code in _named(called, rules)}
    if not picked and not dropped:
        return None
    kept = {code for called in picked for code in _named(called, rules)} or {*rules}
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
    family = {code for code in rules if code[0] == called.upper()}
    return family or {find_rule(called, rules).code}


def _found(
    rules: dict[str, Rule], asked: Collection[str], tables: Tables, schema: Schema
) -> Iterator[Finding]:
    spans = Spans(tables)
    first = [rule for code, rule in rules.items() if code[0] in FIRST]
    later = [r for c, r in rules.items() if c[0] not in (*FIRST, LAST) and c in asked]
    places, broken = _places(tables), set[int]()
    for rule, row in _run(first, tables, schema):
        if decisive(rule) and row.get("annotation") is not None:
            broken.add(row["annotation"])
        yield _finding(rule, spans.placed(row), places, schema)
    sound = tables.of(places.keys() - broken) if broken else tables
    for rule, row in _run(later, sound, schema):
        yield _finding(rule, spans.placed(row), places, schema)


def _last(rules: dict[str, Rule], tables: Tables, schema: Schema) -> list[Finding]:
    last = [rule for code, rule in rules.items() if code[0] == LAST]
    return [_finding(rule, row, {}, schema) for rule, row in _run(last, tables, schema)]


def _run(
    rules: list[Rule], tables: Tables, schema: Schema
) -> Iterator[tuple[Rule, dict[str, Any]]]:
    own = [rule for rule in rules if rule.code[0] == OWN]
    for rule in own:
        yield from ((rule, row) for row in _own_rows(rule, tables, schema))
    frames = {rule.code: rule.found(tables, schema) for rule in rules if rule not in own}
    lazy = {code: frame for code, frame in frames.items() if frame is not None}
    done = dict(zip(lazy, pl.collect_all(lazy.values()), strict=True))
    for rule in rules:
        if rule.code in done:
            yield from ((rule, row) for row in done[rule.code].iter_rows(named=True))


def _own_rows(rule: Rule, tables: Tables, schema: Schema) -> list[dict[str, Any]]:
    """Return the rows of a corpus's own rule; CorpusError if it cannot be asked."""
    at = f"rule {rule.code} of schemas/rules.py"
    try:
        found = rule.found(tables, schema)
        frame = pl.DataFrame() if found is None else found.lazy().collect()
    except Exception as error:  # noqa: BLE001 (a stranger's code raises whatever)
        words = str(error).partition("\n")[0]
        raise CorpusError(f"{at} cannot be asked: {type(error).__name__}: {words}") from None
    placed = {"annotation", "file"} & {*frame.columns}
    if frame.columns and not (placed and "message" in frame.columns):
        columns = ", ".join(frame.columns)
        raise CorpusError(f"{at} returns {columns}: expected 'message', and 'annotation' or 'file'")
    return frame.to_dicts()


def _waived_code(waiver: dict[str, Any], rules: dict[str, Rule]) -> str:
    at = f"{waiver['file']}: waivers[{waiver['number']}]"
    try:
        rule = find_rule(waiver["rule"], rules)
    except CorpusError as error:
        raise CorpusError(f"{at}: {error}") from None
    if decisive(rule):
        raise CorpusError(f"{at}: {rule.name} cannot be waived: what breaks it cannot be read on")
    return rule.code


def _fits(waiver: dict[str, Any], finding: Finding) -> bool:
    item = finding.item or ""
    return (
        waiver["code"] == finding.code
        and waiver["document"] in (None, finding.document)
        and waiver["annotator"] in (None, finding.annotator)
        and (waiver["item"] in (None, item) or item.endswith(f" {waiver['item']}"))
    )


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
    here = schema.validate.get(rule.name, "off")
    if here != "off":
        return here
    severity: Severity = row.get("severity") or rule.severity
    return severity


def _noun(item: str) -> str:
    return "" if item.startswith("relation ") else "relation " if ">" in item else "region "

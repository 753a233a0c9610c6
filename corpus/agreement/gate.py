"""The least agreement that is let pass: a TOML file of thresholds, by part and measure.

    [layers.event]
    exact-f1 = 0.8
    boundary-distance = 2.0      # of a distance, the most

    [layers.all]                 # all layers together; so with relations
    gamma = 0.6

    [attributes."claim.certainty"]
    alpha = 0.667

    [relations.source]
    end-to-end-f1 = 0.7

What is held against a threshold is the end of the 95 % interval on its bad side, of all annotators
together. A figure that is withheld, undefined or without an interval does not pass.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from corpus.agreement.figures import Comparison, Figure
from corpus.agreement.measures import MEASURES, Part, parts
from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.toml import convert, read_toml

Thresholds = dict[str, dict[str, float]]
ALL = "all"


class _Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    layers: Thresholds = {}
    attributes: Thresholds = {}
    relations: Thresholds = {}


class Verdict(msgspec.Struct, frozen=True):
    """What became of one threshold."""

    comparison: str
    figure: Figure
    threshold: float
    passed: bool

    def __str__(self) -> str:
        """Return it in one line."""
        f, measure = self.figure, MEASURES[self.figure.measure]
        said = f.why or "has no interval"
        if f.low is not None and f.high is not None:
            edge = f"at most {f.high:.3f}" if measure.distance else f"at least {f.low:.3f}"
            said = f"{edge} (threshold {self.threshold:g})"
        verdict = "passed" if self.passed else "not passed"
        return f"{verdict}: {self.comparison}: {f.part}: {f.measure} of {_named(f)}: {said}"


def read_gate(path: Path, schema: Schema) -> dict[tuple[Part, str], float]:
    """Return (part, measure) -> threshold.

    Raises:
        CorpusError: the schema has no such part, or it is not one that the measure is asked of.
    """
    gate = convert(path, "", read_toml(path, CorpusError), _Gate, CorpusError)
    found = {}
    for kind, thresholds in msgspec.structs.asdict(gate).items():
        for name, of_measures in thresholds.items():
            for measure, threshold in of_measures.items():
                part = _part(path, f"{kind}.{name}", kind, name, measure, schema)
                found[part, measure] = float(threshold)
    if not found:
        raise CorpusError(
            f"{path}: no threshold: expected, for example, [layers.all] exact-f1 = 0.8"
        )
    return found


def verdicts(
    comparisons: Sequence[Comparison], gate: Mapping[tuple[Part, str], float]
) -> Iterator[Verdict]:
    """Yield what becomes of each threshold in each comparison; of directed measures both ways."""
    for comparison in comparisons:
        for figure in comparison.figures:
            threshold = gate.get((figure.part, figure.measure))
            whole = any({*figure.annotators} == {*group} for group in comparison.groups)
            if threshold is not None and whole:
                yield Verdict(comparison.title, figure, threshold, _passes(figure, threshold))


def _passes(figure: Figure, threshold: float) -> bool:
    if figure.low is None or figure.high is None:
        return False
    if MEASURES[figure.measure].distance:
        return figure.high <= threshold
    return figure.low >= threshold


def _part(path: Path, place: str, kind: str, name: str, measure: str, schema: Schema) -> Part:
    if measure not in MEASURES:
        raise CorpusError(
            f"{path}: {place}: no measure {measure!r}; there are {', '.join(MEASURES)}"
        )
    there = {_key(part): part for part in parts(schema, MEASURES[measure].kind)}
    if (kind, name) not in there:
        known = ", ".join(repr(name) for k, name in there if k == kind) or "none"
        raise CorpusError(f"{path}: {place}: {measure} is asked of {kind} {known}")
    return there[kind, name]


def _key(part: Part) -> tuple[str, str]:
    """Return how a gate names a part."""
    return f"{part.kind}s", ".".join(filter(None, (part.layer, part.name))) or ALL


def _named(figure: Figure) -> str:
    return ", ".join(figure.annotators)

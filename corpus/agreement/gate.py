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

    [attributions.all]
    role-alpha = 0.6

What is held against a threshold is the end of the 95 % interval on its bad side, of all annotators
together. A figure that is withheld, undefined or without an interval does not pass.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Any

import msgspec

from corpus.agreement.figures import Comparison, Figure
from corpus.agreement.measures import MEASURES, Part, parts
from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.toml import convert, read_toml

Key = tuple[str, str]
"""The kind of a part and its name, as a gate has them."""
ALL = "all"


class _Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    layers: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    relations: dict[str, Any] = {}
    attributions: dict[str, Any] = {}


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
        CorpusError: the schema has no such part, or it is not one that the measure is asked of; or
            a threshold that nothing, or everything, could pass.
    """
    gate = convert(path, "", read_toml(path, CorpusError), _Gate, CorpusError)
    found = {}
    for kind, thresholds in msgspec.structs.asdict(gate).items():
        for name, of_measures in thresholds.items():
            for measure, threshold in _table(path, (kind, name), of_measures).items():
                part = _part(path, (kind, name), measure, schema)
                found[part, measure] = _threshold(path, (kind, name), measure, threshold)
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


def _table(path: Path, key: Key, given: Any) -> dict[str, float]:
    """Return the thresholds of a part; what is no number, or no table, is told with its place."""
    kind, name = key
    if not isinstance(given, dict):
        below = f"expected it below a heading such as [{kind}.{ALL}]"
        raise CorpusError(f"{path}: [{kind}]: {name} = {given!r}: {below}")
    for measure, threshold in given.items():
        if isinstance(threshold, dict):
            quoted = _shown((kind, f"{name}.{measure}"))
            raise CorpusError(f"{path}: [{kind}.{name}.{measure}]: write {quoted}, with quotes")
        if isinstance(threshold, bool) or not isinstance(threshold, int | float):
            raise CorpusError(
                f"{path}: {_shown(key)}: {measure} = {threshold!r}: expected a number"
            )
    return given


def _part(path: Path, key: Key, measure: str, schema: Schema) -> Part:
    if measure not in MEASURES:
        raise CorpusError(
            f"{path}: {_shown(key)}: no measure {measure!r}; there are {', '.join(MEASURES)}"
        )
    there = {_key(part): part for part in parts(schema, MEASURES[measure].kind)}
    if key not in there:
        known = ", ".join(map(_shown, there)) or "nothing of this schema"
        raise CorpusError(f"{path}: {_shown(key)}: {measure} is asked of {known}")
    return there[key]


def _threshold(path: Path, key: Key, measure: str, threshold: float) -> float:
    least, most = (0, inf) if MEASURES[measure].distance else (-1, 1)
    if not least <= threshold <= most or threshold == inf:
        expected = "code points, from 0" if MEASURES[measure].distance else "-1 to 1"
        raise CorpusError(f"{path}: {_shown(key)}: {measure} = {threshold:g}: expected {expected}")
    return threshold


def _key(part: Part) -> Key:
    """Return how a gate names a part."""
    if part.kind == "attributions":
        return part.kind, ALL
    return f"{part.kind}s", ".".join(filter(None, (part.layer, part.name))) or ALL


def _shown(key: Key) -> str:
    """Return the heading of a part's table."""
    kind, name = key
    return f'[{kind}."{name}"]' if "." in name else f"[{kind}.{name}]"


def _named(figure: Figure) -> str:
    return ", ".join(figure.annotators)

"""The peers of benchmarks/agreement.py: run by it, with the Python that has them.

Reads from stdin what is to be measured, writes to stdout the times and the values: JSON both.
"""

import json
import sys
import time
from importlib.metadata import version
from typing import Any

import krippendorff
import numpy as np
from nervaluate import Evaluator
from pyannote.core import Segment
from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum, ShuffleContinuumSampler

PACKAGES = ("pygamma-agreement", "krippendorff", "nervaluate")


def gamma(annotators: list[list[tuple[int, int, str]]]) -> float:
    """Return gamma of one text, with chance as in the paper and its precision of 2 %."""
    continuum = Continuum()
    for name, spans in zip("abc", annotators, strict=False):
        for start, end, label in spans:
            continuum.add(name, Segment(start, end), label)
    dissimilarity = CombinedCategoricalDissimilarity(alpha=1, beta=1, delta_empty=1)
    np.random.seed(1)
    found = continuum.compute_gamma(
        dissimilarity, precision_level=0.02, sampler=ShuffleContinuumSampler()
    )
    return float(found.gamma)


def alpha(values: list[list[int]]) -> float:
    """Return the nominal alpha of (annotators, units)."""
    return float(krippendorff.alpha(np.array(values, float), level_of_measurement="nominal"))


def f1(documents: list[list[list[dict[str, Any]]]]) -> float:
    """Return the strict F1 of the second annotator against the first."""
    true, predicted = ([document[who] for document in documents] for who in (0, 1))
    tags = sorted({span["label"] for document in true + predicted for span in document})
    found = Evaluator(true, predicted, tags=tags, loader="dict").evaluate()
    return float(found["overall"]["strict"].f1)


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    answers: dict[str, Any] = {name: version(name) for name in PACKAGES}
    for name, inputs in asked.items():
        answers[name] = []
        for data in inputs:
            begun = time.perf_counter()
            value = globals()[name](data)
            answers[name].append([time.perf_counter() - begun, value])
    json.dump(answers, sys.stdout)

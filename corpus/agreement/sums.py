"""What a measure is made of: sums by stratum, and the value that they have together.

The bootstrap draws strata and adds their sums up again, so that no measure is computed twice from
spans. A value is an array of the leading shape of its sums, NaN where it is undefined.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from corpus.agreement.nominal import Floats, Ints, quotient

NOTHING = "there is nothing to compare"


@dataclass(frozen=True, eq=False)
class Sums:
    """What one measure says of one part of the schema.

    items: (strata,) how many things were judged, however many annotators judged each.
    sums: (strata, k). value: (…, k) -> (…). counts: what is printed beside the value.
    undefined: why, if the value is NaN. refused: why it cannot be computed from these spans.
    """

    items: Ints
    sums: Floats
    value: Callable[[Floats], Floats]
    counts: dict[str, int] = field(default_factory=dict)
    undefined: str = NOTHING
    refused: str | None = None


def total(stratum: Ints, strata: int, weights: Floats | None = None) -> Floats:
    """Return the sum of the weights (1 each, if not given) in each stratum."""
    return np.bincount(stratum, weights, minlength=strata).astype(np.float64)


def f1(sums: Floats) -> Floats:
    """Return F1, the harmonic mean of precision and recall (van Rijsbergen 1979), in [0, 1].

    Args:
        sums: (…, 3): in both, in the first only, in the second only. It is symmetric in the two.

    Returns:
        (…), NaN where nobody has anything.
    """
    both = 2 * sums[..., 0]
    return quotient(both, both + sums[..., 1] + sums[..., 2])


def f1_sums(both: Floats, mine: Floats, theirs: Floats, items: Ints) -> Sums:
    """Return the sums of F1: what both have, and all that each has, by stratum."""
    table = np.stack([both, mine - both, theirs - both], axis=-1)
    names = ("both", "first only", "second only")
    counts = dict(zip(names, table.sum(axis=0).astype(int).tolist(), strict=True))
    return Sums(items, table, f1, counts)

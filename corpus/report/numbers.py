"""Figures in words: a value with its interval, or why there is none."""

from collections.abc import Mapping

from corpus.agreement.figures import Figure


def number(value: float) -> str:
    """Return a value with three decimals."""
    return f"{value:z.3f}".replace("-", "−")


def interval(figure: Figure) -> str:
    """Return the 95 % interval of a figure, as `[0.968, 1.000]`."""
    if figure.low is None or figure.high is None:
        return "no interval"
    return f"[{number(figure.low)}, {number(figure.high)}]"


def counted(counts: Mapping[str, int]) -> str:
    """Return counts as `both 33, first only 0` or `matched 66 of 66`."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()).replace(", of ", " of ")


def several(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

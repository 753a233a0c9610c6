"""How many of 5,000 seeded corruptions are found, by kind; and how many the SDK's check finds.

python benchmarks/mutations.py [COUNT]: some minutes. The mutants are those of tests/mutations/;
what is not found is proven harmless there, or counts as missed. The peer is `validate_prediction`
of label-studio-sdk: it gets the exports among them, each annotation by itself, with our config.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from label_studio_sdk.label_interface import LabelInterface

from corpus.labelstudio.config import labelling_config
from corpus.rules import RULES
from corpus.schema import find_schema, read_schema
from tests.mutations.kinds import KINDS
from tests.mutations.run import (
    ROOT,
    VERDICTS,
    Mutant,
    Trial,
    Verdict,
    corpus_folder,
    harm,
    mutant,
    sound,
)

COUNT = 5000
HEADS = ("tried", "found", "same judgement", "another sound", "missed", "tracebacks")
OUTCOMES = ("found", "unreadable", "not found", "exception")


def peer_finds(peer: LabelInterface, data: bytes) -> str:
    """Return what the peer makes of an export: found, unreadable, not found, or exception.

    unreadable: a plain loop over the tasks cannot reach the results; it counts as found.
    """
    try:
        results = [a["result"] for task in json.loads(data) for a in task["annotations"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "unreadable"
    for result in results:
        prediction = {"model_version": "1", "score": 0.5, "result": result}
        try:
            if not peer.validate_prediction(prediction):
                return "found"
        except Exception:  # noqa: BLE001 (it is counted)
            return "exception"
    return "not found"


def table(heads: Iterable[str], rows: Iterable[tuple[str, list[int]]]) -> None:
    """Print a table of numbers."""
    print(f"{'':31}" + "".join(f"{head:>16}" for head in heads))
    for name, numbers in rows:
        print(f"{name:31}" + "".join(f"{number:16,}" for number in numbers))
    print()


def summed(rows: dict[str, list[int]]) -> list[tuple[str, list[int]]]:
    """Return the rows, each with its sum before it, and their sum as the last."""
    whole = rows | {"all": [sum(column) for column in zip(*rows.values(), strict=True)]}
    return [(name, [sum(numbers), *numbers]) for name, numbers in whole.items()]


class Tally:
    """What became of the mutants: ours by kind, the peer's by kind and by our rule."""

    def __init__(self) -> None:
        self.peer = LabelInterface(labelling_config(read_schema(find_schema(ROOT))))
        self.ours: Counter[tuple[str, str]] = Counter()
        self.harmful: Counter[tuple[str, str]] = Counter()
        self.by_rule: Counter[tuple[str, str]] = Counter()
        self.harmless: Counter[str] = Counter()
        self.missed = 0

    def count(self, made: Mutant, verdict: Verdict, codes: list[str]) -> None:
        """Count one mutant; if it is an export, ask the peer."""
        self.ours[made.kind, verdict] += 1
        if made.format != "export":
            return
        said = peer_finds(self.peer, made.data)
        if harm(made) != "missed":
            self.harmless[said] += 1
            return
        self.harmful[made.kind, said] += 1
        self.missed += not codes
        self.by_rule.update((code, what) for code in codes for what in ("ours", said))

    def show(self) -> None:
        """Print the tables."""
        kinds = {kind: [self.ours[kind, verdict] for verdict in VERDICTS] for kind in KINDS}
        table(HEADS, summed(kinds))
        print("Of the harmful exports among them, what the peer makes:\n")
        kinds = {kind: [self.harmful[kind, outcome] for outcome in OUTCOMES] for kind in KINDS}
        table(("harmful", *OUTCOMES), summed(kinds))
        print(f"Of these, ours does not find {self.missed}. By the rule that finds them:\n")
        outcomes = ("ours", *OUTCOMES)
        rules = {code: [self.by_rule[code, o] for o in outcomes] for code in RULES}
        shown = [(f"{c} {RULES[c].name}", numbers) for c, numbers in rules.items() if numbers[0]]
        table(outcomes, shown)
        print("Of the harmless exports:\n")
        table(OUTCOMES, [("the peer", [self.harmless[outcome] for outcome in OUTCOMES])])


def main() -> None:
    """Print what is found, and the peer's share of the harmful exports."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    packages = ", ".join(f"{name} {version(name)}" for name in ("hedgerow", "label-studio-sdk"))
    print(f"{packages}, Python {python_version()}; {count:,} mutants, seed 0\n")
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch:
        trial = Trial(corpus_folder(Path(scratch)))
        for result in trial.verdicts(map(mutant, range(count))):
            tally.count(*result)
    tally.show()
    alarm = peer_finds(tally.peer, sound(0, "export"))
    print(f"The sound export: ours {sum(trial.before['export'].values())} findings; peer: {alarm}")


if __name__ == "__main__":
    main()

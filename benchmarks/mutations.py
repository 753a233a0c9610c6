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
    Trial,
    corpus_folder,
    harm,
    mutant,
    sound,
)

COUNT = 5000
HEADS = ("tried", "found", "same judgement", "another sound", "missed", "tracebacks")
OUTCOMES = ("found", "unreadable", "not found", "exception")


def peer_of_ours() -> LabelInterface:
    """Return the SDK's view of our labelling config."""
    return LabelInterface(labelling_config(read_schema(find_schema(ROOT))))


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


def main() -> None:
    """Print what is found, and the peer's share of the harmful exports."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    peer, ours, theirs, by_rule = peer_of_ours(), Counter(), Counter(), Counter()
    packages = ", ".join(f"{name} {version(name)}" for name in ("hedgerow", "label-studio-sdk"))
    print(f"{packages}, Python {python_version()}; {count:,} mutants, seed 0\n")
    with tempfile.TemporaryDirectory() as scratch:
        trial = Trial(corpus_folder(Path(scratch)))
        for made, verdict, codes in trial.verdicts(map(mutant, range(count))):
            ours[made.kind, verdict] += 1
            if made.format == "export" and harm(made) == "missed":
                said = peer_finds(peer, made.data)
                theirs[made.kind, said] += 1
                theirs["missed by ours"] += not codes
                by_rule.update((code, what) for code in codes for what in ("ours", said))
    table(HEADS, summed({kind: [ours[kind, verdict] for verdict in VERDICTS] for kind in KINDS}))
    print("Of the harmful exports among them, what the peer makes:\n")
    rows = summed({kind: [theirs[kind, outcome] for outcome in OUTCOMES] for kind in KINDS})
    missed = theirs["missed by ours"]
    table(("harmful", *OUTCOMES), rows)
    print(
        f"Of these, ours does not find {missed}. By the rule that finds them (it may be several):\n"
    )
    names = {code: f"{code} {rule.name}" for code, rule in RULES.items() if by_rule[code, "ours"]}
    outcomes = ("ours", *OUTCOMES)
    table(outcomes, [(n, [by_rule[c, o] for o in outcomes]) for c, n in names.items()])
    alarm = peer_finds(peer, sound(0, "export"))
    print(f"The sound export: ours {sum(trial.before['export'].values())} findings; peer: {alarm}")


if __name__ == "__main__":
    main()

"""Closing a round: its files stay what they are; what comes later is another round's."""

from collections.abc import Mapping
from pathlib import Path

from corpus.assignment import assigned, read_assignments
from corpus.desk.work import Corpus
from corpus.errors import CorpusError
from corpus.rounds import Round, freeze


def freeze_round(
    corpus: Corpus, rounds: Mapping[str, Round], name: str, date: str, *, partial: bool = False
) -> dict[str, str]:
    """Record the digests of a round's files in rounds.toml and return them by file.

    partial: close it although files are missing. What Label Studio has beyond the files is not
    looked at: pull first.

    Raises:
        CorpusError: no such round, frozen already, nothing or not all of it is here, or a file is
            broken.
    """
    if name not in rounds:
        raise CorpusError(f"no round {name!r}; there are {', '.join(rounds) or 'none'}")
    if (frozen := rounds[name].frozen) is not None:
        raise CorpusError(f"round {name!r} is frozen since {frozen.date}")
    recorded = read_assignments(corpus.root)
    asked = [a.file for a in recorded if a.round == name]
    owed = assigned({name: rounds[name]}, corpus.texts(), recorded, lambda *_: True)
    if len(owed) > len(recorded) and not partial:
        least = owed[len(recorded)].file
        raise CorpusError(
            f"round {name!r}: {len(owed) - len(recorded)} annotation(s) were not given to anybody"
            f" yet, the first {least}: `corpus push` does it (a second time by the same person"
            " after a time), or close it as it is with --partial"
        )
    there = [path for path in asked if (corpus.root / path).exists()]
    missing = [path for path in asked if path not in there]
    if not there:
        why = f"none of its {len(asked)} files is here" if asked else "nobody was given a text"
        raise CorpusError(f"round {name!r}: there is nothing to freeze: {why}")
    if missing and not partial:
        first = f", the first {min(missing)}"
        raise CorpusError(
            f"round {name!r}: {len(missing)} of {len(asked)} files are not here{first}; "
            "`corpus pull` them, or close it as it is with --partial"
        )
    files = {path.as_posix(): _digest(corpus, path) for path in there}
    freeze(corpus.root, name, date, files)
    return files


def _digest(corpus: Corpus, path: Path) -> str:
    if path not in corpus.files:
        raise CorpusError(f"{path}: is broken; `corpus validate` says how")
    return corpus.found[path]

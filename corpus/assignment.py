"""Who has which document in which round: annotations/assignments.toml.

What is given to somebody stays theirs: the file records it, and documents or people that are added
later move nothing. The choice is made by hashes of names and by who has least so far, so that the
same folder gives the same assignment anywhere (but for `again`: see `ripe`).
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from corpus.errors import CorpusError
from corpus.rounds import Round, overlap_of, share_of
from corpus.seeds import DOC_ID
from corpus.store import ANNOTATOR, annotation_path, write_whole
from corpus.toml import convert, read_toml


class Assignment(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True, rename={"pass_": "pass"}
):
    """One document for one person; the second pass of the same person is an assignment too."""

    round: Annotated[str, msgspec.Meta(pattern=rf"^{ANNOTATOR.pattern}\Z")]
    document: Annotated[str, msgspec.Meta(pattern=rf"^{DOC_ID.pattern}\Z")]
    annotator: Annotated[str, msgspec.Meta(pattern=rf"^{ANNOTATOR.pattern}\Z")]
    pass_: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] = 1
    assisted: bool = False

    @property
    def key(self) -> tuple[str, str, int]:
        """Return the key of the annotation that it asks for."""
        return (self.document, self.annotator, self.pass_)

    @property
    def file(self) -> Path:
        """Return where that annotation stands, below the corpus folder."""
        return annotation_path(*self.key)


class _Assignments(msgspec.Struct, forbid_unknown_fields=True):
    assignments: list[Assignment] = []


def assignments_path(root: Path) -> Path:
    """Return where it is recorded who has which document."""
    return root / "annotations" / "assignments.toml"


def read_assignments(root: Path) -> list[Assignment]:
    """Return what was assigned so far."""
    path = assignments_path(root)
    if not path.exists():
        return []
    found = convert(path, "", read_toml(path, CorpusError), _Assignments, CorpusError)
    seen = Counter(assignment.key for assignment in found.assignments)
    for (document, annotator, pass_), number in seen.items():
        if number > 1:
            raise CorpusError(
                f"{path}: document {document!r} is given to {annotator!r} twice as pass {pass_}"
            )
    return found.assignments


def write_assignments(root: Path, assignments: Iterable[Assignment]) -> bool:
    """Write the record, one assignment a line; say False if it stood there so already."""
    path = assignments_path(root)
    lines = [_line(assignment) for assignment in sorted(assignments)]
    text = (
        "# Who has which document, by round: written by `corpus push`, never moved afterwards.\n"
        "assignments = [\n" + "".join(lines) + "]\n"
    )
    if path.exists() and path.read_bytes() == text.encode():
        return False
    write_whole(path, text.encode())
    return True


def _line(assignment: Assignment) -> str:
    values = msgspec.to_builtins(assignment)
    said = ", ".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
    return f"  {{ {said} }},\n"


def assigned(
    rounds: dict[str, Round],
    documents: Iterable[str],
    recorded: Sequence[Assignment],
    ripe: Callable[[Assignment, int], bool] = lambda assignment, days: False,
) -> list[Assignment]:
    """Return all assignments: those recorded, and what the open rounds lack.

    Args:
        rounds: by name, in order; a frozen one, and a recheck, get nothing new.
        documents: ids of all texts.
        recorded: what was assigned before; kept as it is.
        ripe: says of a first pass whether it was submitted at least so many days ago.

    Raises:
        CorpusError: a round names a document that there is none of.
    """
    texts, found = set(documents), [*recorded]
    for name, declared in rounds.items():
        if declared.frozen is None and declared.kind != "recheck":
            own = texts if declared.documents is None else set(declared.documents)
            if missing := own - texts:
                raise CorpusError(f"rounds.toml: rounds.{name}: no document {min(missing)!r}")
            found += _of_round(name, declared, own, found)
            found += _again(name, declared, found, ripe)
    return found


def _of_round(
    name: str, declared: Round, documents: set[str], found: list[Assignment]
) -> list[Assignment]:
    """Return what a round lacks: each document for as many people as its overlap asks."""
    least, most, share = overlap_of(name, declared)
    made = [a for a in found if a.round == name]
    have: dict[str, set[str]] = {}
    for a in made:
        have.setdefault(a.document, set()).add(a.annotator)
    passes = dict[tuple[str, str], int]()
    for a in found:
        passes[a.key[:2]] = max(a.pass_, passes.get(a.key[:2], 0))
    load = Counter(a.annotator for a in made)
    plain = _unassisted(name, declared, documents, made)
    new: list[Assignment] = []

    def give(document: str, wanted: int) -> None:
        own = have.get(document, set())
        others = [p for p in declared.people if p not in own]
        others.sort(key=lambda p: (load[p], _hash(name, document, p)))
        for person in others[: max(wanted, 0)]:
            load[person] += 1
            pass_ = passes.get((document, person), 0) + 1
            new.append(Assignment(name, document, person, pass_, document not in plain))

    for document in _in_order(documents & have.keys(), name):
        missing = most if declared.overlap is None else least - len(have[document])
        give(document, missing)
    for number, document in enumerate(_in_order(documents - have.keys(), name), len(have)):
        give(document, most if _quota(number, share) else least)
    return new


def _unassisted(
    name: str, declared: Round, documents: set[str], made: list[Assignment]
) -> set[str]:
    """Return the documents without pre-annotations: all, or those that serve as a control."""
    if declared.assisted is None:
        return documents
    share = share_of(name, "control", declared.control)
    before = {a.document for a in made}
    new = _in_order(documents - before, name, "control")
    chosen = {d for number, d in enumerate(new, len(before)) if _quota(number, share)}
    return chosen | (before - {a.document for a in made if a.assisted})


def _again(
    name: str,
    declared: Round,
    found: list[Assignment],
    ripe: Callable[[Assignment, int], bool],
) -> list[Assignment]:
    """Return second passes for a share of each one's documents, as soon as the first are ripe."""
    if declared.again is None:
        return []
    share, new = share_of(name, "again", declared.again), list[Assignment]()
    for person in declared.people:
        own = [a for a in found if a.annotator == person and a.round == name]
        first = {a.document: a for a in sorted(own, reverse=True)}
        twice = {a.document for a in own if a.pass_ > first[a.document].pass_}
        wanted = _share(len(first), share) - len(twice)
        left = [first[d] for d in _in_order(first.keys() - twice, name, person)]
        for a in [a for a in left if ripe(a, declared.again_after)][: max(wanted, 0)]:
            pass_ = 1 + max(b.pass_ for b in found if b.key[:2] == a.key[:2])
            new.append(Assignment(name, a.document, person, pass_))
    return new


def _quota(number: int, share: float) -> bool:
    """Say whether the number-th of a row (from 0) belongs to the share, rounded up."""
    return _share(number + 1, share) > _share(number, share)


def _share(number: int, share: float) -> int:
    """Return the share of a number, rounded up; 7 % of 100 are 7, whatever floats make of it."""
    return math.ceil(round(number * share, 9))


def _in_order(names: Iterable[str], *salt: str) -> list[str]:
    return sorted(names, key=lambda name: (_hash(*salt, name), name))


def _hash(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()

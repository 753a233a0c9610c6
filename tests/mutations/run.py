"""Mutants through the front door, many at once: what is found, and what of the rest is harmless."""

import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from corpus.reading import read_corpus
from corpus.rules import RULES
from corpus.tables import Tables, submitted
from corpus.validation import examine
from tests.corpora import HEDGEROW, ROOT, sound_export
from tests.mutations.kinds import KINDS, mutated
from tests.mutations.oracle import (
    DOC,
    UnreadableError,
    contents,
    judgement,
    require_sound,
)

Verdict = Literal["found", "same", "sound", "missed", "traceback"]
Content = dict[str, Any]
Found = dict[int, Counter[tuple[str, str]]]
VERDICTS: tuple[Verdict, ...] = ("found", "same", "sound", "missed", "traceback")
FORMATS = ("export", "file")
BATCH = 250
PASSES = ("m2", "m3")
ALONE = "P104"
"""The rule that looks across files: whoever it alone finds among others is tried by itself."""


@dataclass(frozen=True)
class Mutant:
    """A corrupted file; its people are its own, so that it can stand beside others."""

    number: int
    kind: str
    format: str
    data: bytes

    @property
    def path(self) -> Path:
        """Return where it stands in a corpus folder."""
        if self.format == "export":
            return Path("exports", f"{self.number}.json")
        return Path("annotations", DOC, f"x{self.number}.json")


def sound(number: int, format_: str) -> bytes:
    """Return a sound file before it is corrupted."""
    if format_ == "export":
        data = _export()
        for letter, name in zip("xy", PASSES, strict=True):
            data = data.replace(f'"{name}"'.encode(), f'"{letter}{number}"'.encode())
        return data
    name = f"m{2 + number % 3}"
    data = (ROOT / "annotations" / DOC / f"{name}.json").read_bytes()
    return _today(data).replace(f'"{name}"'.encode(), f'"x{number}"'.encode())


def _today(data: bytes) -> bytes:
    """Return labels as if they were made with the guidelines of the schema."""
    made = b'"guideline_version": "%s"'
    return data.replace(made % b"1.0.0", made % HEDGEROW.guidelines.encode())


@cache
def _export() -> bytes:
    return _today(sound_export(*PASSES).encode())


def mutant(number: int, seed: int = 0) -> Mutant:
    """Return one mutant, the same for the same numbers; kinds, and formats, stand by turns."""
    kinds = list(KINDS)
    kind, format_ = kinds[number % len(kinds)], FORMATS[number // len(kinds) % len(FORMATS)]
    data = mutated(sound(number, format_), kind, random.Random(f"{seed} {number}"))
    return Mutant(number, kind, format_, data)


Result = tuple[Mutant, Verdict, list[str]]


def corpus_folder(root: Path) -> Path:
    """Make the folder that mutants are put into: this corpus without its annotations."""
    for name in ("seeds", "schemas"):
        shutil.copytree(ROOT / name, root / name)
    return root


class Trial:
    """Mutants tried in a corpus folder; `off` are codes of rules that are not asked."""

    def __init__(self, root: Path, off: Collection[str] = ()) -> None:
        self.root, self.codes = root, RULES.keys() - {*off}
        self.before = {f: self._unmutated(f) for f in FORMATS}

    def _unmutated(self, format_: str) -> Counter[tuple[str, str]]:
        return self._read([Mutant(0, "", format_, sound(0, format_))])[0][0]

    def verdicts(self, tried: Iterable[Mutant]) -> Iterator[Result]:
        """Yield each mutant with what became of it and the codes under which it was found."""
        rest = iter(tried)
        while batch := [*islice(rest, BATCH)]:
            yield from self._tried(batch)

    def _tried(self, batch: list[Mutant]) -> Iterator[Result]:
        try:
            found, read = self._read(batch)
        except Exception:  # noqa: BLE001 (any traceback is what is looked for)
            yield from self._alone(batch)
            return
        for mutant in batch:
            new = found[mutant.number] - self.before[mutant.format]
            codes = sorted({code for code, _ in new})
            if codes == [ALONE] and len(batch) > 1:
                yield from self._tried([mutant])
            else:
                yield mutant, "found" if codes else harm(mutant, read[mutant.number]), codes

    def _alone(self, batch: list[Mutant]) -> Iterator[Result]:
        if len(batch) == 1:
            yield batch[0], "traceback", []
        else:
            for mutant in batch:
                yield from self._tried([mutant])

    def _read(self, batch: list[Mutant]) -> tuple[Found, dict[int, list[Any]]]:
        """Return, by mutant, what is found in it and what a reader makes of it."""
        numbers = {str(self.root / mutant.path): mutant.number for mutant in batch}
        for mutant in batch:
            path = self.root / mutant.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(mutant.data)
        tables, schema = read_corpus(self.root, tuple(map(Path, numbers)))
        found: Found = defaultdict(Counter)
        for f in examine(tables, schema, self.codes).findings:
            if f.code in self.codes:
                found[numbers[f.file]][f.code, f.message] += 1
        read: dict[int, list[Any]] = defaultdict(list)
        files = tables.annotations.select("file", "row").collect().rows()
        rest = tables.of(row for file, row in files if not found[numbers[file]])
        for file, content in as_read(rest):
            read[numbers[file]].append(content)
        for path in numbers:
            Path(path).unlink()
        return found, read


def as_read(tables: Tables) -> Iterator[tuple[str, Content]]:
    """Yield the file and the content of each annotation that was read, in the oracle's form."""
    for head, own in submitted(tables):
        values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in own["attributes"]:
            if not row["defaulted"]:
                values[row["span_id"]][row["name"]].append(row["value"])
        spans = [
            {"id": row["span_id"], **{key: row[key] for key in ("layer", "start", "end")}}
            | {"attributes": values[row["span_id"]]}
            for row in own["spans"]
        ]
        relations = [
            {"type": row["type"], "from": row["from_id"], "to": row["to_id"]}
            for row in own["relations"]
        ]
        about = {"document": head["doc_id"], "text_sha256": head["given_sha256"]}
        same = ("annotator", "pass", "schema_version", "guideline_version")
        yield (
            head["file"],
            about
            | {key: head[key] for key in same}
            | {
                "spans": spans,
                "relations": relations,
            },
        )


def harm(mutant: Mutant, read: list[Content] | None = None) -> Verdict:
    """Return what a mutant is without our rules: the same judgement, another sound one, or harm.

    read: what our reader makes of it; it must be what stands there.
    """
    try:
        found = contents(mutant.data)
        said = judgement(found)
        if read is not None and said != judgement(read):
            return "missed"
        if said == judgement(contents(sound(mutant.number, mutant.format))):
            return "same"
        require_sound(found, mutant.path.stem if mutant.format == "file" else None)
    except UnreadableError:
        return "missed"
    return "sound"

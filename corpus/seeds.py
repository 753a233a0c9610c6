"""The texts: seeds/<doc_id>.txt beside <doc_id>.toml, and seeds/entities.toml.

A text is never changed after entry. What is wrong here stops the work (SeedError): without its
texts a corpus has nothing to check. A text that differs from the sha256 of its own metadata is
such a case; one that differs from what an annotator saw is a finding (text-changed).
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from corpus.errors import SeedError
from corpus.schema import Schema
from corpus.tables import Rows, file_name
from corpus.toml import convert, read_tables, read_toml

ENTITIES = "entities.toml"
UNLISTED = "unlisted"
"""What stands for an entity that the table lacks, until the team has decided; no entity's id."""
DOC_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence, within one passage."""

    start: int
    end: int


class Passage(Sentence, frozen=True, forbid_unknown_fields=True):
    """A stretch of the text of one kind."""

    kind: str


class Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What <doc_id>.toml says of a text; "unknown" is said aloud, never left out.

    release: `text`, or `standoff` for a text that is published without its words. basis: why it may
    be passed on. Where neither is given, and the licence is unknown, it may not (see `released`).
    entities: ids of those that may be meant in it, for the annotators' menu; all, if not given.
    """

    title: str
    source: str
    licence: str
    date: str
    language: str
    sha256: str
    passages: list[Passage]
    sentences: list[Sentence]
    release: Literal["text", "standoff"] | None = None
    basis: str = ""
    url: str = ""
    date_inferred: bool = False
    date_basis: str = ""
    entities: list[str] | None = None

    @property
    def allowed(self) -> bool:
        """Say whether anything allows to pass the text on: a licence, or another basis."""
        return bool(self.basis.strip()) or not is_unknown(self.licence)

    @property
    def released(self) -> str:
        """How it is released: as is said; else with its words only if anything allows that."""
        return self.release or ("text" if self.allowed else "standoff")


class Entity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Someone or something that can speak or act."""

    name: str
    type: Literal["person", "group", "organization", "gpe", "document", "unnamed"]
    description: str
    wikidata: str | None = None


def is_unknown(licence: str) -> bool:
    """Say whether nobody knows the licence: it is left blank, or called unknown."""
    return licence.strip().lower() in ("", "unknown")


def read_seeds(root: Path, schema: Schema, rows: Rows) -> dict[str, str]:
    """Read all texts and entities into `rows`; return doc_id -> text."""
    folder = root / "seeds"
    texts = sorted(folder.glob("*.txt"))
    if not texts:
        raise SeedError(f"{folder}: no text here; expected <doc_id>.txt beside <doc_id>.toml")
    _refuse_lonely(folder, {path.stem for path in texts})
    known = _read_entities(folder / ENTITIES, rows)
    return {path.stem: _read_seed(path, schema, rows, known) for path in texts}


def read_text(path: Path) -> str:
    """Return a text as it stands: decoded as UTF-8, no newline changed."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        found = error.object[error.start]
        raise SeedError(
            f"{path}: not UTF-8 at byte {error.start} (0x{found:02x}): save the text as UTF-8"
        ) from None
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}") from None


def _refuse_lonely(folder: Path, stems: set[str]) -> None:
    for path in sorted(folder.glob("*.toml")):
        if path.name != ENTITIES and path.stem not in stems:
            raise SeedError(f"{path}: no text beside it; expected {path.with_suffix('.txt').name}")


def _read_seed(path: Path, schema: Schema, rows: Rows, known: set[str]) -> str:
    if not DOC_ID.fullmatch(path.stem):
        raise SeedError(f"{path}: a document's id is of the form {DOC_ID.pattern}")
    text = read_text(path)
    about = path.with_suffix(".toml")
    seed = convert(about, "", read_toml(about, SeedError), Seed, SeedError)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    if digest != seed.sha256:
        raise SeedError(
            f"{path}: sha256 is {digest}, but {about.name} says {seed.sha256}: the text changed"
            " after entry; restore it (a changed text enters as a new document)"
        )
    _check_release(about, seed)
    _check_passages(about, seed, text, schema)
    for name in seed.entities or []:
        if name not in known:
            raise SeedError(f"{about}: entities: {name!r} is no entity of {ENTITIES}")
    rows.documents.append((*_row(path.stem, text, seed), seed.entities, file_name(path)))
    return text


def _row(doc_id: str, text: str, seed: Seed) -> tuple[object, ...]:
    s = seed
    passages = [msgspec.structs.asdict(passage) for passage in s.passages]
    sentences = [msgspec.structs.asdict(sentence) for sentence in s.sentences]
    origin = (s.title, s.source, s.url, s.date, s.date_inferred, s.language, s.licence, s.released)
    return (doc_id, text, s.sha256, *origin, passages, sentences)


def _check_release(about: Path, seed: Seed) -> None:
    """Raise SeedError if a text is to be passed on and nothing says that it may be."""
    if seed.release == "text" and not seed.allowed:
        raise SeedError(
            f"{about}: release = 'text', with licence {seed.licence!r} and no basis: say in `basis`"
            " why the text may be passed on, or leave `release` out to publish it without its words"
        )


def _check_passages(about: Path, seed: Seed, text: str, schema: Schema) -> None:
    """Raise SeedError if the stretches are out of order, out of place or of an unknown kind."""
    _check_order(about, "passages", seed.passages, len(text))
    _check_order(about, "sentences", seed.sentences, len(text))
    starts = [passage.start for passage in seed.passages]
    for number, s in enumerate(seed.sentences, 1):
        before = bisect_right(starts, s.start)
        if before == 0 or seed.passages[before - 1].end < s.end:
            raise SeedError(
                f"{about}: sentences[{number}] is {s.start}..{s.end}: expected it in one passage"
            )
    kinds = [*schema.passages.annotated, *schema.passages.other]
    for number, passage in enumerate(seed.passages, 1):
        if passage.kind not in kinds:
            raise SeedError(
                f"{about}: passages[{number}] has kind {passage.kind!r}; the schema has"
                f" {', '.join(kinds)}"
            )


def _check_order(about: Path, what: str, stretches: Sequence[Sentence], length: int) -> None:
    edge = 0
    for number, stretch in enumerate(stretches, 1):
        if not edge <= stretch.start < stretch.end <= length:
            raise SeedError(
                f"{about}: {what}[{number}] is {stretch.start}..{stretch.end}: expected a"
                f" stretch after {edge} and up to {length}, the end of the text"
            )
        edge = stretch.end


def _read_entities(path: Path, rows: Rows) -> set[str]:
    found = read_tables(path, "entities", Entity, SeedError)
    for entity_id, e in found.items():
        if not DOC_ID.fullmatch(entity_id):
            raise SeedError(f"{path}: entities.{entity_id}: an id is of the form {DOC_ID.pattern}")
        if entity_id == UNLISTED:
            raise SeedError(f"{path}: entities.{UNLISTED}: stands for one that the table lacks")
        rows.entities.append(
            (entity_id, e.name, e.type, e.wikidata, e.description, file_name(path))
        )
    return {*found}

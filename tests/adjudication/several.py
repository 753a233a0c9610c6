"""Several annotators in shorthand, as tables or as a folder whose round is closed."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import polars as pl

from corpus.adjudication.case import Case, decided, opened
from corpus.adjudication.comparison import Comparison, compared
from corpus.adjudication.documents import cases
from corpus.adjudication.sources import Version
from corpus.reading import read_corpus
from corpus.rounds import declare_round, freeze
from corpus.schema import Schema
from corpus.shorthand import parse
from corpus.store import rendered
from corpus.tables import Tables
from tests.corpora import TINY, TINY_FILE, folder

DATE = "2026-02-01"
TOGETHER = ("annotations", "spans", "attributes", "relations")
Said = Mapping[str, str]
"""Annotator -> the text in shorthand."""


def tables_of(said: Said, schema: Schema = TINY, doc_id: str = "example") -> Tables:
    """Return the tables of one text by several annotators."""
    made = [_by(name, row, parse(said[name], schema)) for row, name in enumerate(said)]
    frames = {name: pl.concat([getattr(one, name) for one in made]) for name in TOGETHER}
    named = {
        name: frame.with_columns(doc_id=pl.lit(doc_id))
        for name, frame in (frames | {"documents": made[0].documents}).items()
        if name in ("annotations", "documents")
    }
    return replace(made[0], **frames | named)


def _by(name: str, row: int, made: Tables) -> Tables:
    number = pl.lit(row, pl.UInt32)
    file = pl.lit(f"annotations/example/{name}.json")
    own = made.annotations.with_columns(row=number, annotator=pl.lit(name), file=file)
    parts = {part: getattr(made, part).with_columns(annotation=number) for part in TOGETHER[1:]}
    return replace(made, annotations=own, **parts)


def comparison_of(said: Said, schema: Schema = TINY, doc_id: str = "example") -> Comparison:
    """Return the comparison of all of them."""
    chosen = {
        row: Version(name, f"annotations/{doc_id}/{name}.json", "0" * 64)
        for row, name in enumerate(said)
    }
    [comparison] = compared(tables_of(said, schema, doc_id), schema, {doc_id: chosen})
    return comparison


def case_of(root: Path, said: Said, schema: Schema = TINY) -> Case:
    """Return a case whose record is not written yet."""
    return opened(root, comparison_of(said, schema))


def letter(comparison: Comparison, annotator: str) -> str:
    """Return who is meant by an annotator."""
    return next(c for c, version in comparison.versions.items() if version.annotator == annotator)


def by(case: Case, conflict_id: str, annotator: str) -> Case:
    """Return the case with the version of an annotator chosen."""
    return ruled(case, conflict_id, letter(case.comparison, annotator))


def ruled(case: Case, conflict_id: str, decision: str, **said: object) -> Case:
    """Return the case with a decision."""
    made = {"decision": decision, "by": "cy", "date": DATE} | said
    return decided(case, msgspec.structs.replace(case.entries[conflict_id], **made))


def only(case: Case) -> str:
    """Return the id of the only conflict that is open."""
    [conflict] = case.open
    return conflict.id


PEOPLE = "".join(
    f'[annotators.{name}]\nkind = "human"\ndescription = "Invented."\n\n'
    for name in ("ann", "bo", "cy", "di")
)


def corpus_of(root: Path, *, seeds: Mapping[str, Said], entities: str = "") -> Path:
    """Make a folder with these annotations of texts, all in a closed round."""
    texts, files = dict[str, str](), dict[str, str | bytes]()
    for doc_id, said in seeds.items():
        tables = tables_of(said, TINY, doc_id)
        texts[doc_id] = tables.documents.collect()["text"][0]
        files |= {path.as_posix(): data for path, data in rendered(tables, TINY).items()}
    files["annotations/annotators.toml"] = PEOPLE
    if entities:
        files["seeds/entities.toml"] = entities
    folder(root, files, texts, TINY_FILE)
    declare_round(root, sorted({name for said in seeds.values() for name in said}), None)
    close(root, "main")
    return root


def close(root: Path, name: str) -> None:
    """Close a round with whatever is there; the files of gold are nobody's."""
    found = sorted((root / "annotations").glob("*/*.json"))
    digests = {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
        if path.stem != "gold"
    }
    freeze(root, name, DATE, digests)


def annotated_again(root: Path, said: Said, doc_id: str = "example") -> None:
    """Put other labels into files of a closed round, as if it had been closed with them."""
    path = root / "annotations" / "rounds.toml"
    head = path.read_text().partition("\n[rounds.main.frozen]")[0]
    path.write_text(head.rstrip() + "\n")
    for file, data in rendered(tables_of(said, TINY, doc_id), TINY).items():
        (root / file).write_bytes(data)
    close(root, "main")


def opened_in(root: Path, *documents: str) -> list[Case]:
    """Return the cases of a folder as they are on disk."""
    return [*cases(root, *read_corpus(root), documents).cases]

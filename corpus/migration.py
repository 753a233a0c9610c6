"""Labels of an older schema version -> the current one, by a small declared map.

The map says of each layer, attribute, value and relation that has another name now what it is
called; two with one new name are merged, "" drops. Nothing else of a label changes; who made it, of
which text and with which guidelines stays as it was.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import polars as pl

from corpus.errors import CorpusError
from corpus.findings import FIRST, Finding
from corpus.reading import read_corpus
from corpus.rounds import read_rounds, refreeze
from corpus.schema import Schema, numbers
from corpus.store import rendered, write_whole
from corpus.tables import Tables
from corpus.toml import convert, read_toml
from corpus.validation import validate

Version = Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+\Z")]
Names = dict[str, str]
DROP = ""
UNFIT = {"unknown-layer", "unknown-attribute", "attribute-on-wrong-layer", "unknown-value"}
UNFIT |= {"unknown-relation"}
"""Rules whose breach says that the map leaves something out."""


class Migration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A map from one schema version to another: old name -> new one, or "" to drop it.

    values: attribute (by its old name) -> old value -> new one.
    """

    from_: Version
    to: Version
    layers: Names = {}
    attributes: Names = {}
    values: dict[str, Names] = {}
    relations: Names = {}


def read_migration(path: Path, schema: Schema) -> Migration:
    """Read a map to the schema's version; CorpusError names the file and the key that is wrong."""
    found = convert(path, "", read_toml(path, CorpusError), Migration, CorpusError)
    if _under(found.to, found.from_):
        raise CorpusError(f"{path}: from {found.from_} to {found.to} leads nowhere")
    if found.to != schema.version:
        raise CorpusError(f"{path}: to is {found.to!r}, and {schema.path} is {schema.version}")
    for key, names, there in (
        ("layers", found.layers, schema.layers.keys()),
        ("attributes", found.attributes, schema.shared().keys()),
        ("relations", found.relations, schema.relations.keys()),
    ):
        _require_known(path, key, names, [*there])
    for old, names in found.values.items():
        name = found.attributes.get(old, old)
        if name == DROP:
            raise CorpusError(f"{path}: values.{old}: the attribute is dropped, and its values too")
        attribute = schema.shared().get(name)
        if attribute is None:
            raise CorpusError(f"{path}: values.{old}: {schema.path} has no attribute {name!r}")
        _require_known(path, f"values.{old}", names, [*attribute.values])
    return found


def _require_known(path: Path, key: str, names: Names, there: list[str]) -> None:
    for old, new in names.items():
        if new not in (*there, DROP):
            raise CorpusError(
                f"{path}: {key}.{old} = {new!r} is not in the schema (there are {', '.join(there)})"
            )


@dataclass(frozen=True)
class Moved:
    """What a migration makes of a corpus: file -> its new bytes, and (what, how many) labels.

    errors: how many findings are left for people to mend.
    """

    files: dict[Path, bytes]
    counts: list[tuple[str, int]]
    errors: int


def migrate(root: Path, migration: Migration, date: str) -> Moved:
    """Rewrite the annotation files of the older version; say what was done.

    The digests of frozen rounds follow, with a record of the old ones and of the map. Every file is
    written whole, and a run that was killed is completed by the next.

    Raises:
        CorpusError: a file is broken, or a frozen one is not what it was; the map leaves labels
            that the schema lacks. Nothing is written then.
    """
    tables, schema = read_corpus(root)
    _require_sound(tables, schema)
    versions = set(tables.annotations.collect()["schema_version"])
    older = {version for version in versions if _under(version, migration.from_)}
    if left := versions - older - {migration.to}:
        strange = ", ".join(sorted(left))
        raise CorpusError(
            f"annotations of version {strange} are not of {migration.from_}, nor older"
            " and compatible: bring them to it first, or mend 'from' in the map"
        )
    old = tables.of(
        tables.annotations.filter(pl.col("schema_version").is_in(older)).collect()["row"]
    )
    new = migrated(old, migration)
    findings = validate(new, schema)
    _require_fit(findings)
    files = rendered(new, schema)
    records = _records(root, files, migration, date)
    for name, record in records.items():
        refreeze(root, name, record)
    for path, data in files.items():
        write_whole(root / path, data)
    left_ = sum(finding.severity == "error" for finding in findings)
    return Moved(files, [*_counts(old, migration)], left_)


def migrated(t: Tables, migration: Migration) -> Tables:
    """Return the tables with the labels as the map says; what hangs on a dropped span goes too."""
    spans = _renamed(t.spans, "layer", migration.layers)
    kept = spans.select("annotation", "span_id")
    attributes = t.attributes.filter(~pl.col("defaulted"))
    for name, names in migration.values.items():
        chosen = attributes.filter(name=name)
        others = attributes.filter(pl.col("name") != name)
        attributes = pl.concat([others, _renamed(chosen, "value", names)])
    relations = _renamed(t.relations, "type", migration.relations)
    for end in ("from_id", "to_id"):
        relations = _of(relations, kept, end)
    named = _of(_renamed(attributes, "name", migration.attributes), kept, "span_id")
    return replace(
        t,
        annotations=t.annotations.with_columns(
            schema_version=pl.lit(migration.to),
            sha256=pl.lit(None, pl.String),  # they are in no file yet
        ),
        spans=spans,
        attributes=named.sort("row").unique(
            ["annotation", "span_id", "name", "value"], keep="first", maintain_order=True
        ),
        relations=relations.unique(
            ["annotation", "type", "from_id", "to_id"], keep="first", maintain_order=True
        ),
    )


def _renamed(frame: pl.LazyFrame, column: str, names: Names) -> pl.LazyFrame:
    value = pl.col(column).replace(names)
    return frame.with_columns(value.alias(column)).filter(pl.col(column) != DROP)


def _of(frame: pl.LazyFrame, spans: pl.LazyFrame, key: str) -> pl.LazyFrame:
    return frame.join(
        spans, left_on=["annotation", key], right_on=["annotation", "span_id"], how="semi"
    )


def _under(version: str, last: str) -> bool:
    """Say whether a version is this one, or an older one that it is compatible with."""
    one, other = numbers(version), numbers(last)
    return one[:1] == other[:1] and one <= other


def _require_sound(tables: Tables, schema: Schema) -> None:
    """Refuse labels that cannot be read whole, or whose text is another by now."""
    for finding in validate(tables, schema):
        grave = finding.code[0] in FIRST and finding.severity == "error"
        if grave and finding.name != "schema-version" and finding.document:
            raise CorpusError(f"{finding.file}: {finding.message}: mend it first")


def _require_fit(findings: Iterable[Finding]) -> None:
    for finding in findings:
        if finding.name in UNFIT:
            raise CorpusError(
                f"{finding.file}: {finding.message}: nothing was written; the map"
                " says nothing of it"
            )


def _records(
    root: Path, files: Mapping[Path, bytes], migration: Migration, date: str
) -> dict[str, dict[str, Any]]:
    """Return what to record of each frozen round, unless a killed run has; all is checked."""
    found = {}
    said = {k: v for k, v in msgspec.to_builtins(migration).items() if v}
    for name, declared in read_rounds(root).items():
        frozen = declared.frozen.files if declared.frozen else {}
        moved = dict[str, list[str]]()
        for path, data in files.items():
            was = frozen.get(path.as_posix())
            here, new = (hashlib.sha256(b).hexdigest() for b in ((root / path).read_bytes(), data))
            if was is None or was == new:
                continue
            if here != was:
                raise CorpusError(f"{path}: is not what it was when round {name!r} was frozen")
            moved[path.as_posix()] = [was, new]
        if moved:
            found[name] = {"date": date} | said | {"files": moved}
    return found


def _counts(t: Tables, migration: Migration) -> Iterator[tuple[str, int]]:
    """Yield, for each entry of the map, what it does and to how many labels."""
    given = t.attributes.filter(~pl.col("defaulted"))
    columns = [
        ("layer", t.spans, "layer", migration.layers),
        ("attribute", given, "name", migration.attributes),
        ("relation", t.relations, "type", migration.relations),
    ]
    for name, names in migration.values.items():
        columns.append((f"value {name}", given.filter(name=name), "value", names))
    for what, frame, column, names in columns:
        for old, new in names.items():
            number = frame.filter(pl.col(column) == old).select(pl.len()).collect().item()
            yield f"{what} {old} {f'is {new}' if new else 'dropped'}", int(number)

"""annotations/waivers.toml: breaches of rules that people have looked at and let stand."""

import os
import re
from collections.abc import Iterable
from itertools import product
from pathlib import Path, PurePath
from typing import Any

import msgspec
import polars as pl

from corpus.errors import CorpusError
from corpus.findings import Finding
from corpus.tables import Rows, file_name
from corpus.toml import convert, read_toml

PLACE = ("code", "document", "annotator", "item")
ITEM = re.compile(r"task \d+(, (annotation \d+|draft))?(, (region |relation )?)?")
"""What in an export stands before what a finding is about."""


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One breach, or some of one kind: all that fits what is named is let stand.

    rule: its name or code. annotator: as the file is called (`ann.2` is a second pass). item: the
    id of a span, `type from>to` of a relation, or what else a finding names.
    """

    rule: str
    reason: str
    document: str | None = None
    annotator: str | None = None
    item: str | None = None


def waivers_path(root: Path) -> Path:
    """Return where the waivers stand."""
    return root / "annotations" / "waivers.toml"


def read_waivers(root: Path, rows: Rows) -> None:
    """Read the waivers; CorpusError names the one that cannot be meant."""
    path = waivers_path(root)
    raw = read_toml(path, CorpusError) if os.path.lexists(path) else {}
    listed = raw.pop("waivers", [])
    if raw or not isinstance(listed, list):
        raise CorpusError(
            f"{path}: expected [[waivers]] only, found {next(iter(raw), 'waivers')!r}"
        )
    for number, table in enumerate(listed, 1):
        at = f"waivers[{number}]"
        waiver = convert(path, at, table, Waiver, CorpusError)
        if not waiver.reason.strip():
            raise CorpusError(f"{path}: {at}: reason is blank: say why it may stand")
        place = (waiver.document, waiver.annotator, waiver.item)
        if not any(place):
            raise CorpusError(f"{path}: {at}: names no document, annotator or item to let stand")
        rows.waivers.append((waiver.rule, *place, waiver.reason, file_name(path), number))


class Waivers:
    """Waivers, asked whether one lets a finding stand; each has the `code` of its rule."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.rows = [*rows]
        self.used = set[int]()
        self.places = dict[tuple[str | None, ...], dict[str, Any]]()
        for row in self.rows:
            self.places.setdefault(tuple(row[name] for name in PLACE), row)

    def reason(self, finding: Finding) -> str | None:
        """Return why a finding may stand; None if it may not. The narrowest waiver is used."""
        item = ITEM.sub("", finding.item or "")
        named = ((finding.document, None), (_pass(finding), None), (item, None))
        for place in product(*named):
            if row := self.places.get((finding.code, *place)):
                self.used.add(row["number"])
                return str(row["reason"])
        return None

    def told(self) -> pl.LazyFrame:
        """Return the waivers with whether each was used."""
        used = [row["number"] in self.used for row in self.rows]
        return pl.LazyFrame(self.rows).with_columns(used=pl.Series(used, dtype=pl.Boolean))


def _pass(finding: Finding) -> str | None:
    """Return whose annotation it is, as its file is called: `ann.2` is a second pass."""
    name = PurePath(finding.file).name.removesuffix(".json")
    own = finding.annotator is not None and name.startswith(f"{finding.annotator}.")
    return name if own else finding.annotator

"""What changed from one release of the data to the next, and which version that asks for.

Versions follow Semantic Versioning 2.0.0. What others rely on is what they load by name and number:

- Major: a config, a split, a column or a class is gone, or a column has another type, or a class
  another number. What reads the old release may not read the new one.
- Minor: there are rows, columns, classes, splits or configs more, or other documents. What reads
  the old release reads the new one, and figures on it are of other data.
- Patch: rows of the same documents were corrected or taken away, or the card alone is another.

While the major number is 0, a major change raises the minor number (section 4 there).

A row stays if it is of the same annotation and place: document, annotator, pass, passage, and the
offsets of all its parts. If it then says anything else (another value, type or split) it changed. A
span with other edges is another row: one removed, one added. Of several rows of one place as many
changed as can be. Numbers by which rows refer to each other (`span`, `item` and their like) say
nothing themselves, since they shift when a row comes; they are not compared.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.dataset.folder import DATA, config_of
from corpus.dataset.published import DOCUMENTS
from corpus.errors import CorpusError
from corpus.schema import numbers

if TYPE_CHECKING:
    from datasets import Features

KEY = re.compile(
    r"doc_id|annotator|pass|passage|(?!.*(?:sentence|tokens)_)(?:\w+_)?(?:start|end)s?"
)
"""Columns that say which row it is. Those of sentences and tokens follow from others."""
OFFSETS = ("start", "end")


class Change(NamedTuple):
    """Rows of a config."""

    added: int = 0
    removed: int = 0
    changed: int = 0

    def __str__(self) -> str:
        """Return it in words; empty if there is none."""
        first, *more = [(n, what) for what, n in self._asdict().items() if n] or [(0, "")]
        rows = f"{first[0]:,} row{'s' * (first[0] != 1)} {first[1]}"
        return ", ".join([rows, *(f"{n:,} {what}" for n, what in more)]) if any(self) else ""


@dataclass(frozen=True)
class Release:
    """The data files of a folder: config -> split -> rows, with names for classes; its features."""

    rows: Mapping[str, Mapping[str, pl.DataFrame]]
    features: "Mapping[str, Features]"

    @property
    def documents(self) -> set[str]:
        """Return the ids of its documents."""
        return {name for frame in self.rows.get(DOCUMENTS, {}).values() for name in frame["doc_id"]}


NOTHING = Release({}, {})


def read_release(folder: Path) -> Release:
    """Return the data files of a dataset folder; CorpusError if one cannot be read."""
    from datasets import Features

    rows = defaultdict[str, dict[str, pl.DataFrame]](dict)
    features = {}
    for path in sorted((folder / "data").rglob("*.parquet")):
        if named := DATA.match(path.relative_to(folder).as_posix()):
            config, split = named.groups()
            try:
                table = pq.ParquetFile(path).read()
                rows[config][split] = config_of(table).frame
                features[config] = Features.from_arrow_schema(table.schema)
            except (pa.ArrowException, pl.exceptions.PolarsError, KeyError, ValueError) as error:
                said = str(error).partition("\n")[0]
                raise CorpusError(f"{path}: no data file that a build made ({said})") from None
    return Release(rows, features)


def changes(old: Release, new: Release) -> dict[str, Change]:
    """Return config -> what became of its rows, of those of which any changed."""
    found = {
        name: _change(_keyed(old.rows.get(name, {})), _keyed(new.rows.get(name, {})))
        for name in dict.fromkeys([*new.rows, *old.rows])
    }
    return {name: change for name, change in found.items() if any(change)}


Keyed = Mapping[bytes, Counter[bytes]]
"""Which row it is -> what the rows of that place say."""


def _change(before: Keyed, after: Keyed) -> Change:
    added = removed = changed = 0
    for key in {*before, *after}:
        one, other = before.get(key, Counter()), after.get(key, Counter())
        gone, came = (one - other).total(), (other - one).total()
        changed += (both := min(gone, came))
        added, removed = added + came - both, removed + gone - both
    return Change(added, removed, changed)


def _keyed(splits: Mapping[str, pl.DataFrame]) -> Keyed:
    found = defaultdict[bytes, Counter[bytes]](Counter)
    for split, frame in splits.items():
        key = [name for name in frame.columns if KEY.fullmatch(name)]
        rest = frame.drop(key).columns
        for place, row in zip(
            frame.select(key).iter_rows(), frame.select(rest).iter_rows(named=True), strict=True
        ):
            said = msgspec.json.encode((split, _said(row)))
            found[msgspec.json.encode(place)][said] += 1
    return found


def _said(value: Any) -> Any:
    """Return what a value says, without numbers that only refer; offsets in a struct do say."""
    if isinstance(value, dict):
        return {k: v if k in OFFSETS else _said(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_said(item) for item in value]
    return None if type(value) is int else value


def least_version(released: str, old: Release, new: Release) -> str:
    """Return the lowest version that may follow a released one with this data."""
    major, minor, patch = numbers(released)
    if _breaks(old.features, new.features) or _breaks(old.rows, new.rows):
        return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"
    added = any(change.added for change in changes(old, new).values())
    if added or old.features != new.features or old.documents != new.documents:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def _breaks(old: Any, new: Any) -> bool:
    """Say whether a part of features, or of splits, is gone or is of another type or number."""
    from datasets import ClassLabel, List

    if isinstance(old, pl.DataFrame):
        return False
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return any(name not in new or _breaks(part, new[name]) for name, part in old.items())
    if isinstance(old, List) and isinstance(new, List):
        return old.length != new.length or _breaks(old.feature, new.feature)
    if isinstance(old, ClassLabel) and isinstance(new, ClassLabel):
        return bool(new.names[: len(old.names)] != old.names)
    return bool(old != new)


def entry(version: str, found: Mapping[str, Change]) -> str:
    """Return the changelog's entry: the heading, and a line for each config."""
    lines = [f"- {name}: {change}" for name, change in found.items()] or ["- no row changed"]
    return "\n".join([f"## {version}", "", *lines]) + "\n"


def has_entry(changelog: str, version: str) -> bool:
    """Say whether a changelog has an entry of a version; more may stand behind it, as a date.

    The version may stand in brackets, as in Keep a Changelog, and have a colon behind it.
    """
    lines = changelog.removeprefix("\ufeff").splitlines()  # as some editors save it
    named = re.compile(rf"##\s+(\[{re.escape(version)}\]|{re.escape(version)}):?(\s|$)")
    return any(named.match(line) for line in lines)

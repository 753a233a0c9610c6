"""What changed from one release of the data to the next, and which version that asks for.

Versions follow Semantic Versioning 2.0.0, with rows and columns as the interface. Major: a config,
a column or a class is gone, or has another type or number. Minor: documents or rows came or went,
or there is a config, a column or a class more. Patch: what is said in rows that stay was corrected,
or only the card is another. While the major number is 0, a major change raises the minor number.

A row stays if it is of the same annotation and the same place: layer, relation, offsets of each
part. What only counts (`span`, `item` and their like) is no content, since it moves with others.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import polars as pl
import pyarrow.parquet as pq

from corpus.schema import numbers

if TYPE_CHECKING:
    from datasets import Features

KEY = re.compile(
    r"doc_id|annotator|pass|layer|number|passage"
    r"|((from|to|event|claim|content|source|cue)_)?(start|end)s?"
)
"""Columns that say which row it is."""
KEYS = {"relations": "type", "factuality": "source"}
"""Config -> one more such column, which is content elsewhere."""


Keyed = dict[bytes, Counter[bytes]]
"""Key -> the contents of its rows."""


class Change(NamedTuple):
    """Rows of a config."""

    added: int = 0
    removed: int = 0
    changed: int = 0

    def __str__(self) -> str:
        """Return it in words; empty if there is none."""
        return ", ".join(f"{n:,} {what}" for what, n in self._asdict().items() if n)


class Tables(NamedTuple):
    """The data files of a folder: config -> rows of all splits, and its features."""

    rows: dict[str, pl.DataFrame]
    features: "dict[str, Features]"


def read_tables(folder: Path) -> Tables:
    """Return the rows and features of a dataset folder; none where there is no folder."""
    from datasets import Features

    rows, features = {}, {}
    for config in sorted((folder / "data").glob("*")):
        files = sorted(config.glob("*.parquet"))
        rows[config.name] = pl.concat([pl.read_parquet(file) for file in files])
        features[config.name] = Features.from_arrow_schema(pq.read_schema(files[0]))
    return Tables(rows, features)


def changes(old: Tables, new: Tables) -> dict[str, Change]:
    """Return config -> what became of its rows, of those of which any changed."""
    names = [*new.rows, *(name for name in old.rows if name not in new.rows)]
    found = {
        name: _change(*(_keyed(name, side.rows.get(name)) for side in (old, new))) for name in names
    }
    return {name: change for name, change in found.items() if any(change)}


def _change(before: Keyed, after: Keyed) -> Change:
    added = removed = changed = 0
    for key in before.keys() | after.keys():
        gone, came = before[key] - after[key], after[key] - before[key]
        both = min(gone.total(), came.total())
        added += came.total() - both
        removed += gone.total() - both
        changed += both
    return Change(added, removed, changed)


def _keyed(config: str, frame: pl.DataFrame | None) -> Keyed:
    """Return key -> the contents of its rows."""
    found = defaultdict[bytes, Counter[bytes]](Counter)
    if frame is not None:
        key = [n for n in frame.columns if KEY.fullmatch(n) or n == KEYS.get(config)]
        content = [name for name in frame.columns if name not in key and _tells(frame.schema[name])]
        rows = zip(frame.select(key).iter_rows(), frame.select(content).iter_rows(), strict=True)
        for place, said in rows:
            found[msgspec.json.encode(place)][msgspec.json.encode(said)] += 1
    return found


def _tells(kind: pl.DataType) -> bool:
    """Say whether a column is content: no number, list of numbers, or list of links."""
    inner = kind.inner if isinstance(kind, pl.List) else kind
    if isinstance(inner, pl.Struct):
        return all(_tells(part.dtype) for part in inner.fields)  # type: ignore[arg-type]
    return inner not in (pl.Int64, pl.Int32)


def least_version(old: str, before: Tables, after: Tables) -> str:
    """Return the lowest version that the newer release may bear; the old one if nothing changed."""
    major, minor, patch = numbers(old)
    if any(_breaks(before.features, after.features)):
        return f"{major + 1}.0.0" if major else f"0.{minor + 1}.0"
    found = changes(before, after)
    if before.features != after.features or any(c.added or c.removed for c in found.values()):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def _breaks(old: "Mapping[str, Features]", new: "Mapping[str, Features]") -> Iterator[bool]:
    """Yield of each config and column whether it is not what it was."""
    from datasets import ClassLabel, List

    for config, columns in old.items():
        for name, kind in columns.items():
            other = new[config].get(name) if config in new else None
            one, two = (k.feature if isinstance(k, List) else k for k in (kind, other))
            if isinstance(one, ClassLabel) and isinstance(two, ClassLabel):
                yield two.names[: len(one.names)] != one.names
            else:
                yield other != kind


def entry(version: str, found: Mapping[str, Change]) -> str:
    """Return the changelog's entry: the heading, and a line for each config."""
    lines = [f"- `{name}`: {change}" for name, change in found.items()]
    return "\n".join([f"## {version}", "", *(lines or ["- No row changed."])]) + "\n"

"""annotations/waivers.toml: breaches of rules that people have looked at and let stand."""

from pathlib import Path

import msgspec

from corpus.errors import CorpusError
from corpus.tables import Rows, file_name
from corpus.toml import convert, read_toml


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One breach, or some of one kind: all that fits what is named is let stand.

    rule: its name or code. item: the id of a span, `type from>to` of a relation, or what else a
    finding names.
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
    raw = read_toml(path, CorpusError) if path.exists() else {}
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

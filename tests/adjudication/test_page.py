"""The page for curators: what it shows of the record is what the record may hold."""

import re
import tomllib

import msgspec

from corpus.adjudication.conflicts import KINDS
from corpus.adjudication.record import LETTER, Entry, Override
from tests.corpora import ROOT

PAGE = (ROOT / "docs" / "adjudication.md").read_text(encoding="utf-8")
SHOWN = tomllib.loads(
    "\n".join(re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
)


def test_its_conflict_is_one():
    [table] = SHOWN["conflicts"]
    fields = {key: value for key, value in table.items() if not LETTER.fullmatch(key)}
    assert msgspec.convert(fields, Entry).decision in table


def test_its_overrides_are_such():
    read = msgspec.convert(SHOWN["overrides"], list[Override])
    assert [override.action for override in read] == ["change", "remove"]


def test_it_names_every_kind():
    named = [
        kind
        for row in re.findall(r"^\| ([a-z, ]+) \|", PAGE, re.MULTILINE)
        for kind in row.split(", ")
    ]
    assert named == ["kind", *KINDS]

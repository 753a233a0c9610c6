"""docs/schema.md has every key of the schema language, and no other."""

import re
import tomllib

import msgspec

from corpus.dataset.derived import DERIVED
from corpus.migration import Migration
from corpus.schema import Attribute, Count, Layer, RelationType
from corpus.schema.language import About
from tests.corpora import ROOT

PAGE = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
HEADINGS = {
    "At the top": About,
    "`[layers.NAME]`": Layer,
    "`[layers.NAME.attributes.NAME]`": Attribute,
    "`[relations.NAME]`": RelationType,
    "Each entry of `counts`": Count,
}


def test_each_table_of_the_page_has_the_keys_of_its_kind_in_order() -> None:
    parts = re.split("|".join(map(re.escape, HEADINGS)), PAGE)[1:]
    assert len(parts) == len(HEADINGS)
    for part, kind in zip(parts, HEADINGS.values(), strict=True):
        table = part.split("|---|---|\n")[1].split("\n\n")[0]
        told = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
        assert sorted(told) == sorted(f.encode_name for f in msgspec.structs.fields(kind))


def test_the_map_of_the_page_is_one() -> None:
    [shown] = re.findall(r"```toml migration\.toml\n(.*?)```", PAGE, re.DOTALL)
    found = msgspec.convert(tomllib.loads(shown), Migration)
    assert found.values == {"sort": {"nation": "place", "river": ""}}


def test_every_derived_column_is_listed() -> None:
    table = PAGE.split("## Derived columns")[1].split("## Guidelines")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)[1:] == [*DERIVED]

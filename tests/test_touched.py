"""How many annotations a change of the schema touches, and how it is told."""

from pathlib import Path

import pytest

from corpus.schema import read_schema
from corpus.schema.difference import changes
from corpus.shorthand import parse
from corpus.touched import as_text, touched
from tests.corpora import ANN, TINY, TINY_FILE, annotation, canonical, folder, span

SAID = parse(
    "[She]{speaker#s entity=she} [said]{event#e spoken} "
    "[it [rained]{event}]{claim#c certain topic=weather,trade cue>e}.",
    TINY,
)
EDITS = {
    "a layer that is used": ("[layers.event]", "[layers.happening]", 1),
    "a value that is used": ("spoken = {", "oral = {", 1),
    "a value that is not": ("silent = {", "mute = {", 0),
    "an attribute that is asked": ('values = { certain', 'required = true\nvalues = { certain', 0),
    "one value of two": ("multiple = true\ndefinition = \"What", "definition = \"What", 1),
    "another default": ('default = "affirm"', 'default = "refute"', 1),
    "an end that is used": ('to = ["event"]\nto_when = { manner = ["spoken", "written"] }',
                            'to = ["speaker"]', 1),
    "an end that is not": ('[relations.supports]\nfrom = ["claim"]',
                           '[relations.supports]\nfrom = ["event"]', 0),
    "a relation that is used": ("[relations.cue]", "[relations.brings]", 1),
}  # fmt: skip


def edited(path: Path, old: str, new: str) -> Path:
    text = TINY_FILE.read_text()
    assert old in text
    text = text.replace(old, new, 1)
    if old == "[layers.event]":
        text = text.replace("[layers.event.", "[layers.happening.").replace(
            '"event"', '"happening"'
        )
    if old == "spoken = {":
        text = text.replace('["spoken", "written"]', '["oral", "written"]')
    path.write_text(text)
    return path


@pytest.mark.parametrize(("old", "new", "number"), EDITS.values(), ids=EDITS)
def test_annotations_that_a_change_touches_are_counted(
    tmp_path: Path, old: str, new: str, number: int
) -> None:
    after = read_schema(edited(tmp_path / "new.toml", old, new))
    found = [c for c in changes(TINY, after) if c.effect == "migrate"]
    assert found
    assert max(touched(change, TINY, SAID) or 0 for change in found) == number


def test_a_condition_is_for_validation_to_tell(tmp_path: Path) -> None:
    after = read_schema(edited(tmp_path / "new.toml", "depth = 1", "depth = 2"))
    assert [touched(change, TINY, SAID) for change in changes(TINY, after)] == [None]


def test_the_change_is_told_with_its_count_and_the_version_that_it_asks_for(tmp_path: Path) -> None:
    claim = span(9, 18, "claim")
    root = folder(tmp_path / "corpus", {ANN: canonical(annotation(spans=[claim]))})
    supports = edited(tmp_path / "new.toml", "[relations.supports]", "[relations.backs]")
    assert as_text(root, TINY, read_schema(supports)).splitlines() == [
        "migrate     relation supports: removed: 0 annotation(s) touched",
        "compatible  relation backs: added",
        "relation supports may be relation backs now: the same definition",
        "1.0.0 -> 1.0.0: migrate",
        "the version must be raised to 2.0.0 at least",
    ]
    assert as_text(root, TINY, TINY) == "nothing changed"

"""What changed between two schemas, what it means, and which version it asks for."""

from pathlib import Path

import pytest

from corpus.schema import Schema, read_schema
from corpus.schema.difference import changes, least_version, renamed, verdict
from tests.corpora import HEDGEROW, TINY, TINY_FILE

SILENT = ', silent = { definition = "Without words.", key = "i" }'
SUPPORTS = '[relations.supports]\nfrom = ["claim"]\n'
TOPIC = "[layers.claim.attributes.topic]\nmultiple = true"


def edited(folder: Path, old: str, new: str) -> Schema:
    text = TINY_FILE.read_text()
    assert old in text
    path = folder / "tiny.toml"
    path.write_text(text.replace(old, new, 1))
    return read_schema(path)


CASES = {
    "nothing": ("", "", [], "compatible", "1.0.0"),
    "another definition": (
        '"Something that happens."', '"What happens."',
        ["layer event: another definition"], "compatible", "1.0.1",
    ),
    "a new value": (
        SILENT, SILENT + ', sung = { definition = "As a song." }',
        ["value manner=sung: added"], "compatible", "1.1.0",
    ),
    "a value less": (SILENT, "", ["value manner=silent: removed"], "migrate", "2.0.0"),
    "an attribute less, its values with it": (
        "[layers.claim.attributes.topic]", "[layers.claim.attributes.subject]",
        ["attribute topic: removed", "attribute subject: added"], "migrate", "2.0.0",
    ),
    "required": (
        TOPIC, TOPIC + "\nrequired = true",
        ["attribute topic: required was false, is true"], "migrate", "2.0.0",
    ),
    "one value only": (
        TOPIC, TOPIC.replace("true", "false"),
        ["attribute topic: multiple was true, is false"], "migrate", "2.0.0",
    ),
    "another default": (
        'default = "affirm"', 'default = "refute"',
        ['attribute stance: default was "affirm", is "refute"'], "migrate", "2.0.0",
    ),
    "a wider end": (
        SUPPORTS, SUPPORTS.replace('["claim"]', '["claim", "event"]'),
        ['relation supports: from was ["claim"], is ["claim","event"]'], "compatible", "1.1.0",
    ),
    "another end": (
        SUPPORTS, SUPPORTS.replace('["claim"]', '["event"]'),
        ['relation supports: from was ["claim"], is ["event"]'], "migrate", "2.0.0",
    ),
    "a relation that must leave a span": (
        SUPPORTS, '[relations.asks]\nfrom = ["claim"]\nto = ["claim"]\ndefinition = "More."\n'
        f"counts = [{{ min = 1 }}]\n\n{SUPPORTS}",
        ["relation asks: added"], "check", "2.0.0",
    ),
    "no attributions": (
        "[attributes.difficult]",
        '[attributions]\nsource = "source"\ncue = "cue"\n\n[attributes.difficult]',
        ['schema: attributions was null, is {"source":"source","cue":"cue"}'], "check", "2.0.0",
    ),
    "a condition": (
        "depth = 1", "depth = 2",
        ["layer claim: depth was 1, is 2"], "check", "2.0.0",
    ),
    "a kind of passage": (
        'other = ["heading"]', 'other = ["heading", "byline"]',
        ['schema: passages.other was ["heading"], is ["heading","byline"]'], "check", "2.0.0",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told", "effect", "version"), CASES.values(), ids=CASES)
def test_what_changed_and_what_it_means(
    tmp_path: Path, old: str, new: str, told: list[str], effect: str, version: str
) -> None:
    found = changes(TINY, edited(tmp_path, old, new))
    assert [str(change) for change in found] == told
    assert verdict(found) == effect
    assert least_version(TINY, found) == version


def test_what_came_and_went_with_one_definition_may_be_the_same(tmp_path: Path) -> None:
    found = changes(TINY, edited(tmp_path, SUPPORTS, SUPPORTS.replace("supports", "backs")))
    assert [(str(a), str(b)) for a, b in renamed(found)] == [
        ("relation supports", "relation backs")
    ]


def test_a_change_of_the_version_alone_asks_for_none(tmp_path: Path) -> None:
    found = changes(TINY, edited(tmp_path, 'version = "1.0.0"', 'version = "1.0.1"'))
    assert [str(change) for change in found] == ["schema: another version"]
    assert least_version(TINY, found) == "1.0.0"


def test_there_and_back_are_the_same_parts() -> None:
    there, back = changes(TINY, HEDGEROW), changes(HEDGEROW, TINY)
    assert {str(c) for c in there if c.field == "" and c.new is None} == {
        str(c).replace("added", "removed") for c in back if c.field == "" and c.old is None
    }

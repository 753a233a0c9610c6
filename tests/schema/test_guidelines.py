"""The sections of the guidelines, and the links of a schema to them."""

from pathlib import Path

import pytest

from corpus.errors import CorpusError, SchemaError
from corpus.schema import read_schema
from corpus.schema.guidelines import read_guidelines, sections
from tests.corpora import HEDGEROW, ROOT, TINY_FILE

GUIDE = (
    "# Guide\n\nFirst.\n\n## event ##\n\nWhat it is.\n\n```text\n# no heading\n```\n\n### Deep\n"
)


def linked(folder: Path, heading: str, guide: str | None = GUIDE) -> Path:
    """Make a schema of which the layer event stands under a heading."""
    said = TINY_FILE.read_text().replace("[layers.event]", f"[layers.event]\nguideline = {heading}")
    path = folder / "tiny.toml"
    path.write_text(said)
    if guide is not None:
        (folder / "GUIDELINES.md").write_text(guide)
    return path


def test_a_section_is_what_stands_below_its_heading() -> None:
    found = sections(GUIDE)
    assert [*found] == ["Guide", "event", "Deep"]
    assert found["Guide"] == "First."
    assert found["event"] == "What it is.\n\n```text\n# no heading\n```"
    assert found["Deep"] == ""
    assert sections("no heading") == {}


def test_a_link_leads_to_a_heading(tmp_path: Path) -> None:
    assert read_schema(linked(tmp_path, '"event"')).layers["event"].guideline == "event"


def test_a_link_that_leads_nowhere_is_refused_with_the_headings_there_are(tmp_path: Path) -> None:
    path = linked(tmp_path, '"Events"')
    with pytest.raises(SchemaError) as told:
        read_schema(path)
    assert str(told.value) == (
        f"{path}: layers.event: guideline 'Events' is no heading of GUIDELINES.md"
        " (there are Guide, event, Deep)"
    )


def test_a_link_without_guidelines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"no heading of GUIDELINES\.md \(there are none\)"):
        read_schema(linked(tmp_path, '"event"', None))


def test_guidelines_in_another_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "GUIDELINES.md"
    path.write_bytes("# Schön".encode("latin-1"))
    with pytest.raises(CorpusError, match=r"GUIDELINES\.md: not UTF-8 at byte 5: save it as UTF-8"):
        read_guidelines(path)


def test_every_layer_and_relation_of_hedgerow_has_its_page_and_the_version_stands_above() -> None:
    text = (ROOT / "schemas" / "GUIDELINES.md").read_text(encoding="utf-8")
    parts = [*HEDGEROW.layers.values(), *HEDGEROW.relations.values()]
    pages = [part.guideline for part in parts]
    assert None not in pages
    assert [h for h in sections(text) if h in pages] == pages
    assert text.startswith(f"# Guidelines {HEDGEROW.guidelines}\n")

"""How surely, and by whom, an event is said to have happened."""

from pathlib import Path

import pytest

from corpus.errors import SchemaError
from corpus.schema import read_schema
from corpus.shorthand import parse
from tests.corpora import HEDGEROW, TINY, TINY_FILE, frames

TWO = (
    "[Lee]{speaker#l entity=lee} and [both]{speaker#b entity=lee,cruz} [said]{event#s STATEMENT} "
    "[they may have [met]{event#m CONSULT negative}]"
    "{claim#a indirect fact possible source>b cue>s asserts>m}, and "
    "[they [left]{event#g RETREAT}]{claim#o author prediction probable asserts>g}."
)


def test_there_is_a_row_for_each_source_and_one_without_for_the_author() -> None:
    rows = frames(parse(TWO, HEDGEROW), HEDGEROW)["factuality"].to_dicts()
    said = ("event_text", "source", "certainty", "polarity")
    assert [tuple(row[name] for name in said) for row in rows] == [
        ("met", "cruz", "possible", "negative"),
        ("met", "lee", "possible", "negative"),
        ("left", None, "probable", "positive"),
    ]
    assert [row["source_name"] for row in rows] == ["cruz", "lee", None]
    assert [row["claim_text"] for row in rows][1:] == ["they may have met", "they left"]


def test_what_a_later_part_asserts_is_as_certain_as_the_first() -> None:
    line = (
        '["It rained,"]{claim#a direct fact certain source>l cue>s} '
        "[Lee]{speaker#l entity=lee} [said]{event#s STATEMENT}, "
        '["and they [left]{event#g RETREAT}."]{claim#b continues>a asserts>g}'
    )
    made = frames(parse(line, HEDGEROW), HEDGEROW)
    [row] = made["factuality"].to_dicts()
    assert (row["event_text"], row["source"], row["certainty"]) == ("left", "lee", "certain")
    assert row["claim_text"] == '"It rained,"'
    assert made["claims"]["factbank"].to_list() == ["CT+", None]


def test_a_schema_that_does_not_declare_it_has_none() -> None:
    assert "factuality" not in frames(parse("She left.", TINY), TINY)


SOUND = {"asserts": "source", "certainty": "certainty", "polarity": "manner", "source": "source"}
MISTAKES = {
    ("asserts", "says"): "factuality.asserts: 'says' is no relation (there are source, ",
    ("certainty", "sure"): "factuality.certainty: 'sure' is no attribute with one value of several",
    ("certainty", "entity"): "factuality.certainty: 'entity' is no attribute with one value",
    ("certainty", "manner"): "factuality.certainty: 'manner' is said of no claim",
    ("polarity", "manner"): "factuality.polarity: 'manner' is said of no speaker",
    ("source", "coref"): "factuality: asserts and source leave no common layer",
}


@pytest.mark.parametrize(("changed", "told"), MISTAKES.items())
def test_parts_that_cannot_be_meant_are_refused(
    tmp_path: Path, changed: tuple[str, str], told: str
) -> None:
    path = tmp_path / "tiny.toml"
    keys = SOUND | dict([changed])
    words = "\n".join(f'{key} = "{value}"' for key, value in keys.items())
    path.write_text(f"{TINY_FILE.read_text()}\n[factuality]\n{words}\n")
    with pytest.raises(SchemaError) as refused:
        read_schema(path)
    assert told in str(refused.value)

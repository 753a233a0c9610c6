"""Columns that are made of labels: each on sentences that say what it must be."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpus.dataset.build import build
from corpus.dataset.derived import DERIVED, QUAD, check_derived
from corpus.dataset.splits import PILOT
from corpus.errors import SchemaError
from corpus.schema import read_schema
from corpus.shorthand import parse
from tests.corpora import HEDGEROW, ROOT, TINY_FILE, frames


def column(shorthand: str, config: str, name: str) -> list[Any]:
    """Return a column of one line, in the order of the text."""
    found: list[Any] = frames(parse(shorthand, HEDGEROW), HEDGEROW)[config][name].to_list()
    return found


def test_every_type_has_the_quad_class_of_plover_but_two() -> None:
    types = HEDGEROW.layers["event"].attributes["type"].values
    line = " ".join(f"[act]{{event {type_}}}" for type_ in types)
    found = dict(zip(types, column(line, "events", "quad_class"), strict=True))
    assert {name for name, quad in found.items() if quad is None} == {"STATEMENT", "OTHER"}
    assert set(found.values()) - {None} == {*QUAD}
    assert (found["AGREE"], found["AID"]) == ("verbal cooperation", "material cooperation")
    assert (found["REJECT"], found["ASSAULT"]) == ("verbal conflict", "material conflict")


REALIS = {
    "": "ACTUAL",
    "negative": "OTHER",
    "future": "OTHER",
    "hypothetical": "OTHER",
    "generic": "GENERIC",
    "generic negative": "GENERIC",
}


@pytest.mark.parametrize(("said", "tag"), REALIS.items())
def test_realis_is_that_of_rich_ere(said: str, tag: str) -> None:
    assert column(f"They [met]{{event CONSULT {said}}}.", "events", "ere_realis") == [tag]


FACTS = {
    ("certain", ""): "CT+",
    ("certain", "negative"): "CT-",
    ("probable", ""): "PR+",
    ("possible", "negative"): "PS-",
    ("unknown", ""): "Uu",
    ("unknown", "negative"): "Uu",
    ("certain refute", ""): "CT-",
    ("certain refute", "negative"): "CT+",
}


@pytest.mark.parametrize(("claim", "event"), FACTS)
def test_the_tag_of_what_a_claim_asserts_is_factbanks(claim: str, event: str) -> None:
    line = f"[They [met]{{event#e CONSULT {event}}}]{{claim author fact {claim} asserts>e}}."
    assert column(line, "claims", "factbank") == [FACTS[claim, event]]


def test_a_claim_that_asserts_no_event_has_no_tag() -> None:
    assert column("[It is bad]{claim author value certain}.", "claims", "factbank") == [None]


def test_events_inside_a_claim_are_those_in_its_span_in_order() -> None:
    line = (
        "[He]{speaker#h entity=he} [said]{event#s STATEMENT} "
        "[they [met]{event#m CONSULT} and [left]{event#l RETREAT}]"
        "{claim indirect fact certain source>h cue>s}. [It is bad]{claim author value certain}."
    )
    assert column(line, "claims", "events_mentioned") == [[3, 4], []]


def test_the_actors_of_a_cue_are_the_sources_of_its_claims() -> None:
    line = (
        "[They]{speaker#t entity=lee,cruz} and [Lee]{speaker#l entity=lee} "
        "[said]{event#s STATEMENT} "
        "[it rained]{claim indirect fact certain source>t source>l cue>s} and "
        "[left]{event RETREAT actor>l}."
    )
    assert column(line, "events", "cue_actors") == [["cruz", "lee"], []]


MENTIONS = {
    "[Ana Cruz]": "name",
    "[the bank's governor, Ana Cruz]": "name",
    "[the ministers]": "nominal",
    "[Danish officials]": "nominal",
    "[Danish]": "name",
    "[she]": "pronoun",
    "[Their]": "pronoun",
    "[he himself]": "pronoun",
    "[US]": "name",
    "[WHO]": "name",
    "[eBay]": "name",
    "[officials from Washington]": "nominal",
    "[a spokesman for the Foreign Ministry]": "nominal",
    "[the Ministry of trade]": "name",
    "[the World Health Organization (WHO)]": "name",
}


@pytest.mark.parametrize(("mention", "kind"), MENTIONS.items())
def test_a_mention_is_a_name_a_nominal_or_a_pronoun(mention: str, kind: str) -> None:
    line = f"There {mention}{{speaker#s entity=x}} [left]{{event RETREAT actor>s}}."
    assert column(line, "speakers", "mention_type") == [kind]


def test_a_capital_at_the_beginning_of_a_sentence_makes_a_name_of_what_can_have_one() -> None:
    tables = parse("[Officials]{speaker#s entity=x} [left]{event RETREAT actor>s}.", HEDGEROW)
    for kind, found in (("person", "name"), ("gpe", "name"), ("group", "nominal")):
        known = replace(tables, entities=tables.entities.with_columns(type=pl.lit(kind)))
        assert frames(known, HEDGEROW)["speakers"]["mention_type"].to_list() == [found]


def test_nothing_that_stays_with_the_team_enters_a_column(tmp_path: Path) -> None:
    path = tmp_path / "hedgerow.toml"
    text = (ROOT / "schemas" / "hedgerow.toml").read_text(encoding="utf-8")
    heading = "[layers.speaker.attributes.entity]\n"
    path.write_text(text.replace(heading, f"{heading}published = false\n"), encoding="utf-8")
    schema = read_schema(path, linked=False)
    line = (
        "[Lee]{speaker#l entity=lee} [said]{event#s STATEMENT} "
        "[it rained]{claim indirect fact certain source>l cue>s}."
    )
    made = frames(parse(line, schema), schema)
    assert made["events"]["cue_actors"].to_list() == [[]]
    assert made["attributions"]["source_entities"].to_list() == [[]]


MISTAKES = {
    '["quad"]': "no column 'quad' (there are quad_class, ",
    '["quad_class"]': "'quad_class' is made of an attribute 'type' with one value, which the",
    '["factbank"]': "'factbank' is made of an attribute 'certainty'",
    '["cue_actors", "cue_actors"]': "'cue_actors' is there already",
    '["cue_actors"]': None,
}


@pytest.mark.parametrize(("asked", "told"), MISTAKES.items())
def test_a_column_that_cannot_be_made_is_refused(
    tmp_path: Path, asked: str, told: str | None
) -> None:
    path = tmp_path / "tiny.toml"
    said = TINY_FILE.read_text().replace("[layers.event]", f"[layers.event]\nderive = {asked}", 1)
    path.write_text(said)
    if told is None:
        check_derived(read_schema(path))
        return
    with pytest.raises(SchemaError) as refused:
        check_derived(read_schema(path))
    assert str(refused.value).startswith(f"{path}: layers.event.derive: {told}")


def test_they_load_with_the_dataset_and_are_explained_in_its_card(tmp_path: Path) -> None:
    import datasets

    line = "[They]{speaker#t entity=lee} [met]{event CONSULT actor>t}."
    build(parse(line, HEDGEROW), HEDGEROW, tmp_path / "dataset")
    cache = str(tmp_path / "cache")
    events = datasets.load_dataset(
        str(tmp_path / "dataset"), "events", split=PILOT, cache_dir=cache
    )
    assert events["quad_class"][:] == ["verbal cooperation"]
    card = (tmp_path / "dataset" / "README.md").read_text(encoding="utf-8")
    for name in DERIVED:
        assert f"`{name}`" in card

"""Source, cue and content in a row."""

from pathlib import Path

import pytest

from corpus.dataset.build import build
from corpus.dataset.splits import PILOT
from corpus.errors import SchemaError
from corpus.schema import read_schema
from corpus.shorthand import parse
from tests.corpora import HEDGEROW, TINY, TINY_FILE, frames

TWO = (
    "[Lee]{speaker#l entity=lee} and [Cruz]{speaker#c entity=cruz} [said]{event#s STATEMENT} "
    "[it rained]{claim#a indirect fact certain source>l source>c cue>s}, and "
    "[it was bad]{claim#b author value certain}."
)


def test_a_row_is_a_content_with_all_its_sources_and_cues_in_the_order_of_the_text() -> None:
    [row] = frames(parse(TWO, HEDGEROW), HEDGEROW)["attributions"].to_dicts()
    assert row["content_texts"] == ["it rained"]
    assert (row["source_texts"], row["cue_texts"]) == (["Lee", "Cruz"], ["said"])
    assert (row["source_spans"], row["cue_spans"]) == ([0, 1], [2])
    assert (row["source_starts"], row["source_ends"]) == ([0, 8], [3, 12])
    assert row["source_entities"] == ["cruz", "lee"]
    assert (row["doc_id"], row["annotator"], row["pass"]) == ("example", "ann", 1)


def test_a_content_without_a_cue_has_an_empty_list() -> None:
    line = '[Lee]{speaker#l entity=lee}: ["It rained."]{claim direct fact certain source>l}'
    [row] = frames(parse(line, HEDGEROW), HEDGEROW)["attributions"].to_dicts()
    assert (row["source_texts"], row["cue_texts"], row["cue_starts"]) == (["Lee"], [], [])


def test_it_loads_as_it_was_meant(tmp_path: Path) -> None:
    import datasets

    build(parse(TWO, HEDGEROW), HEDGEROW, tmp_path / "dataset")
    made, cache = str(tmp_path / "dataset"), str(tmp_path / "cache")
    rows = datasets.load_dataset(made, "attributions", split=PILOT, cache_dir=cache)
    assert rows["source_texts"][:] == [["Lee", "Cruz"]]
    card = (tmp_path / "dataset" / "README.md").read_text(encoding="utf-8")
    assert "| `attributions` | 1 | a content, with its sources and cues |" in card


def test_the_parts_of_an_interrupted_quotation_are_one_content() -> None:
    line = (
        '["It rained,"]{claim#a direct fact certain source>l cue>s} '
        "[Lee]{speaker#l entity=lee} [said]{event#s STATEMENT}, "
        '["and hard."]{claim#b direct fact certain continues>a}'
    )
    [row] = frames(parse(line, HEDGEROW), HEDGEROW)["attributions"].to_dicts()
    assert row["content_texts"] == ['"It rained,"', '"and hard."']
    assert row["content_spans"] == [0, 3]


def test_a_schema_that_does_not_declare_it_has_none() -> None:
    assert "attributions" not in frames(parse("She left.", TINY), TINY)


MISTAKES = {
    'source = "by"\ncue = "cue"': "attributions.source: 'by' is no relation (there are source, ",
    'source = "coref"\ncue = "cue"': "attributions: source and cue leave no common layer",
    'source = "source"': "has no 'cue'",
}


@pytest.mark.parametrize(("words", "told"), MISTAKES.items())
def test_relations_that_cannot_be_meant_are_refused(tmp_path: Path, words: str, told: str) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(f"{TINY_FILE.read_text()}\n[attributions]\n{words}\n")
    with pytest.raises(SchemaError) as refused:
        read_schema(path)
    assert told in str(refused.value)

"""The dataset folder, loaded back with `datasets` itself."""

import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from corpus.dataset.build import build, put
from corpus.dataset.folder import read_folder
from corpus.dataset.parquet import OPTIONS
from corpus.dataset.published import published
from corpus.dataset.splits import PILOT
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from corpus.schema import read_schema
from corpus.shorthand import parse
from tests.corpora import annotation, canonical, folder, frames, seed, span

ROOT = Path(__file__).parents[2]
TINY = read_schema(ROOT / "tests" / "tiny.toml")
SAID = (
    "[She]{speaker#s entity=mayor,aide} [said]{event#e spoken} "
    "[it [rained]{event#r difficult}]{claim#c possible topic=weather,trade source>s cue>e}."
)


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(ROOT)


@pytest.fixture(scope="module")
def built(corpus, tmp_path_factory):
    out = tmp_path_factory.mktemp("built") / "dataset"
    return out, build(*corpus, out)


def load(folder: Path, config: str, cache: Path):
    import datasets

    return datasets.load_dataset(str(folder), config, split=PILOT, cache_dir=str(cache))


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_there_is_a_config_for_the_documents_for_each_layer_and_for_the_relations(built, corpus):
    _, rows = built
    layers = ["events", "speakers", "claims", "hedges"]
    made = ["documents", *layers, "relations", "attributions", "factuality"]
    assert list(rows) == [*made, "sentences", "annotations", "tokens"]


def test_every_span_and_relation_of_the_gold_is_a_row(built, corpus):
    _, rows = built
    tables, schema = corpus
    gold = tables.of(tables.annotations.filter(status="adjudicated").collect()["row"])
    spans = gold.spans.select(pl.len()).collect().item()
    assert sum(rows[layer.plural] for layer in schema.layers.values()) == spans > 60
    assert rows["relations"] == gold.relations.select(pl.len()).collect().item()


def test_a_row_shows_names_and_the_label_beside_them_means_the_same(built, tmp_path):
    claims = load(built[0], "claims", tmp_path)
    label = claims.features["certainty_label"]
    assert [label.int2str(row["certainty_label"]) for row in claims] == claims["certainty"][:]
    assert set(claims["certainty"]) <= {"certain", "probable", "possible", "unknown"}


def test_offsets_cut_the_span_out_of_the_document(built, tmp_path):
    [document] = load(built[0], "documents", tmp_path)
    for one in document["spans"]:
        assert document["text"][one["start"] : one["end"]] == one["text"]
    for row in load(built[0], "events", tmp_path):
        assert document["text"][row["start"] : row["end"]] == row["text"]
        assert row["text"] in row["sentence"]
        assert document["text"][row["sentence_start"] : row["sentence_end"]] == row["sentence"]


def test_readme_and_parquet_name_the_same_features(built):
    from datasets import Features
    from datasets.info import DatasetInfosDict

    infos = DatasetInfosDict.from_directory(str(built[0]))
    for config, info in infos.items():
        [path] = (built[0] / "data" / config).glob("*.parquet")
        assert Features.from_arrow_schema(pq.read_schema(path)) == info.features


def test_the_same_tables_give_the_same_bytes_over_an_older_build(built, corpus, tmp_path):
    out = tmp_path / "dataset"
    build(*corpus, out)
    build(*corpus, out)
    assert contents(out) == contents(built[0])
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_lists_flags_and_entities_have_columns_of_their_own(tmp_path):
    tables = parse(SAID, TINY)
    build(tables, TINY, tmp_path / "dataset")
    [claim] = load(tmp_path / "dataset", "claims", tmp_path)
    assert claim["topic"] == ["trade", "weather"]
    assert claim["topic_label"] == [1, 0]
    assert (claim["stance"], claim["certainty"]) == ("affirm", "possible")
    [speaker] = load(tmp_path / "dataset", "speakers", tmp_path)
    assert speaker["entity"] == speaker["entity_name"] == ["aide", "mayor"]
    assert load(tmp_path / "dataset", "events", tmp_path)["difficult"][:] == [False, True]


def test_a_dataset_folder_is_read_with_each_config_whatever_its_layer_is_called(tmp_path):
    declared = (ROOT / "tests" / "tiny.toml").read_text()
    for plural in ("sub-events", "2nd_events", "Ereignisse-über"):
        path = tmp_path / "tiny.toml"
        path.write_text(declared.replace('"events"', f'"{plural}"'), encoding="utf-8")
        schema = read_schema(path)
        rows = build(parse(SAID, schema), schema, tmp_path / "dataset")
        assert {*read_folder(tmp_path / "dataset").configs} == {*rows}


def test_an_attribute_that_is_not_published_is_nowhere_in_the_dataset(tmp_path):
    tables = parse("She said [it rained]{claim remark=secret}.", TINY)
    build(tables, TINY, tmp_path / "dataset")
    assert not [name for name, data in contents(tmp_path / "dataset").items() if b"remark" in data]
    text = json.dumps(
        [row for _, frame in frames(tables, TINY).items() for row in frame.to_dicts()]
    )
    assert "secret" not in text


def test_a_config_without_rows_is_left_out_and_the_card_says_so(tmp_path):
    rows = build(parse("She said [it rained]{claim}.", TINY), TINY, tmp_path / "dataset")
    assert {name for name, number in rows.items() if not number} == {
        *("events", "speakers", "relations")
    }
    made = {path.name for path in (tmp_path / "dataset" / "data").iterdir()}
    assert made == {"documents", "claims", "sentences", "annotations", "tokens"}
    assert "| `events` | 0 | an event (left out, having none) |" in (
        tmp_path / "dataset" / "README.md"
    ).read_text(encoding="utf-8")


def test_a_span_in_no_sentence_is_published_without_one(tmp_path):
    tables = parse("[It rained]{claim}.", TINY)
    cut = tables.documents.with_columns(sentences=pl.lit([]).cast(pl.List(pl.Null)))
    empty = cut.with_columns(
        pl.col("sentences").cast(tables.documents.collect_schema()["sentences"])
    )
    made = frames(replace(tables, documents=empty), TINY)
    assert made["claims"]["sentence"].to_list() == [None]


def test_labels_that_break_a_rule_are_not_built(tmp_path):
    tables = parse("She said [it rained ]{claim}.", TINY)
    with pytest.raises(
        CorpusError, match=r"^1 error\(s\) in the labels, .*S103 claim 'it rained '"
    ):
        build(tables, TINY, tmp_path / "dataset")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_no_build_made_is_not_replaced(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(CorpusError, match=r"holds 'thesis.tex', which no build made"):
        build(parse(SAID, TINY), TINY, tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_files_of_others_under_the_names_of_a_build_are_not_replaced(tmp_path):
    out = tmp_path / "dataset"
    (out / "data").mkdir(parents=True)
    (out / "data" / "survey.csv").write_text("years of work")
    with pytest.raises(CorpusError, match=r"holds 'data/survey.csv', which no build made"):
        build(parse(SAID, TINY), TINY, out)
    (out / "data" / "survey.csv").rename(tmp_path / "survey.csv")
    build(parse(SAID, TINY), TINY, out)
    (tmp_path / "survey.csv").rename(out / "data" / "survey.csv")
    with pytest.raises(CorpusError, match=r"holds 'data/survey.csv', which no build made"):
        build(parse(SAID, TINY), TINY, out)


def test_a_place_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(CorpusError, match=r"dataset: cannot be written: No space left on device"):
        build(parse(SAID, TINY), TINY, tmp_path / "dataset")
    assert [*tmp_path.iterdir()] == []


def test_a_link_that_leads_in_a_circle_is_no_place_for_a_dataset(tmp_path):
    (tmp_path / "dataset").symlink_to("dataset")
    with pytest.raises(CorpusError, match=r"dataset: is a link that leads in a circle"):
        build(parse(SAID, TINY), TINY, tmp_path / "dataset")


def test_attributes_may_be_called_like_offsets_and_quote_no_withheld_text_either(tmp_path):
    names = ("time", "time_start", "time_end")
    more = (f'[attributes.{name}]\nkind = "text"\ndefinition = "When."\n' for name in names)
    (tmp_path / "tiny.toml").write_text((ROOT / "tests" / "tiny.toml").read_text() + "".join(more))
    text = "At noon it rained on us all."
    given = {"time": "it rained on us all", "time_start": "noon", "time_end": "one"}
    event = span(11, 17, "event", text, attributes=given)
    said = {"annotations/example/ann.json": canonical(annotation(text, spans=[event]))}
    made = folder(tmp_path, said, {"example": text}, tmp_path / "tiny.toml")
    [row] = published(*read_corpus(made)).configs["events"].frame.select(names).to_dicts()
    assert row == given
    (made / "seeds" / "example.toml").write_text(seed(text, release="standoff"))
    [row] = published(*read_corpus(made)).configs["events"].frame.select(names).to_dicts()
    assert row == given | {"time": None}


def test_a_text_that_may_not_be_passed_on_is_built_without_its_words(tmp_path):
    tables = parse(SAID, TINY)
    standoff = replace(tables, documents=tables.documents.with_columns(release=pl.lit("standoff")))
    build(standoff, TINY, tmp_path / "dataset")
    [claim] = load(tmp_path / "dataset", "claims", tmp_path)
    assert (claim["start"], claim["text"], claim["sentence"]) == (9, None, None)


def test_parquet_files_are_compressed_and_hold_no_time_or_host(built):
    for path in built[0].glob("data/*/*.parquet"):
        file = pq.ParquetFile(path)
        assert file.metadata.row_group(0).column(0).compression == OPTIONS["compression"].upper()
        assert set(file.schema_arrow.metadata) == {b"huggingface"}


@pytest.mark.parametrize("moved", ["dataset", "new"])
def test_a_build_that_is_stopped_in_its_last_step_leaves_the_older_one(
    tmp_path, monkeypatch, moved
):
    out, folder, scratch = tmp_path / "dataset", tmp_path / "new", tmp_path / "scratch"
    for path in (out, folder, scratch):
        path.mkdir()
    (out / "README.md").touch()
    rename = Path.rename

    def stopped(self, target):
        if self == folder:
            raise SystemExit(143)
        done = rename(self, target)
        if self.name == moved:
            raise SystemExit(143)
        return done

    monkeypatch.setattr(Path, "rename", stopped)
    with pytest.raises(SystemExit):
        put(folder, out, scratch)
    assert [path.name for path in out.iterdir()] == ["README.md"]


def test_a_build_that_fails_leaves_the_older_one(built, corpus, tmp_path):
    out = tmp_path / "dataset"
    shutil.copytree(built[0], out)
    before = contents(out)
    tables = parse("She said [it rained ]{claim}.", TINY)
    with pytest.raises(CorpusError):
        build(tables, TINY, out)
    assert contents(out) == before

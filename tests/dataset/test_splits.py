"""Which split a document is in, and that none moves when others come."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dataset.about import About
from corpus.dataset.build import write
from corpus.dataset.configs import Config
from corpus.dataset.parquet import DOCUMENTS, write_parquet
from corpus.dataset.published import published
from corpus.dataset.readback import load_all, read_back
from corpus.dataset.splits import LEAST, PILOT, splits
from corpus.reading import read_corpus
from corpus.shorthand import parse
from corpus.tables import Tables
from tests.corpora import TINY, annotation, canonical, folder, span

EMPTY = parse("It rained.", TINY)


def corpus(texts: dict[str, str]) -> Tables:
    documents = pl.LazyFrame({"doc_id": [*texts], "text": [*texts.values()]})
    return replace(EMPTY, documents=documents)


def split_of(texts: dict[str, str]) -> dict[str, str]:
    found = splits(corpus(texts), [*texts])
    return {doc_id: split for split, own in found.items() for doc_id in own}


def words(*numbers: int) -> str:
    """Return a text of so many sentences of five words, none of them elsewhere."""
    return " ".join(f"the a{n} met b{n} today." for n in numbers)


def ids(number: int) -> list[str]:
    return [f"doc{n:05}" for n in range(number)]


@pytest.mark.parametrize("number", [1, 9])
def test_a_corpus_of_a_few_documents_is_a_pilot_and_has_no_other_split(number: int) -> None:
    assert splits(corpus(dict.fromkeys(ids(number), "It rained.")), ids(number)) == {
        PILOT: ids(number)
    }


def test_ten_documents_are_split_and_a_split_without_any_is_left_out() -> None:
    found = splits(corpus({i: words(n) for n, i in enumerate(ids(LEAST))}), ids(LEAST))
    assert PILOT not in found
    assert "train" in found
    assert all(found.values())
    assert sorted(doc_id for own in found.values() for doc_id in own) == ids(LEAST)


def test_eight_in_ten_documents_are_to_train_on() -> None:
    counts = Counter(split_of(dict.fromkeys(ids(2000), "")).values())
    assert {*counts} == {"train", "validation", "test"}
    assert abs(counts["train"] - 1600) < 60
    assert abs(counts["validation"] - 200) < 40
    assert abs(counts["test"] - 200) < 40


def test_splits_and_documents_have_one_order_whatever_order_they_come_in() -> None:
    texts = {doc_id: words(n) for n, doc_id in enumerate(ids(40))}
    backward = dict(reversed(texts.items()))
    one, other = (splits(corpus(t), [*t]) for t in (texts, backward))
    assert [*one.items()] == [*other.items()]
    assert [*one] == ["train", "validation", "test"]
    assert all(own == sorted(own) for own in one.values())


def test_near_duplicates_stand_in_the_split_of_the_first_of_them() -> None:
    texts = {doc_id: words(*range(10 * n, 10 * n + 10)) for n, doc_id in enumerate(ids(40))}
    copies = {f"late{n:05}": f"{text} And it rained." for n, text in enumerate(texts.values())}
    alone, found = split_of(texts), split_of(texts | copies)
    for first, copy in zip(texts, copies, strict=True):
        assert found[first] == found[copy] == alone[first]
    assert len({*alone.values()}) == 3


def test_a_copy_of_a_copy_stands_with_the_first() -> None:
    texts = {doc_id: words(n) for n, doc_id in enumerate(ids(12))}
    steps = {f"step{n:02}": words(*range(100 + n, 160 + n)) for n in range(0, 30, 3)}
    found = split_of(texts | steps)
    assert len({found[doc_id] for doc_id in steps}) == 1


TEXT = st.lists(st.integers(0, 11), min_size=3, max_size=12).map(lambda found: words(*found))


@given(st.lists(TEXT, min_size=LEAST, max_size=30), st.lists(TEXT, min_size=1, max_size=20))
def test_growth_moves_no_document(old: list[str], new: list[str]) -> None:
    texts = [*old, *new]
    before = split_of(dict(zip(ids(len(old)), old, strict=True)))
    after = split_of(dict(zip(ids(len(texts)), texts, strict=True)))
    assert {doc_id: after[doc_id] for doc_id in before} == before


def test_every_config_of_a_split_corpus_loads_and_has_documents_to_train_on(tmp_path: Path) -> None:
    texts = {doc_id: f"{doc_id} rained." for doc_id in ids(24)}
    files: dict[str, str | bytes] = {}
    for doc_id, text in texts.items():
        made = annotation(text, document=doc_id, spans=[span(0, 8, "event", text)])
        files[f"annotations/{doc_id}/ann.json"] = canonical(made)
    tables, schema = read_corpus(folder(tmp_path / "corpus", files, texts))
    made = published(tables, schema)
    write(made, tables, schema, About(), tmp_path / "dataset")
    read_back(tmp_path / "dataset", made.arrow(), tmp_path / "cache")
    _, loaded = load_all(tmp_path / "dataset", tmp_path / "cache")
    expected = splits(tables, [*texts])
    assert [*expected] == ["train", "validation", "test"]
    for config in ("documents", "events", "sentences", "annotations", "tokens"):
        assert {split: rows["doc_id"][:] for split, rows in loaded[config].items()} == expected


def test_a_row_group_holds_two_thousand_documents_however_many_rows_they_have(
    tmp_path: Path,
) -> None:
    doc_ids = ids(2 * DOCUMENTS + 1)
    rows = [doc_id for n, doc_id in enumerate(doc_ids) for _ in range(n % 3)]
    config = Config("a row", pl.DataFrame({"doc_id": rows}))
    write_parquet(tmp_path / "rows.parquet", config, doc_ids)
    file = pq.ParquetFile(tmp_path / "rows.parquet")
    groups = [file.read_row_group(n)["doc_id"].to_pylist() for n in range(file.num_row_groups)]
    assert [row for group in groups for row in group] == rows
    assert [group[0] for group in groups] == [doc_ids[1], doc_ids[2000], doc_ids[4000]]
    assert groups[2] == [doc_ids[4000]]


def test_a_split_whose_first_documents_have_no_rows_begins_with_its_first_group(
    tmp_path: Path,
) -> None:
    doc_ids = ids(DOCUMENTS + 2)
    config = Config("a row", pl.DataFrame({"doc_id": doc_ids[-1:]}))
    write_parquet(tmp_path / "rows.parquet", config, doc_ids)
    assert pq.ParquetFile(tmp_path / "rows.parquet").num_row_groups == 1

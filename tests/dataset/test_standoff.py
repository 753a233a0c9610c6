"""A text that may not be passed on: what is published of it, and that its words are not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dataset.build import build
from corpus.dataset.covered import covered
from corpus.dataset.splits import PILOT
from corpus.dataset.withheld import Withheld, runs, withheld_section
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from tests.corpora import frames
from tests.dataset.standoff import DECLARED, FREE, TEXTS, WITHHELD, built, contents, corpus

QUOTE = "Believed that the ferry would ever leave"
SLUG = "https://example.org/news/heavy-rain-had-fallen-on-the-harbour.html"


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of which titles, addresses, remarks and names quote a text that is withheld."""
    root = tmp_path_factory.mktemp("quoting")
    made = corpus(root / "corpus", title=QUOTE, url=SLUG, source="The Harbour Times")
    entities = made / "seeds" / "entities.toml"
    entities.write_text(entities.read_text().replace("The mayor", "Nobody in Town believed, that"))
    schema = made / "schemas" / "tiny.toml"
    schema.write_text(schema.read_text().replace("published = false", "", 1))
    path = made / "annotations" / "free" / "ann.json"
    remark = f'"remark": "see: {QUOTE}", "certainty"'
    path.write_text(path.read_text().replace('"certainty"', remark, 1))
    build(*read_corpus(made), root / "dataset")
    return root / "dataset"


def rows(folder: Path, config: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(
        folder / "data" / config / "pilot-00000-of-00001.parquet"
    ).to_pylist()
    return found


def strings(value: object) -> Iterator[str]:
    """Yield every string, at any depth."""
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else ():
        yield from strings(item)
    for item in value if isinstance(value, list) else ():
        yield from strings(item)


def statistics(path: Path) -> Iterator[str]:
    """Yield what the footer of a Parquet file tells of the values."""
    whole = pq.ParquetFile(path).metadata
    for group in range(whole.num_row_groups):
        for column in range(whole.num_columns):
            told = whole.row_group(group).column(column).statistics
            if told is not None and told.has_min_max:
                yield from (str(told.min), str(told.max))


def bare(text: str) -> str:
    """Return the words of a text, in small letters, with a blank around each."""
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(words)} "


def fives(text: str) -> list[str]:
    words = bare(text).split()
    return [f" {' '.join(words[n : n + 5])} " for n in range(len(words) - 4)]


def test_no_five_words_in_a_row_are_anywhere_in_the_build(quoting: Path) -> None:
    assert len(fives(WITHHELD)) == 17
    found = list[str]()
    for path in quoting.rglob("*.parquet"):
        found += [*strings(pq.read_table(path).to_pylist()), *statistics(path)]
    files = contents(quoting)
    found += [data.decode("utf-8", "replace") for data in files.values()]  # with the page index
    assert len(files) > 8
    for five in fives(WITHHELD):
        assert not [string for string in found if five in bare(string)]


def test_the_search_of_this_test_finds_them_where_they_are(tmp_path: Path) -> None:
    made = built(tmp_path / "corpus", tmp_path / "dataset", closed=())
    files = made.rglob("*.parquet")
    found = [string for path in files for string in statistics(path)]
    assert [string for string in found if fives(FREE)[0] in bare(string)]


def test_words_are_null_and_offsets_labels_and_sums_are_not(quoting: Path) -> None:
    for path in (quoting / "data").iterdir():
        for row in rows(quoting, path.name):
            own = [row[name] for name in covered([*row])]
            assert any(own) is (row["doc_id"] == "free" and bool(own))
    [claim] = [row for row in rows(quoting, "claims") if row["doc_id"] == "withheld"]
    assert WITHHELD[claim["start"] : claim["end"]] == "heavy rain had fallen on the"
    assert (claim["certainty"], claim["certainty_label"]) == ("certain", 0)
    [document] = [row for row in rows(quoting, "documents") if row["doc_id"] == "withheld"]
    assert (document["text"], document["release"]) == (None, "standoff")
    assert len(document["text_sha256"]) == 64
    [tokens] = [row for row in rows(quoting, "tokens") if row["doc_id"] == "withheld"]
    assert tokens["tokens"] is None
    assert len(tokens["claim_tags"]) == len(tokens["tokens_start"]) > 20


def test_what_quotes_a_withheld_text_is_null_whatever_it_is(quoting: Path) -> None:
    for document in rows(quoting, "documents"):
        assert (document["title"], document["url"]) == (None, None)
        assert document["source"] == "The Harbour Times"
    said = {row["doc_id"]: row["remark"] for row in rows(quoting, "claims")}
    assert said == {"free": None, "odd": None, "withheld": None}
    nested = rows(quoting, "documents")[0]["spans"]
    pairs = [(said["name"], said["value"]) for span in nested for said in span["attributes"]]
    assert ("remark", None) in pairs
    assert [row["entity"] for row in rows(quoting, "speakers")] == [["mayor"]] * 3
    assert [row["entity_name"] for row in rows(quoting, "speakers")] == [[None]] * 3


def test_a_text_that_is_released_keeps_words_that_a_withheld_one_has_too(tmp_path: Path) -> None:
    texts = TEXTS | {"free": WITHHELD + FREE}
    made = built(tmp_path / "corpus", tmp_path / "dataset", texts=texts)
    found = {row["doc_id"]: row["text"] for row in rows(made, "documents")}
    assert found == {"free": WITHHELD + FREE, "odd": None, "withheld": None}


def test_features_are_those_of_a_build_with_words_and_datasets_loads_and_streams_it(
    quoting: Path, tmp_path: Path
) -> None:
    import datasets

    open_ = built(tmp_path / "corpus", tmp_path / "dataset", closed=())
    for config in ("documents", "claims", "tokens", "attributions", "relations"):
        if not (quoting / "data" / config).exists():
            continue
        closed = datasets.load_dataset(str(quoting), config, split=PILOT, cache_dir=str(tmp_path))
        streamed = datasets.load_dataset(str(quoting), config, split=PILOT, streaming=True)
        assert [*streamed] == [*closed]
        schema = pq.read_schema(open_ / "data" / config / "pilot-00000-of-00001.parquet")
        wanted = datasets.Features.from_arrow_schema(schema)
        if config != "claims":  # which has the remark here
            assert closed.features == streamed.features == wanted


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("schemas/tiny.toml", "How it happens.", QUOTE, r"tiny.toml: manner"),
        ("schemas/tiny.toml", "What is said.", QUOTE, r"tiny.toml: claim"),
        ("schemas/tiny.toml", "In words.", QUOTE, r"tiny.toml: manner: spoken"),
        ("annotations/annotators.toml", "A student.", QUOTE, r"annotator ann"),
    ],
)
def test_what_must_stand_and_quotes_a_withheld_text_stops_the_build(
    tmp_path: Path, file: str, old: str, new: str, place: str
) -> None:
    made = corpus(tmp_path)
    people = '[annotators.ann]\nkind = "human"\ndescription = "A student."\n'
    (made / "annotations" / "annotators.toml").write_text(people)
    path = made / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    words = (
        rf"{place}: '{QUOTE}' has 5 words in a row of withheld, a text that is published without"
    )
    with pytest.raises(CorpusError, match=words):
        build(*read_corpus(made), tmp_path / "dataset")
    assert not (tmp_path / "dataset").exists()


def test_a_source_that_quotes_is_blank_in_the_card_and_a_licence_stops_the_build(
    tmp_path: Path,
) -> None:
    made = built(tmp_path / "a", tmp_path / "dataset", source=QUOTE)
    assert [row["source"] for row in rows(made, "documents")] == [None] * 3
    card = (made / "README.md").read_text(encoding="utf-8")
    assert "| `free` | invented |  | invented | 2025-01-01 | with its words |" in card
    with pytest.raises(CorpusError, match=f"^documents: licence: '{QUOTE}' has 5 words in a row"):
        built(tmp_path / "b", tmp_path / "other", licence=QUOTE)


@pytest.mark.parametrize(
    "spelled",
    [
        "one%20two%20three%20four%20five",
        "https://a.example/?to=https%3A%2F%2Fb.example%2Fone%2520two%2520three%2520four%2520five",
        "one&nbsp;two&#32;three &eacute;t&eacute; five",
    ],
)
def test_an_address_in_an_address_and_the_text_of_a_page_quote_too(spelled: str) -> None:
    text = "one two three été five" if "&" in spelled else "one two three four five"
    own = Withheld(dict.fromkeys(runs(text), "withheld"))
    assert own.quoted(spelled) == "withheld"
    assert own.quoted("one two three") is None


def quotes(string: str, text: str) -> bool:
    return bool({*runs(string)} & {*runs(text)})


@pytest.mark.parametrize(
    ("string", "text", "found"),
    [
        ("one two three four", "one two three four five", False),
        ("x ONE, two – three: four\nfive.", "one two three four five", True),
        ("one-two_three/four+five", "one two three four five", True),
        ("caffè à la crème brûlée", "Caffe\u0300 a\u0300 la cre\u0300me bru\u0302le\u0301e", True),
        ("soft\u00adly one two three four", "softly one two three four", True),
        ("大雨落在港口", "昨天大雨落在港口上", False),
        ("昨天大雨落在港口上了", "他说昨天大雨落在港口上了。", True),
        ("one 昨天大雨落在港口", "one 昨天大雨落在港口", True),
    ],
)
def test_five_words_in_a_row_are_told_whatever_stands_between_them(
    string: str, text: str, found: bool
) -> None:
    assert quotes(string, text) is found


@given(st.lists(st.sampled_from(["ab", "Xi's", "U.S.", "2025", "n-e", "é"]), min_size=5))
def test_a_text_quotes_each_run_of_its_words(words: list[str]) -> None:
    assert quotes(" ".join(words[:5]), " ".join(["x", *words, "y"]))
    assert quotes("-".join(words[-5:]).upper(), " ".join(words))


def test_an_address_with_escapes_is_read_as_it_is_meant(tmp_path: Path) -> None:
    slug = "https://example.org/%E2%80%9Cl%E2%80%99e%CC%81te%CC%81-viendra-%D7%A2%D7%91%D7%A8%D7%99%D7%AA-a"
    made = built(tmp_path / "corpus", tmp_path / "dataset", url=slug)
    assert [row["url"] for row in rows(made, "documents")] == [None] * 3


def test_an_id_is_a_name_even_if_it_is_made_of_words_of_the_text(tmp_path: Path) -> None:
    texts = {"heavy-rain-had-fallen-on-the-harbour": WITHHELD}
    made = built(tmp_path / "corpus", tmp_path / "dataset", texts=texts, closed=(*texts,))
    assert [row["doc_id"] for row in rows(made, "documents")] == [*texts]


def test_the_card_says_which_texts_are_withheld_and_how_they_come_back(quoting: Path) -> None:
    card = (quoting / "README.md").read_text(encoding="utf-8")
    section = card.split("## Withheld texts\n")[1].split("\n## ")[0]
    assert "2 of 3 text(s), which may not be passed on: `odd`, `withheld`." in section
    assert "corpus restore FOLDER COPIES --out NEW" in section
    assert "[snowed in the hills above our]{claim\ncertain}" in card


def test_a_card_of_texts_with_their_words_has_no_such_section() -> None:
    from corpus.schema import read_schema
    from corpus.shorthand import parse

    schema = read_schema(DECLARED)
    made = frames(parse("She said [it rained]{claim}.", schema), schema)
    assert [*withheld_section(made["documents"])] == []


def test_a_corpus_of_withheld_texts_alone_shows_no_sentence(tmp_path: Path) -> None:
    made = built(tmp_path / "corpus", tmp_path / "dataset", closed=(*TEXTS,))
    card = (made / "README.md").read_text(encoding="utf-8")
    assert "One sentence" not in card
    assert "`free`, `odd`, `withheld`" in card

"""What is wrong with a text or its metadata stops the work, with file, key and place."""

import polars as pl
import pytest

from corpus.errors import SeedError
from corpus.seeds import read_seeds, read_text
from corpus.tables import Rows
from tests.corpora import TEXT, TINY, folder, seed, sha256

META = "seeds/example.toml"
ENTITIES = "seeds/entities.toml"
MAYOR = '[entities.mayor]\nname = "The mayor"\ntype = "person"\ndescription = "Invented."\n'


def read(root):
    rows = Rows()
    texts = read_seeds(root, TINY, rows)
    return texts, rows.tables(TINY)


def refusal(root, files=None, texts=None):
    with pytest.raises(SeedError) as caught:
        read(folder(root, files, texts))
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{root}/")


def body(start, end, kind="body"):
    return {"kind": kind, "start": start, "end": end}


def stretch(start, end):
    return {"start": start, "end": end}


def test_text_and_metadata_become_a_row(tmp_path):
    texts, tables = read(folder(tmp_path))
    [row] = tables.documents.collect().to_dicts()
    assert texts == {"example": TEXT}
    assert (row["doc_id"], row["text"], row["text_sha256"]) == ("example", TEXT, sha256(TEXT))
    assert row["passages"] == [body(0, 19)]
    assert row["file"] == str(tmp_path / "seeds" / "example.txt")


@pytest.mark.parametrize(
    "text", ["a\r\nb\rc\n", "\ufeffa", "é e\u0301 \u2028 🌧 שלום", "a\u0000b", "\n"]
)
def test_text_is_not_altered_by_reading(tmp_path, text):
    texts, tables = read(folder(tmp_path, texts={"example": text}))
    assert texts["example"] == text
    assert tables.documents.select(pl.col("text").str.len_chars()).collect().item() == len(text)


def test_text_that_is_not_utf_8_names_the_byte(tmp_path):
    found = refusal(tmp_path, {"seeds/example.txt": b"caf\xe9"})
    expected = "seeds/example.txt: not UTF-8 at byte 3 (0xe9): save the text as UTF-8"
    assert found == expected


def test_text_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "example.txt").mkdir()
    with pytest.raises(SeedError, match=r"example\.txt: cannot be read: Is a directory$"):
        read_text(tmp_path / "example.txt")


def test_changed_text_is_refused_with_both_digests(tmp_path):
    found = refusal(tmp_path, {"seeds/example.txt": TEXT + "\n"})
    assert found.startswith(
        f"seeds/example.txt: sha256 is {sha256(TEXT + chr(10))}, but example.toml"
    )
    assert f"says {sha256(TEXT)}: the text changed after entry; restore it" in found


def test_text_without_metadata_is_refused(tmp_path):
    found = refusal(tmp_path, {"seeds/lonely.txt": "Alone."})
    assert found == "seeds/lonely.toml: no such file; expected a TOML file here"


def test_metadata_without_a_text_is_refused(tmp_path):
    found = refusal(tmp_path, {"seeds/lonely.toml": seed("Alone.")})
    assert found == "seeds/lonely.toml: no text beside it; expected lonely.txt"


def test_corpus_without_texts_is_refused(tmp_path):
    with pytest.raises(SeedError, match=r"seeds: no text here; expected <doc_id>\.txt beside"):
        read(tmp_path)


def test_id_that_could_not_be_a_file_everywhere_is_refused(tmp_path):
    found = refusal(tmp_path, texts={"a b": TEXT})
    assert found == "seeds/a b.txt: a document's id is of the form [A-Za-z0-9][A-Za-z0-9_-]*"


@pytest.mark.parametrize(
    "passages",
    [
        [body(0, 20)],
        [body(-1, 19)],
        [body(5, 5)],
        [body(9, 3)],
        [body(0, 9), body(8, 19)],
        [body(9, 19), body(0, 9)],
        [body(0, 2**70)],
    ],
    ids=["past the end", "before it", "empty", "inverted", "overlapping", "unordered", "huge"],
)
def test_passage_that_is_no_stretch_after_the_last_is_refused(tmp_path, passages):
    number, wrong = len(passages), passages[-1]
    found = refusal(tmp_path, {META: seed(TEXT, passages=passages)})
    assert found.startswith(
        f"{META}: passages[{number}] is {wrong['start']}..{wrong['end']}: expected"
    )
    assert found.endswith("and up to 19, the end of the text")


def test_a_sentence_that_crosses_passages_is_refused(tmp_path):
    two = [body(0, 5), body(6, 19)]
    found = refusal(tmp_path, {META: seed(TEXT, passages=two, sentences=[stretch(0, 19)])})
    assert "sentences[1] is 0..19: expected it in one passage" in found


def test_overlapping_sentences_are_refused(tmp_path):
    found = refusal(tmp_path, {META: seed(TEXT, sentences=[stretch(0, 9), stretch(8, 19)])})
    expected = "sentences[2] is 8..19: expected a stretch after 9 and up to 19, the end of the text"
    assert found == f"{META}: {expected}"


def test_passages_may_touch_and_leave_gaps(tmp_path):
    passages = [body(0, 3, "heading"), body(3, 8), body(9, 19)]
    _, tables = read(folder(tmp_path, {META: seed(TEXT, passages=passages, sentences=[])}))
    assert tables.documents.collect()["passages"].to_list() == [passages]


def test_offsets_of_passages_count_code_points(tmp_path):
    files = {META: seed("🌧🌧", passages=[body(0, 3)])}
    assert "up to 2, the end of the text" in refusal(tmp_path, files, {"example": "🌧🌧"})


def test_unknown_kind_of_passage_is_refused(tmp_path):
    found = refusal(tmp_path, {META: seed(TEXT, passages=[body(0, 19, "caption")])})
    assert found == f"{META}: passages[1] has kind 'caption'; the schema has body, heading"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"author": "Ann"}, "has an unknown key 'author' (there are title, source, licence, "),
        ({"title": 3}, "expected 'str', got 'int' - at 'title'"),
        ({"release": "all"}, "invalid enum value 'all' - at 'release' (one of text, standoff)"),
        ({"passages": [stretch(0, 19)]}, "has no 'kind' - at 'passages[1]'"),
        ({"passages": [body(0, 19) | {"note": "?"}]}, "unknown key 'note' - at 'passages[1]'"),
        ({"sentences": [stretch(0, 9.5)]}, "expected 'int', got 'float' - at 'sentences[1].end'"),
        ({"sentences": 3}, "expected 'array', got 'int' - at 'sentences'"),
    ],
)
def test_metadata_with_a_wrong_key_or_value_is_refused(tmp_path, changed, words):
    found = refusal(tmp_path, {META: seed(TEXT, **changed)})
    assert found.startswith(f"{META}: ")
    assert words in found


def test_metadata_without_a_licence_is_refused(tmp_path):
    content = seed(TEXT).replace('licence = "invented"\n', "")
    words = f"{META}: has no 'licence' (needed are title, source, licence, date, language, "
    assert refusal(tmp_path, {META: content}).startswith(words)


def release_of(tmp_path, left_out=(), **changed):
    lines = seed(TEXT, **changed).splitlines(keepends=True)
    content = "".join(line for line in lines if not line.startswith(tuple(left_out)))
    _, tables = read(folder(tmp_path, {META: content}))
    return tables.documents.collect()["release"].item()


@pytest.mark.parametrize("licence", ["unknown", "Unknown", "", " "])
def test_a_text_of_unknown_licence_and_no_basis_is_released_without_its_words(tmp_path, licence):
    assert release_of(tmp_path, ["release", "basis"], licence=licence) == "standoff"
    assert release_of(tmp_path, ["release"], licence=licence, basis=" ") == "standoff"


@pytest.mark.parametrize(
    "changed", [{"licence": "CC0", "basis": ""}, {"licence": "unknown", "basis": "ours"}]
)
def test_a_text_with_a_licence_or_a_basis_is_released_with_its_words(tmp_path, changed):
    assert release_of(tmp_path, ["release"], **changed) == "text"


@pytest.mark.parametrize("release", ["text", "standoff"])
def test_what_is_said_of_the_release_wins(tmp_path, release):
    assert release_of(tmp_path, licence="unknown", basis="ours", release=release) == release


@pytest.mark.parametrize("licence", ["unknown", ""])
def test_words_are_not_passed_on_without_a_licence_or_a_basis(tmp_path, licence):
    found = refusal(tmp_path, {META: seed(TEXT, licence=licence, basis="", release="text")})
    assert found == (
        f"{META}: release = 'text', with licence {licence!r} and no basis: say in `basis` why the"
        " text may be passed on, or leave `release` out to publish it without its words"
    )


def test_entities_are_read_with_or_without_a_wikidata_id(tmp_path):
    council = MAYOR.replace("mayor]", "council]").replace("person", "organization")
    _, tables = read(folder(tmp_path, {ENTITIES: MAYOR + council + 'wikidata = "Q1"\n'}))
    rows = tables.entities.select("entity_id", "type", "wikidata").collect().rows()
    assert rows == [("mayor", "person", None), ("council", "organization", "Q1")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            MAYOR.replace("person", "animal"),
            "entities.mayor: invalid enum value 'animal' - at 'type'",
        ),
        (
            MAYOR + 'born = "1970"\n',
            "entities.mayor: has an unknown key 'born' (there are name, type",
        ),
        (MAYOR.replace('name = "The mayor"\n', ""), "entities.mayor: has no 'name'"),
        (MAYOR.replace("entities.mayor", "entities.'a/b'"), "entities.a/b: an id is of the form "),
        (MAYOR.replace("entities.mayor", "entity.mayor"), "'entity' is not expected here"),
        ("entities = 3\n", "'entities' is not expected here"),
        (MAYOR + MAYOR, "not TOML: "),
    ],
)
def test_entity_table_with_a_mistake_is_refused(tmp_path, content, words):
    found = refusal(tmp_path, {ENTITIES: content})
    assert found.startswith(f"{ENTITIES}: {words}")

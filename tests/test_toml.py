"""TOML files that people write are refused with file and key, in one line."""

import tomllib

import msgspec
import pytest

from corpus.errors import CorpusError, SeedError
from corpus.toml import convert, inline, read_tables, read_toml


class Person(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    ages: list[int] = []


def refusal(tmp_path, content):
    path = tmp_path / "people.toml"
    path.write_bytes(content)
    with pytest.raises(SeedError) as caught:
        read_toml(path, SeedError)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


def test_file_is_read_as_utf_8_whatever_the_machine(tmp_path):
    (tmp_path / "a.toml").write_bytes('name = "Žižek 🌧"\r\n'.encode())
    assert read_toml(tmp_path / "a.toml", CorpusError) == {"name": "Žižek 🌧"}


def test_byte_order_mark_is_no_fault(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert read_toml(tmp_path / "a.toml", CorpusError) == {"a": 1}


def test_missing_file_is_named(tmp_path):
    with pytest.raises(SeedError, match=r"a\.toml: no such file; expected a TOML file here$"):
        read_toml(tmp_path / "a.toml", SeedError)


def test_folder_in_the_place_of_a_file_is_named(tmp_path):
    with pytest.raises(SeedError, match=r": cannot be read: Is a directory$"):
        read_toml(tmp_path, SeedError)


def test_file_that_is_not_utf_8_names_the_byte(tmp_path):
    assert refusal(tmp_path, b'a = "\xe9"') == "not UTF-8 at byte 5: save it as UTF-8"


def test_file_that_is_not_toml_names_the_line(tmp_path):
    assert refusal(tmp_path, b"a = 1\nb\n").startswith("not TOML: ")
    assert "line 2" in refusal(tmp_path, b"a = 1\nb\n")


def test_repeated_key_is_refused(tmp_path):
    assert "line 2" in refusal(tmp_path, b"a = 1\na = 2\n")


def test_number_without_end_and_endless_nesting_are_refused_too(tmp_path):
    assert refusal(tmp_path, b"a = " + b"9" * 5_000).startswith("not TOML: ")
    assert refusal(tmp_path, b"a = " + b"[" * 100_000).startswith("not TOML: ")


def converted(tmp_path, raw):
    with pytest.raises(CorpusError) as caught:
        convert(tmp_path, "people.ann", raw, Person, CorpusError)
    return str(caught.value).removeprefix(f"{tmp_path}: people.ann: ")


def test_unknown_key_is_named_and_those_that_there_are(tmp_path):
    found = converted(tmp_path, {"name": "Ann", "nam": "?"})
    assert found == "has an unknown key 'nam' (there are name, ages)"


def test_missing_key_is_named_and_those_that_are_needed(tmp_path):
    assert converted(tmp_path, {}) == "has no 'name' (needed are name)"


def test_value_of_a_wrong_type_is_named_counting_from_one(tmp_path):
    found = converted(tmp_path, {"name": "Ann", "ages": [1, "two"]})
    assert found == "expected 'int', got 'str' - at 'ages[2]'"


def test_table_that_is_none_is_refused(tmp_path):
    assert converted(tmp_path, 3) == "expected 'object', got 'int'"


def test_file_of_tables_is_read_by_name(tmp_path):
    path = tmp_path / "people.toml"
    path.write_text('[people.ann]\nname = "Ann"\n[people.bo]\nname = "Bo"\n', encoding="utf-8")
    people = read_tables(path, "people", Person, CorpusError)
    assert {key: person.name for key, person in people.items()} == {"ann": "Ann", "bo": "Bo"}


def test_file_of_tables_that_is_not_there_holds_none(tmp_path):
    assert read_tables(tmp_path / "people.toml", "people", Person, CorpusError) == {}


@pytest.mark.parametrize(
    ("content", "key"), [("[peopel.ann]\n", "peopel"), ("people = 3\n", "people")]
)
def test_file_of_tables_that_holds_something_else_is_refused(tmp_path, content, key):
    path = tmp_path / "people.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_tables(path, "people", Person, CorpusError)
    expected = f"{path}: {key!r} is not expected here: a file of tables [people.KEY]"
    assert str(caught.value) == expected


def test_a_value_on_one_line_is_read_back():
    value = {"a": True, "b": [False, 1, 'x "y"\n\x7f'], "c": {}}
    assert tomllib.loads(f"value = {inline(value)}") == {"value": value}

"""Words put back into a dataset that was published without them, from a reader's own copies."""

import hashlib
import json
import re
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus.dataset import restore as module
from corpus.dataset.copies import LARGEST, _decoded, _saved_otherwise, copies
from corpus.dataset.restore import restore
from corpus.dataset.splits import PILOT
from corpus.errors import CorpusError
from tests.corpora import sha256
from tests.dataset.standoff import FREE, ODD, TEXTS, WITHHELD, built, contents, copied

pytestmark = pytest.mark.once

CLOSED_TEXTS = {"odd": ODD, "withheld": WITHHELD}
ANYWAY = {"licence": "unknown", "basis": "for this test"}
"""What lets a text be built with its words, and is no other row than without."""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dataset")
    return built(root / "corpus", root / "dataset", **ANYWAY)


@pytest.fixture(scope="module")
def with_words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same corpus, built with all words."""
    root = tmp_path_factory.mktemp("words")
    return built(root / "corpus", root / "dataset", closed=(), **ANYWAY)


@pytest.fixture(scope="module")
def restored(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("restored")
    restore(dataset, [copied(root / "copies", CLOSED_TEXTS)], root / "new")
    return root / "new"


def tables(folder: Path) -> dict[str, Any]:
    """Return file -> its table, but for `release`."""
    found = {}
    for path in sorted(folder.rglob("*.parquet")):
        table = pq.ParquetFile(path).read()
        kept = [name for name in table.column_names if name != "release"]
        found[path.relative_to(folder).as_posix()] = table.select(kept)
    return found


def releases(folder: Path) -> list[str]:
    path = folder / "data" / "documents" / "pilot-00000-of-00001.parquet"
    found: list[str] = pq.ParquetFile(path).read()["release"].to_pylist()
    return found


def texts_of(folder: Path) -> dict[str, str | None]:
    path = folder / "data" / "documents" / "pilot-00000-of-00001.parquet"
    table = pq.ParquetFile(path).read()
    return dict(zip(table["doc_id"].to_pylist(), table["text"].to_pylist(), strict=True))


def test_all_rows_are_those_of_a_build_with_the_words(restored: Path, with_words: Path) -> None:
    own, wanted = tables(restored), tables(with_words)
    assert [*own] == [*wanted]
    assert len(own) > 6
    for file, table in wanted.items():
        assert own[file].equals(table, check_metadata=True), file


def test_files_without_the_release_are_so_to_the_byte(restored: Path, with_words: Path) -> None:
    own, wanted = contents(restored), contents(with_words)
    same = {file for file, data in wanted.items() if own[file] == data}
    assert {*wanted} - same <= {
        *("README.md", "checksums.txt", "croissant.json"),
        "data/documents/pilot-00000-of-00001.parquet",
    }


def test_the_release_says_still_that_a_text_may_not_be_passed_on(restored: Path) -> None:
    assert releases(restored) == ["text", "standoff", "standoff"]
    card = (restored / "README.md").read_text(encoding="utf-8")
    assert "Words are back, from copies of whoever made this folder: `odd`, `withheld`." in card
    assert "corpus restore" not in card
    assert card.count("## Withheld texts") == 1


def test_the_dataset_itself_is_as_it_was(dataset: Path, tmp_path: Path) -> None:
    before = contents(dataset)
    restore(dataset, [copied(tmp_path / "copies", CLOSED_TEXTS)], tmp_path / "new")
    assert contents(dataset) == before


def test_the_sizes_in_the_card_are_those_of_the_new_files(restored: Path, with_words: Path) -> None:
    from datasets.info import DatasetInfosDict

    own, wanted = (DatasetInfosDict.from_directory(str(at)) for at in (restored, with_words))
    assert [*own] == [*wanted]
    for name, info in own.items():
        files = (restored / "data" / name).iterdir()
        assert info.download_size == sum(file.stat().st_size for file in files)
        assert info.features == wanted[name].features
        assert name == "documents" or info == wanted[name]  # of which `release` is longer


def test_the_checksums_are_those_of_the_files(restored: Path) -> None:
    lines = (restored / "checksums.txt").read_text(encoding="utf-8").splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines if not line.startswith("#"))
    files = {file: data for file, data in contents(restored).items() if file != "checksums.txt"}
    assert sums == {file: hashlib.sha256(data).hexdigest() for file, data in files.items()}
    described = json.loads(files["croissant.json"])["distribution"]
    told = {file["contentUrl"]: file["sha256"] for file in described if "contentUrl" in file}
    assert told == {file: digest for file, digest in sums.items() if file.startswith("data/")}


def test_datasets_loads_and_streams_it(restored: Path, tmp_path: Path) -> None:
    import datasets

    found = datasets.load_dataset(str(restored), "tokens", split=PILOT, cache_dir=str(tmp_path))
    streamed = datasets.load_dataset(str(restored), "tokens", split=PILOT, streaming=True)
    assert [*streamed] == [*found]
    label = found.features["claim_tags_label"].feature
    assert label.int2str(found[0]["claim_tags_label"]) == found[0]["claim_tags"]


def test_what_is_found_later_comes_beside_what_was_found_first(
    dataset: Path, restored: Path, tmp_path: Path
) -> None:
    first = restore(dataset, [copied(tmp_path / "a", {"odd": ODD})], tmp_path / "first")
    assert first.missing == {"withheld": sha256(WITHHELD)}
    assert texts_of(tmp_path / "first") == {"free": FREE, "odd": ODD, "withheld": None}
    card = (tmp_path / "first" / "README.md").read_text(encoding="utf-8")
    assert "- Still without words: `withheld`." in card
    copy = copied(tmp_path / "b", {"withheld": WITHHELD})
    assert restore(tmp_path / "first", [copy], tmp_path / "second").missing == {}
    assert contents(tmp_path / "second") == contents(restored)


WAYS: dict[str, Callable[[str], bytes]] = {
    "newlines are not those of the text (CRLF)": lambda t: t.replace("\r\n", "\n").encode(),
    "its byte order mark": lambda t: ("\ufeff" + t).encode(),
    "the text has a newline at its end (CRLF)": lambda t: t.removesuffix("\r\n").encode(),
    "it is saved in utf-16": lambda t: t.encode("utf-16"),
    "it is saved in cp1252": lambda t: t.encode("cp1252"),
}


@pytest.mark.parametrize("said", WAYS)
def test_a_copy_that_is_saved_otherwise_is_the_text(said: str, tmp_path: Path) -> None:
    text = "“Café”, she said.\r\nIt rained.\r\n"
    path = tmp_path / "copy"
    path.write_bytes(WAYS[said](text))
    found = copies([path], {sha256(text)})[sha256(text)]
    assert (found.text, found.path) == (text, path)
    assert said in found.differs
    assert ";" not in found.differs


def test_a_copy_may_differ_in_several_ways_at_once(tmp_path: Path) -> None:
    saved = unicodedata.normalize("NFC", ODD).removeprefix("\ufeff").replace("\n", "")
    assert saved != ODD
    wanted = unicodedata.normalize("NFD", ODD)
    found = copies([copied(tmp_path, {"odd": saved})], {sha256(wanted)})[sha256(wanted)]
    assert found.text == wanted
    for way in ("begins with a byte order mark", "(NFD)", "has a newline at its end"):
        assert way in found.differs


def test_an_exact_copy_is_taken_before_one_that_is_saved_otherwise(tmp_path: Path) -> None:
    other = copied(tmp_path, {"a": WITHHELD.replace("\r\n", "\n"), "b": WITHHELD, "c": WITHHELD})
    found = copies([other, other], {sha256(WITHHELD)})[sha256(WITHHELD)]
    assert (found.path.name, found.differs) == ("1 copy of b.text", "")


def test_a_copy_with_another_word_is_another_text(tmp_path: Path) -> None:
    other = copied(tmp_path, {"withheld": WITHHELD.replace("heavy", "Heavy"), "empty": ""})
    assert copies([other], {sha256(WITHHELD)}) == {}


def test_a_large_text_is_found(tmp_path: Path) -> None:
    text = "Rain, again. 🌧\n" * 200_000
    copy = copied(tmp_path, {"large": text})
    assert copies([copy], {sha256(text)})[sha256(text)].text == text


def test_a_change_that_changes_nothing_is_not_tried() -> None:
    """Of a plain text a tenth is left of what there is to hash, for each of many large files."""
    ways = [text for text, _ in _saved_otherwise("It rained.\nIt snowed.\n")]
    assert len(ways) == len({*ways}) <= 24
    assert len([*_decoded(b"plain")]) == 1


def test_a_file_that_is_no_text_is_passed_over(tmp_path: Path) -> None:
    folder = copied(tmp_path, {"picture": bytes(range(256)), "withheld": WITHHELD})
    with (folder / "film").open("wb") as file:
        file.truncate(LARGEST + 1)
    (folder / "gone").symlink_to(tmp_path / "nowhere")
    assert [*copies([folder], {sha256(WITHHELD)})] == [sha256(WITHHELD)]


def test_two_documents_with_one_text_are_both_restored(tmp_path: Path) -> None:
    texts = {"one": WITHHELD, "two": WITHHELD}
    made = built(tmp_path / "corpus", tmp_path / "dataset", texts=texts, closed=("one", "two"))
    done = restore(made, [copied(tmp_path / "copies", {"one": WITHHELD})], tmp_path / "new")
    assert [*done.found] == ["one", "two"]
    assert texts_of(tmp_path / "new") == texts


def test_a_dataset_in_splits_is_restored_split_by_split(tmp_path: Path) -> None:
    texts = {f"text-{n:02}": sha256(f"{n}") + " saw that " + FREE[8:] for n in range(12)}
    texts = {name: " ".join(re.findall("[0-9a-f]{1,9}", text)) for name, text in texts.items()}
    closed = tuple(name for name in texts if name != "text-03")
    made = built(tmp_path / "a", tmp_path / "dataset", texts=texts, closed=closed, **ANYWAY)
    words = built(tmp_path / "b", tmp_path / "words", texts=texts, closed=(), **ANYWAY)
    restore(made, [copied(tmp_path / "copies", texts)], tmp_path / "new")
    own, wanted = tables(tmp_path / "new"), tables(words)
    assert len([file for file in wanted if file.startswith("data/documents/")]) > 1
    assert [*own] == [*wanted]
    assert not [file for file, table in wanted.items() if not own[file].equals(table)]


def refusal(dataset: Path, places: list[Path], out: Path) -> str:
    with pytest.raises(CorpusError) as error:
        restore(dataset, places, out)
    return str(error.value)


def test_where_no_text_is_found_nothing_is_written(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    free = copied(tmp_path / "copies", {"free": FREE})
    for places in ([free], [tmp_path / "empty"]):
        said = refusal(dataset, places, tmp_path / "new")
        assert said.startswith("none of 2 withheld text(s) is among the copies: expected a file")
        assert f"sha256 {sha256(WITHHELD)} (withheld)" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copies", "empty"]


def test_a_copy_that_is_not_there_is_named(dataset: Path, tmp_path: Path) -> None:
    said = refusal(dataset, [tmp_path / "gone"], tmp_path / "new")
    assert said == f"{tmp_path}/gone: is not there; expected a text, or a folder of texts"


def test_a_dataset_with_all_its_words_has_nothing_to_restore(
    with_words: Path, restored: Path, tmp_path: Path
) -> None:
    for made in (with_words, restored):
        said = refusal(made, [copied(tmp_path / "copies", TEXTS)], tmp_path / "new")
        assert "nothing to restore: no text is withheld; load it as it is" in said
    assert not (tmp_path / "new").exists()


def test_the_dataset_is_not_written_over(dataset: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(dataset, mine)
    before = contents(mine)
    copy = [copied(tmp_path / "copies", CLOSED_TEXTS)]
    (tmp_path / "link").symlink_to(mine)
    for out in (mine, tmp_path / "link", mine / "new"):
        assert "the dataset itself is never changed" in refusal(mine, copy, out)
    assert "holds 'copies', which no build made" in refusal(mine, copy, tmp_path)
    assert contents(mine) == before


def test_a_folder_that_is_no_dataset_or_a_damaged_one_is_refused(
    dataset: Path, tmp_path: Path
) -> None:
    copy = [copied(tmp_path / "copies", CLOSED_TEXTS)]
    said = refusal(tmp_path / "copies", copy, tmp_path / "new")
    assert said.endswith("no such file: expected the checksums.txt of a dataset")
    mine = tmp_path / "mine"
    shutil.copytree(dataset, mine)
    path = mine / "data" / "claims" / "pilot-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    said = refusal(mine, copy, tmp_path / "new")
    assert said == (
        f"{path}: is not what checksums.txt says: download it again (in a clone: `git lfs pull`)"
    )
    path.unlink()
    assert f"{path}: is not there" in refusal(mine, copy, tmp_path / "new")
    (mine / "checksums.txt").write_text("")
    assert "lists no config `documents`" in refusal(mine, copy, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_card_that_somebody_wrote_over_keeps_its_words(dataset: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(dataset, mine)
    card = (mine / "README.md").read_text(encoding="utf-8")
    head = card[: card.index("\n---\n") + 5]
    (mine / "README.md").write_bytes((head + "\n# Mine\n").replace("\n", "\r\n").encode())
    restore(mine, [copied(tmp_path / "copies", CLOSED_TEXTS)], tmp_path / "new")
    page = (tmp_path / "new" / "README.md").read_text(encoding="utf-8")
    assert re.search(r"\n---\n\n# Mine\n\n## Withheld texts\n\n- Words are back", page)
    (mine / "README.md").write_text("# Mine\n")
    said = refusal(mine, [tmp_path / "copies"], tmp_path / "other")
    assert said.endswith("README.md: expected the card of a dataset, which begins with ---")
    for head, cause in (("a: [1", "while parsing"), ("- a", "repo card metadata block should be")):
        (mine / "README.md").write_text(f"---\n{head}\n---\n# Mine\n")
        said = refusal(mine, [tmp_path / "copies"], tmp_path / "other")
        assert f"README.md: expected YAML between its lines ---: {cause}" in said


def test_a_download_out_of_a_cache_is_restored_without_what_else_lies_there(
    dataset: Path, restored: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "a=b" / "mine"
    for file in contents(dataset):
        (mine / file).parent.mkdir(parents=True, exist_ok=True)
        (mine / file).symlink_to(dataset / file)
    (mine / ".gitattributes").write_text("*.parquet filter=lfs\n")
    restore(mine, [copied(tmp_path / "copies", CLOSED_TEXTS)], tmp_path / "new")
    assert contents(tmp_path / "new") == contents(restored)


def test_what_croissant_says_of_a_file_is_so_of_the_new_one(tmp_path: Path) -> None:
    new = tmp_path / "data" / "claims" / "pilot.parquet"
    new.parent.mkdir(parents=True)
    new.write_bytes(b"new")
    old = {"contentUrl": "data/claims/pilot.parquet", "sha256": "0" * 64, "contentSize": "9 B"}
    other = {"@type": "cr:FileSet", "includes": "data/claims/*.parquet"}
    away = {"contentUrl": "https://example.org/a", "sha256": "1" * 64}
    described = tmp_path / "croissant.json"
    described.write_text(json.dumps({"name": "é", "distribution": [old, other, away]}))
    made = json.loads(module._described(described, tmp_path))
    now = {"sha256": hashlib.sha256(b"new").hexdigest(), "contentSize": "3 B"}
    assert made == {"name": "é", "distribution": [old | now, other, away]}
    described.write_text("{")
    with pytest.raises(CorpusError, match="expected a description in Croissant"):
        module._described(described, tmp_path)


def test_a_restoration_that_fails_leaves_what_was_there(
    dataset: Path, restored: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new"
    shutil.copytree(restored, out)
    before = contents(out)
    refusal(dataset, [copied(tmp_path / "copies", {"free": FREE})], out)
    assert contents(out) == before

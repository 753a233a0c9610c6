"""What changed between two builds, row by row, and which version that asks for."""

from pathlib import Path
from typing import Any

import pytest
from datasets import ClassLabel, Features, List, Value

from corpus.dataset.build import build
from corpus.dataset.release import (
    Change,
    Release,
    changes,
    entry,
    has_entry,
    least_version,
    read_release,
)
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from tests.corpora import ANN, TEXT, annotation, canonical, folder, span

SAID, RAINED = span(4, 8, "event"), span(9, 18, "claim", attributes={"certainty": "certain"})
DOUBTED = span(9, 18, "claim", attributes={"certainty": "possible"})
SHORTER = span(12, 18, "claim", attributes={"certainty": "certain"})
SHE = span(0, 3, "speaker")


def release(root: Path, *spans: object, texts: int = 1) -> Release:
    """Build a corpus with these spans in its first text, and read it back."""
    names = ["example", *(f"text{number}" for number in range(1, texts))]
    files: dict[str, str | bytes] = {ANN: canonical(annotation(spans=[*spans]))}
    for name in names[1:]:
        made = annotation(TEXT + name, document=name, spans=[SAID])
        files[f"annotations/{name}/ann.json"] = canonical(made)
    own = {name: TEXT + (name if name != "example" else "") for name in names}
    build(*read_corpus(folder(root / "corpus", files, own)), root / "dataset")
    return read_release(root / "dataset")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release(tmp_path_factory.mktemp("first"), SAID, RAINED)


def test_the_same_labels_are_no_change(first: Release, tmp_path: Path) -> None:
    assert changes(first, release(tmp_path, SAID, RAINED)) == {}


def test_a_label_that_was_corrected_is_a_row_changed_and_a_patch(
    first: Release, tmp_path: Path
) -> None:
    new = release(tmp_path, SAID, DOUBTED)
    one = Change(changed=1)
    assert changes(first, new) == {"documents": one, "claims": one, "annotations": one}
    assert least_version("0.1.0", first, new) == "0.1.1"
    assert least_version("2.3.4", first, new) == "2.3.5"


def test_other_edges_are_a_row_removed_and_one_added(first: Release, tmp_path: Path) -> None:
    found = changes(first, release(tmp_path, SAID, SHORTER))
    assert found["claims"] == Change(added=1, removed=1)
    assert found["documents"] == Change(changed=1)


def test_a_span_before_others_shifts_their_numbers_and_changes_none_of_them(
    first: Release, tmp_path: Path
) -> None:
    new = release(tmp_path, SHE, SAID, RAINED)
    found = changes(first, new)
    assert found["speakers"] == found["annotations"] == Change(added=1)
    assert not {"claims", "events"} & {*found}
    assert least_version("0.1.0", first, new) == "0.2.0"
    assert least_version("1.1.7", first, new) == "1.2.0"


def test_a_span_that_was_taken_away_is_a_patch_where_its_config_stays(tmp_path: Path) -> None:
    other = span(0, 3, "claim")
    both, one = release(tmp_path / "a", RAINED, other), release(tmp_path / "b", RAINED)
    assert changes(both, one)["claims"] == Change(removed=1)
    assert least_version("1.0.0", both, one) == "1.0.1"


def test_a_config_that_lost_its_last_row_cannot_be_loaded_and_is_a_major_change(
    first: Release, tmp_path: Path
) -> None:
    new = release(tmp_path, RAINED)
    assert changes(first, new)["events"] == Change(removed=1)
    assert least_version("1.0.0", first, new) == "2.0.0"
    assert least_version("0.1.0", first, new) == "0.2.0"  # SemVer 2.0.0, section 4


def test_documents_that_come_or_go_are_a_minor_change(tmp_path: Path) -> None:
    two, three = release(tmp_path / "2", SAID, texts=2), release(tmp_path / "3", SAID, texts=3)
    assert changes(two, three)["documents"] == Change(added=1)
    assert changes(three, two)["documents"] == Change(removed=1)
    assert least_version("1.0.0", two, three) == least_version("1.0.0", three, two) == "1.1.0"


def test_the_split_of_a_pilot_goes_when_there_are_ten_documents(tmp_path: Path) -> None:
    nine, ten = release(tmp_path / "9", SAID, texts=9), release(tmp_path / "10", SAID, texts=10)
    assert {*nine.rows["events"]} == {"pilot"}
    assert least_version("1.0.0", nine, ten) == "2.0.0"
    assert changes(nine, ten)["events"] == Change(added=1, changed=9)


CLASSES = {"x": ClassLabel(names=["a", "b"]), "y": List({"z": Value("string")})}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (CLASSES, "1.0.1"),
        (CLASSES | {"x": ClassLabel(names=["a", "b", "c"])}, "1.1.0"),
        (CLASSES | {"x": ClassLabel(names=["c", "a", "b"])}, "2.0.0"),
        (CLASSES | {"x": ClassLabel(names=["a"])}, "2.0.0"),
        (CLASSES | {"x": Value("string")}, "2.0.0"),
        (CLASSES | {"y": List({"z": Value("string"), "more": Value("bool")})}, "1.1.0"),
        (CLASSES | {"y": List({"more": Value("bool")})}, "2.0.0"),
        (CLASSES | {"more": Value("bool")}, "1.1.0"),
        ({"x": CLASSES["x"]}, "2.0.0"),
    ],
)
def test_the_columns_and_classes_are_what_others_rely_on(columns: Any, expected: str) -> None:
    old, new = (Release({}, {"events": Features(own)}) for own in (CLASSES, columns))
    assert least_version("1.0.0", old, new) == expected
    both = Release({}, {**new.features, "tokens": Features({"w": Value("string")})})
    assert least_version("1.0.0", old, both) == ("2.0.0" if expected == "2.0.0" else "1.1.0")
    assert least_version("1.0.0", both, new) == "2.0.0"


def test_an_entry_is_ready_to_paste() -> None:
    found = {"claims": Change(3, 0, 1), "events": Change(removed=1200)}
    made = entry("0.2.0", found)
    assert made == "## 0.2.0\n\n- claims: 3 rows added, 1 changed\n- events: 1,200 rows removed\n"
    assert entry("0.2.1", {}) == "## 0.2.1\n\n- no row changed\n"
    assert has_entry(f"# Changelog\n\n{made}", "0.2.0")
    assert has_entry(f"\ufeff{made}", "0.2.0")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("## 0.2.0 (2026-11-27)", True),
        ("## 0.2.00", False),
        ("0.2.0", False),
        ("## v0.2.0", False),
        ("## [0.2.0] - 2026-11-27", True),
        ("## 0.2.0: why", True),
    ],
)
def test_an_entry_is_told_by_its_heading(line: str, expected: bool) -> None:
    assert has_entry(f"# Changelog\n{line}\n", "0.2.0") is expected


def test_a_data_file_that_no_build_made_is_named(tmp_path: Path) -> None:
    path = tmp_path / "data" / "claims" / "pilot-00000-of-00001.parquet"
    path.parent.mkdir(parents=True)
    path.write_text("no Parquet")
    with pytest.raises(CorpusError, match=f"^{path}: no data file that a build made \\("):
        read_release(tmp_path)

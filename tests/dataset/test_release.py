"""What changed between two releases, and which version that asks for."""

from pathlib import Path

import pytest

from corpus.dataset.build import build
from corpus.dataset.release import Change, Tables, changes, entry, least_version, read_tables
from corpus.shorthand import parse
from tests.corpora import HEDGEROW, TINY

LINE = "[She]{speaker#s entity=she} [said]{event#e} [it rained]{claim#c certain source>s}."


def made(folder: Path, line: str) -> Tables:
    build(parse(line, TINY), TINY, folder)
    return read_tables(folder)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return made(tmp_path_factory.mktemp("first") / "dataset", LINE)


def test_a_first_release_adds_every_row(first: Tables) -> None:
    found = changes(Tables({}, {}), first)
    assert {name: change.added for name, change in found.items()} == {
        name: frame.height for name, frame in first.rows.items()
    }


def test_nothing_is_told_of_what_is_the_same(first: Tables) -> None:
    assert changes(first, first) == {}


def test_a_value_that_is_another_is_a_change_and_no_other_row_is(
    first: Tables, tmp_path: Path
) -> None:
    found = changes(first, made(tmp_path / "dataset", LINE.replace("certain", "possible")))
    assert found["claims"] == Change(changed=1)
    assert {*found} == {"claims", "annotations"}
    assert found["annotations"] == Change(changed=1)


def test_a_type_or_a_value_that_was_corrected_is_a_change(tmp_path: Path) -> None:
    line = "They [met]{event CONSULT}."
    build(parse(line, HEDGEROW), HEDGEROW, tmp_path / "one")
    build(parse(line.replace("CONSULT", "AGREE"), HEDGEROW), HEDGEROW, tmp_path / "other")
    found = changes(read_tables(tmp_path / "one"), read_tables(tmp_path / "other"))
    assert found["events"] == Change(changed=1)


def test_a_span_more_moves_the_numbers_of_others_and_changes_none_of_them(tmp_path: Path) -> None:
    before = made(
        tmp_path / "before", "[It]{speaker} " + LINE.replace("[She]{speaker#s", "[She]{speaker#s")
    )
    after = made(tmp_path / "after", "It " + LINE)
    found = changes(after, before)
    assert found["speakers"] == found["annotations"] == Change(added=1)
    assert "claims" not in found
    assert "relations" not in found


VERSIONS = {
    LINE: "0.1.1",
    LINE.replace("certain", "possible"): "0.1.1",
    LINE + " [He]{speaker} left.": "0.2.0",
    LINE.replace("[said]{event#e}", "said"): "0.2.0",
}


@pytest.mark.parametrize(("line", "version"), VERSIONS.items())
def test_corrections_ask_for_a_patch_and_rows_for_a_minor_version(
    first: Tables, tmp_path: Path, line: str, version: str
) -> None:
    assert least_version("0.1.0", first, made(tmp_path / "dataset", line)) == version


def test_what_is_gone_or_has_another_meaning_asks_for_a_major_version(first: Tables) -> None:
    from datasets import ClassLabel, Features

    without = {name: kinds for name, kinds in first.features.items() if name != "claims"}
    assert least_version("1.2.3", first, Tables(first.rows, without)) == "2.0.0"
    assert least_version("0.2.3", first, Tables(first.rows, without)) == "0.3.0"
    claims = first.features["claims"]
    swapped = claims | {"certainty_label": ClassLabel(names=["possible", "certain"])}
    more = claims | {"certainty_label": ClassLabel(names=["certain", "possible", "unknown"])}
    for kinds, version in ((swapped, "2.0.0"), (more, "1.3.0")):
        other = Tables(first.rows, first.features | {"claims": Features(kinds)})
        assert least_version("1.2.3", first, other) == version


def test_an_entry_has_a_line_for_each_config() -> None:
    found = {"claims": Change(3, 0, 1), "events": Change(removed=1_200)}
    assert entry("0.2.0", found) == (
        "## 0.2.0\n\n- `claims`: 3 added, 1 changed\n- `events`: 1,200 removed\n"
    )

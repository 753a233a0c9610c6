"""An export that says two things at once: which of them was meant, no reader may choose."""

from pathlib import Path

import pytest

from corpus.validation import validate
from tests.labelstudio.test_export import LINE, TINY, Json, codes, exported, found, read, whole

REPEATED = {
    "of a value": ('"start": 0', '"start": 9, "start": 0', "annotation 92, region s", "start"),
    "of a region": (
        '"type": "labels"',
        '"type": "labels", "type": "labels"',
        "annotation 92, region s",
        "type",
    ),
    "of a relation": (
        '"from_id"',
        '"direction": "left", "from_id"',
        "annotation 92, relation c>s",
        "direction",
    ),
    "of an annotation": ('"result"', '"result": [], "result"', "annotation 92", "result"),
    "of the data": ('"text":', '"text": "?", "text":', "", "text"),
    "of a task": ('"annotations"', '"annotations": [], "annotations"', "", "annotations"),
    "of what is not read": ('"title"', '"meta": {"a": 1, "a": 2}, "title"', "", "a"),
}


@pytest.mark.parametrize(("old", "new", "place", "key"), REPEATED.values(), ids=REPEATED.keys())
def test_key_that_stands_twice_is_found_in_its_task_since_readers_take_either(
    tmp_path: Path, old: str, new: str, place: str, key: str
) -> None:
    [finding] = found(read(tmp_path, whole(old, new)))
    assert finding.code == "F101"
    assert finding.item == ", ".join(filter(None, ("task 177", place)))
    assert finding.message.endswith(f": the key {key!r} stands twice in one object")


def test_key_that_stands_twice_hides_nothing_of_the_other_tasks(tmp_path: Path) -> None:
    other = whole('"Claim"', '"Weather"').replace(b"177", b"178")[1:-1]
    first = whole('"id"', '"id": 1, "id"')[1:-1]
    findings = found(read(tmp_path, b"[" + first + b"," + other + b"]"))
    assert [(f.code, f.item) for f in findings] == [
        ("F101", "task 177"),
        ("A101", "task 178, annotation 92, region c"),
    ]


def moved(control: str, **place: int) -> Json:
    """Return a task whose claim is certain, as it says at another place than the claim's."""
    task = exported(LINE.replace("claim#c", "claim#c certain"))
    values = [e for e in task["annotations"][0]["result"] if e.get("from_name") == control]
    values[0]["value"] |= place
    return task


def test_what_is_said_of_a_span_at_another_place_is_found_since_an_id_was_exchanged(
    tmp_path: Path,
) -> None:
    [finding] = validate(read(tmp_path, [moved("certainty", start=0, end=3)]), TINY)
    assert (finding.code, finding.item) == ("F107", "task 177, annotation 92, region c")
    words = "region c is at 9..18, but its certainty at 0..3: one id at two places"
    assert finding.message == words


def test_what_is_said_of_a_span_needs_no_place_of_its_own(tmp_path: Path) -> None:
    task = moved("certainty")
    [value] = [
        e["value"] for e in task["annotations"][0]["result"] if "choices" in e.get("value", {})
    ]
    del value["start"], value["end"]
    assert codes(read(tmp_path, [task])) == []


@pytest.mark.parametrize("version", ["", "latest", "1.0", "1.0.0\n"])
def test_guideline_version_that_is_none_is_found(tmp_path: Path, version: str) -> None:
    task = exported()
    task["data"]["guideline_version"] = version
    assert codes(read(tmp_path, [task])) == ["F104"]


def test_schema_version_that_is_left_empty_is_found_and_not_taken_for_ours(tmp_path: Path) -> None:
    task = exported()
    task["data"]["schema_version"] = ""
    assert codes(read(tmp_path, [task])) == ["F105"]

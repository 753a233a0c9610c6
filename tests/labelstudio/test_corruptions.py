"""Whatever Label Studio accepts silently is found, under its rule and with its place."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from corpus.findings import Finding
from corpus.output import FORMATS, report_of
from corpus.reading import read_corpus
from corpus.validation import examine
from tests.corpora import ROOT, sound_export

pytestmark = pytest.mark.once

SPEAKER, CLAIM = "s1", "c4"
Corrupt = Callable[[list[Any]], object]


def found_in(folder: Path, export: list[Any]) -> list[Finding]:
    """Return what is found in an export; it is shown without harm, and nothing is written."""
    path = folder / "export.json"
    path.write_text(json.dumps(export), encoding="utf-8")
    tables, schema = read_corpus(ROOT, (path,))
    report = report_of(examine(tables, schema), tables, schema)
    for show in FORMATS.values():
        shown = click.unstyle(show(report))
        assert all(character.isprintable() for character in shown.replace("\n", ""))
    assert {f.file for f in report.findings} <= {str(path)}
    assert [p.name for p in folder.iterdir()] == ["export.json"]
    return report.findings


def errors_in(folder: Path, export: list[Any]) -> list[Finding]:
    return [f for f in found_in(folder, export) if f.severity == "error"]


def annotation(export: list[Any]) -> dict[str, Any]:
    return export[0]["annotations"][0]


def entry(export: list[Any], kind: str, **fits: str) -> dict[str, Any]:
    """Return the first entry of `result` of a type, with these fields."""
    entries = annotation(export)["result"]
    return next(e for e in entries if e["type"] == kind and fits.items() <= e.items())


def span(**change: object) -> Corrupt:
    return lambda export: entry(export, "labels").update(change)


def value(**change: object) -> Corrupt:
    return lambda export: entry(export, "labels")["value"].update(change)


def choice(control: str, **change: object) -> Corrupt:
    return lambda export: entry(export, "choices", from_name=control).update(change)


def chosen(control: str, *choices: object) -> Corrupt:
    def corrupt(export: list[Any]) -> None:
        entry(export, "choices", from_name=control)["value"]["choices"] = list(choices)

    return corrupt


def relation(**change: object) -> Corrupt:
    return lambda export: entry(export, "relation").update(change)


def added(**item: object) -> Corrupt:
    return lambda export: annotation(export)["result"].append(item)


def without(kind: str, *path: str) -> Corrupt:
    """Drop one key, at this path, of the first entry of a type."""

    def corrupt(export: list[Any]) -> None:
        node = entry(export, kind)
        for key in path[:-1]:
            node = node[key]
        del node[path[-1]]

    return corrupt


def again(kind: str, **change: object) -> Corrupt:
    """Repeat the first entry of a type, changed so."""
    return lambda export: annotation(export)["result"].append(entry(export, kind) | change)


def dropped(kind: str, **fits: str) -> Corrupt:
    return lambda export: annotation(export)["result"].remove(entry(export, kind, **fits))


def on(control: str, span_id: str, *choices: str) -> Corrupt:
    place = {"start": 0, "end": 1, "text": "?", "choices": list(choices)}
    names = {"from_name": control, "to_name": "text", "type": "choices"}
    return added(id=span_id, value=place, **names)


IN_REGIONS: dict[str, tuple[str, Corrupt]] = {
    "end beyond the text": ("T105", value(end=2_088)),
    "start before the text": ("T105", value(start=-1)),
    "both before the text": ("T105", value(start=-9, end=-3)),
    "start after end": ("T106", value(start=109, end=82)),
    "nothing covered": ("T107", value(end=82)),
    "the largest offset of a table": ("T105", value(end=2**63 - 1)),
    "an offset too large for a table": ("F104", value(end=2**63)),
    "an offset of thirty digits": ("F104", value(start=10**30)),
    "an offset with a point": ("F104", value(start=82.0)),
    "an offset as text": ("F104", value(start="82")),
    "an offset as truth": ("F104", value(start=True)),
    "an offset as list": ("F104", value(start=[82])),
    "an offset of null": ("F103", value(end=None)),
    "no start": ("F103", without("labels", "value", "start")),
    "no end": ("F103", without("labels", "value", "end")),
    "no value": ("F103", without("labels", "value")),
    "a value of null": ("F103", span(value=None)),
    "a value that is a list": ("F104", span(value=[])),
    "wrong text": ("T108", value(text="China")),
    "text of a shifted span": ("T108", value(start=83, end=110)),
    "text that is a list": ("F104", value(text=["U.S. President Donald Trump"])),
    "no id": ("F103", without("labels", "id")),
    "an id of null": ("F103", span(id=None)),
    "an id that is a number": ("F104", span(id=7)),
    "an empty id": ("F103", span(id="")),
    "an id with blanks and slashes": ("F106", span(id="../a b")),
    "an id that steers a terminal": ("F106", span(id="\x1b[2Ja")),
    "an id with a line break": ("F106", span(id="a\nb")),
    "an id with U+2028": ("F106", span(id="a\u2028b")),
    "an id that ends with a line break": ("F106", span(id=f"{SPEAKER}\n")),
    "an endless id": ("F106", span(id="a" * 101)),
    "an id that another has": ("F107", span(id=CLAIM)),
    "a region twice": ("F107", again("labels")),
    "two labels": ("S106", value(labels=["Speaker", "Event"])),
    "two labels in two entries": (
        "S106",
        lambda x: added(
            **entry(x, "labels") | {"value": entry(x, "labels")["value"] | {"labels": ["Event"]}}
        )(x),
    ),
    "no label": ("A101", value(labels=[])),
    "labels of null": ("A101", value(labels=None)),
    "no labels key": ("A101", without("labels", "value", "labels")),
    "labels that are no list": ("F104", value(labels="Speaker")),
    "a label that is a number": ("F104", value(labels=[7])),
    "an unknown label": ("A101", value(labels=["Person"])),
    "the layer's name for its label": ("F110", value(labels=["speaker"])),
    "an unknown control of a span": ("F110", span(from_name="ner")),
    "no control of a span": ("F110", without("labels", "from_name")),
    "an unknown text": ("F110", span(to_name="image")),
    "an unknown type": ("F110", span(type="polygonlabels")),
    "no type": ("F103", without("labels", "type")),
    "a type of null": ("F104", span(type=None)),
    "no type's value": ("F103", without("choices", "value")),
    "an unknown control of a choice": ("A102", choice("type", from_name="kind")),
    "no control of a choice": ("F103", without("choices", "from_name")),
    "a choice of an unknown text": ("F110", choice("type", to_name="image")),
    "an unknown choice": ("A104", chosen("type", "DANCE")),
    "an unknown entity": ("A108", chosen("entity", "nobody")),
    "two choices in single": ("A106", chosen("type", "CONSULT", "OTHER")),
    "a choice twice": ("A106", chosen("entity", "xi-jinping", "xi-jinping")),
    "no choice where one is required": ("A105", chosen("type")),
    "choices that are no list": ("F104", choice("type", value={"choices": "CONSULT"})),
    "choices of null": ("F103", choice("type", value={"choices": None})),
    "a choice as free text": (
        "F110",
        choice("type", type="textarea", value={"text": ["CONSULT"]}),
    ),
    "an unset flag": ("A104", chosen("difficult", "false")),
    "a required attribute missing": ("A105", dropped("choices", from_name="certainty")),
    "an attribute of no span": ("A107", on("difficult", "nowhere", "difficult")),
    "a span without its id's attributes": ("A107", dropped("labels", id=SPEAKER)),
    "an attribute on the wrong label": ("A103", on("certainty", SPEAKER, "certain")),
    "an attribute without an id": ("F103", without("choices", "id")),
    "a relation without labels": ("R102", without("relation", "labels")),
    "a relation with no labels": ("R102", relation(labels=[])),
    "a relation with labels of null": ("R102", relation(labels=None)),
    "a relation of unknown type": ("R103", relation(labels=["friend"])),
    "a relation of two types, one of them wrong here": ("R104", relation(labels=["actor", "cue"])),
    "a relation to itself": ("R105", relation(to_id="e1")),
    "a relation twice": ("R106", again("relation")),
    "a relation twice, once drawn the other way": (
        "R106",
        again("relation", from_id=SPEAKER, to_id="e1", direction="left"),
    ),
    "a relation from nowhere": ("R101", relation(from_id="nowhere")),
    "a relation to nowhere": ("R101", relation(to_id="nowhere")),
    "a relation to a line break": ("R101", relation(to_id="a\n\x1b[2J")),
    "a relation drawn the other way": ("R104", relation(direction="left")),
    "a relation without its end": ("F103", without("relation", "to_id")),
    "an empty end": ("F103", relation(to_id="")),
    "an end that is a number": ("F104", relation(to_id=7)),
    "a direction sideways": ("F110", relation(direction="sideways")),
    "a relation in both directions": ("F110", relation(direction="bi")),
    "no direction but null": ("F104", relation(direction=None)),
    "an origin that is a number": ("F104", span(origin=7)),
    "an entry that is null": ("F104", lambda x: annotation(x)["result"].append(None)),
    "an entry that is a list": ("F104", lambda x: annotation(x)["result"].append([])),
    "an empty entry": ("F103", added()),
}


def annotated(**change: object) -> Corrupt:
    return lambda export: annotation(export).update(change)


def task(**change: object) -> Corrupt:
    return lambda export: export[0].update(change)


def told(**change: object) -> Corrupt:
    return lambda export: export[0]["data"].update(change)


def lost(key: str, within: str | None = None) -> Corrupt:
    return lambda export: (export[0][within] if within else export[0]).pop(key)


IN_ANNOTATIONS: dict[str, tuple[str, Corrupt]] = {
    "a result that is no list": ("F104", annotated(result={"id": "a"})),
    "a result of null": ("F104", annotated(result=None)),
    "no result": ("F103", lambda x: annotation(x).pop("result")),
    "no id of an annotation": ("F103", lambda x: annotation(x).pop("id")),
    "a skip that is neither true nor false": ("F104", annotated(was_cancelled="no")),
    "an annotation that is a number": ("F104", lambda x: x[0]["annotations"].append(7)),
    "an annotator who is a list": ("F104", annotated(completed_by=["ann"])),
    "an annotator who is a path": ("F106", annotated(completed_by="../../ann")),
    "an annotator who is an e-mail": ("F106", annotated(completed_by="ann@example.org")),
    "an annotator who steers a terminal": ("F106", annotated(completed_by="\x1b[2J\n")),
    "an annotator who is nothing": ("F106", annotated(completed_by="")),
    "a score above one": ("F104", annotated(prediction={"score": 1.5})),
    "a score below nought": ("F104", annotated(prediction={"score": -0.1})),
    "another text": ("T101", told(text="She said it rained.")),
    "a NUL in the text": ("T101", lambda x: told(text=x[0]["data"]["text"] + "\0")(x)),
    "another text's digest": ("T101", told(text_sha256="0" * 64)),
    "another schema": ("F105", told(schema_version="0.1.0")),
    "an unknown document": ("T102", told(doc_id="elsewhere")),
    "a document that is a path": ("T102", told(doc_id="../../etc\n\x1b[2J")),
}
IN_TASKS: dict[str, tuple[str, Corrupt]] = {
    "no data": ("F103", lost("data")),
    "data of null": ("F104", task(data=None)),
    "data that is a list": ("F104", task(data=[])),
    "no document": ("F103", lost("doc_id", "data")),
    "a document that is a number": ("F104", told(doc_id=7)),
    "no text": ("F103", lost("text", "data")),
    "a text of null": ("F104", told(text=None)),
    "annotations of null": ("F104", task(annotations=None)),
    "annotations that are no list": ("F104", task(annotations={"1": {}})),
    "drafts that are no list": ("F104", task(drafts=7)),
    "a score above one in a prediction": ("F104", task(predictions=[{"score": 7}])),
    "no id of a task": ("F103", lost("id")),
    "a task that is null": ("F104", lambda x: x.append(None)),
    "a task that is a number": ("F104", lambda x: x.append(7)),
    "a task that is a list": ("F104", lambda x: x.append([[]])),
}


def by_name(corruptions: dict[str, tuple[str, Corrupt]]) -> Any:
    rows = [(code, corrupt) for code, corrupt in corruptions.values()]
    return pytest.mark.parametrize(("code", "corrupt"), rows, ids=corruptions.keys())


def places_of(folder: Path, code: str, corrupt: Corrupt) -> list[str]:
    export = json.loads(sound_export("m2"))
    corrupt(export)
    return [f.item or "" for f in errors_in(folder, export) if f.code == code]


def test_the_sound_export_breaks_no_rule(tmp_path: Path) -> None:
    assert errors_in(tmp_path, json.loads(sound_export("m2"))) == []


@by_name(IN_REGIONS)
def test_a_corrupt_region_is_found_with_its_place(
    tmp_path: Path, code: str, corrupt: Corrupt
) -> None:
    place = r"task 177, annotation 92, (region|relation) .*"
    assert re.fullmatch(place, (places_of(tmp_path, code, corrupt) or ["nothing"])[0], re.DOTALL)


@by_name(IN_ANNOTATIONS)
def test_a_corrupt_annotation_is_found_with_its_place(
    tmp_path: Path, code: str, corrupt: Corrupt
) -> None:
    place = r"task 177, annotation (92|without a plain id .*)"
    assert re.fullmatch(place, (places_of(tmp_path, code, corrupt) or ["nothing"])[0])


@by_name(IN_TASKS)
def test_a_corrupt_task_is_found_with_its_place(
    tmp_path: Path, code: str, corrupt: Corrupt
) -> None:
    place = r"task (177|without a plain id \(number [12] in its list\))"
    assert re.fullmatch(place, (places_of(tmp_path, code, corrupt) or ["nothing"])[0])


def test_one_broken_task_hides_nothing_of_the_others(tmp_path: Path) -> None:
    export = json.loads(sound_export("m2")) * 3
    export[1] = {"id": 178}
    found = [(f.name, f.item) for f in errors_in(tmp_path, export)]
    assert found == [("pass-twice", "task 177, annotation 92"), ("missing-field", "task 178")]

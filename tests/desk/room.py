"""A corpus under curation at a real Label Studio, and what a curator does to its regions."""

from collections import Counter
from pathlib import Path
from typing import Any

from corpus.adjudication.record import Override
from corpus.desk.curate import curating, take_in
from corpus.desk.place import Place
from corpus.labelstudio.local import Hosting
from corpus.labelstudio.projects import find_project
from corpus.labelstudio.server import Server
from corpus.labelstudio.sync import known_tasks
from tests.adjudication.several import DATE, opened_in
from tests.corpora import TINY_FILE
from tests.labelstudio.studio import client_of

Json = dict[str, Any]
PEOPLE = "".join(
    f'[annotators.{name}]\nkind = "human"\ndescription = "Invented."\n\n'
    for name in ("zelda", "quentin")
)
CURATOR = """[annotators.bo]
kind = "human"
description = "Who decides."
email = "bo@corpus.invalid"
"""
TICK = {
    "from_name": "conflicts",
    "to_name": "text",
    "type": "choices",
    "id": "tick",
    "value": {"choices": ["All conflicts are decided"]},
}


class Room:
    """A corpus whose conflicts bo decides at the shared server."""

    def __init__(self, root: Path, studio: Server, name: str) -> None:
        self.root, self.studio, self.name = root, studio, name
        self.place = Place(url=studio.url, key=studio.token)
        self.remarks: list[str] = []
        path = root / "schemas" / TINY_FILE.name
        path.write_text(path.read_text().replace('name = "tiny"', f'name = "{name}"'))
        (root / "annotations" / "annotators.toml").write_text(PEOPLE + CURATOR)

    def showing(self) -> Any:
        room = self

        class Shown:
            def __enter__(self) -> Any:
                return (lambda *_: None), room.remarks.append

            def __exit__(self, *_: object) -> None:
                pass

        return Shown()

    def bring(self) -> Counter[str]:
        cases = opened_in(self.root)
        with curating(self.root, self.place, self.showing, Hosting(), "bo", cases) as (_, _, made):
            return +made

    def pull(self, by: str | None = "bo") -> Counter[str]:
        say, cases = self.remarks.append, opened_in(self.root)
        return +take_in(self.root, self.place, by, cases, DATE, lambda *_: None, say)[1]

    def project(self) -> int:
        found = find_project(self.studio, f"{self.name} · curation · bo")
        assert found is not None
        return found.id

    def task(self, doc_id: str = "example") -> Any:
        known = known_tasks(self.studio, self.project())
        return self.studio.client().tasks.get(str(known[doc_id].id))

    def annotation(self, doc_id: str = "example") -> Any:
        [found] = self.studio.client().annotations.list(self.task(doc_id).id)
        return found

    def hand_in(self, result: list[Json], doc_id: str = "example") -> None:
        """Press Update, as bo."""
        there = client_of(self.studio, "bo").annotations
        there.update(self.annotation(doc_id).id, result=[*result, TICK])

    def version(self, letter: str, doc_id: str = "example") -> list[Json]:
        """Return what is in one of the tabs."""
        shown = self.studio.client().predictions.list(task=self.task(doc_id).id)
        [result] = [p.result for p in shown if p.model_version == letter]
        return list(result)

    def letter(self, annotator: str, doc_id: str = "example") -> str:
        [versions] = [c.comparison.versions for c in opened_in(self.root, doc_id)]
        return next(c for c, version in versions.items() if version.annotator == annotator)

    def decisions(self, doc_id: str = "example") -> dict[str, Any]:
        """Return about -> decision, of one document."""
        [case] = opened_in(self.root, doc_id)
        return {entry.about: entry.decision for entry in case.record.conflicts}

    def overrides(self, doc_id: str = "example") -> list[Override]:
        [case] = opened_in(self.root, doc_id)
        return case.record.overrides

    def gold(self, doc_id: str = "example") -> Path:
        return self.root / "annotations" / doc_id / "gold.json"

    def files(self) -> dict[Path, tuple[bytes, int]]:
        paths = (self.root / "annotations").rglob("*.*")
        return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in paths}


def spans(result: list[Json]) -> list[tuple[str, int, int]]:
    own = [item for item in result if item["type"] == "labels"]
    return [(i["value"]["labels"][0], i["value"]["start"], i["value"]["end"]) for i in own]


def chosen(control: str, value: str, of: Json) -> Json:
    place = {key: of["value"][key] for key in ("start", "end")}
    told = {"id": of["id"], "from_name": control, "to_name": "text", "type": "choices"}
    return told | {"value": place | {"choices": [value]}}


def commented(words: str, of: Json) -> Json:
    place = {key: of["value"][key] for key in ("start", "end")}
    told = {"id": of["id"], "from_name": "remark", "to_name": "text", "type": "textarea"}
    return told | {"value": place | {"text": [words]}}


def drawn(label: str, start: int, end: int, name: str) -> Json:
    told = {"id": name, "from_name": "span", "to_name": "text", "type": "labels"}
    return told | {"value": {"start": start, "end": end, "labels": [label]}}


def region_at(result: list[Json], start: int) -> Json:
    return next(i for i in result if i["type"] == "labels" and i["value"]["start"] == start)

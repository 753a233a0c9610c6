"""A corpus folder with projects of its own at a Label Studio, and those who annotate there."""

import json
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

from corpus.desk import annotate
from corpus.desk.place import Place
from corpus.desk.questions import Question
from corpus.desk.status import Line
from corpus.labelstudio.projects import find_project
from corpus.labelstudio.server import Server
from tests.corpora import TEXT, TINY_FILE, annotation, canonical, folder, span
from tests.labelstudio.studio import client_of

Json = dict[str, Any]
NUMBERS = count(1)
ROUND = '[rounds.main]\nkind = "pilot"\npeople = ["ann"]\n'


def nobody_watches(what: str, done: int, total: int) -> None:
    pass


class Team:
    """The folder `root`, of whose verbs `said` keeps the remarks."""

    def __init__(self, place: Path, studio: Server, rounds: str = ROUND, **texts: str) -> None:
        self.studio, self.said = studio, list[str]()
        self.name = f"team-{next(NUMBERS)}"
        schema = place / "tiny.toml"
        schema.write_text(TINY_FILE.read_text().replace('name = "tiny"', f'name = "{self.name}"'))
        self.root = folder(place / "corpus", {"annotations/rounds.toml": rounds}, texts, schema)
        self.introduce(studio.emails)

    def introduce(self, emails: dict[str, str]) -> None:
        """Say in annotators.toml who the people are."""
        person = '[annotators.{}]\nkind = "human"\ndescription = "one"\nemail = "{}"\n'
        said = "\n".join(person.format(*pair) for pair in emails.items())
        (self.root / "annotations" / "annotators.toml").write_text(said)

    @property
    def place(self) -> Place:
        return Place(url=self.studio.url, key=self.studio.token)

    def push(self) -> Counter[str]:
        return +annotate.push(self.root, self.place, nobody_watches, self.said.append)

    def pull(self) -> Counter[str]:
        return +annotate.pull(self.root, self.place, nobody_watches, self.said.append)

    def status(self) -> list[Line]:
        return annotate.status(self.root, self.place, self.said.append)

    def questions(self) -> list[Question]:
        return annotate.questions(self.root, self.place, self.said.append)

    def title(self, annotator: str = "ann", made: str = "main") -> str:
        return f"{self.name} · {made} · {annotator}"

    def project(self, annotator: str = "ann", made: str = "main") -> int:
        found = find_project(self.studio, self.title(annotator, made))
        assert found is not None
        return found.id

    def tasks(self, annotator: str = "ann", made: str = "main") -> dict[str, Any]:
        """Return the tasks of a project by document."""
        project = self.project(annotator, made)
        there = self.studio.client().tasks.list(project=project, fields="all")
        return {task.data["doc_id"]: task for task in there}

    def submit(
        self, *items: Json, doc: str = "example", annotator: str = "ann", **said: Any
    ) -> int:
        """Submit labels, or skip with was_cancelled=True; return the annotation's id."""
        task = self.tasks(annotator)[doc].id
        made = client_of(self.studio, annotator).annotations.create(
            task, result=list(items), **said
        )
        return int(made.id)

    def there(self, doc: str = "example", annotator: str = "ann") -> list[Any]:
        """Return the annotations of a document, the oldest first."""
        task = self.tasks(annotator)[doc].id
        return sorted(self.studio.client().annotations.list(task), key=lambda a: a.id)

    def revise(self, annotation: int, *items: Json) -> None:
        """Update what was submitted, as on the page."""
        client_of(self.studio, "ann").annotations.update(annotation, result=list(items))

    def file(self, doc: str = "example", annotator: str = "ann") -> Path:
        return self.root / "annotations" / doc / f"{annotator}.json"

    def spans(self, doc: str = "example", annotator: str = "ann") -> list[str]:
        """Return the texts of a file's spans."""
        return [each["text"] for each in json.loads(self.file(doc, annotator).read_text())["spans"]]

    def write(self, *spans: object, doc: str = "example", annotator: str = "ann") -> None:
        """Write an annotation file, as by hand."""
        text = (self.root / "seeds" / f"{doc}.txt").read_bytes().decode()
        content = annotation(text, document=doc, annotator=annotator, spans=list(spans))
        self.file(doc, annotator).parent.mkdir(exist_ok=True)
        self.file(doc, annotator).write_text(canonical(content))

    def change_schema(self, old: str, new: str) -> None:
        path = self.root / "schemas" / "tiny.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def forget(self) -> None:
        """Lose what the clone remembers."""
        (self.root / ".corpus" / "desk.json").unlink()


def drawn(start: int, end: int, label: str = "Event", text: str = TEXT) -> Json:
    """Return a span as the page draws it; its id is that of `marked`."""
    value = {"start": start, "end": end, "text": text[start:end], "labels": [label]}
    name = f"{label.lower()}{start}"
    return {"id": name, "from_name": "span", "to_name": "text", "type": "labels", "value": value}


def written(box: str, words: str, about: Json | None = None) -> Json:
    """Return what somebody wrote into a box: about a span, or about the document."""
    place = {key: about["value"][key] for key in ("start", "end")} if about else {}
    name = about["id"] if about else f"own-{box}"
    value = {**place, "text": [words]}
    return {"id": name, "from_name": box, "to_name": "text", "type": "textarea", "value": value}


def marked(start: int, end: int, layer: str = "event", text: str = TEXT) -> object:
    """Return a span of an annotation file."""
    return span(start, end, layer, text)


SAID, IT_RAINED, SHE = drawn(4, 8), drawn(9, 18, "Claim"), drawn(0, 3, "Speaker")

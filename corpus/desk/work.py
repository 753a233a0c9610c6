"""What people made of the texts so far: the assignments' projects as Label Studio has them now.

A project belongs to one person, in one round and one pass. It is exported to
`.corpus/exports/`, under pseudonyms, and read from there a batch at a time; the export stays, as a
copy of all that a canonical file does not hold: drafts, questions, times.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from corpus.assignment import Assignment
from corpus.desk.state import State, digest, digest_of, folder_of
from corpus.errors import CorpusError
from corpus.faults import Source
from corpus.labelstudio.download import export_project
from corpus.labelstudio.export import TASK, Reader
from corpus.labelstudio.projects import Project, ProjectError, find_project
from corpus.labelstudio.server import Say, Server
from corpus.rounds import Round
from corpus.schema import TITLE, Schema
from corpus.store import annotation_path, rendered
from corpus.tables import Rows, Tables, file_name
from corpus.validation import validate

Json = dict[str, Any]
Watch = Callable[[str, int, int], None]
"""Gets what is being done, how much of it is, and how much there is."""
BATCH = 200
UNFIT = {"unknown-layer", "unknown-attribute", "unknown-value", "unknown-relation"}
UNFIT |= {"text-changed", "text-unknown", "covered-text-differs"}
"""Rules whose breach says that a project is not the schema's, or a text not the seed's."""
HINTS = {
    "covered-text-differs": " (was the text changed while its page was open? Label it anew there)"
}


class Corpus(msgspec.Struct, frozen=True):
    """A corpus folder, read.

    files: path -> canonical bytes of each annotation file, but for broken ones. found: path ->
    sha256 of what stood there just before, broken or not canonical as it may be.
    """

    root: Path
    tables: Tables
    schema: Schema
    files: dict[Path, bytes]
    found: dict[Path, str]

    def texts(self) -> dict[str, str]:
        """Return doc_id -> text."""
        rows = self.tables.documents.select("doc_id", "text").collect().iter_rows()
        return dict(rows)


class Desk(msgspec.Struct, frozen=True):
    """What one person has to do in one round and pass: one project."""

    title: str
    round: str
    annotator: str
    pass_: int
    assignments: list[Assignment]

    def file(self, doc_id: str) -> Path:
        """Return where the annotation of a document stands, below the corpus folder."""
        return annotation_path(doc_id, self.annotator, self.pass_)


@dataclass(frozen=True)
class Sync:
    """A push or a pull under way; `done` is what was done, by kind."""

    corpus: Corpus
    rounds: Mapping[str, Round]
    servers: Mapping[str, Server]
    state: State
    watch: Watch
    say: Say
    done: Counter[str] = field(default_factory=Counter)

    def project(self, desk: Desk) -> Project | None:
        """Return the desk's project, and remember which one it is."""
        known = self.state.projects.get(desk.title)
        found = find_project(self.servers[desk.annotator], desk.title, known)
        if found is not None:
            self.state.projects[desk.title] = found.id
        return found

    def outdated(self, file: Path, work: "Work") -> bool:
        """Say whether what is there is what was last agreed, in words of an older schema.

        The file here is what a migration made of it since then.
        """
        name, here = file.as_posix(), self.corpus.files.get(file)
        moved = here is not None and digest(here) != self.state.agreed.get(name)
        known = self.state.raw.get(name)
        return moved and work.problem is not None and known == digest_of(work.result)

    def may_be_there(self, title: str) -> bool:
        """Say whether there is such a project, as far as the servers that run can tell."""
        there = {server.url: server for server in self.servers.values()}.values()
        try:
            return any(find_project(server, title) for server in there) or self.state.isolated
        except ProjectError:
            return True

    def tell_left_behind(self, found: Iterable[Desk]) -> None:
        """Say which projects of ours none of these desks leads to."""
        for title in self.state.projects.keys() - {desk.title for desk in found}:
            if self.may_be_there(title):
                self.say(
                    f"nothing leads to project {title!r} any more, and its labels are not pulled:"
                    " was the schema, a round or a person renamed or taken out?"
                )
            else:
                del self.state.projects[title]


class Work(msgspec.Struct, frozen=True):
    """What the person made of one document.

    state: open, draft, submitted, skipped; of work that is nobody's, unassigned or without text.
    content: the canonical bytes of what is submitted; None where `problem` says why there are none.
    seconds: Label Studio's lead time. result: raw. drafts: raw results of what is not submitted.
    remarks: what is to be told of it: what somebody else left there, or changed.
    """

    doc_id: str
    task: int
    state: str
    annotation: int | None
    submitted: str | None
    seconds: float
    result: list[Json]
    drafts: list[list[Json]]
    remarks: list[str]
    content: bytes | None = None
    problem: str | None = None


def desks(
    schema: Schema, rounds: Mapping[str, Round], assignments: Iterable[Assignment]
) -> list[Desk]:
    """Return the projects that the assignments make, in order."""
    found: dict[tuple[str, int, str], list[Assignment]] = {}
    for a in assignments:
        found.setdefault((a.round, a.pass_, a.annotator), []).append(a)
    order = [*rounds]
    for r, _, who in found:
        if r in rounds and rounds[r].again is not None:
            _title(schema, r, who, 2)  # refused today, not when somebody is to annotate again
    keys = sorted(found, key=lambda k: (order.index(k[0]) if k[0] in order else -1, k))
    return [
        Desk(_title(schema, r, who, pass_), r, who, pass_, found[r, pass_, who])
        for r, pass_, who in keys
    ]


def _title(schema: Schema, name: str, annotator: str, pass_: int) -> str:
    again = "" if pass_ == 1 else f" · pass {pass_}"
    title = f"{schema.name} · {name} · {annotator}{again}"
    if len(title) > TITLE[-1]:
        raise CorpusError(
            f"project {title!r} has {len(title)} characters, and Label Studio allows {TITLE[-1]}:"
            " take a shorter pseudonym or name of the round"
        )
    return title


def read_work(
    server: Server, project: Project, desk: Desk, corpus: Corpus, state: State
) -> Iterator[Work]:
    """Yield what the person made, document by document, as the server has it now."""
    path = export_path(corpus.root, desk)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    people = {email: name for name, email in server.emails.items()}
    export_project(server, project.id, path, people)
    left = server.emails[desk.annotator].casefold() not in server.users
    reading = _Reading(path, desk, corpus, state, corpus.texts(), left, _tasks(path))
    tasks = exported(path)
    while batch := list(islice(tasks, BATCH)):
        yield from reading.works(batch)


def export_path(root: Path, desk: Desk) -> Path:
    """Return where the last export of a project is kept."""
    name = f"{desk.round}.{desk.annotator}.{desk.pass_}.json"
    return folder_of(root) / "exports" / name


def exported(path: Path) -> Iterator[Json]:
    """Yield the tasks of an export that has one a line."""
    with path.open("rb") as file:
        for line in file:
            if line.startswith(b"{"):
                yield json.loads(line.rstrip(b",\n"))


def _tasks(path: Path) -> dict[str, list[int]]:
    """Return the task of each document; several only where there is work in them that differs."""
    found: dict[str, dict[str, int]] = {}
    for task in exported(path):
        work = [item["result"] for item in (*task["annotations"], *task["drafts"])]
        same = digest_of(work) if work else ""
        found.setdefault(str(task["data"].get("doc_id")), {}).setdefault(same, task["id"])
    return {
        doc_id: [n for same, n in tasks.items() if same] or [*tasks.values()]
        for doc_id, tasks in found.items()
    }


@dataclass(frozen=True)
class _Reading:
    """An export being read; `left` is set where the person's account was deleted."""

    path: Path
    desk: Desk
    corpus: Corpus
    state: State
    texts: dict[str, str]
    left: bool
    tasks: dict[str, list[int]]

    def works(self, tasks: Sequence[Json]) -> list[Work]:
        """Return the work in some tasks; what is submitted is rendered, or its problem is said."""
        ours = {a.document for a in self.desk.assignments}
        read = [task for task in tasks if task["id"] in self.tasks[str(task["data"].get("doc_id"))]]
        own = [t for t in read if {t["data"].get("doc_id")} <= ours & self.texts.keys()]
        works = [self.work(task) for task in own]
        chosen = {w.doc_id: w for w in works if w.state == "submitted"}
        contents = self.contents(
            [self.only(t, chosen) for t in own if t["data"]["doc_id"] in chosen]
        )
        return [self.complete(work, contents) for work in works] + [
            msgspec.structs.replace(work, state=self.why_not(work))
            for work in (self.work(task) for task in read if task not in own)
            if work.state != "open"
        ]

    def why_not(self, work: Work) -> str:
        """Return why the work in a task is nobody's."""
        return "unassigned" if work.doc_id in self.texts else "without text"

    def work(self, task: Json) -> Work:
        """Return the person's work in one task, and what is to be said of others'."""
        live, skipped, remarks = list[Json](), list[Json](), list[str]()
        for annotation in task["annotations"]:
            if (maker := self.maker(annotation)) != self.desk.annotator:
                remarks.append(f"annotation {annotation['id']} is by {maker}; left out")
            else:
                (skipped if annotation["was_cancelled"] else live).append(annotation)
        others = {self.maker(d) for d in task["drafts"]} - {self.desk.annotator}
        remarks += [f"there is a draft by {maker}; left out" for maker in sorted(others)]
        drafts = [d for d in task["drafts"] if self.maker(d) == self.desk.annotator]
        # A blank one beside labels is a page that was handed in by mistake.
        ranked = sorted(live, key=lambda a: (bool(a["result"]), a["updated_at"], a["id"]))
        for spare in ranked[:-1]:
            which = "an older" if spare["result"] else "a blank"
            said = f"annotation {spare['id']} is {which} one by the same person; left out"
            remarks.append(said)
        last = (ranked or skipped or [{}])[-1]
        if last.get("updated_by", self.desk.annotator) != self.desk.annotator:
            remarks.append(f"annotation {last['id']} was changed last by {last['updated_by']}")
        state = "draft" if drafts else "open"
        doc_id = str(task["data"].get("doc_id"))
        return Work(
            doc_id=doc_id,
            task=task["id"],
            state="submitted" if live else "skipped" if skipped else state,
            annotation=last.get("id"),
            submitted=last.get("created_at"),
            seconds=float(last.get("lead_time") or 0),
            result=last.get("result", []),
            drafts=[d["result"] for d in drafts],
            remarks=[f"task {task['id']} ({doc_id}): {said}" for said in remarks],
        )

    def only(self, task: Json, chosen: Mapping[str, Work]) -> Json:
        """Return a task with the one annotation that counts, as its maker's."""
        kept = chosen[task["data"]["doc_id"]].annotation
        own = [a for a in task["annotations"] if a["id"] == kept]
        own = [{**a, "completed_by": self.desk.annotator} for a in own]
        data = task["data"] | {"pass": self.desk.pass_}
        return {**task, "data": data, "annotations": own, "drafts": []}

    def maker(self, annotation: Json) -> str:
        """Return who made an annotation; of a deleted account: who it was known to be."""
        unique, maker = str(annotation.get("unique_id")), annotation.get("completed_by")
        if maker is None:
            nobody = self.desk.annotator if self.left else "a deleted account"
            return self.state.makers.get(unique, nobody)
        if annotation.get("unique_id"):
            self.state.makers[unique] = maker
        return str(maker)

    def contents(self, tasks: Sequence[Json]) -> dict[str, tuple[bytes | None, str | None]]:
        """Return doc_id -> (canonical bytes, None), or (None, what is wrong with it)."""
        rows = Rows()
        reader = Reader(Source(rows, file_name(self.path)), self.corpus.schema, self.texts, rows)
        wrong = dict[str, str]()
        for task in tasks:
            try:
                reader.task(TASK.decode(msgspec.json.encode(task)))
            except (msgspec.DecodeError, RecursionError) as error:
                wrong[task["data"]["doc_id"]] = f"task {task['id']}: {error}"
        doc_ids = [task["data"]["doc_id"] for task in tasks]
        tables = rows.tables(self.corpus.schema)
        known = self.corpus.tables
        documents = known.documents.filter(pl.col("doc_id").is_in(doc_ids))
        # Older labels are held to the schema of today; their file says with which they were made.
        today = tables.annotations.with_columns(schema_version=pl.lit(self.corpus.schema.version))
        whole = replace(tables, annotations=today, documents=documents, entities=known.entities)
        for finding in validate(whole, self.corpus.schema):
            unfit = finding.code[0] == "F" or finding.name in UNFIT
            if unfit and finding.severity == "error" and finding.document:
                hint = HINTS.get(finding.name, "")
                wrong.setdefault(finding.document, f"{finding.item}: {finding.message}{hint}")
        made = {
            path.parent.name: data for path, data in rendered(tables, self.corpus.schema).items()
        }
        return {
            doc_id: (None, wrong[doc_id]) if doc_id in wrong else (made.get(doc_id), None)
            for doc_id in doc_ids
        }

    def complete(self, work: Work, contents: Mapping[str, tuple[bytes | None, str | None]]) -> Work:
        """Return the work with its content."""
        content, problem = contents.get(work.doc_id, (None, None))
        if len(tasks := self.tasks[work.doc_id]) > 1:
            there = " and ".join(map(str, tasks))
            content, problem = (
                None,
                f"{work.doc_id}: has several tasks ({there}): delete all but one",
            )
        if work.state == "submitted" and work.submitted:
            file = self.desk.file(work.doc_id).as_posix()
            self.state.since.setdefault(file, work.submitted)
        return msgspec.structs.replace(work, content=content, problem=problem)

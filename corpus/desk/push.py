"""Texts, pre-annotations and changed labels to Label Studio: what is there stays as it is."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.assignment import (
    Assignment,
    assigned,
    assignments_path,
    read_assignments,
    write_assignments,
)
from corpus.desk.kept import keeping, lost
from corpus.desk.questions import read_answers
from corpus.desk.state import State, digest, digest_if, sweep
from corpus.desk.work import Corpus, Desk, Sync, Work, desks, export_path, exported, read_work
from corpus.errors import CorpusError
from corpus.labelstudio.config import TO_THE_TEAM, labelling_config
from corpus.labelstudio.instruction import instruction
from corpus.labelstudio.projects import (
    Project,
    difference,
    make_project,
    make_view,
    same_config,
    update_project,
)
from corpus.labelstudio.server import Server
from corpus.labelstudio.sync import (
    MADE_WITH,
    Task,
    import_new,
    known_tasks,
    push_annotation,
    replace_result,
    require_same_texts,
    set_versions,
    update_predictions,
    update_tasks,
)
from corpus.labelstudio.tasks import results, tasks, unique_id
from corpus.labelstudio.vocabulary import orphans, refuse_orphans
from corpus.rounds import Round, rounds_path
from corpus.schema.guidelines import guidelines_path, read_guidelines

Json = dict[str, Any]
Key = tuple[str, str, int]
Annotation = tuple[Json, list[Json]]
"""An annotation file's head, and its `result`."""


def assign(corpus: Corpus, rounds: Mapping[str, Round], state: State) -> list[Assignment]:
    """Return who has which document: what is recorded, and what the open rounds lacked."""
    recorded, documents = read_assignments(corpus.root), corpus.texts()
    for a in recorded:
        _require_known(a, rounds, documents)

    def ripe(a: Assignment, days: int) -> bool:
        since = state.since.get(a.file.as_posix())
        return since is not None and _days_since(since) >= days

    return assigned(dict(rounds), documents, recorded, ripe)


def _require_known(
    a: Assignment, rounds: Mapping[str, Round], documents: Mapping[str, str]
) -> None:
    """Refuse a record that rounds.toml or seeds/ does not bear out: all would be given anew."""
    if a.document not in documents:
        raise CorpusError(
            f"assignments.toml: document {a.document!r} is given to {a.annotator!r}, but there"
            " is no such text in seeds/: put it back, or take the line out"
        )
    if a.round not in rounds:
        raise CorpusError(
            f"assignments.toml: texts are given in round {a.round!r}, which rounds.toml lacks"
            f" (there are {', '.join(rounds)}): put it back; or, to rename it, pull, and rename it"
            " in assignments.toml too"
        )
    declared = rounds[a.round]
    shows = declared.assisted is not None or declared.kind == "recheck"
    if a.assisted and not shows and declared.frozen is None:
        raise CorpusError(
            f"assignments.toml: {a.document!r} is given to {a.annotator!r} with pre-annotations,"
            f" and rounds.{a.round} has no 'assisted' any more: put it back; or, for texts that"
            " nobody has begun, write assisted = false there"
        )


def _days_since(moment: str) -> float:
    """Return the days since a moment; none since what is no moment."""
    with suppress(ValueError, TypeError):
        return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds() / 86400
    return 0.0


@dataclass(frozen=True)
class Pusher(Sync):
    """A push under way: files that changed here and there, and that replaced what was there."""

    conflicts: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)

    def push(self) -> Counter[str]:
        """Bring the projects of every open round up to date; return what was done, by kind.

        Raises:
            StudioError: the text or the schema changed under labels; Label Studio refuses.
            CorpusError: an annotation changed here and there; all else is done by then.
        """
        made = assign(self.corpus, self.rounds, self.state)
        open_ = {name: r for name, r in self.rounds.items() if r.frozen is None}
        found = [d for d in desks(self.corpus.schema, self.rounds, made) if d.round in open_]
        given = [[self.task(a, open_[desk.round]) for a in desk.assignments] for desk in found]
        sweep(assignments_path(self.corpus.root))
        write_assignments(self.corpus.root, made)  # only now: nothing above was refused
        if not found:
            self.say(f"{rounds_path(self.corpus.root)}: no round is open: declare another")
        for desk, own in zip(found, given, strict=True):
            self.desk(desk, own, self.servers[desk.annotator])
        self.tell_left_behind(desks(self.corpus.schema, self.rounds, made))
        if self.overwritten:
            self.say(f"sent in the place of what was there: {_some(self.overwritten)}")
        if self.conflicts:
            raise CorpusError(
                f"{len(self.conflicts)} annotation(s) changed here and in Label Studio, or are put"
                f" back here to older labels: {_some(self.conflicts)}; keep one: move the file away"
                " and `corpus pull`, or delete the annotation in Label Studio and `corpus push`"
            )
        return self.done

    def desk(self, desk: Desk, own: list[Json], server: Server) -> None:
        """Bring one project, with these tasks, up to date: first look, then refuse or act."""
        project = self.project(desk)
        if project is None:
            if desk.title in self.state.projects:
                self.say(f"project {desk.title!r} was gone from {server.url}")
            project = make_project(server, desk.title, self.config, self.instruction)
            self.state.projects[desk.title] = project.id
            self.done["project(s) made"] += 1
        known = known_tasks(server, project.id)
        self.require_ours(desk, server, known)
        if not known:
            make_view(server, project.id)
        require_same_texts(server, known, own)
        works = self.works(desk, server, project) if known else {}
        self.configure(desk, server, project, works)
        new = [a for a in desk.assignments if a.document not in known]
        carried = {a.document: a for a in new if a.file in self.corpus.files}
        coming = [self.carrying(server, task, carried) for task in own]
        known = import_new(server, project.id, known, coming, self.watching(desk.title))
        self.done["text(s) brought"] += len(new)
        if any("predictions" in task for task in own) or _shown(known):
            changed = update_predictions(server, project.id, known, own)
            self.done["pre-annotation(s) updated"] += changed
        self.done["text(s) updated"] += update_tasks(server, known, own)
        for number, a in enumerate(desk.assignments, 1):
            if a.document in carried:
                self.sent(a)
            else:
                self.annotation(server, a, known[a.document], works.get(a.document))
            self.watch(f"{desk.title}: labels", number, len(desk.assignments))

    def require_ours(self, desk: Desk, server: Server, known: Mapping[str, Task]) -> None:
        """Refuse a project with none of our texts; say of which of its texts we know nothing."""
        strange = [doc_id for doc_id in known if doc_id not in self.tasks]
        if strange and len(strange) == len(known):
            raise CorpusError(
                f"project {desk.title!r} at {server.url} holds other texts ({min(strange)!r} and"
                f" {len(strange) - 1} more): it is another corpus's: give this one another 'name'"
                " in its schema"
            )
        if strange:
            self.say(f"{desk.title}: there are texts that seeds/ lacks, as {min(strange)!r}")

    def works(self, desk: Desk, server: Server, project: Project) -> dict[str, Work]:
        """Return what is there, by document."""
        self.watch(f"{desk.title}: labels", 0, len(desk.assignments))
        found = read_work(server, project, desk, self.corpus, self.state)
        return {work.doc_id: work for work in found}

    def configure(
        self, desk: Desk, server: Server, project: Project, works: Mapping[str, Work]
    ) -> None:
        """Give the project the schema's config, unless that would orphan labels.

        Not those that `annotation` replaces with what a migration made of them.
        """
        if works and not same_config(project.config, self.config):
            replaced = {
                work.annotation
                for doc_id, work in works.items()
                if self.outdated(desk.file(doc_id), work)
            }
            orphaned = orphans(self.config, _all_results(self.corpus, desk, replaced))
            if orphaned:
                self.say(difference(project.config, self.config))
            refuse_orphans(project, orphaned)
        changed = update_project(server, project, self.config, self.instruction)
        self.done["project(s) updated"] += changed

    def annotation(self, server: Server, a: Assignment, task: Task, work: Work | None) -> None:
        """Send the label file of an assignment if it changed here only."""
        file = a.file.as_posix()
        if not self.sendable(a, work):
            return
        here = digest(self.corpus.files[a.file])
        there = digest_if(work.content) if work else None
        what = self.state.verdict(file, here, there)
        if what == "conflict" and work and self.half_sent(a, work):
            what = "send"
        if what == "send" and work is not None and work.drafts:
            self.say(f"{file}: was not sent: {a.annotator} has a draft of it in Label Studio")
            return
        if what == "send" and not self.send(server, a, task, work):
            what = "conflict"  # it changed there meanwhile
        if what == "conflict":
            self.conflicts.append(file)
        elif what == "send":
            if work is not None and work.annotation is not None:
                self.overwritten.append(file)
            elif file in self.state.agreed:
                self.say(f"{file}: was deleted in Label Studio, and is there again")
            self.sent(a)
        elif what in ("same", "adopt") and work is not None:
            self.state.agree(file, here, work.result)

    def sent(self, a: Assignment) -> None:
        """Remember that Label Studio has the annotation as it is here."""
        self.state.agree(a.file.as_posix(), digest(self.corpus.files[a.file]))
        self.done["annotation(s) sent"] += 1

    def sendable(self, a: Assignment, work: Work | None) -> bool:
        """Say whether there is a sound file to send, and nothing there that speaks against it."""
        if (self.corpus.root / a.file).exists() and a.file not in self.corpus.files:
            self.say(f"{a.file}: is broken, and was not sent; `corpus validate` says how")
            return False
        if work is not None and self.outdated(a.file, work):
            return True
        if work is not None and (work.problem or work.state == "skipped"):
            if a.file in self.corpus.files:
                why = work.problem or "skipped there"
                self.say(f"{a.file}: was not sent: in Label Studio it is {why}")
            return False
        return a.file in self.corpus.files

    def send(self, server: Server, a: Assignment, task: Task, work: Work | None) -> bool:
        """Post the annotation, or put it in the place of the one that is there.

        Say False if that one is not what was read.
        """
        annotation, result = self.results[a.key]
        if work is None or work.annotation is None:
            name = unique_id(annotation, task.id)
            if not push_annotation(server, task.id, a.annotator, result, name):
                return False
        else:
            new = keeping(result, work.result, self.unpublished)
            if not replace_result(server, work.annotation, new, work.result):
                return False
            for words in lost(new, work.result):
                self.say(f"{a.file}: a span is gone, and with it what was said of it: {words!r}")
        set_versions(server, task, annotation["schema_version"], annotation["guideline_version"])
        return True

    def half_sent(self, a: Assignment, work: Work) -> bool:
        """Say whether the labels there are those here, as after a kill before `set_versions`."""
        return keeping(self.results[a.key][1], work.result, self.unpublished) == work.result

    def carrying(self, server: Server, task: Json, carried: Mapping[str, Assignment]) -> Json:
        """Return a new task with the annotation that it carries: one by one they take minutes."""
        a = carried.get(task["data"]["doc_id"])
        if a is None:
            return task
        annotation, result = self.results[a.key]
        by = {"completed_by": server.user(a.annotator), "ground_truth": False}
        versions = {key: annotation[key] for key in MADE_WITH}
        return {**task, "data": task["data"] | versions, "annotations": [{"result": result} | by]}

    def task(self, a: Assignment, declared: Round) -> Json:
        """Return the task of an assignment, with a pre-annotation if it is to have one."""
        task = self.tasks[a.document]
        data = task["data"] | {"round": a.round, "pass": a.pass_, "assisted": a.assisted}
        if not a.assisted:
            return {"data": data}
        who, shown = self.shown(a, declared)
        if shown is None:
            raise CorpusError(
                f"rounds.toml: rounds.{a.round} shows labels of {who!r}, of whom there are none of"
                f" document {a.document!r}"
            )
        mark = hashlib.sha256(json.dumps(shown[1]).encode()).hexdigest()[:8]
        version = f"corpus {who} {mark}"
        return {"data": data, "predictions": [{"model_version": version, "result": shown[1]}]}

    def shown(self, a: Assignment, declared: Round) -> tuple[str, Annotation | None]:
        """Return whose labels an assignment shows, and these: of a recheck, one's own last ones."""
        if declared.kind != "recheck":
            who = str(declared.assisted)
            return who, self.results.get((a.document, who, 1))
        before = [(a.document, a.annotator, number) for number in range(a.pass_ - 1, 0, -1)]
        return a.annotator, next((self.results[k] for k in before if k in self.results), None)

    def watching(self, what: str) -> Callable[[int, int], None]:
        """Return the watch on one thing."""
        return lambda done, total: self.watch(what, done, total)

    @cached_property
    def config(self) -> str:
        """Return the labelling config."""
        return labelling_config(self.corpus.schema)

    @cached_property
    def instruction(self) -> str:
        """Return the instruction of every project."""
        return instruction_of(self.corpus)

    @cached_property
    def tasks(self) -> dict[str, Json]:
        """Return the tasks by document."""
        found = tasks(self.corpus.tables, self.corpus.schema)
        return {task["data"]["doc_id"]: task for task in found}

    @cached_property
    def results(self) -> dict[Key, Annotation]:
        """Return each annotation file with its `result`, by key."""
        found = results(self.corpus.tables, self.corpus.schema)
        return {(a["doc_id"], a["annotator"], a["pass"]): (a, result) for a, result in found}

    @cached_property
    def unpublished(self) -> frozenset[str]:
        """Return the controls of which no file holds anything."""
        shared = self.corpus.schema.shared().items()
        return TO_THE_TEAM | {name for name, attribute in shared if not attribute.published}


def instruction_of(corpus: Corpus) -> str:
    """Return what people read one click away: how to, guidelines, answers, definitions."""
    text = read_guidelines(guidelines_path(Path(corpus.schema.path)))
    return instruction(corpus.schema, text, read_answers(corpus.root))


def _some(files: list[str]) -> str:
    rest = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return ", ".join(files[:3]) + rest


def _shown(known: Mapping[str, Task]) -> bool:
    """Say whether any task was made with a pre-annotation."""
    return any(task.data.get("assisted") for task in known.values())


def _all_results(corpus: Corpus, desk: Desk, but: Container[int | None]) -> list[list[Json]]:
    """Return every result of a project as it was exported last, drafts and skipped ones too.

    but: ids of annotations that are left out.
    """
    found = list[list[Json]]()
    for task in exported(export_path(corpus.root, desk)):
        found += [item["result"] for item in task["annotations"] if item["id"] not in but]
        found += [item["result"] for item in task["drafts"]]
    return found

"""Adjudication in Label Studio: conflicts to a curator, and what is decided there to gold."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from corpus.adjudication.case import Case, saved
from corpus.adjudication.curated import settled
from corpus.assignment import Assignment
from corpus.desk.annotate import Page, asks_always, open_corpus
from corpus.desk.curation import COMPARED, compared_digest, curation_task, drawn_in, ticked
from corpus.desk.place import Place, elsewhere, kept_running, servers
from corpus.desk.push import instruction_of
from corpus.desk.state import State, digest_of, read_state, remembered
from corpus.desk.work import Corpus, Desk, Watch, Work, desks, read_work
from corpus.errors import CorpusError
from corpus.labelstudio.config import labelling_config
from corpus.labelstudio.local import Hosting
from corpus.labelstudio.projects import Project, find_project, make_project, update_project
from corpus.labelstudio.server import Say, Server, asking
from corpus.labelstudio.sync import (
    Task,
    import_new,
    known_tasks,
    push_annotation,
    replace_predictions,
    replace_result,
    require_same_texts,
)
from corpus.labelstudio.tasks import tasks, unique_id
from corpus.labelstudio.vocabulary import orphans, refuse_orphans
from corpus.rounds import read_rounds, rounds_path

Json = dict[str, Any]
Cases = Mapping[str, Case]
CURATION = "curation"
"""What stands in a project's title where others have their round."""
DELETE = "delete its annotation in Label Studio, and run `corpus adjudicate --studio` again"


@dataclass(frozen=True)
class Curation:
    """A curator's project, to be brought up to date or to be read.

    done: what was done, by kind. refused: what could not be taken over, with the reason.
    """

    corpus: Corpus
    server: Server
    by: str
    watch: Watch
    say: Say
    done: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    def bring(self, cases: Cases) -> Page | None:
        """Bring the conflicts of some documents; what the curator has begun stays as it is.

        Return where the curator goes on; None if there is nothing to decide, and never was.
        """
        project = self.project(cases)
        if project is None and not any(case.open for case in cases.values()):
            return None
        project, desk = project or self.made(cases), self.desk(cases)
        known = known_tasks(self.server, project.id)
        given = self.given(cases, known)
        require_same_texts(self.server, known, [*given.values()])
        works = self.works(desk, project) if known else {}
        self.configure(project, works)
        for doc_id in given.keys() & works.keys():
            self.renew(known[doc_id], works[doc_id], given[doc_id])
        new = [task for doc_id, task in given.items() if doc_id not in known]
        self.done["text(s) brought"] += len(new)
        import_new(self.server, project.id, known, new, lambda *n: self.watch(desk.title, *n))
        url = f"{self.server.url}/projects/{project.id}/data"
        return Page(self.by, url, self.server.emails[self.by])

    def desk(self, cases: Cases) -> Desk:
        """Return what the curator has to do, as a person's work is read."""
        given = [Assignment(CURATION, doc_id, self.by) for doc_id in cases]
        [found] = desks(self.corpus.schema, {}, given)
        return found

    def project(self, cases: Cases) -> Project | None:
        """Return the curator's project, if it is there."""
        return find_project(self.server, self.desk(cases).title) if cases else None

    def made(self, cases: Cases) -> Project:
        """Return the curator's project, made."""
        self.done["project(s) made"] += 1
        title = self.desk(cases).title
        return make_project(self.server, title, self.config, instruction_of(self.corpus))

    def given(self, cases: Cases, known: Mapping[str, Task]) -> dict[str, Json]:
        """Return the tasks of documents with open conflicts, and of those that are there."""
        found = {
            t["data"]["doc_id"]: t["data"] for t in tasks(self.corpus.tables, self.corpus.schema)
        }
        user = self.server.user(self.by)
        wanted = {d: case for d, case in cases.items() if case.open or d in known}
        return {d: curation_task(found[d], case, user) for d, case in wanted.items()}

    def works(self, desk: Desk, project: Project) -> dict[str, Work]:
        """Return what is there, by document; of the desk's texts."""
        asked = {a.document for a in desk.assignments}
        found = read_work(self.server, project, desk, self.corpus, State())
        return {work.doc_id: work for work in found if work.doc_id in asked}

    def configure(self, project: Project, works: Mapping[str, Work]) -> None:
        """Give the project the schema's config, unless that would orphan what is handed in."""
        begun = [w.result for w in works.values() if _begun(w)]
        refuse_orphans(project, orphans(self.config, begun))
        changed = update_project(self.server, project, self.config, instruction_of(self.corpus))
        self.done["project(s) updated"] += changed

    @property
    def config(self) -> str:
        """Return the labelling config."""
        return labelling_config(self.corpus.schema, curated=True)

    def renew(self, there: Task, work: Work, task: Json) -> None:
        """Bring a task up to date if nobody has begun it; say of a begun one if it is stale."""
        [mine] = task["annotations"]
        if _begun(work):
            if there.data.get(COMPARED) != task["data"][COMPARED]:
                self.say(f"{work.doc_id}: is begun, and the annotations have changed: {DELETE}")
            return
        if there.data == task["data"] and work.result == mine["result"]:
            return
        with asking(self.server, f"the predictions of task {there.id}"):
            old: list[Any] = list(self.server.client().predictions.list(task=there.id))
        replace_predictions(self.server, there.id, old, task["predictions"])
        if work.annotation is not None:
            replace_result(self.server, work.annotation, mine["result"], work.result)
        else:
            key = {"doc_id": work.doc_id, "annotator": self.by, "pass": CURATION}
            push_annotation(
                self.server, there.id, self.by, mine["result"], unique_id(key, there.id)
            )
        with asking(self.server, f"an update of task {there.id}"):  # last: it says that all is done
            self.server.client().tasks.update(str(there.id), data=task["data"])
        self.done["text(s) brought up to date"] += 1

    def take(self, cases: Cases, state: State, date: str) -> dict[str, Case]:
        """Return the cases with what the curator has handed in, written.

        What cannot be taken over is in `refused`.
        """
        project, made = self.project(cases), dict(cases)
        if project is None:
            self.say(f"{self.by} has no project at {self.server.url}: `corpus adjudicate --studio`")
            return made
        tasks_ = known_tasks(self.server, project.id)
        for doc_id, work in self.works(self.desk(cases), project).items():
            for remark in work.remarks:
                self.say(f"{self.by}: {remark}")
            if work.state != "submitted" or not ticked(work.result):
                self.done["draft(s) not handed in" if work.drafts else "not handed in"] += 1
                continue
            try:
                made[doc_id] = self.taken(made[doc_id], work, tasks_[doc_id], state, date)
            except CorpusError as error:
                self.refused.append(str(error))
        return made

    def taken(self, case: Case, work: Work, task: Task, state: State, date: str) -> Case:
        """Return a case with what was handed in; as it is, if that was taken over before."""
        if work.drafts:
            self.done["draft(s) since they were handed in"] += 1
        key, there = f"{case.path.name} {work.doc_id} {self.by}", digest_of(work.result)
        if state.raw.get(key) == there and not case.open:
            self.done["unchanged"] += 1
            return case
        if work.problem is not None:
            raise CorpusError(work.problem)
        if task.data.get(COMPARED) != compared_digest(case.comparison):
            raise CorpusError(f"{work.doc_id}: the annotations have changed meanwhile: {DELETE}")
        made = saved(settled(case, drawn_in(case, work.result), self.by, date))
        state.raw[key] = there
        self.done["text(s) decided"] += 1
        return made


def _begun(work: Work) -> bool:
    """Say whether the curator has done anything in a task."""
    return bool(work.drafts) or work.state == "skipped" or ticked(work.result)


@contextmanager
def curating(
    root: Path,
    place: Place,
    showing: Callable[[], AbstractContextManager[tuple[Watch, Say]]],
    hosting: Hosting,
    by: str,
    cases: Iterable[Case],
) -> Iterator[tuple[Page | None, Server, Counter[str]]]:
    """Bring the conflicts to a curator; yield where to go on, the server, and what was done.

    A server of ours is started, and runs until the end.
    """
    if CURATION in read_rounds(root):
        raise CorpusError(f"{rounds_path(root)}: a round is called {CURATION!r}: call it otherwise")
    with ExitStack() as stack:
        with showing() as (watch, say):
            corpus = open_corpus(root)
            if other := elsewhere(root, place):
                say(f"a new place: this clone has worked with {other} so far")
            how = msgspec.structs.replace(hosting, select_new=asks_always(corpus.schema))
            ours = kept_running(root, place, [by], how, say)
            opened = servers(root, place, [by], say) if place.url else ours
            server = stack.enter_context(opened)[by]
            curation = Curation(corpus, server, by, watch, say)
            with remembered(root, say, place.memory) as state:
                if by not in state.curators:
                    state.curators.append(by)
                page = curation.bring({case.comparison.doc_id: case for case in cases})
        yield page, server, curation.done


def curator(root: Path, place: Place, by: str | None) -> str:
    """Return who decides: who is named, else the one to whom conflicts were brought before."""
    known = read_state(root, place.memory).curators
    if by is None and len(known) != 1:
        there = f"; there are {', '.join(known)}" if known else ""
        raise CorpusError(f"--studio needs to know who decides: --by NAME{there}")
    return by or known[0]


def take_in(
    root: Path,
    place: Place,
    by: str | None,
    cases: Iterable[Case],
    date: str,
    watch: Watch,
    say: Say,
) -> tuple[list[Case], Counter[str]]:
    """Make decisions and gold of what curators, or this one, have handed in.

    Raises:
        StudioError: Label Studio refuses or stops.
        CorpusError: nothing was brought to anybody; or something cannot be taken over, all else is.
    """
    made, done = {case.comparison.doc_id: case for case in cases}, Counter[str]()
    with remembered(root, say, place.memory) as state:
        names = state.curators if by is None else [by]
        if not names:
            raise CorpusError(
                "no conflicts are in Label Studio: `corpus adjudicate --studio` first"
            )
        corpus, refused = open_corpus(root), list[str]()
        with servers(root, place, names, say) as there:
            for name in names:
                curation = Curation(corpus, there[name], name, watch, say, done, refused)
                made = curation.take(made, state, date)
    if refused:
        raise CorpusError(f"{len(refused)} text(s) were not taken over: {'; '.join(refused[:3])}")
    return [*made.values()], done

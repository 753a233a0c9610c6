"""Labels from Label Studio into annotations/: atomically, and only over what came from there."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from corpus.assignment import Assignment
from corpus.desk.state import digest, sweep
from corpus.desk.work import BATCH, Desk, Sync, Work, desks, read_work
from corpus.errors import CorpusError
from corpus.labelstudio.projects import ProjectError
from corpus.labelstudio.server import Server
from corpus.store import write_whole


@dataclass(frozen=True)
class Puller(Sync):
    """A pull under way: `refused` is what could not be taken over, with the reason."""

    refused: list[str] = field(default_factory=list)

    def pull(self, assignments: list[Assignment]) -> Counter[str]:
        """Bring what is submitted into annotations/; return what was done, by kind.

        Raises:
            StudioError: Label Studio refuses or stops.
            CorpusError: a file changed here that did not come from there, or labels cannot be
                taken over; all else is done by then.
        """
        found = desks(self.corpus.schema, self.rounds, assignments)
        for desk in found:
            declared = self.rounds.get(desk.round)
            if declared is not None and declared.frozen is not None:
                self.done["in frozen rounds"] += len(desk.assignments)
            else:
                self.desk(desk, self.servers[desk.annotator])
        self.tell_left_behind(found)
        if self.refused:
            raise CorpusError(
                f"{len(self.refused)} annotation(s) were not pulled, all others were: "
                + "; ".join(self.refused[:3])
            )
        return self.done

    def desk(self, desk: Desk, server: Server) -> None:
        """Bring one project's labels here, a batch at a time."""
        try:
            project = self.project(desk)
        except ProjectError as error:
            self.refused.append(str(error))
            return
        if project is None and desk.title in self.state.projects:
            self.refused.append(f"project {desk.title!r} is gone from {server.url}: push makes it")
        elif project is None:
            self.say(f"no project {desk.title!r} at {server.url}: `corpus push` makes it")
        if project is None:
            return
        self.watch(desk.title, 0, len(desk.assignments))
        works = read_work(server, project, desk, self.corpus, self.state)
        seen = 0
        while batch := list(islice(works, BATCH)):
            self.batch(desk, batch)
            seen += len(batch)
            self.watch(desk.title, seen, len(desk.assignments))

    def batch(self, desk: Desk, works: list[Work]) -> None:
        """Decide on each document, remember what is about to be written, and write it."""
        coming = dict[str, tuple[Work, bytes]]()
        for work in works:
            self.tell(desk, work)
            if work.state == "submitted" and (content := self.content(desk, work)):
                coming[desk.file(work.doc_id).as_posix()] = (work, content)
        if coming:
            self.state.coming |= {file: digest(data) for file, (_, data) in coming.items()}
            self.state.write(self.corpus.root)
        for file, (work, data) in coming.items():
            self.write(file, data, work)

    def tell(self, desk: Desk, work: Work) -> None:
        """Say and count what of some work is not pulled."""
        file = desk.file(work.doc_id)
        for remark in work.remarks:
            self.say(f"{desk.title}: {remark}")
        if work.state != "submitted":
            self.done[COUNTED[work.state]] += 1
        elif work.drafts:
            self.done["draft(s) since they were submitted"] += 1
        if file in self.corpus.found and work.state == "skipped":
            self.say(f"{file}: stays, and in Label Studio it is skipped")
        elif work.state == "open" and file.as_posix() in self.state.agreed:
            self.say(f"{file}: stays, and in Label Studio it is not there any more")

    def write(self, file: str, data: bytes, work: Work) -> None:
        """Write a file, if it still is what was read."""
        path = self.corpus.root / file
        now = digest(path.read_bytes()) if path.exists() else None
        if now != self.corpus.found.get(Path(file)):
            self.refused.append(f"{file}: changed here meanwhile: pull again")
            return
        sweep(path)
        write_whole(path, data)
        self.state.agree(file, digest(data), work.result)
        self.done["written"] += 1

    def content(self, desk: Desk, work: Work) -> bytes | None:
        """Return what to write for a submitted document; None where the file is to stay."""
        path = desk.file(work.doc_id)
        file = path.as_posix()
        if self.outdated(path, work):
            self.done["in words of an older schema (push brings the new ones)"] += 1
            return None
        if work.problem is not None or work.content is None:
            self.refused.append(f"{desk.title}: {work.problem or 'no content'}")
            return None
        there = digest(work.content)
        what = self.state.verdict(file, self.here(path), there)
        if what == "take":
            return work.content
        if what == "conflict":
            self.refused.append(
                f"{file}: is not what this clone had from Label Studio, which has other labels:"
                " keep one (move the file away, pull, and compare before anything is deleted there)"
            )
        elif what == "send":
            self.done["changed here (push brings it)"] += 1
        else:
            self.state.agree(file, there, work.result)
            self.done["unchanged"] += 1
        return None

    def here(self, path: Path) -> str | None:
        """Return the digest of the file here, in canonical form; of its bytes if it is broken."""
        if path in self.corpus.files:
            return digest(self.corpus.files[path])
        return self.corpus.found.get(path)


COUNTED = {
    "open": "not begun",
    "draft": "draft(s) not submitted",
    "skipped": "skipped",
    "unassigned": "left out: in a text that is assigned to nobody",
    "without text": "left out: in a text that seeds/ lacks",
}
"""What is not pulled is counted: state -> the words for it."""

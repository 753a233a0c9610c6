"""The desk itself: each verb of annotators and their keepers is one function here."""

import select
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import msgspec
import polars as pl

from corpus.assignment import Assignment, read_assignments
from corpus.desk.place import Place, elsewhere, kept_running, servers
from corpus.desk.pull import Puller
from corpus.desk.push import Pusher
from corpus.desk.questions import Question, questions_in
from corpus.desk.state import digest, folder_of, read_state, remembered
from corpus.desk.status import Line, lines
from corpus.desk.work import Corpus, Watch, desks, read_work
from corpus.errors import CorpusError
from corpus.labelstudio.accounts import Account, read_credentials
from corpus.labelstudio.local import Hosting
from corpus.labelstudio.projects import find_project
from corpus.labelstudio.server import Say, Server
from corpus.labelstudio.sync import known_tasks
from corpus.reading import read_corpus
from corpus.rounds import FIRST_ROUND, Round, declare_round, read_rounds, rounds_path
from corpus.schema import Schema
from corpus.store import json_files, rendered

NEWCOMER = "a1"
"""Who annotates where nobody is named."""


def open_corpus(root: Path) -> Corpus:
    """Read a corpus folder; broken annotation files are left out of `files`."""
    paths = [path for path in json_files(root / "annotations") if path.is_file()]
    found = {path.relative_to(root): digest(path.read_bytes()) for path in paths}
    tables, schema = read_corpus(root)
    return Corpus(root, tables, schema, rendered(tables, schema), found)


def rounds_of(
    corpus: Corpus, annotators: Sequence[str], overlap: str | None, say: Say
) -> dict[str, Round]:
    """Return the declared rounds; where there are none, declare one for these people.

    Raises:
        CorpusError: people or overlap are named, and the rounds are declared otherwise.
    """
    rounds, path = read_rounds(corpus.root), rounds_path(corpus.root)
    if not rounds:
        humans = corpus.tables.annotators.filter(pl.col("kind") == "human").collect()
        people = [*annotators] or [*humans["annotator"]] or [NEWCOMER]
        rounds = declare_round(corpus.root, people, overlap)
        say(f"{path}: made, with the round {FIRST_ROUND!r} for {', '.join(people)}")
    first = rounds.get(FIRST_ROUND)
    for key, asked, declared in (
        ("people", [*annotators] or None, first and first.people),
        ("overlap", overlap, first and str(first.overlap)),
    ):
        if asked is not None and (len(rounds) > 1 or asked != declared):
            raise CorpusError(f"{path}: the rounds are declared: change {key!r} there")
    return rounds


def everybody(rounds: dict[str, Round], assignments: Iterable[Assignment]) -> list[str]:
    """Return all pseudonyms that have or get work, those of the rounds first."""
    named = [name for declared in rounds.values() for name in declared.people]
    return [*dict.fromkeys([*named, *(a.annotator for a in assignments)])]


def push(
    root: Path,
    place: Place,
    watch: Watch,
    say: Say,
    annotators: Sequence[str] = (),
    overlap: str | None = None,
) -> Counter[str]:
    """Bring texts, pre-annotations and changed labels to Label Studio (see `Pusher.push`)."""
    with remembered(root, say, place.memory) as state:
        corpus = open_corpus(root)
        rounds = rounds_of(corpus, annotators, overlap, say)
        people = everybody(rounds, read_assignments(root))
        with servers(root, place, people, say, make=True) as there:
            return Pusher(corpus, rounds, there, state, watch, say).push()


def pull(root: Path, place: Place, watch: Watch, say: Say) -> Counter[str]:
    """Bring what is submitted into annotations/ (see `Puller.pull`)."""
    with remembered(root, say, place.memory) as state:
        corpus, rounds, assignments = _assigned(root)
        with servers(root, place, everybody({}, assignments), say) as there:
            done = Puller(corpus, rounds, there, state, watch, say).pull(assignments)
    for name in _strangers(corpus, assignments):
        say(f"annotations/annotators.toml does not say who {name} is: kind and description")
    return done


def _strangers(corpus: Corpus, assignments: list[Assignment]) -> list[str]:
    """Return who has a file in annotations/ and no entry in annotators.toml."""
    known = {*corpus.tables.annotators.collect()["annotator"]}
    there = {a.annotator for a in assignments if (corpus.root / a.file).exists()}
    return sorted(there - known)


def status(root: Path, place: Place, say: Say) -> list[Line]:
    """Return who has done what, a line a document and person."""
    corpus, rounds, assignments = _assigned(root)
    with servers(root, place, everybody({}, assignments), say) as there:
        return list(lines(corpus, rounds, assignments, there, read_state(root, place.memory)))


def questions(root: Path, place: Place, say: Say) -> list[Question]:
    """Return what annotators ask."""
    corpus, rounds, assignments = _assigned(root)
    texts, state, found = corpus.texts(), read_state(root, place.memory), list[Question]()
    with servers(root, place, everybody({}, assignments), say) as there:
        for desk in desks(corpus.schema, rounds, assignments):
            server = there[desk.annotator]
            if project := find_project(server, desk.title, state.projects.get(desk.title)):
                for work in read_work(server, project, desk, corpus, state):
                    found += questions_in(desk, work, texts)
    return found


def _assigned(root: Path) -> tuple[Corpus, dict[str, Round], list[Assignment]]:
    assignments = read_assignments(root)
    if not assignments:
        raise CorpusError(
            f"{root / 'annotations'}: nothing is assigned yet: `corpus annotate` or `corpus push`"
            " does it"
        )
    return open_corpus(root), read_rounds(root), assignments


class Page(msgspec.Struct, frozen=True):
    """Where somebody goes on: the address, and the e-mail to log in with."""

    annotator: str
    url: str
    email: str


@contextmanager
def annotating(
    root: Path,
    place: Place,
    showing: Callable[[], AbstractContextManager[tuple[Watch, Say]]],
    hosting: Hosting,
    annotators: Sequence[str] = (),
    overlap: str | None = None,
) -> Iterator[tuple[list[Page], list[Server]]]:
    """Start Label Studio, bring its projects up to date and yield the page of each person.

    showing: gives what is told of the progress, while there is any. hosting: how ours is served.
    """
    with ExitStack() as stack:
        with showing() as (watch, say):
            corpus = open_corpus(root)
            rounds = rounds_of(corpus, annotators, overlap, say)
            people = everybody(rounds, read_assignments(root))
            if other := elsewhere(root, place):
                say(
                    f"a new place: this clone has worked with {other} so far, and its work is there"
                )
            how = msgspec.structs.replace(hosting, select_new=asks_always(corpus.schema))
            opened = kept_running(root, place, people, how, say)
            there = stack.enter_context(servers(root, place, people, say) if place.url else opened)
            with remembered(root, say, place.memory) as state:
                try:
                    Pusher(corpus, rounds, there, state, watch, say).push()
                except CorpusError as error:  # what it names is mended on the page, or beside it
                    say(f"not all is brought: {error}")
            pages = list(_pages(corpus, rounds, read_assignments(root), there))
        yield pages, list(there.values())


def asks_always(schema: Schema) -> bool:
    """Say whether every layer has an attribute that must be chosen."""
    return all(any(a.required for a in la.attributes.values()) for la in schema.layers.values())


def _pages(
    corpus: Corpus,
    rounds: dict[str, Round],
    assignments: list[Assignment],
    there: dict[str, Server],
) -> Iterator[Page]:
    for desk in desks(corpus.schema, rounds, assignments):
        declared, server = rounds.get(desk.round), there[desk.annotator]
        if declared is None or declared.frozen is not None:
            continue
        if project := find_project(server, desk.title):
            tasks = known_tasks(server, project.id).values()
            ahead = "?labeling=1" if any(not task.worked for task in tasks) else ""
            url = f"{server.url}/projects/{project.id}/data{ahead}"
            yield Page(desk.annotator, url, server.emails[desk.annotator])


def wait(running: Sequence[Server], on_enter: Callable[[], None]) -> None:
    """Return when a server has stopped; call `on_enter` whenever Enter is pressed."""
    watched = [sys.stdin] if sys.stdin is not None and sys.stdin.isatty() else []
    while all(server.alive() for server in running):
        if watched and select.select(watched, [], [], 0.5)[0]:
            if not sys.stdin.readline():
                watched = []
            else:
                on_enter()
        elif not watched:
            time.sleep(0.5)


def logins(root: Path, annotator: str | None = None) -> dict[str, Account]:
    """Return the accounts of a Label Studio of our own, by pseudonym."""
    own = folder_of(root)
    found: dict[str, Account] = {}
    for folder in [own / "studio", *sorted((own / "isolated").glob("*"))]:
        if credentials := read_credentials(folder / "credentials.json"):
            found |= credentials.people
    if not found or (annotator is not None and annotator not in found):
        whom = "anybody" if annotator is None else repr(annotator)
        raise CorpusError(f"{own}: no account for {whom}; there are {', '.join(found) or 'none'}")
    return found if annotator is None else {annotator: found[annotator]}

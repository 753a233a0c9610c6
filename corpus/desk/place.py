"""Where annotators work: a server of our own, one for each of them, or somebody's."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import msgspec

from corpus.desk.state import ISOLATED, folder_of
from corpus.errors import CorpusError, StudioError
from corpus.labelstudio.database import Database
from corpus.labelstudio.local import Hosting, at_hand, running
from corpus.labelstudio.server import Say, Server, connected
from corpus.store import read_emails

HOW = {
    "desk.json": "a server of ours over SQLite",
    ISOLATED: "--isolated (CORPUS_ISOLATED)",
    "desk-url-": "--url (LABEL_STUDIO_URL)",
    "desk-database-": "--database (CORPUS_DATABASE)",
}
"""How the name of a memory begins -> the option that leads there."""


class Place(msgspec.Struct, frozen=True):
    """Whose server: url and key of somebody's, else ours.

    database: ours is over PostgreSQL. isolated: each annotator has a server of their own.
    """

    url: str | None = None
    key: str | None = None
    database: Database | None = None
    isolated: bool = False

    @property
    def memory(self) -> str:
        """Return the name of the file that remembers what was agreed with this server."""
        if self.isolated:
            return ISOLATED
        if self.url:
            return f"desk-url-{_short(self.url.rstrip('/'))}.json"
        if self.database:
            return f"desk-database-{_short(repr(self.database))}.json"
        return "desk.json"

    def __repr__(self) -> str:
        """Keep the key out of messages and logs."""
        return f"Place({self.url!r}, isolated={self.isolated})"


def _short(where: str) -> str:
    return sha256(where.encode()).hexdigest()[:12]


def elsewhere(root: Path, place: Place) -> str | None:
    """Return how this clone has worked until now, if it never has in this place."""
    known = {path.name for path in folder_of(root).glob("desk*.json")}
    if not known or place.memory in known:
        return None
    used = (how for kind, how in HOW.items() if any(name.startswith(kind) for name in known))
    return " and ".join(used)


def folder_for(root: Path, place: Place, annotator: str) -> Path:
    """Return the data folder of the server at which somebody works."""
    own = folder_of(root)
    return own / "isolated" / annotator if place.isolated else own / "studio"


@contextmanager
def servers(
    root: Path, place: Place, people: Sequence[str], say: Say, *, make: bool = False
) -> Iterator[dict[str, Server]]:
    """Yield pseudonym -> the server at which that person works; start what does not run yet.

    make: a server of ours that never was is made; else it is refused, as a look at work that is
    elsewhere.
    """
    _require_sense(root, place)
    with ExitStack() as stack:
        other = elsewhere(root, place)
        if place.url is not None:
            emails = _emails(root, place.url, people)
            there = stack.enter_context(connected(place.url, place.key or "", emails, say))
            if other:
                say(f"{there.url} is a new place: this clone has worked with {other} so far")
            for name in people:
                if emails[name].casefold() not in there.users:
                    say(f"{name} has no account {emails[name]} at {there.url} yet")
            yield dict.fromkeys(people, there)
            return
        if other:
            raise CorpusError(
                f"this clone has worked with {other} so far: was that forgotten? (`corpus annotate`"
                " begins at a new place)"
            )
        found: dict[Path, Server] = {}
        for folder, own in _folders(root, place, people).items():
            if not make and not (folder / "credentials.json").exists():
                raise CorpusError(
                    f"{folder}: there is no Label Studio of ours yet: `corpus annotate` or `corpus"
                    " push` makes it (or is the work elsewhere: --url, --isolated?)"
                )
            opened = at_hand(folder, own, Hosting(database=place.database), say=say)
            found[folder] = stack.enter_context(opened)
        yield {name: found[folder_for(root, place, name)] for name in people}


@contextmanager
def kept_running(
    root: Path, place: Place, people: Sequence[str], hosting: Hosting, say: Say
) -> Iterator[dict[str, Server]]:
    """Yield as `servers` does, from servers of ours that are started here."""
    _require_sense(root, place)
    if place.isolated and hosting.public is not None:
        raise CorpusError("--public shows one server, and --isolated starts one for each annotator")
    with ExitStack() as stack:
        found: dict[Path, Server] = {}
        for number, (folder, own) in enumerate(_folders(root, place, people).items()):
            how = msgspec.structs.replace(
                hosting,
                port=hosting.port and hosting.port + number,
                wanted=hosting.wanted and hosting.wanted + number,
                database=place.database,
            )
            found[folder] = stack.enter_context(running(folder, own, hosting=how, say=say))
        yield {name: found[folder_for(root, place, name)] for name in people}


def _folders(root: Path, place: Place, people: Sequence[str]) -> dict[Path, list[str]]:
    folders: dict[Path, list[str]] = {}
    for name in people:
        folders.setdefault(folder_for(root, place, name), []).append(name)
    return folders


def _require_sense(root: Path, place: Place) -> None:
    if place.url is not None and (place.isolated or place.database is not None):
        raise CorpusError("--url names a server that runs: --isolated and --database are for ours")
    if place.url is not None and not place.key:
        raise StudioError(
            f"{place.url}: set LABEL_STUDIO_API_KEY to a token of your account there "
            "(Account & Settings, Personal Access Token or Legacy Token)"
        )
    if place.isolated and place.database is not None:
        raise CorpusError("--isolated gives each annotator a database: it does not take --database")
    used = folder_of(root) / "isolated"
    if place.url is None and not place.isolated and used.exists():
        raise CorpusError(
            f"{used}: annotators have a server each here: add --isolated, so that none sees "
            "another's work (to end that, pull with --isolated, and move the folder away)"
        )


def _emails(root: Path, url: str, people: Sequence[str]) -> dict[str, str]:
    known = read_emails(root)
    for name in people:
        if name not in known:
            raise CorpusError(
                f"{root / 'annotations' / 'annotators.toml'}: annotators.{name} has no 'email': "
                f"which account at {url} is theirs?"
            )
    for one, other in combinations(people, 2):
        if known[one].casefold() == known[other].casefold():
            raise CorpusError(
                f"{root / 'annotations' / 'annotators.toml'}: annotators.{one} and"
                f" annotators.{other} have the same 'email': whose work would it be?"
            )
    return known

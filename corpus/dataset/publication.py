"""A dataset folder on the Hub: one commit for all files, then a tag of the version.

The commit names its parent, so that it is made whole on what was looked at, or not at all. A run
that was stopped between commit and tag is completed by the next. Published twice, nothing changes.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.dataset.about import CHANGELOG, About
from corpus.dataset.build import MADE
from corpus.dataset.checksums import CHECKSUMS
from corpus.dataset.folder import DATA
from corpus.dataset.hub import There, commit, download, look, tag
from corpus.dataset.release import (
    NOTHING,
    Change,
    Release,
    changes,
    entry,
    has_entry,
    least_version,
    read_release,
)
from corpus.errors import CorpusError
from corpus.schema import numbers

if TYPE_CHECKING:
    from huggingface_hub import HfApi


@dataclass(frozen=True)
class Plan:
    """What publishing a folder would change on the Hub; files: of the folder, name -> path."""

    repo: str
    about: About
    there: There
    files: Mapping[str, Path]
    old: Release
    new: Release

    @cached_property
    def added(self) -> list[str]:
        """Return the files that the Hub lacks."""
        return [name for name in self.files if name not in self.there.digests]

    @cached_property
    def changed(self) -> list[str]:
        """Return the files that are other ones on the Hub."""
        there = self.there.digests
        both = ((name, path) for name, path in self.files.items() if name in there)
        return [name for name, path in both if there[name] not in _digests(path)]

    @cached_property
    def removed(self) -> list[str]:
        """Return the files of earlier builds that this one does not make; others' files stay."""
        made = (n for n in self.there.digests if n in MADE or DATA.match(n))
        return [name for name in made if name not in self.files]

    @cached_property
    def rows(self) -> dict[str, Change]:
        """Return config -> what became of its rows since the newest release."""
        return changes(self.old, self.new)

    @property
    def differs(self) -> bool:
        """Say whether there is anything to commit."""
        return bool(self.added or self.changed or self.removed)

    @property
    def done(self) -> bool:
        """Say whether all of it is published already."""
        return not self.differs and f"v{self.about.version}" in self.there.tags

    @cached_property
    def least(self) -> str:
        """Return the lowest version that this may be published as."""
        newest = self.there.newest
        if newest is None:
            return self.about.version
        return least_version(newest, self.old, self.new) if self.differs or self.rows else newest

    @property
    def version(self) -> str:
        """Return the version to publish it as."""
        return max(self.about.version, self.least, key=numbers)

    @property
    def entry(self) -> str:
        """Return the entry that the changelog lacks; empty if it has it."""
        if has_entry(self.about.changelog, self.version):
            return ""
        return entry(self.version, self.rows)

    def __str__(self) -> str:
        """Return it as people read it: files, rows, the version and the entry that lacks."""
        sent = (self.files[name] for name in (*self.added, *self.changed))
        signs = (("+", self.added), ("~", self.changed), ("-", self.removed))
        since = f"since v{self.there.newest}" if self.there.newest else "(nothing is released yet)"
        lines = [
            f"files: {size(sent)} to send, {len(self.removed)} to remove",
            *(f"  {sign} {name}{self._size(name)}" for sign, own in signs for name in own),
            f"rows {since}:",
            *(f"  {name}: {change}" for name, change in self.rows.items()),
            *(() if self.rows else ("  none differs",)),
            f"version: {self.about.version}; asked for is {self.least} or higher",
        ]
        entry = f"\nan entry for {CHANGELOG}:\n\n{self.entry}" if self.entry else ""
        return "\n".join(lines) + entry

    def _size(self, name: str) -> str:
        path = self.files.get(name)
        return f"  {path.stat().st_size:,} bytes" if path else ""

    def refuse_version(self) -> None:
        """Raise CorpusError where the version in dataset.toml, or its changelog, does not fit."""
        if self.version != self.about.version:
            raise CorpusError(
                f"dataset.toml: version: found {self.about.version}, but v{self.there.newest} is on"
                f" the Hub and these changes ask for {self.version}: set it, and give it its entry"
                f" in {CHANGELOG}"
            )
        if self.entry:
            raise CorpusError(
                f"{CHANGELOG}: has no entry of {self.version}; expected a line `## {self.version}`"
                " and what changed: put the entry above there"
            )


def plan(api: "HfApi", repo: str, there: There, folder: Path, about: About) -> Plan:
    """Return what publishing a dataset folder would change.

    Raises:
        CorpusError: the repository holds data that no build made; the newest release cannot be
            read.
    """
    data = [name for name in there.digests if name.startswith("data/")]
    if data and CHECKSUMS not in there.digests:
        raise CorpusError(
            f"{repo}: holds {data[0]!r}, and no {CHECKSUMS}: another dataset, which publishing"
            " would replace; name another repository, or take its data away there first"
        )
    files = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    released = f"v{there.newest}" if there.newest else None
    old = read_release(download(api, repo, released)) if released else NOTHING
    return Plan(repo, about, there, files, old, read_release(folder))


def public(repo: str, there: There, *, private: bool) -> bool:
    """Say whether all may read it; private: whether a new repository is to be so.

    Raises:
        CorpusError: it is to be private, and is public.
    """
    if private and there.head is not None and not there.private:
        raise CorpusError(
            f"{repo}: is public, and --private is for a new repository: make it private in its"
            " settings, or name another one"
        )
    return not (private if there.head is None else there.private)


def publish(
    api: "HfApi", plan: Plan, *, private: bool = False, say: Callable[[str], None] = lambda _: None
) -> str | None:
    """Make the commit and the tag; return the commit, None if there was nothing to do.

    private: of a repository that is not there yet.

    Raises:
        CorpusError: the head moved, the token was refused, the connection broke. Nothing was
            released: without a tag a commit is none, and the next run goes on from it.
    """
    name, head = f"v{plan.about.version}", plan.there.head
    if plan.done:
        return None
    if plan.differs:
        sent = {name: plan.files[name] for name in (*plan.added, *plan.changed)}
        say(f"sending {size(sent.values())}")
        head = commit(api, plan.repo, plan.there, sent, plan.removed, name, private=private)
    assert head is not None
    _check(api, plan, head)
    say(f"tagging {name}")
    tag(api, plan.repo, name, head)
    return head


def _check(api: "HfApi", plan: Plan, made: str) -> None:
    """Raise CorpusError if a commit does not hold just what was built."""
    if replace(plan, there=look(api, plan.repo, made)).differs:
        raise CorpusError(f"{plan.repo}: {made} does not hold what was sent: it was not tagged")


def size(paths: Iterable[Path]) -> str:
    """Return how many files these are, and how large, in words."""
    sizes = [path.stat().st_size for path in paths]
    return f"{len(sizes)} file(s), {sum(sizes):,} bytes"


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _digests(path: Path) -> set[str]:
    """Return the digests by which the Hub may know a file: its own, and that of git's blob."""
    blob = hashlib.sha1(b"blob %d\0" % path.stat().st_size)
    with path.open("rb") as file:
        own = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return {own, hashlib.file_digest(file, lambda: blob).hexdigest()}

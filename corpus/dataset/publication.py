"""A dataset folder on the Hub: one commit for all files, then a tag.

The commit names its parent, so that it is made whole on what was looked at, or not at all. A run
that was stopped between commit and tag is completed by the next.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.dataset.about import CHANGELOG, FILE, About
from corpus.dataset.build import MADE
from corpus.dataset.release import Change, Tables, changes, entry, least_version, read_tables
from corpus.errors import CorpusError
from corpus.schema import numbers

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

KIND = "dataset"


@dataclass(frozen=True)
class There:
    """What a repository holds; head: None if there is none. digests: file -> sha256, or git's."""

    head: str | None = None
    private: bool = True
    digests: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def newest(self) -> str | None:
        """Return the highest version that is tagged, without its v."""
        versions = [name[1:] for name in self.tags if name.startswith("v") and numbers(name[1:])]
        return max(versions, key=numbers, default=None)


@dataclass(frozen=True)
class Difference:
    """What a publication would change: files and rows, and the version that this asks for.

    removed: files that a build made once; what somebody else put there stays. sizes: of the files
    to send, in words.
    """

    added: list[str]
    changed: list[str]
    removed: list[str]
    rows: dict[str, Change]
    version: str
    sizes: dict[str, str]

    @property
    def files(self) -> int:
        """Return how many files it would touch."""
        return len(self.added) + len(self.changed) + len(self.removed)

    def __str__(self) -> str:
        """Return it as people read it: the files, then the rows as an entry of the changelog."""
        signs = (("+", self.added), ("~", self.changed), ("-", self.removed))
        named = ((sign, name) for sign, own in signs for name in own)
        files = [f"  {sign} {name}{self.sizes.get(name, '')}" for sign, name in named]
        return "\n".join([*files, "", entry(self.version, self.rows)] if files else ["no change"])


def look(api: "HfApi", repo: str) -> There:
    """Return what is on the Hub; CorpusError if it does not answer, or refuses the token."""
    from huggingface_hub.errors import RepositoryNotFoundError

    with _told(repo):
        try:
            info = api.dataset_info(repo, files_metadata=True)
        except RepositoryNotFoundError:
            api.whoami()  # a wrong token sees no repository either
            return There()
        refs = api.list_repo_refs(repo, repo_type=KIND)
    digests = {
        file.rfilename: file.lfs.sha256 if file.lfs else str(file.blob_id)
        for file in info.siblings or ()
    }
    tags = {tag.name: tag.target_commit for tag in refs.tags}
    return There(info.sha, bool(info.private), digests, tags)


def difference(api: "HfApi", repo: str, there: There, folder: Path, about: About) -> Difference:
    """Return what changed from the Hub to a folder, and from the newest release."""
    own = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    added = [name for name in own if name not in there.digests]
    both = [name for name in own if name in there.digests]
    changed = [name for name in both if there.digests[name] not in _digests(own[name])]
    removed = [name for name in there.digests if name not in own and name.split("/")[0] in MADE]
    before, after = _released(api, repo, there), read_tables(folder)
    version = about.version
    if there.newest is not None and (added or changed or removed):
        version = least_version(there.newest, before, after)
    sizes = {name: f" ({path.stat().st_size:,} bytes)" for name, path in own.items()}
    return Difference(added, changed, removed, changes(before, after), version, sizes)


def refuse_public(repo: str, there: There) -> None:
    """Raise CorpusError where a repository that is to be private is there already, and public."""
    if there.head is not None and not there.private:
        raise CorpusError(f"{repo}: is public; --private is for a repository that is made now")


def refuse_version(there: There, found: Difference, about: About) -> None:
    """Raise CorpusError where the version in dataset.toml, or its changelog, does not fit."""
    newest, pilot = there.newest, any("/pilot-" in name for name in found.sizes)
    if pilot and not about.version.startswith("0."):
        raise CorpusError(f"{FILE}: version is {about.version}; expected 0.x.y of a pilot")
    if found.files and newest is not None and numbers(about.version) < numbers(found.version):
        raise CorpusError(
            f"{FILE}: version is {about.version}, but v{newest} is published and what changed asks"
            f" for {found.version} or higher: set it, and put the entry above into {CHANGELOG}"
        )
    if f"## {about.version}" not in {line.strip() for line in about.changelog.splitlines()}:
        raise CorpusError(
            f"{CHANGELOG}: has no entry `## {about.version}`: put the one above into it"
        )


def publish(
    api: "HfApi",
    repo: str,
    there: There,
    found: Difference,
    folder: Path,
    version: str,
    *,
    private: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> str | None:
    """Make the commit and the tag; return the commit, None if there was nothing to do.

    Raises:
        CorpusError: the head moved, the token was refused, the connection broke: nothing changed.
    """
    tag = f"v{version}"
    if not found.files and tag in there.tags:
        return None
    with _told(repo):
        commit = there.head
        if found.files:
            say(f"sending {len(found.added) + len(found.changed)} file(s)")
            commit = _commit(api, repo, there, found, folder, tag, private=private)
        say(f"tagging {tag}")
        api.create_tag(repo, tag=tag, revision=commit, repo_type=KIND)
    return commit


def _commit(
    api: "HfApi",
    repo: str,
    there: There,
    found: Difference,
    folder: Path,
    title: str,
    *,
    private: bool,
) -> str:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(CommitOperationAdd(name, folder / name) for name in (*found.added, *found.changed)),
        *(CommitOperationDelete(name) for name in found.removed),
    ]
    parent = there.head
    if parent is None:
        api.create_repo(repo, repo_type=KIND, private=private)
    try:
        if parent is None:
            parent = api.repo_info(repo, repo_type=KIND).sha
        done = api.create_commit(
            repo, operations, commit_message=title, repo_type=KIND, parent_commit=parent
        )
    except BaseException:
        # An empty one of our making is not left behind; one that has got anything meanwhile stays.
        if there.head is None and parent is not None and api.dataset_info(repo).sha == parent:
            api.delete_repo(repo, repo_type=KIND, missing_ok=True)
        raise
    return str(done.oid)


def _released(api: "HfApi", repo: str, there: There) -> Tables:
    """Return the rows of the newest release."""
    if there.newest is None:
        return Tables({}, {})
    tag = f"v{there.newest}"
    with _told(repo), tempfile.TemporaryDirectory() as scratch:
        api.snapshot_download(
            repo, repo_type=KIND, revision=tag, local_dir=scratch, allow_patterns="data/*"
        )
        return read_tables(Path(scratch))


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _digests(path: Path) -> set[str]:
    """Return the digests by which the Hub may know a file: its own, and that of git's blob."""
    content = path.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    return {hashlib.sha256(content).hexdigest(), blob}


@contextmanager
def _told(repo: str) -> Iterator[None]:
    """Say in one line what the Hub refused, or that the connection broke."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError
    from huggingface_hub.errors import HTTPError as Broken  # type: ignore[attr-defined]  # httpx's

    try:
        yield
    except (HFValidationError, LocalTokenNotFoundError) as error:
        raise CorpusError(f"{repo}: {str(error).splitlines()[0]}") from None
    except HfHubHTTPError as error:
        raise CorpusError(f"{repo}: {_refusal(error)}") from None
    except (Broken, OSError, RuntimeError) as error:
        reason = error.__cause__ or error
        raise CorpusError(
            f"{repo}: the connection to the Hub broke ({type(reason).__name__}): nothing was"
            " published; run it again"
        ) from None


def _refusal(error: "HfHubHTTPError") -> str:
    status = error.response.status_code if error.response is not None else 0
    if status in (401, 403):
        return "the Hub refused the token: set HF_TOKEN to one that may write there"
    if status == 412:
        return "somebody else published meanwhile: nothing was published; look, and run it again"
    return f"the Hub answered {status}: {(error.server_message or str(error)).splitlines()[0]}"

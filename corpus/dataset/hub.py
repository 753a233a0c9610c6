"""What a publication asks of the Hub: what is there, a commit, a tag. A refusal is one line."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.dataset.about import VERSION
from corpus.errors import CorpusError
from corpus.schema import numbers

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

KIND = "dataset"
AGAIN = "run it again: it goes on from what is there"


@dataclass(frozen=True)
class There:
    """What a repository holds, at one commit; head: None if there is no such repository.

    digests: file -> its sha256 if it is a large one (LFS), else what git calls its content.
    """

    head: str | None = None
    private: bool = True
    digests: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def newest(self) -> str | None:
        """Return the highest version that is tagged, without its v."""
        versions = (name.removeprefix("v") for name in self.tags if name.startswith("v"))
        return max(filter(VERSION.fullmatch, versions), key=numbers, default=None)


def look(api: "HfApi", repo: str, revision: str | None = None) -> There:
    """Return what is on the Hub, at the head or another revision.

    Raises:
        CorpusError: it does not answer, or it refuses the token.
    """
    from huggingface_hub.errors import RepositoryNotFoundError

    if repo.count("/") != 1:
        raise CorpusError(f"{repo}: expected OWNER/NAME, as the dataset is called on the Hub")
    with told(repo):
        try:
            info = api.dataset_info(repo, revision=revision, files_metadata=True)
        except RepositoryNotFoundError:
            api.whoami()  # a wrong token sees no repository either
            return There()
        refs = api.list_repo_refs(repo, repo_type=KIND)
    digests = {s.rfilename: str(s.lfs.sha256 if s.lfs else s.blob_id) for s in info.siblings or ()}
    tags = {tag.name: tag.target_commit for tag in refs.tags}
    return There(info.sha, bool(info.private), digests, tags)


def download(api: "HfApi", repo: str, revision: str) -> Path:
    """Return a folder with the data files of a revision; what was fetched once is not again."""
    with told(repo):
        folder = api.snapshot_download(
            repo, repo_type=KIND, revision=revision, allow_patterns=["data/*"]
        )
    return Path(folder)


def commit(
    api: "HfApi",
    repo: str,
    there: There,
    files: Mapping[str, Path],
    removed: Sequence[str],
    title: str,
    *,
    private: bool,
) -> str:
    """Make one commit on what was looked at, and return it; a new repository is made for it.

    Raises:
        CorpusError: it was not made. A new repository is gone again.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(CommitOperationAdd(name, path) for name, path in files.items()),
        *(CommitOperationDelete(name) for name in removed),
    ]
    with told(repo), _made(api, repo, there, private=private) as parent:
        done = api.create_commit(
            repo, operations, commit_message=title, repo_type=KIND, parent_commit=parent
        )
    return str(done.oid)


@contextmanager
def _made(api: "HfApi", repo: str, there: There, *, private: bool) -> Iterator[str]:
    """Give the head to commit on; an empty repository of our making is not left behind."""
    if there.head is not None:
        yield there.head
        return
    api.create_repo(repo, repo_type=KIND, private=private)
    parent = ""
    try:
        parent = str(api.dataset_info(repo).sha)
        yield parent
    except BaseException:
        if api.dataset_info(repo).sha == parent:  # nobody has put anything there
            api.delete_repo(repo, repo_type=KIND)
        raise


def tag(api: "HfApi", repo: str, name: str, commit: str) -> None:
    """Set a tag."""
    with told(repo):
        api.create_tag(repo, tag=name, revision=commit, repo_type=KIND)


@contextmanager
def told(repo: str) -> Iterator[None]:
    """Say in one line what the Hub refused, or that the connection broke."""
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        LocalTokenNotFoundError,
        OfflineModeIsEnabled,
    )

    transport: Any = HfHubHTTPError.__bases__[0]  # of httpx, or of httpx2
    broken = (transport, ConnectionError, TimeoutError, LocalEntryNotFoundError, RuntimeError)
    try:
        yield
    except LocalTokenNotFoundError:
        raise CorpusError(f"{repo}: no token: set HF_TOKEN, or run `hf auth login`") from None
    except OfflineModeIsEnabled:
        raise CorpusError(f"{repo}: HF_HUB_OFFLINE is set; publishing needs the Hub") from None
    except HFValidationError as error:
        raise CorpusError(f"{repo}: {_first(str(error))}") from None
    except HfHubHTTPError as error:
        raise CorpusError(f"{repo}: {_refusal(error)}") from None
    except broken as error:
        cause = type(error.__cause__ or error).__name__
        raise CorpusError(f"{repo}: the connection to the Hub broke ({cause}); {AGAIN}") from None
    except UnicodeEncodeError:  # whose words show a part of the token
        raise CorpusError(f"{repo}: HF_TOKEN is no token: expected ASCII") from None
    except (ValueError, LookupError) as error:  # of a card that is refused, or of a login page
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise CorpusError(f"{repo}: the Hub refused it, or that is no Hub ({said})") from None


def _refusal(error: "HfHubHTTPError") -> str:
    status = error.response.status_code
    if status in (401, 403):
        return "the Hub refused the token: set HF_TOKEN to one that may write there"
    if status in (409, 412):
        return "somebody else changed it meanwhile: nothing was published; look, and run it again"
    return f"the Hub answered {status}: {_first(error.server_message or str(error))}"


def _first(text: str) -> str:
    return text.partition("\n")[0]

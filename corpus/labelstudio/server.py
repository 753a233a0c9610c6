"""A Label Studio to talk to, wherever it runs.

`local.running` starts one of our own on this machine; `connected` is for somebody else's.
"""

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import StudioError

if TYPE_CHECKING:
    import httpx
    from label_studio_sdk import LabelStudio
    from label_studio_sdk.core.api_error import ApiError

Say = Callable[[str], None]

KNOWN = "1.23.2"
"""The version of Label Studio with which all this was tried."""
ANSWER_SECONDS = 600
PAGE = 500
"""How many projects or tasks a request lists."""
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
"""What of a page is not its text."""
FAULT = re.compile(r"[\w.]+(Error|Exception|Exit|Interrupt)\b")
"""How a line of the log begins that says why Python stopped."""


@dataclass(frozen=True)
class Server:
    """A Label Studio that answers.

    token: the tool's own. emails: pseudonym -> e-mail of the account of that person.
    folder, log, child: of one on this machine; None for another's.
    """

    url: str
    token: str = field(repr=False)
    emails: Mapping[str, str]
    connections: "httpx.Client" = field(repr=False, compare=False)
    secrets: Sequence[str] = field(repr=False)
    folder: Path | None = None
    log: Path | None = None
    child: subprocess.Popen[bytes] | None = field(default=None, repr=False, compare=False)

    def client(self, token: str | None = None) -> "LabelStudio":
        """Return the client that asks with this token, or as the tool itself."""
        return self._client if token is None else self._asking_with(token)

    @cached_property
    def _client(self) -> "LabelStudio":
        return self._asking_with(self.token)

    def _asking_with(self, token: str) -> "LabelStudio":
        from label_studio_sdk import LabelStudio

        # Without retries: a batch that was imported, but not answered, would be there twice.
        return LabelStudio(
            base_url=self.url, api_key=token, httpx_client=self.connections, max_retries=0
        )

    def alive(self) -> bool:
        """Say whether the server's process still runs, as far as it is a child of ours."""
        return self.child is None or self.child.poll() is None

    @cached_property
    def users(self) -> dict[str, int]:
        """Return e-mail, in small letters, -> id of every account."""
        with asking(self, "a list of the accounts"):
            return {u.email.casefold(): int(u.id) for u in self.client().users.list()}

    def user(self, annotator: str) -> int:
        """Return the id of the annotator's account."""
        email = self.emails.get(annotator)
        if email is None:
            raise StudioError(f"Label Studio at {self.url} has no account for {annotator!r}")
        if email.casefold() not in self.users:
            raise StudioError(
                f"Label Studio at {self.url} has no account {email} for {annotator!r}: they must"
                " sign up there first"
            )
        return self.users[email.casefold()]

    def masked(self, words: str) -> str:
        """Return the words without any secret."""
        for secret in filter(None, self.secrets):
            words = words.replace(secret, "***")
        return words

    def stopped(self, error: Exception) -> StudioError:
        """Return what to tell of a request that got no answer."""
        if self.child is not None:
            with suppress(subprocess.TimeoutExpired):
                self.child.wait(2)
        words = self.masked(" ".join(str(error).split()))
        if self.child is None or self.log is None or self.alive():
            cause = f"gave no whole answer ({type(error).__name__}: {words})"
        else:
            last = last_line(self.log, self.secrets)
            cause = f"stopped answering (exit {self.child.returncode}): {last}"
        see = f"; see {self.log}" if self.log else ""
        return StudioError(f"Label Studio at {self.url} {cause}{see}")


@contextmanager
def connected(url: str, token: str, emails: Mapping[str, str], say: Say) -> Iterator[Server]:
    """Yield somebody's Label Studio.

    Args:
        url: its address.
        token: a personal access token, or a legacy token, of an account of it.
        emails: pseudonym -> e-mail of the account under which that person annotates there.
        say: is told when its version is another than the one that is known.
    """
    import httpx

    if not re.fullmatch(r"https?://[^\s@]+", url):
        raise StudioError("--url is no address of a Label Studio: expected http(s)://host[:port]")
    local = re.match(r"https?://(127\.0\.0\.1|localhost|\[::1\])([:/]|$)", url) is not None
    # A redirect would make a GET of a POST.
    with httpx.Client(timeout=ANSWER_SECONDS, trust_env=not local) as connections:
        server = Server(url.rstrip("/"), token, emails, connections, [token])
        _require_welcome(server)
        _tell_version(server, say)
        yield server


def _require_welcome(server: Server) -> None:
    """Raise StudioError, in words that help, if the server refuses the key or is none."""
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        server.client().users.whoami()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise server.stopped(error) from None
    except (ApiError, ValueError, KeyError) as error:
        status = getattr(error, "status_code", None)
        if status in range(300, 400):
            to = (getattr(error, "headers", None) or {}).get("location", "elsewhere")
            raise StudioError(f"{server.url} leads to {to}: give that address") from None
        if status is not None and status not in (401, 403):
            raise StudioError(f"{server.url} is no Label Studio (HTTP {status})") from None
        raise StudioError(
            f"Label Studio at {server.url} refused the key: set LABEL_STUDIO_API_KEY "
            "(Account & Settings, Personal Access Token or Legacy Token)"
        ) from None


def _tell_version(server: Server, say: Say) -> None:
    import httpx
    from packaging.version import InvalidVersion, Version

    try:
        found = server.connections.get(f"{server.url}/api/version").json()
        there, known = Version(str(found.get("release"))), Version(KNOWN)
    except (httpx.HTTPError, ValueError, AttributeError, InvalidVersion):
        say(f"Label Studio at {server.url} does not tell its version; tried with {KNOWN}")
        return
    if there != known:
        age = "older" if there < known else "newer"
        say(
            f"Label Studio {there} at {server.url} is {age} than {KNOWN}, which this was tried with"
        )


def last_line(log: Path, secret: Sequence[str]) -> str:
    """Return the log's last line that names an error, without the secrets."""
    lines = log.read_text("utf-8", "replace").split("\n")
    words = next((line for line in reversed(lines) if FAULT.match(line)), "no error in its log")
    for word in secret:
        words = words.replace(word, "***")
    return words[:300]


@contextmanager
def asking(server: Server, what: str) -> Iterator[None]:
    """Turn a refusal, or a request without an answer, into one line that says what became of it."""
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        yield
    except ApiError as error:
        raise StudioError(
            f"Label Studio at {server.url} refused {what} (HTTP {error.status_code}): "
            f"{server.masked(_words(error))}"
        ) from None
    except httpx.HTTPError as error:
        raise server.stopped(error) from None


def _words(error: "ApiError") -> str:
    """Return what the server says of a refusal, on one line."""
    said = error.body
    if isinstance(said, str):
        said = {"detail": TAGS.sub(" ", said)}
    faults = said.get("validation_errors") if isinstance(said, dict) else None
    if isinstance(faults, dict):
        words = "; ".join(f"{key}: {' '.join(map(str, value))}" for key, value in faults.items())
    else:
        words = str(said.get("detail", said) if isinstance(said, dict) else said)
    return " ".join(words.split())[:500]

"""A real Label Studio on this machine alone, for as long as the tool needs it.

`running` starts it over a data folder and stops it in every case: the server is a child program
(`_serve`) that exits as soon as its parent has gone. It listens on 127.0.0.1 only and asks nothing
of other machines. The tool makes its accounts: one for itself and one for each pseudonym. Their
passwords and tokens stand in `credentials.json` in the folder (mode 600) and nowhere else.
"""

import errno
import fcntl
import importlib.util
import json
import os
import re
import secrets
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from corpus.errors import StudioError
from corpus.store import ANNOTATOR

if TYPE_CHECKING:
    import httpx
    from label_studio_sdk import LabelStudio

HOST = "127.0.0.1"
START_SECONDS = 300
REMARK_SECONDS = 10
ANSWER_SECONDS = 600
FAULT = re.compile(r"[\w.]+(Error|Exception|Exit|Interrupt)\b")
"""How a line of the log begins that says why Python stopped."""
INHERITED = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "TZ")


class Account(msgspec.Struct, frozen=True):
    """An account of the server; it prints as its e-mail only."""

    email: str
    password: str
    token: str

    def __repr__(self) -> str:
        """Keep the secrets out of messages and logs."""
        return f"Account({self.email!r})"


class Credentials(msgspec.Struct, frozen=True):
    """What `credentials.json` holds: the tool's own account, and one for each pseudonym."""

    admin: Account
    people: dict[str, Account]

    def accounts(self) -> list[Account]:
        """Return every account, the tool's own first."""
        return [self.admin, *self.people.values()]

    def secrets(self) -> list[str]:
        """Return every password and token: what no message may hold."""
        return [word for account in self.accounts() for word in (account.password, account.token)]


@dataclass(frozen=True)
class Server:
    """A running Label Studio; `token` is the tool's own, `emails` maps a pseudonym to an e-mail."""

    url: str
    token: str = field(repr=False)
    folder: Path
    log: Path
    emails: dict[str, str]
    tokens: dict[str, str] = field(repr=False)
    child: subprocess.Popen[bytes] = field(repr=False, compare=False)
    connections: "httpx.Client" = field(repr=False, compare=False)
    secrets: list[str] = field(repr=False)

    @property
    def credentials(self) -> Path:
        """Return the file that holds the passwords with which people log in."""
        return self.folder / "credentials.json"

    def alive(self) -> bool:
        """Say whether the server's process still runs."""
        return self.child.poll() is None

    def client(self, annotator: str | None = None) -> "LabelStudio":
        """Return the client that asks as the annotator, or as the tool itself."""
        if annotator is not None and annotator not in self.tokens:
            raise StudioError(f"Label Studio at {self.url} has no account for {annotator!r}")
        from label_studio_sdk import LabelStudio

        token = self.token if annotator is None else self.tokens[annotator]
        # Without retries: a batch that was imported, but not answered, would be there twice.
        return LabelStudio(
            base_url=self.url, api_key=token, httpx_client=self.connections, max_retries=0
        )

    def stopped(self, error: Exception) -> StudioError:
        """Return what to tell of a request that got no answer."""
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(2)
        if self.alive():
            words = " ".join(str(error).split())
            cause = f"gave no whole answer ({type(error).__name__}: {words})"
        else:
            last = _last_line(self.log, self.secrets)
            cause = f"stopped answering (exit {self.child.returncode}): {last}"
        return StudioError(f"Label Studio at {self.url} {cause}; see {self.log}")


@contextmanager
def running(
    folder: Path,
    people: Sequence[str] = (),
    *,
    port: int | None = None,
    log: Path | None = None,
    say: Callable[[str], None],
) -> Iterator[Server]:
    """Run Label Studio over the data folder, with an account for each pseudonym.

    Args:
        folder: made when it is missing; used again, it keeps its projects and accounts.
        people: pseudonyms; those of an earlier use keep their accounts.
        port: on 127.0.0.1; None takes a free one.
        log: the file for the server's own words; else server.log in the folder.
        say: gets short remarks on the progress.
    """
    folder = folder.absolute()
    log = (log or folder / "server.log").absolute()
    _require_label_studio()
    _require_pseudonyms(people)
    if port is not None:
        _require_free(port)
    with _sole_use(folder):
        credentials = _kept_credentials(folder / "credentials.json", people)
        with _child(folder, log, credentials, port) as child:
            url = f"http://{HOST}:{_await_port(child, folder, log, credentials, say)}"
            with _served(url, folder, log, credentials, child) as server:
                say(f"Label Studio runs at {url}")
                yield server


def _require_label_studio() -> None:
    if importlib.util.find_spec("label_studio") is None:
        raise StudioError("Label Studio is not installed: pip install 'hedgerow[studio]'")


def _require_pseudonyms(people: Sequence[str]) -> None:
    for name in people:
        if not ANNOTATOR.fullmatch(name):
            raise StudioError(
                f"{name!r} cannot be a pseudonym: small letters and digits, joined by '_' or '-'"
            )


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            cause = "is in use" if taken else f"cannot be used ({error.strerror})"
            raise StudioError(
                f"port {port} on {HOST} {cause}: "
                "choose another with --port, or stop what listens there"
            ) from None


@contextmanager
def _sole_use(folder: Path) -> Iterator[None]:
    """Make the folder and hold its lock, which the system takes back however we end."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _private(folder / "lock", "ab")
    except OSError as error:
        raise StudioError(f"{folder} cannot hold Label Studio's data: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StudioError(f"{folder} is in use by another running Label Studio") from None
        yield


def _private(path: Path, mode: str) -> IO[bytes]:
    """Open a file that is readable by its owner alone from its first moment."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))


def _kept_credentials(path: Path, people: Sequence[str]) -> Credentials:
    """Return the folder's accounts, with new ones for new people, as written to the file."""
    known = _read_credentials(path)
    new = [name for name in people if known is None or name not in known.people]
    if known is not None and not new:
        return known
    admin = known.admin if known else _new_account("admin@tool.invalid")
    old = known.people if known else {}
    fresh = {name: _new_account(f"{name}@corpus.invalid") for name in new}
    credentials = Credentials(admin, {**old, **fresh})
    _write_credentials(path, credentials)
    return credentials


def _read_credentials(path: Path) -> Credentials | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Credentials)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise StudioError(
            f"{path} is damaged: delete it, and every account gets a new password and token"
        ) from None


def _new_account(email: str) -> Account:
    return Account(email, password=secrets.token_urlsafe(18), token=secrets.token_hex(20))


def _write_credentials(path: Path, credentials: Credentials) -> None:
    text = msgspec.json.format(msgspec.json.encode(credentials), indent=1) + b"\n"
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with _private(part, "xb") as file:
        file.write(text)
    part.replace(path)


def _template() -> Path:
    """Return where the migrated, empty database of this version is kept for new folders."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return Path(cache, "hedgerow", f"label-studio-{version('label-studio')}.sqlite3")


@contextmanager
def _child(
    folder: Path, log: Path, credentials: Credentials, port: int | None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the child program and hand it its order; stop it in every case."""
    environment = _environment() | {"TMPDIR": _emptied(folder / "tmp")}
    log.parent.mkdir(parents=True, exist_ok=True)
    with _private(log, "wb") as words:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "corpus.labelstudio._serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
    try:
        _send_order(child, folder, credentials, port)
        yield child
    finally:
        _stop(child)


def _emptied(folder: Path) -> str:
    """Make the folder anew: what a killed server was writing there is of no use to the next."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return str(folder)


def _environment() -> dict[str, str]:
    """Return the child's environment.

    Label Studio obeys common names (CI, DEBUG, HOST, USERNAME), so it gets only what is harmless,
    and the places from which this process imports.
    """
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}


def _send_order(
    child: subprocess.Popen[bytes], folder: Path, credentials: Credentials, port: int | None
) -> None:
    accounts = [msgspec.to_builtins(account) for account in credentials.accounts()]
    place = {"folder": str(folder), "template": str(_template())}
    order = place | {"host": HOST, "port": port or 0, "accounts": accounts}
    assert child.stdin is not None
    with suppress(BrokenPipeError):  # a child that is dead already is noticed next
        child.stdin.write(json.dumps(order).encode() + b"\n")
        child.stdin.flush()


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End the child: the end of its standard input is enough, signals are for one that hangs."""
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):
        child.stdin.close()
    for insist in (child.terminate, child.kill):
        with suppress(subprocess.TimeoutExpired):
            child.wait(5)
            break
        insist()
    child.wait()
    child.stdout.close()


def _await_port(
    child: subprocess.Popen[bytes],
    folder: Path,
    log: Path,
    credentials: Credentials,
    say: Callable[[str], None],
) -> int:
    """Wait until the child listens and return its port, which it writes to its standard output."""
    new = not (folder / "label_studio.sqlite3").exists() and not _template().exists()
    say("starting Label Studio" + (" (the first time takes about a minute)" * new))
    assert child.stdout is not None
    began = time.monotonic()
    while not select.select([child.stdout], [], [], REMARK_SECONDS)[0]:
        elapsed = time.monotonic() - began
        if elapsed > START_SECONDS:
            raise StudioError(f"Label Studio was not ready after {START_SECONDS} s; see {log}")
        say(f"starting Label Studio … {elapsed:.0f} s")
    if line := child.stdout.readline():
        return int(line)
    raise _stopped_while_starting(child, log, credentials)


def _stopped_while_starting(
    child: subprocess.Popen[bytes], log: Path, credentials: Credentials
) -> StudioError:
    return StudioError(
        f"Label Studio stopped while starting (exit {child.wait(10)}): "
        f"{_last_line(log, credentials.secrets())}; see {log}"
    )


def _last_line(log: Path, secret: Sequence[str]) -> str:
    """Return the log's last line that names an error, without the secrets."""
    lines = log.read_text("utf-8", "replace").split("\n")
    words = next((line for line in reversed(lines) if FAULT.match(line)), "no error in its log")
    for word in secret:
        words = words.replace(word, "***")
    return words[:300]


@contextmanager
def _served(
    url: str, folder: Path, log: Path, credentials: Credentials, child: subprocess.Popen[bytes]
) -> Iterator[Server]:
    """Yield the server once it knows the tool's token; close its connections at the end."""
    import httpx

    people = credentials.people
    emails = {name: account.email for name, account in people.items()}
    tokens = {name: account.token for name, account in people.items()}
    # Straight to the server, whatever proxies are declared; plain http: no certificates to load.
    with httpx.Client(
        timeout=ANSWER_SECONDS, follow_redirects=True, trust_env=False, verify=False
    ) as connections:
        token = credentials.admin.token
        secret = credentials.secrets()
        server = Server(url, token, folder, log, emails, tokens, child, connections, secret)
        _require_own(server)
        yield server


def _require_own(server: Server) -> None:
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        server.client().users.whoami()
    except httpx.HTTPError as error:
        raise server.stopped(error) from None
    except ApiError as error:
        raise StudioError(
            f"Label Studio at {server.url} refused the tool's own token (HTTP "
            f"{error.status_code}): delete {server.credentials} to have new ones made"
        ) from None

"""A Label Studio of our own on this machine, for as long as it is needed.

`running` starts it over a data folder and stops it in every case: the server is a child program
(`_serve`) that exits as soon as its parent has gone. It listens on 127.0.0.1 only and asks nothing
of other machines. The tool makes its accounts: one for itself and one for each pseudonym. `at_hand`
yields the server that runs over a folder already, or else starts one.
"""

import errno
import fcntl
import importlib.util
import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import msgspec

from corpus.errors import StudioError
from corpus.labelstudio.accounts import Credentials, kept_credentials, private, read_credentials
from corpus.labelstudio.database import Database
from corpus.labelstudio.server import ANSWER_SECONDS, Say, Server, last_line
from corpus.store import ANNOTATOR

HOST = "127.0.0.1"
START_SECONDS = 300
REMARK_SECONDS = 10
INHERITED = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "TZ")
DATABASE = ("PGPASSFILE", "PGPASSWORD", "PGSSLMODE", "PGSSLROOTCERT")
"""What the client library of PostgreSQL looks for."""
RUNNING = "running.json"
"""The file in a data folder that holds the address of the server that last ran over it."""


class Hosting(msgspec.Struct, frozen=True):
    """How a server of ours is served.

    port: on 127.0.0.1; None takes `wanted`, if nobody listens there at that moment, or else any
    free one. production: with gunicorn, in two processes, in place of a development server. public:
    the address at which a proxy shows it to a team. database: a PostgreSQL database in place of a
    file in the folder. select_new: in a browser that has no setting for it, a new span is selected
    at once.
    """

    port: int | None = None
    production: bool = False
    public: str | None = None
    database: Database | None = None
    select_new: bool = False
    wanted: int = 0


@contextmanager
def running(
    folder: Path,
    people: Sequence[str] = (),
    hosting: Hosting = Hosting(),  # noqa: B008 (it is frozen)
    *,
    log: Path | None = None,
    say: Say,
) -> Iterator[Server]:
    """Run Label Studio over the data folder, with an account for each pseudonym.

    Args:
        folder: made when it is missing; used again, it keeps its projects and accounts.
        people: pseudonyms; those of an earlier use keep their accounts.
        hosting: how it is served.
        log: the file for the server's own words; else server.log in the folder.
        say: gets short remarks on the progress.
    """
    folder = folder.absolute()
    log = (log or folder / "server.log").absolute()
    _require_label_studio()
    _require_pseudonyms(people)
    if hosting.port is not None:
        _require_free(hosting.port)
    if hosting.public is not None and not re.fullmatch(r"https?://[^\s/@]+", hosting.public):
        raise StudioError(f"--public {hosting.public!r}: expected https://host, without a path")
    with _sole_use(folder):
        (folder / RUNNING).unlink(missing_ok=True)
        credentials = kept_credentials(folder / "credentials.json", people)
        with _child(folder, log, credentials, hosting) as child:
            url = f"http://{HOST}:{_await_port(child, folder, log, credentials, say)}"
            with _served(url, folder, log, credentials, child) as server:
                say(f"Label Studio runs at {url}")
                with private(folder / RUNNING, "wb") as file:
                    file.write(msgspec.json.encode(url))
                yield server


@contextmanager
def at_hand(
    folder: Path,
    people: Sequence[str],
    hosting: Hosting,
    say: Say,
) -> Iterator[Server]:
    """Yield the server that runs over the data folder already, or one that runs as long as this."""
    folder = folder.absolute()
    if not _in_use(folder):
        with running(folder, people, hosting, say=say) as server:
            yield server
        return
    credentials = read_credentials(folder / "credentials.json")
    url = _address(folder)
    if url is None or credentials is None:
        raise StudioError(f"{folder} is in use by a Label Studio that is starting: try again")
    for name in people:
        if name not in credentials.people:
            raise StudioError(
                f"Label Studio at {url} has no account for {name!r}: stop and start "
                "`corpus annotate`, and it is made"
            )
    with _served(url, folder, folder / "server.log", credentials, None) as server:
        yield server


def _in_use(folder: Path) -> bool:
    """Say whether a server runs over the folder."""
    try:
        with (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _address(folder: Path) -> str | None:
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((folder / RUNNING).read_bytes(), type=str)
    return None


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
    if port > 65535:  # the second of several servers
        raise StudioError(f"port {port}: the last is 65535: choose a lower one with --port")
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
        lock = private(folder / "lock", "ab")
    except OSError as error:
        raise StudioError(f"{folder} cannot hold Label Studio's data: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            url = _address(folder)
            at = f" at {url}" if url else ""
            raise StudioError(f"{folder} is in use by another running Label Studio{at}") from None
        yield


def _template(folder: Path) -> Path:
    """Return where the migrated, empty database of this version is kept for new folders.

    In this one, where nobody has a home.
    """
    kept = folder
    with suppress(RuntimeError):
        kept = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "hedgerow"
    return kept / f"label-studio-{version('label-studio')}.sqlite3"


@contextmanager
def _child(
    folder: Path, log: Path, credentials: Credentials, hosting: Hosting
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the child program and hand it its order; stop it in every case."""
    environment = _environment() | {"TMPDIR": _emptied(folder / "tmp")}
    log.parent.mkdir(parents=True, exist_ok=True)
    with private(log, "wb") as words:
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
        _send_order(child, folder, credentials, hosting)
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
    kept = {name: os.environ[name] for name in INHERITED + DATABASE if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}


def _send_order(
    child: subprocess.Popen[bytes], folder: Path, credentials: Credentials, hosting: Hosting
) -> None:
    accounts = [msgspec.to_builtins(account) for account in credentials.accounts()]
    place = {"folder": str(folder), "template": str(_template(folder)), "host": HOST}
    whole = (
        msgspec.to_builtins(hosting) | {"port": hosting.port or 0} | place | {"accounts": accounts}
    )
    assert child.stdin is not None
    with suppress(BrokenPipeError):  # a child that is dead already is noticed next
        child.stdin.write(json.dumps(whole).encode() + b"\n")
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
    say: Say,
) -> int:
    """Wait until the child listens and return its port, which it writes to its standard output."""
    new = not (folder / "label_studio.sqlite3").exists() and not _template(folder).exists()
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
        f"{last_line(log, credentials.secrets())}; see {log}"
    )


@contextmanager
def _served(
    url: str,
    folder: Path,
    log: Path,
    credentials: Credentials,
    child: subprocess.Popen[bytes] | None,
) -> Iterator[Server]:
    """Yield the server once it knows the tool's token; close its connections at the end."""
    import httpx

    emails = {name: account.email for name, account in credentials.people.items()}
    # Straight to the server, whatever proxies are declared; plain http: no certificates to load.
    with httpx.Client(
        timeout=ANSWER_SECONDS, follow_redirects=True, trust_env=False, verify=False
    ) as connections:
        token, secret = credentials.admin.token, credentials.secrets()
        server = Server(url, token, emails, connections, secret, folder, log, child)
        _require_own(server)
        yield server


def _require_own(server: Server) -> None:
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        server.client().users.whoami()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise server.stopped(error) from None
    except ApiError as error:
        raise StudioError(
            f"Label Studio at {server.url} refused the tool's own token (HTTP "
            f"{error.status_code}): delete {server.folder}/credentials.json to have new ones made"
        ) from None

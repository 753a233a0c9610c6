"""A real PostgreSQL server for tests, in a folder that goes with it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

INSTALLED = Path("/usr/lib/postgresql")
USER = "corpus"


def postgresql() -> Path:
    """Return the folder of PostgreSQL's programs: of those on PATH, or the newest installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path for path in INSTALLED.glob("*/bin/initdb") if path.parts[-3].isdecimal()]
    if not versions:
        raise FileNotFoundError("no PostgreSQL here: run scripts/needs.sh postgresql")
    return max(versions, key=lambda path: int(path.parts[-3])).parent


def unprivileged() -> dict[str, Any]:
    """Return how to start programs that refuse root: as somebody else, if this is root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise FileNotFoundError("PostgreSQL refuses root, and there is no user 'nobody'")


@contextmanager
def serving(password: str) -> Iterator[int]:
    """Run a server for USER with this password; yield its port on 127.0.0.1."""
    programs, owner = postgresql(), unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path must be short
    try:
        secret = folder / "password"
        secret.write_text(password)
        if owner:
            for path in (folder, secret):
                os.chown(path, owner["user"], owner["group"])
        made = [programs / "initdb", "--pgdata", folder / "data", "--username", USER, "--auth"]
        made += ["scram-sha-256", "--pwfile", secret, "--encoding", "UTF8", "--no-sync"]
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        subprocess.run(made, check=True, capture_output=True, cwd=folder, env=env, **owner)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": folder}
        options |= {"fsync": "off", "port": port}
        words = [programs / "postgres", "-D", folder / "data"]
        words += [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        log = (folder / "log").open("wb")
        with log, subprocess.Popen(words, stderr=log, cwd=folder, env=env, **owner) as server:
            try:
                _await(programs, port, server, folder / "log")
                yield port
            finally:
                server.send_signal(2)  # "fast": it ends its connections and itself
                server.wait(30)
    finally:
        shutil.rmtree(folder)


def _await(programs: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    asked = [programs / "pg_isready", "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    while subprocess.run([*asked, "--timeout", "1"], check=False).returncode != 0:
        assert server.poll() is None, log.read_text()


def created(port: int, password: str, name: str) -> None:
    """Make a database."""
    words = ["--host", "127.0.0.1", "--port", str(port), "--username", USER, name]
    env = {"PATH": os.environ["PATH"], "PGPASSWORD": password}
    subprocess.run([postgresql() / "createdb", *words], check=True, env=env)

"""A PostgreSQL database for a Label Studio of our own: `postgresql://user@host:port/name`."""

import os
from urllib.parse import unquote, urlsplit

import msgspec

from corpus.errors import StudioError

FORM = "postgresql://USER@HOST[:PORT]/NAME, without options (for TLS: PGSSLMODE)"


class Database(msgspec.Struct, frozen=True):
    """Where the database is; `password` is empty where PGPASSWORD or ~/.pgpass has it."""

    user: str
    host: str
    port: int
    name: str
    password: str = ""

    def __repr__(self) -> str:
        """Keep the password out of messages and logs."""
        return f"Database({self.user!r} at {self.host}:{self.port}/{self.name})"


def database_of(url: str) -> Database:
    """Return the database that a URL names; StudioError, without the URL, if it names none."""
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        parts, port = urlsplit(""), 0
    name = unquote(parts.path.removeprefix("/"))
    odd = not name or "/" in name or parts.query or parts.fragment
    if parts.scheme not in ("postgresql", "postgres") or odd:
        raise StudioError(f"--database is no PostgreSQL database: expected {FORM}")
    user = unquote(parts.username or os.environ.get("PGUSER") or "postgres")
    password = unquote(parts.password or "")
    return Database(user, parts.hostname or "localhost", port, name, password)

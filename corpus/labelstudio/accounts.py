"""The accounts of a Label Studio of our own: made by the tool, kept in `credentials.json` alone.

The file has mode 600. It holds an account for the tool itself and one for each pseudonym.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec

from corpus.errors import StudioError


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


def private(path: Path, mode: str) -> IO[bytes]:
    """Open a file that is readable by its owner alone from its first moment."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))


def kept_credentials(path: Path, people: Sequence[str]) -> Credentials:
    """Return the folder's accounts, with new ones for new people, as written to the file."""
    known = read_credentials(path)
    new = [name for name in people if known is None or name not in known.people]
    if known is not None and not new:
        return known
    admin = known.admin if known else _new_account("admin@tool.invalid")
    old = known.people if known else {}
    fresh = {name: _new_account(f"{name}@corpus.invalid") for name in new}
    credentials = Credentials(admin, {**old, **fresh})
    _write(path, credentials)
    return credentials


def read_credentials(path: Path) -> Credentials | None:
    """Return what the file holds; None if there is no such file."""
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


def _write(path: Path, credentials: Credentials) -> None:
    text = msgspec.json.format(msgspec.json.encode(credentials), indent=1) + b"\n"
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with private(part, "xb") as file:
        file.write(text)
    part.replace(path)

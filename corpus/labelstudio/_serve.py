"""The child program: Label Studio on loopback, for as long as its parent lives.

`local.running` starts it with a pipe at each end. It reads one line of JSON (folder, template,
host, accounts, and how to serve) from standard input, so that no secret stands on a
command line or in an environment; it writes one line, its port, to standard output once it listens.
When standard input ends, or the parent is gone in whatever way, it exits at once.
"""

import argparse
import fcntl
import json
import os
import select
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

SETTINGS = {
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "COLLECT_ANALYTICS": "false",
    "CONVERTER_DOWNLOAD_RESOURCES": "false",
    "CORS_ALLOW_ALL_ORIGINS": "false",
    "DEBUG": "false",
    "DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "DJANGO_DB": "sqlite",
    "FRONTEND_SENTRY_DSN": "",
    "LATEST_VERSION_CHECK": "false",
    "LOCAL_FILES_SERVING_ENABLED": "false",
    "LOG_LEVEL": "INFO",
    "SENTRY_DSN": "",
}
UNUSED = ("scipy", "sklearn")
"""What nltk, which Label Studio imports, takes along if it is there: a third of the start."""
POSTGRES = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "name": "NAME"}
PAGE = "corpus.labelstudio._page.new_spans_selected"
LOOPBACK = {"127.0.0.1", "localhost", "::1", "", None}
LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


def main() -> None:
    """Serve what the first line of standard input asks for."""
    parent = os.getppid()
    ready = own_standard_output()
    line = sys.stdin.buffer.readline()
    if not line:
        return
    sys.modules.update(dict.fromkeys(UNUSED))  # type: ignore[arg-type]  # as if not installed
    threading.Thread(target=leave_with, args=(parent,), daemon=True).start()
    sys.addaudithook(stay_local)
    serve(json.loads(line), ready)


def own_standard_output() -> int:
    """Return a descriptor for the parent alone; what Label Studio prints goes to the log."""
    ready = os.dup(1)
    os.dup2(2, 1)
    return ready


def leave_with(parent: int) -> None:
    """Exit at once when standard input ends or the parent has gone (it may leave the pipe open)."""
    while os.getppid() == parent and not select.select([0], [], [], 1.0)[0]:
        pass
    os._exit(0)


def stay_local(event: str, args: tuple[Any, ...]) -> None:
    """Refuse every connection to another machine: some pages make the server ask outside."""
    if event in ("socket.connect", "socket.sendto"):
        host = args[1][0] if isinstance(args[1], tuple) else None
    elif event in LOOKUPS:
        host = args[0].decode() if isinstance(args[0], bytes) else args[0]
    else:
        return
    if host not in LOOPBACK:
        raise ConnectionRefusedError("this Label Studio asks nothing of other machines")


def serve(order: dict[str, Any], ready: int) -> None:
    """Migrate the database, make the accounts, and serve until the end."""
    os.umask(0o077)
    os.environ.update({f"LABEL_STUDIO_{name}": value for name, value in SETTINGS.items()})
    os.environ["LABEL_STUDIO_BASE_DATA_DIR"] = order["folder"]

    if order["public"]:
        show_at(order["public"])
    if order["database"]:
        server = on_postgresql(order["database"])
    else:
        server = on_a_file(Path(order["folder"], "label_studio.sqlite3"), Path(order["template"]))
    if order["database"]:
        require_own(order["accounts"][0], order["database"]["name"])
    for account in order["accounts"]:
        make_account(server, account)
    settings = import_module("django.conf").settings
    settings.FILE_UPLOAD_PERMISSIONS = 0o600  # exports are stored as uploads, for anybody to read
    if order["select_new"]:
        settings.MIDDLEWARE.append(PAGE)
    host, port = order["host"], order["port"] or free_port(order["host"], order["wanted"])
    if order["production"]:
        serve_a_team(host, port, ready)
        return
    announce(ready)
    server._app_run(host=host, port=port)


def free_port(host: str, wanted: int) -> int:
    """Return the port, or 0, which stands for any, if somebody listens there."""
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, wanted))
        return wanted
    return 0


def show_at(public: str) -> None:
    """Have Label Studio take what a proxy passes on from this address, and no other's."""
    host = public.split("://")[1]
    settings = {"HOST": public, "CSRF_TRUSTED_ORIGINS": public}
    settings["ALLOWED_HOSTS"] = f"{SETTINGS['ALLOWED_HOSTS']},{host.split(':')[0]}"
    if public.startswith("https"):
        settings |= {"SESSION_COOKIE_SECURE": "1", "CSRF_COOKIE_SECURE": "1"}
    os.environ.update({f"LABEL_STUDIO_{name}": value for name, value in settings.items()})


def on_a_file(database: Path, template: Path) -> Any:
    """Return Label Studio's server module, over an SQLite database that is up to date."""
    if not (database.exists() or copied(template, database)):
        with alone(template):
            if not copied(template, database):  # nobody made it while we waited
                server = migrated()
                copied(database, template)  # it saves the next new folder most of a minute
                return server
    return migrated()


def on_postgresql(database: dict[str, Any]) -> Any:
    """Return Label Studio's server module, over a PostgreSQL database that is up to date.

    Without a password here, the client library looks for PGPASSWORD and ~/.pgpass.
    """
    LOOPBACK.add(database["host"])
    os.environ["LABEL_STUDIO_DJANGO_DB"] = "default"
    for key, name in POSTGRES.items():
        os.environ[f"LABEL_STUDIO_POSTGRE_{name}"] = str(database[key])
    return migrated()


def migrated() -> Any:
    """Return Label Studio's server module once its database is up to date."""
    server = import_module("label_studio.server")
    server._setup_env()
    server._apply_database_migrations()
    return server


def serve_a_team(host: str, port: int, ready: int) -> None:
    """Serve with gunicorn until the end; its workers leave when this process has gone."""
    gunicorn = import_module("gunicorn.app.base")

    class Application(gunicorn.BaseApplication):  # type: ignore[misc, name-defined]
        def load_config(self) -> None:
            settings = {"bind": f"{host}:{port}", "workers": 2, "threads": 4, "timeout": 600}
            settings |= {"preload_app": True, "when_ready": tell, "control_socket_disable": True}
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return import_module("django.core.wsgi").get_wsgi_application()

    def tell(arbiter: Any) -> None:
        port = arbiter.LISTENERS[0].sock.getsockname()[1]
        os.write(ready, f"{port}\n".encode())
        os.close(ready)

    Application().run()


@contextmanager
def alone(template: Path) -> Iterator[None]:
    """Let one start at a time make the template, if there can be one."""
    with ExitStack() as stack:
        with suppress(OSError):
            template.parent.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context(template.with_suffix(".lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copied(source: Path, target: Path) -> bool:
    """Copy a database whole or not at all; say whether it was there, and sound."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(part)) as new,
        ):
            old.backup(new)
        part.replace(target)
        return True
    except (OSError, sqlite3.Error):
        part.unlink(missing_ok=True)
        return False


def require_own(tool: dict[str, str], database: str) -> None:
    """Refuse a database that another folder serves: its people would lose their passwords."""
    tokens = import_module("rest_framework.authtoken.models").Token.objects
    found = tokens.filter(user__email=tool["email"]).values_list("key", flat=True)
    if found and tool["token"] not in found:
        raise PermissionError(
            f"database {database} has the accounts of another clone: copy credentials.json of its"
            " .corpus/studio/ into that of this one, or use its server with --url"
        )


def make_account(server: Any, account: dict[str, str]) -> None:
    """Make the account, or give an existing one the password and token of the credentials file."""
    tokens = import_module("rest_framework.authtoken.models").Token.objects
    email, token = account["email"], account["token"]
    if tokens.filter(user__email=email, key=token).exists():
        return
    asked = argparse.Namespace(
        username=email,
        password=account["password"],
        user_token=token,
        quiet_mode=True,
        enable_legacy_api_token=True,
    )
    user = server._create_user(asked, {})
    user.set_password(account["password"])
    user.save()
    tokens.filter(user=user).update(key=token)


def announce(ready: int) -> None:
    """Have the server tell its port to the parent as soon as it listens."""
    wsgi = import_module("django.core.servers.basehttp").WSGIServer
    listen = wsgi.server_activate

    def listen_and_tell(self: Any) -> None:
        listen(self)
        os.write(ready, f"{self.server_port}\n".encode())
        os.close(ready)

    wsgi.server_activate = listen_and_tell


if __name__ == "__main__":
    main()

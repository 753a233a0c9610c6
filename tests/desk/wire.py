"""What may stand between the tool and Label Studio: a connection that breaks, another version."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TypeVar
from urllib.parse import urlsplit

S = TypeVar("S", bound=ThreadingHTTPServer)
OWN = ("connection", "content-length", "date", "server", "transfer-encoding")


class Wire(ThreadingHTTPServer):
    """Passes everything on to a server.

    cut: how a request's path ends, of which the first answer is lost. hold: the same, but all that
    it is answered is silence. version: what the server says of itself. seen: the requests so far.
    """

    daemon_threads = True

    def __init__(
        self,
        target: str,
        cut: str | None = None,
        hold: str | None = None,
        version: str | None = None,
    ) -> None:
        self.target, self.cut, self.hold = urlsplit(target).netloc, cut, hold
        self.version, self.held, self.released = version, Event(), Event()
        self.seen: list[str] = []
        super().__init__(("127.0.0.1", 0), Passing)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Passing(BaseHTTPRequestHandler):
    server: Wire
    protocol_version = "HTTP/1.1"

    def pass_on(self) -> None:
        request = f"{self.command} {urlsplit(self.path).path}"
        self.server.seen.append(request)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        there = HTTPConnection(self.server.target, timeout=60)
        there.request(self.command, self.path, body, dict(self.headers))
        answer = there.getresponse()
        content = answer.read()
        there.close()
        server = self.server
        if server.cut is not None and request.endswith(server.cut):
            server.cut, self.close_connection = None, True
            return
        if server.hold is not None and request.startswith("POST") and request.endswith(server.hold):
            server.held.set()
            server.released.wait(60)
            self.close_connection = True
            return
        if server.version is not None and request == "GET /api/version":
            content = json.dumps(json.loads(content) | {"release": server.version}).encode()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OWN:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_DELETE = pass_on  # noqa: N815 (http.server's names)

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def wire(target: str, **faults: str) -> Iterator[Wire]:
    with serving(Wire(target, **faults)) as made:
        yield made
        made.released.set()


@contextmanager
def serving(server: S) -> Iterator[S]:
    """Serve in a thread, to the end of the block."""
    with server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

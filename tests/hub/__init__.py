"""A Hub on this machine: what of Hugging Face's the real client and `datasets` use, over loopback.

It proves our calls, not the Hub's rules. Commits are whole trees, made at once or not at all. It
has no Xet: clients need HF_HUB_DISABLE_XET=1.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.hub.repositories import Commit, Repository
from tests.hub.server import Handler

__all__ = ["TOKEN", "Commit", "Hub", "Repository"]
TOKEN = "hf_of_the_tests"


class Hub:
    """The state of the server, for tests to look into.

    faults: name of a method of Handler -> what befalls it, as long as it stands there. `drop`: the
    connection breaks in the middle of the request; `lose`: behind the work, before the answer;
    `move`: somebody else commits just before; `page`: a login page answers; `refuse`: a card.
    """

    token = TOKEN

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.large: dict[str, bytes] = {}
        self.faults: dict[str, str] = {}
        self.asked: list[str] = []
        self.url = ""

    @contextmanager
    def running(self) -> Iterator["Hub"]:
        handler = type("Handler", (Handler,), {"hub": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def adopt(self, patch: pytest.MonkeyPatch, home: Path) -> None:
        """Let the client in this process take this for the Hub; home: where it keeps its files."""
        files = f"{self.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        own = {"ENDPOINT": self.url, "HUGGINGFACE_CO_URL_TEMPLATE": files}
        own |= {"HF_HUB_CACHE": str(home), "HF_TOKEN_PATH": str(home / "token")}
        for name, value in (own | {"HF_HUB_OFFLINE": False, "HF_HUB_DISABLE_XET": True}).items():
            patch.setattr(constants, name, value)
        patch.setenv("HF_TOKEN", TOKEN)
        patch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)

    def environment(self, home: Path, **others: str) -> dict[str, str]:
        """Return what a process needs to take this for the Hub; home: where it keeps its files."""
        own = {"HF_ENDPOINT": self.url, "HF_HOME": str(home), "HF_TOKEN": TOKEN}
        plain = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
        return inherited | own | plain | others

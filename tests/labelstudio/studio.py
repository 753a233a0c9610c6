"""What tests do with a Label Studio as its annotators do: log in, label, leave a draft."""

import json
from typing import Any

from label_studio_sdk import LabelStudio

from corpus.labelstudio.projects import find_project, make_project
from corpus.labelstudio.server import Server


def account_of(server: Server, annotator: str) -> dict[str, str]:
    """Return e-mail, password and token of somebody at a server of ours."""
    assert server.folder is not None
    known = json.loads((server.folder / "credentials.json").read_text())
    account: dict[str, str] = known["people"][annotator]
    return account


def client_of(server: Server, annotator: str) -> LabelStudio:
    """Return the client that asks as the annotator."""
    return server.client(account_of(server, annotator)["token"])


def project_of(server: Server, title: str, config: str) -> int:
    """Return the id of the project with this title, made if it is missing."""
    return (find_project(server, title) or make_project(server, title, config)).id


def leave_draft(server: Server, annotator: str, task: int, result: list[Any]) -> None:
    """Keep work that is not submitted, as the page does; the SDK has no call for it."""
    answer = server.connections.post(
        f"{server.url}/api/tasks/{task}/drafts",
        headers={"Authorization": f"Token {account_of(server, annotator)['token']}"},
        json={"result": result},
    )
    assert answer.status_code == 201

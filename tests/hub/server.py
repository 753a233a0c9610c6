"""The addresses of the Hub, and what each answers."""

import base64
import hashlib
import json
import re
import socket
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.hub.repositories import LARGE, Commit, Repository, described, known

if TYPE_CHECKING:
    from tests.hub import Hub


class Handler(BaseHTTPRequestHandler):
    hub: "Hub"
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet

    def answer(self, method: str) -> None:
        self.split = urlsplit(self.path)
        path = unquote(self.split.path)
        self.hub.asked.append(f"{method} {path}")
        name, open_to_all, found = routed(method, path)
        self.fault = self.hub.faults.get(name)
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length // 2 if self.fault == "drop" else length)
        if self.fault == "drop":
            self.drop()
        elif not open_to_all and not self.known:
            self.refuse(401, "Invalid credentials in Authorization header")
        else:
            getattr(self, name)(*found)

    def drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    @property
    def known(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {self.hub.token}"

    def nothing(self) -> None:
        self.refuse(404, "no such address")

    def do_GET(self) -> None:
        self.answer("GET")

    def do_HEAD(self) -> None:
        self.answer("HEAD")

    def do_POST(self) -> None:
        self.answer("POST")

    def do_PUT(self) -> None:
        self.answer("PUT")

    def do_DELETE(self) -> None:
        self.answer("DELETE")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def send(self, status: int, content: bytes = b"", **headers: str) -> None:
        if self.fault == "lose":
            self.drop()
            return
        self.send_response(status)
        for name, value in {"Content_Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def tell(self, content: Any, status: int = 200) -> None:
        if self.fault == "page":
            self.send(200, b"<html>Log in", Content_Type="text/html")
            return
        self.send(status, json.dumps(content).encode(), Content_Type="application/json")

    def refuse(self, status: int, words: str, code: str = "") -> None:
        body = json.dumps({"error": words}).encode()
        extra = {"X_Error_Code": code} if code else {}
        self.send(status, body, Content_Type="application/json", X_Error_Message=words, **extra)

    def at(self, repo: str, revision: str) -> tuple[Repository, Commit] | None:
        """Return the repository and commit; refused here where there is none, or none to see."""
        own = self.hub.repositories.get(repo)
        if own is None or (own.private and not self.known):
            self.refuse(404 if self.known else 401, "Repository not found", "RepoNotFound")
            return None
        if (commit := own.at(revision)) is None:
            self.refuse(404, f"Invalid rev id: {revision}", "RevisionNotFound")
            return None
        return own, commit

    # -- about people and repositories

    def whoami(self) -> None:
        self.tell({"name": "owner", "type": "user", "auth": {"type": "access_token"}, "orgs": []})

    def create(self) -> None:
        said = json.loads(self.body)
        name = f"{said.get('organization') or 'owner'}/{said['name']}"
        if name in self.hub.repositories:
            self.refuse(409, "You already created this dataset repo")
            return
        private = bool(said.get("private")) or said.get("visibility") == "private"
        self.hub.repositories[name] = Repository(private)
        self.tell({"url": f"{self.hub.url}/datasets/{name}"})

    def delete(self) -> None:
        said = json.loads(self.body)
        del self.hub.repositories[f"{said.get('organization') or 'owner'}/{said['name']}"]
        self.send(200)

    def about(self, repo: str, revision: str | None = None) -> None:
        if found := self.at(repo, revision or "main"):
            own, commit = found
            siblings = [described(name, data) for name, data in sorted(commit.files.items())]
            for one in siblings:
                one["rfilename"], one["blobId"] = one.pop("path"), one.pop("oid")
            told = {"id": repo, "sha": commit.oid, "private": own.private, "siblings": siblings}
            self.tell(told | {"tags": [], "disabled": False, "gated": False})

    def refs(self, repo: str) -> None:
        if found := self.at(repo, "main"):
            own, commit = found
            branch = {"name": "main", "ref": "refs/heads/main", "targetCommit": commit.oid}
            tags = [
                {"name": name, "ref": f"refs/tags/{name}", "targetCommit": oid}
                for name, oid in own.tags.items()
            ]
            self.tell({"branches": [branch], "converts": [], "tags": tags})

    def history(self, repo: str, revision: str) -> None:
        if found := self.at(repo, revision):
            same = {"message": "", "authors": [], "date": "2026-11-27T00:00:00.000Z"}
            commits = reversed(found[0].commits)
            self.tell([same | {"id": commit.oid, "title": commit.title} for commit in commits])

    def tag(self, repo: str, revision: str) -> None:
        if found := self.at(repo, revision):
            own, commit = found
            name = json.loads(self.body)["tag"]
            if name in own.tags:
                self.refuse(409, f"Tag reference exists already: {name}")
                return
            own.tags[name] = commit.oid
            self.send(200)

    def yaml(self) -> None:
        refused = self.fault == "refuse"
        errors = [{"message": '"language[0]" must be a code'}] if refused else []
        self.tell({"errors": errors, "warnings": []}, 400 if refused else 200)

    # -- writing

    def preupload(self, repo: str, revision: str) -> None:
        if found := self.at(repo, revision):
            files = found[1].files
            self.tell(
                {
                    "files": [
                        {
                            "path": one["path"],
                            "uploadMode": "lfs" if one["path"].endswith(LARGE) else "regular",
                            "shouldIgnore": False,
                            **known(files, one["path"]),
                        }
                        for one in json.loads(self.body)["files"]
                    ]
                }
            )

    def batch(self, repo: str) -> None:
        objects = []
        for one in json.loads(self.body)["objects"]:
            upload = {"href": f"{self.hub.url}/lfs/{one['oid']}"}
            verify = {"href": f"{self.hub.url}/lfs/verify"}
            there = one["oid"] in self.hub.large
            objects.append(
                one | ({} if there else {"actions": {"upload": upload, "verify": verify}})
            )
        self.tell({"transfer": "basic", "objects": objects})

    def upload(self, oid: str) -> None:
        assert hashlib.sha256(self.body).hexdigest() == oid
        self.hub.large[oid] = self.body
        self.send(200)

    def verify(self) -> None:
        said = json.loads(self.body)
        self.send(200 if len(self.hub.large[said["oid"]]) == said["size"] else 422)

    def commit(self, repo: str, revision: str) -> None:
        if not (found := self.at(repo, revision)):
            return
        own, commit = found
        head, *lines = (json.loads(line) for line in self.body.splitlines())
        parent = head["value"].get("parentCommit")
        if self.fault == "move":
            own.commits.append(Commit("somebody else's", commit.files | {"NOTE": b"1"}))
            commit = own.commits[-1]
        if parent is not None and parent != commit.oid:
            self.refuse(412, "A commit has happened since. Please refresh and try again.")
            return
        files = dict(commit.files)
        for line in lines:
            self.apply(files, line["key"], line["value"])
        own.commits.append(made := Commit(head["value"]["summary"], files))
        url = f"{self.hub.url}/datasets/{repo}/commit/{made.oid}"
        self.tell({"success": True, "commitOid": made.oid, "commitUrl": url, "hookOutput": ""})

    def apply(self, files: dict[str, bytes], key: str, value: dict[str, Any]) -> None:
        if key == "file":
            files[value["path"]] = base64.b64decode(value["content"])
        elif key == "lfsFile":
            files[value["path"]] = self.hub.large[value["oid"]]
        else:
            del files[value["path"]]

    # -- reading

    def tree(self, repo: str, revision: str, below: str | None = None) -> None:
        if found := self.at(repo, revision):
            files = found[1].files
            start = f"{below}/" if below else ""
            inside = {name: data for name, data in files.items() if name.startswith(start)}
            deep = parse_qs(self.split.query).get("recursive", ["false"])[0].lower() in (
                "true",
                "1",
            )
            folders = {
                start + rest.rpartition("/")[0] if deep else start + rest.partition("/")[0]
                for name in inside
                if "/" in (rest := name.removeprefix(start))
            }
            own = [
                described(name, data)
                for name, data in sorted(inside.items())
                if deep or "/" not in name.removeprefix(start)
            ]
            listed = [
                {"type": "directory", "path": name, "oid": "0" * 40, "size": 0}
                for name in sorted(folders)
            ]
            if not inside:
                self.refuse(404, f"{below} does not exist", "EntryNotFound")
                return
            self.tell(listed + own)

    def paths(self, repo: str, revision: str) -> None:
        if found := self.at(repo, revision):
            said = parse_qs(self.body.decode()).get("paths")
            wanted = said if said is not None else json.loads(self.body or b"{}").get("paths", [])
            files = found[1].files
            self.tell([described(name, files[name]) for name in wanted if name in files])

    def resolve(self, repo: str, revision: str, path: str) -> None:
        if not (found := self.at(repo, revision)):
            return
        commit = found[1]
        if path not in commit.files:
            self.refuse(404, "Entry not found", "EntryNotFound")
            return
        content, status, extra = commit.files[path], 200, dict[str, str]()
        told = described(path, content)
        tag = told["lfs"]["sha256"] if "lfs" in told else told["oid"]
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or ""):
            first, last = int(asked[1]), int(asked[2] or len(content) - 1)
            extra["Content_Range"] = f"bytes {first}-{min(last, len(content) - 1)}/{len(content)}"
            content, status = content[first : last + 1], 206
        size = str(told["size"])
        self.send(
            status,
            content,
            ETag=f'"{tag}"',
            X_Repo_Commit=commit.oid,
            X_Linked_Size=size,
            X_Linked_Etag=f'"{tag}"',
            Accept_Ranges="bytes",
            **extra,
        )


REPO = r"([\w.-]+/[\w.-]+)"
ROUTES = [
    (r"GET /api/whoami-v2", "whoami", False),
    (r"POST /api/repos/create", "create", False),
    (r"DELETE /api/repos/delete", "delete", False),
    (r"POST /api/validate-yaml", "yaml", True),
    (rf"GET /api/datasets/{REPO}", "about", True),
    (rf"GET /api/datasets/{REPO}/revision/(.+)", "about", True),
    (rf"GET /api/datasets/{REPO}/refs", "refs", True),
    (rf"GET /api/datasets/{REPO}/commits/(.+)", "history", True),
    (rf"POST /api/datasets/{REPO}/tag/(.+)", "tag", False),
    (rf"POST /api/datasets/{REPO}/preupload/(.+)", "preupload", False),
    (rf"POST /api/datasets/{REPO}/commit/(.+)", "commit", False),
    (rf"POST /datasets/{REPO}\.git/info/lfs/objects/batch", "batch", False),
    (r"PUT /lfs/([0-9a-f]{64})", "upload", True),
    (r"POST /lfs/verify", "verify", True),
    (rf"GET /api/datasets/{REPO}/tree/([^/]+)", "tree", True),
    (rf"GET /api/datasets/{REPO}/tree/([^/]+)/(.+)", "tree", True),
    (rf"POST /api/datasets/{REPO}/paths-info/(.+)", "paths", True),
    (rf"GET|HEAD /datasets/{REPO}/resolve/([^/]+)/(.+)", "resolve", True),
]
"""Verb and address, the method that answers, and whether without a token."""


def routed(method: str, path: str) -> tuple[str, bool, tuple[str, ...]]:
    """Return the method that answers, whether it does so without a token, and its arguments."""
    for pattern, name, open_to_all in ROUTES:
        verbs, _, address = pattern.partition(" ")
        if method in verbs.split("|") and (found := re.fullmatch(address, path)):
            return name, open_to_all, found.groups()
    return "nothing", True, ()

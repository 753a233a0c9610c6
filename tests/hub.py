"""A Hub on this machine: what of Hugging Face's the real client and `datasets` use, over loopback.

It proves our calls, not the Hub's rules. Commits are whole trees, made at once or not at all. A
fault is told beforehand: `hub.fail("commit", "drop")` breaks the next connection that would commit.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "hf_of_the_tests"
LARGE = ".parquet"
"""What is stored as a large file (LFS)."""
FIRST = {".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"}


def oid_of(content: bytes) -> str:
    """Return the id that git gives a blob."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass
class Commit:
    """A whole tree."""

    title: str
    files: dict[str, bytes]
    oid: str = ""

    def __post_init__(self) -> None:
        parts = [self.title, *(name + oid_of(data) for name, data in sorted(self.files.items()))]
        self.oid = hashlib.sha1("\0".join(parts).encode()).hexdigest()


@dataclass
class Repository:
    """A dataset repository: its commits, the last of them the head of main, and its tags."""

    private: bool
    commits: list[Commit] = field(default_factory=lambda: [Commit("initial commit", dict(FIRST))])
    tags: dict[str, str] = field(default_factory=dict)

    def at(self, revision: str) -> Commit | None:
        wanted = self.tags.get(revision, revision)
        if wanted == "main":
            return self.commits[-1]
        return next((commit for commit in self.commits if commit.oid == wanted), None)


class Hub:
    """The state of the server, for tests to look into."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.large: dict[str, bytes] = {}
        self.faults: dict[str, str] = {}
        self.asked: list[str] = []
        self.url = ""

    def fail(self, step: str, how: str) -> None:
        """Let a step fail once: `drop` the connection, or let the head `move` just before."""
        self.faults[step] = how

    @contextmanager
    def running(self) -> Iterator["Hub"]:
        handler = type("Handler", (Handler,), {"hub": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def answer(self, method: str) -> None:
        self.split = urlsplit(self.path)
        path = unquote(self.split.path)
        self.hub.asked.append(f"{method} {path}")
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        for pattern, name, public in ROUTES:
            verb, _, pattern = pattern.partition(" ")
            found = re.fullmatch(pattern, path)
            if found and method in verb.split("|"):
                if not public and self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    self.refuse(401, "Invalid credentials in Authorization header")
                elif self.hub.faults.pop(name, None) == "drop":
                    self.close_connection = True
                    self.connection.close()
                else:
                    getattr(self, name)(*found.groups())
                return
        self.refuse(404, f"no such address: {method} {path}")

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
        self.send_response(status)
        for name, value in {"Content_Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def tell(self, content: Any, status: int = 200) -> None:
        self.send(status, json.dumps(content).encode(), Content_Type="application/json")

    def refuse(self, status: int, words: str, code: str = "") -> None:
        body = json.dumps({"error": words}).encode()
        extra = {"X_Error_Code": code} if code else {}
        self.send(status, body, Content_Type="application/json", X_Error_Message=words, **extra)

    def at(self, repo: str, revision: str) -> tuple[Repository, Commit] | None:
        """Return the repository and commit; refused here where there is none, or none to see."""
        own = self.hub.repositories.get(repo)
        known = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        if own is None or (own.private and not known):
            self.refuse(404 if known else 401, "Repository not found", "RepoNotFound")
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
            siblings = [self.described(name, data) for name, data in sorted(commit.files.items())]
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
        self.tell({"errors": [], "warnings": []})

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
                            **self.known(files, one["path"]),
                        }
                        for one in json.loads(self.body)["files"]
                    ]
                }
            )

    @staticmethod
    def known(files: dict[str, bytes], path: str) -> dict[str, str]:
        if path not in files:
            return {}
        large = path.endswith(LARGE)
        content = files[path]
        return {"oid": hashlib.sha256(content).hexdigest() if large else oid_of(content)}

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
        if self.hub.faults.pop("before the commit", None) == "move":
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

    @staticmethod
    def described(path: str, content: bytes) -> dict[str, Any]:
        told: dict[str, Any] = {"type": "file", "path": path, "size": len(content)}
        told["oid"] = oid_of(content)
        if path.endswith(LARGE):
            sha = hashlib.sha256(content).hexdigest()
            told["lfs"] = {"oid": sha, "sha256": sha, "size": len(content), "pointerSize": 130}
        return told

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
                self.described(name, data)
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
            self.tell([self.described(name, files[name]) for name in wanted if name in files])

    def resolve(self, repo: str, revision: str, path: str) -> None:
        if not (found := self.at(repo, revision)):
            return
        commit = found[1]
        if path not in commit.files:
            self.refuse(404, "Entry not found", "EntryNotFound")
            return
        content, status, extra = commit.files[path], 200, dict[str, str]()
        told = self.described(path, content)
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

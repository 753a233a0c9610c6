"""What a Hub keeps: repositories of whole commits."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

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


def described(path: str, content: bytes) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "file", "path": path, "size": len(content)}
    told["oid"] = oid_of(content)
    if path.endswith(LARGE):
        sha = hashlib.sha256(content).hexdigest()
        told["lfs"] = {"oid": sha, "sha256": sha, "size": len(content), "pointerSize": 130}
    return told


def known(files: dict[str, bytes], path: str) -> dict[str, str]:
    if path not in files:
        return {}
    large = path.endswith(LARGE)
    content = files[path]
    return {"oid": hashlib.sha256(content).hexdigest() if large else oid_of(content)}

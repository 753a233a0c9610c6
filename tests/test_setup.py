"""What is promised about the set-up: pinned, hashed, from whatever index one has."""

import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = re.findall(r"^[^ #].*\n.*", LOCK, flags=re.MULTILINE)  # the first two lines of each entry
PINNED_AND_HASHED = r"([a-z0-9-]+)==(\S+)( ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}( \\)?"

# In pieces, so that this file does not find itself.
REGISTRIES = [
    "".join(pieces)
    for pieces in [
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("ana", "conda.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("yarn", "pkg.com"),
    ]
]


def test_every_locked_package_is_pinned_and_hashed():
    assert [entry for entry in LOCKED if not re.fullmatch(PINNED_AND_HASHED, entry)] == []


def test_the_lock_names_no_address():
    assert not re.search(r"://|file:|--(extra-)?index|--find-links", LOCK)


def test_the_lock_holds_what_the_project_asks_for():
    extras = PROJECT["optional-dependencies"].values()
    asked = [Requirement(line) for line in chain(PROJECT["dependencies"], *extras)]
    locked = [re.fullmatch(PINNED_AND_HASHED, entry).group(1, 2) for entry in LOCKED]
    assert [
        str(requirement)
        for requirement in asked
        if not [v for name, v in locked if name == requirement.name and v in requirement.specifier]
    ] == []


def test_no_file_names_a_package_registry():
    listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(
        ["git", "-c", "safe.directory=*", *listing], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    paths = [path for name in names.split("\0") if (path := ROOT / name).is_file()]
    assert ROOT / "requirements.lock" in paths
    assert [
        (path.relative_to(ROOT), host)
        for path in paths
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ] == []


def test_the_version_is_the_same_for_package_and_citation():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.+)$", citation, flags=re.MULTILINE) == [PROJECT["version"]]

"""Modules import only downward, in the order in which DESIGN and CONTRIBUTING list them."""

import ast
import re

import pytest

from tests.corpora import ROOT

ORDER = [
    *("errors", "toml", "findings", "tokens", "schema", "tables", "faults", "seeds", "store"),
    *("rounds", "waivers", "assignment", "file_schema", "shorthand", "labelstudio", "rules"),
    *(
        "validation",
        "fixes",
        "output",
        "agreement",
        "adjudication",
        "dataset",
        "report",
        "reading",
        "research",
    ),
    *("demo", "migration", "touched", "examples", "recheck", "desk", "cli"),
]
"""From the ground up. A folder is one layer: what is in it may import each other."""

FILES = sorted((ROOT / "corpus").rglob("*.py"))
HEAVY = {"datasets", "pandas", "httpx", "huggingface_hub", "ijson", "mlcroissant"}
HEAVY |= {"label_studio", "label_studio_sdk"}


def layer_of(module):
    """Return the layer of a module of the package; None for the package itself."""
    return module.split(".")[1] if "." in module else None


def name_of(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imports(path, *, anywhere=True):
    """Return the modules that a file imports, anywhere or when it is imported itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree) if anywhere else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            if node.module == "corpus":
                yield from (f"corpus.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)


def own(path):
    return {layer_of(name) for name in imports(path) if name.split(".")[0] == "corpus"} - {None}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_module_imports_only_what_stands_below_it(path):
    layer = layer_of(name_of(path))
    below = ORDER[: ORDER.index(layer)] if layer else ["research"]
    assert own(path) - {layer} <= set(below)


def test_every_module_has_its_place():
    assert {layer_of(name_of(path)) for path in FILES} - {None} == set(ORDER)


def test_contributing_lists_the_same_order():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = re.search(r"Modules import only downward, in this order.*?:(.*?)\.", text, re.DOTALL)
    assert [name.strip("/") for name in re.findall(r"`([\w/]+)`", listed[1])] == ORDER


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_module_imports_nothing_heavy_before_it_is_needed(path):
    found = {name.split(".")[0] for name in imports(path, anywhere=False)} & HEAVY
    assert found == set()


def test_only_label_studio_and_what_uses_it_know_label_studio():
    users = {name_of(path) for path in FILES if "labelstudio" in own(path)}
    outside = {name for name in users if layer_of(name) != "labelstudio"}
    assert {layer_of(name) for name in outside} <= {"reading", "demo", "desk", "cli"}

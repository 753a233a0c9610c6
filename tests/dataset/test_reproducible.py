"""The same labels give the same bytes, in whatever order they are found."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpus.dataset.about import read_about
from corpus.dataset.build import write
from corpus.dataset.published import published
from corpus.reading import read_corpus
from corpus.schema import Schema
from corpus.tables import Tables
from tests.corpora import ROOT, annotation, canonical, folder, span

pytestmark = pytest.mark.once

LINES = (
    "Ana said it rained in Oslo on day {}. The mayor denied it, and nobody met her.",
    "Bob said it rained. In town {} they wrote that trade fell.",
)
ENTITIES = "".join(
    f'[entities.{name}]\nname = "{name}"\ntype = "person"\ndescription = ""\n' for name in "zyxabc"
)
PEOPLE = "".join(
    f'[annotators.{name}]\nkind = "human"\ndescription = "{name}"\n' for name in ("ann", "bo")
)


def documents() -> dict[str, str]:
    return {f"doc{n:02}": LINES[n % 2].format(n) for n in range(14)}


def annotated(doc_id: str, text: str, annotator: str) -> dict[str, Any]:
    """Return labels of which many begin at one place, and an attribute has several values."""
    chance = random.Random(f"{doc_id} {annotator}")
    claim = span(0, 18, "claim", text, id="c1")
    claim |= {"attributes": {"certainty": "possible", "topic": ["trade", "weather"]}}  # type: ignore[operator]
    spans: list[Any] = [
        span(0, 3, "speaker", text, id="s1", attributes={"entity": ["z", "a"]}),
        span(0, 3, "event", text, id="e1", attributes={"manner": "spoken", "difficult": True}),
        claim,
        span(4, 8, "event", text, id="e2", attributes={"manner": "spoken"}),
        span(4, 8, "speaker", text, id="s2", attributes={"entity": ["b"]}),
    ]
    if chance.random() < 0.4:
        spans.pop()
    relations = [{"type": "source", "from": "c1", "to": "s1"}]
    relations += [{"type": "cue", "from": "c1", "to": "e2"}]
    relations += [{"type": "coref", "from": "e2", "to": "e1"}]
    return annotation(text, document=doc_id, annotator=annotator, spans=spans, relations=relations)


def corpus(root: Path, chance: random.Random | None = None) -> Path:
    """Make a corpus folder; with a chance, everything in it is written in another order."""
    mixed: Callable[[Any], Any] = (lambda found: found) if chance is None else shuffler(chance)
    files: dict[str, str | bytes] = {"annotations/annotators.toml": PEOPLE}
    files["seeds/entities.toml"] = ENTITIES
    for doc_id, text in mixed([*documents().items()]):
        for name in mixed(["ann", "bo"]):
            made = annotated(doc_id, text, name)
            made |= {"spans": mixed(made["spans"]), "relations": mixed(made["relations"])}
            for one in made["spans"]:
                one["attributes"] = dict(mixed([*one["attributes"].items()]))
            files[f"annotations/{doc_id}/{name}.json"] = canonical(made)
    return folder(root, dict(mixed([*files.items()])), dict(mixed([*documents().items()])))


def shuffler(chance: random.Random) -> Callable[[Any], Any]:
    def mixed(found: Any) -> Any:
        return chance.sample(found, len(found))

    return mixed


def export(root: Path, chance: random.Random) -> Path:
    """Write the folder's labels as a Label Studio export, in any order."""
    from corpus.labelstudio.tasks import results, tasks

    tables, schema = read_corpus(root)
    made: dict[str, list[Any]] = {}
    for own, result in results(tables, schema):
        who = {"completed_by": own["annotator"], "was_cancelled": False}
        made.setdefault(own["doc_id"], []).append({**who, "result": result})
    whole = []
    for number, task in enumerate(tasks(tables, schema)):
        mine = made[task["data"]["doc_id"]]
        for one in mine:
            chance.shuffle(one["result"])
            one["id"] = chance.randrange(10**6)
        chance.shuffle(mine)
        whole.append({"id": number, **task, "annotations": mine, "drafts": [], "predictions": []})
    chance.shuffle(whole)
    path = root / "export.json"
    path.write_text(json.dumps(whole))
    return path


def shuffled(tables: Tables, chance: random.Random) -> Tables:
    """Return the same tables with their rows, and the numbers of annotations, in another order."""
    number = tables.annotations.select(pl.len()).collect().item()
    others = dict(enumerate(chance.sample(range(number), number)))
    frames = {}
    for name in ("documents", "annotations", "spans", "attributes", "relations"):
        frame = getattr(tables, name).collect()
        frame = frame.sample(fraction=1.0, shuffle=True, seed=chance.randrange(2**32))
        key = "row" if name == "annotations" else "annotation"
        if key in frame.columns:
            frame = frame.with_columns(pl.col(key).replace_strict(others, return_dtype=pl.UInt32))
        frames[name] = frame.lazy()
    for name in ("entities", "annotators", "decisions", "frozen"):
        frame = getattr(tables, name).collect()
        seed_ = chance.randrange(2**32)
        frames[name] = frame.sample(fraction=1.0, shuffle=True, seed=seed_).lazy()
    return replace(tables, **frames)


def contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def built(tables: Tables, schema: Schema, to: Path) -> dict[str, bytes]:
    write(published(tables, schema), tables, schema, read_about(ROOT), to)
    return contents(to)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("made"))


@pytest.mark.parametrize("which", ["ours", "tiny"])
@pytest.mark.parametrize("seed_", range(2))
def test_rows_in_any_order_give_the_same_bytes(
    which: str, seed_: int, made: Path, tmp_path: Path
) -> None:
    tables, schema = read_corpus(ROOT if which == "ours" else made)
    one = built(tables, schema, tmp_path / "one")
    other = built(shuffled(tables, random.Random(seed_)), schema, tmp_path / "other")
    assert [name for name in one if one[name] != other[name]] == []
    assert {*one} == {*other}


def test_exports_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    root, found = corpus(tmp_path / "corpus"), []
    for number in range(2):
        path = export(root, random.Random(number))
        assert read_corpus(root, (path,))[0].annotations.collect().height == 28
        found.append(
            (path.read_bytes(), built(*read_corpus(root, (path,)), tmp_path / f"{number}"))
        )
    assert found[0][0] != found[1][0]
    assert found[0][1] == found[1][1]


BUILD = """
import os, random, sys
from pathlib import Path

if sys.argv[3] != "0":  # a file system that lists what it has in any order
    chance = random.Random(sys.argv[3])
    listdir, scandir = os.listdir, os.scandir
    class Shuffled:
        def __init__(self, found):
            self.found = iter(chance.sample(found, len(found)))
        def __iter__(self): return self
        def __next__(self): return next(self.found)
        def __enter__(self): return self
        def __exit__(self, *_): pass
        def close(self): pass
    os.listdir = lambda *args: chance.sample(found := listdir(*args), len(found))
    os.scandir = lambda *args: Shuffled([*scandir(*args)])

from corpus.dataset.build import build
from corpus.reading import read_corpus

build(*read_corpus(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def in_process(root: Path, out: Path, shuffle: int, **environment: str) -> dict[str, bytes]:
    """Build in a process of its own; return the bytes."""
    subprocess.run(
        [sys.executable, "-c", BUILD, root, out, str(shuffle)],
        env={**os.environ, **environment},
        check=True,
    )
    return contents(out)


def test_other_files_threads_and_hashes_give_the_same_bytes(made: Path, tmp_path: Path) -> None:
    mixed = corpus(tmp_path / "corpus", random.Random(1))
    assert contents(mixed) != contents(made)
    one = in_process(made, tmp_path / "one", 0, PYTHONHASHSEED="1", POLARS_MAX_THREADS="1")
    other = in_process(mixed, tmp_path / "other", 1, PYTHONHASHSEED="2", POLARS_MAX_THREADS="2")
    assert {*one} == {*other}
    assert [name for name in one if one[name] != other[name]] == []
    configs = {name.split("/")[1] for name in one if name.startswith("data/")}
    assert configs == {
        *("documents", "events", "speakers", "claims", "relations"),
        *("sentences", "annotations", "tokens"),
    }

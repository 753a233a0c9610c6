"""The two schemas that tests use, and small corpus folders."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from corpus.dataset.configs import configs
from corpus.findings import Finding
from corpus.labelstudio.tasks import results, tasks
from corpus.reading import read_corpus
from corpus.schema import Schema, read_schema
from corpus.tables import Tables
from corpus.validation import validate

ROOT = Path(__file__).parent.parent
TINY_FILE = ROOT / "tests" / "tiny.toml"
PASS_FILE = ROOT / "annotations" / "000_c51f7e79a197f6f3" / "m2.json"
"""One pass over the seed."""
TINY = read_schema(TINY_FILE)
HEDGEROW = read_schema(ROOT / "schemas" / "hedgerow.toml")
SCHEMAS = {"tiny": TINY, "hedgerow": HEDGEROW}

TEXT = "She said it rained."
ANN = "annotations/example/ann.json"
BO = "annotations/example/bo.json"


def frames(tables: Tables, schema: Schema) -> dict[str, pl.DataFrame]:
    """Return config -> its rows."""
    return {name: config.frame for name, config in configs(tables, schema).items()}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def seed(text: str, **changed: object) -> str:
    """Return the metadata of a text that is one body passage, with some keys changed."""
    whole = {"start": 0, "end": len(text)}
    values: dict[str, object] = {
        **dict.fromkeys(("title", "source", "licence", "basis"), "invented"),
        "release": "text",
        "date": "2025-01-01",
        "language": "en",
        "sha256": sha256(text),
        "passages": [{"kind": "body", **whole}],
        "sentences": [whole],
    }
    return "".join(f"{key} = {_toml(value)}\n" for key, value in (values | changed).items())


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def folder(
    root: Path,
    files: dict[str, str | bytes] | None = None,
    texts: dict[str, str] | None = None,
    schema: Path = TINY_FILE,
) -> Path:
    """Make a corpus folder: a schema, texts with their metadata, and any other files."""
    beside = (schema, schema.with_name("GUIDELINES.md"))
    made: dict[str, str | bytes] = {
        f"schemas/{path.name}": path.read_bytes() for path in beside if path.exists()
    }
    for doc_id, text in (texts or {"example": TEXT}).items():
        made[f"seeds/{doc_id}.txt"] = text.encode("utf-8")
        made[f"seeds/{doc_id}.toml"] = seed(text)
    for name, content in (made | (files or {})).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return root


def findings_of(root: Path, *paths: Path) -> list[Finding]:
    """Return what `corpus validate` would say of a folder."""
    return validate(*read_corpus(root, paths))


def codes(findings: Iterable[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def annotation(text: str = TEXT, **changed: object) -> dict[str, object]:
    """Return the content of an annotation file without spans, with some fields changed."""
    head = {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0"}
    head |= {"guideline_version": "1.0.0", "text_sha256": sha256(text)}
    return {**head, "spans": [], "relations": [], **changed}


def span(start: int, end: int, layer: str = "claim", text: str = TEXT, **changed: object) -> object:
    line = {"id": f"{layer}{start}", "layer": layer, "start": start, "end": end}
    return line | {"text": text[start:end], "attributes": {}} | changed


def canonical(content: dict[str, object]) -> str:
    """Return an annotation file as the store writes it: an item a line."""
    lines = ["{"]
    for key, value in content.items():
        if isinstance(value, list):
            items = ",\n".join(json.dumps(item, ensure_ascii=False) for item in value)
            lines.append(f'"{key}": [' + (f"\n{items}" if items else "") + "\n],")
        else:
            lines.append(f'"{key}": {json.dumps(value, ensure_ascii=False)},')
    return "\n".join(lines).removesuffix(",") + "\n}\n"


def sound_export(*passes: str) -> str:
    """Return committed passes over the seed as the server exports them (see test_round_trip)."""
    paths = tuple(PASS_FILE.with_name(f"{name}.json") for name in passes)
    tables, schema = read_corpus(ROOT, paths)
    [task] = tasks(tables, schema)
    annotations = [
        {"id": number, "completed_by": made["annotator"], "was_cancelled": False}
        | {"prediction": {"score": 0.5}, "result": result}
        for number, (made, result) in enumerate(results(tables, schema), 92)
    ]
    lists = {"annotations": annotations, "drafts": [], "predictions": [7]}
    return json.dumps([{"id": 177, **task, **lists}], ensure_ascii=False)

"""How long a push and a pull of 1,000 texts take, as ratios to the bare client in the same run.

python benchmarks/desk.py: starts a Label Studio of its own in a scratch folder. Texts of 3 KB with
20 spans each; bare is one import in the same batches, and one export as it comes.
"""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.desk.annotate import open_corpus, pull, push
from corpus.desk.place import Place
from corpus.labelstudio.config import labelling_config
from corpus.labelstudio.local import running
from corpus.labelstudio.projects import make_project
from corpus.labelstudio.server import Server
from corpus.labelstudio.sync import BATCH
from corpus.labelstudio.tasks import results, tasks
from corpus.schema import Schema, find_schema, read_schema

NUMBER, SPANS = 1000, 20
HOME = Path(__file__).parent.parent
SENTENCE = "She said that it rained in the valley, and that the trade of the year fell once more. "


def corpus_folder(root: Path) -> Path:
    """Make a corpus folder with labelled texts; the schema is this corpus's own."""
    (root / "schemas").mkdir()
    path = find_schema(HOME)
    schema = read_schema(path)
    for beside in (path, path.with_name("GUIDELINES.md")):
        (root / "schemas" / beside.name).write_bytes(beside.read_bytes())
    for number in range(NUMBER):
        text, name = f"Text {number}. " + SENTENCE * 34, f"d{number:04}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        whole = f"{{ start = 0, end = {len(text)} }}"
        head = [f'{key} = "invented"' for key in ("title", "source", "licence", "basis")]
        head += ['release = "text"', 'date = "2025-01-01"', 'language = "en"']
        head += [f'sha256 = "{digest}"', f"sentences = [{whole}]", "entities = []"]
        head += [f'passages = [{{ kind = "body", start = 0, end = {len(text)} }}]']
        for path, content in (
            (root / "seeds" / f"{name}.txt", text),
            (root / "seeds" / f"{name}.toml", "\n".join(head)),
            (root / "annotations" / name / "a1.json", labels(name, text, digest, schema)),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    return root


def labels(doc_id: str, text: str, digest: str, schema: Schema) -> str:
    """Return an annotation file: each of the first words is a span of the first layer."""
    spans, layer = [], next(iter(schema.layers))
    for word in range(SPANS):
        start = word * 20
        span: dict[str, Any] = {"id": f"s{word}", "layer": layer, "start": start, "end": start + 4}
        spans.append(span | {"text": text[start : start + 4], "attributes": {}})
    head = {"document": doc_id, "annotator": "a1", "pass": 1, "text_sha256": digest}
    head |= {"schema_version": schema.version, "guideline_version": schema.guidelines}
    return json.dumps({**head, "spans": spans, "relations": []})


def seconds(run: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def bare_import(server: Server, project: int, whole: list[dict[str, Any]]) -> None:
    """Import tasks with their annotations, and do not look what is there."""
    for start in range(0, len(whole), BATCH):
        batch: Any = whole[start : start + BATCH]
        server.client().projects.import_tasks(project, request=batch)


def bare_export(server: Server, project: int) -> bytes:
    """Return the export as it comes."""
    made: Any = server.client().projects.exports.create(project, title="bare")
    return b"".join(server.client().projects.exports.download(project, made.id, export_type="JSON"))


def main() -> None:
    """Print the seconds and the ratios."""

    def quiet(*_: object) -> None:
        pass

    with tempfile.TemporaryDirectory() as scratch:
        root = corpus_folder(Path(scratch))
        corpus = open_corpus(root)
        made = {a["doc_id"]: result for a, result in results(corpus.tables, corpus.schema)}
        whole = [
            {**task, "annotations": [{"result": made[task["data"]["doc_id"]]}]}
            for task in tasks(corpus.tables, corpus.schema)
        ]
        with running(root / ".corpus" / "studio", ("a1",), say=print) as server:
            bare = make_project(server, "bare", labelling_config(corpus.schema)).id
            times = {
                "import, bare": seconds(lambda: bare_import(server, bare, whole)),
                "push": seconds(lambda: push(root, Place(), quiet, quiet)),
                "push again": seconds(lambda: push(root, Place(), quiet, quiet)),
                "export, bare": seconds(lambda: bare_export(server, bare)),
            }
            for path in (root / "annotations").glob("*/a1.json"):
                path.unlink()
            times["pull"] = seconds(lambda: pull(root, Place(), quiet, quiet))
            times["pull again"] = seconds(lambda: pull(root, Place(), quiet, quiet))
    for what, taken in times.items():
        against = times["export, bare" if "pull" in what or "export" in what else "import, bare"]
        print(f"{what:13} {taken:6.1f} s  {taken / against:5.2f}")


if __name__ == "__main__":
    main()

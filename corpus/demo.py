"""The whole loop, without hands: into a real Label Studio, out again, validated, published."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from corpus.dataset.about import read_about
from corpus.dataset.build import build, refuse_other
from corpus.dataset.card import example_column
from corpus.dataset.published import DOCUMENTS
from corpus.errors import CorpusError
from corpus.findings import Finding
from corpus.labelstudio.config import labelling_config
from corpus.labelstudio.download import export_project
from corpus.labelstudio.local import Hosting, running
from corpus.labelstudio.projects import make_project
from corpus.labelstudio.server import Server
from corpus.labelstudio.sync import push_annotation, push_tasks
from corpus.labelstudio.tasks import Json, made_with, results, tasks, unique_id
from corpus.output import FORMATS, report_of
from corpus.reading import read_corpus
from corpus.schema import Schema
from corpus.store import annotation_path, rendered, write_whole
from corpus.tables import Tables
from corpus.validation import examine, refuse_errors, validate

Say = Callable[[str], None]


@dataclass(frozen=True)
class Loop:
    """What a run made: what the rules found, the rows of each config, and one to look at first."""

    findings: list[Finding]
    rows: dict[str, int]
    example: str


def demo(root: Path, out: Path, say: Say, port: int | None = None) -> Loop:
    """Run the loop on a corpus and write tasks, export, findings and dataset into `out`.

    Label Studio lives in a scratch folder, on loopback, for as long as this takes.

    Raises:
        CorpusError: the corpus cannot be read or its labels break a rule; Label Studio is missing
            or stops; the labels do not come back from it byte for byte.
    """
    tables, schema = read_corpus(root)
    refuse_errors(validate(tables, schema), "run `corpus validate` and mend them first")
    refuse_other(out / "dataset")
    passes, gold = _parted(tables)
    people = _people(passes)
    if not people:
        _write_tasks(tables, schema, out)
        raise CorpusError(
            f"{root / 'annotations'}: no labels yet, so there is no loop to show;"
            f" {out / 'tasks.json'} holds the tasks to import into Label Studio"
        )
    with (
        _scratch() as scratch,
        running(scratch, people, Hosting(port=port), log=out / "server.log", say=say) as server,
    ):
        _through(server, passes, schema, out, say)
    return _publish(root, tables, gold, schema, out, say)


@contextmanager
def _scratch() -> Iterator[Path]:
    """Yield a new folder, which is gone afterwards even if that is interrupted."""
    folder = tempfile.mkdtemp(prefix="corpus-demo-")
    try:
        yield Path(folder)
    finally:
        try:
            shutil.rmtree(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _parted(tables: Tables) -> tuple[Tables, list[Path]]:
    """Return what annotators made, and where the gold stands, which no annotator has."""
    made = tables.annotations.select("row", "doc_id", "annotator", "pass", "status").collect()
    single = made.filter(status="single")
    rest = made.filter(pl.col("status") != "single").drop("row", "status")
    return tables.of(single["row"]), [annotation_path(*key) for key in rest.iter_rows()]


def _people(tables: Tables) -> list[str]:
    """Return who made the labels; CorpusError for a second pass, which a project cannot hold."""
    made = tables.annotations.select("annotator", "pass", "file").collect()
    for row in made.filter(pl.col("pass") > 1).to_dicts():
        raise CorpusError(
            f"{row['file']}: is pass {row['pass']}: the demo takes first passes only, since a"
            " project of Label Studio holds one pass"
        )
    return sorted({*made["annotator"]})


def _write_tasks(tables: Tables, schema: Schema, out: Path) -> list[Json]:
    made = made_with(tasks(tables, schema), tables)
    write_whole(out / "tasks.json", json.dumps(made, ensure_ascii=False, indent=1).encode())
    return made


def _through(server: Server, tables: Tables, schema: Schema, out: Path, say: Say) -> None:
    """Bring texts and labels into Label Studio, and its export to out/export.json."""
    given = _write_tasks(tables, schema, out)
    project = make_project(server, schema.title, labelling_config(schema)).id
    say(f"importing {len(given)} task(s) into the project {schema.title!r}")
    made = push_tasks(server, project, given, lambda n, of: say(f"imported {n} of {of} task(s)"))
    number = 0
    for annotation, result in results(tables, schema):
        task, who = made[annotation["doc_id"]], annotation["annotator"]
        number += push_annotation(server, task, who, result, unique_id(annotation, task))
    say(f"posted {number} annotation(s), each as its annotator")
    people = {email: name for name, email in server.emails.items()}
    export_project(server, project, out / "export.json", people)
    say(f"exported to {out / 'export.json'}")


def _publish(
    root: Path, given: Tables, gold: list[Path], schema: Schema, out: Path, say: Say
) -> Loop:
    """Read the export back, with the gold beside it, hold it against what went in, and build."""
    back, _ = read_corpus(root, (out / "export.json", *(root / file for file in gold)))
    outcome = examine(back, schema)
    report = FORMATS["json"](report_of(outcome, back, schema)) + "\n"
    write_whole(out / "findings.json", report.encode())
    refuse_errors(outcome.findings, f"see {out / 'findings.json'}")
    went, came = rendered(given, schema), rendered(back, schema)
    changed = [path for path in went | came if went.get(path) != came.get(path)]
    if changed:
        raise CorpusError(
            f"{min(changed)}: came back from Label Studio changed; compare {out / 'export.json'}"
        )
    say("all labels came back byte for byte, and no rule is broken")
    rows = build(back, schema, out / "dataset", say, read_about(root))
    example, *_ = example_column(schema) or [DOCUMENTS]
    return Loop(outcome.findings, rows, example)

"""Store -> Label Studio -> store gives the same bytes, through the real server."""

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpus.labelstudio.config import labelling_config
from corpus.labelstudio.download import export_project
from corpus.labelstudio.server import Server
from corpus.labelstudio.sync import push_annotation, push_tasks
from corpus.labelstudio.tasks import made_with, results, tasks, unique_id
from corpus.reading import read_corpus
from corpus.schema import Schema, read_schema
from corpus.shorthand import parse
from corpus.store import rendered, write_annotations
from corpus.tables import Tables
from corpus.validation import validate
from tests.corpora import PASS_FILE
from tests.labelstudio.studio import project_of

pytestmark = pytest.mark.studio
ROOT = Path(__file__).parents[2]
SCHEMAS = {"hedgerow": ROOT / "schemas/hedgerow.toml", "tiny": ROOT / "tests/tiny.toml"}
SECRET = "not-published:&<😀"
HEDGEROW = f"""[She]{{speaker#s entity=she,he comment={SECRET}}} [said]{{event#e STATEMENT actor>s \
recipient>t}} to [them]{{speaker#t entity=them difficult}} [it [may]{{hedge#h epistemic scope>c}} \
[rain]{{event#r OTHER future negative}}]{{claim#c indirect prediction possible affirm source>s \
cue>e asserts>r}}, [and [[snow]{{event#q OTHER actual coref>r}}]{{claim#n author fact certain}}]\
{{claim#d mixed fact probable refute source>s cue>e continues>c}}."""
TINY = f"""[She]{{speaker#s entity=she,he remark={SECRET}}} [said]{{event#e spoken}} and \
[wrote]{{event#f spoken coref>e difficult}} [it [rained]{{claim#n stance=affirm source>t}} then]\
{{claim#c certain topic=trade,weather source>s cue>e supports>n}}, [[they]{{speaker#t}}]\
{{event#g}} [left]{{claim#d refute continues>c}}."""
ODD = {
    "emoji": "it 😀 rained",
    "families": "👨‍👩‍👧‍👦 and 🏳️‍🌈 👍🏽",
    "crlf": "it\r\nrained\r\n\r\nthere",
    "cr": "it\rrained\r\rthere",
    "lf": "it\nrained\n\nthere",
    "tabs": "it\t\trained  \t  there",
    "combining": "cafe\u0301 na\u0308ive e\u0301\u0323 \u1100\u1161\u11a8",
    "rtl": "אמר \u202bشكرا\u202c \u200fשלום",
    "nbsp": "it\xa0rained\xa0\xa0there",
    "zero-width": "it\u200brained\u200cthe\u200dre\u2060x",
    "bom": "it\ufeff \ufeffrained",
    "separators": "it\u2028rained\u2029there",
    "html": "<b>it</b> &amp; &lt;i&gt; <script>rained</script> <!-- x",
    "backslashes": r"it\nrained\t\\n C:\new \u0041",
    "quotes": "\"it\" 'rained' “there” `x` $text {{it}}",
    "astral": "𝒊𝒕 𐍈 \U0010fffd",
}


@dataclass(frozen=True)
class Trip:
    """A corpus folder, what was posted of it, and the server's export."""

    root: Path
    posted: dict[str, list[dict[str, Any]]]
    export: Path

    def tasks(self) -> list[dict[str, Any]]:
        """Return the tasks of the export."""
        found: list[dict[str, Any]] = json.loads(self.export.read_text(encoding="utf-8"))
        return found


def lines(name: str) -> dict[str, str]:
    """Return doc_id -> shorthand: all of a schema in one text, and each odd stretch in one."""
    if name == "hedgerow":
        return {"all": HEDGEROW}
    plain = {key: stretch.translate(ESCAPED) for key, stretch in ODD.items()}
    odd = {
        key: f"{s}: [She]{{speaker}} said [{s}]{{claim}} [so]{{event}}." for key, s in plain.items()
    }
    return {"all": TINY, **odd}


ESCAPED = str.maketrans({character: f"\\{character}" for character in "[]{}\\"})


def named(given: Tables, doc_id: str) -> Tables:
    return replace(
        given,
        documents=given.documents.with_columns(doc_id=pl.lit(doc_id)),
        annotations=given.annotations.with_columns(doc_id=pl.lit(doc_id)),
    )


def write_seed(root: Path, doc_id: str, text: str) -> None:
    """Write a text and what is known of it: one passage of the body, from edge to edge."""
    path = root / "seeds" / f"{doc_id}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    known = dict.fromkeys(("title", "source", "licence", "basis", "date", "language"), "odd & <b>")
    known |= {"release": "text", "sha256": hashlib.sha256(text.encode()).hexdigest()}
    about = "".join(f"{key} = {json.dumps(value)}\n" for key, value in known.items())
    body = f'passages = [{{ kind = "body", start = 0, end = {len(text)} }}]\nsentences = []\n'
    path.with_suffix(".toml").write_text(about + body, encoding="utf-8")


def write_corpus(root: Path, name: str) -> dict[str, Tables]:
    """Write a corpus folder of this schema and return its tables, remarks included, by document."""
    (root / "schemas").mkdir(parents=True)
    for path in (SCHEMAS[name], ROOT / "schemas" / "GUIDELINES.md"):
        shutil.copy(path, root / "schemas")
    schema = read_schema(SCHEMAS[name])
    given = {key: named(parse(line, schema), key) for key, line in lines(name).items()}
    for doc_id, tables in given.items():
        write_seed(root, doc_id, tables.documents.collect()["text"][0])
        write_annotations(root, tables, schema)
    entity = '[entities.{0}]\nname = "{0} & <b>"\ntype = "person"\ndescription = "one"\n'
    entities = "".join(map(entity.format, ("she", "he", "them")))
    (root / "seeds" / "entities.toml").write_text(entities, encoding="utf-8")
    return given


def through(server: Server, root: Path, given: Iterable[Tables], out: Path) -> Trip:
    """Push the corpus, and the annotations of the tables as ann's; export it."""
    tables, schema = read_corpus(root)
    project = project_of(server, f"round trip {root.name}", labelling_config(schema))
    made = push_tasks(server, project, made_with(tasks(tables, schema), tables))
    posted = {}
    for one in given:
        for about, result in results(one, schema):
            posted[about["doc_id"]] = result
            task = made[about["doc_id"]]
            assert push_annotation(server, task, "ann", result, unique_id(about, task))
    export_project(server, project, out, {email: n for n, email in server.emails.items()})
    return Trip(root, posted, out)


@pytest.fixture(scope="module", params=SCHEMAS)
def trip(
    studio: Server, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Trip:
    folder = tmp_path_factory.mktemp("trip")
    given = write_corpus(folder / request.param, request.param)
    return through(studio, folder / request.param, given.values(), folder / "export.json")


def stored(root: Path) -> dict[Path, bytes]:
    return {p.relative_to(root): p.read_bytes() for p in root.glob("annotations/*/*.json")}


def errors(tables: Tables, schema: Schema) -> list[str]:
    return [f"{f.item}: {f.message}" for f in validate(tables, schema) if f.severity == "error"]


def test_the_labels_come_back_byte_for_byte(trip: Trip) -> None:
    tables, schema = read_corpus(trip.root, (trip.export,))
    assert errors(tables, schema) == []
    assert rendered(tables, schema) == stored(trip.root) != {}
    assert write_annotations(trip.root, tables, schema) == []


def test_the_line_uses_every_attribute_and_every_relation_of_the_schema(trip: Trip) -> None:
    given, schema = read_corpus(trip.root)
    said = given.attributes.filter(~pl.col("defaulted")).collect()["name"]
    published = {name for name, a in schema.shared().items() if a.published}
    assert set(said) == published
    assert set(given.relations.collect()["type"]) == set(schema.relations)


def test_a_default_that_was_chosen_stays_told_from_one_that_was_not(trip: Trip) -> None:
    tables, schema = read_corpus(trip.root, (trip.export,))
    defaults = {n: a.default for n, a in schema.shared().items() if a.default}
    rows = tables.attributes.filter(pl.col("name").is_in(list(defaults))).collect().to_dicts()
    chosen = {row["defaulted"] for row in rows if row["value"] == defaults[row["name"]]}
    assert chosen == {True, False}


def test_a_remark_reaches_label_studio_but_neither_store_nor_seeds(trip: Trip) -> None:
    assert SECRET in trip.export.read_text(encoding="utf-8")
    written = [path.read_text("utf-8") for path in trip.root.rglob("*") if path.is_file()]
    assert not any(SECRET in text for text in written)


def test_the_server_keeps_every_text_result_and_region_id(trip: Trip) -> None:
    assert {t["data"]["doc_id"] for t in trip.tasks()} == set(trip.posted)
    for task in trip.tasks():
        doc_id = task["data"]["doc_id"]
        text = (trip.root / "seeds" / f"{doc_id}.txt").read_bytes()
        assert task["data"]["text"].encode() == text
        assert task["annotations"][0]["result"] == trip.posted[doc_id]


def test_the_export_knows_annotators_by_their_pseudonyms_only(trip: Trip, studio: Server) -> None:
    written = trip.export.read_text(encoding="utf-8")
    assert "@" not in written
    assert not any(email in written for email in studio.emails.values())
    annotations = [a for task in trip.tasks() for a in task["annotations"]]
    assert {a["completed_by"] for a in annotations} == {"ann"}
    keys = {key for annotation in annotations for key in annotation}
    assert {key for key in keys if "user" in key or key.endswith("_by")} == {"completed_by"}


def test_reading_and_checking_an_export_writes_nothing(trip: Trip) -> None:
    folder = trip.export.parent
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    tables, schema = read_corpus(trip.root, (trip.export,))
    validate(tables, schema)
    write_annotations(trip.root, tables, schema)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_the_committed_labels_come_back_byte_for_byte(studio: Server, tmp_path: Path) -> None:
    root = tmp_path / "committed"
    for name in ("seeds", "schemas"):
        shutil.copytree(ROOT / name, root / name)
    given, schema = read_corpus(ROOT, (PASS_FILE,))
    by_ann = replace(given, annotations=given.annotations.with_columns(annotator=pl.lit("ann")))
    write_annotations(root, by_ann, schema)
    trip = through(studio, root, [by_ann], tmp_path / "export.json")
    back, _ = read_corpus(root, (trip.export,))
    assert rendered(back, schema) == stored(root) != {}
    assert [PASS_FILE.read_bytes().replace(b'"m2"', b'"ann"')] == [*stored(root).values()]
    for task in trip.tasks():
        require_shape_of_test_corruptions(task, trip)


def require_shape_of_test_corruptions(task: dict[str, Any], trip: Trip) -> None:
    """The export that test_corruptions makes without a server has the shape of this real one."""
    given, schema = read_corpus(trip.root)
    assert {key: type(task[key]) for key in ("id", "annotations", "drafts", "predictions")} == {
        "id": int, "annotations": list, "drafts": list, "predictions": list,
    }  # fmt: skip
    assert [task["data"]] == [t["data"] for t in made_with(tasks(given, schema), given)]
    [annotation] = task["annotations"]
    assert annotation["result"] == trip.posted[task["data"]["doc_id"]]
    about = {key: annotation[key] for key in ("completed_by", "was_cancelled")}
    assert about == {"completed_by": "ann", "was_cancelled": False}
    assert (type(annotation["id"]), type(annotation["prediction"])) == (int, dict)


def test_an_untouched_pre_annotation_stays_a_prediction(studio: Server, tmp_path: Path) -> None:
    root = tmp_path / "suggested"
    write_corpus(root, "tiny")
    tables, schema = read_corpus(root)
    suggested = {a["doc_id"]: result for a, result in results(tables, schema)}
    project = project_of(studio, "round trip of suggestions", labelling_config(schema))
    given = [
        {**task, "predictions": [{"model_version": "m1", "result": result}]}
        for task in tasks(tables, schema)
        if (result := suggested.get(task["data"]["doc_id"]))
    ]
    made = push_tasks(studio, project, given)
    there = studio.client().predictions.list(project=project)
    doc_ids = {task: doc_id for doc_id, task in made.items()}
    assert {doc_ids[p.task]: p.result for p in there} == suggested
    export_project(studio, project, tmp_path / "export.json", {})
    back, _ = read_corpus(root, (tmp_path / "export.json",))
    assert set(back.annotations.collect()["state"]) == {"open"}
    assert rendered(back, schema) == {}
    assert errors(back, schema) == []

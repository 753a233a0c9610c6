"""croissant.json, read by mlcroissant itself, without a network."""

import hashlib
import json
import logging
import math
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpus.dataset.about import About, Statement, read_about
from corpus.dataset.build import write
from corpus.dataset.croissant import CONTEXT, FILE, croissant
from corpus.dataset.published import Published, published
from corpus.reading import read_corpus
from corpus.schema import Schema
from corpus.shorthand import parse
from corpus.tables import Tables
from tests.corpora import ROOT, TINY, annotation, canonical, folder, span

pytestmark = [pytest.mark.once, pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")]
SAID = (
    "[She]{speaker#s entity=mayor} [said]{event#e spoken} "
    "[it [rained]{event#r silent}]{claim#c possible topic=weather,trade source>s cue>e}."
)


@dataclass
class Built:
    folder: Path
    made: Published

    @property
    def file(self) -> Path:
        return self.folder / FILE

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return found


def built(tables: Tables, schema: Schema, to: Path, about: About = About()) -> Built:  # noqa: B008
    made = published(tables, schema)
    write(made, tables, schema, about, to / "dataset")
    return Built(to / "dataset", made)


def split_corpus(to: Path) -> tuple[Tables, Schema]:
    """Return a corpus of three splits: in each document an event, in some nothing else."""
    texts = {f"doc{n:02}": f"doc{n:02} rained." for n in range(24)}
    files: dict[str, str | bytes] = {}
    for doc_id, text in texts.items():
        spans = [span(0, 5, "claim", text), span(6, 12, "event", text)]
        made = annotation(text, document=doc_id, spans=spans)
        files[f"annotations/{doc_id}/ann.json"] = canonical(made)
    return read_corpus(folder(to, files, texts))


def standoff(tables: Tables) -> Tables:
    return replace(tables, documents=tables.documents.with_columns(release=pl.lit("standoff")))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The release of this repository."""
    return built(*read_corpus(ROOT), tmp_path_factory.mktemp("ours"), read_about(ROOT))


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError(f"asks for {args[0]}")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


CORPORA = ("ours", "tiny", "standoff", "split")


@pytest.fixture(params=CORPORA)
def each(request: pytest.FixtureRequest, ours: Built, tmp_path: Path) -> Built:
    if request.param == "ours":
        return ours
    tables, schema = parse(SAID, TINY), TINY
    if request.param == "standoff":
        tables = standoff(tables)
    if request.param == "split":
        tables, schema = split_corpus(tmp_path / "corpus")
    return built(tables, schema, tmp_path)


def test_mlcroissant_finds_nothing_wrong_but_a_date_that_nobody_said(each: Built) -> None:
    import mlcroissant

    issues = mlcroissant.Dataset(str(each.file)).metadata.ctx.issues
    assert issues.errors == set()
    assert [text for text in issues.warnings if "datePublished" not in text] == []


def test_mlcroissant_reads_every_row_of_every_config(
    each: Built, caplog: pytest.LogCaptureFixture
) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(str(each.file))
    assert [one.id for one in dataset.metadata.record_sets] == ["splits", *each.made.parts]
    caplog.set_level(logging.WARNING)
    caplog.clear()
    for config, parts in each.made.parts.items():
        found = [_plain(record, f"{config}/") for record in dataset.records(config)]
        rows = [
            {"split": split} | _flat(row)
            for split, part in parts.items()
            for row in part.arrow.to_pylist()
        ]
        key = json.dumps
        assert sorted(found, key=key) == sorted(rows, key=key)
    assert caplog.messages == []


def test_a_split_is_read_alone(tmp_path: Path) -> None:
    import mlcroissant

    made = built(*split_corpus(tmp_path / "corpus"), tmp_path)
    dataset = mlcroissant.Dataset(str(made.file))
    for split, doc_ids in made.made.documents.items():
        records = dataset.records("events", filters={"events/split": split})
        assert [record["events/doc_id"].decode() for record in records] == doc_ids


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row without lists in lists of structs, which Croissant does not read."""
    return {name: [*map(_part, v)] if isinstance(v, list) else v for name, v in row.items()}


def _part(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: part for name, part in value.items() if not isinstance(part, list)}


def _plain(value: Any, prefix: str) -> Any:
    """Return what mlcroissant read as Python has it, the path of each field cut off."""
    if isinstance(value, dict):
        return {
            name.removeprefix(prefix): _plain(part, f"{name}/" if isinstance(part, list) else "")
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [
            {name.removeprefix(prefix): _plain(part, "") for name, part in one.items()}
            if isinstance(one, dict)
            else _plain(one, "")
            for one in value
        ]
    if isinstance(value, bytes):
        return value.decode()
    if value is None or isinstance(value, bool | str):
        return value
    return None if math.isnan(value) else int(value)


def test_every_parquet_file_is_there_with_its_digest(each: Built) -> None:
    files = {one["contentUrl"]: one for one in each.said["distribution"] if "sha256" in one}
    paths = {str(path.relative_to(each.folder)): path for path in each.folder.rglob("*.parquet")}
    assert {*files} == {*paths}
    for name, path in paths.items():
        assert files[name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert files[name]["contentSize"] == f"{path.stat().st_size} B"
        assert files[name]["encodingFormat"] == "application/x-parquet"


def test_every_column_is_a_field_and_labels_name_their_classes(ours: Built) -> None:
    records = {one["@id"]: one["field"] for one in ours.said["recordSet"]}
    for config, parts in ours.made.parts.items():
        [part] = parts.values()
        assert [field["name"] for field in records[config]] == ["split", *part.frame.columns]
    certainty = next(field for field in records["claims"] if field["name"] == "certainty_label")
    assert certainty["description"] == "Classes: 0 certain, 1 probable, 2 possible, 3 unknown."


def test_the_context_is_that_of_the_library() -> None:
    from mlcroissant._src.core.context import Context
    from mlcroissant._src.core.rdf import make_context

    assert make_context(Context(conforms_to="http://mlcommons.org/croissant/1.1")) == CONTEXT


def test_what_is_said_of_the_data_is_said_here(ours: Built) -> None:
    about, said = read_about(ROOT), ours.said
    assert said["version"] == about.version
    assert said["creator"] == [{"@type": "sc:Organization", "name": about.authors[0]}]
    assert said["license"] == ["https://creativecommons.org/licenses/by/4.0/", "Texts: unknown"]
    assert said["citeAs"].startswith("@misc{hedgerow,\n  title = {{Events, speakers")
    assert said["datePublished"] == about.date
    rai = {key.removeprefix("rai:") for key in said if key.startswith("rai:")}
    assert rai >= {"dataCollection", "dataAnnotationProtocol", "annotatorDemographics"}
    assert rai >= {"dataBiases", "dataLimitations", "dataUseCases", "dataSocialImpact"}
    assert rai >= {"personalSensitiveInformation", "dataReleaseMaintenancePlan"}
    assert said["rai:annotationsPerItem"] == "3"
    assert said["rai:dataLimitations"] == about.statement.limitations
    tools = said["rai:machineAnnotationTools"]
    assert [tool.partition(":")[0] for tool in tools] == ["c1", "m2", "m3", "m4"]
    assert "dataAnnotationPlatform" not in rai  # a model annotated, without one


def test_what_is_not_said_is_not_there(tmp_path: Path) -> None:
    said = built(*split_corpus(tmp_path / "corpus"), tmp_path).said
    rai = [key for key in said if key.startswith("rai:")]
    assert rai == ["rai:dataAnnotationProtocol", "rai:annotationsPerItem"]
    assert not {"creator", "url", "description"} & {*said}
    assert all(_leaves(said))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)


def test_people_annotate_in_label_studio(tmp_path: Path) -> None:
    tables, schema = split_corpus(tmp_path / "corpus")
    person = pl.LazyFrame({"annotator": ["ann"], "kind": ["human"], "description": ["Someone."]})
    said = built(replace(tables, annotators=person), schema, tmp_path).said
    assert said["rai:dataAnnotationPlatform"] == ["Label Studio"]


def test_quotation_marks_and_backslashes_in_a_statement_are_kept(tmp_path: Path) -> None:
    tables = parse(SAID, TINY)
    made = published(tables, TINY)
    write(made, tables, TINY, About(), tmp_path / "dataset")
    about = About(statement=Statement(biases='A "quoted" \\ line\nand ’ another'))
    said = json.loads(croissant(tables, TINY, about, made, tmp_path / "dataset"))
    assert said["rai:dataBiases"] == about.statement.biases

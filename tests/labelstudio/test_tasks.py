"""What is sent to Label Studio: tasks that need nothing of us to be read, and results."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpus.errors import CorpusError, SeedError
from corpus.labelstudio.tasks import NOT_LISTED, made_with, results, tasks, unique_id
from corpus.schema import read_schema
from corpus.shorthand import parse
from corpus.tables import Tables

TINY = read_schema(Path(__file__).parents[1] / "tiny.toml")


def result_of(line: str) -> list[dict[str, Any]]:
    [(_, result)] = results(parse(line, TINY), TINY)
    return result


def test_a_task_carries_what_its_export_needs_to_be_read() -> None:
    [task] = tasks(parse("[She]{speaker entity=she} left.", TINY), TINY)
    assert task == {
        "data": {
            "doc_id": "example",
            "title": "Example",
            "text": "She left.",
            "text_sha256": hashlib.sha256(b"She left.").hexdigest(),
            "schema_version": "1.0.0",
            "guideline_version": "1.0.0",
            "entities": [
                {"value": "she (person)", "alias": "she", "hint": "invented"},
                NOT_LISTED,
            ],
        }
    }


def entities_of(**changed: pl.Expr) -> list[str]:
    given = parse("She left.", TINY, entities=("a", "b"))
    frames = {"entities": given.entities.with_columns(**changed)}
    [task] = tasks(Tables(**{**vars(given), **frames}), TINY)
    return [entity["value"] for entity in task["data"]["entities"]]


def test_entities_are_shown_by_name_and_told_apart_by_id_where_names_are_one() -> None:
    assert entities_of()[:2] == ["a (person)", "b (person)"]
    assert entities_of(name=pl.lit("<b>R</b>"))[:2] == ["<b>R</b> (a)", "<b>R</b> (b)"]


def of_documents(entities: list[str] | None, many: int = 0) -> list[str]:
    known = ("a", "b", *(f"e{number}" for number in range(many)))
    given = parse("She left.", TINY, entities=known)
    listed = pl.lit(entities, pl.List(pl.String)) if entities else pl.lit(None, pl.List(pl.String))
    frames = {"documents": given.documents.with_columns(entities=listed)}
    [task] = tasks(Tables(**{**vars(given), **frames}), TINY)
    return [entity["alias"] for entity in task["data"]["entities"]]


def test_only_the_candidates_of_a_document_travel_with_its_task() -> None:
    assert of_documents(["b"], many=1000) == ["b", "unlisted"]
    assert of_documents(None) == ["a", "b", "unlisted"]


def test_a_document_without_candidates_is_refused_where_there_are_too_many_entities() -> None:
    with pytest.raises(SeedError) as told:
        of_documents(None, many=1000)
    assert str(told.value).startswith(
        "seeds/example.toml: has no 'entities', and the table has 1002"
    )


def test_a_span_is_followed_by_what_is_said_of_it() -> None:
    span, topic = result_of("[It]{claim#c topic=trade,weather} rained.")
    names = {"id": "c", "to_name": "text", "origin": "manual"}
    place = {"start": 0, "end": 2, "text": "It"}
    assert span == names | {
        "from_name": "span", "type": "labels", "value": place | {"labels": ["Claim"]},
    }  # fmt: skip
    assert topic == names | {
        "from_name": "topic", "type": "choices", "value": place | {"choices": ["trade", "weather"]},
    }  # fmt: skip


def test_a_set_flag_is_the_choice_of_its_own_name() -> None:
    _, flag = result_of("[It]{claim difficult} rained.")
    assert (flag["from_name"], flag["value"]["choices"]) == ("difficult", ["difficult"])


def test_free_text_is_a_list_in_a_text_area() -> None:
    _, remark = result_of("[It]{claim remark=why?} rained.")
    assert (remark["type"], remark["value"]["text"]) == ("textarea", ["why?"])


@pytest.mark.parametrize(("said", "sent"), [("", []), ("affirm", ["affirm"])])
def test_a_default_is_sent_only_where_it_was_chosen(said: str, sent: list[str]) -> None:
    _, *chosen = result_of(f"[It]{{claim {said}}} rained.")
    assert [entry["value"]["choices"][0] for entry in chosen] == sent


def test_a_relation_leads_to_the_right() -> None:
    *_, relation = result_of("[She]{speaker#s} said [it rained]{claim#c source>s}.")
    ends = {"from_id": "c", "to_id": "s", "direction": "right"}
    assert relation == {"type": "relation", "labels": ["source"], **ends}


def test_two_spans_of_one_id_in_two_annotations_stay_apart() -> None:
    given = parse("[She]{speaker#s entity=she} left.", TINY)
    second = given.annotations.with_columns(row=pl.lit(1, pl.UInt32), annotator=pl.lit("bo"))
    both = Tables(**{**vars(given), "annotations": pl.concat([given.annotations, second])})
    assert [(a["annotator"], len(r)) for a, r in results(both, TINY)] == [("ann", 2), ("bo", 0)]


@pytest.mark.parametrize("state", ["skipped", "draft"])
def test_what_was_not_submitted_is_not_sent(state: str) -> None:
    given = parse("[She]{speaker} left.", TINY)
    changed = given.annotations.with_columns(state=pl.lit(state))
    assert list(results(Tables(**{**vars(given), "annotations": changed}), TINY)) == []


def test_the_same_annotation_has_the_same_id_and_no_other_has_it() -> None:
    keys = [("d", "ann", 1), ("d", "ann", 2), ("d", "bo", 1), ("e", "ann", 1)]
    about = [dict(zip(("doc_id", "annotator", "pass"), key, strict=True)) for key in keys]
    made = [unique_id(annotation, task) for annotation in about for task in (7, 8)]
    assert len(set(made)) == len(made)
    assert made[0] == unique_id(about[0], 7)


def test_a_task_says_with_which_versions_its_labels_were_made() -> None:
    tables = parse("[She]{speaker}", TINY)
    before = tables.annotations.with_columns(schema_version=pl.lit("0.9.0"))
    older = replace(tables, annotations=before)
    [task] = made_with(tasks(older, TINY), older)
    assert (task["data"]["schema_version"], task["data"]["guideline_version"]) == ("0.9.0", "1.0.0")
    both = replace(older, annotations=pl.concat([older.annotations, tables.annotations]))
    with pytest.raises(CorpusError, match=r"was made with schema 1\.0\.0 and guidelines"):
        made_with(tasks(both, TINY), both)

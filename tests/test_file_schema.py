"""The JSON Schema takes the annotation files that are sound, and refuses those that are not."""

import copy
import json

import jsonschema
import pytest

from corpus.file_schema import file_schema
from corpus.shorthand import parse
from corpus.store import rendered
from tests.corpora import HEDGEROW, PASS_FILE, TINY

COMMITTED = json.loads(PASS_FILE.read_text(encoding="utf-8"))


def errors(content, schema=HEDGEROW):
    validator = jsonschema.Draft202012Validator(file_schema(schema))
    return [error.message for error in validator.iter_errors(content)]


def test_it_is_a_json_schema():
    meta = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    assert [*meta.iter_errors(file_schema(HEDGEROW)), *meta.iter_errors(file_schema(TINY))] == []


def test_committed_annotation_fits():
    assert errors(COMMITTED) == []


def test_what_the_store_writes_fits():
    line = "[She]{speaker#s entity=she} said [it]{claim topic=weather,trade difficult source>s}"
    [data] = rendered(parse(line, TINY), TINY).values()
    assert errors(json.loads(data), TINY) == []


def test_second_part_of_a_quotation_fits_without_attributes():
    line = '["It rained]{claim#a direct fact certain}", she said, "[and rained"]{claim continues>a}'
    [data] = rendered(parse(line, HEDGEROW), HEDGEROW).values()
    assert errors(json.loads(data)) == []


def first(content, layer):
    return next(span for span in content["spans"] if span["layer"] == layer)


BREAKS = {
    "no document": lambda c: c.pop("document"),
    "no text_sha256": lambda c: c.pop("text_sha256"),
    "unknown field": lambda c: c.update(note="?"),
    "document with a slash": lambda c: c.update(document="a/b"),
    "annotator with a dot": lambda c: c.update(annotator="m1.2"),
    "pass 0": lambda c: c.update({"pass": 0}),
    "pass in words": lambda c: c.update({"pass": "1"}),
    "another schema version": lambda c: c.update(schema_version="0.3.0"),
    "guidelines of no version": lambda c: c.update(guideline_version="latest"),
    "digest too short": lambda c: c.update(text_sha256="34e3"),
    "spans that are no list": lambda c: c.update(spans={}),
    "span without an id": lambda c: c["spans"][0].pop("id"),
    "id with a blank": lambda c: c["spans"][0].update(id="a b"),
    "id without an end": lambda c: c["spans"][0].update(id="a" * 101),
    "unknown layer": lambda c: c["spans"][0].update(layer="person"),
    "negative offset": lambda c: c["spans"][0].update(start=-1),
    "offset with a half": lambda c: c["spans"][0].update(start=0.5),
    "empty text": lambda c: c["spans"][0].update(text=""),
    "unknown field of a span": lambda c: c["spans"][0].update(colour="red"),
    "attribute of another layer": lambda c: first(c, "event")["attributes"].update(stance="affirm"),
    "unknown value": lambda c: first(c, "event")["attributes"].update(type="SAY"),
    "required attribute missing": lambda c: first(c, "event")["attributes"].pop("type"),
    "entity that is no list": lambda c: first(c, "speaker")["attributes"].update(entity="she"),
    "no entity": lambda c: first(c, "speaker")["attributes"].update(entity=[]),
    "entity twice": lambda c: first(c, "speaker")["attributes"].update(entity=["she", "she"]),
    "flag that is not set": lambda c: c["spans"][0]["attributes"].update(difficult=False),
    "what is not published": lambda c: c["spans"][0]["attributes"].update(comment="hm"),
    "relation without an end": lambda c: c["relations"][0].pop("to"),
    "unknown relation": lambda c: c["relations"][0].update(type="says"),
    "relation without a type": lambda c: c["relations"][0].update(type=None),
}


@pytest.mark.parametrize("spoil", BREAKS.values(), ids=list(BREAKS))
def test_broken_file_does_not_fit(spoil):
    content = copy.deepcopy(COMMITTED)
    spoil(content)
    assert errors(content) != []


def test_each_value_comes_with_its_definition():
    spans = file_schema(HEDGEROW)["properties"]["spans"]["items"]["oneOf"]
    assert [span["properties"]["layer"]["const"] for span in spans] == list(HEDGEROW.layers)
    claim = spans[2]["properties"]["attributes"]["properties"]
    assert claim["certainty"]["enum"] == ["certain", "probable", "possible", "unknown"]
    assert claim["stance"]["default"] == "affirm"
    assert claim["certainty"]["description"].startswith("How far the source")

"""A: what the docstrings of the rules about defaults and entities cannot say."""

from dataclasses import replace

import polars as pl

from corpus.shorthand import parse
from corpus.validation import validate
from tests.corpora import HEDGEROW, TINY, annotation, canonical, findings_of, folder, seed, span


def messages(tables, code, schema=TINY):
    return [f.message for f in validate(tables, schema) if f.code == code]


def claims(number, said=""):
    return "[it]{claim} " * number + said


def test_ninety_nine_spans_say_nothing_of_defaults():
    assert messages(parse(claims(99), TINY), "A112") == []


def test_left_defaults_are_counted_and_named():
    assert messages(parse(claims(100), TINY), "A112") == [
        "ann left every default of 100 claim spans as it was (stance affirm)"
    ]
    events = parse("[met]{event CONSULT} " * 120, HEDGEROW)
    assert messages(events, "A112", HEDGEROW) == [
        "ann left every default of 120 event spans as it was (polarity positive, realis actual)"
    ]


def test_default_that_is_said_aloud_was_looked_at():
    assert messages(parse(claims(100, "[it]{claim affirm}"), TINY), "A112") == []


def test_another_attribute_is_no_default_that_was_looked_at():
    found = messages(parse(claims(99, "[it]{claim certain}"), TINY), "A112")
    assert found == ["ann left every default of 100 claim spans as it was (stance affirm)"]


def test_layers_are_counted_apart():
    line = claims(60) + "[it]{event} " * 60
    assert messages(parse(line, TINY), "A112") == []


def test_annotators_are_counted_apart():
    tables = parse(claims(60), TINY)
    other = [pl.lit(1, pl.UInt32).alias("row"), pl.lit("bo").alias("annotator")]
    twice = replace(
        tables,
        annotations=pl.concat([tables.annotations, tables.annotations.with_columns(other)]),
        spans=pl.concat([tables.spans, tables.spans.with_columns(other[0].alias("annotation"))]),
    )
    assert messages(twice, "A112") == []
    assert len(messages(replace(twice, annotations=nameless(twice)), "A112")) == 1


def nameless(tables):
    return tables.annotations.with_columns(annotator=pl.lit(None, pl.String))


ENTITIES = "".join(
    f'[entities.{name}]\nname = "X"\ntype = "person"\ndescription = "x"\n' for name in ("ann", "bo")
)
BOTH = {"example": "She said it rained.", "other": "He left."}


def unused(root, content, **changed):
    files = {"seeds/entities.toml": ENTITIES, "seeds/other.toml": seed("He left.", **changed)}
    if content is not None:
        files["annotations/example/ann.json"] = canonical(content)
    return [f.item for f in findings_of(folder(root, files, BOTH)) if f.code == "A111"]


NAMED = annotation(spans=[span(0, 3, "speaker", attributes={"entity": ["ann"]})])


def test_entity_is_unused_if_no_text_waits_that_may_need_it(tmp_path):
    assert unused(tmp_path, NAMED, entities=["ann"]) == ["bo"]


def test_entity_that_an_unannotated_text_lists_may_be_needed(tmp_path):
    assert unused(tmp_path, NAMED, entities=["bo"]) == []


def test_unannotated_text_without_a_list_may_need_any_entity(tmp_path):
    assert unused(tmp_path, NAMED) == []


def test_entities_are_not_asked_for_where_there_is_no_annotation(tmp_path):
    assert unused(tmp_path, None) == []


def test_third_entity_of_one_wikidata_id_is_held_against_the_first():
    tables = parse("[They]{speaker entity=ann,bo,cy}", TINY)
    shared = replace(tables, entities=tables.entities.with_columns(wikidata=pl.lit("Q42")))
    assert messages(shared, "A110") == [
        "'bo' has the Wikidata id 'Q42' of 'ann'",
        "'cy' has the Wikidata id 'Q42' of 'ann'",
    ]
    assert messages(tables, "A110") == []

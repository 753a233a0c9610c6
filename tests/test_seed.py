"""The committed seed: the text, its metadata, its entities and its one annotation."""

import hashlib
import re
import tomllib
from pathlib import Path

import polars as pl
import pytest

from corpus.adjudication.documents import cases
from corpus.adjudication.record import rendered_record
from corpus.reading import read_corpus
from corpus.rounds import read_rounds
from corpus.store import rendered
from corpus.validation import summary, validate
from tests.corpora import HEDGEROW, ROOT

DOC_ID = "000_c51f7e79a197f6f3"
BYTES = (ROOT / "seeds" / f"{DOC_ID}.txt").read_bytes()
TEXT = BYTES.decode("utf-8")
META = tomllib.loads((ROOT / "seeds" / f"{DOC_ID}.toml").read_text(encoding="utf-8"))
TABLES, SCHEMA = read_corpus(ROOT)
DIGEST = "34e3318646e1e704c4d7c9446f7af5db81ae7ab56488f4a801485f68a2d44373"


def texts(stretches, kind=None):
    return [TEXT[s["start"] : s["end"]] for s in stretches if kind in (None, s.get("kind"))]


# ------------------------------------------------------------------------------ the text


def test_text_is_the_one_that_was_given():
    assert hashlib.sha256(BYTES).hexdigest() == META["sha256"] == DIGEST
    assert (len(TEXT), len(BYTES)) == (2087, 2101)


def test_text_is_the_only_one():
    assert [path.name for path in (ROOT / "seeds").glob("*.txt")] == [f"{DOC_ID}.txt"]


def test_metadata_says_what_is_not_known_and_what_is_inferred():
    assert META["licence"] == META["source"] == "unknown"
    assert META["date_inferred"]
    assert META["date"] == "2025-06"
    assert "2025" not in TEXT
    assert META["date_basis"]
    assert META["basis"]
    assert META["language"] == "en"
    assert META["release"] == "text"


def test_passages_are_a_line_each_but_the_byline():
    lines = TEXT.removesuffix(" (zai)").split("\n")
    assert texts(META["passages"]) == [*lines, "(zai)"]


def test_there_are_five_headings():
    assert texts(META["passages"], "heading") == [
        "Mutual Invitations Signal Diplomatic Overtures",
        "Trade Talks Scheduled Amid Rare Earths Tensions",
        "Divergent Perspectives on Rare Earths Issue",
        "Student Visa Policies and Broader Relations",
        "Looking Ahead",
    ]


def test_byline_is_the_last_word():
    assert texts(META["passages"], "byline") == ["(zai)"]
    assert META["passages"][-1]["end"] == len(TEXT)


def test_each_sentence_lies_in_a_body_passage_and_they_fill_it():
    bodies = [p for p in META["passages"] if p["kind"] == "body"]
    assert len(bodies) == 6
    for body in bodies:
        inside = [s for s in META["sentences"] if body["start"] <= s["start"] < body["end"]]
        assert (inside[0]["start"], inside[-1]["end"]) == (body["start"], body["end"])
        assert " ".join(texts(inside)) == TEXT[body["start"] : body["end"]]


def test_sentences_begin_with_a_capital_and_end_with_a_stop():
    assert len(META["sentences"]) == 13
    for sentence in texts(META["sentences"]):
        assert re.fullmatch(r"[A-Z].*\.", sentence, re.DOTALL)


@pytest.mark.parametrize(
    "words", ["U.S. President Donald", "senior U.S. officials", "U.S. Trade Rep"]
)
def test_abbreviation_ends_no_sentence(words):
    assert any(words in sentence for sentence in texts(META["sentences"]))


def test_abbreviation_at_the_end_of_a_sentence_ends_it():
    sentences = texts(META["sentences"])
    assert "The leaders also touched upon the status of Chinese students in the U.S." in sentences
    assert any(sentence.startswith("President Trump indicated") for sentence in sentences)


# -------------------------------------------------------------------------- the entities


def test_entities_have_no_wikidata_id_that_nobody_confirmed():
    assert TABLES.entities.collect()["wikidata"].to_list() == [None] * 10


def test_every_entity_is_named_by_a_speaker_and_described():
    named = TABLES.attributes.filter(name="entity").collect()["value"]
    entities = TABLES.entities.collect()
    assert set(named) == set(entities["entity_id"])
    assert all(entities["name"])
    assert all(entities["description"])


def test_entities_are_of_the_type_that_they_are():
    types = dict(TABLES.entities.select("entity_id", "type").collect().rows())
    assert types["donald-trump"] == types["xi-jinping"] == "person"
    assert types["china"] == types["united-states"] == "gpe"
    assert types["chinese-students"] == "group"


# ------------------------------------------------------------------------ the annotations

PASSES = ("m2", "m3", "m4")
"""Three passes by one language model, each from the guidelines and the text alone."""


def test_annotations_are_canonical():
    paths = [Path("annotations", DOC_ID, f"{name}.json") for name in (*PASSES, "gold")]
    assert rendered(TABLES, SCHEMA) == {path: (ROOT / path).read_bytes() for path in paths}


def test_corpus_is_clean():
    found = validate(TABLES, SCHEMA)
    assert found == []
    counts = summary(found, TABLES)
    assert (counts["documents"], counts["annotations"]) == (1, 4)
    assert (counts["errors"], counts["warnings"]) == (0, 0)


def test_the_passes_are_frozen_as_they_were_made():
    frozen = read_rounds(ROOT)["pilot"].frozen
    assert frozen is not None
    assert [Path(file).stem for file in frozen.files] == [*PASSES]
    assert TABLES.frozen.filter(pl.col("sha256") == pl.col("found")).collect().height == 3


def test_who_made_the_passes_is_one_model_and_says_so():
    rows = TABLES.annotators.select("annotator", "kind", "description").collect().rows()
    made = [row for row in rows if row[0] in PASSES]
    assert [(name, kind) for name, kind, _ in made] == [(name, "model") for name in PASSES]
    others = [(name, kind) for name, kind, _ in rows if name not in PASSES]
    assert others == [("c1", "model"), ("a1", "human")]
    for _, _, about in made:
        assert "No human has checked it" in about
        assert "self-consistency, not inter-annotator agreement" in about


def test_annotations_bear_the_versions_and_the_text_that_they_were_made_with():
    for row in TABLES.annotations.collect().to_dicts():
        assert row["given_sha256"] == DIGEST
        guidelines = "1.1.0" if row["annotator"] == "gold" else "1.0.0"
        assert (row["schema_version"], row["guideline_version"]) == (HEDGEROW.version, guidelines)


def test_the_gold_is_what_the_recorded_decisions_make_of_the_passes():
    [case] = cases(ROOT, TABLES, HEDGEROW).cases
    assert (case.open, case.voted, case.record.stale) == ([], [], [])
    assert case.gold == (ROOT / "annotations" / DOC_ID / "gold.json").read_bytes()
    assert rendered_record(case.record) == case.before
    asked = {case.conflicts[entry.id].kind: entry.moot for entry in case.record.conflicts}
    assert asked == {"attribute": False, "missing span": False, "relation": True}


def test_the_curator_is_a_model_that_made_no_pass_and_gave_reasons():
    [case] = cases(ROOT, TABLES, HEDGEROW).cases
    [(about, kind)] = (
        TABLES.annotators.filter(annotator="c1").select("description", "kind").collect().rows()
    )
    assert kind == "model"
    assert "model consensus. No human has checked it." in about
    for conflict in case.decided:
        entry = case.entries[conflict.id]
        assert entry.by == "c1"
        assert entry.reason.startswith("Guidelines, ")


def test_every_layer_and_the_main_relations_are_used_in_each_pass():
    types = {"source", "cue", "scope", "asserts", "actor", "recipient"}
    for row in TABLES.annotations.collect()["row"]:
        one = TABLES.of([row])
        assert set(one.spans.collect()["layer"]) == set(HEDGEROW.layers)
        assert set(one.relations.collect()["type"]) == types


def test_each_event_is_one_word_or_a_verb_with_its_particle():
    words = TABLES.spans.filter(layer="event").collect()["text"]
    assert {word for word in words if not re.fullmatch(r"[\w-]+", word)} == {"touched upon"}


def test_no_speaker_ends_in_a_possessive():
    speakers = TABLES.spans.filter(layer="speaker").collect()["text"]
    assert [text for text in speakers if re.search(r"['’]s?$", text)] == []


def test_actor_and_recipient_stand_in_the_sentence_of_their_event():
    ends = TABLES.spans.select("annotation", "span_id", "start")
    joined = TABLES.relations.filter(pl.col("type").is_in(["actor", "recipient"]))
    for end in ("from_id", "to_id"):
        keys = ["annotation", end]
        joined = joined.join(ends, left_on=keys, right_on=["annotation", "span_id"], suffix="_to")
    assert joined.collect().height > 80
    for a, b in joined.select("start", "start_to").collect().rows():
        assert any(s["start"] <= min(a, b) <= max(a, b) < s["end"] for s in META["sentences"])

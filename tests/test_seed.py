"""The committed seed: the text, its metadata, its entities and its one annotation."""

import hashlib
import re
import tomllib
from pathlib import Path

import polars as pl
import pytest

from corpus.load import read_corpus
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


# ------------------------------------------------------------------------ the annotation


def test_annotation_is_canonical():
    path = Path("annotations", DOC_ID, "m1.json")
    assert rendered(TABLES, SCHEMA) == {path: (ROOT / path).read_bytes()}


def test_corpus_is_clean():
    found = validate(TABLES, SCHEMA)
    assert found == []
    counts = summary(found, TABLES)
    assert (counts["documents"], counts["annotations"]) == (1, 1)
    assert (counts["errors"], counts["warnings"]) == (0, 0)


def test_annotator_is_a_model_and_says_so():
    assert TABLES.annotators.collect()["annotator"].to_list() == ["m1"]
    [(kind, about)] = TABLES.annotators.select("kind", "description").collect().rows()
    assert kind == "model"
    assert "No human has checked it" in about
    assert "measures nothing" in about


def test_annotation_bears_the_versions_and_the_text_that_it_was_made_with():
    [row] = TABLES.annotations.collect().to_dicts()
    assert row["given_sha256"] == DIGEST
    assert (row["schema_version"], row["guideline_version"]) == (
        HEDGEROW.version,
        HEDGEROW.guidelines,
    )


def test_every_layer_and_the_main_relations_are_used():
    assert set(TABLES.spans.collect()["layer"]) == set(HEDGEROW.layers)
    types = {"source", "cue", "scope", "asserts", "actor", "recipient"}
    assert types <= set(TABLES.relations.collect()["type"])


def spans(text, layer):
    """Return the values of each span of a layer on these words, in order of the text."""
    values = TABLES.attributes.group_by("span_id").agg("name", "value")
    rows = TABLES.spans.filter(text=text, layer=layer).join(values, on="span_id", how="left")
    found = rows.sort("start").collect().to_dicts()
    return [dict(zip(row["name"] or [], row["value"] or [], strict=True)) for row in found]


def links(kind):
    """Return the (text, text) of each relation of a type."""
    ends = TABLES.spans.select("span_id", "text")
    joined = TABLES.relations.filter(type=kind).join(ends, left_on="from_id", right_on="span_id")
    joined = joined.join(ends, left_on="to_id", right_on="span_id", suffix="_to").sort("row")
    return joined.select("text", "text_to").collect().rows()


def test_each_event_is_one_word_and_no_speaker_ends_in_a_possessive():
    words = TABLES.spans.filter(layer="event").collect()["text"]
    assert [word for word in words if not re.fullmatch(r"[\w-]+", word)] == []
    speakers = TABLES.spans.filter(layer="speaker").collect()["text"]
    assert [text for text in speakers if re.search(r"['’]s?$", text)] == []


def test_actor_and_recipient_stand_in_the_sentence_of_their_event():
    ends = TABLES.spans.select("span_id", "start")
    joined = (
        TABLES.relations.filter(pl.col("type").is_in(["actor", "recipient"]))
        .join(ends, left_on="from_id", right_on="span_id")
        .join(ends, left_on="to_id", right_on="span_id", suffix="_to")
    )
    for a, b in joined.select("start", "start_to").collect().rows():
        assert any(s["start"] <= min(a, b) <= max(a, b) < s["end"] for s in META["sentences"])


def test_whoever_took_part_in_the_call_is_its_actor_wherever_one_sentence_names_both():
    def entities(span_ids):
        named = TABLES.attributes.filter(pl.col("span_id").is_in(span_ids), name="entity")
        return {*named.collect()["value"]} & {"donald-trump", "xi-jinping"}

    calls = TABLES.spans.filter(layer="event").filter(
        pl.col("text").is_in(["call", "conversation"])
    )
    assert calls.collect().height == 6
    for call in calls.collect().to_dicts():
        [s] = [s for s in META["sentences"] if s["start"] <= call["start"] < s["end"]]
        there = TABLES.spans.filter(pl.col("start").is_between(s["start"], s["end"]))
        speakers = there.filter(layer="speaker").collect()["span_id"].to_list()
        actors = TABLES.relations.filter(type="actor", from_id=call["span_id"]).collect()["to_id"]
        assert entities(actors.to_list()) == entities(speakers)


# The hard places that the schema's notes name, each decided.


def test_accepted_an_invitation_is_the_verb_and_extended_an_invitation_is_the_noun():
    assert [span["type"] for span in spans("accepted", "event")] == ["AGREE"]
    assert [span["type"] for span in spans("invitation", "event")] == ["AGREE"]
    assert spans("extended", "event") == []
    [start] = TABLES.spans.filter(text="invitation").collect()["start"]
    assert TEXT[:start].endswith("extended a reciprocal ")


def test_will_meet_is_a_policy_that_the_claim_asserts():
    [claim] = [c for c in TABLES.spans.collect()["text"] if c.startswith("that senior U.S.")]
    assert spans(claim, "claim")[0]["claim_type"] == "policy"
    assert spans("meet", "event")[0]["realis"] == "future"
    assert (claim, "meet") in links("asserts")


def test_suggesting_progress_is_an_event_and_a_hedge_and_difficult():
    [event], [hedge] = spans("suggesting", "event"), spans("suggesting", "hedge")
    assert (event["type"], event["difficult"], hedge["hedge_type"]) == (
        "STATEMENT",
        "true",
        "epistemic",
    )
    [claim] = spans("progress on rare earths discussions", "claim")
    assert (claim["certainty"], claim["difficult"]) == ("probable", "true")
    assert ("suggesting", "progress on rare earths discussions") in links("scope")


def test_chinese_statements_were_more_reserved_has_chinese_as_a_speaker():
    assert [span["entity"] for span in spans("Chinese", "speaker")] == ["china"]
    assert spans("Chinese statements were more reserved", "claim")[0]["attribution"] == "author"
    assert ("the importance of adhering to existing agreements", "Chinese") in links("source")


def test_which_are_vital_is_a_claim_of_the_author():
    [claim] = spans("which are vital for various high-tech industries", "claim")
    assert (claim["attribution"], claim["claim_type"]) == ("author", "value")


def test_outcomes_that_depend_are_conditional_and_unknown():
    [claim] = [c for c in TABLES.spans.collect()["text"] if c.startswith("substantive outcomes")]
    assert spans(claim, "claim")[0]["certainty"] == "unknown"
    assert spans("depend on", "hedge")[0]["hedge_type"] == "conditional"
    assert ("depend on", claim) in links("scope")


def test_two_hedges_on_one_claim_make_it_possible():
    claim = "the tone of the recent call suggests a potential thaw in relations"
    assert [hedge for hedge, to in links("scope") if to == claim] == ["suggests", "potential"]
    assert spans(claim, "claim")[0]["certainty"] == "possible"


def test_officials_and_each_that_is_named_are_speakers():
    named = [
        "senior U.S. officials",
        "Treasury Secretary Scott Bessent",
        "Commerce Secretary Howard Lutnick",
        "U.S. Trade Representative Jamieson Greer",
    ]
    assert [len(spans(name, "speaker")) for name in named] == [1, 1, 1, 1]
    assert set(named) <= {to for event, to in links("actor") if event == "meet"}


def test_without_detailing_is_a_negative_event_and_no_claim():
    assert spans("detailing", "event")[0]["polarity"] == "negative"
    assert "detailing" not in [cue for _, cue in links("cue")]
    assert not [
        c for c in TABLES.spans.filter(layer="claim").collect()["text"] if "concessions" in c
    ]


def test_the_importance_of_adhering_is_a_value():
    [claim] = spans("the importance of adhering to existing agreements", "claim")
    assert (claim["claim_type"], claim["certainty"]) == ("value", "certain")


def test_a_group_noun_bears_the_ids_of_all():
    found = TABLES.attributes.join(TABLES.spans.filter(text="Both leaders"), on="span_id")
    assert found.filter(name="entity").collect()["value"].to_list() == [
        "donald-trump",
        "xi-jinping",
    ]

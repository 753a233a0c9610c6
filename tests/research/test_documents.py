"""Documents, and the ways from one span to another, whatever the schema calls them."""

import copy
import pickle

import pytest

from corpus import load
from corpus.dataset.build import build
from corpus.reading import read_corpus
from corpus.research.collection import Documents
from corpus.research.folder import made_of
from corpus.schema import read_schema
from corpus.shorthand import parse
from tests.corpora import (
    ANN,
    HEDGEROW,
    ROOT,
    TEXT,
    TINY,
    TINY_FILE,
    annotation,
    canonical,
    folder,
    seed,
    span,
)

SAID = (
    "[She]{speaker#s entity=ann} [said]{event#e spoken} "
    "[[it]{speaker#i} rained]{claim#c certain weather trade source>s cue>e}. "
    "[It did]{claim#d supports>c}."
)


def only(shorthand, schema=TINY):
    """Return the one document of a line."""
    [document] = Documents(made_of(parse(shorthand, schema), schema), {})
    return document


def texts(spans):
    return [span.text for span in spans]


@pytest.fixture(scope="module")
def document():
    return only(SAID)


def test_spans_stand_in_the_order_of_the_text_the_outer_one_first(document):
    assert texts(document.spans) == ["She", "said", "it rained", "it", "It did"]
    assert [span.number for span in document.spans] == [0, 1, 2, 3, 4]
    assert all(document.text[span.start : span.end] == span.text for span in document.spans)


def test_a_document_answers_to_the_plurals_of_its_layers(document):
    assert texts(document.claims) == texts(document.layer("claim")) == ["it rained", "It did"]
    assert {"claims", "events", "title", "sentences"} <= {*dir(document)}
    assert document.annotator == document.about["annotator"]


def test_a_span_answers_to_its_attributes(document):
    one, other = document.claims
    assert (one.certainty, one.stance, one.topic, one.difficult) == (
        "certain",
        "affirm",
        ["trade", "weather"],
        False,
    )
    assert (other.certainty, other.topic) == (None, [])
    assert document.speakers[0].entity == ["ann"]


def test_a_relation_leads_to_a_list_in_the_order_of_the_text(document):
    one, other = document.claims
    assert (texts(one.source), texts(one.cue), one.supports) == (["She"], ["said"], [])
    assert texts(other.supports) == ["it rained"]
    assert texts(one.to()) == ["She", "said"]
    assert other.supports[0] is one


def test_a_layers_plural_leads_back_to_the_spans_with_a_relation_to_here(document):
    one, other = document.claims
    assert texts(document.speakers[0].claims) == texts(document.events[0].claims) == ["it rained"]
    assert one.claims == [other]
    assert one.speakers == []
    assert (one.from_("supports"), one.from_("cue")) == ([other], [])


def test_a_hedge_is_found_from_the_claim_that_it_weakens():
    line = (
        "[It]{speaker#i entity=i} [says]{event#s STATEMENT} [it [may]{hedge epistemic scope>c} "
        "[possibly]{hedge epistemic scope>c} rain]{claim#c indirect fact possible source>i cue>s}."
    )
    [claim] = only(line, HEDGEROW).claims
    assert texts(claim.hedges) == ["may", "possibly"]
    assert [hedge.scope for hedge in claim.hedges] == [[claim], [claim]]


def test_two_relations_between_the_same_spans_name_each_once():
    line = "[Lee]{speaker#l entity=lee} [met]{event#e CONSULT actor>l recipient>l}."
    [event] = only(line, HEDGEROW).events
    assert texts(event.to()) == ["Lee"]
    assert event.actor[0].events == [event]
    assert [relation.type for relation in event.document.relations] == ["actor", "recipient"]


def test_sentences_lead_to_their_spans_and_back(document):
    [sentence] = document.sentences
    assert sentence.text == document.text
    assert [*sentence.spans] == [*document.spans]
    assert sentence.claims == document.claims
    assert all(span.sentence is sentence for span in document.spans)


def test_a_span_before_all_sentences_is_in_none():
    own = load(ROOT).documents[0]
    inside = [span for span in own.spans if span.sentence]
    assert all(s.sentence.start <= s.start < s.sentence.end for s in inside)
    assert sum(len(sentence.spans) for sentence in own.sentences) == len(inside)


def test_an_attribute_comes_before_a_relation_of_its_name_and_each_can_be_asked_for(tmp_path):
    path = tmp_path / "tiny.toml"
    told = TINY_FILE.read_text().replace("[relations.source]", "[relations.certainty]")
    path.write_text(told.replace('repeat_by = "source"', 'repeat_by = "certainty"'))
    schema = read_schema(path)
    line = "[She]{speaker#s} said [it rained]{claim certain certainty>s}."
    [claim] = only(line, schema).claims
    assert claim.certainty == claim.attributes["certainty"] == "certain"
    assert texts(claim.to("certainty")) == ["She"]


def test_an_own_field_comes_before_a_layer_of_its_name_which_can_be_asked_for(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY_FILE.read_text().replace('plural = "claims"', 'plural = "text"'))
    made = only("She said [it rained]{claim}.", read_schema(path))
    assert made.text == "She said it rained."
    assert texts(made.layer("claim")) == ["it rained"]


def test_a_name_that_there_is_not_is_told_with_those_that_there_are(document):
    with pytest.raises(AttributeError) as told:
        document.claims[0].sauce  # noqa: B018
    assert str(told.value).startswith(
        "claim has no 'sauce'; there are attributes certainty, stance"
    )
    assert "; relations source, cue, " in str(told.value)
    assert str(told.value).endswith("; layers claims, events, speakers")
    assert (told.value.name, told.value.obj) == ("sauce", document.claims[0])
    with pytest.raises(AttributeError, match="document has no 'claim'; there are attributes split"):
        document.claim  # noqa: B018
    with pytest.raises(AttributeError, match="sentence has no 'claim'; there are layers claims"):
        document.sentences[0].claim  # noqa: B018


def test_dir_completes_the_names_of_the_data(document):
    assert {"certainty", "source", "claims", "text", "to", "from_"} <= {*dir(document.claims[0])}
    assert "claims" in dir(document.sentences[0])


def test_reprs_are_short(document):
    assert repr(document) == "<Document 'example': 5 spans of ann>"
    assert repr(document.claims[0]) == "<claim 9:18 'it rained'>"
    assert repr(document.relations[0]).startswith("<cue: <claim 9:18 'it rained'> -> <event")
    long = only(f"[{'rain ' * 40}fell]{{claim}}.").claims[0]
    assert len(repr(long)) < 90


def test_spans_are_copied_and_pickled_like_anything(document):
    claim = document.claims[0]
    assert copy.copy(claim).source == claim.source
    assert repr(pickle.loads(pickle.dumps(claim)).document.spans) == repr(document.spans)


def test_a_document_is_one_object_while_it_is_held():
    documents = load(ROOT).documents
    document = documents[0]
    assert documents[document.doc_id] is documents[-1] is document
    assert document.spans[0].document is document
    assert documents[:1] == [document]
    with pytest.raises(KeyError, match="no document 'x'"):
        documents["x"]
    with pytest.raises(IndexError):
        documents[1]


def test_a_page_shows_each_character_once_and_escapes_it():
    made = only("A < [b & [c]{speaker} d]{claim certain}.")
    html = made._repr_html_()
    assert "A &lt; <span" in html
    assert 'title="claim: certainty certain, stance affirm; speaker: "' in html
    assert made.sentences[0]._repr_html_() == html


def test_a_withheld_text_leaves_offsets_attributes_and_relations(tmp_path):
    files = {
        ANN: canonical(annotation(spans=[span(9, 18, attributes={"certainty": "certain"})])),
        "seeds/example.toml": seed(TEXT, release="standoff"),
    }
    root = folder(tmp_path / "corpus", files)
    build(*read_corpus(root), tmp_path / "dataset")
    for annotator in (None, "ann"):
        document = load(tmp_path / "dataset", annotator).documents[0]
        [claim] = document.claims
        assert (document.text, claim.text, claim.sentence.text) == (None, None, None)
        assert (claim.start, claim.certainty, repr(claim)) == (9, "certain", "<claim 9:18>")
        assert "(text withheld)" in document._repr_html_()
        assert load(tmp_path / "dataset", annotator).frames["claims"]["text"].isna().all()
    assert load(root).documents[0].claims[0].text == "it rained"

"""The kinds of conflict, how they are shown, and when a question is another one."""

import pytest

from corpus.adjudication.conflicts import KINDS, conflicts
from tests.adjudication.several import comparison_of, letter

SHE = "[She]{speaker} said [it rained]{claim certain}."
PAIRS = {
    "missing span": (SHE, "She said [it rained]{claim certain}."),
    "boundary": (SHE, "[She]{speaker} said it [rained]{claim certain}."),
    "layer": (SHE, "[She]{event} said [it rained]{claim certain}."),
    "attribute": (SHE, "[She]{speaker} said [it rained]{claim possible}."),
    "entity": ("[She]{speaker entity=xi} rained.", "[She]{speaker entity=li,xi} rained."),
    "relation": (
        "[She]{speaker#s} said [it rained]{claim source>s}.",
        "[She]{speaker#s} said [it rained]{claim}.",
    ),
}


def asked(ann, bo, **more):
    found = comparison_of({"ann": ann, "bo": bo, **more})
    return found, [*conflicts(found).values()]


def test_every_kind_has_a_pair():
    assert sorted(PAIRS) == sorted(KINDS)


@pytest.mark.parametrize("kind", PAIRS)
def test_a_pair_has_one_conflict_and_it_is_of_this_kind(kind):
    _, [conflict] = asked(*PAIRS[kind])
    assert conflict.kind == kind
    assert set(conflict.choices) == {"A", "B"}


SHOWN = {
    "missing span": ("speaker", "⟦She⟧ said it rained.", "[She]{speaker}", "–"),
    "boundary": ("claim", "She said ⟦it rained⟧.", "[it rained] 9..18", "[rained] 12..18"),
    "layer": ("speaker or event", "⟦She⟧ said it rained.", "speaker", "event"),
    "attribute": ("certainty of claim", "She said ⟦it rained⟧.", "certain", "possible"),
    "entity": ("entity of speaker", "⟦She⟧ rained.", "xi", "li, xi"),
    "relation": (
        "[it rained]{claim} source > [She]{speaker}",
        "⟦She⟧ said ⟦it rained⟧.",
        "source",
        "–",
    ),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_a_conflict_says_what_it_is_about_and_what_each_says(kind):
    found, [conflict] = asked(*PAIRS[kind])
    about, text, ann, bo = SHOWN[kind]
    both = {about, " or ".join(reversed(about.split(" or ")))}
    assert conflict.about in both
    assert conflict.text == text
    assert conflict.says == {letter(found, "ann"): ann, letter(found, "bo"): bo}


def test_who_lacks_the_span_is_no_choice():
    both = {"ann": "It [rained]{event spoken}.", "bo": "It [rained]{event written}."}
    found, [missing, manner] = asked(**both, cy="It rained.")
    assert (missing.kind, manner.kind) == ("missing span", "attribute")
    assert set(manner.choices) == {letter(found, name) for name in ("ann", "bo")}
    assert manner.says[letter(found, "cy")] == "(no such span)"


def ids(said, **more):
    return {(c.kind, c.about): c.id for c in conflicts(comparison_of(said, **more)).values()}


BOTH = {"ann": "[She]{event} [said]{event spoken}.", "bo": "She [said]{event written}."}


def test_ids_do_not_depend_on_the_ids_of_spans():
    renamed = {"ann": "[She]{event#x} [said]{event#y spoken}.", "bo": BOTH["bo"]}
    assert ids(renamed) == ids(BOTH)


def test_only_ids_of_what_changed_are_others():
    changed = BOTH | {"ann": "[She]{event} [said]{event silent}."}
    before, after = ids(BOTH), ids(changed)
    assert before["missing span", "event"] == after["missing span", "event"]
    assert before["attribute", "manner of event"] != after["attribute", "manner of event"]


def test_ids_are_of_the_document():
    assert not {*ids(BOTH).values()} & {*ids(BOTH, doc_id="another").values()}


def test_two_questions_in_the_same_words_have_two_ids():
    twice = "[[Rain]{claim#a source>s}]{claim#b source>t}: [he]{speaker#s}, [she]{speaker#t}."
    once = "Rain: [he]{speaker#s}, [she]{speaker#t}."
    found = [c for c in conflicts(comparison_of({"ann": twice, "bo": once})) if "-" in c]
    assert len(found) == 1
    assert found[0].endswith("-2")


def test_a_context_is_the_sentences_of_the_span():
    text = "It is {}.\nAnd [so]{{event}} on.\nEnd."
    [conflict] = conflicts(
        comparison_of({"ann": text.format("[cold]{claim}"), "bo": text.format("cold")})
    ).values()
    assert conflict.text == "It is ⟦cold⟧."


def test_a_relation_between_two_sentences_shows_both():
    ann = "[She]{speaker#s} came.\nNobody else.\n[It rained]{claim source>s}."
    bo = "[She]{speaker#s} came.\nNobody else.\n[It rained]{claim}."
    _, [conflict] = asked(ann, bo)
    assert conflict.text == "⟦She⟧ came. … ⟦It rained⟧."


def test_what_steers_a_terminal_is_written_out():
    _, [conflict] = asked("It [ra\x1bi\u202en]{event}ed.", "It ra\x1bi\u202ened.")
    assert conflict.text == "It ⟦ra\\x1bi\\u202en⟧ed."


def test_a_long_span_is_shown_without_its_middle():
    text = "word " * 100 + "end"
    _, [conflict] = asked(f"[{text}]{{claim}}.", f"{text}.")
    assert len(conflict.says["A"] + conflict.says["B"]) < 150


def test_of_a_sentence_as_long_as_a_text_the_neighbourhood_is_shown():
    long = " ".join(["word"] * 500)
    [conflict] = conflicts(
        comparison_of({"ann": f"{long} [it]{{event}}.", "bo": f"{long} it."})
    ).values()
    assert len(conflict.text) < 80
    assert conflict.text.endswith(" word ⟦it⟧.")

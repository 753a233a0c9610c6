"""S and G: what rules about words find, and what they leave alone, a line each."""

from dataclasses import replace

import polars as pl
import pytest

from corpus.rules import find_rule
from corpus.rules.reading import Cover, readings
from corpus.shorthand import parse
from corpus.validation import validate
from tests.corpora import HEDGEROW, TINY

SHE = "[She]{speaker#s entity=she}"
SAID = "[said]{event#e STATEMENT}"
CLAIM = "claim#c indirect fact certain source>s cue>e"
AUTHOR = "claim#c author value certain"


def fires(rule, line):
    """Say whether a rule finds something in a line."""
    return rule in {f.name for f in validate(parse(line, HEDGEROW), HEDGEROW)}


FIRES = {
    "speaker-with-possessive": [
        "[Lee's]{speaker entity=lee} visit",
        "[the boys’]{speaker entity=b} visit",
    ],
    "claim-edge-punctuation": [
        f"[It was bad.]{{{AUTHOR}}}",
        f"[, it was bad]{{{AUTHOR}}}",
        f"[It was bad,]{{{AUTHOR}}} very",
        f"[Was it bad?]{{{AUTHOR}}}",
    ],
    "claim-starts-with-connective": [
        f"[but it was bad]{{{AUTHOR}}}",
        f"[Because it was bad]{{{AUTHOR}}}",
        f"[However, it was bad]{{{AUTHOR}}}",
    ],
    "claim-without-its-that": [f"{SHE} {SAID} that [it rained]{{{CLAIM}}}"],
    "quote-unbalanced": [
        f'It was ["bad]{{{AUTHOR}}}"',
        f"It was [“bad]{{{AUTHOR}}}”",
        f"“So [it was” bad]{{{AUTHOR}}}",
        f"“So” [it” was “bad]{{{AUTHOR}}}” and “so”",
    ],
    "direct-without-quotes": [
        f"{SHE} {SAID} [it rained]{{{CLAIM.replace('indirect', 'direct')}}}",
        f'{SHE} {SAID} [it "rained"]{{{CLAIM.replace("indirect", "direct")}}}',
    ],
    "indirect-with-quotes": [
        f'{SHE} {SAID} [it was "bad"]{{{CLAIM}}}',
        f'{SHE} {SAID} ["it was bad"]{{{CLAIM}}}',
        f"{SHE} {SAID} [it was ‘very bad’ then]{{{CLAIM}}}",
    ],
    "quotes-unclaimed": [
        'It was called "a big mistake" there',
        "It was called ‘a big mistake’ there",
    ],
    "event-too-long": [
        "They [held a meeting]{event CONSULT}",
        "They [met again]{event CONSULT}",
        "They [broke it off]{event SANCTION}",
    ],
    "event-light-verb": [
        "They [held]{event CONSULT} a meeting",
        "They [made]{event AGREE} her a big offer",
        "They [paid]{event CONSULT} a visit",
    ],
    "negation-unmarked": [
        "They did not [meet]{event CONSULT}",
        "They did not really [meet]{event CONSULT}",
        "They didn’t [meet]{event CONSULT}",
        "They did not even [meet]{event CONSULT}",
        "without [meeting]{event CONSULT} them",
        "There was no [meeting]{event CONSULT}",
        "They have never been [met]{event CONSULT actual}",
    ],
    "future-unmarked": [
        "They will [meet]{event CONSULT}",
        "They will also be [met]{event CONSULT}",
        "They won’t [meet]{event CONSULT negative}",
    ],
    "said-unmarked": ["She said no more", "It rained, she says", "She denied it"],
    "hedge-stoplist": [
        "It was [historic]{hedge approximator}",
        "[Some]{hedge approximator} people left",
        "She [plans]{hedge epistemic} it",
    ],
    "hedge-missed": [
        "It may rain",
        "Perhaps it rains",
        "It is said to rain",
        "Nearly 90 people left",
        "Some 90 people left",
        "It cost some $90",
        "Reportedly it rains",
        "It may\nrain",
    ],
    "certainty-unsupported": ["[It rains]{claim author fact possible}"],
    "other-without-actor": ["Prices [rose]{event OTHER}"],
    "cue-far-from-claim": [
        f"{SHE} {SAID} so.\nOne.\nTwo.\n[It rained]{{{CLAIM}}}",
        f"[It rained]{{{CLAIM}}}\nOne.\nTwo.\n{SHE} {SAID} so.",
    ],
    "hedge-far-from-scope": [
        "It [may]{hedge epistemic scope>c}.\n[It was bad]{claim#c author value possible}"
    ],
    "event-and-hedge-share-span": [
        "It [[shows]{event STATEMENT}]{hedge epistemic scope>c} [it]{claim#c}"
    ],
}
SILENT = {
    "speaker-with-possessive": [
        "[The ‘Iron Lady’]{speaker entity=t} left",
        "[“Iron” Lee]{speaker entity=t} left",
        "[Lee]{speaker entity=lee}'s visit",
        "[O’Hara]{speaker entity=lee} left",
    ],
    "claim-edge-punctuation": [
        f"[It was in Dec.]{{{AUTHOR}}}",
        f"[“It was bad.]{{{AUTHOR}}}\n“And so on.”",
        f"“[It was bad.]{{{AUTHOR}}}”",
        f"[It was bad]{{{AUTHOR}}}.",
        f"[It was in the U.S.]{{{AUTHOR}}}",
        f"[It was by Acme Corp.]{{{AUTHOR}}}",
        f"[“It was bad.”]{{{AUTHOR}}}",
        f"[It was bad …]{{{AUTHOR}}}",
        f"[-5 degrees were bad]{{{AUTHOR}}}",
    ],
    "claim-starts-with-connective": [
        f"[because it rained, the match was off]{{{AUTHOR}}}",
        f"[Despite the rain, it was great]{{{AUTHOR}}}",
        f"[so far it was good]{{{AUTHOR}}}",
        f"[since 1990 it was better]{{{AUTHOR}}}",
        f"[So many dead is a shame]{{{AUTHOR}}}",
        f'["But it was bad"]{{{AUTHOR}}}',
        f"[Butter was bad]{{{AUTHOR}}}",
        "[It]{claim#a author fact certain} rained [and poured]{claim continues>a}",
    ],
    "claim-without-its-that": [
        'They [called]{event#e STATEMENT} that ["a mistake"]{claim direct fact certain cue>e}',
        f"{SHE} {SAID} [that it rained]{{{CLAIM}}}",
        f"all of that, [it rained]{{{AUTHOR}}}",
    ],
    "quote-unbalanced": [
        f'["It was bad"]{{{AUTHOR}}}',
        f"[the boys’ and Lee's were bad]{{{AUTHOR}}}",
        f"[“It was bad]{{{AUTHOR}}}\n[“And worse”]{{claim author value certain}}",
        f"“[It was bad]{{{AUTHOR}}}”",
        f"[It was “bad” and “worse”]{{{AUTHOR}}}",
    ],
    "direct-without-quotes": [
        f'{SHE} {SAID} ["it rained"]{{{CLAIM.replace("indirect", "direct")}}}',
        f'{SHE} {SAID}: "[It rained]{{{CLAIM.replace("indirect", "direct")}}}. And then"',
        f"{SHE} {SAID}: “[It rained]{{{CLAIM.replace('indirect', 'direct')}}}.\n“And then”",
        f"“So it went on.\n[It rained]{{{CLAIM.replace('indirect', 'direct')}}},” {SHE} {SAID}",
    ],
    "indirect-with-quotes": [
        f'{SHE} {SAID} [the film "Gone With the Wind" was dull]{{{CLAIM}}}',
        f"{SHE} {SAID} [the boys’ and Lee's visit failed]{{{CLAIM}}}",
        f'{SHE} {SAID} "[it rained]{{{CLAIM}}}"',
        f'{SHE} {SAID} [he called it ["bad"]{{claim direct value certain}}]{{{CLAIM}}}',
    ],
    "quotes-unclaimed": [
        'They sang "Gone With the Wind"',
        'It was called "bad" there',
        f'It was [called "a big mistake" there]{{{AUTHOR}}}',
        f'It was "a big [mistake]{{{AUTHOR}}}" there',
        '# A heading with "a big mistake" in it\nAnd text',
    ],
    "event-too-long": [
        "She [looked forward to]{event STATEMENT} it",
        "They [cracked down on]{event COERCE} it",
        "They [pulled ahead]{event OTHER}",
        "They [met]{event CONSULT}",
        "They [broke off]{event SANCTION} the talks",
        "[According to]{event STATEMENT} her",
        "a [face-to-face]{event CONSULT} talk",
    ],
    "event-light-verb": [
        "They [took]{event ASSAULT} the town after talks failed",
        "They [paid]{event AID} for the visit",
        "They [paid]{event AID} the workers' demands",
        "She [gave]{event AID} the protest organisers money",
        "They [delivered]{event AID} food to the summit",
        "They [held]{event COERCE} the suspect",
        "They [rejected]{event REJECT} the offer",
        "They [gave]{event AID} money. A meeting followed",
    ],
    "negation-unmarked": [
        "Question No [raised]{event STATEMENT} eyebrows",
        "Whether or not [bombed]{event ASSAULT}, they stay",
        "They did not [meet]{event CONSULT negative}",
        "They [met]{event CONSULT} not once",
        "It did not rain when they [met]{event CONSULT}",
        "No, they [met]{event CONSULT}",
    ],
    "future-unmarked": [
        "[Will]{speaker entity=w} [met]{event CONSULT} Lee",
        "Her last will [angered]{event ACCUSE} them",
        "Against his will [arrested]{event COERCE}, he wept",
        "The living will [signed]{event OTHER} by her",
        "Good Will [won]{event OTHER}",
        "They will [meet]{event CONSULT future}",
        "They will, she said, [meet]{event CONSULT}",
        "their free will. [Meeting]{event CONSULT} them",
    ],
    "said-unmarked": [
        "That said, it rained",
        "The said agreement",
        "Easier said than done",
        "Having said that, she left",
        "All told, ten left",
        "He is said by friends to have left",
        "The said aim, as stated above",
        "She [said]{event STATEMENT} so",
        "It is said to rain",
        "the unsaid, the aforesaid",
    ],
    "hedge-stoplist": [
        "[some]{hedge approximator scope>e} 90 [left]{event#e RETREAT}",
        "[largely]{hedge approximator}",
    ],
    "hedge-missed": [
        "May rejected the plan",
        "in early May and on 12 may",
        "He could swim at five",
        "They walked around 10 Downing Street",
        "A book about 1968, a debate about 5G",
        "It rained in May",
        "May 5 was wet",
        "It could not rain",
        "They talked about 90 people",
        "He talked about it",
        "They walked around",
        "some people left",
        "It [may]{hedge epistemic} rain",
        "# It may rain",
        "the mayor and his might-have-been",
    ],
    "certainty-unsupported": [
        "Lee [asked]{event#e REQUEST} [who had paid]{claim indirect fact unknown cue>e}",
        '["Is it over?"]{claim author fact unknown}',
        "[It [may]{hedge epistemic scope>c} rain]{claim#c author prediction possible}",
        "[whether it rains]{claim author fact unknown}",
        f"{SHE} [hopes]{{event#e STATEMENT}} [it rains]{{{CLAIM.replace('certain', 'probable')}}}",
    ],
    "other-without-actor": [f"{SHE} [moved]{{event OTHER actor>s}}"],
    "cue-far-from-claim": [f"{SHE} {SAID} so.\nOne.\n[It rained]{{{CLAIM}}}"],
    "hedge-far-from-scope": [
        "[It [may]{hedge epistemic scope>c} rain]{claim#c author value possible}"
    ],
    "event-and-hedge-share-span": [
        "It [[hints]{event STATEMENT}]{hedge epistemic scope>c} [it]{claim#c}",
        "It [[said so]{claim#c}]{event STATEMENT}",
    ],
}


def by_rule(lines):
    return pytest.mark.parametrize(
        ("rule", "line"), [(r, line) for r, own in lines.items() for line in own]
    )


@by_rule(FIRES)
def test_rule_finds(rule, line):
    assert fires(rule, line)


@by_rule(SILENT)
def test_rule_leaves_alone(rule, line):
    assert not fires(rule, line)


def test_every_rule_that_reads_a_lexicon_is_tried_on_both_kinds_of_line():
    reading = {name for name in HEDGEROW.rules if find_rule(name).lists}
    assert reading <= FIRES.keys() == SILENT.keys()


def test_name_that_ends_like_a_possessive_is_left_alone():
    tables = parse("[McDonald's]{speaker#s entity=mc} [left]{event RETREAT actor>s}", HEDGEROW)
    named = replace(tables, entities=tables.entities.with_columns(name=pl.lit("McDonald's")))
    assert [f.name for f in validate(tables, HEDGEROW)] == ["speaker-with-possessive"]
    assert validate(named, HEDGEROW) == []


def test_rules_about_words_are_silent_in_a_language_without_a_lexicon():
    line = (
        "[Es may sein.]{claim author value certain} She said so, and did not [meet]{event CONSULT}"
    )
    english = parse(line, HEDGEROW)
    german = replace(english, documents=english.documents.with_columns(language=pl.lit("de")))
    said = {f.name for f in validate(english, HEDGEROW)}
    assert {"hedge-missed", "said-unmarked", "negation-unmarked", "claim-edge-punctuation"} <= said
    assert validate(german, HEDGEROW) == []
    british = replace(english, documents=english.documents.with_columns(language=pl.lit("en-GB")))
    assert {f.name for f in validate(british, HEDGEROW)} == said


def test_rules_of_guidelines_are_silent_in_a_schema_that_asks_for_none():
    lines = [line for own in FIRES.values() for line in own]
    assert TINY.rules == {}
    for line in lines:
        assert not {f.code[0] for f in validate(parse(line, HEDGEROW), TINY)} & {"G"}


def test_word_is_quoted_with_its_place():
    [finding] = validate(parse("It rained. It may rain.", HEDGEROW), HEDGEROW)
    assert (finding.message, finding.start, finding.end) == (
        "'may' is a hedge and not marked as one",
        14,
        17,
    )


def test_span_that_cuts_a_word_says_what_stands_beside():
    for line, letter in [("[Sh]{speaker#s}e said", "e"), ("S[he]{speaker#s} said", "S")]:
        [finding] = [f for f in validate(parse(line, TINY), TINY) if f.code == "S107"]
        assert finding.message.endswith(f"cuts a word: beside it stands '{letter}'")


@pytest.mark.parametrize("line", ["[China]{speaker}’s", "[東京]{speaker}で", "(it [is]{event})"])
def test_span_between_words_cuts_none(line):
    assert validate(parse(line, TINY), TINY) == []


def test_cover_tells_what_touches_and_what_lies_within():
    cover = Cover([(5, 9), (1, 3), (2, 4), (9, 10)])
    assert [n for n in range(12) if cover.touches(n, n + 1)] == [1, 2, 3, 5, 6, 7, 8, 9]
    assert cover.holds(1, 4)
    assert cover.holds(5, 10)
    assert not cover.holds(3, 6)
    assert not Cover([]).touches(0, 9)


def test_reading_is_of_submitted_annotations_only():
    tables = parse("It rained", HEDGEROW)
    draft = replace(tables, annotations=tables.annotations.with_columns(state=pl.lit("draft")))
    assert [*readings(tables, HEDGEROW)] == [0]
    assert readings(draft, HEDGEROW) == {}

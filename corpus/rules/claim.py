"""G: rules of guidelines about claims: whose they are, and how they are told."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import polars as pl

from corpus.rules.declared import counted, far_apart, inside
from corpus.rules.reading import (
    Cover,
    Reading,
    Row,
    at,
    covers,
    fault,
    named,
    readings,
    shown,
    spans_of,
    spans_with,
)
from corpus.rules.rule import FAULT, VALUE, rule
from corpus.schema import Schema
from corpus.tables import Tables
from corpus.tokens import Stretch, words

LONG = 3
"""Words of a quotation that is somebody's."""


@rule("G101", "warning", schema="hedgerow")
def attributed_without_source(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An attributed claim has a source.

    Why:
        Who said it is the question that the corpus is for. *It was announced* is an exception.

    Bad:
        It was [announced]{event#e STATEMENT} [that it rained]{claim indirect fact certain cue>e}.

    Good:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT} [it rained]{claim indirect
        fact certain source>s cue>e}.

    Fix:
        Draw `source` to the nearest mention in the sentence, else before it.
    """
    return counted(t, schema, "attributed-without-source")


@rule("G102", schema="hedgerow")
def author_with_source(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A claim of the writer's own has no source.

    Why:
        Either the attribution or the relation is wrong, and they answer *who said it* differently.

    Bad:
        [She]{speaker#s entity=she} left. [It was bad]{claim author value certain source>s}.

    Good:
        She left. [It was bad]{claim author value certain}.

    Fix:
        Choose indirect, direct or mixed if someone said it; else delete the relation.
    """
    return counted(t, schema, "author-with-source")


@rule("G103", "warning", schema="hedgerow")
def attributed_without_cue(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An attributed claim has a cue.

    Why:
        Without the word that attributes it nobody can check the attribution. *Name: "quote"* and
        continued quotations are exceptions.

    Bad:
        [She]{speaker#s entity=she}: ["It rained"]{claim direct fact certain source>s}.

    Good:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT}: ["It rained"]{claim direct
        fact certain source>s cue>e}.

    Fix:
        Mark the verb as an event and draw `cue` to it.
    """
    return counted(t, schema, "attributed-without-cue")


@rule("G104", schema="hedgerow")
def author_with_cue(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A claim of the writer's own has no cue.

    Why:
        A cue says that someone said it; then it is not the writer's own.

    Bad:
        She [left]{event#e STATEMENT}. [It was bad]{claim author value certain cue>e}.

    Good:
        She left. [It was bad]{claim author value certain}.

    Fix:
        Choose indirect, direct or mixed if someone said it; else delete the relation.
    """
    return counted(t, schema, "author-with-cue")


@rule("G106", schema="hedgerow", parts={"relation": "relation"})
def cue_inside_claim(t: Tables, schema: Schema, relation: str) -> pl.LazyFrame:
    """A claim does not contain its own cue.

    Why:
        The content of an attribution is what is left without cue and source; else every claim
        begins with *she said*.

    Bad:
        [She]{speaker#s entity=she} [[said]{event#e STATEMENT} it rained]{claim indirect
        fact certain source>s cue>e}.

    Good:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT} [it rained]{claim indirect
        fact certain source>s cue>e}.

    Fix:
        Shorten the claim, or draw `cue` to the verb that stands before it.
    """
    return inside(t, relation)


@rule("G107", "warning", schema="hedgerow", parts={"relation": "relation"})
def cue_far_from_claim(t: Tables, schema: Schema, relation: str) -> pl.LazyFrame:
    """A cue stands in the sentence of its claim, or at most two sentences away.

    Why:
        The word that attributes a claim is near it, but for long quotations; another one of the
        same form elsewhere is easily hit instead.

    Bad:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT} so.
        Then a day passed.
        Another went by.
        [It rained]{claim indirect fact certain source>s cue>e}.

    Good:
        ["It rained,"]{claim direct fact certain source>s cue>e} [she]{speaker#s entity=she}
        [said]{event#e STATEMENT}. ["I left."]{claim direct policy certain source>s cue>e}

    Fix:
        Draw `cue` to the nearest word of speech or thought that brings the claim.
    """
    return far_apart(t, schema, relation, most=2)


@rule("G108", "warning", schema="hedgerow", parts={"relation": "relation"})
def source_inside_claim(t: Tables, schema: Schema, relation: str) -> pl.LazyFrame:
    """A claim does not contain its own source.

    Why:
        What is left of an attribution without cue and source is the content: a source in it is a
        claim that was drawn too long, or a mention that only means the same person.

    Bad:
        [[She]{speaker#s entity=she} thinks it rained]{claim indirect fact certain source>s cue>e},
        a [report]{event#e STATEMENT} has it.

    Good:
        [She]{speaker#s entity=she} [thinks]{event#e STATEMENT} [it rained]{claim indirect
        fact certain source>s cue>e}.

    Fix:
        Shorten the claim, or draw `source` to the mention beside the cue.
    """
    return inside(t, relation)


@rule("G116", "warning", schema="hedgerow", parts=VALUE)
def direct_without_quotes(t: Tables, schema: Schema, attribute: str, value: str) -> pl.LazyFrame:
    """What is called a direct quotation stands in quotation marks, as a whole.

    Why:
        Direct speech is evidence of the very words; a reader will cite it.

    Bad:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT} [it rained]{claim direct
        fact certain source>s cue>e}.

    Good:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT}: ["It rained"]{claim direct
        fact certain source>s cue>e}.

    Fix:
        Choose indirect, or mixed where only some words are quoted.
    """
    texts = readings(t, schema)
    quoted = {reading: Cover(reading.quoted()) for reading in {*texts.values()}}
    rows = [
        fault(span, f"{named(span)} is {value}, but not all of it is quoted")
        for span in spans_with(t, attribute, [value])
        if (reading := texts.get(span["annotation"]))
        and not quoted[reading].holds(span["start"], span["end"])
    ]
    return pl.LazyFrame(rows, schema=FAULT)


@rule("G117", "warning", schema="hedgerow", parts=VALUE)
def indirect_with_quotes(t: Tables, schema: Schema, attribute: str, value: str) -> pl.LazyFrame:
    """What is called indirect has no quotation of its own in it.

    Why:
        Words in quotation marks are the source's own; then it is mixed, or direct.

    Bad:
        [She]{speaker#s entity=she} [called]{event#e STATEMENT} [it "a big mistake"]{claim indirect
        value certain source>s cue>e}.

    Good:
        [She]{speaker#s entity=she} [called]{event#e STATEMENT} [it "a big mistake"]{claim mixed
        value certain source>s cue>e}.

    Fix:
        Choose mixed, or direct. A quotation in which another claim lies is that claim's.
    """
    rows = [
        fault(claim, f"{named(claim)} is {value}, but has a quotation in it")
        for claims, reading in _beside(t, schema, attribute, value)
        for claim in _quoting(claims, [q for q in reading.quotations() if not _title(reading, q)])
    ]
    return pl.LazyFrame(rows, schema=FAULT)


@rule("G123", "warning", schema="hedgerow", parts={"layers": "layers"})
def quotes_unclaimed(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A quotation of three words or more is a claim, or has or is part of one.

    Why:
        A quotation is somebody's words: the surest sign of a claim, and easily passed over in
        reading for something else.

    Bad:
        "It rained all day," [she]{speaker#s entity=she} [told]{event STATEMENT actor>s} them.

    Good:
        ["It rained all day,"]{claim direct fact certain source>s cue>e} [she]{speaker#s
        entity=she} [told]{event#e STATEMENT} them.

    Fix:
        Mark it as a claim with its source and cue. Waive it if it is a nickname; of a title whose
        words are capitalised nothing is said.
    """
    claimed = covers(t, layers)
    rows = [
        at(own, quotation, f"{shown(reading.text, quotation)} is quoted, and no claim")
        for own, reading in readings(t, schema).items()
        for quotation in reading.quotations()
        if len([*words(reading.text, *quotation)]) >= LONG
        and not _title(reading, quotation)
        and not (own in claimed and claimed[own].touches(*quotation))
    ]
    return pl.LazyFrame(rows, schema=FAULT)


def _title(reading: Reading, quotation: Stretch) -> bool:
    """Say whether a quotation is written like a title: every long word is capitalised."""
    long = [word[0] for word in words(reading.text, *quotation) if len(word[0]) > LONG]
    return len(long) > 1 and all(word[0].isupper() for word in long)


def _beside(
    t: Tables, schema: Schema, attribute: str, value: str
) -> Iterator[tuple[list[Row], Reading]]:
    """Yield the spans of the layers with an attribute, `chosen` if they have the value, by text."""
    values = {(s["annotation"], s["span_id"]) for s in spans_with(t, attribute, [value])}
    own = dict[int, list[Row]]()
    for span in spans_of(t, schema.layers_with(attribute)):
        span["chosen"] = (span["annotation"], span["span_id"]) in values
        own.setdefault(span["annotation"], []).append(span)
    for annotation, reading in readings(t, schema).items():
        if annotation in own:
            yield own[annotation], reading


def _quoting(claims: list[Row], quotations: list[Stretch]) -> Iterator[Row]:
    """Yield the chosen claims that are the innermost around a quotation without a claim in it."""
    claims = sorted(claims, key=lambda span: (span["start"], -span["end"]))
    starts, open_ = [claim["start"] for claim in claims], list[Row]()
    next_, told = 0, set[str]()
    for quotation in quotations:
        while next_ < len(claims) and starts[next_] <= quotation.start:
            open_.append(claims[next_])
            next_ += 1
        while open_ and open_[-1]["end"] < quotation.end:
            open_.pop()
        alone = bisect_left(starts, quotation.end) == bisect_right(starts, quotation.start)
        if open_ and alone and open_[-1]["chosen"] and open_[-1]["span_id"] not in told:
            told.add(open_[-1]["span_id"])
            yield open_[-1]

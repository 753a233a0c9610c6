"""G: rules of guidelines about events and those who take part in them."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

import polars as pl

from corpus.rules.declared import unlinked
from corpus.rules.reading import (
    Reading,
    Row,
    at,
    covers,
    fault,
    named,
    readings,
    spans_of,
    spans_with,
)
from corpus.rules.rule import FAULT, RELATION_PLACE, SPAN_PLACE, VALUE, quoted, rule, worded
from corpus.schema import Schema
from corpus.tables import Tables
from corpus.tokens import words

BETWEEN = ("auxiliaries", "no-leads")
"""Lists of what may stand between a word and the event that it leads to, and before it."""


@rule("G105", "warning", schema="hedgerow", parts={"relation": "relation", "cue": "relation"})
def actor_on_cue(t: Tables, schema: Schema, relation: str, cue: str) -> pl.LazyFrame:
    """A cue has no actor: whoever says it is the source of the claim.

    Why:
        The same fact in two places is soon two facts; who says something is read off the source.

    Bad:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT actor>s} [it rained]{claim indirect
        fact certain source>s cue>e}.

    Good:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT} [it rained]{claim indirect
        fact certain source>s cue>e}.

    Fix:
        Delete the actor; draw the source, if the claim has none.
    """
    cues = t.relations.filter(pl.col("type") == cue).select("annotation", from_id="to_id")
    spans = t.spans.select("annotation", "text", from_id="span_id")
    own = ["annotation", "from_id"]
    return (
        t.relations.filter(pl.col("type") == relation)
        .join(cues.unique(), on=own, how="semi")
        .join(spans.unique(own, keep="first"), on=own)
        .select(
            *RELATION_PLACE,
            message=worded(
                f"{{}} is a {cue}, and has the {relation} {{}}", quoted("text"), "to_id"
            ),
        )
    )


@rule("G113", schema="hedgerow", parts={"layers": "layers"})
def speaker_unlinked(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A speaker is the end of some relation.

    Why:
        A layer of mentions that nobody links drifts into named entities and measures nothing here.

    Bad:
        [She]{speaker entity=she} left.

    Good:
        [She]{speaker#s entity=she} [met]{event CONSULT actor>s} the mayor.

    Fix:
        Draw `source`, `actor` or `recipient` to it, or delete the span.
    """
    return unlinked(t, layers)


@rule(
    "G114",
    "warning",
    schema="hedgerow",
    parts={"layers": "layers"},
    lists=("particles", "long-events"),
)
def event_too_long(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """An event is one word, or a verb with its particle.

    Why:
        With one word there is nothing to disagree on but which; whole phrases agree by chance.

    Bad:
        [She]{speaker#s entity=she} [held a meeting]{event CONSULT actor>s}.

    Good:
        [She]{speaker#s entity=she} held a [meeting]{event CONSULT actor>s}.

    Fix:
        Keep the word that says most clearly what happened. *Broke off*, *according to* are whole.
    """
    texts = readings(t, schema, "particles", "long-events")
    rows = [
        fault(span, f"{named(span)} is longer than a word")
        for span in spans_of(t, layers)
        if (reading := texts.get(span["annotation"])) and _too_long(span["text"].lower(), reading)
    ]
    return pl.LazyFrame(rows, schema=FAULT)


@rule(
    "G115",
    "warning",
    schema="hedgerow",
    parts={"layers": "layers"},
    lists=("light-verbs", "event-nouns", "particles"),
)
def event_light_verb(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A verb that only carries its noun is no event: the noun is.

    Why:
        *Held* says nothing by itself; who marks it counts the meeting under another word.

    Bad:
        [She]{speaker#s entity=she} [held]{event CONSULT actor>s} a meeting.

    Good:
        [She]{speaker#s entity=she} held a [meeting]{event CONSULT actor>s}.

    Fix:
        Mark the noun instead.
    """
    texts = readings(t, schema, "light-verbs", "event-nouns", "particles")
    rows = []
    for span in spans_of(t, layers):
        reading = texts.get(span["annotation"])
        if reading and span["text"].lower() in reading.lexicon["light-verbs"]:
            noun = _carried(reading, span["end"])
            if noun:
                rows.append(fault(span, f"{named(span)} only carries '{noun}'"))
    return pl.LazyFrame(rows, schema=FAULT)


@rule(
    "G118",
    "warning",
    schema="hedgerow",
    parts=VALUE,
    lists=("negations", "auxiliaries", "no-leads"),
)
def negation_unmarked(t: Tables, schema: Schema, attribute: str, value: str) -> pl.LazyFrame:
    """An event that a *not* stands before is negative.

    Why:
        A default that nobody touched makes a fact of what the text denies.

    Bad:
        [She]{speaker#s entity=she} did not [meet]{event CONSULT actor>s} them.

    Good:
        [She]{speaker#s entity=she} did not [meet]{event CONSULT negative actor>s} them.

    Fix:
        Choose negative. Only a negation right before the word is looked for, with no more than an
        auxiliary, an adverb or an article between.
    """
    others = [v for v in schema.shared()[attribute].values if v != value]
    texts = readings(t, schema, "negations", *BETWEEN)
    return _behind(spans_with(t, attribute, others), texts, "negations", value)


@rule(
    "G119", "warning", schema="hedgerow", parts=VALUE, lists=("futures", "auxiliaries", "no-leads")
)
def future_unmarked(t: Tables, schema: Schema, attribute: str, value: str) -> pl.LazyFrame:
    """An event that *will* stands before has not taken place yet.

    Why:
        A default that nobody touched makes a plan of today a fact of yesterday.

    Bad:
        [She]{speaker#s entity=she} will [meet]{event CONSULT actor>s} them.

    Good:
        [She]{speaker#s entity=she} will [meet]{event CONSULT future actor>s} them.

    Fix:
        Choose future, or hypothetical. *Will* has to stand right before it, with no more than an
        auxiliary or an adverb between; *his will* is none.
    """
    texts = readings(t, schema, "futures", *BETWEEN)
    return _behind(spans_with(t, attribute, [value]), texts, "futures", f"anything but {value}")


@rule(
    "G122",
    "warning",
    schema="hedgerow",
    parts={"layers": "layers"},
    lists=("reporting", "no-reporting"),
)
def said_unmarked(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A verb that reports wherever it stands is an event.

    Why:
        It brings a claim, or is an act of its own; unmarked, the claim lacks its cue.

    Bad:
        She said no more.

    Good:
        [She]{speaker#s entity=she} [said]{event STATEMENT actor>s} no more.

    Fix:
        Mark it, and the claim that it brings. Of *is said to* and *that said* nothing is said.
    """
    marked = covers(t, layers)
    rows = [
        at(own, use.span(), f"'{use[0]}' reports something, and is no event")
        for own, reading in readings(t, schema, "reporting", "no-reporting").items()
        for use in reading.uses("reporting")
        if not (own in marked and marked[own].touches(*use.span()))
        and not {w.lower() for w in reading.before(use.start(), 1)}
        & {*reading.lexicon["no-reporting"]}
    ]
    return pl.LazyFrame(rows, schema=FAULT)


@rule("G125", "warning", schema="hedgerow", parts=VALUE | {"relation": "relation"})
def other_without_actor(
    t: Tables, schema: Schema, attribute: str, value: str, relation: str
) -> pl.LazyFrame:
    """An event of the type that takes what fits no other has an actor.

    Why:
        Without one, any change of the weather would be an event, and annotators would differ on
        each.

    Bad:
        Prices [rose]{event OTHER}.

    Good:
        [The firm]{speaker#f entity=firm} [moved]{event OTHER actor>f}.

    Fix:
        Draw its actor; without one in the sentence, delete the span.
    """
    own = ["annotation", "span_id"]
    given = t.attributes.filter((pl.col("name") == attribute) & (pl.col("value") == value))
    acting = t.relations.filter(pl.col("type") == relation).select("annotation", span_id="from_id")
    message = f"{{}} {{}} is {{}} and has no {relation}"
    return (
        t.spans.join(given, on=own, how="semi")
        .join(acting, on=own, how="anti")
        .select(
            *SPAN_PLACE,
            message=worded(message, "layer", quoted("text"), pl.lit(value)),
        )
    )


def _too_long(text: str, reading: Reading) -> bool:
    _, *rest = [word[0] for word in words(text)] or [""]
    beside = {*rest} <= {*reading.lexicon["particles"]} and len(rest) <= 2
    return bool(rest) and not beside and text not in reading.lexicon["long-events"]


def _behind(
    spans: Iterable[Row], texts: Mapping[int, Reading], name: str, expected: str
) -> pl.LazyFrame:
    """Return the spans that stand right behind a word of a list."""
    leads = (
        (span, _lead(reading, span["start"], name))
        for span in spans
        if (reading := texts.get(span["annotation"]))
    )
    rows = [
        fault(span, f"{named(span)} stands behind '{word}': expected {expected}")
        for span, word in leads
        if word
    ]
    return pl.LazyFrame(rows, schema=FAULT)


def _lead(reading: Reading, start: int, name: str) -> str | None:
    """Return the word of a list before a place, with no more than auxiliaries and adverbs between.

    A capitalised one is a name, and behind some words it is something else.
    """
    before = [*reading.before(start, 4), ""]
    for word, further in pairwise(before):
        if word in reading.lexicon[name] or (name == "negations" and word.endswith(("n't", "n’t"))):
            return None if further.lower() in reading.lexicon["no-leads"] else word
        if word not in reading.lexicon["auxiliaries"] and not word.endswith("ly"):
            return None
    return None


def _carried(reading: Reading, end: int) -> str | None:
    """Return the noun of an event that a verb carries: with no preposition between, nor a name.

    What stands behind it in the same stretch is a particle, or it would only describe another noun.
    """
    after = [*reading.after(end, 6), "to"]
    for word, further in pairwise(after):
        if word in reading.lexicon["particles"] or word[0].isupper():
            return None
        if word in reading.lexicon["event-nouns"]:
            between = reading.text[end : reading.text.index(word, end) + len(word) + 1]
            alone = further in reading.lexicon["particles"] and not re.search("['’]", between)
            return word if alone else None
    return None

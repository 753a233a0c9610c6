"""S: rules about the words at the edges of a span, and the quotation marks in it."""

import re
from bisect import bisect_left

import polars as pl

from corpus.rules.declared import inheriting
from corpus.rules.reading import Cover, Reading, Row, fault, named, readings, spans_of
from corpus.rules.rule import FAULT, LAYER, SPAN_PLACE, quoted, rule, worded
from corpus.schema import Schema
from corpus.tables import Tables
from corpus.tokens import Stretch

WORD = r"[\p{L}\p{N}&&[^\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]"
"""A letter or digit of a script that puts blanks between words."""
POSSESSIVE = r"['’]s?$"
EDGE = re.compile(r"^[,;:.!?)–—]|[,;:.!?(–—]$")
OPENING = "“\"„«‘'"
ABBREVIATED = re.compile(r"(^|\W)(\w\.)+$")


@rule("S107", "warning")
def span_inside_word(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A span begins and ends between two words.

    Why:
        A letter that the mouse missed is no difference in judgement, yet exact-match agreement
        counts it as one, and a token classifier cannot learn it.

    Bad:
        [Sh]{speaker}e said it rained.

    Good:
        [She]{speaker}'s said that [China]{speaker}’s rain fell.

    Fix:
        Move the edge to the end of the word. The *'s* of a possessive counts as a word.
    """
    text, after, before = pl.col("text"), pl.col("after"), pl.col("before")
    begins = before.str.contains(WORD) & text.str.contains(f"^{WORD}")
    ends = after.str.contains(WORD) & text.str.contains(f"{WORD}$")
    return t.spans.filter(begins | ends).select(
        *SPAN_PLACE,
        message=worded(
            "{} {} cuts a word: beside it stands '{}'",
            LAYER,
            quoted("text"),
            pl.when(ends).then(after).otherwise(before),
        ),
    )


@rule("S108", "warning", schema="hedgerow", parts={"layers": "layers"})
def speaker_with_possessive(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A mention ends before its *'s*.

    Why:
        *Lee* and *Lee's* are one mention; with *'s* in half of them, boundaries agree by chance.
        A name that is written so in seeds/entities.toml is left alone.

    Bad:
        [Sato's]{speaker#s entity=sato} [visit]{event CONSULT actor>s} was short.

    Good:
        [Sato]{speaker#s entity=sato}'s [visit]{event CONSULT actor>s} was short.

    Fix:
        Shorten the span by the *'s*, or by the apostrophe alone.
    """
    names = t.entities.select(pl.col("name").str.to_lowercase()).collect()["name"].to_list()
    quotation = pl.col("text").str.contains(r"(^|[^\w])[‘'].*[’']$")
    possessive = pl.col("text").str.contains(POSSESSIVE) & ~quotation
    known = pl.col("text").str.to_lowercase().is_in(names)
    return t.spans.filter(pl.col("layer").is_in(layers) & possessive & ~known).select(
        *SPAN_PLACE, message=worded("{} {} ends with a possessive", "layer", quoted("text"))
    )


@rule("S109", "warning", "hedgerow", parts={"layers": "layers"}, lists=("abbreviations",))
def claim_edge_punctuation(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A claim begins and ends without punctuation, but for quotation marks.

    Why:
        The stop belongs to the sentence, not to what is claimed in it; half of the annotators take
        it along, and exact-match agreement counts the difference.

    Bad:
        [It was a mistake.]{claim author value certain}

    Good:
        [It was a mistake]{claim author value certain}.

    Fix:
        Leave it out. Inside quotation marks, and in an abbreviation (*U.S.*), it stays.
    """
    texts = readings(t, schema, "abbreviations")
    quoted = {reading: Cover(reading.quoted()) for reading in {*texts.values()}}
    rows = [
        fault(span, f"{named(span)} has punctuation at its edge")
        for span in spans_of(t, layers)
        if (reading := texts.get(span["annotation"]))
        and _punctuated(span, reading, quoted[reading])
    ]
    return pl.LazyFrame(rows, schema=FAULT)


@rule(
    "S110",
    "warning",
    "hedgerow",
    parts={"layers": "layers"},
    lists=("connectives", "subordinators"),
)
def claim_starts_with_connective(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A claim begins after the word that joins it to the sentence.

    Why:
        *However* and *because* are the writer's link to what stands before; who is cited did not
        say them. In a quotation they stay, in a part that continues another, and where they begin a
        clause within the claim (*because it rained, they left*).

    Bad:
        [However, the vote was a mistake]{claim author value certain}.

    Good:
        However, [the vote was a mistake]{claim author value certain}.

    Fix:
        Begin the span with the next word.
    """
    parts = {*inheriting(t, schema).collect().rows()}
    texts = readings(t, schema, "connectives", "subordinators")
    rows = [
        fault(span, f"{named(span)} begins with '{span['text'].split()[0]}'")
        for span in spans_of(t, layers)
        if (reading := texts.get(span["annotation"]))
        and _joined(span["text"], reading)
        and (span["annotation"], span["span_id"]) not in parts
    ]
    return pl.LazyFrame(rows, schema=FAULT)


@rule("S111", "warning", "hedgerow", parts={"layers": "layers"}, lists=("complementizers",))
def claim_without_its_that(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A claim has its *that* inside.

    Why:
        It has to stand on one side always, or boundaries agree by chance.

    Bad:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT} that [it rained]{claim indirect
        fact certain source>s cue>e}.

    Good:
        [She]{speaker#s entity=she} [said]{event#e STATEMENT} [that it rained]{claim indirect
        fact certain source>s cue>e}.

    Fix:
        Begin the span with *that*.
    """
    texts = readings(t, schema, "complementizers")
    rows = []
    for span in spans_of(t, layers):
        reading = texts.get(span["annotation"])
        word = reading.before(span["start"], 1) if reading else []
        quoted = span["text"][:1] in OPENING
        if reading and word and word[0] in reading.lexicon["complementizers"] and not quoted:
            rows.append(fault(span, f"{named(span)} begins after its '{word[0]}'"))
    return pl.LazyFrame(rows, schema=FAULT)


@rule("S112", "warning", "hedgerow", parts={"layers": "layers"})
def quote_unbalanced(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A span has both marks of a quotation, or neither.

    Why:
        Whether words are quoted is read off the marks; one of them alone is a slip of the mouse.
        An apostrophe is no mark, and a quotation that runs over paragraphs has but one in each.

    Bad:
        ["It rained]{claim direct fact certain source>s cue>e}," [she]{speaker#s entity=she}
        [said]{event#e STATEMENT}.

    Good:
        ["It rained,"]{claim direct fact certain source>s cue>e} [she]{speaker#s entity=she}
        [said]{event#e STATEMENT}.

    Fix:
        Take the other mark into the span, or leave both out.
    """
    texts = readings(t, schema)
    ends = {reading: _marks(reading.quotations()) for reading in {*texts.values()}}
    rows = [
        fault(span, f"{named(span)} has one mark of a quotation, and not the other")
        for span in spans_of(t, layers)
        if (reading := texts.get(span["annotation"])) and _splits(span, ends[reading])
    ]
    return pl.LazyFrame(rows, schema=FAULT)


def _punctuated(span: Row, reading: Reading, quoted: Cover) -> bool:
    """Say whether punctuation at an edge is neither of an abbreviation nor of a quotation."""
    found = EDGE.search(span["text"])
    if found is None or _abbreviated(span["text"], reading.lexicon["abbreviations"]):
        return False
    place = span["start"] + found.start()
    return not quoted.holds(place, place + 1)


def _joined(text: str, reading: Reading) -> bool:
    """Say whether a claim begins with a word that joins it to what stands before."""
    first = re.split(r"[\s,]", text.lower())[0]
    return first in reading.lexicon["connectives"] or (
        first in reading.lexicon["subordinators"] and "," not in text
    )


def _abbreviated(text: str, abbreviations: tuple[str, ...]) -> bool:
    last = text.split()[-1].lower() if text.split() else ""
    return last in abbreviations or bool(ABBREVIATED.search(last))


def _marks(found: list[Stretch]) -> list[tuple[int, int]]:
    """Return the place of each mark, and that of its other half, in order."""
    ends = [(quotation.start, quotation.end - 1) for quotation in found]
    return sorted([*ends, *((end, start) for start, end in ends)])


def _splits(span: Row, marks: list[tuple[int, int]]) -> bool:
    first, last = (bisect_left(marks, (span[edge],)) for edge in ("start", "end"))
    return any(not span["start"] <= half < span["end"] for _, half in marks[first:last])

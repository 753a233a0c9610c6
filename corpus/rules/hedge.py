"""G: rules of guidelines about hedges, and how sure a claim is."""

import re
from collections.abc import Iterator

import polars as pl

from corpus.rules.declared import counted, far_apart, linked
from corpus.rules.reading import Reading, at, covers, fault, named, readings, spans_of, spans_with
from corpus.rules.rule import FAULT, SPAN_PLACE, quoted, rule, worded
from corpus.schema import Schema
from corpus.tables import Tables
from corpus.tokens import words


@rule("G109", schema="hedgerow")
def hedge_without_scope(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A hedge has a scope.

    Why:
        A hedge that weakens nothing is a word in a list; certainty cannot be traced to it.

    Bad:
        [It [may]{hedge#h epistemic} rain]{claim author prediction possible}.

    Good:
        [It [may]{hedge#h epistemic scope>c} rain]{claim#c author prediction possible}.

    Fix:
        Draw `scope` to the claim, or to the event if there is no claim.
    """
    return counted(t, schema, "hedge-without-scope")


@rule("G110", "warning", schema="hedgerow", parts={"relation": "relation"})
def hedge_far_from_scope(t: Tables, schema: Schema, relation: str) -> pl.LazyFrame:
    """A hedge weakens something in its own sentence.

    Why:
        A hedge works within its sentence; a scope that leads out of it was drawn to another mention
        of the same thing.

    Bad:
        It [may]{hedge epistemic scope>c} rain.
        [It was wise]{claim#c author value possible}.

    Good:
        [It [may]{hedge epistemic scope>c} rain]{claim#c author prediction possible}.

    Fix:
        Draw `scope` to the claim or event in the hedge's sentence.
    """
    return far_apart(t, schema, relation, most=0)


@rule(
    "G111",
    "warning",
    schema="hedgerow",
    parts={"attribute": "attribute", "value": "value", "relation": "relation", "cue": "relation"},
    lists=("doubts",),
)
def certainty_unsupported(
    t: Tables, schema: Schema, attribute: str, value: str, relation: str, cue: str
) -> pl.LazyFrame:
    """A claim that is less than certain has a hedge, or a word of doubt in it or in its cue.

    Why:
        How sure a source is has to be read off the words, or it is the annotator's own opinion.

    Bad:
        [It rains]{claim author fact possible}.

    Good:
        [It [may]{hedge epistemic scope>c} rain]{claim#c author prediction possible}.

    Fix:
        Mark the hedge and draw its scope; or choose certain.
    """
    others = [v for v in schema.shared()[attribute].values if v != value]
    texts, cues = readings(t, schema, "doubts"), _words_of_cues(t, cue)
    hedged = {*_ends(t, relation)}
    rows = []
    for claim in spans_with(t, attribute, others):
        key, reading = (claim["annotation"], claim["span_id"]), texts.get(claim["annotation"])
        if reading is None or key in hedged:
            continue
        said = f"{claim['text']} {cues.get(key, '')}"
        doubtful = {word[0].lower() for word in words(said)} & {*reading.lexicon["doubts"]}
        if not doubtful and "?" not in said:
            rows.append(fault(claim, f"{named(claim)} is not {value}, but nothing in it says so"))
    return pl.LazyFrame(rows, schema=FAULT)


@rule(
    "G112",
    "warning",
    schema="hedgerow",
    parts={
        "relation": "relation",
        "attribute": "attribute",
        "value": "value",
        "hedge_attribute": "attribute",
        "hedge_value": "value",
    },
)
def hedge_ignored(
    t: Tables,
    schema: Schema,
    relation: str,
    attribute: str,
    value: str,
    hedge_attribute: str,
    hedge_value: str,
) -> pl.LazyFrame:
    """A claim that a hedge weakens is less than certain.

    Why:
        Certainty is that of the claim with its hedges; one of the two was chosen without the other.

    Bad:
        [It [may]{hedge epistemic scope>c} rain]{claim#c author prediction certain}.

    Good:
        [It [may]{hedge epistemic scope>c} rain]{claim#c author prediction possible}.

    Fix:
        Choose how certain the hedge leaves it. An approximator (*about 90*) leaves it certain.
    """
    own = ["annotation", "span_id"]
    heads = linked(t, relation).rename({"from_id": "span_id"})
    loose = _valued(t, hedge_attribute, hedge_value)
    claims = heads.join(loose, on=own, how="anti").select("annotation", "text", span_id="to_id")
    sure = t.spans.join(_valued(t, attribute, value), on=own, how="semi")
    return sure.join(claims.unique(own, keep="first"), on=own, suffix="_hedge").select(
        *SPAN_PLACE,
        message=worded(
            "{} {} is {}, but {} weakens it",
            "layer",
            quoted("text"),
            pl.lit(value),
            quoted("text_hedge"),
        ),
    )


@rule("G120", "warning", schema="hedgerow", parts={"layers": "layers"}, lists=("no-hedges",))
def hedge_stoplist(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A hedge is no word that the guidelines say is none.

    Why:
        Weight (*historic*), plans (*aims*) and plain quantities (*several*) are the classic false
        hedges: they say nothing of how sure somebody is.

    Bad:
        [The vote was [historic]{hedge approximator scope>c}]{claim#c author value certain}.

    Good:
        [The vote was [largely]{hedge approximator scope>c} wise]{claim#c author value certain}.

    Fix:
        Delete the span. *Some* before a number (*some 90*) is a hedge.
    """
    texts = readings(t, schema, "no-hedges")
    rows = [
        fault(span, f"{named(span)} is no hedge by the guidelines")
        for span in spans_of(t, layers)
        if (reading := texts.get(span["annotation"]))
        and span["text"].lower() in reading.lexicon["no-hedges"]
        and not reading.number_after(span["end"])
    ]
    return pl.LazyFrame(rows, schema=FAULT)


@rule(
    "G121",
    "warning",
    schema="hedgerow",
    parts={"layers": "layers"},
    lists=("hedges", "hedges-of-number", "names"),
)
def hedge_missed(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """A word that always hedges is marked as a hedge.

    Why:
        Hedges are short and easily passed over, and one that is missed leaves a claim more certain
        than its source was.

    Bad:
        [It may rain]{claim author prediction possible}.

    Good:
        [It [may]{hedge epistemic scope>c} rain]{claim#c author prediction possible} in May.

    Fix:
        Mark it and draw its scope. Words that only sometimes hedge (*if, could, likely, suggests,
        about 90*) are not looked for.
    """
    marked = covers(t, layers)
    rows = [
        at(own, use.span(), f"'{use[0]}' is a hedge and not marked as one")
        for own, reading in readings(t, schema, "hedges", "hedges-of-number").items()
        for use in _hedges(reading)
        if not (own in marked and marked[own].touches(*use.span()))
    ]
    return pl.LazyFrame(rows, schema=FAULT)


@rule("G124", "warning", schema="hedgerow", parts={"layers": "layers"}, lists=("weak-reporting",))
def event_and_hedge_share_span(t: Tables, schema: Schema, layers: list[str]) -> pl.LazyFrame:
    """An event and a hedge share their words only if it is a weak reporting verb.

    Why:
        *Hinted*, of a person, reports and weakens; any other word does one of the two.

    Bad:
        [She]{speaker#s entity=she} [[wrote]{event#e STATEMENT}]{hedge epistemic
        scope>c} [it rained]{claim#c indirect fact probable source>s cue>e}.

    Good:
        [She]{speaker#s entity=she} [[hinted]{event#e STATEMENT}]{hedge epistemic
        scope>c} [it rained]{claim#c indirect fact probable source>s cue>e}.

    Fix:
        A person or a text as subject: an event. A thing as subject: a hedge.
    """
    texts, seen = readings(t, schema, "weak-reporting"), dict[tuple[int, int, int], str]()
    rows = []
    for span in spans_of(t, layers):
        reading = texts.get(span["annotation"])
        other = seen.setdefault((span["annotation"], span["start"], span["end"]), span["layer"])
        weak = reading and span["text"].lower() in reading.lexicon["weak-reporting"]
        if reading and not weak and other != span["layer"]:
            rows.append(fault(span, f"{named(span)} is {other} too, and no weak reporting verb"))
    return pl.LazyFrame(rows, schema=FAULT)


def _hedges(reading: Reading) -> Iterator[re.Match[str]]:
    """Yield the words that hedge where they stand; *12 may* is a date."""
    for use in reading.uses("hedges"):
        before = reading.before(use.start(), 1)
        if reading.after(use.end(), 1) != ["not"] and not (before and before[0].isdigit()):
            yield use
    for use in reading.uses("hedges-of-number"):
        if reading.number_after(use.end()):
            yield use


def _words_of_cues(t: Tables, cue: str) -> dict[tuple[int, str], str]:
    """Return (annotation, claim) -> the words of its cue."""
    found = linked(t, cue).select("annotation", "from_id", "text_to").collect()
    return {(own, claim): text for own, claim, text in found.rows()}


def _ends(t: Tables, relation: str) -> Iterator[tuple[int, str]]:
    found = t.relations.filter(pl.col("type") == relation).select("annotation", "to_id")
    return found.collect().iter_rows()


def _valued(t: Tables, attribute: str, value: str) -> pl.LazyFrame:
    return t.attributes.filter((pl.col("name") == attribute) & (pl.col("value") == value))

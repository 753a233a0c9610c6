"""G: rules of the Hedgerow guidelines. They are silent where a schema does not declare them."""

import polars as pl

from corpus.rules.declared import counted, inside, unlinked
from corpus.rules.rule import rule
from corpus.schema import Schema
from corpus.tables import Tables


@rule("G101", "warning", schema="hedgerow")
def attributed_without_source(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An attributed claim has a source.

    Why:
        Who said it is the question that the corpus is for. *It was announced* is an exception.

    Bad:
        It was [announced]{event#e STATEMENT} that [it rained]{claim indirect fact certain cue>e}.

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

"""Texts that are nearly the same.

Their resemblance is that of Broder (1997): of the sets of their shingles, here stretches of five
words, the size of the intersection by that of the union. Pairs are looked for by sketches (the
least hashes of each set) and counted exactly, so that the work grows with the texts and not with
their pairs: a shingle leads to the first few texts that have it in their sketch, and of those each
text is held against the few that share most of its sketch.

Broder, A. Z. (1997): On the resemblance and containment of documents. Compression and Complexity of
Sequences 1997, 21-29.
"""

import polars as pl

from corpus.tokens import WORD

SHINGLE = 5
LEAST = 20
"""Texts of fewer words are left out."""
RESEMBLANCE = 0.8
SKETCH = 8
"""Of two texts that resemble each other so, all but three pairs in a million share one of these."""
HELD = 5
"""A shingle leads to so many texts at most, and a text is held against as many."""


def resembling(documents: pl.LazyFrame) -> pl.LazyFrame:
    """Return each text that resembles an earlier one, with the one that it resembles most.

    Args:
        documents: columns doc_id and text; their order says which is earlier.

    Returns:
        Columns doc_id, other, resemblance.
    """
    shingles = _shingles(documents.with_row_index("number")).collect().lazy()
    pairs = _pairs(shingles).collect().lazy()
    sets = _sets(shingles, pairs)
    sizes = sets.group_by("number").len("size")
    both = pairs.join(sets, on="number").join(
        sets, left_on=["earlier", "shingle"], right_on=["number", "shingle"], how="semi"
    )
    counted = both.group_by("number", "earlier").len("common").join(sizes, on="number")
    union = pl.col("size") + pl.col("size_earlier") - pl.col("common")
    names = documents.select("doc_id").with_row_index("number")
    return (
        counted.join(sizes, left_on="earlier", right_on="number", suffix="_earlier")
        .with_columns(resemblance=pl.col("common") / union)
        .filter(pl.col("resemblance") >= RESEMBLANCE)
        .sort("number", "resemblance", "earlier", descending=[False, True, False])
        .unique("number", keep="first", maintain_order=True)
        .join(names, on="number", maintain_order="left")
        .join(names.rename({"doc_id": "other"}), left_on="earlier", right_on="number")
        .select("doc_id", "other", "resemblance")
    )


def _shingles(documents: pl.LazyFrame) -> pl.LazyFrame:
    """Return the shingles, as hashes, of each text that is long enough."""
    word = pl.col("text").str.to_lowercase().str.extract_all(WORD.pattern)
    long = documents.select("number", word=word).filter(pl.col("word").list.len() >= LEAST)
    following = [pl.col("word").shift(-n) for n in range(SHINGLE)]
    whole = pl.col("number") == pl.col("number").shift(1 - SHINGLE)
    shingles = long.explode("word").select(
        "number", whole=whole, shingle=pl.concat_str(following, separator=" ").hash()
    )
    return shingles.filter("whole").select("number", "shingle")


def _pairs(shingles: pl.LazyFrame) -> pl.LazyFrame:
    """Return (number, earlier) of the texts to compare."""
    least = pl.col("shingle").unique().bottom_k(SKETCH)
    sketch = shingles.group_by("number").agg(least).explode("shingle")
    first = sketch.sort("number").filter(pl.int_range(pl.len()).over("shingle") < HELD)
    shared = sketch.join(first.rename({"number": "earlier"}), on="shingle")
    votes = shared.filter(pl.col("earlier") < pl.col("number")).group_by("number", "earlier").len()
    most = votes.sort("number", "len", "earlier", descending=[False, True, False])
    return most.group_by("number", maintain_order=True).head(HELD).select("number", "earlier")


def _sets(shingles: pl.LazyFrame, pairs: pl.LazyFrame) -> pl.LazyFrame:
    """Return the shingles of the texts to compare, each once."""
    sides = [pairs.select(number=side) for side in ("number", "earlier")]
    return shingles.join(pl.concat(sides), on="number", how="semi").unique()

"""Agreement on relations: of spans that both annotators have, end to end, by entity, as clusters.

A relation is found if the other annotator has one of its type between the spans that are the same
things as its ends. Of several annotators each two are compared, and what they add up to is added.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from corpus.agreement.compared import Compared, Pair
from corpus.agreement.nominal import Floats, Ints, quotient
from corpus.agreement.spans import sizes
from corpus.agreement.sums import Sums, f1_sums, total
from corpus.agreement.units import ABSENT

Links = pl.DataFrame
"""Columns type, from, to, stratum."""
Sides = tuple[Links, Links]
"""The relations of two annotators."""
Clusters = list[frozenset[int]]


def given_ends(c: Compared, name: str | None) -> Sums:
    """Return F1 of the relations of which both annotators have both ends."""
    shared = [
        (left.filter(_within(pair.both["left"])), right.filter(_within(pair.both["right"])))
        for pair, (left, right) in zip(c.pairs, _of_both(c, name), strict=True)
    ]
    return _f1(c, shared)


def end_to_end(c: Compared, name: str | None) -> Sums:
    """Return F1 of all relations: one with an end that the other lacks is missed."""
    return _f1(c, _of_both(c, name))


def by_entity(c: Compared, name: str | None) -> Sums:
    """Return F1 of relations to the same entities, whichever mention they lead to, end to end.

    Another mention of the same speaker is no error. Several to one set of entities are one; those
    to a span without an entity count nothing.
    """
    judged = [
        (_with_entities(c, left), _with_entities(c, right)) for left, right in _of_both(c, name)
    ]
    return _f1(c, judged, "entities")


def lea(c: Compared, name: str | None) -> Sums:
    """Return LEA of the clusters that relations make: F1 of links, by the size of clusters.

    Moosavi & Strube 2016, section 4. Each cluster counts by its size with the share of its links
    that the other annotator's clusters hold; one that has a single span counts nothing. Of several
    annotators the sums of each two are added.
    """
    sums, whole = np.zeros((c.strata, 4)), _of_both(c, name)
    for pair, (left, right) in zip(c.pairs, whole, strict=True):
        own, other = _clusters(left), _clusters(_as_ours(pair, right))
        stratum = _strata(pair)
        for column, (keys, responses) in enumerate(((own, other), (other, own))):
            _add_lea(sums[:, 2 * column : 2 * column + 2], keys, responses, stratum)
    counts = {"in clusters of the first": int(sums[:, 1].sum())}
    counts["in clusters of the second"] = int(sums[:, 3].sum())
    return Sums(_items(c, whole), sums, lea_f1, counts, "there are no clusters")


def lea_f1(sums: Floats) -> Floats:
    """Return F1 of [weighted links found, size] of keys and of responses, (…, 4) -> (…).

    NaN where neither has clusters; 0 where one has none.
    """
    recall, precision = quotient(sums[..., 0], sums[..., 1]), quotient(sums[..., 2], sums[..., 3])
    found = quotient(2 * recall * precision, recall + precision)
    return np.where((sums[..., 1] + sums[..., 3] > 0) & np.isnan(found), 0.0, found)


def _f1(c: Compared, links: Sequence[Sides], far: str = "to") -> Sums:
    """Return F1 of the relations of each pair; one is found by both where it stands in each.

    far: the column that says where they lead to.
    """
    both, mine, theirs = np.zeros((3, c.strata))
    ends = ["type", "from", far]
    for pair, (left, right) in zip(c.pairs, links, strict=True):
        left, ours = left.unique(ends), _as_ours(pair, right).unique(ends)
        found, met = left.join(ours, on=ends, how="semi"), ours.join(left, on=ends, how="semi")
        both += (sizes(c, found) + sizes(c, met)) / 2
        mine += sizes(c, left)
        theirs += sizes(c, ours)
    return f1_sums(both, mine, theirs, _items(c, links))


def _items(c: Compared, links: Sequence[Sides]) -> Ints:
    """Return how many relations these are in each stratum, whoever has them."""
    one, other = (
        c.items.select("unit", "item", "item_stratum"),
        c.items.select("unit", to_item="item"),
    )
    judged = (
        pl.concat([side for both in links for side in both])
        .join(one, left_on="from", right_on="unit")
        .join(other, left_on="to", right_on="unit")
        .unique(["type", "item", "to_item"])
    )
    return total(judged["item_stratum"].to_numpy(), c.strata).astype(np.int64)


def _of_both(c: Compared, name: str | None) -> list[Sides]:
    """Return the relations of both annotators of each pair."""
    return [(_links(c, pair.mine, name), _links(c, pair.theirs, name)) for pair in c.pairs]


def _links(c: Compared, spans: pl.DataFrame, name: str | None) -> Links:
    """Return (type, from, to, stratum) of the relations between these spans, of all types or one.

    Without a name those are left out that make clusters.
    """
    clusters = [k for k, relation in c.units.schema.relations.items() if relation.clusters]
    asked = ~pl.col("type").is_in(clusters) if name is None else pl.col("type") == name
    own = c.units.relations.filter(asked)
    place = spans.select("unit", "stratum")
    return own.join(place, left_on="from", right_on="unit").join(
        spans.select("unit"), left_on="to", right_on="unit", how="semi"
    )


def _within(units: pl.Series) -> pl.Expr:
    """Say whether both ends are among these units."""
    return pl.all_horizontal(pl.col("from", "to").is_in(units.implode()))


def _as_ours(pair: Pair, links: Links) -> Links:
    """Return the second annotator's links between units of the first.

    A unit that the first lacks gets a number that is nobody's.
    """
    ours = _ours(pair)
    return links.with_columns(
        pl.col(end).replace_strict(ours, default=-pl.col(end) - 1, return_dtype=pl.Int64)
        for end in ("from", "to")
    )


def _ours(pair: Pair) -> dict[int, int]:
    return dict(pair.both.select("right", "left").iter_rows())


def _with_entities(c: Compared, links: Links) -> Links:
    """Return the relations to a span that has entities, with these."""
    names = [name for name, a in c.units.schema.shared().items() if a.kind == "entity"]
    given = pl.col("name").is_in(names) & (pl.col("value") != ABSENT)
    values = c.units.attributes.filter(given).select("unit", entities="value")
    return links.join(values, left_on="to", right_on="unit")


def _strata(pair: Pair) -> dict[int, int]:
    """Return the stratum of each unit; of what both have, the first one."""
    ours, stratum = _ours(pair), dict(pair.mine.select("unit", "stratum").iter_rows())
    for unit, number in pair.theirs.select("unit", "stratum").iter_rows():
        known = ours.get(unit, -unit - 1)
        stratum[known] = min(number, stratum.get(known, number))
    return stratum


def _clusters(links: Links) -> Clusters:
    """Return the units that relations join."""
    group: dict[int, set[int]] = {}
    for ends in links.select("from", "to").iter_rows():
        joined = set().union(*(group.get(unit, {unit}) for unit in ends))
        group |= dict.fromkeys(joined, joined)
    return list({frozenset(members) for members in group.values()})


def _add_lea(sums: Floats, keys: Clusters, responses: Clusters, stratum: Mapping[int, int]) -> None:
    """Add, in the stratum of each key's first unit: size times the share found, and size."""
    home = {unit: number for number, members in enumerate(responses) for unit in members}
    for members in keys:
        sizes = defaultdict[int, int](int)
        for unit in members & home.keys():
            sizes[home[unit]] += 1
        found = sum(size * (size - 1) for size in sizes.values())
        share = found / (len(members) * (len(members) - 1))
        first = min(stratum[unit] for unit in members)
        sums[first] += (len(members) * share, len(members))

"""Agreement on relations: of spans that both annotators have, end to end, by entity, as clusters.

A relation is found if the other annotator has one of its type between the spans that are the same
things as its ends. Of several annotators each two are compared, and what they add up to is added.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from corpus.agreement.compared import Compared
from corpus.agreement.nominal import Floats, Ints, quotient
from corpus.agreement.sums import Sums, f1_sums, total
from corpus.agreement.units import ABSENT

Links = pl.DataFrame
Clusters = list[frozenset[int]]
ENDS = ("type", "from", "to")


def given_ends(c: Compared, name: str | None) -> Sums:
    """Return F1 of the relations of which both annotators have both ends."""
    return _f1(c, name, given=True)


def end_to_end(c: Compared, name: str | None) -> Sums:
    """Return F1 of all relations: one with an end that the other lacks is missed."""
    return _f1(c, name, given=False)


def by_entity(c: Compared, name: str | None) -> Sums:
    """Return F1 of relations to the same entities, whichever mention they lead to, end to end.

    Another mention of the same speaker is no error. Several to one set of entities are one.
    """
    both, mine, theirs = np.zeros((3, c.strata))
    for pair in c.pairs:
        there = dict(pair.both.select("right", "left").iter_rows())
        left = _to_entities(c, _links(c, pair.mine, name))
        right = _to_entities(c, _links(c, pair.theirs, name))
        seen = right.with_columns(_as(there, "from"))
        found = left.join(seen, on=["type", "from", "entities"], how="semi")
        both += total(found["stratum"].to_numpy(), c.strata)
        mine += total(left["stratum"].to_numpy(), c.strata)
        theirs += total(right["stratum"].to_numpy(), c.strata)
    return f1_sums(both, mine, theirs, _items(c, name))


def lea(c: Compared, name: str | None) -> Sums:
    """Return LEA of the clusters that relations make: F1 of links, by the size of clusters.

    Moosavi & Strube 2016, section 4. Each cluster counts by its size with the share of its links
    that the other annotator's clusters hold; one that has a single span counts nothing. Of several
    annotators the sums of each two are added.
    """
    sums = np.zeros((c.strata, 4))
    for pair in c.pairs:
        there = dict(pair.both.select("right", "left").iter_rows())
        own = _clusters(_links(c, pair.mine, name))
        other = _clusters(_links(c, pair.theirs, name), there)
        stratum = dict(pair.mine.select("unit", "stratum").iter_rows())
        stratum |= {there.get(unit, -unit - 1): s for unit, s in _strata(pair.theirs)}
        for column, (keys, responses) in enumerate(((own, other), (other, own))):
            _add_lea(sums[:, 2 * column : 2 * column + 2], keys, responses, stratum)
    counts = {"in clusters of the first": int(sums[:, 1].sum())}
    counts["in clusters of the second"] = int(sums[:, 3].sum())
    return Sums(_items(c, name), sums, lea_f1, counts, "there are no clusters")


def lea_f1(sums: Floats) -> Floats:
    """Return F1 of [weighted links found, size] of keys and of responses, (…, 4) -> (…)."""
    recall, precision = quotient(sums[..., 0], sums[..., 1]), quotient(sums[..., 2], sums[..., 3])
    return np.where(
        recall + precision == 0, 0.0, quotient(2 * recall * precision, recall + precision)
    )


def _f1(c: Compared, name: str | None, *, given: bool) -> Sums:
    both, mine, theirs = np.zeros((3, c.strata))
    for pair in c.pairs:
        there = dict(pair.both.select("right", "left").iter_rows())
        left = _links(c, pair.mine, name)
        right = _links(c, pair.theirs, name).with_columns(_as(there, "from"), _as(there, "to"))
        if given:
            shared = pair.both["left"].implode()
            left, right = (
                k.filter(pl.col("from").is_in(shared) & pl.col("to").is_in(shared))
                for k in (left, right)
            )
        found = left.join(right, on=ENDS, how="semi")
        both += total(found["stratum"].to_numpy(), c.strata)
        mine += total(left["stratum"].to_numpy(), c.strata)
        theirs += total(right["stratum"].to_numpy(), c.strata)
    return f1_sums(both, mine, theirs, _items(c, name))


def _items(c: Compared, name: str | None) -> Ints:
    """Return how many relations there are in each stratum, whoever has them."""
    item = c.items.select("unit", "item", "item_stratum")
    whole = (
        _links(c, c.spans, name)
        .join(item, left_on="from", right_on="unit")
        .join(item.select("unit", to_item="item"), left_on="to", right_on="unit")
        .unique(["type", "item", "to_item"])
    )
    return total(whole["item_stratum"].to_numpy(), c.strata).astype(np.int64)


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


def _as(there: Mapping[int, int], end: str) -> pl.Expr:
    """Return the other annotator's units as ours; what we lack gets a number that is nobody's."""
    return pl.col(end).replace_strict(there, default=-pl.col(end) - 1, return_dtype=pl.Int64)


def _to_entities(c: Compared, links: Links) -> Links:
    """Return (type, from, entities, stratum), once for each set of entities."""
    names = [name for name, a in c.units.schema.shared().items() if a.kind == "entity"]
    values = c.units.attributes.filter(
        pl.col("name").is_in(names) & (pl.col("value") != ABSENT)
    ).select("unit", entities="value")
    whole = links.join(values, left_on="to", right_on="unit")
    return whole.drop("to").unique(["type", "from", "entities"], maintain_order=True)


def _strata(spans: pl.DataFrame) -> Iterable[tuple[int, int]]:
    return spans.select("unit", "stratum").iter_rows()


def _clusters(links: Links, there: Mapping[int, int] | None = None) -> Clusters:
    """Return the units that relations join, as ours; what we lack has a number of its own."""
    group: dict[int, set[int]] = {}
    for one, other in links.select("from", "to").iter_rows():
        ours = [u if there is None else there.get(u, -u - 1) for u in (one, other)]
        joined = set().union(*(group.get(u, {u}) for u in ours))
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

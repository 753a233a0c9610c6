"""Several annotators of several documents as one set of tables: by hand, or drawn."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import msgspec
import polars as pl

from corpus.agreement.compared import Compared, compared
from corpus.agreement.figures import Comparison, compare
from corpus.agreement.measures import MEASURES, asked, parts
from corpus.agreement.units import Units, units
from corpus.schema import Schema
from corpus.shorthand import parse
from corpus.tables import Tables
from tests.corpora import HEDGEROW, TINY

ONE_LAYER = msgspec.structs.replace(TINY, layers={"event": TINY.layers["event"]}, relations={})
Documents = Mapping[str, Mapping[str, str]]
"""Document -> annotator (`ann`, `ann.2`) -> the text in shorthand."""
Names = dict[int, str]
WORDS = ("rain", "wind", "sun", "fog", "said", "may", "harm", "talks", "cut", "deal", "vote", "law")
EVENTS = ("STATEMENT", "AGREE", "CONSULT")
PEOPLE = ("xi", "trump", "ann,bo")


def together(documents: Documents, schema: Schema = HEDGEROW) -> tuple[Tables, Names]:
    """Return the tables of all, and under which name each annotation is compared."""
    made, names = list[Tables](), Names()
    for doc_id, lines in documents.items():
        texts = set()
        for name, line in lines.items():
            one = parse(line, schema)
            texts |= {*one.documents.collect()["text"]}
            made.append(_as(one, len(names), doc_id, name))
            names[len(names)] = name
        assert len(texts) == 1, f"{doc_id} is not one text: {texts}"
    return _concatenated(made), names


def units_of(documents: Documents, schema: Schema = HEDGEROW) -> Units:
    tables, names = together(documents, schema)
    return units(tables, schema, names)


def compared_of(documents: Documents, schema: Schema = HEDGEROW) -> Compared:
    """Return all annotators compared, in the order of their names."""
    own = units_of(documents, schema)
    return compared(own, range(len(own.annotators)))


def everybody(tables: Tables, names: Names, schema: Schema = HEDGEROW) -> Compared:
    own = units(tables, schema, names)
    return compared(own, range(len(own.annotators)))


def value(sums) -> float:
    """Return the value of all strata together."""
    return float(sums.value(sums.sums.sum(axis=0)))


def measured(c: Compared, without: Sequence[str] = ()) -> dict[tuple[str, str], float]:
    """Return the value of every measure of every part."""
    return {
        (name, str(part)): value(measure.sums(*asked(c, part)))
        for name, measure in MEASURES.items()
        if name not in without
        for part in parts(c.units.schema, measure.kind)
    }


@cache
def drawn(
    seed: int, documents: int = 4, people: Sequence[str] = ("ann", "bo", "cy"), lines: int = 4
) -> tuple[Tables, Names]:
    """Return annotators of one mind who err: each leaves out, moves and renames a little."""
    chance = random.Random(seed)
    texts = {f"d{n}": [_line(chance) for _ in range(lines)] for n in range(documents)}
    return together(
        {
            doc_id: {name: "\n".join(_marked(chance, *line) for line in whole) for name in people}
            for doc_id, whole in texts.items()
        }
    )


@cache
def comparison(*people: str, documents: int = 6) -> Comparison:
    """Return all figures of drawn annotators, who are people."""
    tables, names = drawn(8, documents=documents, people=people, lines=5)
    own = units(tables, HEDGEROW, names)
    return compare(own, "round one", dict.fromkeys(people, "human"), resamples=20)


def _line(chance: random.Random) -> tuple[list[str], list[str]]:
    """Return twelve words, and the types of its event, speaker and claim."""
    values = (chance.choice(EVENTS), chance.choice(PEOPLE), chance.choice(("certain", "possible")))
    return [chance.choice(WORDS) for _ in range(12)], [*values]


def _marked(chance: random.Random, words: Sequence[str], values: Sequence[str]) -> str:
    """Return a line: a speaker, a cue, a claim with an event and a hedge in it, as one saw it."""
    event, entity, certainty = (
        chance.choice(every) if chance.random() < 0.15 else own
        for own, every in zip(values, (EVENTS, PEOPLE, ("certain", "possible")), strict=True)
    )
    tag = f"{len(words)}{chance.random():.9f}".replace(".", "")  # no id twice in a document
    marks = {
        "speaker": (chance.choice((0, 0, 1)), 2, f"#s{tag} entity={entity}"),
        "event": (3, 4, f"#e{tag} {event}"),
        "claim": (5 + chance.choice((0, 0, 1)), 10, f"#c{tag} indirect fact {certainty}"),
        "hedge": (10, 12 - chance.choice((0, 0, 1)), f"#h{tag} epistemic"),
    }
    kept = {layer: mark for layer, mark in marks.items() if chance.random() < 0.85}
    links = {"claim": {"speaker": f"source>s{tag}", "event": f"cue>e{tag}"}}
    links["hedge"] = {"claim": f"scope>c{tag}"}
    links["event"] = {"speaker": f"actor>s{tag}"}
    parts, at = list[str](), 0
    for layer, (start, end, said) in kept.items():
        ends = [link for far, link in links.get(layer, {}).items() if far in kept]
        marked = f"[{' '.join(words[start:end])}]{{{layer}{' '.join([said, *ends])}}}"
        parts += [*words[at:start], marked]
        at = end
    return " ".join([*parts, *words[at:]])


def renamed(names: Names, new: Mapping[str, str]) -> Names:
    return {row: new[name] for row, name in names.items()}


def shuffled(tables: Tables, seed: int) -> Tables:
    """Return the rows of each table in another order, but for the positions of values."""
    frames = ("documents", "annotations", "spans", "attributes", "relations")
    mixed = {
        name: getattr(tables, name).collect().sample(fraction=1, shuffle=True, seed=seed).lazy()
        for name in frames
    }
    return replace(tables, **mixed)


def shifted(tables: Tables, prefix: str) -> Tables:
    """Return the tables with words before each text, in its first passage and sentence."""
    far = len(prefix)

    def moved(name: str) -> pl.Expr:
        place = pl.element().struct
        start = place.field("start")
        fields = (pl.when(start > 0).then(start + far).otherwise(0), place.field("end") + far)
        return pl.col(name).list.eval(place.with_fields(start=fields[0], end=fields[1]))

    text = pl.lit(prefix) + pl.col("text")
    documents = tables.documents.with_columns(moved("passages"), moved("sentences"), text=text)
    spans = tables.spans.with_columns(pl.col("start") + far, pl.col("end") + far)
    return replace(tables, documents=documents, spans=spans)


def with_sentences(tables: Tables, whole: bool) -> Tables:
    """Return the tables with one sentence a text, or none."""
    one = [{"start": 0, "end": 10**6}] if whole else []
    kept = tables.documents.collect()
    column = pl.Series("sentences", [one] * kept.height, dtype=kept.schema["sentences"])
    return replace(tables, documents=kept.with_columns(column).lazy())


def _as(one: Tables, row: int, doc_id: str, name: str) -> Tables:
    """Return the tables of one annotation under another document, annotator and row."""
    person, _, number = name.partition(".")
    own = pl.lit(row, pl.UInt32)
    items = {
        table: getattr(one, table).with_columns(annotation=own)
        for table in ("spans", "attributes", "relations")
    }
    key = {"doc_id": pl.lit(doc_id), "annotator": pl.lit(person)}
    file = pl.lit(f"annotations/{doc_id}/{name}.json")
    annotations = one.annotations.with_columns(
        row=own, file=file, **key, **{"pass": pl.lit(int(number or 1), pl.Int64)}
    )
    documents = one.documents.with_columns(doc_id=pl.lit(doc_id))
    people = one.annotators.with_columns(annotator=pl.lit(person))
    return replace(one, documents=documents, annotations=annotations, annotators=people, **items)


def _concatenated(made: Sequence[Tables]) -> Tables:
    names = ("documents", "annotations", "spans", "attributes", "relations", "annotators")
    frames = {name: pl.concat([getattr(one, name).collect() for one in made]) for name in names}
    frames["documents"] = frames["documents"].unique("doc_id", keep="first", maintain_order=True)
    frames["annotators"] = frames["annotators"].unique("annotator", maintain_order=True)
    return replace(made[0], **{name: frame.lazy() for name, frame in frames.items()})

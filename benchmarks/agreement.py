"""How long `corpus agree` takes, as spans grow; and against other packages in the same run.

python benchmarks/agreement.py [SPANS]: two annotators of so many spans each (100,000), in
documents of 100. Every annotator's spans are seeded changes of one invented truth: moved edges,
other values, left out, added. The peers need an environment of their own, as one pins an older
numpy: BENCH_PEERS=path/to/python names one that has pygamma-agreement, krippendorff and nervaluate.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from corpus.agreement.compared import compared
from corpus.agreement.figures import compare
from corpus.agreement.measures import MEASURES
from corpus.agreement.nominal import alpha, alpha_sums, nominal
from corpus.agreement.units import units
from corpus.schema import Schema, read_schema
from corpus.tables import Rows, Tables, spans_of

SCHEMA = Path(__file__).parents[1] / "schemas" / "hedgerow.toml"
IN_A_DOCUMENT = 100
WORDS = 8
"""Of a document, for each of its spans."""
TYPES = ("STATEMENT", "AGREE", "CONSULT", "SANCTION", "OTHER")
Span = tuple[int, int, str, str]


def invented(spans: int, documents: int, schema: Schema, annotators: int = 2) -> Tables:
    """Return documents with so many spans by each annotator."""
    rows, chance = Rows(), random.Random(spans)
    for number in range(documents):
        truth = _truth(spans // documents, chance)
        _document(rows, f"doc{number:06}", truth, annotators, schema, chance)
    return rows.tables(schema)


def _truth(spans: int, chance: random.Random) -> list[Span]:
    at, found = 0, []
    for _ in range(spans):
        at += chance.randint(4, 12 * WORDS // 2)
        end = at + chance.randint(2, 9)
        found.append((at, end, chance.choice(("event", "speaker")), chance.choice(TYPES)))
        at = end
    return found


def _document(
    rows: Rows,
    doc_id: str,
    truth: list[Span],
    annotators: int,
    schema: Schema,
    chance: random.Random,
) -> None:
    length = truth[-1][1] + 20
    text = ("lorem " * (length // 6 + 1))[:length]
    digest = hashlib.sha256(text.encode()).hexdigest()
    step = 100
    sentences = [{"start": s, "end": min(s + step, length)} for s in range(0, length, step)]
    passages = [{"kind": "body", "start": 0, "end": length}]
    about = ("", "invented", "", "2025-01-01", False, "en", "CC0-1.0", "text")
    rows.documents.append(
        (doc_id, text, digest, *about, passages, sentences, None, f"seeds/{doc_id}.txt")
    )
    for who in range(annotators):
        _annotation(rows, doc_id, f"ann{who}", text, digest, truth, schema, chance)


def _annotation(
    rows: Rows,
    doc_id: str,
    name: str,
    text: str,
    digest: str,
    truth: list[Span],
    schema: Schema,
    chance: random.Random,
) -> None:
    own = len(rows.annotations)
    place = (f"annotations/{doc_id}/{name}.json", None, None)
    versions = (schema.version, schema.guidelines, digest)
    rows.annotations.append((own, doc_id, name, 1, "single", "submitted", *versions, *place))
    last = None
    for number, (start, end, layer, value) in enumerate(_seen(truth, chance)):
        span_id = f"s{number}"
        found = spans_of(text, start, end)
        rows.spans.append(
            (own, len(rows.spans), span_id, layer, start, end, *found, found[0], "manual", 1)
        )
        said = ("type", value) if layer == "event" else ("entity", value.lower())
        rows.attributes.append((own, len(rows.attributes), span_id, said[0], 0, said[1], False, 1))
        if layer == "event" and last:
            rows.relations.append((own, len(rows.relations), "actor", span_id, last, 1))
        last = span_id if layer == "speaker" else last


def _seen(truth: list[Span], chance: random.Random) -> Iterator[Span]:
    for start, end, layer, value in truth:
        dice = chance.random()
        if dice < 0.1:
            continue
        moved = start + (chance.choice((-1, 1)) if dice < 0.25 else 0)
        other = chance.choice(TYPES) if dice > 0.85 else value
        yield moved, end, layer, other
        if dice > 0.95:
            yield end + 1, end + 3, layer, other


def growth(schema: Schema, most: int) -> None:
    """Print how time grows when spans are doubled: 2 is linear."""
    before = None
    for spans in (most // 8, most // 4, most // 2, most):
        tables = invented(spans, spans // IN_A_DOCUMENT, schema)
        start = time.perf_counter()
        compare(units(tables, schema, {**_names(tables)}), "invented", {})
        took = time.perf_counter() - start
        ratio = "" if before is None else f"{took / before:.2f} times the half"
        print(f"2 x {spans:>7} spans: {took:6.2f} s  {ratio}", flush=True)
        before = took


def _names(tables: Tables) -> dict[int, str]:
    return dict(tables.annotations.select("row", "annotator").collect().iter_rows())


def races(schema: Schema, python: str) -> None:
    """Print how long the peers take for the same, as multiples of our time, and both values."""
    ours, asked = dict[str, list[tuple[float, float]]](), dict[str, Any]()
    texts = [invented(spans, 1, schema) for spans in (50, 100, 200)]
    asked["gamma"] = [[[*_spans(t, who)] for who in ("ann0", "ann1")] for t in texts]
    ours["gamma"] = [_timed(lambda t=t: _value(schema, t, "gamma")) for t in texts]
    tables = [np.random.default_rng(1).integers(0, 5, (2, size)) for size in (1_000, 100_000)]
    asked["alpha"] = [table.tolist() for table in tables]
    ours["alpha"] = [_timed(lambda t=t: _alpha(t.T)) for t in tables]
    texts = [invented(5_000, documents, schema) for documents in (100, 10)]
    asked["f1"] = [[*_documents(t)] for t in texts]
    ours["f1"] = [_timed(lambda t=t: _value(schema, t, "exact-f1")) for t in texts]
    command = [python, str(Path(__file__).with_name("agreement_peers.py"))]
    run = subprocess.run(
        command, input=json.dumps(asked), stdout=subprocess.PIPE, check=True, text=True
    )
    theirs = json.loads(run.stdout)
    print({name: theirs[name] for name in ("pygamma-agreement", "krippendorff", "nervaluate")})
    for name, own in ours.items():
        for size, (took, value), (peer, other) in zip(SIZES[name], own, theirs[name], strict=True):
            values = f"ours {value:.3f}, theirs {other:.3f}"
            print(f"{name:6} {size:28} {peer / took:7.1f} times ours  {values}")


SIZES = {
    "gamma": ("2 x 50 in one text", "2 x 100", "2 x 200"),
    "alpha": ("2 x 1,000 values", "2 x 100,000"),
    "f1": ("2 x 5,000, 50 in a document", "2 x 5,000, 500 in a document"),
}


def _timed(function: Callable[[], float]) -> tuple[float, float]:
    """Return the seconds of the best of three, and the value."""
    found = []
    for _ in range(3):
        begun = time.perf_counter()
        value = function()
        found.append(time.perf_counter() - begun)
    return min(found), value


def _value(schema: Schema, tables: Tables, measure: str) -> float:
    c = compared(units(tables, schema, _names(tables)), (0, 1))
    sums = MEASURES[measure].sums(c, None)
    return float(sums.value(sums.sums.sum(axis=0)))


def _alpha(table: Any) -> float:
    distance = nominal(5)
    return float(alpha(alpha_sums(table, distance, np.zeros(len(table), int), 1)[0], distance))


def _documents(tables: Tables) -> Iterator[list[list[dict[str, Any]]]]:
    for doc_id in tables.documents.select("doc_id").collect()["doc_id"]:
        yield [
            [{"label": layer, "start": start, "end": end} for start, end, layer in own]
            for own in ([*_spans(tables, who, doc_id)] for who in ("ann0", "ann1"))
        ]


def _spans(tables: Tables, who: str, doc_id: str | None = None) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, layer) of somebody's spans."""
    own = tables.annotations.filter(annotator=who)
    if doc_id is not None:
        own = own.filter(doc_id=doc_id)
    spans = tables.spans.join(own.select(annotation="row"), on="annotation", how="semi")
    yield from spans.select("start", "end", "layer").collect().iter_rows()


if __name__ == "__main__":
    declared = read_schema(SCHEMA)
    growth(declared, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    if "BENCH_PEERS" in os.environ:
        races(declared, os.environ["BENCH_PEERS"])

"""How long `corpus agree` takes, as spans grow; and against other packages in the same run.

python benchmarks/agreement.py [SPANS]: two annotators of so many spans each (100,000), in
documents of 100. Every annotator's spans are seeded changes of one invented truth: moved edges,
other values, left out, added. The peers need an environment of their own, as one pins an older
numpy: BENCH_PEERS=path/to/python names one that has pygamma-agreement, krippendorff and nervaluate.
"""

import hashlib
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from corpus.agreement.figures import compare
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


if __name__ == "__main__":
    growth(read_schema(SCHEMA), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

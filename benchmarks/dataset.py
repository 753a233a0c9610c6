"""How long `corpus build` takes and how large its dataset is, as documents grow; what changes cost.

python benchmarks/dataset.py [DOCUMENTS ...] (100 1000 3000): invented documents of the Hedgerow
schema, each by two annotators and with gold. Of the most of them, one label is changed, and one
document put in the middle: how much of the bytes is new, with pages cut by content
(`use_content_defined_chunking`) and without. New is what stands in no piece of the older build;
pieces are cut by content too, of 64 KiB on average (as the Hub stores files) or of 2 KiB.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from corpus.dataset import parquet
from corpus.dataset.about import About
from corpus.dataset.build import write
from corpus.dataset.published import unchecked
from corpus.dataset.readback import read_back
from corpus.schema import Schema, read_schema
from corpus.tables import Rows, Tables, spans_of
from corpus.validation import validate

SCHEMA = Path(__file__).parents[1] / "schemas" / "hedgerow.toml"
SENTENCES = 12
ENTITIES = 400
CERTAINTY = ("certain", "probable", "possible")
TYPES = ("CONSULT", "AGREE", "SANCTION", "RETREAT", "REJECT")
PIECES = {"64 KiB": 16, "2 KiB": 11}
"""Average size of a piece -> bits of the hash that are 0 where one ends."""


def invented(doc_ids: list[str], schema: Schema, edited: str = "") -> Tables:
    """Return documents with the labels of two annotators and gold; a label of `edited` is other."""
    rows = Rows()
    for number in range(ENTITIES):
        rows.entities.append(
            (f"e{number}", f"Person {number}", "person", None, "", "entities.toml")
        )
    rows.annotators += [("ann", "human", "Someone."), ("bo", "human", "Someone else.")]
    for doc_id in doc_ids:
        _document(rows, doc_id, schema, edited=doc_id == edited)
    return rows.tables(schema, whole=False)


def _document(rows: Rows, doc_id: str, schema: Schema, *, edited: bool) -> None:
    chance, text, sentences, marks = random.Random(doc_id), "", [], []
    for number in range(SENTENCES):
        start = len(text)
        text += _sentence(chance, start, number, marks)
        sentences.append({"start": start, "end": len(text)})
        text += " "
    passages = [{"kind": "body", "start": 0, "end": len(text) - 1}]
    about = ("a title", "invented", None, "2025-01-01", False, "en", "CC0", "text")
    digest = "0" * 64
    rows.documents.append(
        (doc_id, text, digest, *about, passages, sentences, None, f"seeds/{doc_id}.txt")
    )
    for name, status in (("ann", "single"), ("bo", "single"), ("gold", "adjudicated")):
        own = len(rows.annotations)
        file = f"annotations/{doc_id}/{name}.json"
        versions = (schema.version, schema.guidelines, digest)
        rows.annotations.append(
            (own, doc_id, name, 1, status, "submitted", *versions, file, None, None)
        )
        _annotation(rows, own, text, marks, edited and name == "gold")
    rows.decisions.append((doc_id, "ann", "curator", f"annotations/{doc_id}/decisions.toml"))


def _sentence(chance: random.Random, start: int, number: int, marks: list) -> str:
    """Return a sentence, and add its spans: (id, layer, start, end, values, relations)."""
    words = [f"w{chance.randrange(20_000)}" for _ in range(14)]
    entity = chance.randrange(ENTITIES)
    name, rest = f"Person {entity}", " ".join(words)
    said = start + len(name) + 1
    claim = said + len("said ")
    event = claim + len(words[0]) + 1
    s, cue, c, e = (f"{kind}{number}-{chance.randrange(10**6)}" for kind in "scxe")
    values = {
        "attribution": "indirect",
        "claim_type": "fact",
        "certainty": chance.choice(CERTAINTY),
    }
    ends = (("source", s), ("cue", cue), ("asserts", e))
    marks += [
        (s, "speaker", start, start + len(name), {"entity": f"e{entity}"}, ()),
        (cue, "event", said, said + 4, {"type": "STATEMENT"}, (("actor", s),)),
        (e, "event", event, event + len(words[1]), {"type": chance.choice(TYPES)}, ()),
        (c, "claim", claim, claim + len(rest), values, ends),
    ]
    return f"{name} said {rest}."


def _annotation(rows: Rows, own: int, text: str, marks: list, edited: bool) -> None:
    for number, (span_id, layer, start, end, values, relations) in enumerate(marks):
        found = spans_of(text, start, end)
        rows.spans.append(
            (own, len(rows.spans), span_id, layer, start, end, *found, found[0], "manual", 1)
        )
        for name, value in values.items():
            other = edited and number == 2
            said = TYPES[TYPES.index(value) - 1] if other else value
            rows.attributes.append((own, len(rows.attributes), span_id, name, 0, said, False, 1))
        for type_, to in relations:
            rows.relations.append((own, len(rows.relations), type_, span_id, to, 1))


def main(sizes: list[int]) -> None:
    """Print all of it."""
    schema = read_schema(SCHEMA)
    with tempfile.TemporaryDirectory() as scratch:
        heads = ("documents", "spans", "rules", "rows", "writing", "reading", "total", "each", "MB")
        print("".join(f"{head:>11}" for head in heads))
        for number in sizes:
            folder = Path(scratch) / str(number)
            tables = invented(_ids(number), schema)
            spent = [*_build(tables, schema, folder)]
            size = sum(len(data) for data in _files(folder).values())
            spans = tables.spans.collect().height
            seconds = "".join(f"{part:9.1f} s" for part in (*spent, sum(spent)))
            each = f"{1000 * sum(spent) / number:8.1f} ms"
            print(f"{number:11}{spans:11}{seconds}{each}{size / 1e6:8.1f} MB", flush=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{peak:.0f} MB of memory at most")
        changes(Path(scratch), sizes[-1], schema)


def _ids(number: int) -> list[str]:
    return [f"doc{n:06}" for n in range(number)]


def _build(tables: Tables, schema: Schema, folder: Path) -> Iterator[float]:
    begun = time.perf_counter()
    validate(tables, schema)
    yield (checked := time.perf_counter()) - begun
    made = unchecked(tables, schema)
    yield (filled := time.perf_counter()) - checked
    write(made, tables, schema, About(), folder)
    yield (written := time.perf_counter()) - filled
    read_back(folder, made.arrow(), folder.with_suffix(".cache"))
    yield time.perf_counter() - written


def changes(scratch: Path, number: int, schema: Schema) -> None:
    """Print how much of a build is new after a change."""
    ids = _ids(number)
    middle = ids[number // 2]
    cases = {
        "one label": invented(ids, schema, edited=middle),
        "one document": invented(sorted([*ids, f"{middle}a"]), schema),
    }
    builds = {"": invented(ids, schema)} | cases
    rows = {name: unchecked(tables, schema) for name, tables in builds.items()}
    for by_content in (True, False):
        parquet.OPTIONS["use_content_defined_chunking"] = by_content
        made = {}
        for name, tables in builds.items():
            folder = scratch / f"{by_content}{name}"
            write(rows[name], tables, schema, About(), folder)
            made[name] = _files(folder)
        print(f"pages cut by {'content' if by_content else 'number'}: {_size(made['']):,} bytes")
        for name in cases:
            new = "; ".join(_new(made[""], made[name], bits, kind) for kind, bits in PIECES.items())
            print(f"  {name} changes {_changed(made[''], made[name])} files; new bytes: {new}")


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def _size(files: dict[str, bytes]) -> int:
    return sum(len(data) for data in files.values())


def _changed(old: dict[str, bytes], new: dict[str, bytes]) -> str:
    return f"{sum(old.get(name) != data for name, data in new.items())} of {len(new)}"


def _new(old: dict[str, bytes], new: dict[str, bytes], bits: int, kind: str) -> str:
    known = {piece for data in old.values() for piece in pieces(data, bits)}
    found = sum(len(p) for data in new.values() for p in pieces(data, bits) if p not in known)
    return f"{found:,} ({found / _size(new):.1%}) in pieces of {kind}"


def pieces(data: bytes, bits: int) -> Iterator[bytes]:
    """Yield the pieces of a file: one ends where the hash of the last 32 bytes ends in zeros."""
    table = np.random.default_rng(0).integers(2**32, size=256, dtype=np.uint32)
    gear = table[np.frombuffer(data, dtype=np.uint8)]
    hashed = np.zeros_like(gear)
    for back in range(min(32, len(gear))):
        hashed[back:] += gear[: len(gear) - back] << np.uint32(back)
    ends = np.flatnonzero(hashed >> np.uint32(32 - bits) == 0) + 1
    edges = sorted({0, *ends.tolist(), len(data)})
    yield from (data[start:end] for start, end in pairwise(edges))


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:]] or [100, 1000, 3000])

"""A document with conflicts as a curator's task: the agreed part, and each version beside it.

Nothing in it tells who is who. Versions are letters, as in the case. A region has the id that its
span has in gold, as a digest: by their own ids annotators' files could be told apart.
"""

import hashlib
import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from corpus.adjudication.case import Case
from corpus.adjudication.comparison import Comparison, Span, spans_and_links
from corpus.adjudication.conflicts import KINDS, Conflict
from corpus.adjudication.curated import Drawn, agreed_part, identified, version
from corpus.desk.state import digest_of
from corpus.faults import Source
from corpus.labelstudio.config import CONFLICTS
from corpus.labelstudio.export import TASK, Reader
from corpus.labelstudio.tasks import result
from corpus.store import GOLD
from corpus.tables import Rows

Json = dict[str, Any]
COMPARED = "compared"
"""The key in a task's data that holds a digest of the annotations that were compared."""
HOW = (
    "What is drawn here becomes gold; the tabs A, B, … show each version. Layers and boundaries in"
    " conflict are drawn as most have them, other conflicts are left out."
)


def region(doc_id: str, span_id: str) -> str:
    """Return the id under which a span is shown."""
    return hashlib.sha256(f"{doc_id}\n{span_id}".encode()).hexdigest()[:10]


def curation_task(given: Json, case: Case, user: int) -> Json:
    """Return the task of a document.

    Args:
        given: the data of its other tasks.
        case: its conflicts.
        user: whose the annotation is.
    """
    comparison = case.comparison
    data = {
        **given,
        "title": f"{given['title']} · {_counted(case.open)}",
        CONFLICTS: listed(case),
        COMPARED: compared_digest(comparison),
    }
    mine = {"result": drawn_result(comparison, agreed_part(case)), "ground_truth": False}
    versions = [
        {"model_version": c, "result": drawn_result(comparison, version(comparison, c))}
        for c in reversed([*comparison.versions])  # the page shows the last first
    ]
    annotations = [mine | {"completed_by": user}]
    return {"data": data, "annotations": annotations, "predictions": versions}


def compared_digest(comparison: Comparison) -> str:
    """Return a digest of what was compared, in an order that says nothing of who is who."""
    files = sorted(version.sha256 for version in comparison.versions.values())
    return digest_of([comparison.schema.version, *files])


def drawn_result(comparison: Comparison, drawn: Drawn) -> list[Json]:
    """Return what was drawn as Label Studio has it, in the order of the text."""
    shown = {name: region(comparison.doc_id, name) for name in drawn.spans}
    spans = sorted(drawn.spans.items(), key=lambda pair: (pair[1].start, -pair[1].end, *pair[:1]))
    links = sorted(drawn.links, key=lambda link: (drawn.spans[link[1]].start, link))
    own = {
        "spans": [_span_row(comparison, shown[name], span) for name, span in spans],
        "attributes": [
            {"span_id": shown[name], "name": attribute, "value": value, "defaulted": False}
            for name, span in spans
            for attribute, value in _told(comparison, span)
        ],
        "relations": [
            {"type": kind, "from_id": shown[near], "to_id": shown[far]} for kind, near, far in links
        ],
    }
    return result(own, comparison.schema)


def _span_row(comparison: Comparison, name: str, span: Span) -> Json:
    place = {"layer": span.layer, "start": span.start, "end": span.end}
    return {"span_id": name, "text": comparison.text[span.start : span.end], **place}


def _told(comparison: Comparison, span: Span) -> Iterator[tuple[str, str]]:
    """Yield (attribute, value) of what is not there by default."""
    declared = comparison.schema.layers[span.layer].attributes
    for name, values in span.values.items():
        if name in declared and values != (declared[name].default,):
            yield from ((name, value) for value in values)


def _counted(conflicts: Iterable[Conflict]) -> str:
    counts = Counter(conflict.kind for conflict in conflicts)
    kinds = ", ".join(f"{kind} {counts[kind]}" for kind in KINDS if counts[kind])
    return f"{counts.total()} conflict(s): {kinds}" if kinds else "no open conflict"


def listed(case: Case) -> str:
    """Return the open conflicts as a list in HTML: on one line, Markdown leaves it alone."""
    items = "".join(f"<li>{_shown(conflict)}</li>" for conflict in case.open)
    return f"<p>{HOW}</p><ol>{items}</ol>" if items else "No conflict is open."


def _shown(conflict: Conflict) -> str:
    """Return a conflict: its kind, what it is about, the words, and who says what."""
    says = dict[str, list[str]]()
    for letter, words in conflict.says.items():
        says.setdefault(words, []).append(letter)
    both = (f"<b>{', '.join(letters)}</b>: {_escaped(words)}" for words, letters in says.items())
    about = f"<b>{conflict.kind}</b>: {_escaped(conflict.about)}"
    return f"{about}<br>{_escaped(conflict.text)}<br>{'; '.join(both)}"


def _escaped(words: str) -> str:
    """Return words that neither HTML nor Markdown takes for its own."""
    return html.escape(words.replace("\n", " "))


def ticked(result: Iterable[Json]) -> bool:
    """Say whether all is decided, as whoever hands something in has to say."""
    return any(item.get("from_name") == CONFLICTS for item in result)


def drawn_in(case: Case, result: list[Json]) -> Drawn:
    """Return what a curator drew; spans that are items of the comparison have their ids."""
    comparison = case.comparison
    known = {*comparison.items, *(a[1] for a in case.overridden if a[0] == "span")}
    names = {region(comparison.doc_id, name): name for name in known}
    spans, links = _read(case, [_renamed(item, names) for item in result])
    items = identified(comparison, spans)
    ids = {name: items.get(name, name) for name in spans}
    reasons = {
        ids[names.get(name, name)]: words
        for name, words in _comments(case, result)
        if names.get(name, name) in ids
    }
    return Drawn(
        {ids[name]: replace(span, id=ids[name]) for name, span in spans.items()},
        frozenset((kind, ids[near], ids[far]) for kind, near, far in links),
        reasons,
    )


def _renamed(item: Json, names: Mapping[str, str]) -> Json:
    """Return an entry of a `result` with other ids."""
    keys = [key for key in ("id", "from_id", "to_id") if item.get(key) in names]
    return item | {key: names[item[key]] for key in keys}


def _read(case: Case, result: list[Json]) -> tuple[dict[str, Span], list[tuple[str, str, str]]]:
    """Return the spans by id and the relations of a `result`, as those of an annotation."""
    comparison, rows = case.comparison, Rows()
    text = {comparison.doc_id: comparison.text}
    reader = Reader(Source(rows, str(case.path)), comparison.schema, text, rows)
    annotation = {"id": 0, "completed_by": GOLD, "result": result}
    data = {"doc_id": comparison.doc_id, "text": comparison.text}
    task = {"id": 0, "data": data, "annotations": [annotation]}
    reader.task(TASK.decode(msgspec.json.encode(task)))
    tables = rows.tables(comparison.schema)
    spans, links = spans_and_links(tables, comparison.schema, {0: GOLD})
    of_text = spans[comparison.doc_id].items()
    return {key[1]: span for key, span in of_text}, [link[1:] for link in links[comparison.doc_id]]


def _comments(case: Case, result: Iterable[Json]) -> Iterator[tuple[str, str]]:
    """Yield (id of a region, what is written on it for the team alone)."""
    shared = case.comparison.schema.shared().items()
    boxes = {name for name, a in shared if a.kind == "text" and not a.published}
    for item in result:
        if item.get("from_name") in boxes:
            yield item["id"], " ".join(item["value"]["text"])

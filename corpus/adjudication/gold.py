"""The gold of a document: its canonical file, from the value of each aspect and nothing else."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from corpus.adjudication.comparison import Aspect, Comparison, Value
from corpus.adjudication.decisions import moot
from corpus.agreement.units import scored
from corpus.store import GOLD, annotation_path, rendered
from corpus.tables import Rows, spans_of


def gold_path(root: Path, doc_id: str) -> Path:
    """Return where the gold of a document stands."""
    return root / annotation_path(doc_id, GOLD, 1)


def gold(comparison: Comparison, values: Mapping[Aspect, Value], guideline_version: str) -> bytes:
    """Return the file of the gold; each aspect that is not moot has a value."""
    schema, rows = comparison.schema, Rows()
    versions = (schema.version, guideline_version, comparison.text_sha256)
    path = annotation_path(comparison.doc_id, GOLD, 1)
    key = (comparison.doc_id, GOLD, 1, "adjudicated", "submitted")
    rows.annotations.append((0, *key, *versions, path.as_posix(), None, None))
    for aspect, value in values.items():
        if aspect[0] == "span" and value:
            _add_span(rows, comparison, values, aspect[1])
        elif aspect[0] == "relation" and value and not moot(values, aspect):
            rows.relations.append((0, len(rows.relations), *aspect[1:], 1))
    [data] = rendered(rows.tables(schema), schema).values()
    return data


def _add_span(
    rows: Rows, comparison: Comparison, values: Mapping[Aspect, Value], span_id: str
) -> None:
    layer, edges = values["layer", span_id], values["boundary", span_id]
    assert isinstance(layer, str)
    assert isinstance(edges, tuple)
    start, end = (int(edge) for edge in edges)
    words = spans_of(comparison.text, start, end)
    place = (0, len(rows.spans), span_id, layer, start, end)
    rows.spans.append((*place, *words, words[0], "manual", 1))
    declared = comparison.schema.layers[layer]
    for name, said in attributes(comparison, values, span_id, layer).items():
        if said != (declared.attributes[name].default,):
            for position, value in enumerate(said):
                row = (0, len(rows.attributes), span_id, name, position, value, False, 1)
                rows.attributes.append(row)


def attributes(
    comparison: Comparison, values: Mapping[Aspect, Value], span_id: str, layer: str
) -> dict[str, tuple[str, ...]]:
    """Return attribute -> values: what is decided; of what is not scored, what most say."""
    declared = comparison.schema.layers[layer]
    found = dict[str, tuple[str, ...]]()
    for name, attribute in declared.attributes.items():
        said = values.get(("attribute", span_id, layer, name))
        if isinstance(said, tuple):
            found[name] = tuple(map(str, said))
        elif attribute.published and name not in scored(declared):
            found[name] = _of_most(comparison, span_id, name)
    return found


def _of_most(comparison: Comparison, span_id: str, name: str) -> tuple[str, ...]:
    """Return what more than half of those say who have the span; nothing if they do not."""
    item = comparison.items.get(span_id)
    said = [span.values.get(name, ()) for span in item.spans.values()] if item else []
    [(value, votes)] = Counter(said).most_common(1) or [((), 0)]
    return value if votes * 2 > len(said) else ()

"""The card (README.md of the dataset): every number in it is computed from the tables."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from corpus.dataset.derived import DERIVED
from corpus.dataset.frames import ATTRIBUTIONS, DOCUMENTS, RELATIONS, example_column
from corpus.dataset.provenance import provenance_section
from corpus.dataset.quality import agreement_section
from corpus.schema import Schema
from corpus.shorthand import render
from corpus.tables import Tables

if TYPE_CHECKING:
    from datasets import Features

CREATORS = {"human": "expert-generated", "model": "machine-generated"}
"""Kind of annotator -> the Hub's word for it."""
FEW = 10
NOT_FOR = "a pilot: too small to train or to compare systems on."

Sizes = Mapping[str, Mapping[str, int]]


def card(
    tables: Tables,
    schema: Schema,
    made: Mapping[str, pl.DataFrame],
    types: "Mapping[str, Features]",
    sizes: Sizes,
    split: str,
) -> bytes:
    """Return the card: the Hub's metadata as YAML, then the page."""
    page = "\n".join(_page(tables, schema, made, split))
    return f"---\n{_metadata(schema, made, types, sizes, split)}\n---\n\n{page}\n".encode()


def _metadata(
    schema: Schema,
    made: Mapping[str, pl.DataFrame],
    types: "Mapping[str, Features]",
    sizes: Sizes,
    split: str,
) -> str:
    from datasets import DatasetInfo
    from datasets.info import DatasetInfosDict
    from datasets.splits import SplitDict, SplitInfo
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCardData

    documents = made[DOCUMENTS]
    data = DatasetCardData(
        pretty_name=schema.title,
        language=sorted(documents["language"].unique()),
        license="other",
        license_name=f"annotations-{schema.licence.lower().replace(' ', '-')}-text-not-covered",
        annotations_creators=sorted({CREATORS[k] for k in documents["kind"].drop_nulls()}),
        size_categories=["n<1K"] if documents.height < 1000 else None,
        tags=[layer.plural for layer in schema.layers.values()],
    )
    infos, paths = DatasetInfosDict(), MetadataConfigs()
    for config, size in sizes.items():
        splits = SplitDict()
        splits.add(SplitInfo(split, num_bytes=size["bytes"], num_examples=size["rows"]))
        info = DatasetInfo(features=types[config], config_name=config)
        info.splits, info.download_size, info.dataset_size = splits, size["file"], size["bytes"]
        infos[config] = info
        paths[config] = {"data_files": [{"split": split, "path": f"data/{config}/{split}-*"}]}
    paths[DOCUMENTS]["default"] = True
    infos.to_dataset_card_data(data)
    paths.to_dataset_card_data(data)
    return data.to_yaml(line_break="\n")


def _page(
    tables: Tables, schema: Schema, made: Mapping[str, pl.DataFrame], split: str
) -> Iterator[str]:
    documents = made[DOCUMENTS]
    yield f"# {schema.title}\n"
    number = documents["doc_id"].n_unique()
    yield _some(number, "document") + (f": {NOT_FOR}" if number < FEW else ".") + "\n"
    yield f"Schema {schema.name} {schema.version}, guidelines {schema.guidelines}.\n"
    yield from _counts(made)
    if sentence := rendered_sentence(documents, schema):
        yield f"\nOne sentence of it:\n\n```text\n{sentence}\n```\n"
    yield from _usage(schema, split)
    yield from provenance_section(tables, documents)
    yield from agreement_section(tables, schema)
    yield from _licences(schema, documents)
    yield from _definitions(schema)


def _counts(made: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    yield "| config | rows | one row is |\n|---|---|---|"
    rows = {DOCUMENTS: "a document and annotation, with all spans", RELATIONS: "a relation"}
    rows[ATTRIBUTIONS] = "a content, with its sources and cues"
    for config, frame in made.items():
        absent = "" if frame.height else " (left out, having none)"
        yield f"| `{config}` | {frame.height} | {rows.get(config, 'a span')}{absent} |"


def rendered_sentence(documents: pl.DataFrame, schema: Schema) -> str:
    """Return the sentence with the most layers in it, the first of them, in shorthand.

    Empty where no span starts in a sentence.
    documents: the frame of that config, so that nothing is shown that is not published.
    """
    best, most = ("", 0, list[dict[str, Any]]()), 0
    for row in documents.select("text", "sentences", "spans").iter_rows(named=True):
        starts = [span["start"] for span in row["spans"]]
        for sentence in row["sentences"]:
            first, last = (bisect_left(starts, sentence[edge]) for edge in ("start", "end"))
            layers = {span["layer"] for span in row["spans"][first:last]}
            if len(layers) > most:
                most, text = len(layers), row["text"][sentence["start"] : sentence["end"]]
                best = (text, sentence["start"], row["spans"][first:last])
    text, offset, inside = best
    marks = ((s["start"] - offset, s["end"] - offset, _words(s, schema)) for s in inside)
    return render(text, marks)


def _words(span: Mapping[str, Any], schema: Schema) -> str:
    """Return the layer of a span and its values but the defaults."""
    words, declared = [span["layer"]], schema.layers[span["layer"]].attributes
    for name, attribute in declared.items():
        values = sorted(said["value"] for said in span["attributes"] if said["name"] == name)
        values = [name for _ in values] if attribute.kind == "flag" else values
        words += [value for value in values if value != attribute.default]
    return " ".join(words)


def _usage(schema: Schema, split: str) -> Iterator[str]:
    if example := example_column(schema):
        plural, attribute = example
        yield "```python\nfrom datasets import load_dataset\n"
        yield f'{plural} = load_dataset("FOLDER", "{plural}", split="{split}")  # this folder'
        yield f'{plural}[0]["text"], {plural}[0]["{attribute}"]  # the name, as text'
        yield f'{plural}.features["{attribute}_label"].names  # its classes\n```\n'
    yield "Offsets are 0-based, half-open, in Unicode code points of `text` in `documents`:"
    yield "`text[start:end]` is the span. pandas, polars and duckdb read `data/*/*.parquet`.\n"


def _licences(schema: Schema, documents: pl.DataFrame) -> Iterator[str]:
    yield "## Licences\n"
    yield f"- **Annotations**: {schema.licence}."
    columns = ("doc_id", "title", "source", "licence", "date", "date_inferred")
    for row in documents.select(columns).unique(maintain_order=True).to_dicts():
        date = f"{row['date']}{' (inferred)' if row['date_inferred'] else ''}"
        about = f"source {row['source']}, licence {row['licence']}, date {date}"
        yield f"- **Text** `{row['doc_id']}` ({row['title']}): {about}."
    yield "- A text whose licence is unknown is not ours to license: ask its owner before reuse.\n"


def _definitions(schema: Schema) -> Iterator[str]:
    yield "## What the labels mean\n"
    for name, layer in schema.layers.items():
        yield f"**{name}**: {layer.definition}\n"
        rows = [(n, a) for n, a in layer.attributes.items() if a.published]
        yield "| attribute | values (default in bold) | meaning |\n|---|---|---|"
        for key, attribute in rows:
            values = [f"**{v}**" if v == attribute.default else v for v in attribute.values]
            named = _cell(", ".join(values) or attribute.kind)
            yield f"| `{key}` | {named} | {_cell(attribute.definition)} |"
        yield ""
    yield "| relation | from | to | meaning |\n|---|---|---|---|"
    for name, relation in schema.relations.items():
        ends = f"{', '.join(relation.from_)} | {', '.join(relation.to)}"
        yield f"| `{name}` | {ends} | {_cell(relation.definition)} |"
    if derived := [(la.plural, name) for la in schema.layers.values() for name in la.derive]:
        yield "\nMade of these at build, by no hand:\n"
        yield "| column | config | meaning |\n|---|---|---|"
        for config, name in derived:
            yield f"| `{name}` | `{config}` | {_cell(DERIVED[name].meaning)} |"


def _cell(text: str) -> str:
    """Return a text that stays within its cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _some(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

"""The card (README.md of the dataset): every number in it is computed from the tables.

One screen says what it is, how large, and whether to trust it; the sections below say the rest.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

import polars as pl

from corpus.agreement.figures import Comparison
from corpus.dataset.about import About
from corpus.dataset.card.agreement import agreement_section, compared_passes, headline
from corpus.dataset.card.definitions import definitions_section
from corpus.dataset.card.metadata import metadata
from corpus.dataset.card.statement import limitations_section, statement_section
from corpus.dataset.card.texts import citation_section, licences_section
from corpus.dataset.card.usage import example_column, loading, usage_section
from corpus.dataset.configs.tokens import held
from corpus.dataset.provenance import provenance_section, trust
from corpus.dataset.published import DOCUMENTS, Published
from corpus.dataset.withheld import withheld_section
from corpus.schema import Schema
from corpus.shorthand import render
from corpus.tables import Tables

__all__ = ["card", "example_column", "rendered_sentence"]
PILOT = "**A pilot of {}: not for training, and not for comparing systems.**"


def card(tables: Tables, schema: Schema, about: About, made: Published, folder: Path) -> bytes:
    """Return the card: the Hub's metadata as YAML, then the page.

    folder: where the data files stand already.
    """
    page = "\n".join(_page(tables, schema, about, made))
    return f"---\n{metadata(schema, made, folder)}\n---\n\n{page}\n".encode()


def _page(tables: Tables, schema: Schema, about: About, made: Published) -> Iterator[str]:
    documents = made.configs[DOCUMENTS].frame
    compared = compared_passes(tables, schema)
    yield f"# {schema.title}\n"
    yield from _first_screen(tables, schema, about, made, compared)
    yield from limitations_section(about.statement)
    yield from provenance_section(tables, documents)
    yield from agreement_section(compared, about.yardsticks)
    yield from _configs(schema, made)
    yield from usage_section(schema, made, about)
    yield from licences_section(schema, documents)
    yield from withheld_section(documents)
    yield from citation_section(schema, about)
    yield from statement_section(about.statement)
    yield from definitions_section(schema)


def _first_screen(
    tables: Tables, schema: Schema, about: About, made: Published, compared: Comparison | None
) -> Iterator[str]:
    documents = made.configs[DOCUMENTS].frame
    number = _some(documents["doc_id"].n_unique(), "document")
    if made.pilot:
        yield PILOT.format(number) + "\n"
    if about.description:
        yield about.description + "\n"
    yield from _sizes(schema, made)
    if sentence := rendered_sentence(documents, schema):
        yield "One sentence, each span in brackets, behind it what was said of it:\n"
        wrapped = fill(sentence, 88, break_long_words=False, break_on_hyphens=False)
        yield f"```text\n{wrapped}\n```\n"
    yield from loading(schema, made, about)
    yield trust(tables, documents)
    yield from headline(tables, compared)
    yield ""
    said = f"Version {about.version}, made with schema {schema.name} {schema.version}"
    yield f"{said} and guidelines {schema.guidelines}.\n"


def _sizes(schema: Schema, made: Published) -> Iterator[str]:
    names = [*(layer.plural for layer in schema.layers.values()), "relations", "sentences"]
    configs = {DOCUMENTS: made.configs[DOCUMENTS].frame["doc_id"].n_unique()}
    configs |= {name: made.configs[name].frame.height for name in names}
    yield f"| {' | '.join(configs)} |\n|{'---|' * len(configs)}"
    yield f"| {' | '.join(f'{number:,}' for number in configs.values())} |\n"


def _configs(schema: Schema, made: Published) -> Iterator[str]:
    """Yield the configs, and what the tags of `tokens` cannot hold."""
    yield "## Configs\n"
    yield f"| config | {' | '.join(made.documents)} | one row is |"
    yield f"|---|{'---|' * len(made.documents)}---|"
    for name, config in made.configs.items():
        parts = made.parts.get(name, {})
        numbers = " | ".join(
            f"{parts[split].frame.height:,}" if split in parts else "0" for split in made.documents
        )
        absent = "" if parts else " (left out, having none)"
        yield f"| `{name}` | {numbers} | {config.row}{absent} |"
    yield "\n`documents` is the default."
    yield from _lost(schema, made)
    yield ""


def _lost(schema: Schema, made: Published) -> Iterator[str]:
    tags, lost = made.configs["tokens"].frame, list[str]()
    for name, layer in schema.layers.items():
        spans = made.configs[layer.plural].frame.height
        if spans > (there := held(tags, name)):
            lost.append(f"{spans - there:,} of {spans:,} {layer.plural}")
    if lost:
        yield f"BIO tags hold outermost spans only: {', '.join(lost)} are not in `tokens`."


def rendered_sentence(documents: pl.DataFrame, schema: Schema) -> str:
    """Return the sentence with the most layers in it, the first of them, in shorthand.

    Empty where no span starts in a sentence.
    documents: the frame of that config, so that nothing is shown that is not published.
    """
    best, most = ("", 0, list[dict[str, Any]]()), 0
    shown = documents.select("text", "sentences", "spans").drop_nulls("text")
    for row in shown.iter_rows(named=True):
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


def _some(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

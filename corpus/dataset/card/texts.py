"""The card's sections on the texts: where they are from, and under which licences all stands."""

import re
from collections.abc import Iterator

import polars as pl

from corpus.dataset.about import About, citation
from corpus.schema import Schema
from corpus.seeds import is_unknown

MOST = 50
"""Of more texts the card has a count by source and licence, and `documents` the rest."""
MARKUP = re.compile(r"[\\`*<\[|~]")
ABOUT = ("doc_id", "title", "source", "licence", "date", "date_inferred", "release")


def licences_section(schema: Schema, documents: pl.DataFrame) -> Iterator[str]:
    """Yield the section; documents: the frame of that config."""
    texts = documents.select(ABOUT).unique("doc_id", maintain_order=True)
    unknown = {licence: "unknown" for licence in texts["licence"] if is_unknown(licence)}
    texts = texts.with_columns(pl.col("licence").replace(unknown))
    yield "## Licences\n"
    yield f"- **Annotations**: {schema.licence}."
    yield "- **Code** (the tool `corpus`): Apache-2.0."
    yield f"- **Texts**: each its own{', as below' if len(texts) <= MOST else ''}."
    if unknown:
        yield "  A text of unknown licence is not ours to license: ask its owner before reuse."
    yield ""
    yield from _listed(texts) if len(texts) <= MOST else _counted(texts)
    yield ""


def _listed(texts: pl.DataFrame) -> Iterator[str]:
    yield "| text | title | source | licence | date | released |\n|---|---|---|---|---|---|"
    for row in texts.to_dicts():
        date = f"{row['date']}{' (inferred)' if row['date_inferred'] else ''}"
        said = [
            row["title"] or "",
            row["source"] or "",
            row["licence"],
            date,
            RELEASES[row["release"]],
        ]
        yield f"| `{row['doc_id']}` | {' | '.join(map(_literal, said))} |"


def _counted(texts: pl.DataFrame) -> Iterator[str]:
    yield "| texts | source | licence | released |\n|---|---|---|---|"
    for source, licence, release, number in (
        texts.group_by("source", "licence", "release").len().sort("source", "licence").iter_rows()
    ):
        yield f"| {number} | {_literal(source or '')} | {_literal(licence)} | {RELEASES[release]} |"


def _literal(text: str) -> str:
    """Return words of somebody else as a cell that shows them as they are, not as Markdown."""
    return MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


RELEASES = {"text": "with its words", "standoff": "without its words"}
"""What `release` says of a text -> what it means."""


def citation_section(schema: Schema, about: About) -> Iterator[str]:
    """Yield the section."""
    yield f"## Citation\n\n```bibtex\n{citation(schema, about)}\n```\n"

"""The card's section on use: the same rows with datasets, pandas, polars and duckdb."""

from collections.abc import Iterator

from corpus.dataset.about import About
from corpus.dataset.parquet import data_file
from corpus.dataset.published import Published
from corpus.schema import Schema

UNKNOWN = "OWNER/NAME"
"""Stands for the dataset's own address where dataset.toml does not name it."""


def example_column(schema: Schema) -> tuple[str, str] | None:
    """Return (config, closed attribute) to show first: of the layer with the most to show."""
    for layer in sorted(schema.layers.values(), key=lambda layer: -len(layer.attributes)):
        for name, attribute in layer.attributes.items():
            if attribute.kind == "choice" and not attribute.multiple:
                return layer.plural, name
    return None


def loading(schema: Schema, made: Published, about: About) -> Iterator[str]:
    """Yield how to load it, for the first screen."""
    config, attribute = shown(schema, made)
    split, part = next(iter(made.parts[config].items()))
    yield "```python\nfrom datasets import load_dataset\n"
    yield (
        f'{config} = load_dataset("{about.repository or UNKNOWN}", "{config}", split="{split}",'
        f' revision="v{about.version}")'
    )
    if attribute:
        row = part.frame["text"].is_not_null().arg_max()  # the first that is not withheld
        yield f'{config}[{row}]["text"], {config}[{row}]["{attribute}"]'
    yield "```\n"


def shown(schema: Schema, made: Published) -> tuple[str, str]:
    """Return a config that has rows, and a closed attribute of it, or nothing."""
    config, attribute = example_column(schema) or ("", "")
    return (config, attribute) if config in made.parts else (next(iter(made.parts)), "")


def usage_section(schema: Schema, made: Published, about: About) -> Iterator[str]:
    """Yield the section."""
    config, attribute = shown(schema, made)
    split = next(iter(made.parts[config]))
    path = f"hf://datasets/{about.repository or UNKNOWN}/{data_file(config, split)}"
    yield "## Use\n"
    if not about.repository:
        yield f"`{UNKNOWN}` stands for this repository."
    yield "Every config is one Parquet file a split:\n"
    yield "```python\nimport duckdb, pandas, polars\n"
    yield f'path = "{path}"'
    yield "pandas.read_parquet(path)"
    yield "polars.read_parquet(path)"
    yield "duckdb.sql(f\"select * from '{path}'\")\n```\n"
    yield "Offsets are 0-based, half-open, in Unicode code points of `text` in `documents`:"
    yield "`text[start:end]` is the span. `span` is its place in `spans` there, and so are"
    yield "`from_span`, `to_span` and the like."
    if attribute:
        yield (
            f"A closed attribute is there twice: `{attribute}` is its name, `{attribute}_label` its"
            " class, a number that `datasets` knows the names of and other readers do not."
        )
    yield ""

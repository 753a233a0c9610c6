"""The card's last part: what the labels mean, from the schema."""

from collections.abc import Iterator

from corpus.dataset.derived import DERIVED
from corpus.schema import Layer, Schema


def definitions_section(schema: Schema) -> Iterator[str]:
    """Yield the section."""
    yield "## What the labels mean\n"
    for name, layer in schema.layers.items():
        yield from _layer(name, layer)
    if schema.relations:
        yield "| relation | from | to | meaning |\n|---|---|---|---|"
    for name, relation in schema.relations.items():
        ends = f"{', '.join(relation.from_)} | {', '.join(relation.to)}"
        yield f"| `{name}` | {ends} | {cell(relation.definition)} |"
    if derived := [(la.plural, name) for la in schema.layers.values() for name in la.derive]:
        yield "\nMade of these at build, by no hand:\n"
        yield "| column | config | meaning |\n|---|---|---|"
        for config, name in derived:
            yield f"| `{name}` | `{config}` | {cell(DERIVED[name].meaning)} |"


def _layer(name: str, layer: Layer) -> Iterator[str]:
    yield f"**{name}**: {layer.definition}\n"
    rows = [(n, a) for n, a in layer.attributes.items() if a.published]
    if rows:
        yield "| attribute | values (default in bold) | meaning |\n|---|---|---|"
    for key, attribute in rows:
        values = [f"**{v}**" if v == attribute.default else v for v in attribute.values]
        named = cell(", ".join(values) or attribute.kind)
        yield f"| `{key}` | {named} | {cell(attribute.definition)} |"
    yield ""


def cell(text: str) -> str:
    """Return a text that stays within its cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")

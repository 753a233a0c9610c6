"""Print docs/measures.md from the measures' own words: python scripts/measure_page.py."""

from corpus.agreement.measures import MEASURES, Kind

HEAD = """# Measures of agreement

What `corpus agree` measures; [how to read it](agreement.md). `name` is that in a gate and in JSON.
The kinds of part that a measure is asked of:
"""
ASKED: dict[Kind, str] = {
    "spans": "each layer, and all; where some spans have a source, also these and the rest apart",
    "values": "each attribute of each layer, on spans that are one thing",
    "scale": "an attribute with a `scale`",
    "set": "an attribute with several values",
    "links": "each relation, and all together, but for those that make clusters",
    "links to entities": "a relation that leads to spans with an entity",
    "clusters": "a relation with `clusters`",
    "roles": "the relations that are named under `[attributions]`",
}


def page() -> str:
    """Return the page: a table a kind."""
    lines = [HEAD]
    for kind, asked in ASKED.items():
        lines += [f"## {kind.capitalize()}", "", f"{asked[:1].upper()}{asked[1:]}.", ""]
        lines += ["| name | head | what it says |", "|---|---|---|"]
        for name, measure in MEASURES.items():
            if measure.kind == kind:
                meaning = measure.meaning.replace("|", "\\|")
                lines.append(f"| `{name}` | {measure.title} | {meaning} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(page(), end="")

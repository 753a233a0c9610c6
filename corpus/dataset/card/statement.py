"""The card's data statement: what dataset.toml says, under the names of its schema.

Bender, Friedman and McMillan-Major (2021), A Guide for Creating and Documenting Language Datasets
with Data Statements Schema Version 3. Its header, summary, source datasets and metadata are the
rest of the card.
"""

from collections.abc import Iterator

from corpus.dataset.about import Statement

ELEMENTS = {
    "curation": "Curation rationale",
    "language_variety": "Language varieties",
    "speakers": "Speaker demographic",
    "annotators": "Annotator demographic",
    "situation": "Speech situation and text characteristics",
    "preprocessing": "Preprocessing and data formatting",
    "capture_quality": "Capture quality",
    "ethics": "Disclosures and ethical review",
    "uses": "Uses",
    "biases": "Biases",
    "social_impact": "Social impact",
    "sensitive": "Personal and sensitive information",
    "maintenance": "Maintenance",
}
"""Key -> heading, in order; the last five are of Croissant's RAI vocabulary."""


def limitations_section(statement: Statement) -> Iterator[str]:
    """Yield the section; that nothing is stated is said too."""
    yield "## Limitations\n"
    yield from (f"- {words}" for words in statement.limitations or ["Not stated."])
    yield ""


def statement_section(statement: Statement) -> Iterator[str]:
    """Yield the section, and what is not stated in one line."""
    yield "## Data statement\n"
    for key, heading in ELEMENTS.items():
        if words := getattr(statement, key):
            yield f"**{heading}.** {words}\n"
    if missing := [h for key, h in ELEMENTS.items() if not getattr(statement, key)]:
        yield f"Not stated: {', '.join(name.lower() for name in missing)}.\n"

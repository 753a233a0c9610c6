"""dataset.toml: what nothing else says of a dataset, for its card and its Croissant description.

All of it is optional but the version; what is not stated is shown as such.
"""

from pathlib import Path

import msgspec

from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.toml import convert, read_toml

FILE = "dataset.toml"
CHANGELOG = "dataset/CHANGELOG.md"
"""What changed from version to version; it is published with the data."""


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data statement: the elements of version 3 (Bender, Friedman and McMillan-Major 2021).

    Beside them stand what Croissant's RAI vocabulary asks for: biases, uses, social_impact,
    sensitive and maintenance. What the tables tell (texts, annotators, process) is not repeated.
    """

    curation: str = ""
    language_variety: str = ""
    speakers: str = ""
    annotators: str = ""
    situation: str = ""
    preprocessing: str = ""
    capture_quality: str = ""
    limitations: list[str] = []
    biases: str = ""
    uses: str = ""
    social_impact: str = ""
    sensitive: str = ""
    ethics: str = ""
    maintenance: str = ""


class Yardstick(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published figure to read one's own agreement beside.

    what: was measured how, in which corpus. value: as printed. source: where.
    """

    what: str
    value: str
    source: str


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dataset as a publication.

    version: of the data, by Semantic Versioning 2.0.0; date: of that version. description: one
    sentence. homepage, contact: where it is made, and who answers. changelog: what stands in
    CHANGELOG, not in dataset.toml.
    """

    version: str = "0.1.0"
    date: str = ""
    description: str = ""
    authors: list[str] = []
    homepage: str = ""
    contact: str = ""
    statement: Statement = Statement()
    yardsticks: list[Yardstick] = []
    changelog: str = ""


def read_about(root: Path) -> About:
    """Return what dataset.toml says; what it does not say is empty."""
    path = root / FILE
    raw = read_toml(path, CorpusError) if path.exists() else {}
    about = convert(path, "", raw, About, CorpusError)
    changelog = root / CHANGELOG
    told = changelog.read_text(encoding="utf-8") if changelog.exists() else ""
    return msgspec.structs.replace(about, changelog=told)


def citation(schema: Schema, about: About) -> str:
    """Return how the dataset is cited, as BibTeX."""
    said = {
        "title": f"{{{schema.title}}}",
        "author": " and ".join(f"{{{name}}}" for name in about.authors),
        "version": about.version,
        "date": about.date,
        "url": about.homepage,
    }
    lines = ",\n".join(f"  {key} = {{{value}}}" for key, value in said.items() if value)
    return f"@misc{{{schema.name},\n{lines}\n}}"

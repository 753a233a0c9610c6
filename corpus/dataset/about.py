"""dataset.toml: what nothing else says of a dataset, for its card and its Croissant description.

All of it is optional but the version; what is not stated is shown as such.
"""

import re
from pathlib import Path
from typing import Annotated

import msgspec

from corpus.errors import CorpusError
from corpus.schema import Schema
from corpus.toml import convert, read_toml

FILE = "dataset.toml"
CHANGELOG = "dataset/CHANGELOG.md"
"""What changed from version to version; it is published with the data."""
VERSION = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})", re.ASCII)
"""A release by Semantic Versioning 2.0.0, in numbers that can be read; none of data is a
pre-release."""


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


Repository = Annotated[str, msgspec.Meta(pattern=r"^([\w.-]+/[\w.-]+)?$")]


class Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What dataset.toml says.

    version: of the data, by Semantic Versioning 2.0.0; date: of that version. description: one
    sentence. repository: OWNER/NAME on the Hub, for the card. homepage, contact: where it is
    made, and who answers.
    """

    version: str = "0.1.0"
    repository: Repository = ""
    date: str = ""
    description: str = ""
    authors: list[str] = []
    homepage: str = ""
    contact: str = ""
    statement: Statement = Statement()
    yardsticks: list[Yardstick] = []


class About(Stated, frozen=True, forbid_unknown_fields=True):
    """A dataset as a publication. changelog: the whole of CHANGELOG; empty if there is none."""

    changelog: str = ""


def read_about(root: Path) -> About:
    """Return what dataset.toml and the changelog say; what they do not say is empty."""
    path = root / FILE
    raw = read_toml(path, CorpusError) if path.exists() else {}
    stated = convert(path, "", raw, Stated, CorpusError)
    if not VERSION.fullmatch(stated.version):
        raise CorpusError(
            f"{path}: version: found {stated.version!r}; expected three numbers, such as 0.2.0"
            " (Semantic Versioning)"
        )
    return About(**msgspec.structs.asdict(stated), changelog=_read_changelog(root / CHANGELOG))


def _read_changelog(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8") if path.exists() else ""
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8") from None


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

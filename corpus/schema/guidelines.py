"""GUIDELINES.md beside a schema: Markdown, of which each heading begins a section."""

import re
from pathlib import Path

from corpus.errors import CorpusError

HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
FENCE = re.compile(r" {0,3}(```|~~~)")


def guidelines_path(schema: Path) -> Path:
    """Return where the guidelines of a schema stand."""
    return schema.parent / "GUIDELINES.md"


def read_guidelines(path: Path) -> str:
    """Return the text of the guidelines; empty if there are none."""
    try:
        return path.read_text("utf-8") if path.exists() else ""
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8") from None


def sections(text: str) -> dict[str, str]:
    """Return heading -> what stands below it, up to the next heading of any level."""
    found, heading, fenced = dict[str, list[str]](), "", False
    for line in text.splitlines():
        fenced ^= bool(FENCE.match(line))
        match = None if fenced else HEADING.fullmatch(line)
        if match:
            heading = match[2]
        elif heading:
            found.setdefault(heading, []).append(line)
        if heading:
            found.setdefault(heading, [])
    return {name: "\n".join(lines).strip() for name, lines in found.items()}

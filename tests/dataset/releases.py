"""Two releases of a small corpus: the second has an event more."""

from pathlib import Path

from corpus.dataset.about import About
from corpus.dataset.build import build
from corpus.reading import read_corpus
from tests.corpora import ANN, annotation, canonical, folder, span

FIRST = About(version="0.1.0", changelog="## 0.1.0\n\n- claims: 1 row added\n")
SECOND = About(version="0.2.0", changelog=f"## 0.2.0\n\n- events: 1 row added\n{FIRST.changelog}")
SAID, RAINED = span(4, 8, "event"), span(9, 18, "claim", attributes={"certainty": "certain"})


def made(root: Path, about: About, *spans: object) -> Path:
    """Build the dataset of a text with these spans, and return its folder."""
    files = {ANN: canonical(annotation(spans=[*spans]))}
    build(*read_corpus(folder(root / "corpus", files)), root / "dataset", about=about)
    return root / "dataset"


def first_of(root: Path) -> Path:
    return made(root, FIRST, RAINED)


def second_of(root: Path) -> Path:
    return made(root, SECOND, SAID, RAINED)

"""A corpus with a text that may not be passed on, one that may, and one of odd Unicode."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.dataset.about import About
from corpus.dataset.build import build
from corpus.reading import read_corpus
from tests.corpora import annotation, canonical, folder, seed, span

WITHHELD = (
    "She said that heavy rain had fallen on the harbour.\r\n"
    "Nobody in town believed that the ferry would ever leave again.\r\n"
)
ODD = (
    "\ufeffElle a dit “l’e\u0301té\u00a0🌧 viendra” \u2067עברית\u2069; 𝒜\u0301 naïve café là-bas.\n"
)
FREE = "He said it snowed in the hills above our old mill."
TEXTS = {"free": FREE, "odd": ODD, "withheld": WITHHELD}
CLOSED = ("odd", "withheld")
STANDOFF = {"release": "standoff", "licence": "unknown", "basis": ""}
DECLARED = Path(__file__).parents[1] / "tiny.toml"


def spans(text: str) -> list[Any]:
    """Return a speaker, an event and a claim that reaches from the fourth word to the tenth."""
    words, places, start = text.split(), list[tuple[int, int]](), 0
    for word in words:
        start = text.index(word, start)
        places.append((start, start := start + len(word)))
    made = {"certainty": "certain"}
    return [
        span(*places[0], "speaker", text, attributes={"entity": ["mayor"]}),
        span(*places[1], "event", text, attributes={"manner": "spoken"}),
        span(places[3][0], places[8][1], "claim", text, attributes=made),
    ]


def relations(text: str) -> list[Any]:
    one, event, claim = (made["id"] for made in spans(text))
    return [
        {"type": "source", "from": claim, "to": one},
        {"type": "cue", "from": claim, "to": event},
    ]


def corpus(
    root: Path,
    texts: Mapping[str, str] = TEXTS,
    closed: tuple[str, ...] = CLOSED,
    **about: object,
) -> Path:
    """Make a corpus folder; closed: the texts without licence. about: what is known of all."""
    files = {
        "seeds/entities.toml": '[entities.mayor]\nname = "The mayor"\ntype = "person"\n'
        'description = "Of the town."\n'
    }
    for doc_id, text in texts.items():
        own = about | (STANDOFF if doc_id in closed else {})
        files[f"seeds/{doc_id}.toml"] = seed(text, **own)
        made = annotation(text, document=doc_id, spans=spans(text), relations=relations(text))
        files[f"annotations/{doc_id}/ann.json"] = canonical(made)
    return folder(root, files, dict(texts), DECLARED)


def built(root: Path, out: Path, **changed: Any) -> Path:
    """Build a corpus, made in `root`, and return the dataset folder."""
    build(*read_corpus(corpus(root, **changed)), out, about=About(changelog="## 0.1.0\n"))
    return out


def copied(root: Path, texts: Mapping[str, str | bytes]) -> Path:
    """Write copies of texts, under names of their own, and return their folder."""
    for number, (name, text) in enumerate(texts.items()):
        path = root / f"{number} copy of {name}.text"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return root


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

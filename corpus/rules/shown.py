"""Sentences of texts that stand in the guidelines as examples."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.rules.rule import in_text
from corpus.tokens import words

TAG = re.compile(r"\]\{[^}]*\}|\[|[*_`\\]")
"""What shorthand and Markdown add to the words of an example."""
LEAST = 5
"""So many words a sentence must have: fewer may stand in any text."""


def shown_in(guide: str, documents: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a finding for the first sentence of each document that stands in the guidelines.

    Sentences are compared by their words: upper case, line breaks and punctuation do not count.
    """
    told = _words(TAG.sub("", guide))
    line, begins = (
        " ".join(["", *told, ""]),
        {*zip(*(told[n:] for n in range(LEAST)), strict=False)},
    )
    for document in documents:
        for start, end in ((s["start"], s["end"]) for s in document["sentences"]):
            said = _words(document["text"][start:end])
            if tuple(said[:LEAST]) in begins and f" {' '.join(said)} " in line:
                message = "stands in the guidelines, and several people annotated the text by them"
                yield in_text(document, start, end, message)
                break


def _words(text: str) -> list[str]:
    return [word[0].casefold() for word in words(text)]

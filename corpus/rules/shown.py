"""Sentences of texts that stand in the guidelines as examples."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from corpus.rules.rule import in_text
from corpus.tokens import words

TAG = re.compile(r"\]\{[^}]*\}|\[|[*_`\\]")
"""What shorthand and Markdown add to the words of an example."""
LEAST = 5
"""So many words a sentence must have: fewer may stand in any text."""
SAID = "stands in the guidelines, by which several people annotated the text"


def shown_in(guide: str, documents: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a finding for the first sentence of each document that stands in the guidelines.

    Sentences are compared by their words: upper case, line breaks and punctuation do not count.
    """
    told = _words(TAG.sub("", guide))
    begins = {tuple(told[n : n + LEAST]) for n in range(len(told) - LEAST + 1)}
    line = f" {' '.join(told)} "
    for document in documents:
        for start, end in ((s["start"], s["end"]) for s in document["sentences"]):
            first = islice(words(document["text"], start, end), LEAST)
            if tuple(word[0].casefold() for word in first) not in begins:
                continue
            if f" {' '.join(_words(document['text'][start:end]))} " in line:
                yield in_text(document, start, end, SAID)
                break


def _words(text: str) -> list[str]:
    return [word[0].casefold() for word in words(text)]

"""Where annotators differ: the aspects on which they do not agree, each as a question."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.adjudication.comparison import Aspect, Comparison, Item, Value
from corpus.adjudication.words import about, context, value_words

KINDS = ("missing span", "layer", "boundary", "attribute", "entity", "relation")


@dataclass(frozen=True)
class Conflict:
    """An aspect on which annotators differ.

    id: a digest of what it is about and what each letter says: another question has another one.
    says: letter -> words, of all letters. choices: letter -> value, of those that can be chosen.
    """

    id: str
    kind: str
    about: str
    text: str
    says: Mapping[str, str]
    choices: Mapping[str, Value]
    aspect: Aspect


def conflicts(comparison: Comparison) -> dict[str, Conflict]:
    """Return id -> conflict: those about spans in the order of the text, then the relations."""
    made, seen = dict[str, Conflict](), Counter[str]()
    for aspect, choices in comparison.aspects.items():
        if not comparison.agreed(aspect):
            digest = _digest(comparison, aspect)
            seen[digest] += 1
            name = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
            made[name] = _conflict(comparison, aspect, name, choices)
    return made


def kind_of(comparison: Comparison, aspect: Aspect) -> str:
    """Return how a conflict about this aspect is called."""
    if aspect[0] == "span":
        return "missing span"
    if aspect[0] == "attribute":
        declared = comparison.schema.layers[aspect[2]].attributes[aspect[3]]
        return "entity" if declared.kind == "entity" else "attribute"
    return aspect[0]


def items_of(comparison: Comparison, aspect: Aspect) -> list[Item]:
    """Return the item, or the two items, that an aspect is of."""
    ids = aspect[2:] if aspect[0] == "relation" else aspect[1:2]
    return [comparison.items[item] for item in ids]


def _conflict(
    comparison: Comparison, aspect: Aspect, name: str, choices: Mapping[str, Value]
) -> Conflict:
    says = {
        letter: value_words(comparison, aspect, letter, choices.get(letter))
        for letter in comparison.versions
    }
    places = [item.place for item in items_of(comparison, aspect)]
    text = context(comparison, places)
    kind = kind_of(comparison, aspect)
    return Conflict(name, kind, about(comparison, aspect), text, says, choices, aspect)


def _digest(comparison: Comparison, aspect: Aspect) -> str:
    """Return a digest of what is asked: ids that annotators' files give to spans are no part."""
    named = aspect[1:2] if aspect[0] == "relation" else aspect[2:]
    places = [[*_places(item)] for item in items_of(comparison, aspect)]
    said = [comparison.doc_id, aspect[0], *named, places, comparison.aspects[aspect]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:10]


def _places(item: Item) -> Iterator[tuple[str, str, int, int]]:
    for letter, span in item.spans.items():
        yield letter, span.layer, span.start, span.end

"""Where annotators differ: by kind, each with its words and what everybody says of them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.adjudication.differences import Difference
from corpus.report.bars import swatch
from corpus.report.markup import Html, element, isolated, names
from corpus.report.numbers import several
from corpus.schema import Schema

MOST = 1_000
"""How many differences a page shows: of each kind the same number, if it has so many."""
KINDS = {
    "missing span": "only some have marked it",
    "boundary": "the same thing with other edges",
    "layer": "the same words in another layer",
    "attribute": "another value",
    "entity": "another entity",
    "relation": "only some have linked them",
}
"""The kinds in their order, and what they say."""


def differences_section(differences: Sequence[Difference], schema: Schema) -> Html:
    """Return the list, with a table of its kinds before it."""
    counts = Counter(difference.kind for difference in differences)
    kept = _kept(differences)
    lists = [_kind(kind, counts[kind], kept, schema) for kind in KINDS if counts[kind]]
    return element(
        "section",
        element("h2", f"Where they differ: {several(len(differences), 'place')}"),
        element("ul", *_contents(counts), class_="contents") if counts else Html(),
        *lists,
        id="differences",
    )


def _kept(differences: Sequence[Difference]) -> list[Difference]:
    """Return the first of each kind, in order."""
    ordered, seen, ranked = sorted(differences, key=_key), Counter[str](), []
    for difference in ordered:
        ranked.append((seen[difference.kind], difference))
        seen[difference.kind] += 1
    ranked.sort(key=lambda pair: pair[0])
    return sorted((difference for _, difference in ranked[:MOST]), key=_key)


def _key(difference: Difference) -> tuple[str, str, int]:
    return difference.about, difference.document, difference.start


def _contents(counts: Counter[str]) -> Iterator[Html]:
    for kind, meaning in KINDS.items():
        if counts[kind]:
            link = element("a", kind, href=f"#{_anchor(kind)}")
            yield element("li", element("b", f"{counts[kind]:,}"), link, element("span", meaning))


def _anchor(kind: str) -> str:
    return kind.replace(" ", "-")


def _kind(kind: str, count: int, kept: Sequence[Difference], schema: Schema) -> Html:
    shown = [_item(difference, schema) for difference in kept if difference.kind == kind]
    rest = count - len(shown)
    more = f"{several(rest, 'more place')} of this kind: not shown here."
    return element(
        "section",
        element("h3", f"{kind.capitalize()} ({count:,}) ", element("small", KINDS[kind])),
        element("ol", *shown, class_="differences"),
        element("p", more) if rest else Html(),
        id=_anchor(kind),
    )


def _item(difference: Difference, schema: Schema) -> Html:
    colour = _colour(difference.about, schema)
    style = f"--layer:{colour}" if colour else None
    words = element("mark", difference.text, style=style)
    place = element("small", isolated(difference.document), f" from {difference.start:,}")
    return element(
        "li",
        element("p", swatch(colour), element("b", isolated(difference.about)), place),
        element("blockquote", difference.before, words, difference.after, dir="auto"),
        element("ul", *_says(difference), class_="says"),
    )


def _says(difference: Difference) -> Iterator[Html]:
    """Yield what is said and by whom, what most say first."""
    who: dict[str, list[str]] = {}
    for name, said in difference.versions.items():
        who.setdefault(said, []).append(name)
    for said, people in sorted(who.items(), key=lambda item: -len(item[1])):
        yield element("li", element("span", names(people), class_="who"), " ", isolated(said))


def _colour(about: str, schema: Schema) -> str | None:
    """Return the colour of the layer that is named; else of that of the attribute or relation."""
    words = re.findall(r"[\w-]+", about)
    layers = [word for word in words if word in schema.layers]
    layers += [layer for word in words for layer in schema.layers_with(word)]
    layers += [schema.relations[word].from_[0] for word in words if word in schema.relations]
    return schema.layers[layers[0]].colour if layers else None

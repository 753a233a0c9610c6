"""The language of schemas: what `schemas/<name>.toml` may hold, as Structs.

A schema declares what may be marked in a text and what must hold of it. The labelling config,
the JSON Schema of the annotation files, the rules' checks and the dataset's features are all
made from it; nothing else in the package names a layer.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from corpus.findings import Severity

Kind = Literal["choice", "entity", "flag", "text"]
Parts = dict[str, str | list[str]]
"""What a rule is asked of: its own word for a part (`layers`, `relation`) -> the name here."""
Lexicon = dict[str, tuple[str, ...]]
"""A list of words or phrases, in lower case, by what it is for."""

CONFIGS = (
    "documents",
    "relations",
    "attributions",
    "factuality",
    "sentences",
    "annotations",
    "tokens",
)
"""Configs that a dataset has beside its layers'; none of those may be called so."""
BESIDE = {"choice": ("label",), "entity": ("name", "wikidata")}
"""Kind -> what more columns of such an attribute say; each is called <attribute>_<this>."""
TITLE = range(3, 51)
"""How many characters Label Studio allows for the title of a project."""


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, by which versions are compared; empty for no version."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A TOML table of which every key is known."""


class Value(Table, frozen=True, forbid_unknown_fields=True):
    """One value of a closed attribute."""

    definition: str
    key: str | None = None


class Attribute(Table, frozen=True, forbid_unknown_fields=True):
    """What is said about a span.

    kind: `choice` takes one of `values`; `entity` an id of the entity table; `flag` is set or
    not; `text` is free. `default` is what an untouched span has. `published` is false where
    the attribute stays with the team: it is in no annotation file and no dataset. `scored` is false
    where annotators are not compared in it. `scale` lists those values, in order, that are grades
    of one thing. `guideline` is the heading in GUIDELINES.md under which it stands.
    """

    definition: str
    kind: Kind = "choice"
    required: bool = False
    multiple: bool = False
    default: str | None = None
    published: bool = True
    scored: bool = True
    scale: list[str] = []
    key: str | None = None
    guideline: str | None = None
    values: dict[str, Value] = {}


class Layer(Table, frozen=True, forbid_unknown_fields=True):
    """A kind of span.

    overlap: `none`, spans of the layer never overlap each other; `nested`, one may lie strictly
    inside another, `depth` levels deep; `free`, anything. `repeat_by` names a relation: the same
    stretch may be marked twice if the relation leads to different spans. `title` is its label in
    Label Studio, `guideline` the heading in GUIDELINES.md that it stands under.
    `derive` names columns that the dataset has beside the labels (see `dataset/derived.py`).
    """

    title: str
    plural: str
    definition: str
    colour: str
    key: str
    overlap: Literal["none", "nested", "free"] = "none"
    depth: int = 0
    repeat_by: str | None = None
    guideline: str | None = None
    derive: list[str] = []
    attributes: dict[str, Attribute] = {}


class Count(Table, frozen=True, forbid_unknown_fields=True):
    """How many relations of a type must leave a span for which `when` holds.

    when: attribute -> the values for which the count is asked; empty: every span of the layer.
    rule: the name under which a breach is reported; severity: as what, if not as that rule is.
    """

    when: dict[str, list[str]] = {}
    min: int = 0
    max: int | None = None
    rule: str = "relation-count"
    severity: Severity | None = None


class RelationType(Table, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A directed link between two spans; `from` is its head.

    to_when: attribute -> values that the span at the `to` end must have. same: attributes that
    must be equal at both ends. earlier: the `to` end stands before the `from` end in the text.
    inherits: what is required of a span (attributes, least counts) stands on the `to` end for both,
    and is not asked of the `from` end.
    clusters: it says that both ends are the same, so that what counts is who is with whom, not by
    which links. guideline: the heading in GUIDELINES.md that it stands under.
    """

    definition: str
    from_: list[str]
    to: list[str]
    to_when: dict[str, list[str]] = {}
    same: list[str] = []
    earlier: bool = False
    inherits: bool = False
    clusters: bool = False
    guideline: str | None = None
    counts: list[Count] = []


class Passages(Table, frozen=True, forbid_unknown_fields=True):
    """The kinds of passage: `annotated` ones hold spans, `other` ones do not."""

    annotated: list[str]
    other: list[str] = []


class Attributions(Table, frozen=True, forbid_unknown_fields=True):
    """The relations that lead from what is attributed to its source and to its cue."""

    source: str
    cue: str


class Factuality(Table, frozen=True, forbid_unknown_fields=True):
    """What says how surely an event happened, and by whom that is said.

    asserts: the relation from what is said to the event. certainty: the attribute of what is said;
    polarity: that of the event. source: the relation from what is said to who says it.
    """

    asserts: str
    certainty: str
    polarity: str
    source: str


class About(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands at the top of a schema; `licence` is that of the annotations.

    rules: rule of the guidelines -> the parts of the schema that it is asked of; a rule that needs
    parts is silent where none are named. validate: rule -> what a breach of it is here.
    """

    name: str
    version: str
    guidelines: str
    title: str
    licence: str
    passages: Passages
    attributions: Attributions | None = None
    factuality: Factuality | None = None
    rules: dict[str, Parts] = {}
    validate: dict[str, Severity | Literal["off"]] = {}


class Schema(About, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole schema; `path` is the file it was read from.

    lexicons: language (as texts name theirs) -> the word lists that stand beside the schema.
    guide: the text of GUIDELINES.md; empty if it was not read.
    """

    path: str
    layers: dict[str, Layer]
    relations: dict[str, RelationType]
    lexicons: dict[str, Lexicon] = {}
    guide: str = ""

    def attributes(self) -> Iterable[tuple[str, str, Attribute]]:
        """Yield (layer, name, attribute) for each attribute of each layer, in file order."""
        for layer_name, layer in self.layers.items():
            for name, attribute in layer.attributes.items():
                yield layer_name, name, attribute

    def shared(self) -> dict[str, Attribute]:
        """Return the attributes by name (a name is one attribute); those of all layers last."""
        found = {name: attribute for _, name, attribute in self.attributes()}
        return dict(sorted(found.items(), key=lambda item: len(self.layers_with(item[0]))))

    def headings(self) -> dict[str, str]:
        """Return part -> the heading in GUIDELINES.md that it stands under, if it has one."""
        found = {f"layers.{name}": layer.guideline for name, layer in self.layers.items()}
        found |= {f"attribute {name}": a.guideline for name, a in self.shared().items()}
        found |= {f"relations.{name}": r.guideline for name, r in self.relations.items()}
        return {part: heading for part, heading in found.items() if heading is not None}

    def layers_with(self, attribute: str) -> list[str]:
        """Return the names of the layers that have this attribute."""
        return [name for name, layer in self.layers.items() if attribute in layer.attributes]

"""The measures, by name: one line for each, and what it is asked of.

To add one: a function from what is compared and a part of the schema to its `Sums`, with the
source of its definition, in the module of its kind, and a line in MEASURES.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from corpus.agreement import attributes, continua, relations, spans, words
from corpus.agreement.compared import Compared
from corpus.agreement.sums import Sums
from corpus.agreement.units import scored
from corpus.schema import Schema

Kind = Literal["spans", "values", "set", "scale", "links", "links to entities", "clusters", "roles"]


class Part(msgspec.Struct, frozen=True, order=True):
    """What a figure is about; of layers and relations without a name, all together.

    A layer that can have a source has parts by the name of `attributed` and (the writer's) `own`.
    """

    kind: Literal["layer", "attribute", "relation", "attributions"]
    layer: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Return how people call it."""
        if self.kind == "attributions":
            return self.kind
        return " ".join(filter(None, (self.layer, self.name))) or f"all {self.kind}s"


@dataclass(frozen=True)
class Measure:
    """A measure: how it is headed, which parts it is asked of, and what makes its sums.

    A figure is in [-1, 1] and 1 where all agree, but for a `distance`, which is in code points.
    directed: of the first of two annotators against the second; both ways.
    """

    title: str
    kind: Kind
    sums: Callable[[Compared, Any], Sums]
    directed: bool = False
    distance: bool = False

    @property
    def meaning(self) -> str:
        """What it says, and where that is defined."""
        said = " ".join((self.sums.__doc__ or "").split()).removeprefix("Return ")
        return said[:1].upper() + said[1:]


MEASURES = {
    "exact-f1": Measure("F1, same edges", "spans", spans.exact_f1),
    "relaxed-f1": Measure("F1, overlap", "spans", spans.relaxed_f1),
    "boundary-distance": Measure("edges apart", "spans", spans.boundary_distance, distance=True),
    "agr": Measure("agr", "spans", spans.agr, directed=True),
    "token-alpha": Measure("alpha of words", "spans", words.token_alpha),
    "sentence-f1": Measure("F1 of sentences", "spans", words.sentence_f1),
    "sentence-alpha": Measure("alpha of sentences", "spans", words.sentence_alpha),
    "u-alpha": Measure("u-alpha", "spans", continua.u_alpha),
    "binary-u-alpha": Measure("u-alpha, unlabelled", "spans", continua.binary_u_alpha),
    "cu-alpha": Measure("cu-alpha", "spans", continua.cu_alpha),
    "gamma": Measure("gamma", "spans", continua.gamma),
    "alpha": Measure("alpha", "values", attributes.attribute_alpha),
    "kappa": Measure("kappa", "values", attributes.kappa),
    "observed": Measure("observed", "values", attributes.observed),
    "value-f1": Measure("F1, span and value", "values", attributes.span_and_value),
    "matched": Measure("spans matched", "values", attributes.matched_share),
    "ordinal-alpha": Measure("alpha, ordinal", "scale", attributes.scale_alpha),
    "masi-alpha": Measure("alpha, MASI", "set", attributes.masi_alpha),
    "jaccard-alpha": Measure("alpha, Jaccard", "set", attributes.jaccard_alpha),
    "given-ends-f1": Measure("F1, ends given", "links", relations.given_ends),
    "end-to-end-f1": Measure("F1, end to end", "links", relations.end_to_end),
    "entity-f1": Measure("F1, by entity", "links to entities", relations.by_entity),
    "lea": Measure("LEA", "clusters", relations.lea),
    "role-alpha": Measure("alpha of words, by role", "roles", words.role_alpha),
}


def parts(schema: Schema, kind: Kind) -> list[Part]:
    """Return the parts of a schema that the measures of a kind are asked of."""
    return [*PARTS[kind](schema)]


def asked(c: Compared, part: Part) -> tuple[Compared, Any]:
    """Return what is compared for a part, and the part, as measures take them."""
    if part.kind == "relation":
        return c, part.name or None
    number = c.units.layers.index(part.layer) if part.layer else None
    if part.kind == "attribute":
        return c, (number, part.name)
    return (c.attributed[part.name] if part.name else c), number


def _layers(schema: Schema) -> Iterator[Part]:
    for layer in schema.layers:
        yield Part("layer", layer)
        if schema.attributions and layer in schema.relations[schema.attributions.source].from_:
            yield from (Part("layer", layer, kind) for kind in ("attributed", "own"))
    if len(schema.layers) > 1:
        yield Part("layer")


def _attributes(schema: Schema) -> Iterator[Part]:
    for layer, declared in schema.layers.items():
        yield from (Part("attribute", layer, name) for name in scored(declared))


def _sets(schema: Schema) -> Iterator[Part]:
    for part in _attributes(schema):
        if schema.layers[part.layer].attributes[part.name].multiple:
            yield part


def _scales(schema: Schema) -> Iterator[Part]:
    for part in _attributes(schema):
        if len(schema.layers[part.layer].attributes[part.name].scale) > 1:
            yield part


def _links(schema: Schema) -> Iterator[Part]:
    links = [name for name, relation in schema.relations.items() if not relation.clusters]
    yield from (Part("relation", name=name) for name in links)
    if len(links) > 1:
        yield Part("relation")


def _links_to_entities(schema: Schema) -> Iterator[Part]:
    for part in _links(schema):
        ends = schema.relations[part.name].to if part.name else []
        of_end = [a for layer in ends for a in scored(schema.layers[layer]).values()]
        if any(attribute.kind == "entity" for attribute in of_end):
            yield part


def _clusters(schema: Schema) -> Iterator[Part]:
    for name, relation in schema.relations.items():
        if relation.clusters:
            yield Part("relation", name=name)


def _roles(schema: Schema) -> Iterator[Part]:
    if schema.attributions is not None:
        yield Part("attributions")


PARTS: dict[Kind, Callable[[Schema], Iterator[Part]]] = {
    "spans": _layers,
    "values": _attributes,
    "set": _sets,
    "scale": _scales,
    "links": _links,
    "links to entities": _links_to_entities,
    "clusters": _clusters,
    "roles": _roles,
}

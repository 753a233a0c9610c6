"""What changed between two versions of a schema, and what that means for labels already made.

A part of a schema is a layer, an attribute, a value or a relation. *compatible*: every label still
means what it meant. *check*: a condition on the labels is another one, and `corpus validate` says
which of them do not meet it. *migrate*: labels use what is gone, or lack what is asked now. The
version follows Semantic Versioning 2.0.0, with the labels as the interface: of a change that is not
compatible the major number is raised, of an addition the minor, of other words the patch.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from corpus.schema.language import Schema, numbers

Effect = Literal["compatible", "check", "migrate"]
EFFECTS: tuple[Effect, ...] = ("compatible", "check", "migrate")
WORDS = frozenset(
    {"name", "version", "guidelines", "title", "licence", "guideline"}
    | {"definition", "colour", "key", "plural", "derive", "rules", "validate"}
    | {"scored", "scale", "clusters", "factuality"}
)
"""Fields that only people read, or that say nothing of the labels."""
VERSIONS = ("version", "guidelines")


class Part(msgspec.Struct, frozen=True):
    """Which part of a schema: `kind` and `name`; of a value, `value` too."""

    kind: Literal["schema", "layer", "attribute", "value", "relation"]
    name: str = ""
    value: str = ""

    def __str__(self) -> str:
        """Return how people call it."""
        return f"{self.kind} {self.name}".rstrip() + (f"={self.value}" if self.value else "")


class Change(msgspec.Struct, frozen=True):
    """One change: a part that came or went (`field` is empty), or a field of one that is another.

    old, new: what the field was and is; None where the part came or went.
    """

    part: Part
    field: str
    old: Any
    new: Any
    effect: Effect

    @property
    def words(self) -> bool:
        """Whether only other words stand there."""
        return self.field in WORDS

    def __str__(self) -> str:
        """Return the change in one line."""
        if not self.field:
            return f"{self.part}: {'removed' if self.new is None else 'added'}"
        if self.words:
            return f"{self.part}: another {self.field}"
        return f"{self.part}: {self.field} was {_shown(self.old)}, is {_shown(self.new)}"


def changes(old: Schema, new: Schema) -> list[Change]:
    """Return every change from one version to the other, in the order of the newer one."""
    before, after = dict(_parts(old)), dict(_parts(new))
    gone = [Change(part, "", before[part], None, "migrate") for part in before if part not in after]
    found = list[Change]()
    for part, fields in after.items():
        if part not in before:
            found.append(Change(part, "", None, fields, _of_new(part, fields)))
        else:
            found += _fields(part, before[part], fields)
    return [c for c in gone if not _within(c.part, gone)] + [
        c for c in found if not _within(c.part, found)
    ]


def verdict(found: list[Change]) -> Effect:
    """Return the gravest effect of the changes."""
    return max((change.effect for change in found), key=EFFECTS.index, default="compatible")


def renamed(found: list[Change]) -> Iterator[tuple[Part, Part]]:
    """Yield what looks like the same part under another name: nothing else of it changed."""
    came = [c for c in found if not c.field and c.old is None]
    for gone in (c for c in found if not c.field and c.new is None):
        for new in came:
            same = (
                new.part.kind == gone.part.kind and new.new["definition"] == gone.old["definition"]
            )
            if same:
                yield gone.part, new.part


def least_version(old: Schema, found: list[Change]) -> str:
    """Return the lowest version that the newer schema may bear."""
    major, minor, patch = numbers(old.version)
    told = [change for change in found if change.field not in VERSIONS]
    if not told:
        return old.version
    if verdict(told) != "compatible":
        return f"{major + 1}.0.0"
    if all(change.words for change in told):
        return f"{major}.{minor}.{patch + 1}"
    return f"{major}.{minor + 1}.0"


def _parts(schema: Schema) -> Iterator[tuple[Part, dict[str, Any]]]:
    """Yield every part with its fields; inner parts are parts of their own."""
    about = {key: getattr(schema, key) for key in ("name", "title", "licence", *VERSIONS)}
    passages = msgspec.to_builtins(schema.passages)
    about["attributions"] = msgspec.to_builtins(schema.attributions)
    about["factuality"] = msgspec.to_builtins(schema.factuality)
    about |= {"rules": schema.rules, "validate": schema.validate}
    yield Part("schema"), about | {f"passages.{k}": v for k, v in passages.items()}
    for name, layer in schema.layers.items():
        yield Part("layer", name), _without(layer, "attributes")
    for name, attribute in schema.shared().items():
        layers = {"layers": schema.layers_with(name)}
        yield Part("attribute", name), _without(attribute, "values") | layers
        for value, entry in attribute.values.items():
            yield Part("value", name, value), msgspec.to_builtins(entry)
    for name, relation in schema.relations.items():
        yield Part("relation", name), msgspec.to_builtins(relation)


def _without(part: msgspec.Struct, key: str) -> dict[str, Any]:
    return {k: v for k, v in msgspec.to_builtins(part).items() if k != key}


def _within(part: Part, found: list[Change]) -> bool:
    """Say whether a value came or went with its attribute."""
    whole = Part("attribute", part.name)
    return part.kind == "value" and any(c.part == whole and not c.field for c in found)


def _fields(part: Part, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for field in after:
        if before[field] != after[field]:
            effect = _of_field(field, before[field], after[field], after)
            yield Change(part, field, before[field], after[field], effect)


def _of_new(part: Part, fields: Mapping[str, Any]) -> Effect:
    if part.kind == "relation":
        return "check" if _asks(fields) else "compatible"
    return "migrate" if part.kind == "attribute" and fields["required"] else "compatible"


def _asks(relation: Mapping[str, Any]) -> bool:
    """Say whether a relation must leave some span."""
    return any(count["min"] for count in relation["counts"])


def _of_field(field: str, old: Any, new: Any, part: Mapping[str, Any]) -> Effect:
    if field in WORDS:
        return "compatible"
    if field in ("from", "to", "layers"):
        if {*old} - {*new} or (field == "layers" and part["required"]):
            return "migrate"
        return "check" if field == "from" and _asks(part) else "compatible"
    if field in ("required", "multiple"):
        stricter = new if field == "required" else old
        return "migrate" if stricter else "compatible"
    return "migrate" if field in ("kind", "default") else "check"


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode()

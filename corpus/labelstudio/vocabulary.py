"""What a labelling config lets people say, and which labels another config would orphan.

The server accepts a config that lacks what labels use, silently, and the page then drops it at the
next Update.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree

import msgspec

from corpus.errors import StudioError
from corpus.labelstudio.config import SPAN
from corpus.labelstudio.projects import Project

Item = dict[str, Any]
RELATION = "relation"
"""Stands for the control of a relation, which has none."""
KINDS = {"Labels": "labels", "Choices": "choices", "TextArea": "textarea"}
"""Tag -> the type of what it makes."""


class Control(msgspec.Struct, frozen=True):
    """A control: the type of what it makes, what it offers, and where.

    values: None where they are free or come with the task. labels: those of the spans on which it
    stands; None for any. single: it takes one value.
    """

    kind: str
    values: set[str] | None = None
    labels: set[str] | None = None
    single: bool = False


def vocabulary(config: str) -> dict[str, Control]:
    """Return the controls of a config by name."""
    try:
        tags = list(ElementTree.fromstring(config).iter())
    except ElementTree.ParseError:
        tags = []
    relations = {tag.attrib["value"] for tag in tags if tag.tag == "Relation"}
    controls = {t.attrib.get("name", ""): _control(t) for t in tags if t.tag in KINDS}
    return controls | {RELATION: Control(RELATION, relations)}


def _control(tag: ElementTree.Element) -> Control:
    offered = {child.attrib["value"] for child in tag if "value" in child.attrib}
    free = tag.tag == "TextArea" or "value" in tag.attrib
    labels = tag.attrib.get("whenLabelValue")
    return Control(
        KINDS[tag.tag],
        None if free else offered,
        None if labels is None else {*labels.split(",")},
        tag.attrib.get("choice") == "single",
    )


def orphans(config: str, results: Iterable[list[Item]]) -> Counter[tuple[str, str]]:
    """Count, as (control, what), what the results use and the config has no place for."""
    controls, found = vocabulary(config), Counter[tuple[str, str]]()
    for result in results:
        on = {item.get("id"): _values(item) for item in result if item.get("type") == "labels"}
        for item in result:
            name = RELATION if item.get("type") == RELATION else str(item.get("from_name", SPAN))
            control = controls.get(name, Control("", set()))
            labels = on.get(item.get("id"), [])
            found.update((name, what) for what in _unplaced(item, control, labels))
    return found


def _unplaced(item: Item, control: Control, labels: list[str]) -> Iterator[str]:
    values = _values(item)
    if control.kind != item.get("type"):
        yield from [*map(repr, values)] or ["a text"]
    elif control.labels is not None and labels and not control.labels & {*labels}:
        yield f"on {labels[0]!r}"
    elif control.single and len(values) > 1:
        yield "more than one value"
    elif control.values is not None:
        yield from (repr(value) for value in values if value not in control.values)


def _values(item: Item) -> list[str]:
    """Return what is chosen; nothing of a free text."""
    kind, value = str(item.get("type")), item.get("value")
    given = item.get("labels") if kind == RELATION else (value or {}).get(kind)
    return [str(each) for each in given] if isinstance(given, list) else []


def refuse_orphans(project: Project, found: Counter[tuple[str, str]]) -> None:
    """Raise StudioError if anything would be orphaned: what, how often, and the way out."""
    if found:
        said = "; ".join(
            f"{what} of {control} ({number} times)"
            for (control, what), number in found.most_common(5)
        )
        raise StudioError(
            f"project {project.title!r}: the schema has no longer what labels there use: {said}; "
            "nothing was changed. Put it back into the schema, or, if it was renamed by hand, "
            "rename it back in the project (Settings, Labeling Interface)"
        )

"""Projects of Label Studio: made once, found by title, never changed under labels.

The server accepts a labelling config that lacks a label in use, silently; `orphans` counts what
such a config would orphan.
"""

from collections import Counter
from collections.abc import Iterable
from difflib import unified_diff
from typing import Any
from xml.etree import ElementTree

import msgspec

from corpus.errors import StudioError
from corpus.labelstudio.config import ENTITIES, SPAN, TEXT
from corpus.labelstudio.instruction import MARK
from corpus.labelstudio.server import PAGE, Server, asking

FIELDS = "id,title,label_config,expert_instruction"
RELATION = "relation"
"""Stands for the control of a relation, which has none."""
OURS = ("doc_id", "schema_version", "guideline_version", "round", "pass", "assisted")
THEIRS = """id inner_id annotations_results annotations_ids predictions_score total_predictions
predictions_model_versions predictions_results file_upload storage_filename created_at updated_at
updated_by avg_lead_time draft_exists annotators"""
HIDDEN = [
    *(f"tasks:{name}" for name in THEIRS.split()),
    *(f"tasks:data.{name}" for name in (*OURS, "text_sha256", ENTITIES)),
]
VIEW: Any = {
    "title": "Texts",
    "type": "list",
    "target": "tasks",
    "hiddenColumns": {
        "explore": HIDDEN,
        "labeling": [
            *HIDDEN,
            *(
                f"tasks:{name}"
                for name in ("completed_at", "cancelled_annotations", f"data.{TEXT}")
            ),
        ],
    },
}
"""How the list of a project's texts looks: titles, without what the tool alone needs."""
Vocabulary = dict[str, set[str] | None]
"""Control -> the values that it offers; None where they are free or come with the task."""


class Project(msgspec.Struct, frozen=True):
    """A project as the server has it."""

    id: int
    title: str
    config: str
    instruction: str


def find_project(server: Server, title: str) -> Project | None:
    """Return the one project with this title, if there is one."""
    found = _named(server, title)
    if len(found) > 1:
        ids = " and ".join(str(project.id) for project in found)
        raise StudioError(
            f"Label Studio at {server.url} has {len(found)} projects {title!r} (ids {ids}): "
            "rename or delete all but one"
        )
    return _project(found[0]) if found else None


def _named(server: Server, title: str) -> list[Any]:
    with asking(server, "a list of projects"):
        there: list[Any] = list(server.client().projects.list(include=FIELDS, page_size=PAGE))
    found = {project.id: project for project in there if project.title == title.strip()}
    return [*found.values()]


def make_project(server: Server, title: str, config: str, instruction: str = "") -> Project:
    """Make a project; one that somebody else made in the same moment is taken in its place."""
    with asking(server, f"project {title!r}"):
        made: Any = server.client().projects.create(
            title=title,
            label_config=config,
            expert_instruction=instruction,
            show_instruction=False,
            show_collab_predictions=True,
        )
    oldest = min(_named(server, title), key=lambda project: int(project.id), default=made)
    if oldest.id != made.id:
        with asking(server, f"to delete project {made.id}"):
            server.client().projects.delete(made.id)
    make_view(server, int(oldest.id))
    return _project(oldest)


def make_view(server: Server, project: int) -> None:
    """Give the project the list of its texts, if it has none: what made it may have been killed."""
    with asking(server, f"the view of project {project}"):
        if not server.client().views.list(project=project):
            server.client().views.create(project=project, data=VIEW)


def _project(found: Any) -> Project:
    return Project(
        int(found.id), found.title, found.label_config or "", found.expert_instruction or ""
    )


def update_project(server: Server, project: Project, config: str, instruction: str) -> bool:
    """Give the project this config and instruction; say False if it has them already.

    What the new config would orphan is for the caller to ask first.
    """
    changed: dict[str, Any] = {}
    if not same_config(project.config, config):
        changed["label_config"] = config
    if _mark(project.instruction) != _mark(instruction):
        changed["expert_instruction"] = instruction
    if not changed:
        return False
    with asking(server, f"an update of project {project.title!r}"):
        server.client().projects.update(project.id, **changed)
    return True


def _mark(instruction: str) -> str:
    """Return the mark by which an instruction of ours is known again; the whole of another."""
    found = MARK.match(instruction)
    return found[0] if found else instruction.strip()


def same_config(one: str, other: str) -> bool:
    """Say whether two configs mean the same: order of attributes, blanks and comments do not."""
    return _canonical(one) == _canonical(other)


def _canonical(config: str) -> str:
    try:
        return ElementTree.canonicalize(config, strip_text=True)
    except ElementTree.ParseError:
        return config.strip()


def difference(theirs: str, ours: str) -> str:
    """Return the lines that differ, marked - as on the server and + as the schema has them."""
    old, new = ([line.strip() for line in c.strip().splitlines()] for c in (theirs, ours))
    lines = unified_diff(old, new, n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("@@", "---", "+++")))


def vocabulary(config: str) -> Vocabulary:
    """Return what can be chosen in a config."""
    found: Vocabulary = {RELATION: set()}
    try:
        tags = list(ElementTree.fromstring(config).iter())
    except ElementTree.ParseError:
        return found
    for tag in tags:
        if tag.tag in ("Labels", "Choices"):
            offered = {child.attrib["value"] for child in tag if "value" in child.attrib}
            found[tag.attrib.get("name", "")] = None if "value" in tag.attrib else offered
        elif tag.tag == "TextArea":
            found[tag.attrib.get("name", "")] = None
    found[RELATION] = {tag.attrib["value"] for tag in tags if tag.tag == "Relation"}
    return found


def lacks(old: str, new: str) -> bool:
    """Say whether the new config lacks anything that the old one offers."""
    offered = vocabulary(new)
    for control, values in vocabulary(old).items():
        there = offered.get(control, set())
        if there is not None and (values is None or values - there):
            return True
    return False


def orphans(config: str, results: Iterable[list[dict[str, Any]]]) -> Counter[tuple[str, str]]:
    """Count, as (control, value), what the results use and the config does not offer."""
    offered = vocabulary(config)
    found: Counter[tuple[str, str]] = Counter()
    for result in results:
        for item in result:
            for control, value in _used(item):
                values = offered.get(control, set())
                if values is not None and value not in values:
                    found[control, value] += 1
    return found


def _used(item: dict[str, Any]) -> Iterable[tuple[str, str]]:
    kind, value = item.get("type"), item.get("value") or {}
    if kind == "relation":
        return [(RELATION, label) for label in item.get("labels") or []]
    given = value.get(str(kind)) if isinstance(value, dict) else None
    values = given if isinstance(given, list) else [""]
    return [(str(item.get("from_name", SPAN)), str(each)) for each in values]


def refuse_orphans(project: Project, found: Counter[tuple[str, str]]) -> None:
    """Raise StudioError if anything would be orphaned: what, how often, and the way out."""
    if found:
        said = "; ".join(
            f"{value!r} of {control} ({number} times)"
            for (control, value), number in found.most_common(5)
        )
        raise StudioError(
            f"project {project.title!r}: the schema has no longer what labels there use: {said}; "
            "nothing was changed. Put it back into the schema, or, if it was renamed by hand, "
            "rename it back in the project (Settings, Labeling Interface)"
        )

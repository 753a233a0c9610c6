"""Projects of Label Studio: made once, found by title, brought up to date."""

from difflib import unified_diff
from typing import Any
from xml.etree import ElementTree

import msgspec

from corpus.errors import StudioError
from corpus.labelstudio.config import CONFLICTS, ENTITIES, TEXT
from corpus.labelstudio.instruction import MARK
from corpus.labelstudio.server import PAGE, Server, asking

FIELDS = "id,title,label_config,expert_instruction"
OURS = ("doc_id", "schema_version", "guideline_version", "round", "pass", "assisted", "compared")
THEIRS = """id inner_id annotations_results annotations_ids predictions_score total_predictions
predictions_model_versions predictions_results file_upload storage_filename created_at updated_at
updated_by avg_lead_time draft_exists annotators"""
HIDDEN = [
    *(f"tasks:{name}" for name in THEIRS.split()),
    *(f"tasks:data.{name}" for name in (*OURS, "text_sha256", ENTITIES, CONFLICTS)),
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


class ProjectError(StudioError):
    """A project cannot be told from another, or is called otherwise now."""


class Project(msgspec.Struct, frozen=True):
    """A project as the server has it."""

    id: int
    title: str
    config: str
    instruction: str


def find_project(server: Server, title: str, known: int | None = None) -> Project | None:
    """Return the one project with this title, if there is one.

    known: its id when it was seen last.

    Raises:
        ProjectError: there are several, or the known one has another title now.
    """
    there = _listed(server)
    found = [project for project in there.values() if _is(project, title)]
    if known in there and there[known] not in found:
        raise ProjectError(
            f"project {known} at {server.url} was {title!r} and is {there[known].title!r} now: what"
            " is in it would be left behind: rename it back"
        )
    if len(found) > 1:
        ids = " and ".join(str(project.id) for project in found)
        raise ProjectError(
            f"Label Studio at {server.url} has {len(found)} projects {title!r} (ids {ids}): "
            "rename or delete all but one"
        )
    return _project(found[0]) if found else None


def _listed(server: Server) -> dict[int | None, Any]:
    with asking(server, "a list of projects"):
        there: list[Any] = list(server.client().projects.list(include=FIELDS, page_size=PAGE))
    return {int(project.id): project for project in there}  # pages shift while others work


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
    there = _listed(server)
    oldest = next((there[n] for n in sorted(filter(None, there)) if _is(there[n], title)), made)
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


def _is(project: Any, title: str) -> bool:
    return bool(project.title == title.strip())


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

"""A recheck with a real Label Studio: one's own labels are shown, and become another pass."""

import json

import pytest

from corpus.labelstudio.projects import find_project
from corpus.labelstudio.sync import known_tasks
from corpus.reading import read_corpus
from corpus.recheck import affected, declare_recheck
from tests.desk.test_push_pull import Team, edit_schema, event, pulled, team
from tests.labelstudio.studio import client_of

__all__ = ["pulled", "team"]
pytestmark = pytest.mark.studio


def test_ones_own_labels_are_shown_again_and_become_another_pass(pulled: Team) -> None:
    (pulled.root / "schemas" / "GUIDELINES.md").write_text("# Event\n")
    edit_schema(pulled, "[layers.event]", '[layers.event]\nguideline = "Event"')
    edit_schema(pulled, 'guidelines = "1.0.0"', 'guidelines = "1.1.0"')
    found = affected(*read_corpus(pulled.root), ["Event"])
    assert [a.document for a in found] == ["d1", "d2"]
    declare_recheck(pulled.root, "again", ["Event"], found)
    pulled.push()
    again = find_project(pulled.studio, f"{pulled.name} · again · ann · pass 2")
    assert again is not None
    project = again.id
    client = pulled.studio.client()
    shown = list(client.predictions.list(project=project))
    assert {p.model_version.rsplit(" ", 1)[0] for p in shown} == {"corpus ann"}
    assert [[i["value"]["labels"] for i in p.result] for p in shown] == [[["Event"]]] * 2
    assert pulled.push() == {}
    task = known_tasks(pulled.studio, project)["d1"].id
    client_of(pulled.studio, "ann").annotations.create(task, result=[event(3, 9)])
    assert pulled.pull()["written"] == 1
    second = json.loads((pulled.file("d1").with_name("ann.2.json")).read_bytes())
    assert (second["pass"], second["guideline_version"]) == (2, "1.1.0")
    assert json.loads(pulled.file("d1").read_bytes())["guideline_version"] == "1.0.0"

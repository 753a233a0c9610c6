"""A schema that was migrated, while its labels are in Label Studio: push brings the new ones."""

import pytest

from corpus.errors import CorpusError, StudioError
from corpus.labelstudio.projects import find_project
from corpus.migration import migrate, read_migration
from corpus.schema import find_schema, read_schema
from tests.desk.test_push_pull import Team, change_there, edit_schema, pulled, team
from tests.labelstudio.studio import leave_draft
from tests.test_migration import HEAD, NEW

__all__ = ["pulled", "team"]
pytestmark = pytest.mark.studio


def raise_schema(team: Team) -> None:
    """Rename the layer, its label and more, and rewrite the files."""
    for old, new in (*NEW, ('title = "Event"', 'title = "Happening"')):
        edit_schema(team, old, new)
    path = team.root / "map.toml"
    path.write_text(f'{HEAD}[layers]\nevent = "happening"\n')
    schema = read_schema(find_schema(team.root))
    assert len(migrate(team.root, read_migration(path, schema), "2026-02-28").files) == 2


def labels_there(team: Team, doc_id: str) -> list[str]:
    [there] = team.annotations(doc_id)
    return [label for item in there.result for label in item["value"].get("labels", [])]


def test_what_was_pulled_is_brought_in_the_new_words(pulled: Team) -> None:
    raise_schema(pulled)
    assert pulled.pull() == {
        "in words of an older schema (push brings the new ones)": 2, "not begun": 1,
    }  # fmt: skip
    assert pulled.push()["annotation(s) sent"] == 2
    assert labels_there(pulled, "d1") == ["Happening"]
    now = find_project(pulled.studio, f"{pulled.name} · main · ann")
    assert now is not None
    assert 'value="Event"' not in now.config
    assert pulled.push() == {}
    assert pulled.pull() == {"unchanged": 2, "not begun": 1}
    [there] = pulled.annotations("d1")
    assert [i["value"].get("text") for i in there.result if i["type"] == "textarea"] == [
        ["for the team"]
    ]


def test_what_went_on_there_since_is_not_replaced(pulled: Team) -> None:
    change_there(pulled, "d1")
    raise_schema(pulled)
    with pytest.raises(StudioError, match="'Event' of span"):
        pulled.push()
    with pytest.raises(CorpusError, match=r"1 annotation\(s\) were not pulled.*'Event'"):
        pulled.pull()
    assert labels_there(pulled, "d1") == ["Event"]


def test_a_draft_in_the_old_words_stands_in_the_way(pulled: Team) -> None:
    value = {"start": 0, "end": 2, "labels": ["Event"]}
    item = {"id": "a", "from_name": "span", "to_name": "text", "type": "labels", "value": value}
    leave_draft(pulled.studio, "ann", pulled.task("d3"), [item])
    raise_schema(pulled)
    with pytest.raises(StudioError, match=r"'Event' of span \(1 times\)"):
        pulled.push()


def test_a_push_killed_after_the_config_is_completed_by_the_next(
    pulled: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus.desk import push

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    raise_schema(pulled)
    with monkeypatch.context() as patched:
        patched.setattr(push, "replace_result", killed)
        with pytest.raises(KeyboardInterrupt):
            pulled.push()
    assert pulled.push()["annotation(s) sent"] == 2
    assert labels_there(pulled, "d2") == ["Happening"]

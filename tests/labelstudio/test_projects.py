"""Projects: made once, updated, and what a new config would orphan."""

import pytest

from corpus.errors import StudioError
from corpus.labelstudio.projects import (
    Project,
    difference,
    find_project,
    lacks,
    make_project,
    orphans,
    refuse_orphans,
    same_config,
    update_project,
)
from corpus.labelstudio.server import Server
from tests.labelstudio.studio import project_of
from tests.labelstudio.test_sync import CONFIG, RESULT

RELATED = CONFIG.replace("</View>", '<Relations><Relation value="user"/></Relations></View>')


@pytest.mark.studio
def test_a_project_is_made_once_and_found_again(studio: Server) -> None:
    made = project_of(studio, "found again", CONFIG)
    assert project_of(studio, "found again", CONFIG) == made


@pytest.mark.studio
def test_layout_is_no_change_of_a_config(studio: Server) -> None:
    made = make_project(studio, "layout", CONFIG)
    saved = CONFIG.replace("\n  ", " ").replace(
        'name="span" toName="text"', 'toName="text" name="span"'
    )
    studio.client().projects.update(made.id, label_config=saved)
    now = find_project(studio, "layout")
    assert now is not None
    assert not update_project(studio, now, CONFIG, "")


@pytest.mark.studio
def test_an_update_says_whether_anything_was_to_do(studio: Server) -> None:
    made = make_project(studio, "updated", CONFIG, "<p>Read this.</p>")
    assert not update_project(studio, made, CONFIG, "<p>Read this.</p>")
    wider = CONFIG.replace("<Label ", '<Label value="More"/><Label ')
    assert update_project(studio, made, wider, "<p>Read that.</p>")
    now = find_project(studio, "updated")
    assert now is not None
    assert same_config(now.config, wider)
    assert now.instruction == "<p>Read that.</p>"


@pytest.mark.studio
def test_two_projects_of_one_title_are_refused(studio: Server) -> None:
    for _ in range(2):
        studio.client().projects.create(title="twins", label_config=CONFIG)
    with pytest.raises(StudioError, match="has 2 projects 'twins'"):
        project_of(studio, "twins", CONFIG)


@pytest.mark.parametrize(
    ("title", "config", "words"),
    [
        ("no", CONFIG, "title: "),
        ("broken", "<View><Text", "label_config: unclosed token: line 1"),
        ("dangling", CONFIG.replace('toName="text"', 'toName="tex"'), 'toName="tex" not found'),
    ],
)
def test_a_refused_project_is_told_in_the_servers_words(
    studio: Server, title: str, config: str, words: str
) -> None:
    with pytest.raises(StudioError) as told:
        project_of(studio, title, config)
    assert f"refused project {title!r} (HTTP 400): " in str(told.value)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_config_lacks_what_it_does_not_offer_any_more() -> None:
    assert not lacks(CONFIG, CONFIG.replace("<Label ", '<Label value="More"/><Label '))
    assert lacks(CONFIG, CONFIG.replace("Event", "Happening"))
    assert lacks(RELATED, CONFIG)
    assert not lacks(CONFIG, RELATED)


def test_orphans_are_counted_by_control_and_value() -> None:
    assert orphans(RELATED, [RESULT]) == {}
    renamed = RELATED.replace("Event", "Happening").replace('"user"', '"owner"')
    assert orphans(renamed, [RESULT, RESULT]) == {("span", "Event"): 4, ("relation", "user"): 2}


def test_choices_that_come_with_the_task_and_free_text_orphan_nothing() -> None:
    free = CONFIG.replace(
        "</View>",
        '<Choices name="entity" toName="text" value="$entities"/>'
        '<TextArea name="comment" toName="text"/></View>',
    )
    said = [
        {"id": "r1", "type": "choices", "from_name": "entity", "value": {"choices": ["she"]}},
        {"id": "r1", "type": "textarea", "from_name": "comment", "value": {"text": ["well"]}},
    ]
    assert orphans(free, [said]) == {}
    assert orphans(CONFIG, [said]) == {("entity", "she"): 1, ("comment", ""): 1}


def test_orphans_are_refused_with_what_they_are_and_the_way_out() -> None:
    project = Project(7, "one", CONFIG, "")
    lost = orphans(CONFIG.replace("Event", "Happening"), [RESULT])
    with pytest.raises(StudioError) as told:
        refuse_orphans(project, lost)
    assert str(told.value).startswith(
        "project 'one': the schema has no longer what labels there use: 'Event' of span (2 times);"
        " 'user' of relation (1 times); nothing was changed."
    )
    refuse_orphans(project, orphans(RELATED, [RESULT]))


def test_a_difference_is_shown_line_by_line() -> None:
    assert difference(CONFIG, CONFIG.replace("Event", "Happening")) == (
        '-<Label value="Event"/>\n+<Label value="Happening"/>'
    )

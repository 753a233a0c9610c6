"""Projects: made once, updated, and what a new config would orphan."""

import pytest

from corpus.errors import StudioError
from corpus.labelstudio.projects import (
    difference,
    find_project,
    make_project,
    same_config,
    update_project,
)
from corpus.labelstudio.server import Server
from tests.labelstudio.studio import project_of
from tests.labelstudio.test_sync import CONFIG


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


@pytest.mark.studio
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


def test_a_difference_is_shown_line_by_line() -> None:
    assert difference(CONFIG, CONFIG.replace("Event", "Happening")) == (
        '-<Label value="Event"/>\n+<Label value="Happening"/>'
    )

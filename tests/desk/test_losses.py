"""Ways in which newer work could be lost without a word: each is refused or told."""

import pytest

from corpus.desk.place import Place
from corpus.errors import CorpusError
from corpus.rounds import assignments_path
from tests.desk.test_push_pull import TEXTS, Team, change_there, edit_schema, event, pulled, team
from tests.desk.verbs import labels
from tests.labelstudio.studio import account_of

__all__ = ["pulled", "team"]
pytestmark = pytest.mark.studio


def test_labels_put_back_by_git_are_not_sent_over_newer_ones(pulled: Team) -> None:
    older = pulled.file("d1").read_bytes()
    change_there(pulled, "d1")
    assert pulled.pull()["written"] == 1
    pulled.file("d1").write_bytes(older)
    with pytest.raises(CorpusError, match="changed here and in Label Studio"):
        pulled.push()
    [there] = pulled.annotations("d1")
    assert there.result == [event(3, 9)]


def test_what_was_agreed_with_one_server_says_nothing_of_another(pulled: Team) -> None:
    before = pulled.file("d1").read_bytes()
    change_there(pulled, "d1")
    pulled.pull()
    there = pulled.place
    pulled.place = Place(url=f"{there.url}/", key=there.key)
    assert pulled.pull()["unchanged"] == 2  # a slash makes no other server
    pulled.place = Place(url=str(there.url).replace("127.0.0.1", "localhost"), key=there.key)
    assert pulled.place.memory != there.memory
    pulled.file("d1").write_bytes(before)
    with pytest.raises(CorpusError, match="changed here, and not through Label Studio"):
        pulled.pull()
    assert pulled.file("d1").read_bytes() == before


def test_labels_that_came_back_on_other_words_are_not_pulled(team: Team) -> None:
    team.push()
    wrong = event(0, 2)
    wrong["value"]["text"] = "Oh"
    team.annotate("d1", [wrong])
    with pytest.raises(CorpusError, match=r"1 annotation.*'Oh'"):
        team.pull()
    assert not team.file("d1").exists()


def test_a_renamed_layer_is_refused_after_a_raised_version_too(pulled: Team) -> None:
    edit_schema(pulled, 'title = "Event"', 'title = "Happening"')
    edit_schema(pulled, 'version = "1.0.0"', 'version = "1.1.0"')
    change_there(pulled, "d1")
    before = pulled.file("d1").read_bytes()
    with pytest.raises(CorpusError, match="'Event'"):
        pulled.pull()
    assert pulled.file("d1").read_bytes() == before


def test_work_in_a_text_that_is_given_to_nobody_is_told(pulled: Team) -> None:
    path = assignments_path(pulled.root)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if '"d1"' not in line))
    assert pulled.pull()["left out: in a text that is assigned to nobody"] == 1


def test_an_account_is_found_whatever_the_case_of_its_e_mail(team: Team) -> None:
    path = team.root / "annotations" / "annotators.toml"
    path.write_text(path.read_text().replace("ann@corpus", "Ann@Corpus"))
    team.file("d1").parent.mkdir()
    team.file("d1").write_text(labels("d1", TEXTS["d1"]))
    assert team.push()["annotation(s) sent"] == 1
    assert team.pull()["unchanged"] == 1


def test_a_draft_is_not_pushed_over(pulled: Team) -> None:
    [there] = pulled.annotations("d1")
    answer = pulled.studio.connections.post(
        f"{pulled.studio.url}/api/tasks/{pulled.task('d1')}/annotations/{there.id}/drafts",
        headers={"Authorization": f"Token {account_of(pulled.studio, 'ann')['token']}"},
        json={"result": [event(3, 9)]},
    )
    assert answer.status_code == 201
    pulled.change("d1", '"event"', '"claim"')
    assert pulled.push() == {}
    assert [r for r in pulled.remarks if "was not sent: ann has a draft of it" in r]
    assert pulled.annotations("d1")[0].result == there.result

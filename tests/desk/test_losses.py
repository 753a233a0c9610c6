"""Ways in which newer work could be lost without a word: each is refused or told."""

from pathlib import Path
from typing import Any

import pytest

from corpus.assignment import assignments_path
from corpus.desk import push
from corpus.desk.place import Place
from corpus.errors import CorpusError
from corpus.labelstudio.server import Server
from corpus.rounds import rounds_path
from tests.desk.test_push_pull import TEXTS, Team, change_there, edit_schema, event, pulled, team
from tests.desk.verbs import desk_folder, file_of, labels
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
    with pytest.raises(CorpusError, match="is not what this clone had from Label Studio"):
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


def leave_draft_on(team: Team, doc_id: str) -> None:
    """Have ann begin to change what she handed in."""
    [there] = team.annotations(doc_id)
    answer = team.studio.connections.post(
        f"{team.studio.url}/api/tasks/{team.task(doc_id)}/annotations/{there.id}/drafts",
        headers={"Authorization": f"Token {account_of(team.studio, 'ann')['token']}"},
        json={"result": [event(3, 9)]},
    )
    assert answer.status_code == 201


def test_a_draft_is_not_pushed_over(pulled: Team) -> None:
    [there] = pulled.annotations("d1")
    leave_draft_on(pulled, "d1")
    pulled.change("d1", '"event"', '"claim"')
    assert pulled.push() == {}
    assert [r for r in pulled.remarks if "was not sent: ann has a draft of it" in r]
    assert pulled.annotations("d1")[0].result == there.result


def test_what_is_begun_again_broken_or_deleted_shows_in_the_status(pulled: Team) -> None:
    leave_draft_on(pulled, "d1")
    assert pulled.states()["d1"] == "draft since"
    assert pulled.pull()["draft(s) since they were submitted"] == 1
    [there] = pulled.annotations("d2")
    pulled.studio.client().annotations.delete(there.id)
    assert pulled.states()["d2"] == "deleted there"
    assert pulled.push() == {"annotation(s) sent": 1}
    assert f"{file_of('d2')}: was deleted in Label Studio, and is there again" in pulled.remarks
    pulled.file("d2").write_text("{")
    assert pulled.states()["d2"] == "broken here"


def test_a_file_for_a_text_that_nobody_began_shows_as_only_here(team: Team) -> None:
    team.push()
    team.file("d1").parent.mkdir()
    team.file("d1").write_text(labels("d1", TEXTS["d1"]))
    assert team.states()["d1"] == "only here"


def test_a_blank_page_handed_in_beside_the_labels_does_not_take_their_place(team: Team) -> None:
    team.push()
    team.annotate("d1", [event(3, 9)])
    blank = team.annotate("d1", [])
    team.pull()
    assert team.texts_in("d1") == ["rained"]
    assert [r for r in team.remarks if f"annotation {blank} is a blank one by the same" in r]


def test_a_push_killed_before_it_could_say_the_version_is_completed_by_the_next(
    pulled: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    edit_schema(pulled, 'version = "1.0.0"', 'version = "1.1.0"')
    pulled.change("d1", '"schema_version": "1.0.0"', '"schema_version": "1.1.0"')
    pulled.change("d1", '"event"', '"claim"')
    with monkeypatch.context() as patched:
        patched.setattr(push, "set_versions", killed)
        with pytest.raises(KeyboardInterrupt):
            pulled.push()
    assert pulled.push() == {"annotation(s) sent": 1}
    assert pulled.pull()["unchanged"] == 2
    assert pulled.push() == {}


def test_a_file_that_an_editor_laid_out_otherwise_is_replaced_by_newer_labels(
    pulled: Team,
) -> None:
    pulled.change("d1", '", "', '",   "')
    change_there(pulled, "d1")
    assert pulled.pull()["written"] == 1
    assert pulled.texts_in("d1") == ["rained"]


def test_a_renamed_round_gives_nobody_everything_again(pulled: Team) -> None:
    path = rounds_path(pulled.root)
    path.write_text(path.read_text().replace("[rounds.main]", "[rounds.first]"))
    with pytest.raises(CorpusError, match=r"given in round 'main', which rounds\.toml lacks"):
        pulled.push()
    assert pulled.pull()["unchanged"] == 2
    record = assignments_path(pulled.root)
    record.write_text(record.read_text().replace('"main"', '"first"'))
    assert pulled.push()["annotation(s) sent"] == 2


def test_texts_recorded_as_assisted_stay_so_or_are_told(team: Team) -> None:
    path = team.file("d1", "m1")
    path.parent.mkdir()
    path.write_text(labels("d1", TEXTS["d1"]).replace('"ann"', '"m1"'))
    rounds, plain = rounds_path(team.root), rounds_path(team.root).read_text()
    rounds.write_text(plain + 'documents = ["d1"]\nassisted = "m1"\ncontrol = "0 %"\n')
    team.push()
    rounds.write_text(plain)
    with pytest.raises(CorpusError, match=r"rounds\.main has no 'assisted' any more"):
        team.push()
    record = assignments_path(team.root)
    record.write_text(record.read_text().replace("assisted = true", "assisted = false"))
    assert team.push()["pre-annotation(s) updated"] == 1
    assert list(team.studio.client().predictions.list(project=team.project())) == []


def test_another_corpus_of_the_same_name_is_not_written_into(
    team: Team, tmp_path: Path, studio: Server
) -> None:
    team.push()
    texts = {"e1": "It snowed."}
    other = Team(desk_folder(tmp_path / "other", texts, (), ("ann",), team.name), studio, team.name)
    with pytest.raises(CorpusError, match=r"holds other texts .*'d1' and 2 more.*another corpus"):
        other.push()
    assert team.push() == {}


def test_a_place_that_was_forgotten_is_told_before_a_server_is_made(team: Team) -> None:
    team.push()
    there = team.place
    team.place = Place()
    for verb in (team.push, team.pull, team.states):
        with pytest.raises(CorpusError, match=r"has worked with --url \(LABEL_STUDIO_URL\) so far"):
            verb()
    assert not (team.root / ".corpus" / "studio").exists()
    team.place = there
    assert team.push() == {}


def test_guidelines_and_answers_in_any_characters_are_brought_once(team: Team) -> None:
    guide = team.root / "schemas" / "GUIDELINES.md"
    guide.write_text("# How\n\n![a map](map.png)\n\n---\n\na\\\nb \x0b \x07 <b>&amp; é 😀\n")
    log = team.root / "annotations" / "questions.toml"
    log.write_text(
        '[[questions]]\nid = "1"\ndate = "2026-01-31"\ndocument = "d1"\nannotator = "ann"\n'
        'text = "It\\u0007"\nquestion = "Who?\\u000b"\nanswer = "The weather.\\nSo it is."\n'
    )
    team.push()
    assert team.push() == {}
    guide.write_text("# How\n\nOtherwise.\n")
    assert team.push() == {"project(s) updated": 1}

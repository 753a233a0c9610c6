"""Rounds: what may be declared, and how one is closed."""

from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.rounds import Round, declare_round, freeze, overlap_of, read_rounds, rounds_path


def a_round(people: object = ("ann", "bo"), **said: object) -> Round:
    return Round(said.pop("kind", "pilot"), sorted(people), **said)  # type: ignore[arg-type]


def declared(root: Path, text: str) -> dict[str, Round]:
    path = rounds_path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_rounds(root)


WRONG = {
    'kind = "trial"\npeople = ["ann"]': "kind",
    'kind = "pilot"': "has no 'people'",
    'kind = "pilot"\npeople = []': "people is empty",
    'kind = "pilot"\npeople = ["ann", "ann"]': "people names 'ann' twice",
    'kind = "pilot"\npeople = ["Ann Lee"]': "'Ann Lee' is no pseudonym",
    'kind = "pilot"\npeople = ["ann"]\ndocuments = ["d", "d"]': "documents names 'd' twice",
    'kind = "pilot"\npeople = ["ann"]\nassisted = "ann"': "'ann', who is one of its people",
    'kind = "pilot"\npeople = ["ann"]\noverlap = 2': "2 needs 2 people, and the round has 1",
    'kind = "pilot"\npeople = ["ann"]\noverlap = 0': "overlap 0",
    'kind = "pilot"\npeople = ["ann"]\noverlap = "half"': 'expected a number, or "20 % double"',
    'kind = "pilot"\npeople = ["ann"]\nagain = "5"': "again '5' is no share",
    'kind = "pilot"\npeople = ["ann"]\ncontrol = "120 %"': "control '120 %' is no share",
    'kind = "pilot"\npeople = ["ann"]\nagian = "5 %"': "'agian'",
}


@pytest.mark.parametrize(("text", "words"), WRONG.items())
def test_a_mistake_is_refused_with_file_round_and_key(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(CorpusError) as told:
        declared(tmp_path, f"[rounds.one]\n{text}\n")
    assert str(told.value).startswith(f"{rounds_path(tmp_path)}: rounds.one: ")
    assert words in str(told.value)


def test_a_rounds_name_can_stand_in_a_projects_title(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="a round's name is of the form"):
        declared(tmp_path, '[rounds."Round 1"]\nkind = "pilot"\npeople = ["ann"]\n')


def test_a_round_is_declared_from_people_and_overlap(tmp_path: Path) -> None:
    for overlap, said in (("2", 2), ("20 % double", "20 % double"), (None, None)):
        made = declare_round(tmp_path / str(overlap), ["ann", "bo"], overlap)
        assert made["main"].people == ["ann", "bo"]
        assert made["main"].overlap == said
    with pytest.raises(CorpusError, match="needs 3 people"):
        declare_round(tmp_path / "new", ["ann"], "3")
    assert not (tmp_path / "new").exists()


def test_a_freeze_is_added_below_what_people_wrote(tmp_path: Path) -> None:
    text = '# ours\n[rounds.one]\nkind = "pilot"  # the first\npeople = ["ann"]\n'
    declared(tmp_path, text)
    freeze(tmp_path, "one", "2026-01-31", {"annotations/d1/ann.json": "00ff"})
    assert rounds_path(tmp_path).read_text().startswith(text)
    frozen = read_rounds(tmp_path)["one"].frozen
    assert frozen is not None
    assert (frozen.date, frozen.files) == ("2026-01-31", {"annotations/d1/ann.json": "00ff"})


def overlap_said(overlap: int | str, people: int = 3) -> tuple[int, int, float]:
    return overlap_of("there", a_round("abc"[:people], overlap=overlap))


def test_an_overlap_is_a_number_or_a_share_of_two_or_three() -> None:
    assert overlap_said(2) == overlap_said("2") == (2, 2, 0.0)
    assert overlap_said("20 % double") == overlap_said("20% double") == (1, 2, 0.2)
    assert overlap_said("12.5 % triple") == (1, 3, 0.125)
    assert overlap_said("100 % double", people=2) == (1, 2, 1.0)


@pytest.mark.parametrize("words", ["20 %", "120 % double", "20 % quadruple", "-1", "1.5", ""])
def test_no_other_words_are_an_overlap(words: str) -> None:
    with pytest.raises(CorpusError) as told:
        overlap_said(words)
    assert str(told.value) == (f'there: overlap {words!r}: expected a number, or "20 % double"')


def test_a_number_with_a_leading_zero_is_written_as_toml_has_it(tmp_path: Path) -> None:
    assert declare_round(tmp_path, ["ann", "bo"], "02")["main"].overlap == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[rounds.one", ": not TOML: "),
        ("[round.one]\n", ": 'round' is not expected here: a file of tables [rounds.KEY]"),
        ("rounds = 3\n", ": 'rounds' is not expected here: a file of tables [rounds.KEY]"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CorpusError) as told:
        declared(tmp_path, text)
    assert str(told.value).startswith(f"{rounds_path(tmp_path)}{words}")

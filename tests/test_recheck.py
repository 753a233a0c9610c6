"""What a changed section of the guidelines touches, and the pass that looks at it again."""

import json
from pathlib import Path

import pytest

from corpus.assignment import assigned, read_assignments, write_assignments
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from corpus.recheck import affected, as_text, declare_recheck
from corpus.rounds import read_rounds, rounds_path
from corpus.shorthand import parse
from corpus.store import write_annotations
from tests.corpora import TINY, TINY_FILE, folder
from tests.desk.verbs import PEOPLE, declare_round

GUIDE = "# Guide\n## Happenings\n## Who\n## Cues\n## Sure\n"
LINKS = (
    ("[layers.event]", '[layers.event]\nguideline = "Happenings"'),
    ("attributes.certainty]", 'attributes.certainty]\nguideline = "Sure"'),
    ("[relations.cue]", '[relations.cue]\nguideline = "Cues"'),
    ('guidelines = "1.0.0"', 'guidelines = "1.2.0"'),
)
SAID = "[She]{speaker} [said]{event#e spoken} [it [rained]{event}]{claim certain cue>e}."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus with one annotation, of guidelines 1.0.0, and guidelines of 1.2.0."""
    made = folder(tmp_path / "corpus", {"annotations/annotators.toml": PEOPLE})
    write_annotations(made, parse(SAID, TINY), TINY)
    text = TINY_FILE.read_text()
    for old, new in LINKS:
        assert old in text
        text = text.replace(old, new, 1)
    (made / "schemas" / TINY_FILE.name).write_text(text)
    (made / "schemas" / "GUIDELINES.md").write_text(GUIDE)
    declare_round(made, ["ann", "bo"], "1")
    write_assignments(made, assigned(read_rounds(made), ["example"], []))
    return made


def texts(root: Path, section: str) -> list[str]:
    return [a.text for a in affected(*read_corpus(root), [section])]


def test_a_section_touches_what_stands_under_its_heading(root: Path) -> None:
    assert texts(root, "Happenings") == ["said", "rained"]
    assert texts(root, "Sure") == texts(root, "Cues") == ["it rained"]


def test_labels_of_the_same_guidelines_are_not_touched(root: Path) -> None:
    path = root / "annotations" / "example" / "ann.json"
    said = json.loads(path.read_text()) | {"guideline_version": "1.2.0"}
    path.write_text(json.dumps(said))
    assert texts(root, "Happenings") == []
    with pytest.raises(CorpusError, match="no label under Happenings is older"):
        declare_recheck(root, "again", ["Happenings"], affected(*read_corpus(root), ["Happenings"]))


def test_an_unknown_section_is_refused_with_the_headings_there_are(root: Path) -> None:
    with pytest.raises(
        CorpusError, match="stands under 'Who'; headings are: Happenings, Sure, Cues"
    ):
        texts(root, "Who")


def test_the_list_has_a_line_a_span_and_the_count(root: Path) -> None:
    assert as_text(affected(*read_corpus(root), ["Happenings"])).splitlines() == [
        "example ann pass 1 (1.0.0): event 'said' 4..8",
        "example ann pass 1 (1.0.0): event 'rained' 12..18",
        "2 span(s) in 1 annotation(s)",
    ]


def test_a_recheck_gives_each_person_what_they_labelled_in_another_pass(root: Path) -> None:
    before = rounds_path(root).read_text()
    declare_recheck(root, "again", ["Happenings"], affected(*read_corpus(root), ["Happenings"]))
    assert rounds_path(root).read_text().startswith(before)
    declared = read_rounds(root)["again"]
    assert (declared.kind, declared.sections) == ("recheck", ["Happenings"])
    assert (declared.people, declared.documents) == (["ann"], ["example"])
    [new] = [a for a in read_assignments(root) if a.round == "again"]
    assert (new.annotator, new.pass_, new.assisted) == ("ann", 2, True)
    whole = read_assignments(root)
    assert assigned(read_rounds(root), ["example"], whole) == whole  # nobody gets more
    declare_recheck(root, "again", ["Happenings"], [])  # a second run goes on
    assert read_assignments(root) == whole
    with pytest.raises(CorpusError, match="there is a round 'again': take another name"):
        declare_recheck(root, "again", ["Sure"], affected(*read_corpus(root), ["Sure"]))

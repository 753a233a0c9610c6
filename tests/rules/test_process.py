"""P: what the docstrings of the rules about passes and gold cannot say in one line."""

import json

import pytest

from tests.corpora import ANN, annotation, canonical, findings_of, folder

GOLD = "annotations/example/gold.json"
DECISIONS = "annotations/example/decisions.toml"
PEOPLE = '[annotators.ann]\nkind = "human"\ndescription = "A student."\n'


def found(root, files, *codes, texts=None):
    """Return the code and message of what is found of some rules in a folder with these files."""
    made = {name: f if isinstance(f, str) else canonical(f) for name, f in files.items()}
    findings = findings_of(folder(root, made, texts))
    return [(f.code, f.message) for f in findings if f.code in codes]


def exported(root, *annotations, codes, files=None, **data):
    """Return what is found of some rules in an export of one task with these annotations."""
    task = {"id": 1, "data": {"doc_id": "example", "text": "She said it rained."} | data}
    made = {"export.json": json.dumps([task | {"annotations": annotations}])} | (files or {})
    findings = findings_of(folder(root, made), root / "export.json")
    return [(f.item, f.message) for f in findings if f.code in codes]


def region(span_id, origin):
    place = {"start": 0, "end": 3, "text": "She", "labels": ["Speaker"]}
    names = {"id": span_id, "type": "labels", "from_name": "span", "to_name": "text"}
    return names | {"origin": origin, "value": place}


def test_skipped_task_says_by_whom(tmp_path):
    skipped = {"id": 2, "completed_by": "ann", "was_cancelled": True, "result": []}
    said = exported(tmp_path, skipped, codes=["P101"])
    assert said == [("task 1, annotation 2", "was skipped by ann")]


def test_gold_is_no_annotator_who_must_be_known(tmp_path):
    gold = {GOLD: annotation(annotator="gold"), "annotations/annotators.toml": PEOPLE}
    assert found(tmp_path, gold, "P103") == []


def test_nobody_is_unknown_where_nobody_is_described(tmp_path):
    assert found(tmp_path, {ANN: annotation()}, "P103") == []
    assert found(tmp_path, {"annotations/annotators.toml": "[annotators]\n"}, "P103") == []


def test_unknown_annotator_is_named(tmp_path):
    files = {ANN: annotation(), "annotations/annotators.toml": PEOPLE.replace("ann]", "anne]")}
    message = "'ann' is not in annotations/annotators.toml"
    assert found(tmp_path, files, "P103") == [("P103", message)]


@pytest.mark.parametrize("origin", ["manual", "prediction-changed"])
def test_one_span_of_ones_own_is_judgement(tmp_path, origin):
    regions = [region("a", "prediction"), region("b", origin)]
    done = {"id": 2, "completed_by": "ann", "result": regions}
    assert exported(tmp_path, done, codes=["P105"]) == []


def test_untouched_spans_are_counted(tmp_path):
    regions = [region("a", "prediction"), region("b", "prediction")]
    done = {"id": 2, "completed_by": "ann", "result": regions}
    [(_, message)] = exported(tmp_path, done, codes=["P105"])
    assert message == "ann changed none of the 2 spans that were shown"
    assert exported(tmp_path, done, codes=["P105"], **{"pass": 2}) == []


def test_annotation_without_spans_left_no_prediction_as_it_was(tmp_path):
    done = {"id": 2, "completed_by": "ann", "result": []}
    assert exported(tmp_path, done, codes=["P105"]) == []


def test_adjudicator_who_annotated_another_text_may_decide(tmp_path):
    files = {
        "annotations/other/cy.json": annotation(document="other", annotator="cy"),
        ANN: annotation(),
        DECISIONS: 'adjudicator = "cy"\n',
    }
    texts = {"example": "She said it rained.", "other": "She said it rained."}
    assert found(tmp_path, files, "P107", texts=texts) == []
    files[DECISIONS] = 'adjudicator = "ann"\n'
    message = "ann decided on example and annotated it too"
    assert found(tmp_path, files, "P107", texts=texts) == [("P107", message)]


def test_everybody_who_decided_something_is_asked_for(tmp_path):
    decisions = """adjudicator = "cy"
[[conflicts]]
by = "ann"
[[overrides]]
by = "majority"
"""
    files = {ANN: annotation(), DECISIONS: decisions}
    message = "ann decided on example and annotated it too"
    assert found(tmp_path, files, "P107") == [("P107", message)]


@pytest.mark.parametrize("broken", ["conflicts = 3\n", "conflicts = [3]\n", "adjudicator = 3\n"])
def test_decisions_that_are_no_record_are_nobodys(tmp_path, broken):
    files = {GOLD: annotation(annotator="gold"), ANN: annotation(), DECISIONS: broken}
    assert found(tmp_path, files, "P106", "P107") == []


def test_decisions_that_do_not_say_who_decided_are_decisions(tmp_path):
    files = {GOLD: annotation(annotator="gold"), ANN: annotation(), DECISIONS: "agreed = 3\n"}
    assert found(tmp_path, files, "P106", "P107") == []


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("0.9.10", "0.9.10; the schema names 1.0.0: `corpus recheck` lists the labels that it"),
        ("1.0.1", "1.0.1; the schema names 1.0.0, which is older"),
    ],
)
def test_other_guidelines_are_compared_with_those_of_the_schema(tmp_path, version, said):
    [(_, message)] = found(tmp_path, {ANN: annotation(guideline_version=version)}, "P109")
    assert message.startswith(f"made with guidelines {said}")


OLD = annotation(guideline_version="0.9.0")


def test_older_guidelines_are_no_fault_of_a_pass_that_was_done_again(tmp_path):
    again = annotation(**{"pass": 2})
    assert found(tmp_path, {ANN: OLD, "annotations/example/ann.2.json": again}, "P109") == []


def test_frozen_pass_keeps_its_guidelines_in_its_file_and_in_an_export(tmp_path):
    again = OLD | {"pass": 2}
    rounds = (
        '[rounds.pilot]\nkind = "pilot"\npeople = ["ann"]\n[rounds.pilot.frozen]\n'
        'date = "2026-01-31"\nfiles = { "annotations/example/ann.2.json" = "0" }\n'
    )
    files = {"annotations/example/ann.2.json": again, "annotations/rounds.toml": rounds}
    assert found(tmp_path, files, "P109") == []
    done = {"id": 2, "completed_by": "ann", "result": []}
    told = {"guideline_version": "0.9.0", "pass": 2}
    frozen = {"annotations/rounds.toml": rounds}
    assert exported(tmp_path, done, codes=["P109"], files=frozen, **told) == []
    assert len(exported(tmp_path, done, codes=["P109"], files=frozen, **told | {"pass": 1})) == 1


TEXT = "Rain fell. The mayor said that it rained."
GUIDE = (
    "- Right: `[The **mayor**]{speaker#s}\n  said that [it [rained]{event}]{claim source>s}.` So.\n"
)


def shown(root, guide=GUIDE, text=TEXT, **changed):
    files = {
        f"annotations/example/{who}.json": annotation(text, annotator=who, **changed)
        for who in ("ann", "bo")
    }
    sentences = f"sentences = [{{start = 0, end = 10}}, {{start = 11, end = {len(text)}}}]\n"
    made = folder(root, texts={"example": text})
    about = (made / "seeds" / "example.toml").read_text().splitlines()
    files["seeds/example.toml"] = "\n".join([*about[:-1], sentences])
    files["schemas/GUIDELINES.md"] = guide
    for name, content in files.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else canonical(content))
    return [(f.line, f.start, f.end) for f in findings_of(made) if f.code == "P110"]


def test_sentence_is_found_behind_shorthand_emphasis_and_line_breaks(tmp_path):
    assert shown(tmp_path) == [(1, 11, len(TEXT))]


def test_part_of_a_sentence_or_four_words_may_stand_in_the_guidelines(tmp_path):
    assert shown(tmp_path, guide="The mayor said that it snowed. Said that it rained.") == []
    assert shown(tmp_path, guide="She said it rained.", text="Rain fell. She said it rained.") == []


def test_sentence_in_other_guidelines_than_these_was_shown_to_nobody(tmp_path):
    assert shown(tmp_path, guideline_version="0.9.0") == []


def test_text_of_one_annotator_is_in_no_agreement(tmp_path):
    assert shown(tmp_path) != []
    (tmp_path / "annotations" / "example" / "bo.json").unlink()
    assert [f for f in findings_of(tmp_path) if f.code == "P110"] == []

"""Which labels a config would orphan."""

import pytest

from corpus.errors import StudioError
from corpus.labelstudio.config import labelling_config
from corpus.labelstudio.projects import Project
from corpus.labelstudio.tasks import results
from corpus.labelstudio.vocabulary import orphans, refuse_orphans
from corpus.schema import read_schema
from corpus.shorthand import parse
from tests.corpora import TINY, TINY_FILE
from tests.labelstudio.test_sync import CONFIG, RESULT

RELATED = CONFIG.replace("</View>", '<Relations><Relation value="user"/></Relations></View>')


def test_orphans_are_counted_by_control_and_value() -> None:
    assert orphans(RELATED, [RESULT]) == {}
    renamed = RELATED.replace("Event", "Happening").replace('"user"', '"owner"')
    assert orphans(renamed, [RESULT, RESULT]) == {
        ("span", "'Event'"): 4,
        ("relation", "'user'"): 2,
    }


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
    assert orphans(CONFIG, [said]) == {("entity", "'she'"): 1, ("comment", "a text"): 1}


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


SAID = parse(
    "[She]{speaker#s entity=she} [said]{event#e spoken} "
    "[it rained]{claim#c certain topic=weather,trade source>s cue>e}.",
    TINY,
)
[(_, LABELS)] = results(SAID, TINY)
CERTAINTY = "[layers.claim.attributes.certainty]"
CHANGES = {
    "another layer has it": (
        CERTAINTY, "[layers.event.attributes.certainty]", {("certainty", "on 'Claim'"): 1},
    ),
    "it is free text now": (
        'values = { certain = { definition = "Sure.", key = "5" }, '
        'possible = { definition = "Not sure.", key = "6" } }',
        'kind = "text"', {("certainty", "'certain'"): 1},
    ),
    "it takes one value now": (
        "multiple = true\ndefinition = \"What about", "definition = \"What about",
        {("topic", "more than one value"): 1},
    ),
    "it has fewer values": (
        ', trade = { definition = "The market.", key = "t" }', "", {("topic", "'trade'"): 1},
    ),
    "it is required now": (CERTAINTY, CERTAINTY + "\nrequired = true", {}),
    "nothing": ("", "", {}),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "lost"), CHANGES.values(), ids=CHANGES)
def test_a_schema_that_has_no_place_for_labels_orphans_them(tmp_path, old, new, lost) -> None:
    assert old in TINY_FILE.read_text()
    path = tmp_path / "tiny.toml"
    path.write_text(TINY_FILE.read_text().replace(old, new, 1))
    assert orphans(labelling_config(read_schema(path)), [LABELS]) == lost

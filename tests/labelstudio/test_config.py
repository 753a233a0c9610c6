"""The labelling config: what Label Studio accepts, and what an annotator then can and must do."""

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from label_studio_sdk.label_interface import LabelInterface

from corpus.labelstudio.config import CONFLICTS, PROPOSED, TO_THE_TEAM, labelling_config
from corpus.labelstudio.server import Server
from corpus.labelstudio.tasks import results, tasks
from corpus.reading import read_corpus
from corpus.schema import Schema, find_schema, read_schema
from tests.labelstudio.studio import project_of

ROOT = Path(__file__).parents[2]
HEDGEROW = read_schema(find_schema(ROOT))
TINY = read_schema(ROOT / "tests" / "tiny.toml")
ODD = """a < b & "c" > 'd' --> ]]> $text 😀 \t\u2028 <b>é</b>"""
both = pytest.mark.parametrize("schema", [HEDGEROW, TINY], ids=["hedgerow", "tiny"])


def with_place(schema: Schema) -> Schema:
    """Return the schema with a second attribute that is chosen from the entities."""
    event, entity = schema.layers["event"], schema.layers["speaker"].attributes["entity"]
    event = msgspec.structs.replace(event, attributes=event.attributes | {"place": entity})
    layers = schema.layers | {"event": event}
    return msgspec.structs.replace(schema, name=f"{schema.name}-places", layers=layers)


each = pytest.mark.parametrize("schema", [HEDGEROW, TINY, with_place(TINY)], ids=lambda s: s.name)


def tree(schema: Schema) -> ET.Element:
    return ET.fromstring(labelling_config(schema))


def controls(schema: Schema) -> dict[str, ET.Element]:
    """Return the control of each attribute by its name."""
    found = {c.attrib["name"]: c for c in tree(schema).iter() if c.get("perRegion") == "true"}
    return {name: control for name, control in found.items() if name not in TO_THE_TEAM}


def boxes(schema: Schema) -> set[str]:
    """Return the boxes to the team; one for entities only where some are chosen."""
    kinds = {attribute.kind for attribute in schema.shared().values()}
    return TO_THE_TEAM if "entity" in kinds else TO_THE_TEAM - {PROPOSED}


def odd(schema: Schema) -> Schema:
    """Return the schema with odd characters wherever there is free text."""
    layer = schema.layers["claim"]
    attributes, topic = layer.attributes, layer.attributes["topic"]
    weather = msgspec.structs.replace(topic.values["weather"], definition=ODD)
    flag = msgspec.structs.replace(attributes["difficult"], definition=ODD)
    topic = msgspec.structs.replace(topic, values={ODD: weather})
    claim = msgspec.structs.replace(
        layer, title=ODD, attributes=attributes | {"topic": topic, "difficult": flag}
    )
    layers = schema.layers | {"claim": claim}
    return msgspec.structs.replace(schema, name="---", layers=layers)


@each
def test_the_sdk_parses_and_validates_it(schema: Schema) -> None:
    interface = LabelInterface(labelling_config(schema))
    interface.validate()
    assert {c.name for c in interface.controls or []} == {"span", *schema.shared(), *boxes(schema)}


@pytest.mark.studio
@each
def test_the_server_makes_a_project_of_it(studio: Server, schema: Schema) -> None:
    title = f"config of {schema.name}"
    made = project_of(studio, title, labelling_config(schema))
    assert project_of(studio, title, labelling_config(schema)) == made


def test_the_sdk_finds_no_fault_with_the_committed_labels() -> None:
    tables, schema = read_corpus(ROOT)
    interface = LabelInterface(labelling_config(schema))
    for task in tasks(tables, schema):
        assert interface.validate_task(task)
    for _, result in results(tables, schema):
        faults = interface.validate_prediction({"result": result}, return_errors=True)
        assert [f for f in faults if "entity" not in f] == []  # its choices are in the task


@both
def test_spans_in_the_text_show_their_layer(schema: Schema) -> None:
    [text] = tree(schema).iter("Text")
    assert text.get("showLabels") == "true"


@both
def test_one_control_has_every_layer(schema: Schema) -> None:
    [labels] = tree(schema).iter("Labels")
    assert labels.attrib["choice"] == "single"
    assert [(la.get("value"), la.get("background"), la.get("hotkey")) for la in labels] == [
        (layer.title, layer.colour, layer.key) for layer in schema.layers.values()
    ]


@both
def test_an_attribute_is_shown_and_asked_for_with_its_layers_only(schema: Schema) -> None:
    for name, control in controls(schema).items():
        layers = [schema.layers[layer] for layer in schema.layers_with(name)]
        assert control.get("whenLabelValue") == ",".join(layer.title for layer in layers)
        assert control.get("whenTagName") == "span"
        assert control.get("visibleWhen") == "region-selected"
        required = layers[0].attributes[name].required
        assert (control.get("required") == "true") == required


@both
def test_a_header_is_hidden_with_its_control(schema: Schema) -> None:
    conditions = ("whenTagName", "whenLabelValue", "visibleWhen")
    boxes = [view for view in tree(schema).iter("View") if view.find("Header") is not None]
    kinds = [a.kind for a in schema.shared().values() if a.kind not in ("flag", "text")]
    assert len(boxes) == len(kinds) + 1  # and the hint while nothing is selected
    for box in boxes[1:]:
        control = box[1]
        assert [box.get(c) for c in conditions] == [control.get(c) for c in conditions]


@both
def test_an_attribute_takes_one_value_or_several_as_declared(schema: Schema) -> None:
    multiple = {n for n, c in controls(schema).items() if c.get("choice") == "multiple"}
    assert multiple == {name for name, a in schema.shared().items() if a.multiple}


@both
def test_entities_are_chosen_from_those_of_the_task(schema: Schema) -> None:
    entity = controls(schema)["entity"]
    assert (entity.get("value"), entity.get("layout"), list(entity)) == ("$entities", "select", [])


@both
def test_every_label_and_choice_has_a_key_and_no_key_is_taken_twice(schema: Schema) -> None:
    pressed = [e for e in tree(schema).iter() if e.tag in ("Label", "Choice")]
    keys = [element.get("hotkey") for element in pressed]
    assert None not in keys
    assert len(set(keys)) == len(keys)


@both
def test_every_relation_is_listed(schema: Schema) -> None:
    relations = [relation.get("value") for relation in tree(schema).iter("Relation")]
    assert relations == list(schema.relations)


def test_the_committed_config_is_what_the_schema_gives() -> None:
    committed = (ROOT / "schemas" / "hedgerow.xml").read_text(encoding="utf-8")
    assert committed == labelling_config(HEDGEROW), "stale: run `make generated`"


def test_odd_characters_come_out_as_they_went_in() -> None:
    config = tree(odd(TINY))
    assert [la.get("value") for la in config.iter("Label")][-1] == ODD
    choice = next(c for c in config.iter("Choice") if c.get("value") == ODD)
    assert choice.get("hint") == ODD
    LabelInterface(labelling_config(odd(TINY))).validate()


def test_a_name_of_hyphens_does_not_end_the_comment_that_holds_it() -> None:
    config = labelling_config(odd(TINY))
    assert re.search("<!--.*-->", config).group().count("--") == 2  # type: ignore[union-attr]


@pytest.mark.studio
def test_the_server_takes_odd_characters_as_they_are(studio: Server) -> None:
    config = labelling_config(odd(TINY))
    made = project_of(studio, "config with odd characters", config)
    assert project_of(studio, "config with odd characters", config) == made


@both
def test_a_curators_page_adds_the_list_of_conflicts_and_a_box_without_which_nothing_is_handed_in(
    schema: Schema,
) -> None:
    plain, curated = tree(schema), ET.fromstring(labelling_config(schema, curated=True))
    more = Counter(tag.tag for tag in curated.iter()) - Counter(tag.tag for tag in plain.iter())
    assert more == {"View": 1, "Markdown": 1, "Choices": 1, "Choice": 1}
    [listed] = curated.iter("Markdown")
    [box] = (tag for tag in curated.iter("Choices") if tag.get("name") == CONFLICTS)
    assert listed.get("value") == f"${CONFLICTS}"
    assert (box.get("required"), box.get("perRegion")) == ("true", None)

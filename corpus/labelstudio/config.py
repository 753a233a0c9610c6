"""Schema -> Label Studio's labelling config (XML).

One `<Labels name="span">` holds every layer: with a control a layer, two keys before one drag
give one region with two labels, silently. Each attribute is a control of its own name, shown
and asked for only while a span of a layer that has it is selected.
"""

import re
from xml.etree import ElementTree as ET

from corpus.schema import Attribute, Schema

SPAN = "span"
"""Name of the control that marks spans."""
TEXT = "text"
"""Name of the text, and the key in a task's data that holds it."""
ENTITIES = "entities"
"""The key in a task's data that holds the entities to choose from."""

# Without the line height the badges of relations cover the text.
STYLE = '[class*="htx-richtext"] { line-height: 2.3 !important; padding-top: 18px }'
COLUMNS = "display: grid; grid-template-columns: minmax(260px, 340px) 1fr; gap: 24px"
STICKY = "position: sticky; top: 0; align-self: start; max-height: 96vh; overflow-y: auto"


def labelling_config(schema: Schema) -> str:
    """Return the config that makes a Label Studio project of this schema."""
    root = ET.Element("View")
    made_from = re.sub("-(?=-)", "- ", f"{schema.name} {schema.version}")  # "--" ends a comment
    root.append(ET.Comment(f" made from {made_from}; edit the schema, not this "))
    ET.SubElement(root, "Style").text = STYLE
    columns = ET.SubElement(root, "View", style=COLUMNS)
    controls = ET.SubElement(columns, "View", style=STICKY)
    controls.append(_labels(schema))
    for name, attribute in schema.shared().items():
        controls.append(_control(schema, name, attribute))
    page = ET.SubElement(columns, "View")
    text = {"name": TEXT, "value": f"${TEXT}", "granularity": "symbol", "showLabels": "true"}
    ET.SubElement(page, "Text", text)
    relations = ET.SubElement(root, "Relations")
    for name in schema.relations:
        ET.SubElement(relations, "Relation", value=name)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _labels(schema: Schema) -> ET.Element:
    labels = ET.Element("Labels", name=SPAN, toName=TEXT, choice="single", showInline="true")
    for layer in schema.layers.values():
        label = {"value": layer.title, "background": layer.colour, "hotkey": layer.key}
        ET.SubElement(labels, "Label", label)
    return labels


def _control(schema: Schema, name: str, attribute: Attribute) -> ET.Element:
    """Return a control below its header; both are hidden while they do not fit the selection."""
    labels = ",".join(schema.layers[layer].title for layer in schema.layers_with(name))
    shown = {"whenTagName": SPAN, "whenLabelValue": labels, "visibleWhen": "region-selected"}
    box = ET.Element("View", shown)
    ET.SubElement(box, "Header", value=_words(name), size="5", underline="false")
    common = {"name": name, "toName": TEXT, "perRegion": "true"} | shown
    if attribute.required:
        common |= {"required": "true", "requiredMessage": f"{_words(name)}: please choose"}
    if attribute.kind == "text":
        ET.SubElement(box, "TextArea", common | {"maxSubmissions": "1", "editable": "true"})
        return box
    common["choice"] = "multiple" if attribute.multiple else "single"
    if attribute.kind == "entity":
        common |= {"layout": "select", "value": f"${ENTITIES}"}
    choices = ET.SubElement(box, "Choices", common)
    for value, entry in attribute.values.items():
        _choice(choices, value, entry.definition, entry.key)
    if attribute.kind == "flag":
        _choice(choices, name, attribute.definition, attribute.key)
    return box


def _choice(choices: ET.Element, value: str, hint: str, key: str | None) -> None:
    hotkey = {"hotkey": key} if key else {}
    ET.SubElement(choices, "Choice", {"value": value, "hint": hint} | hotkey)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()

"""Schema -> Label Studio's labelling config (XML).

One `<Labels name="span">` holds every layer: with a control a layer, two keys before one drag
give one region with two labels, silently. Each attribute is a control of its own name, shown
and asked for only while a span of a layer that has it is selected. Beside the schema's there are
three boxes in which annotators write to the team: a question on a span, one on the document, and
an entity that the list lacks. They are no judgement: no annotation file and no dataset has them.
"""

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from corpus.labelstudio.marked import colours
from corpus.schema import Attribute, Schema

SPAN = "span"
"""Name of the control that marks spans."""
TEXT = "text"
"""Name of the text, and the key in a task's data that holds it."""
ENTITIES = "entities"
"""The key in a task's data that holds the entities to choose from."""
QUESTION = "question"
"""Name of the box for a question on a span."""
ABOUT_DOCUMENT = "document_question"
"""Name of the box for a question on the whole document."""
PROPOSED = "proposed_entity"
"""Name of the box for an entity that the list lacks."""
TO_THE_TEAM = frozenset({QUESTION, ABOUT_DOCUMENT, PROPOSED})
"""Names of the boxes in which annotators write to the team."""
CONFLICTS = "conflicts"
"""Of a curator's page: the key in a task's data that holds the list of what annotators say
differently, and the name of the box that is to be ticked when all of it is decided."""

# The height of a line leaves room for the arcs of relations above the words, and their badges,
# smaller and paler than Label Studio's, stand in that room. Names of attributes are small.
STYLE = """
[class*="htx-richtext"] { line-height: 2.9 !important; padding-top: 24px; max-width: 46em }
.relations-overlay g g rect { transform: scale(.8, .72); fill: #fff; stroke: #8a3ffc }
.relations-overlay g g text { font-size: 11px !important; fill: #4b1c96; font-weight: 600 }
.relations-overlay path { stroke-width: 1.5px }
.corpus-controls h4 { font-size: 13px !important; margin: 10px 0 2px !important }
.corpus-hint h4 { font-weight: 400 !important; line-height: 1.6; margin: 14px 2px 0 !important }
.corpus-controls .lsf-choices { margin: 0 !important }
.corpus-controls .lsf-choice, .corpus-controls .lsf-choice__item { line-height: 26px !important }
.corpus-controls .lsf-choice label { line-height: 26px !important; padding: 0 !important }
.corpus-controls .lsf-choice label span { font-weight: 400 }
.corpus-controls .ant-form-item { margin: 8px 0 0 !important }
.corpus-guide h1, .corpus-guide h2 { font-size: 22px; margin: 20px 0 4px }
.corpus-guide h3 { font-size: 17px; margin: 16px 0 4px }
.corpus-guide p { margin: 8px 0 2px }
.corpus-guide ul, .corpus-guide ol { padding-left: 22px; margin: 2px 0 8px }
.corpus-guide ul { list-style: disc }
.corpus-guide li { margin: 3px 0 }
.corpus-guide table { margin: 6px 0 }
.corpus-guide td, .corpus-guide th { padding: 1px 10px 1px 0; text-align: left }
.corpus-mark { padding: 1px 2px; border-radius: 3px; line-height: 1.9 }
.corpus-mark sub { font-size: 10.5px; color: #444; margin-left: 3px; vertical-align: baseline }
.corpus-right, .corpus-wrong { list-style: none; padding: 2px 0 2px 12px }
.corpus-right, .corpus-wrong { margin-left: -18px !important }
.corpus-right { border-left: 3px solid #2e7d32 }
.corpus-wrong { border-left: 3px solid #b3261e }
.corpus-guide ol { list-style: decimal }
"""
OF_CONFLICTS = """
.corpus-conflicts { max-height: 38vh; max-width: 46em; overflow-y: auto }
.corpus-conflicts * { font-size: 14px !important }
.corpus-conflicts ol { list-style: decimal; padding-left: 22px }
.corpus-conflicts li { margin: 6px 0 0; line-height: 1.4 }
"""
HINT = (
    "Press the key of a layer, then drag over the words, or double-click one. Say here what the new"
    " span is; Esc before the next one. Alt+R, then a click on another span, relates them. More"
    " under Instructions, at the top."
)
ALL_DECIDED = "All conflicts are decided"
ONE_TEXT = {"maxSubmissions": "1", "editable": "true"}
COLUMNS = "display: grid; grid-template-columns: 264px minmax(0, 1fr); gap: 24px"
STICKY = "position: sticky; top: 0; align-self: start; max-height: 84vh; overflow-y: auto"


def labelling_config(schema: Schema, *, curated: bool = False) -> str:
    """Return the config that makes a Label Studio project of this schema.

    curated: the page is a curator's: above the text stands what annotators say differently.
    """
    root = ET.Element("View")
    made_from = re.sub("-(?=-)", "- ", f"{schema.name} {schema.version}")  # "--" ends a comment
    root.append(ET.Comment(f" made from {made_from}; edit the schema, not this "))
    style = STYLE + (OF_CONFLICTS if curated else "")
    ET.SubElement(root, "Style").text = style + "".join(f"{line}\n" for line in colours(schema))
    columns = ET.SubElement(root, "View", style=COLUMNS)
    controls = ET.SubElement(columns, "View", style=STICKY, className="corpus-controls")
    controls.append(_labels(schema))
    hint = {"value": HINT, "size": "6", "underline": "false"}
    waiting = ET.SubElement(
        controls, "View", visibleWhen="no-region-selected", className="corpus-hint"
    )
    ET.SubElement(waiting, "Header", hint)
    asked = [name for name, a in schema.shared().items() if a.kind == "entity"]
    for name, attribute in schema.shared().items():
        controls.append(_control(schema, name, attribute))
        if name in asked[-1:]:
            controls.append(_proposal(schema, asked))
    controls.append(_question(schema))
    page = ET.SubElement(columns, "View")
    if curated:
        page.extend(_conflicts())
    text = {"name": TEXT, "value": f"${TEXT}", "granularity": "symbol", "showLabels": "true"}
    ET.SubElement(page, "Text", text)
    page.append(_question_on_document())
    relations = ET.SubElement(root, "Relations")
    for name in schema.relations:
        ET.SubElement(relations, "Relation", value=name)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _labels(schema: Schema) -> ET.Element:
    labels = ET.Element("Labels", name=SPAN, toName=TEXT, choice="single", showInline="true")
    for layer in schema.layers.values():
        label = {"value": layer.title, "background": layer.colour, "hotkey": layer.key}
        ET.SubElement(labels, "Label", label | {"hint": layer.definition})
    return labels


def _control(schema: Schema, name: str, attribute: Attribute) -> ET.Element:
    """Return a control below its header; both are hidden while they do not fit the selection."""
    labels = ",".join(schema.layers[layer].title for layer in schema.layers_with(name))
    shown = _while_selected(labels)
    box = ET.Element("View", shown)
    common = {"name": name, "toName": TEXT, "perRegion": "true"} | shown
    if attribute.required:
        common |= {"required": "true", "requiredMessage": f"{_words(name)}: please choose"}
    if attribute.kind == "text":
        said = {"placeholder": f"{_words(name)}: {attribute.definition}"}
        ET.SubElement(box, "TextArea", common | ONE_TEXT | said)
        return box
    if attribute.kind != "flag":  # its one choice says it already
        ET.SubElement(box, "Header", value=_words(name), size="5", underline="false")
    common["choice"] = "multiple" if attribute.multiple else "single"
    if attribute.kind == "entity":
        common |= {"layout": "select", "value": f"${ENTITIES}"}
    else:
        common["showInline"] = "true"
    choices = ET.SubElement(box, "Choices", common)
    for value, entry in attribute.values.items():
        _choice(choices, value, entry.definition, entry.key)
    if attribute.kind == "flag":
        _choice(choices, name, attribute.definition, attribute.key)
    return box


def _proposal(schema: Schema, names: list[str]) -> ET.Element:
    """Return the one box for an entity that the list lacks, of all layers that choose one."""
    titles = (schema.layers[layer].title for name in names for layer in schema.layers_with(name))
    return _box_on(titles, PROPOSED, "Who is missing in the list? Name, and who that is")


def _while_selected(labels: str) -> dict[str, str]:
    return {"whenTagName": SPAN, "whenLabelValue": labels, "visibleWhen": "region-selected"}


def _choice(choices: ET.Element, value: str, hint: str, key: str | None) -> None:
    hotkey = {"hotkey": key} if key else {}
    ET.SubElement(choices, "Choice", {"value": value, "hint": hint} | hotkey)


def _question(schema: Schema) -> ET.Element:
    titles = (layer.title for layer in schema.layers.values())
    return _box_on(titles, QUESTION, "A question on this span, for the team")


def _box_on(titles: Iterable[str], name: str, placeholder: str) -> ET.Element:
    """Return a box that is shown while a span of these layers is selected."""
    shown = _while_selected(",".join(dict.fromkeys(titles)))
    box = ET.Element("View", shown)
    box.append(_box(name, placeholder, shown))
    return box


def _conflicts() -> list[ET.Element]:
    """Return the list of conflicts, and the box without which nothing can be handed in.

    What was brought and what was decided to be as it was brought are told apart by it alone.
    """
    listed = ET.Element("View", className="corpus-conflicts")
    ET.SubElement(listed, "Markdown", value=f"${CONFLICTS}")
    asked = {"name": CONFLICTS, "toName": TEXT, "choice": "single", "required": "true"}
    box = ET.Element("Choices", asked | {"requiredMessage": f"{ALL_DECIDED}: please tick"})
    ET.SubElement(box, "Choice", value=ALL_DECIDED)
    return [listed, box]


def _question_on_document() -> ET.Element:
    box = ET.Element("View", style="max-width: 46em; margin-top: 24px")
    box.append(_box(ABOUT_DOCUMENT, "A question on the whole text, for the team", {}))
    return box


def _box(name: str, placeholder: str, shown: dict[str, str]) -> ET.Element:
    per_region = {"perRegion": "true"} if shown else {}
    common = {"name": name, "toName": TEXT, "placeholder": placeholder} | ONE_TEXT
    return ET.Element("TextArea", common | per_region | shown)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()

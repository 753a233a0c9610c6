"""Schema and guidelines -> the instruction of a project: what annotators read one click away."""

import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module

from corpus.findings import printable
from corpus.labelstudio.marked import marked
from corpus.schema import Attribute, Layer, Schema

HOW = """
<h2>How to</h2>
<ul>
<li>Press the key of a layer, then drag over the words, or double-click one word.
The new span is selected: say on the left what it is, each value has a key too.
<b>Esc</b> before the next span; the key of a layer changes a selected one.</li>
<li>Relations: select a span, press <b>Alt+R</b>, click the other span. Then give the relation its
type: panel <i>Relations</i> on the right, point at the new one, press <b>…</b>, choose one.</li>
<li><b>Backspace</b> removes the selected span, <b>Ctrl+Z</b> takes a step back. Work is kept as
you go; <b>Submit</b> (later <b>Update</b>) hands it in.</li>
<li>In doubt? Write a question into the box of the span, or into the one below the text.</li>
</ul>
"""

MARK = re.compile(r'<div class="corpus-guide corpus-[0-9a-f]+">')
"""How an instruction of ours begins."""


def instruction(
    schema: Schema, guidelines: str = "", answers: Sequence[tuple[str, str]] = ()
) -> str:
    """Return the instruction as HTML.

    Its first tag bears a digest of the whole, by which it is known again: Label Studio rewrites
    what it keeps (an image, a ruler).

    Args:
        schema: its definitions and keys are shown.
        guidelines: the text of GUIDELINES.md (CommonMark with tables; HTML in it is shown as text).
        answers: pairs of a question that was asked and the answer to it.
    """
    parts = [HOW]
    if guidelines:
        markdown = import_module("markdown_it").MarkdownIt("commonmark", {"html": False})
        parts.append(marked(markdown.enable("table").render(guidelines)))
    if answers:
        parts += ["<h2>Questions and answers</h2>\n", *_answers(answers)]
    parts += ["<h2>Definitions</h2>\n", *_layers(schema), *_relations(schema)]
    body = "".join(parts)
    mark = hashlib.sha256(body.encode()).hexdigest()[:12]
    return f'<div class="corpus-guide corpus-{mark}">{body}</div>'  # MARK finds it


def _answers(answers: Iterable[tuple[str, str]]) -> Iterator[str]:
    for question, answer in answers:
        yield f"<p><i>{_lines(question)}</i><br>{_lines(answer)}</p>\n"


def _lines(words: str) -> str:
    return "<br>".join(html.escape(printable(line)) for line in words.splitlines())


def _layers(schema: Schema) -> Iterator[str]:
    shared = {name for name in schema.shared() if len(schema.layers_with(name)) > 1}
    for layer in schema.layers.values():
        yield f"<h3>{html.escape(layer.title)} [{layer.key}]</h3>\n"
        yield f"<p>{html.escape(layer.definition)}</p>\n"
        yield from _attributes(layer, shared)
    if shared:
        yield "<h3>Of several layers</h3>\n"
        yield from (_attribute(name, schema.shared()[name]) for name in sorted(shared))


def _attributes(layer: Layer, shared: set[str]) -> Iterator[str]:
    for name, attribute in layer.attributes.items():
        if name not in shared:
            yield _attribute(name, attribute)


def _attribute(name: str, attribute: Attribute) -> str:
    must = ", required" if attribute.required else ""
    key = f" [{attribute.key}]" if attribute.key else ""
    head = f"<p><b>{html.escape(name)}</b>{key}{must}: {html.escape(attribute.definition)}</p>\n"
    lines = (
        f"<li><b>{html.escape(value)}</b>{f' [{entry.key}]' if entry.key else ''}"
        f"{' (unless you say otherwise)' if value == attribute.default else ''}: "
        f"{html.escape(entry.definition)}</li>\n"
        for value, entry in attribute.values.items()
    )
    return head + (f"<ul>\n{''.join(lines)}</ul>\n" if attribute.values else "")


def _relations(schema: Schema) -> Iterator[str]:
    if schema.relations:
        yield "<h3>Relations</h3>\n<ul>\n"
    for name, relation in schema.relations.items():
        ends = f"{' or '.join(relation.from_)} → {' or '.join(relation.to)}"
        yield f"<li><b>{html.escape(name)}</b> ({ends}): {html.escape(relation.definition)}</li>\n"
    if schema.relations:
        yield "</ul>\n"

"""The instruction of a project: how to, guidelines, answers, definitions."""

from html.parser import HTMLParser

import msgspec

from corpus.labelstudio.instruction import instruction
from corpus.schema import Schema
from tests.corpora import HEDGEROW, ROOT, TINY


class Words(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def every_definition(schema: Schema) -> list[str]:
    found = [layer.definition for layer in schema.layers.values()]
    for attribute in schema.shared().values():
        found += [attribute.definition, *(v.definition for v in attribute.values.values())]
    return found + [relation.definition for relation in schema.relations.values()]


def test_it_has_every_definition_of_the_schema_and_every_key() -> None:
    for schema in (HEDGEROW, TINY):
        shown = Words(instruction(schema)).text
        assert [d for d in every_definition(schema) if d not in shown] == []
        assert [la.key for la in schema.layers.values() if f"[{la.key}]" not in shown] == []


def test_the_guidelines_are_rendered_and_stand_before_the_definitions() -> None:
    text = (ROOT / "schemas" / "GUIDELINES.md").read_text("utf-8")
    shown = Words(instruction(HEDGEROW, text))
    assert "**" not in shown.text
    assert "Label what the text says" in shown.text
    assert shown.text.index(f"Guidelines {HEDGEROW.guidelines}") < shown.text.index("Definitions")
    assert {"h1", "ol", "strong"} <= set(shown.tags)


def test_a_table_of_the_guidelines_is_a_table() -> None:
    assert "table" in Words(instruction(TINY, "| a | b |\n|---|---|\n| 1 | 2 |\n")).tags


def test_html_in_guidelines_answers_and_definitions_is_text() -> None:
    odd = "<script>alert(1)</script> & <b>"
    layers = {
        name: msgspec.structs.replace(layer, definition=odd) for name, layer in TINY.layers.items()
    }
    schema = msgspec.structs.replace(TINY, layers=layers)
    shown = Words(instruction(schema, odd, [(odd, odd)]))
    assert "script" not in shown.tags
    assert shown.text.count(odd) == 3 + len(layers)


def test_answers_are_shown_with_their_questions() -> None:
    shown = Words(instruction(TINY, "", [("'it': who?", "Nobody.")])).text
    assert "Questions and answers" in shown
    assert shown.index("'it': who?") < shown.index("Nobody.")
    assert "Questions and answers" not in Words(instruction(TINY)).text


def test_an_example_is_shown_as_marked_words_and_nothing_else_is() -> None:
    text = (
        "- Right: `[She]{speaker#s entity=she} [<left>]{event RETREAT actor>s}.` so\n"
        "- Wrong (span-empty): `[[no]{hedge]{event}` not so\n- Some `[code]{here}`\n"
    )
    shown = instruction(HEDGEROW, text)
    assert (
        '<li class="corpus-right"><b>Right</b>: <span class="corpus-mark corpus-speaker">She'
        '<sub>speaker · she</sub></span> <span class="corpus-mark corpus-event">&lt;left&gt;'
        "<sub>event · RETREAT · actor → She</sub></span>. so"
    ) in shown
    assert "<code>[[no]{hedge]{event}</code>" in shown
    assert "<code>[code]{here}</code>" in shown


def test_of_two_marks_one_lies_in_the_other() -> None:
    shown = instruction(HEDGEROW, "- Right: `[[hinted]{hedge epistemic}]{event STATEMENT}` so\n")
    assert (
        '<span class="corpus-mark corpus-event"><span class="corpus-mark corpus-hedge">hinted'
        "<sub>hedge · epistemic</sub></span><sub>event · STATEMENT</sub></span>"
    ) in shown

"""The guidelines' examples: how they are read, and that those of Hedgerow hold."""

from collections import Counter

import pytest

from corpus.errors import CorpusError
from corpus.examples import Example, broken, examples
from tests.corpora import HEDGEROW, ROOT, TINY

pytestmark = pytest.mark.once

GUIDE = ROOT / "schemas" / "GUIDELINES.md"
FOUND = examples(GUIDE.read_text(encoding="utf-8"), "GUIDELINES.md")
PAGES = [p.guideline for p in (*HEDGEROW.layers.values(), *HEDGEROW.relations.values())]


def problems(line: str) -> list[str]:
    return [*broken(examples(line, "g.md"), TINY)]


def test_the_examples_of_hedgerow_are_what_they_say() -> None:
    assert [*broken(FOUND, HEDGEROW)] == []


def test_every_page_has_six_examples_of_both_kinds_or_more() -> None:
    for page in PAGES:
        kinds = Counter(example.rule is None for example in FOUND if example.section == page)
        assert kinds.total() >= 6, page
        assert min(kinds[True], kinds[False]) >= 2, page


def test_no_example_comes_from_a_text_of_the_corpus() -> None:
    text = next((ROOT / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    names = {"Trump", "Xi", "Bessent", "Lutnick", "Greer", "China", "Chinese", "London", "rare"}
    assert names <= {*text.replace(",", " ").split()}
    assert [e.shorthand for e in FOUND if names & {*e.shorthand.split()}] == []


def test_an_example_has_its_line_its_section_and_the_rule_that_it_breaks() -> None:
    text = "# One\n\n- Right: `It rained.` so\n## Two\n- Wrong (span-empty): `[]{claim}`\n"
    assert examples(text, "g.md") == [
        Example(3, "One", None, "It rained."),
        Example(5, "Two", "span-empty", "[]{claim}"),
    ]


def test_a_right_example_that_breaks_a_rule_is_told_with_its_line() -> None:
    [told] = problems("- Right: `[It rained ]{claim}.` why")
    assert told.startswith("1: breaks span-edge-whitespace (claim 'It rained '")


def test_a_wrong_example_that_breaks_another_rule_or_none_is_told() -> None:
    assert problems("- Wrong (span-empty): `[It]{claim}` why") == [
        "1: does not break span-empty: [It]{claim}"
    ]
    [told] = problems("- Wrong (S103): `[It ]{claim#a supports>a}` why")
    assert told.startswith("1: breaks relation-self too")


def test_what_is_a_matter_of_judgement_breaks_no_rule() -> None:
    assert problems("- Wrong (judgement): `[It]{claim}` why") == []
    assert len(problems("- Wrong (judgement): `[It ]{claim}` why")) == 1


def test_shorthand_that_cannot_be_read_and_a_rule_that_there_is_none_of_are_told() -> None:
    [told] = problems("- Right: `[It` why")
    assert told == "1: shorthand: a bracket is left open in '[It'"
    [told] = problems("- Wrong (span-emty): `It` why")
    assert told.startswith("1: no rule 'span-emty'; did you mean 'span-empty'?")


@pytest.mark.parametrize(
    "line",
    ["- Right: It rained.", "  - Right: `It rained.`", "- **Right**: `It`", "1. wrong: `It`"],
)
def test_an_example_of_another_form_is_refused_with_its_place(line: str) -> None:
    with pytest.raises(CorpusError, match=r"^g\.md:2: an example is of the form"):
        examples(f"\n{line}", "g.md")

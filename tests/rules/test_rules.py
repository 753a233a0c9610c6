"""Every rule is held to its own docstring, and to the form of a rule."""

import re

import pytest

from corpus.errors import CorpusError
from corpus.rules import RULES, by_name, find_rule
from corpus.rules.rule import SECTIONS
from tests.corpora import SCHEMAS, codes
from tests.rules.examples import FAMILY, family_of, findings_in, rules_in

each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))


@each_rule
def test_bad_example_breaks_this_rule(rule):
    assert rule.code in codes(findings_in(rule, "Bad"))


@each_rule
def test_good_example_does_not(rule):
    assert rule.code not in codes(findings_in(rule, "Good"))


@each_rule
def test_good_example_breaks_no_rule_of_an_earlier_family(rule):
    earlier = {c for c in codes(findings_in(rule, "Good")) if family_of(c) < family_of(rule.code)}
    assert earlier == set()


@each_rule
def test_bad_example_breaks_nothing_else_of_its_own_or_an_earlier_family(rule):
    found = codes(findings_in(rule, "Bad"))
    assert {c for c in found if family_of(c) <= family_of(rule.code)} == {rule.code}


def test_two_labels_on_a_region_are_one_fault_though_each_has_defaults_of_its_own():
    assert codes(findings_in(RULES["S106"], "Bad")) == ["S106"]


@each_rule
def test_finding_bears_code_name_and_severity_of_its_rule_and_a_place(rule):
    for finding in findings_in(rule, "Bad"):
        owner = RULES[finding.code]
        assert (finding.name, finding.severity) == (owner.name, owner.severity)
        assert finding.file
        assert finding.line >= 1
        assert finding.message


@each_rule
def test_page_has_a_summary_why_bad_good_and_fix_in_this_order(rule):
    assert re.fullmatch(r"\S.{5,98}\.", rule.summary)
    assert all(rule.section(name) for name in SECTIONS)
    headings = re.findall(r"^(\w+):$", rule.page, re.MULTILINE)
    assert headings == list(SECTIONS)


@each_rule
def test_code_is_a_letter_and_three_digits_and_name_is_plain(rule):
    assert re.fullmatch(r"[A-Z]\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.name)
    assert rule.severity in ("error", "warning")
    assert rule.schema in SCHEMAS


@pytest.mark.parametrize("family", FAMILY)
def test_code_begins_with_the_letter_of_its_family_and_codes_rise(family):
    found = [rule.code for rule in rules_in(family)]
    assert {code[0] for code in found} == {family[0].upper()}
    assert found == sorted(found)


def test_no_code_or_name_is_given_twice():
    written = [rule.code for family in FAMILY for rule in rules_in(family)]
    assert written == list(RULES)
    assert list(by_name(RULES).values()) == list(RULES.values())
    assert not by_name(RULES).keys() & RULES.keys()


def test_families_run_from_files_to_the_corpus_in_the_order_of_the_notes():
    letters = [*dict.fromkeys(family[0].upper() for family in FAMILY)]
    assert letters == [letter for letter in "FTSARGPCV" if letter in letters]
    assert len(letters) >= 6
    assert [family_of(code) for code in RULES] == sorted(family_of(code) for code in RULES)


def test_rule_is_found_by_code_and_by_name():
    assert find_rule("S103") is find_rule("span-edge-whitespace")


def test_misspelt_rule_is_refused_with_the_nearest():
    with pytest.raises(CorpusError, match=r"no rule 'span-emty'; did you mean 'span-empty'\?"):
        find_rule("span-emty")


def test_rule_like_no_other_is_refused_without_a_guess():
    with pytest.raises(CorpusError, match=r"^no rule 'zzzzzz' \(`corpus rule` lists them\)$"):
        find_rule("zzzzzz")

"""A corpus brings rules of its own in schemas/rules.py."""

import re

import pytest

from corpus.errors import CorpusError, SchemaError
from corpus.reading import read_corpus
from corpus.rules import find_rule, rules_of
from corpus.validation import chosen, examine, validate
from tests.corpora import (
    ANN,
    ROOT,
    TINY_FILE,
    annotation,
    canonical,
    codes,
    findings_of,
    folder,
    span,
)

PAGE = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
OWN = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
"""The rule that the page shows."""
TEXT = "SHE said it rained."


def corpus(root, own=OWN, **files):
    ann = annotation(TEXT, spans=[span(0, 3, "speaker", TEXT, id="s")])
    made = {ANN: canonical(ann), "schemas/rules.py": own}
    return folder(root, made | files, {"example": TEXT})


def test_own_rule_is_asked_and_found_by_code_and_name(tmp_path):
    [finding] = findings_of(corpus(tmp_path))
    assert (finding.code, finding.name, finding.severity) == (
        "X101",
        "speaker-in-capitals",
        "warning",
    )
    assert (finding.item, finding.message) == ("s", "'SHE' shouts")
    rules = rules_of(read_corpus(tmp_path)[1])
    assert find_rule("x101", rules) is find_rule("speaker-in-capitals", rules)
    assert [*rules][-1] == "X101"


def test_rules_that_are_imported_are_not_ones_own(tmp_path):
    imported = "from corpus.rules.text import span_empty\n" + OWN
    assert codes(findings_of(corpus(tmp_path, imported))) == ["X101"]


def test_what_an_own_rule_prints_is_no_result(tmp_path, capsys):
    noisy = "print('hello')\n" + OWN.replace("    text =", "    print('again')\n    text =")
    assert codes(findings_of(corpus(tmp_path, noisy))) == ["X101"]
    shown = capsys.readouterr()
    assert (shown.out, shown.err.split()) == ("", ["hello", "again"])


def test_own_rules_that_are_no_file_are_refused(tmp_path):
    root = corpus(tmp_path)
    (root / "schemas" / "rules.py").unlink()
    (root / "schemas" / "rules.py").symlink_to("nowhere")
    with pytest.raises(SchemaError, match=r"rules\.py: cannot be read: expected a file"):
        findings_of(root)


def test_own_rule_can_be_selected_ignored_and_waived(tmp_path):
    waivers = '[[waivers]]\nrule = "X101"\nitem = "s"\nreason = "a name"\n'
    tables, schema = read_corpus(corpus(tmp_path))
    assert codes(examine(tables, schema, chosen(schema, ["X"])).findings) == ["X101"]
    assert examine(tables, schema, chosen(schema, [], ["speaker-in-capitals"])).findings == []
    (tmp_path / "annotations" / "waivers.toml").write_text(waivers)
    assert findings_of(tmp_path) == []


def test_severity_of_any_rule_is_the_corpus_s_to_set(tmp_path):
    root = corpus(tmp_path)
    path = root / "schemas" / TINY_FILE.name
    tiny = path.read_text()
    for said in ("error", "off"):
        line = f'validate = {{ speaker-in-capitals = "{said}" }}\n'
        path.write_text(tiny.replace("[passages]", f"{line}[passages]", 1))
        assert [f.severity for f in findings_of(root)] == ([said] if said == "error" else [])


def test_corpus_without_rules_of_its_own_has_none(tmp_path):
    assert "X101" not in rules_of(read_corpus(folder(tmp_path))[1])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("X101", "S900", r"rules\.py: speaker-in-capitals: code 'S900': expected X"),
        ("speaker_in_capitals", "span_empty", r"rules\.py: there is a rule 'span-empty' already"),
        (
            "import polars",
            "import polar",
            r"rules\.py:1: cannot be run: ModuleNotFoundError",
        ),
        ("def speaker", "def (speaker", r"rules\.py:7: cannot be run: SyntaxError: "),
        (OWN, OWN * 2, None),
        (OWN, "import sys\nsys.exit(0)\n", r"rules\.py:2: cannot be run: SystemExit: 0"),
        (
            '"warning"',
            '"fatal"',
            r"rules\.py: speaker-in-capitals: severity 'fatal': error",
        ),
        ('"X101"', "101", r"rules\.py: speaker-in-capitals: code 101: expected X"),
        ('"X101"', '"X000"', r"rules\.py: speaker-in-capitals: code 'X000': expected X"),
        ("import polars", "from corpus.rules.span import span_empty\nimport polars", "ImportError"),
        ("def", "again = rule('X101')(lambda t, s: t.spans)\n\n\ndef", r"rules\.py:"),
    ],
)
def test_file_that_cannot_be_used_is_refused_with_its_place(tmp_path, old, new, words):
    root = corpus(tmp_path, OWN.replace(old, new, 1))
    if words is None:
        assert codes(findings_of(root)) == ["X101"]
        return
    with pytest.raises(SchemaError, match=words):
        findings_of(root)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"layer"', '"lair"', r"cannot be asked: ColumnNotFoundError: "),
        (
            "    text =",
            "    1 / 0\n    text =",
            r"cannot be asked: ZeroDivisionError: division",
        ),
        ("message=", "words=", r"returns .*words: expected 'message', and 'annotation' or 'file'"),
        ("return found", "return 7; found", r"cannot be asked: AttributeError: "),
        ("    text =", "    raise SystemExit(0)\n    text =", r"cannot be asked: SystemExit: 0"),
        ('worded("{} shouts", quoted("text"))', "pl.lit(None)", r"returns a row with no message"),
        (
            "*SPAN_PLACE",
            "pl.lit(99).alias('annotation')",
            r"returns a row with annotation 99",
        ),
        (
            "*SPAN_PLACE",
            "*SPAN_PLACE, severity=pl.lit('fatal')",
            r"returns a row with severity",
        ),
        ("*SPAN_PLACE", "'annotation', line=pl.lit(-5)", r"returns a row with a line below 1"),
        (
            "*SPAN_PLACE",
            "'annotation', start=pl.lit('x')",
            r"cannot be asked: Invalid",
        ),
    ],
)
def test_rule_that_cannot_be_asked_is_one_line(tmp_path, old, new, words):
    root = corpus(tmp_path, OWN.replace(old, new))
    with pytest.raises(CorpusError, match=rf"^rule X101 of schemas/rules\.py:? {words}"):
        validate(*read_corpus(root))

"""What people let stand is no finding; a waiver that fits nothing is one."""

import pytest

from corpus.errors import CorpusError
from corpus.load import read_corpus
from corpus.validation import examine, validate
from tests.corpora import ANN, BO, annotation, canonical, codes, findings_of, folder, span

FILE = "annotations/waivers.toml"
WAIVER = """[[waivers]]
rule = "span-edge-whitespace"
document = "example"
item = "a"
reason = "the blank belongs to the name"
"""


def corpus(root, waivers):
    """Make a folder in which two people took a blank along, one of them twice."""
    ann = [span(3, 8, "event", id="a"), span(8, 18, id="b")]
    files = {
        ANN: canonical(annotation(spans=ann)),
        BO: canonical(annotation(annotator="bo", spans=[span(4, 9, "event", id="a")])),
        FILE: waivers,
    }
    return folder(root, files)


def test_breach_that_is_waived_is_no_finding_but_is_told_apart(tmp_path):
    root = corpus(tmp_path, WAIVER.replace('item = "a"', 'annotator = "ann"\nitem = "a"'))
    outcome = examine(*read_corpus(root))
    assert [(f.code, f.annotator, f.item) for f in outcome.findings] == [
        ("S103", "ann", "b"),
        ("S103", "bo", "a"),
    ]
    [(finding, reason)] = outcome.waived
    assert (finding.code, finding.annotator, finding.item) == ("S103", "ann", "a")
    assert reason == "the blank belongs to the name"


def test_what_a_waiver_does_not_name_it_lets_stand_everywhere(tmp_path):
    root = corpus(tmp_path, WAIVER.replace('item = "a"\n', ""))
    assert findings_of(root) == []


def test_rule_may_be_named_by_its_code(tmp_path):
    root = corpus(tmp_path, WAIVER.replace("span-edge-whitespace", "s103"))
    assert [f.item for f in findings_of(root)] == ["b"]


def test_waiver_that_fits_nothing_is_a_finding_where_all_is_asked(tmp_path):
    root = corpus(tmp_path, WAIVER + WAIVER.replace('"a"', '"z"'))
    [*_, unused] = findings_of(root)
    assert (unused.code, unused.file.endswith(FILE), unused.item) == ("V101", True, "waivers[2]")
    assert (
        unused.message
        == "waivers[2] lets nothing stand: no finding of span-edge-whitespace fits it"
    )
    assert "V101" not in codes(examine(*read_corpus(root), {"S103", "V101"}).findings)


def test_waiver_holds_where_one_file_is_looked_at_too(tmp_path):
    root = corpus(tmp_path, WAIVER)
    assert [f.item for f in findings_of(root, root / ANN)] == ["b"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('reason = "the blank belongs to the name"\n', "", r"waivers\[1\]: has no 'reason'"),
        ('"the blank belongs to the name"', '" "', r"waivers\[1\]: reason is blank: say why"),
        (
            "[[waivers]]",
            "[[waiver]]",
            r"expected \[\[waivers\]\] only, found 'waiver'",
        ),
        ("item =", "span =", r"waivers\[1\]: has an unknown key 'span'"),
        ("edge", "egde", r"waivers\[1\]: no rule 'span-egde-whitespace'; did you mean 'span-edge"),
        ("span-edge-whitespace", "span-empty", r"waivers\[1\]: span-empty cannot be waived: what"),
        (
            'document = "example"\nitem = "a"\n',
            "",
            r"waivers\[1\]: names no document, annot",
        ),
    ],
)
def test_waiver_that_cannot_be_meant_is_refused(tmp_path, old, new, words):
    root = corpus(tmp_path, WAIVER.replace(old, new, 1))
    with pytest.raises(CorpusError, match=rf"annotations/waivers\.toml: {words}"):
        validate(*read_corpus(root))

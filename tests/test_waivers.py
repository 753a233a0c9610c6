"""What people let stand is no finding; a waiver that fits nothing is one."""

from dataclasses import replace

import pytest

from corpus.errors import CorpusError
from corpus.findings import Finding
from corpus.reading import read_corpus
from corpus.validation import examine, validate
from corpus.waivers import Waivers
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
    for asked, told in ({"S103"}, False), ({"V101"}, True), ({"S103", "V101"}, True):
        found = codes(examine(*read_corpus(root), asked).findings)
        assert (("V101" in found), {*found} <= asked) == (told, True)


def test_waiver_is_not_called_unused_where_not_all_could_be_asked(tmp_path):
    root = corpus(tmp_path, WAIVER.replace('"a"', '"z"'))
    assert "V101" not in codes(findings_of(root, root / ANN))
    (root / BO).write_text("{")
    assert "V101" not in codes(findings_of(root))


def test_waiver_that_is_there_twice_is_unused_once(tmp_path):
    [*_, unused] = findings_of(corpus(tmp_path, WAIVER + WAIVER))
    assert (unused.code, unused.item) == ("V101", "waivers[2]")


def test_second_pass_is_another_annotation(tmp_path):
    root = corpus(tmp_path, WAIVER.replace('item = "a"', 'annotator = "ann"\nitem = "a"'))
    again = annotation(spans=[span(4, 9, "event", id="a")], **{"pass": 2})
    (root / "annotations/example/ann.2.json").write_text(canonical(again))
    assert [(f.file[-10:], f.item) for f in findings_of(root) if f.annotator == "ann"] == [
        ("ann.2.json", "a"),
        ("e/ann.json", "b"),
    ]
    (root / FILE).write_text((root / FILE).read_text().replace('"ann"', '"ann.2"'))
    assert [f.item for f in findings_of(root) if f.annotator == "ann"] == ["a", "b"]


def test_relation_is_named_with_its_type(tmp_path):
    links = [{"type": kind, "from": "b", "to": "a"} for kind in ("cue", "coref")]
    ann = annotation(spans=[span(4, 8, "event", id="a"), span(9, 18, id="b")], relations=links)
    waiver = WAIVER.replace("span-edge-whitespace", "R104")
    for item, left in (("b>a", ["coref b>a", "cue b>a"]), ("cue b>a", ["coref b>a"])):
        root = folder(tmp_path, {ANN: canonical(ann), FILE: waiver.replace('"a"', f'"{item}"')})
        assert sorted(f.item for f in findings_of(root) if f.code == "R104") == left


def test_thousands_of_waivers_are_looked_up_not_through():
    rows = [
        {"code": "S103", "document": "d", "annotator": None, "item": f"s{n}", "number": n}
        | {"rule": "S103", "reason": "x", "file": "w"}
        for n in range(20_000)
    ]
    waivers = Waivers(rows)
    one = Finding("S103", "n", "error", "d/a.json", 1, "d", "a", "s19999", 0, 1, "m")
    assert all(waivers.reason(replace(one, item=f"s{n}")) == "x" for n in range(20_000))
    assert waivers.reason(replace(one, item="t")) is None


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

"""What takes nobody's judgement is mended, and nothing else."""

import json
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.fixes import FIXES, fixed, write_fixed
from corpus.reading import read_corpus
from corpus.rounds import freeze
from corpus.rules import RULES
from corpus.tables import file_name
from corpus.validation import validate
from tests.corpora import (
    ANN,
    TEXT,
    annotation,
    canonical,
    codes,
    findings_of,
    folder,
    sha256,
    span,
)


def mended(root, *paths):
    """Mend a folder, and return what is left and why."""
    tables, schema = read_corpus(root, paths)
    files, left = fixed(root, tables, schema, validate(tables, schema))
    write_fixed(files)
    return left


def test_every_fix_is_of_a_rule():
    assert FIXES.keys() <= RULES.keys()


def test_blanks_at_the_edges_are_cut_off_and_everything_else_stays(tmp_path):
    spans = [span(3, 9, "event", id="a"), span(9, 18, id="b")]
    link = {"type": "cue", "from": "b", "to": "a"}
    root = folder(tmp_path, {ANN: canonical(annotation(spans=spans, relations=[link]))})
    assert codes(findings_of(root)) == ["S103", "R104"]
    assert mended(root) == {}
    sound = annotation(spans=[span(4, 8, "event", id="a"), spans[1]], relations=[link])
    assert (root / ANN).read_text() == canonical(sound)
    assert mended(root) == {}


def test_span_of_nothing_but_blanks_is_for_people(tmp_path):
    content = canonical(annotation(spans=[span(3, 4)]))
    root = folder(tmp_path, {ANN: content})
    assert mended(root) == {}
    assert (root / ANN).read_text() == content


def test_link_still_leads_to_the_file_and_its_mode_stays(tmp_path):
    root = folder(tmp_path, {ANN: canonical(annotation(spans=[span(4, 9, "event")]))})
    (root / ANN).rename(tmp_path / "real.json")
    (tmp_path / "real.json").chmod(0o660)
    (root / ANN).symlink_to(tmp_path / "real.json")
    assert mended(root) == {}
    assert (root / ANN).is_symlink()
    assert (tmp_path / "real.json").stat().st_mode & 0o777 == 0o660
    assert '"end": 8' in (tmp_path / "real.json").read_text()


def test_read_only_file_is_left(tmp_path):
    root = folder(tmp_path, {ANN: canonical(annotation(spans=[span(4, 9, "event")]))})
    (root / ANN).chmod(0o444)
    assert [*mended(root).values()] == ["it is read-only"]


@pytest.mark.parametrize("said", [{"remark": "look again"}, {"difficult": False}])
def test_file_that_says_what_would_be_lost_is_left(tmp_path, said):
    spans = [span(4, 9, "event", id="a"), span(9, 18, id="b", attributes=said)]
    content = canonical(annotation(spans=spans))
    root = folder(tmp_path, {ANN: content})
    assert [*mended(root).values()] == ["written anew it would not say the same of b"]
    assert (root / ANN).read_text() == content


def test_carriage_returns_are_seen_in_the_difference(tmp_path):
    content = canonical(annotation(spans=[span(0, 3, "event")])).replace("\n", "\r\n")
    root = folder(tmp_path, {ANN: content})
    tables, schema = read_corpus(root)
    [file], _ = fixed(root, tables, schema, validate(tables, schema))
    assert "-{\r" in file.diff()


def test_escapes_that_label_studio_makes_of_line_breaks_are_undone(tmp_path):
    text = "She said\nit rained."
    one = span(0, 11, text=text) | {"text": "She said\\nit"}
    root = folder(tmp_path, {ANN: canonical(annotation(text, spans=[one]))}, {"example": text})
    assert codes(findings_of(root))[0] == "T108"
    mended(root)
    assert "T108" not in codes(findings_of(root))


def test_file_whose_words_are_others_is_left(tmp_path):
    one = span(4, 8, "event") | {"text": "rain"}
    content = canonical(annotation(spans=[span(0, 4, "speaker"), one]))
    root = folder(tmp_path, {ANN: content})
    [why] = mended(root).values() or [""]
    assert why.startswith("T108 has to be mended by hand first: event says 'rain', but 4..8 is 's")
    assert (root / ANN).read_text() == content


def test_fix_that_would_lead_to_another_error_is_not_made(tmp_path):
    content = canonical(annotation(spans=[span(4, 9, id="a"), span(4, 8, id="b")]))
    root = folder(tmp_path, {ANN: content})
    assert codes(findings_of(root)) == ["S103"]
    assert [*mended(root).values()] == ["mending it would lead to another error"]
    assert (root / ANN).read_text() == content


def test_export_is_left(tmp_path):
    result = {"id": "r1", "type": "labels", "from_name": "span", "to_name": "text"}
    result["value"] = {"start": 4, "end": 9, "text": "said ", "labels": ["Event"]}
    head = {"id": 92, "completed_by": "ann", "result": [result]}
    task = {"id": 177, "data": {"doc_id": "example", "text": TEXT}, "annotations": [head]}
    root = folder(tmp_path, {"export.json": json.dumps([task])})
    assert [*mended(root, root / "export.json").values()] == ["an export is mended in Label Studio"]
    assert not (root / "annotations").exists()


def test_file_of_a_frozen_round_is_left(tmp_path):
    content = canonical(annotation(spans=[span(4, 9, "event")]))
    rounds = '[rounds.pilot]\nkind = "pilot"\npeople = ["ann"]\n'
    root = folder(tmp_path, {ANN: content, "annotations/rounds.toml": rounds})
    freeze(root, "pilot", "2026-01-31", {ANN: sha256(content)})
    assert [*mended(root).values()] == ["its round is frozen"]
    assert (root / ANN).read_text() == content


def test_file_of_a_frozen_round_is_left_by_whatever_path_it_is_read(tmp_path, monkeypatch):
    content = canonical(annotation(spans=[span(4, 9, "event")]))
    rounds = '[rounds.pilot]\nkind = "pilot"\npeople = ["ann"]\n'
    root = folder(tmp_path, {ANN: content, "annotations/rounds.toml": rounds})
    freeze(root, "pilot", "2026-01-31", {ANN: sha256(content)})
    monkeypatch.chdir(root / "annotations" / "example")
    for path in (Path("ann.json"), root / ANN, Path("../example/ann.json")):
        tables, schema = read_corpus(Path("../.."), (path,))
        assert fixed(Path("../.."), tables, schema, validate(tables, schema))[0] == []


def test_file_that_changed_in_the_meantime_is_not_overwritten(tmp_path):
    root = folder(tmp_path, {ANN: canonical(annotation(spans=[span(4, 9, "event")]))})
    tables, schema = read_corpus(root)
    files, _ = fixed(root, tables, schema, validate(tables, schema))
    (root / ANN).write_text("other")
    with pytest.raises(CorpusError, match=r"ann\.json: changed in the meantime: run this again"):
        write_fixed(files)
    assert (root / ANN).read_text() == "other"


def test_only_what_is_among_the_findings_is_mended(tmp_path):
    content = canonical(annotation(spans=[span(4, 9, "event", id="a"), span(9, 19, id="b")]))
    text = "She said it rained ."
    content = canonical(
        annotation(text, spans=[span(4, 9, "event", text, id="a"), span(9, 19, text=text, id="b")])
    )
    root = folder(tmp_path, {ANN: content}, {"example": text})
    tables, schema = read_corpus(root)
    chosen = [f for f in validate(tables, schema) if f.item == "a"]
    [file], _ = fixed(root, tables, schema, chosen)
    assert '"id": "a", "layer": "event", "start": 4, "end": 8' in file.after.decode()
    assert '"id": "b", "layer": "claim", "start": 9, "end": 19' in file.after.decode()
    assert "-{" in file.diff()
    assert file.diff().startswith(f"--- {file_name(file.path)}")

"""Which annotations are compared: frozen passes as they were, or the files that are named."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from corpus.agreement.passes import all_frozen, frozen_passes, given_passes, passes
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from tests.corpora import ROOT, annotation, canonical, folder, sound_export, span

CLAIM = [span(9, 18)]


def frozen(root: Path, rounds, *, kind="pilot", people=("ann", "bo")) -> Path:
    """Declare rounds of these files (document/name), closed as they are now."""
    said = ""
    for name, files in rounds.items():
        said += f"[rounds.{name}]\nkind = {json.dumps(kind)}\npeople = {json.dumps([*people])}\n"
        if files is not None:
            said += f'[rounds.{name}.frozen]\ndate = "2025-01-01"\n[rounds.{name}.frozen.files]\n'
            for file in files:
                path = f"annotations/{file}.json"
                digest = hashlib.sha256((root / path).read_bytes()).hexdigest()
                said += f'"{path}" = "{digest}"\n'
    (root / "annotations" / "rounds.toml").write_text(said)
    return root


def made(root: Path, *files: str) -> Path:
    """Make a corpus of these annotations (document/name)."""
    texts, content = {}, {}
    for file in files:
        doc_id, name = file.split("/")
        person, _, number = name.partition(".")
        texts[doc_id] = "She said it rained."
        head = {"document": doc_id, "annotator": person, "pass": int(number or 1)}
        said = annotation(**head, spans=CLAIM)
        content[f"annotations/{file}.json"] = canonical(said)
    return folder(root, content, texts)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two closed rounds, and one that is open."""
    files = ("a/ann", "a/bo", "a/ann.2", "b/ann", "b/bo", "c/ann", "c/bo", "a/gold", "b/gold")
    rounds = {"one": ("a/ann", "a/bo", "a/ann.2"), "two": ("b/ann", "b/bo"), "open": None}
    return frozen(made(tmp_path, *files), rounds)


def said(root: Path, *paths: str, **options):
    """Return what is compared: title -> (document, name) of each annotation."""
    tables, _ = read_corpus(root, tuple(root / path for path in paths))
    doc_id = dict(tables.annotations.select("row", "doc_id").collect().iter_rows())
    found = passes(root, tables, given=bool(paths), **options)
    return {
        title: sorted(f"{doc_id[row]}/{name}" for row, name in names.items())
        for title, names in found.items()
    }


ONE, TWO = ["a/ann", "a/ann.2", "a/bo"], ["b/ann", "b/bo"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"round one, round two": [*ONE, *TWO]}),
        ({"rounds": ("two",)}, {"round two": TWO}),
        ({"rounds": ("two", "one")}, {"round one, round two": [*ONE, *TWO]}),
        ({"by": "round"}, {"round one": ONE, "round two": TWO}),
        ({"by": "round", "rounds": ("one",)}, {"round one": ONE}),
        (
            {"rounds": ("one",), "against": "gold"},
            {"round one, against gold": [*ONE, "a/gold", "b/gold"]},
        ),
        (
            {"rounds": ("two",), "against": "ann"},
            {"round two, against ann": ["a/ann", *TWO, "c/ann"]},
        ),
    ],
)
def test_frozen_passes_are_compared_as_it_is_asked(corpus, options, expected):
    found = said(corpus, **options)
    assert found == {title: sorted(names) for title, names in expected.items()}


def test_all_frozen_passes_have_their_names(corpus):
    tables, _ = read_corpus(corpus)
    assert sorted(all_frozen(tables).values()) == ["ann", "ann", "ann.2", "bo", "bo"]


def test_without_frozen_rounds_there_is_nothing_to_compare(tmp_path):
    root = frozen(made(tmp_path, "a/ann", "a/bo"), {"open": None})
    assert all_frozen(read_corpus(root)[0]) == {}
    with pytest.raises(CorpusError) as caught:
        said(root)
    assert str(caught.value) == (
        "annotations/rounds.toml: no round is frozen (there are none): agreement reads frozen"
        " passes only (`corpus freeze ROUND`), or files that are named"
    )


@pytest.mark.parametrize("name", ["open", "three"])
def test_a_round_that_is_not_closed_is_refused_by_name(corpus, name):
    with pytest.raises(CorpusError, match=rf"no round '{name}' is frozen \(there are one, two\)"):
        said(corpus, rounds=("one", name))


def test_a_recheck_is_no_independent_judgement(tmp_path):
    root = frozen(made(tmp_path, "a/ann", "a/bo"), {"again": ("a/ann", "a/bo")}, kind="recheck")
    with pytest.raises(CorpusError, match="no round is frozen"):
        said(root)


@pytest.mark.parametrize(("change", "state"), [("x", "was changed"), (None, "is gone")])
def test_a_frozen_file_that_is_not_what_it_was_is_refused(corpus, change, state):
    file = corpus / "annotations" / "a" / "bo.json"
    file.unlink() if change is None else file.write_text(file.read_text() + "\n")
    with pytest.raises(CorpusError) as caught:
        said(corpus)
    assert str(caught.value).endswith(
        f"annotations/a/bo.json: {state} since round 'one' was frozen: put it back (an edit is a"
        " new pass)"
    )
    assert said(corpus, rounds=("two",)) == {"round two": TWO}


def test_a_frozen_file_that_cannot_be_read_is_refused(tmp_path):
    root = made(tmp_path, "a/ann", "a/bo")
    (root / "annotations" / "a" / "bo.json").write_text("{")
    frozen(root, {"one": ("a/ann", "a/bo")})
    with pytest.raises(CorpusError, match=r"a/bo\.json: cannot be read: `corpus validate` says"):
        said(root)


def test_files_that_are_named_are_read_as_they_are_without_the_gold(corpus):
    title = "the files named, frozen or not"
    assert said(corpus, "annotations/c") == {title: ["c/ann", "c/bo"]}
    assert said(corpus, "annotations/a") == {title: ONE}
    with_gold = said(corpus, "annotations/a", against="gold")
    assert with_gold == {f"{title}, against gold": [*ONE, "a/gold"]}


def test_somebody_who_is_not_there_is_no_one_to_compare_with(corpus):
    with pytest.raises(CorpusError) as caught:
        said(corpus, against="cy")
    assert str(caught.value) == (
        "--against cy: no annotation of that name; there are ann, ann.2, bo, gold"
    )


def test_what_was_assisted_is_compared_apart(corpus):
    (corpus / "annotations" / "assignments.toml").write_text(
        "assignments = [\n"
        ' { round = "one", document = "a", annotator = "ann", assisted = true },\n'
        ' { round = "one", document = "a", annotator = "ann", pass = 2 },\n'
        ' { round = "one", document = "a", annotator = "bo", assisted = true },\n'
        ' { round = "two", document = "b", annotator = "bo", assisted = true },\n'
        "]\n"
    )
    assert said(corpus, by="assisted") == {
        "round one, round two, assisted": ["a/ann", "a/bo", "b/bo"],
        "round one, round two, unassisted": ["a/ann.2", "b/ann"],
    }
    assert said(corpus, by="assisted", rounds=("two",)) == {
        "round two, assisted": ["b/bo"],
        "round two, unassisted": ["b/ann"],
    }


def test_an_export_is_read_as_it_is(tmp_path):
    root = folder(tmp_path, schema=Path("schemas/hedgerow.toml").absolute())
    (root / "export.json").write_text(sound_export("m2", "m3"))
    [names] = said(root, "export.json").values()
    assert [name.split("/")[1] for name in names] == ["m2", "m3"]


def test_two_annotations_of_one_person_and_text_are_refused(tmp_path):
    root = folder(tmp_path, schema=Path("schemas/hedgerow.toml").absolute())
    (root / "export.json").write_text(sound_export("m2", "m3").replace('"m3"', '"m2"'))
    with pytest.raises(CorpusError, match=r"export\.json: .* has two annotations by 'm2'"):
        said(root, "export.json")


def test_what_is_no_submitted_annotation_is_not_compared(tmp_path):
    root = folder(tmp_path, schema=Path("schemas/hedgerow.toml").absolute())
    export = json.loads(sound_export("m2", "m3", "m4"))
    export[0]["annotations"][1]["was_cancelled"] = True
    (root / "export.json").write_text(json.dumps(export))
    [names] = said(root, "export.json").values()
    assert [name.split("/")[1] for name in names] == ["m2", "m4"]
    tables, _ = read_corpus(root, (root / "export.json",))
    assert sorted(given_passes(tables).values()) == ["m2", "m4"]


def test_a_file_in_two_rounds_counts_once(tmp_path):
    root = made(tmp_path, "a/ann", "a/bo")
    frozen(root, {"one": ("a/ann", "a/bo"), "two": ("a/ann", "a/bo")})
    assert said(root) == {"round one, round two": ["a/ann", "a/bo"]}
    tables, _ = read_corpus(root)
    assert [*frozen_passes(tables, ("two", "two"))] == ["two"]


def test_an_export_has_no_frozen_passes(tmp_path):
    for name in ("schemas", "seeds", "annotations"):
        shutil.copytree(ROOT / name, tmp_path / name)
    export = tmp_path / "export.json"
    export.write_text("[]", encoding="utf-8")
    assert all_frozen(read_corpus(tmp_path, (export,))[0]) == {}
    assert sorted(all_frozen(read_corpus(tmp_path)[0]).values()) == ["m2", "m3", "m4"]

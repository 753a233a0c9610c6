"""`from corpus import load`: the same rows from a corpus folder, a dataset folder and the Hub."""

import shutil
import subprocess
import sys

import pandas as pd
import pytest

import corpus
from corpus import load
from corpus.dataset.build import build
from corpus.errors import CorpusError
from corpus.reading import read_corpus
from corpus.schema import CONFIGS
from tests.corpora import ANN, BO, ROOT, annotation, canonical, folder, span

DOC = "000_c51f7e79a197f6f3"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """The repository's dataset, built."""
    out = tmp_path_factory.mktemp("built") / "dataset"
    build(*read_corpus(ROOT), out)
    return out


@pytest.fixture(scope="module")
def own():
    """The repository's corpus, loaded."""
    return load(ROOT)


def same(one, other):
    assert [*one.frames] == [*other.frames]
    for name in one.frames:
        pd.testing.assert_frame_equal(one.frames[name], other.frames[name])
    assert repr(one.documents[0].spans) == repr(other.documents[0].spans)
    assert [s.attributes for s in one.documents[0].spans] == [
        s.attributes for s in other.documents[0].spans
    ]


@pytest.mark.parametrize("annotator", [None, "m2"])
def test_a_corpus_folder_and_its_dataset_load_alike(dataset, annotator):
    same(load(ROOT, annotator), load(dataset, annotator))


def test_the_package_has_no_more_than_researchers_import():
    assert corpus.__all__ == ["Corpus", "load"]
    assert {"Corpus", "load"} <= {*dir(corpus)}
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        corpus.lode  # noqa: B018


def test_importing_the_package_imports_nothing():
    code = "import corpus, sys; print([n for n in sys.modules if n in ('polars', 'pandas')])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_a_dataset_loads_without_what_annotates_and_documents_without_pandas(dataset):
    code = (
        "from corpus import load; import sys\n"
        f"print(load({str(dataset)!r}).documents[0].claims[0].text)\n"
        "print({*sys.modules} & {'pandas', 'scipy', 'datasets', 'corpus.validation'})"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert said == "to visit Washington\nset()\n"


def test_a_closed_attribute_is_a_category_with_the_values_of_the_schema_in_order(own):
    certainty = own.frames["claims"]["certainty"]
    assert [*certainty.cat.categories] == ["certain", "probable", "possible", "unknown"]
    assert not any(name.endswith("_label") for name in own.frames["claims"])
    assert [*own.frames["relations"]["type"].cat.categories][:2] == ["source", "cue"]


def test_numbers_are_whole_where_some_are_missing_and_lists_are_lists(own):
    annotations = own.frames["annotations"]
    assert annotations["gold_span"].dtype == "Int64"
    assert annotations["gold_span"].isna().any()
    assert isinstance(own.frames["tokens"]["claim_tags"][0], list)
    assert own.frames["claims"]["difficult"].dtype == bool


def test_the_span_of_a_row_is_that_of_its_document(own):
    for row in own.frames["claims"].itertuples():
        found = own.documents[row.doc_id].spans[row.span]
        assert (found.start, found.text, found.certainty) == (row.start, row.text, row.certainty)


def test_an_annotators_frames_hold_what_the_annotator_said(own):
    for name in own.annotators:
        mine = load(ROOT, name)
        rows = mine.frames["annotations"]
        rows = rows[rows["annotator"] == name]
        assert len(mine.documents[0].spans) == len(rows)
        assert {*mine.frames["claims"]["annotator"]} == {name}
        assert len(mine.frames["relations"]) == sum(map(len, rows["relations"]))


def test_an_annotators_frames_have_the_columns_of_gold_but_for_what_a_build_makes(own):
    mine = load(ROOT, "m2")
    for plural in {*own.frames} - {*CONFIGS}:
        gold = [*own.frames[plural]]
        made = {"factbank", "events_mentioned", "quad_class", "ere_realis", "cue_actors"}
        made |= {"mention_type", "entity_name", "entity_wikidata"}
        assert [*mine.frames[plural]] == [name for name in gold if name not in made]
        shared = [*mine.frames[plural]]
        assert [*mine.frames[plural].dtypes] == [*own.frames[plural][shared].dtypes]
    assert [*mine.frames["relations"]] == [*own.frames["relations"]]


def test_gold_may_be_asked_for_by_its_name(own):
    same(load(ROOT, "gold"), own)


def test_a_second_pass_is_another_annotator(tmp_path):
    once = canonical(annotation(spans=[span(9, 18)]))
    again = canonical(annotation(spans=[span(4, 8, "event")], **{"pass": 2}))
    root = folder(tmp_path, {ANN: once, ANN.replace("ann.json", "ann.2.json"): again})
    assert load(root, "ann").annotators == ("ann", "ann.2")
    assert repr(load(root, "ann").documents[0].spans) == "(<claim 9:18 'it rained'>,)"
    assert repr(load(root, "ann.2").documents[0].spans) == "(<event 4:8 'said'>,)"


def test_an_annotator_who_marked_nothing_has_the_document_without_spans(tmp_path):
    files = {
        ANN: canonical(annotation(spans=[span(9, 18)])),
        BO: canonical(annotation(annotator="bo")),
    }
    root = folder(tmp_path, files)
    assert load(root, "bo").annotators == ("ann", "bo")
    [document] = load(root, "bo").documents
    assert (document.doc_id, document.status, document.spans) == ("example", "single", ())


def test_a_text_without_gold_has_a_document_for_each_annotation(tmp_path):
    files = {
        ANN: canonical(annotation(spans=[span(9, 18)])),
        BO: canonical(annotation(annotator="bo", spans=[span(9, 18)])),
    }
    documents = load(folder(tmp_path, files)).documents
    assert [document.annotator for document in documents] == ["ann", "bo"]
    with pytest.raises(CorpusError, match="example: has no gold, but the annotations of ann, bo"):
        documents["example"]


def test_a_layer_that_an_annotator_left_out_is_still_known(tmp_path):
    files = {
        ANN: canonical(annotation(spans=[span(9, 18)])),
        BO: canonical(annotation(annotator="bo", spans=[span(4, 8, "event")])),
    }
    [document] = load(folder(tmp_path, files), "bo").documents
    assert document.claims == []


def test_a_relation_that_an_annotator_never_used_is_an_empty_list(tmp_path):
    linked = {"type": "supports", "from": "claim9", "to": "claim12"}
    both = [span(9, 18), span(12, 18)]
    files = {
        ANN: canonical(annotation(spans=both, relations=[linked])),
        BO: canonical(annotation(annotator="bo", spans=both)),
    }
    [document] = load(folder(tmp_path, files), "bo").documents
    assert [claim.supports for claim in document.claims] == [[], []]


def test_splits_name_their_documents(own):
    assert own.splits == {"pilot": [DOC]}
    assert own.documents[0].split == "pilot"
    assert {*own.frames["tokens"]["split"]} == {"pilot"}


def refused(*arguments, **named):
    with pytest.raises(CorpusError) as told:
        load(*arguments, **named)
    return str(told.value)


def test_what_is_no_source_is_refused_in_one_line(tmp_path):
    assert refused(tmp_path / "none").endswith(
        "no such folder, nor the name of a repository (owner/name)"
    )
    assert refused(tmp_path).startswith(f"{tmp_path}: expected a folder with schemas/ (a corpus)")
    (tmp_path / "data").mkdir()
    assert refused(tmp_path) == f"{tmp_path}: has no annotated document to load"
    assert refused(ROOT, revision="v1").endswith("a revision is one of a repository on the Hub")


def test_an_annotator_that_there_is_not_is_refused():
    assert refused(ROOT, "m9") == "no annotator 'm9'; there are m2, m3, m4"


def test_a_corpus_that_nobody_has_annotated_is_refused_in_one_line(tmp_path):
    assert refused(folder(tmp_path)) == f"{tmp_path}: has no annotated document to load"


def test_labels_that_break_a_rule_are_refused_as_a_build_refuses_them(tmp_path):
    root = folder(tmp_path, {ANN: canonical(annotation(spans=[span(9, 40)]))})
    assert "`corpus validate` lists them" in refused(root)


def test_a_broken_file_is_named(dataset, tmp_path):
    shutil.copytree(dataset, tmp_path / "copy")
    [path] = (tmp_path / "copy" / "data" / "claims").iterdir()
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorpusError, match=rf"{path}: cannot be read as Parquet \("):
        load(tmp_path / "copy").frames["claims"]


def test_a_config_that_there_is_not_is_refused_with_those_that_there_are(own):
    with pytest.raises(KeyError, match="no 'claim': the configs are annotations, attributions"):
        own.frames["claim"]
    with pytest.raises(KeyError, match="no 'tokens': the configs of m2 are annotations, claims"):
        load(ROOT, "m2").frames["tokens"]


def test_without_pandas_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(CorpusError, match=r"^needs pandas: pip install 'hedgerow\[research\]'$"):
        load(ROOT).frames["claims"]

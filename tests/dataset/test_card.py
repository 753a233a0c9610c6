"""The card: what it says is what is in the tables."""

from pathlib import Path

import pytest

from corpus.dataset.build import build
from corpus.dataset.card import rendered_sentence
from corpus.reading import read_corpus
from corpus.shorthand import parse
from tests.corpora import ANN, BO, HEDGEROW, TEXT, annotation, canonical, folder, frames, seed, span

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    tables, schema = read_corpus(ROOT)
    out = tmp_path_factory.mktemp("card") / "dataset"
    rows = build(tables, schema, out)
    return (out / "README.md").read_text(encoding="utf-8"), rows, tables, schema


def test_the_counts_are_those_of_the_configs(made):
    card, rows, *_ = made
    for config, number in rows.items():
        assert f"| `{config}` | {number} |" in card


def test_the_metadata_holds_for_the_hub(made):
    from huggingface_hub import DatasetCard

    data = DatasetCard(made[0]).data.to_dict()
    assert data["annotations_creators"] == ["machine-generated"]
    assert data["license"] == "other"
    assert data["language"] == ["en"]
    assert [c["config_name"] for c in data["configs"] if c.get("default")] == ["documents"]
    assert "task_categories" not in data


def test_it_says_that_a_model_made_the_labels_and_that_nobody_checked_them(made):
    card, _, tables, _ = made
    assert "`gold` (model), 1 document: a model consensus: a model decided" in card
    for who in tables.annotators.filter(kind="model").collect().to_dicts():
        did = "decided" if who["annotator"] == "c1" else "annotated"
        assert f"  - {did}: `{who['annotator']}` (model): {who['description']}" in card
    assert "self-consistency of model passes, no inter-annotator agreement" in card
    assert "**No human has checked these labels**" in card.split("##")[0]
    assert "No human has checked these labels." in card


def test_it_says_aloud_that_source_and_licence_of_the_text_are_unknown(made):
    assert "| unknown | unknown | 2025-06 (inferred) | with its words |" in made[0]


def test_an_unknown_licence_is_told_however_it_is_written(tmp_path):
    files = {"seeds/example.toml": seed(TEXT, licence=" Unknown", basis="leave")}
    root = folder(tmp_path / "corpus", files | {ANN: canonical(annotation(spans=[span(0, 3)]))})
    build(*read_corpus(root), tmp_path / "dataset")
    card = (tmp_path / "dataset" / "README.md").read_text()
    assert "| unknown | 2025-01-01 | with its words |" in card
    assert "A text of unknown licence is not ours to license" in card


def test_what_others_wrote_stays_in_its_cell_and_line_and_is_no_markup(tmp_path):
    title = "`a` | <b>[x](y) *z*\n# c \\"
    files = {
        "seeds/example.toml": seed(TEXT, title=title),
        "annotations/annotators.toml": "[annotators.ann]\nkind = 'human'\n"
        'description = """A student,\n# paid\n\nby the hour."""\n',
        ANN: canonical(annotation(spans=[span(9, 18)])),
    }
    build(*read_corpus(folder(tmp_path, files)), tmp_path / "dataset")
    card = (tmp_path / "dataset" / "README.md").read_text(encoding="utf-8")
    assert r"| `example` | \`a\` \| \<b>\[x](y) \*z\* # c \\ | invented |" in card
    assert "- `ann` (human), 1 document: A student, # paid by the hour.\n" in card


def test_passes_of_no_frozen_round_are_not_said_to_be_missing(tmp_path):
    files = {name: canonical(annotation(annotator=name[20:-5])) for name in (ANN, BO)}
    for given, said in ((files, "Of what was"), ({ANN: files[ANN]}, "Nothing was")):
        root, out = tmp_path / said, tmp_path / f"{said} built"
        build(*read_corpus(folder(root, given)), out)
        assert f"\n{said} annotated twice" in (out / "README.md").read_text(encoding="utf-8")


def test_it_names_the_licence_that_the_schema_gives_the_annotations(made):
    card, *_, schema = made
    assert f"- **Annotations**: {schema.licence}." in card
    assert "license_name: annotations-cc-by-4.0-text-not-covered" in card


def test_it_shows_a_sentence_and_every_label_with_its_meaning(made):
    card, _, tables, schema = made
    assert rendered_sentence(frames(tables, schema)["documents"], schema) in " ".join(card.split())
    for _, name, attribute in schema.attributes():
        if attribute.published:
            assert f"| `{name}` |" in card
    for relation in schema.relations.values():
        assert relation.definition in card


def sentence_of(tables, schema):
    return rendered_sentence(frames(tables, schema)["documents"], schema)


def test_the_sentence_with_the_most_layers_is_shown():
    first, second = "[She]{speaker entity=she} left.", "[She]{speaker entity=she} [said]{event"
    tables = parse(f"{first}\n{second} type=STATEMENT difficult}}.", HEDGEROW)
    assert sentence_of(tables, HEDGEROW) == "[She]{speaker she} [said]{event STATEMENT difficult}."


def test_the_sentence_bears_the_values_of_one_annotator_only(tmp_path):
    def made_by(annotator, certainty):
        claim = span(9, 18) | {"attributes": {"certainty": certainty}}
        return canonical(annotation(annotator=annotator, spans=[claim]))

    files = {ANN: made_by("ann", "certain"), ANN.replace("ann.", "bo."): made_by("bo", "possible")}
    tables, schema = read_corpus(folder(tmp_path, files))
    assert sentence_of(tables, schema) == "She said [it rained]{claim certain}."


def test_two_passes_over_one_document_are_one_document(tmp_path):
    files = {ANN: canonical(annotation(spans=[span(9, 18)]))}
    files[ANN.replace("ann.", "ann.2.")] = canonical(annotation(spans=[span(9, 18)], **{"pass": 2}))
    build(*read_corpus(folder(tmp_path, files)), tmp_path / "dataset")
    assert "- `ann` (unknown), 1 document: " in (tmp_path / "dataset" / "README.md").read_text()


def test_a_card_of_a_text_without_spans_shows_no_sentence(tmp_path):
    tables, schema = read_corpus(folder(tmp_path, {ANN: canonical(annotation())}))
    assert sentence_of(tables, schema) == ""
    build(tables, schema, tmp_path / "dataset")
    assert "One sentence" not in (tmp_path / "dataset" / "README.md").read_text()

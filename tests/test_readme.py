"""README says what is so: its sentence, its verbs, its keys; its commands run in test_demo."""

import re
from pathlib import Path

from corpus.cli import cli
from corpus.dataset.card import rendered_sentence
from corpus.dataset.frames import frames
from corpus.load import read_corpus
from corpus.schema import find_schema, read_schema

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_sentence_is_the_one_that_was_annotated():
    tables, schema = read_corpus(ROOT)
    shown = rendered_sentence(frames(tables, schema)["documents"], schema)
    assert f"```text\n{shown}\n```" in README


def test_the_table_of_verbs_has_every_verb_and_no_other():
    def names(group, path):
        for name, verb in group.commands.items():
            yield from names(verb, [*path, name]) if hasattr(verb, "commands") else [[*path, name]]

    said = re.findall(r"^\| `corpus ([a-z ]+?)(?: \[.*)?` \|", README, re.MULTILINE)
    assert sorted(said) == sorted(" ".join(name) for name in names(cli, []))


def test_the_configs_and_the_keys_are_those_of_the_schema():
    schema = read_schema(find_schema(ROOT))
    keys = ", ".join(f"{layer.key} {name}" for name, layer in schema.layers.items())
    assert keys in README
    assert ", ".join(f"`{layer.plural}`" for layer in schema.layers.values()) in " ".join(
        README.split()
    )


def test_its_make_targets_and_its_links_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make (\w+)", README, re.MULTILINE)) <= targets
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link

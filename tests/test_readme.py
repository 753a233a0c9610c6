"""README and the pages say what is so; the commands of README run in test_demo."""

import re
import shlex
from collections import Counter
from pathlib import Path

import click
import pytest

from corpus.assignment import assigned
from corpus.cli import cli
from corpus.dataset.card import rendered_sentence
from corpus.reading import read_corpus
from corpus.rounds import read_rounds
from corpus.schema import find_schema, read_schema
from corpus.store import read_emails
from tests.corpora import frames

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

    said = re.findall(r"^\| `corpus ([a-z ]+?)(?: [\[A-Z].*)?` \|", README, re.MULTILINE)
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


PAGES = [README, *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))]
COMMANDS = [
    line.split("  #")[0].strip()
    for page in PAGES
    for block in re.findall(r"^```(?:sh|ini)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for line in re.findall(r"(?:^|bin/)(corpus .*)", block, re.MULTILINE)
] + [command for page in PAGES for command in re.findall(r"`(corpus [a-z][^`]*--[^`]*)`", page)]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_pages_has_the_options_that_it_is_given(command):
    verb, words = cli, shlex.split(command)[1:]
    while isinstance(verb, click.Group):
        verb = verb.commands[words.pop(0)]
    assert verb.make_context(verb.name, words).command is verb


def test_the_page_for_teams_declares_sound_rounds(tmp_path):
    page = (ROOT / "docs" / "team.md").read_text(encoding="utf-8")
    files = re.findall(r"^```toml (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for name, content in files:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert read_emails(tmp_path) == {"ann": "ann@example.org", "bo": "bo@example.org"}
    rounds = read_rounds(tmp_path)
    assert list(rounds) == ["training", "production"]
    texts = [f"letter-{number}" for number in range(1, 11)]
    given = Counter(a.round for a in assigned(rounds, texts, []))
    assert given == {"training": 2, "production": 3 + 1 * 2}

"""A schema says what it declares; one that cannot be meant is refused, with file and key."""

import pytest

from corpus.errors import SchemaError
from corpus.rules import RULES, by_name, rules_of
from corpus.rules.declaration import COUNTED
from corpus.schema import find_schema, read_schema
from tests.corpora import HEDGEROW, ROOT, TINY, TINY_FILE
from tests.mistakes import MISTAKES

SOURCE = '[relations.source]\nfrom = ["claim"]\n'
TO = 'to = ["speaker"]\n'


def refusal(tmp_path, old, new):
    content = TINY_FILE.read_text(encoding="utf-8")
    assert old in content
    path = tmp_path / "broken.toml"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        read_schema(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES.values(), ids=list(MISTAKES))
def test_schema_with_a_mistake_is_refused_with_its_place(tmp_path, old, new, words):
    assert words in refusal(tmp_path, old, new)


@pytest.mark.parametrize("table", ["layers", "relations", "attributes"])
def test_what_should_be_a_table_and_is_none_is_refused(tmp_path, table):
    head = TINY_FILE.read_text(encoding="utf-8").partition("[passages]")[0]
    path = tmp_path / "broken.toml"
    path.write_text(f'{head}\n{table} = 3\n[passages]\nannotated = ["body"]\n', encoding="utf-8")
    with pytest.raises(SchemaError, match=rf"'{table}' is not a table: expected \[{table}\.NAME\]"):
        read_schema(path)


def test_schema_without_layers_is_refused(tmp_path):
    head = TINY_FILE.read_text(encoding="utf-8").partition("[attributes")[0]
    (tmp_path / "empty.toml").write_text(head, encoding="utf-8")
    with pytest.raises(SchemaError, match=r"no layer: expected at least one \[layers\.NAME\]$"):
        read_schema(tmp_path / "empty.toml")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"name = ", "not TOML: "), (b'name = "\xff"', "not UTF-8 at byte 8: save it as UTF-8")],
)
def test_schema_that_cannot_be_read_is_refused(tmp_path, content, words):
    (tmp_path / "broken.toml").write_bytes(content)
    with pytest.raises(SchemaError, match=words):
        read_schema(tmp_path / "broken.toml")


def test_missing_schema_is_refused(tmp_path):
    with pytest.raises(SchemaError, match=r"none\.toml: no such file"):
        read_schema(tmp_path / "none.toml")


def test_folder_without_a_schema_is_refused(tmp_path):
    with pytest.raises(SchemaError, match=r"schemas: expected one schema \(\*\.toml\), found none"):
        find_schema(tmp_path)


def test_two_schemas_in_the_folder_are_refused_by_name(tmp_path):
    (tmp_path / "schemas").mkdir()
    for name in ("one.toml", "two.toml"):
        (tmp_path / "schemas" / name).touch()
    with pytest.raises(SchemaError, match=r"found one\.toml, two\.toml$"):
        find_schema(tmp_path)


def test_lexicon_beside_the_schema_is_no_schema(tmp_path):
    (tmp_path / "schemas").mkdir()
    for name in ("one.toml", "lexicon.en.toml"):
        (tmp_path / "schemas" / name).touch()
    assert find_schema(tmp_path).name == "one.toml"


@pytest.mark.parametrize("name", ["lexicon.toml", "lexicon.EN.toml", "lexicon.en.old.toml"])
def test_lexicon_of_another_name_is_refused_and_not_passed_over(tmp_path, name):
    path = tmp_path / "schemas" / "tiny.toml"
    path.parent.mkdir()
    path.write_bytes(TINY_FILE.read_bytes())
    (tmp_path / "schemas" / name).touch()
    (tmp_path / "schemas" / ".tiny.toml").touch()
    with pytest.raises(SchemaError, match=r"expected lexicon\.LANGUAGE\.toml, as in lexicon\.en"):
        read_schema(find_schema(tmp_path))


def test_list_without_words_is_no_list(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_bytes(TINY_FILE.read_bytes())
    (tmp_path / "lexicon.en.toml").write_text('reporting = []\nnegations = ["not"]\n')
    assert read_schema(path).lexicons == {"en": {"negations": ("not",)}}


def test_severity_may_be_given_by_code(tmp_path):
    rules_of(declaring(tmp_path, 'validate = { S103 = "warning" }'))
    with pytest.raises(SchemaError, match="T107: stays an error"):
        rules_of(declaring(tmp_path, 'validate = { T107 = "off" }'))


def declaring(tmp_path, said, old="", new=""):
    """Return a schema that says this of rules, and what else is other in it."""
    path = tmp_path / "broken.toml"
    text = TINY_FILE.read_text(encoding="utf-8").replace(old, new, 1)
    path.write_text(text.replace("[passages]", f"{said}\n[passages]", 1), encoding="utf-8")
    return read_schema(path)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "rules.cue-inside-clam = {}",
            "rules.cue-inside-clam: no rule that asks for parts 'cue-in",
        ),
        ("rules.span-empty = {}", "rules.span-empty: no rule that asks for parts 'span-empty'"),
        ("rules.cue-inside-claim = {}", "rules.cue-inside-claim: names nothing; expected relation"),
        (
            'rules.cue-inside-claim = { relation = "says" }',
            "rules.cue-inside-claim.relation: 'says' is none of its relation (there are",
        ),
        (
            'rules.cue-inside-claim = { relation = ["cue"] }',
            "rules.cue-inside-claim.relation: ['cue']: expected one",
        ),
        (
            'rules.speaker-unlinked = { layers = "speaker" }',
            "rules.speaker-unlinked.layers: 'speaker': expected a list",
        ),
        (
            'rules.speaker-unlinked = { layers = ["speaker", "hedge"] }',
            "rules.speaker-unlinked.layers: 'hedge' is none of its layers (there are",
        ),
        (
            'validate.span-emty = "off"',
            "validate.span-emty: no rule 'span-emty'; did you mean 'span-",
        ),
        (
            'validate.span-empty = "off"',
            "validate.span-empty: stays an error: what breaks it cannot",
        ),
        ('validate.bad-type = "warning"', "validate.bad-type: stays an error"),
    ],
)
def test_what_a_schema_says_of_rules_in_error_is_refused(tmp_path, said, words):
    with pytest.raises(SchemaError) as caught:
        rules_of(declaring(tmp_path, said))
    assert str(caught.value).startswith(f"{tmp_path / 'broken.toml'}: {words}")


@pytest.mark.parametrize("rule", ["no-such", "span-empty"])
def test_count_under_a_rule_that_does_not_count_is_refused(tmp_path, rule):
    new = f'counts = [{{ rule = "{rule}" }}]'
    with pytest.raises(SchemaError) as caught:
        rules_of(declaring(tmp_path, "", "counts = [{ max = 1 }]", new))
    place = f"{tmp_path / 'broken.toml'}: relations.cue.counts[1].rule"
    assert str(caught.value).startswith(f"{place}: no rule '{rule}' for it (there are relation-")


def test_severity_is_one_of_three(tmp_path):
    with pytest.raises(SchemaError, match=r"invalid enum value 'loud' - at 'validate\[...\]'"):
        declaring(tmp_path, 'validate.span-inside = "loud"')


def test_both_schemas_here_name_rules_that_exist():
    for schema in (TINY, HEDGEROW):
        rules_of(schema)
    assert len(HEDGEROW.rules) >= 2


def test_attribute_of_all_layers_stands_on_each_after_its_own():
    assert [list(layer.attributes)[-2:] for layer in TINY.layers.values()] == [
        ["difficult", "remark"]
    ] * 3
    assert TINY.layers_with("certainty") == ["claim"]
    assert list(TINY.shared())[-2:] == ["difficult", "remark"]


def test_schema_keeps_the_order_of_its_file():
    assert list(HEDGEROW.layers) == ["event", "speaker", "claim", "hedge"]
    assert list(HEDGEROW.relations)[:3] == ["source", "cue", "scope"]
    assert find_schema(ROOT).name == "hedgerow.toml"


def test_hedgerow_asks_for_what_the_guidelines_ask_for():
    required = {(layer, name) for layer, name, a in HEDGEROW.attributes() if a.required}
    assert required == {
        ("event", "type"),
        ("speaker", "entity"),
        ("claim", "attribution"),
        ("claim", "claim_type"),
        ("claim", "certainty"),
        ("hedge", "hedge_type"),
    }
    unset = {n: a.default for n, a in HEDGEROW.shared().items() if a.default is not None}
    assert unset == {"realis": "actual", "polarity": "positive", "stance": "affirm"}
    assert not HEDGEROW.shared()["comment"].published
    assert len(HEDGEROW.layers["event"].attributes["type"].values) == 18


def test_every_rule_that_counts_relations_is_a_rule():
    assert {*COUNTED} <= by_name(RULES).keys()

"""A schema says what it declares; one that cannot be meant is refused, with file and key."""

import pytest

from corpus.errors import SchemaError
from corpus.rules import NAMES, check_declared, declared
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


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (
            "counts = [{ max = 1 }]",
            'counts = [{ rule = "no-such" }]',
            "relations.cue.counts[1].rule",
        ),
        (SOURCE, f'{SOURCE}apart = "no-such"\n', "relations.source.apart"),
        ('title = "Event"', 'title = "Event"\nlinked = "no-such"', "layers.event.linked"),
    ],
    ids=["counts", "apart", "linked"],
)
def test_check_declared_under_a_rule_that_does_not_exist_is_refused(tmp_path, old, new, place):
    path = tmp_path / "broken.toml"
    path.write_text(TINY_FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        check_declared(read_schema(path))
    start = f"{path}: {place}: no rule 'no-such' for it (there are "
    assert str(caught.value).startswith(start)


def test_both_schemas_here_name_rules_that_exist():
    for schema in (TINY, HEDGEROW):
        check_declared(schema)
        assert [name for _, name, possible in declared.names(schema) if name not in possible] == []
    assert len([*declared.names(HEDGEROW)]) > 8


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


def test_a_rule_that_checks_something_else_is_refused(tmp_path):
    path = tmp_path / "broken.toml"
    declared = 'title = "Event"\nlinked = "relation-count"'
    text = TINY_FILE.read_text(encoding="utf-8").replace('title = "Event"', declared, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=r"linked: no rule 'relation-count' for it \(there are"):
        check_declared(read_schema(path))


def test_every_rule_that_a_schema_may_name_is_a_rule():
    assert {*declared.COUNTED, *declared.LINKED, *declared.APART} <= NAMES.keys()

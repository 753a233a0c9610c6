"""Labels of an older schema version, rewritten by a map."""

import hashlib
from pathlib import Path

import pytest

from corpus.assignment import assigned, read_assignments, write_assignments
from corpus.desk.annotate import open_corpus
from corpus.desk.freeze import freeze_round
from corpus.errors import CorpusError
from corpus.migration import Moved, migrate, read_migration
from corpus.reading import read_corpus
from corpus.rounds import declare_round, read_rounds, rounds_path
from corpus.schema import find_schema, read_schema
from corpus.shorthand import parse
from corpus.store import write_annotations
from corpus.validation import validate
from tests.corpora import TINY, TINY_FILE, annotation, canonical, findings_of, folder, seed, span
from tests.desk.verbs import PEOPLE

SAID = (
    "[She]{speaker#s entity=she} [said]{event#e spoken} "
    "[it rained]{claim#c certain topic=weather,trade source>s cue>e}."
)
SHE = '[entities.she]\nname = "She"\ntype = "person"\ndescription = "Somebody."\n'
FILE = "annotations/example/ann.json"
SECOND = '\n[rounds.two]\nkind = "pilot"\npeople = ["ann"]\n'
HEAD = 'from = "1.0.0"\nto = "2.0.0"\n'
NEW = (
    ('version = "1.0.0"', 'version = "2.0.0"'),
    ("[layers.event", "[layers.happening"),
    ('"event"', '"happening"'),
    ("attributes.topic]", "attributes.subject]"),
    ("spoken = {", "oral = {"),
    ('"spoken", ', '"oral", '),
    ('weather = { definition = "The sky.", key = "h" }, ', ""),
    ("[relations.source]", "[relations.by]"),
    ('repeat_by = "source"', 'repeat_by = "by"'),
)
WHOLE = HEAD + (
    '[layers]\nevent = "happening"\n[attributes]\ntopic = "subject"\n'
    '[values.manner]\nspoken = "oral"\n[values.topic]\nweather = "trade"\n'
    '[relations]\nsource = "by"\ncue = ""\n'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus with one annotation of version 1.0.0, in a frozen round, and a schema of 2.0.0."""
    made = folder(tmp_path / "corpus", {"annotations/annotators.toml": PEOPLE})
    (made / "seeds" / "entities.toml").write_text(
        '[entities.she]\nname = "She"\ntype = "person"\ndescription = "x"\n'
    )
    write_annotations(made, parse(SAID, TINY), TINY)
    declare_round(made, ["ann"], None)
    write_assignments(made, assigned(read_rounds(made), ["example"], []))
    freeze_round(open_corpus(made), read_rounds(made), "main", "2026-01-31")
    text = TINY_FILE.read_text()
    for old, new in NEW:
        assert old in text
        text = text.replace(old, new)
    (made / "schemas" / TINY_FILE.name).write_text(text)
    return made


def moved(root: Path, words: str = WHOLE) -> Moved:
    path = root / "map.toml"
    path.write_text(words)
    return migrate(root, read_migration(path, read_schema(find_schema(root))), "2026-02-28")


def refusal(root: Path, words: str) -> str:
    """Return why a map is refused; nothing is written then."""
    before = {p: p.read_bytes() for p in (root / "annotations").rglob("*") if p.is_file()}
    with pytest.raises(CorpusError) as told:
        moved(root, words)
    assert before == {p: p.read_bytes() for p in (root / "annotations").rglob("*") if p.is_file()}
    return str(told.value)


def test_names_are_changed_merged_and_dropped_and_the_rest_stays(root: Path) -> None:
    done = moved(root)
    assert dict(done.counts) == {
        "layer event is happening": 1,
        "attribute topic is subject": 2,
        "relation source is by": 1,
        "relation cue dropped": 1,
        "value manner spoken is oral": 1,
        "value topic weather is trade": 1,
    }
    schema = read_schema(find_schema(root))
    expected = parse(
        SAID.replace("{event#e spoken}", "{happening#e oral}").replace(
            "topic=weather,trade source>s cue>e", "subject=trade by>s"
        ),
        schema,
    )
    write_annotations(root / "expected", expected, schema)
    made = (root / FILE).read_text()
    assert made == (root / "expected" / FILE).read_text()
    assert validate(*read_corpus(root)) == []


def test_a_frozen_round_keeps_a_record_of_the_map_and_of_both_digests(root: Path) -> None:
    before = hashlib.sha256((root / FILE).read_bytes()).hexdigest()
    moved(root)
    after = hashlib.sha256((root / FILE).read_bytes()).hexdigest()
    frozen = read_rounds(root)["main"].frozen
    assert frozen is not None
    assert frozen.files == {FILE: after}
    [record] = frozen.migrations
    assert record["date"] == "2026-02-28"
    assert record["files"] == {FILE: [before, after]}
    assert (record["from"], record["to"]) == ("1.0.0", "2.0.0")
    assert record["relations"] == {"source": "by", "cue": ""}
    assert record["values"] == {"manner": {"spoken": "oral"}, "topic": {"weather": "trade"}}


def test_a_second_run_changes_nothing(root: Path) -> None:
    moved(root)
    before = (root / FILE).read_bytes(), rounds_path(root).read_bytes()
    assert moved(root).files == {}
    assert before == ((root / FILE).read_bytes(), rounds_path(root).read_bytes())


def test_a_run_that_was_killed_after_the_record_is_completed(root: Path) -> None:
    older = (root / FILE).read_bytes()
    moved(root)
    newer, record = (root / FILE).read_bytes(), rounds_path(root).read_bytes()
    (root / FILE).write_bytes(older)
    assert next(f.name for f in findings_of(root)) == "schema-version"
    moved(root)
    assert ((root / FILE).read_bytes(), rounds_path(root).read_bytes()) == (newer, record)


def test_labels_that_the_map_forgets_are_refused(root: Path) -> None:
    told = refusal(root, WHOLE.replace('source = "by"\n', ""))
    assert f"{FILE}: source c>s is of no type; there are by, cue, " in told
    assert told.endswith("nothing was written; the map says nothing of it")


def test_a_frozen_file_that_was_edited_is_refused(root: Path) -> None:
    path = root / FILE
    path.write_text(path.read_text().replace('"certain"', '"possible"'))
    assert refusal(root, WHOLE) == f"{FILE}: is not what it was when round 'main' was frozen"


def test_a_broken_file_is_refused(root: Path) -> None:
    (root / FILE).write_text("{")
    assert refusal(root, WHOLE).endswith("mend it first")


def test_a_text_that_changed_under_its_labels_is_refused(root: Path) -> None:
    for path in (root / "seeds").glob("example.*"):
        path.write_text(path.read_text().replace("She said", "He said"))
    (root / "seeds" / "example.toml").write_text(seed("He said it rained."))
    assert "mend it first" in refusal(root, WHOLE)


def test_of_two_frozen_rounds_one_changed_file_leaves_both_as_they_were(root: Path) -> None:
    rounds_path(root).write_text(rounds_path(root).read_text() + SECOND)
    write_assignments(root, assigned(read_rounds(root), ["example"], read_assignments(root)))
    second = root / "annotations" / "example" / "ann.2.json"
    second.write_text((root / FILE).read_text().replace('"pass": 1', '"pass": 2'))
    freeze_round(open_corpus(root), read_rounds(root), "two", "2026-01-31")
    second.write_text(second.read_text().replace('"certain"', '"possible"'))
    assert "when round 'two' was frozen" in refusal(root, WHOLE)


def test_files_of_an_older_compatible_version_are_taken_along(root: Path) -> None:
    moved(root, WHOLE.replace('from = "1.0.0"', 'from = "1.4.0"'))
    assert validate(*read_corpus(root)) == []


def test_files_of_a_version_that_the_map_does_not_reach_are_named(root: Path) -> None:
    told = refusal(root, WHOLE.replace('from = "1.0.0"', 'from = "0.9.0"'))
    assert told.startswith("annotations of version 1.0.0 are not of 0.9.0, nor older")


def test_files_of_no_version_are_named_too(root: Path) -> None:
    path = root / FILE
    path.write_text(path.read_text().replace('"schema_version": "1.0.0"', '"schema_version": "x"'))
    assert refusal(root, WHOLE).startswith("annotations of version x are not of 1.0.0, nor older")


def test_errors_that_are_left_are_counted(root: Path) -> None:
    words = WHOLE.replace('spoken = "oral"', 'spoken = ""').replace('cue = ""\n', "")
    assert moved(root, words).errors == 1
    assert [f.name for f in findings_of(root) if f.code[0] == "R"] == ["relation-signature"]


MISTAKES = {
    "another version": (WHOLE.replace("2.0.0", "3.0.0"), "to is '3.0.0', and "),
    "no version": (WHOLE.replace('"2.0.0"', '"new"'), "to"),
    "an unknown new name": (HEAD + '[layers]\nevent = "even"', "layers.event = 'even' is not in"),
    "an attribute there is none of": (HEAD + '[values.mood]\na = "b"', "no attribute 'mood'"),
    "an unknown new value": (HEAD + '[values.manner]\na = "b"', "values.manner.a = 'b' is not in"),
    "a map to where it came from": (
        WHOLE.replace("1.0.0", "2.0.0"), "from 2.0.0 to 2.0.0 leads nowhere",
    ),
    "values of what is dropped": (
        HEAD + '[attributes]\nmanner = ""\n[values.manner]\na = "b"', "the attribute is dropped",
    ),
    "an unknown key": (HEAD + "[entities]\n", "has an unknown key 'entities' (there are "),
}  # fmt: skip


@pytest.mark.parametrize(("words", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_map_is_refused_with_file_and_key(root: Path, words: str, told: str) -> None:
    said = refusal(root, words)
    assert said.startswith(f"{root / 'map.toml'}: ")
    assert told in said


def test_text_that_is_only_warned_of_stands_in_no_ones_way(root: Path) -> None:
    text = "Rene\u0301e left."
    rounds_path(root).unlink()
    (root / "seeds" / "example.txt").write_bytes(text.encode())
    (root / "seeds" / "example.toml").write_text(seed(text))
    (root / FILE).write_text(canonical(annotation(text, spans=[span(7, 11, "event", text)])))
    assert "text-not-nfc" in [f.name for f in findings_of(root)]
    assert moved(root, WHOLE).files.keys() == {Path(FILE)}

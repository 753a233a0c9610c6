"""C: what the docstrings of the rules about the corpus as a whole cannot say in one line."""

import random
from dataclasses import replace

import polars as pl
import pytest

from corpus.rules.duplicates import resembling
from corpus.rules.variation import varying
from corpus.shorthand import parse
from corpus.validation import validate
from tests.corpora import ANN, HEDGEROW, TINY, annotation, canonical, findings_of, folder, seed
from tests.rules.test_span import cpu_seconds, grows

WORDS = [f"w{number}" for number in range(5000)]


def messages(line, code, schema=TINY, *, whole=False):
    tables = replace(parse(line, schema), whole=whole)
    return [f.message for f in validate(tables, schema) if f.code == code]


def in_folder(root, code, files, texts=None):
    made = {name: f if isinstance(f, str) else canonical(f) for name, f in files.items()}
    return [f for f in findings_of(folder(root, made, texts)) if f.code == code]


def test_corpus_that_nobody_has_annotated_yet_lacks_nothing(tmp_path):
    assert in_folder(tmp_path, "C101", {}) == []


def test_unannotated_text_is_named_with_its_file(tmp_path):
    texts = {"example": "She said it rained.", "other": "He left."}
    [finding] = in_folder(tmp_path, "C101", {ANN: annotation()}, texts)
    assert finding.file.endswith("seeds/other.txt")
    assert (finding.document, finding.message) == ("other", "other has no submitted annotation")


def test_two_passes_of_one_person_are_one_annotator_of_a_gold(tmp_path):
    files = {
        ANN: annotation(),
        "annotations/example/ann.2.json": annotation(**{"pass": 2}),
        "annotations/example/gold.json": annotation(annotator="gold"),
    }
    [finding] = in_folder(tmp_path, "C103", files)
    assert finding.message == "is gold of 1 annotator(s); expected 2 or more"
    assert finding.file.endswith("gold.json")


def test_gold_by_votes_is_asked_for_its_annotators_too(tmp_path):
    files = {
        ANN: annotation(),
        "annotations/example/gold.json": annotation(annotator="gold"),
        "annotations/example/decisions.toml": 'method = "majority"\n',
    }
    [finding] = in_folder(tmp_path, "C103", files)
    assert finding.message == "is gold of 1 annotator(s); expected 2 or more"


@pytest.mark.parametrize("licence", ["", " \n"])
def test_blank_licence_is_an_error_in_the_metadata(tmp_path, licence):
    about = seed("She said it rained.", licence=licence)
    [finding] = in_folder(tmp_path, "C104", {"seeds/example.toml": about})
    assert (finding.severity, finding.file[-18:]) == ("error", "seeds/example.toml")


def documents(*texts):
    rows = [(f"d{number}", text) for number, text in enumerate(texts)]
    return pl.LazyFrame(rows, schema=["doc_id", "text"], orient="row")


def resemblances(*texts):
    return resembling(documents(*texts)).collect().rows()


def shingles(text):
    words = text.lower().split()
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def resemblance(one, other):
    """Return the resemblance of Broder (1997), definition 1."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


@pytest.mark.parametrize("changed", range(0, 60, 5))
def test_resemblance_is_that_of_broder_from_four_fifths_on(changed):
    draw = random.Random(changed)
    words = draw.choices(WORDS, k=200)
    other = [*words]
    for place in draw.sample(range(200), changed // 5):
        other[place] = "changed"
    one, two = " ".join(words), " ".join(other)
    expected = resemblance(one, two)
    found = [("d1", "d0", pytest.approx(expected))] if expected >= 0.8 else []
    assert resemblances(one, two) == found


def test_each_of_many_copies_is_reported_once_with_the_one_it_resembles_most():
    text = " ".join(random.Random(1).choices(WORDS, k=100))
    nearly = text.replace(text.split()[50], "changed")
    found = {row[0]: row[1:] for row in resemblances(text, nearly, *[text] * 20)}
    assert found.pop("d1") == ("d0", pytest.approx(resemblance(text, nearly)))
    assert found == {f"d{number}": ("d0", 1.0) for number in range(2, 22)}


def test_upper_case_line_breaks_and_punctuation_make_no_other_text():
    text = " ".join(random.Random(1).choices(WORDS, k=40))
    assert resemblances(text, text.upper().replace(" ", ",\n")) == [("d1", "d0", 1.0)]


def test_texts_under_twenty_words_and_empty_ones_are_left_out():
    text = " ".join(WORDS[:19])
    assert resemblances(text, text, "", "") == []
    assert len(resemblances(f"{text} end", f"{text} end")) == 1


def test_texts_that_share_a_footer_are_no_copies():
    draw = random.Random(1)
    footer = " ".join(draw.choices(WORDS, k=100))
    assert resemblances(*(" ".join([*draw.choices(WORDS, k=100), footer]) for _ in range(50))) == []


def different(number):
    draw = random.Random(1)
    return [" ".join(draw.choices(WORDS, k=100)) for _ in range(number)]


def copies(number):
    return different(1) * number


def with_a_footer(number):
    footer = different(1)[0]
    return [f"{text} {footer}" for text in different(number)]


@pytest.mark.parametrize("texts", [different, copies, with_a_footer])
def test_copies_are_looked_for_in_time_linear_in_texts(texts):
    few, many = (documents(*texts(number)) for number in (400, 4000))
    small = min(cpu_seconds(lambda: resembling(few).collect()) for _ in "ab")
    assert cpu_seconds(lambda: resembling(many).collect()) / small < 35


CALL = "They met after the [call]{event} with Oslo. "
MISSED = "They met after the call with Oslo. "


def test_place_where_a_label_is_missing_is_named():
    tables = parse(CALL * 2 + MISSED, TINY)
    [finding] = [f for f in validate(tables, TINY) if f.code == "C107"]
    text = tables.documents.collect()["text"][0]
    assert text[finding.start : finding.end] == "call"
    assert finding.start > text.rindex("They")
    assert finding.message == "'the call with' has no event in it, as 2 others of ann have"


@pytest.mark.parametrize(
    "line",
    [
        CALL + MISSED,
        CALL * 3 + MISSED * 2,
        CALL * 2 + "They met after a call with Oslo.",
        CALL * 2 + "They met after the call of Oslo.",
        CALL * 2 + "They met after the, call with Oslo.",
        CALL * 2 + "They met after the [call with Oslo]{event}.",
        CALL * 2 + "They met after the calls with Oslo. The re-call with Oslo.",
        "# They met after the call with Oslo.\n" + CALL * 2,
        CALL * 2 + "They met after the call\nwith Oslo.",
        "[Lee]{speaker} left. " * 2 + "Lee left.",
        "On [one two three four five six]{claim} days. " * 2
        + "On one two three four five six days.",
    ],
    ids=[
        "labelled once",
        "labelled three times, and twice not",
        "another word before",
        "another word behind",
        "a comma between",
        "cut otherwise",
        "other words",
        "a heading",
        "two passages",
        "no word before",
        "six words",
    ],
)
def test_string_may_be_left_where_its_surroundings_say_less(line):
    assert messages(line, "C107") == []


def test_upper_case_and_blanks_are_no_other_surroundings():
    assert len(messages(CALL * 2 + "They met after THE  Call with Oslo.", "C107")) == 1


def test_five_words_are_looked_for_and_a_word_with_an_apostrophe_is_one():
    line = "So [the mayor's old town hall]{speaker} fell. "
    assert len(messages(line * 2 + "So the mayor's old town hall fell.", "C107")) == 1


def test_other_layers_on_the_string_do_not_count():
    assert len(messages(CALL * 2 + CALL.replace("event", "speaker"), "C107")) == 1


def test_annotators_are_held_to_their_own_labels_only(tmp_path):
    tables = parse(CALL * 2 + MISSED, TINY)
    text = tables.documents.collect()["text"][0]
    spans = tables.spans.collect().to_dicts()
    keys = ("layer", "start", "end", "text")
    lines = [{"id": s["span_id"]} | {k: s[k] for k in keys} | {"attributes": {}} for s in spans]
    files = {
        ANN: annotation(text, spans=lines[:1]),
        "annotations/example/bo.json": annotation(text, annotator="bo", spans=lines[1:]),
    }
    assert in_folder(tmp_path, "C107", files, {"example": text}) == []


@pytest.mark.parametrize("shape", [lambda n: (5 * n, 5 * n + 4), lambda n: (10 * n, 10 * n + 4)])
def test_strings_are_compared_in_time_linear_in_spans(shape):
    assert grows(lambda t: list(varying(t, TINY)), shape, "event") < 35


def test_fewer_than_fifty_spans_say_nothing_of_a_layer():
    assert messages("[She]{speaker} left. " * 49, "C108", whole=True) == []
    assert messages("[She]{speaker} left. " * 50, "C108", whole=True) == [
        "layer claim is used by none of 50 spans",
        "layer event is used by none of 50 spans",
    ]
    assert messages("[She]{speaker} left. " * 50, "C108") == []


def test_unused_layer_is_a_finding_in_the_schema():
    tables = replace(parse("[She]{speaker} left. " * 50, TINY), whole=True)
    [finding, _] = [f for f in validate(tables, TINY) if f.code == "C108"]
    assert (finding.file, finding.item) == ("tests/tiny.toml", "claim")


@pytest.mark.parametrize(("other", "all_", "number"), [(5, 19, 0), (5, 20, 0), (6, 20, 1)])
def test_catch_all_is_a_quarter_of_twenty_values_at_most(other, all_, number):
    line = "[won]{event OTHER} " * other + "[left]{event RETREAT} " * (all_ - other)
    found = messages(line, "C109", HEDGEROW)
    assert found == [f"ann chose type OTHER {other} times out of {all_}"] * number

"""Whatever people mark and decide: it replays, in any order, and the record is read as written."""

import random

import msgspec
import pytest

from corpus.adjudication.case import by_majority, opened, saved
from corpus.adjudication.gold import gold_path
from corpus.adjudication.record import read_record, rendered_record
from tests.adjudication.several import DATE, case_of, comparison_of, ruled

LAYERS = ("event", "event spoken", "event written difficult", "speaker entity=xi", "claim certain")
TEXT = ("ein", "Wort", "🌧️", "und", "noch", "é\u0301", "viele", "mehr", "davon")


def marked(rng):
    """Return the text with some words marked, and some relations to the first span."""
    parts, there = list[str](), list[str]()
    for number, word in enumerate(TEXT):
        layer = rng.choice((*LAYERS, *[None] * 3))
        link = f" supports>{rng.choice(there)}" if there and rng.random() < 0.6 else ""
        name, _, words = (layer or "").partition(" ")
        there += [f"c{number}"] if layer else []
        parts.append(f"[{word}]{{{name}#c{number} {words}{link}}}" if layer else word)
    line = " ".join(parts)
    return f"[{line}]{{claim#all}}" if rng.random() < 0.5 else line


def decided_at_random(case, rng):
    while case.open:
        conflict = rng.choice(case.open)
        case = ruled(case, conflict.id, rng.choice([*conflict.choices, "both-valid"]))
    return case


@pytest.mark.parametrize("seed", range(25))
def test_decisions_replay_to_the_same_bytes(tmp_path, seed):
    rng = random.Random(seed)
    said = {name: marked(rng) for name in ("ann", "bo", "cy", "di")[: rng.randint(2, 4)]}
    case = saved(decided_at_random(by_majority(case_of(tmp_path, said), DATE), rng))
    assert rendered_record(read_record(case.path)) == case.path.read_bytes()
    other = [*said.items()]
    rng.shuffle(other)
    again = opened(tmp_path, comparison_of(dict(other)))
    assert again.gold == gold_path(tmp_path, "example").read_bytes()
    made = msgspec.json.decode(again.gold)
    ids = [span["id"] for span in made["spans"]]
    assert len({*ids}) == len(ids)
    assert {end for r in made["relations"] for end in (r["from"], r["to"])} <= {*ids}


@pytest.mark.parametrize("seed", range(5))
def test_who_all_say_the_same_is_gold(tmp_path, seed):
    line = marked(random.Random(seed))
    case = case_of(tmp_path, {"ann": line, "bo": line})
    assert case.conflicts == {}
    spans = case.comparison.items.values()
    assert len(msgspec.json.decode(case.gold)["spans"]) == len(spans)

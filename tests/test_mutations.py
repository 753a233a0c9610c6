"""Thousands of seeded corruptions: each is found, or proven harmless, and none is a traceback."""

from collections import Counter

import pytest

from corpus.labelstudio.export import Reader
from corpus.reading import read_corpus
from corpus.rules import RULES
from corpus.store import rendered, write_annotations
from corpus.validation import validate
from tests.mutations.kinds import KINDS
from tests.mutations.oracle import contents, require_sound
from tests.mutations.run import FORMATS, Trial, corpus_folder, mutant, sound

pytestmark = pytest.mark.once
COUNT = 700
"""The first of the 5,000 that benchmarks/mutations.py tries."""
RARE = (1180,)
"""Those beside them that are found by a rule that alone finds none of the first."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return corpus_folder(tmp_path_factory.mktemp("mutations"))


@pytest.fixture(scope="module")
def results(folder):
    """Return (number, kind, verdict, codes) of each mutant."""
    tried = Trial(folder).verdicts(map(mutant, [*range(COUNT), *RARE]))
    return [(made.number, made.kind, verdict, codes) for made, verdict, codes in tried]


@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_corrupted_was_sound(folder, format_):
    assert Trial(folder).before[format_] == Counter()
    require_sound(contents(sound(0, format_)))


@pytest.mark.parametrize("kind", KINDS)
def test_corruption_is_found_or_proven_harmless_and_no_traceback(results, kind):
    own = [(number, verdict) for number, its_kind, verdict, _ in results if its_kind == kind]
    assert len(own) >= COUNT // len(KINDS)
    assert [r for r in own if r[1] in ("missed", "traceback")] == []
    assert len([r for r in own if r[1] == "found"]) > len(own) / 2


DECISIVE = ("F101", "F102", "F103", "F104", "F105", "F106", "F107", "F108", "F110")
DECISIVE += ("T101", "T102", "T108", "A101", "A104", "A105", "A106", "A108", "R101", "R103")


@pytest.mark.parametrize("code", DECISIVE)
def test_without_a_rule_what_it_alone_finds_is_missed(folder, results, code):
    alone = (mutant(number) for number, _, _, codes in results if codes == [code])
    [(_, verdict, codes)] = Trial(folder, off={code}).verdicts([next(alone)])
    assert (verdict, codes) == ("missed", [])


def test_reader_that_loses_what_stands_there_is_a_miss(folder, results, monkeypatch):
    harmless = next(mutant(n) for n, _, verdict, _ in results if verdict == "same" and n % 14 < 7)
    monkeypatch.setattr(Reader, "relation", lambda *_: None)
    off = [code for code in RULES if code[0] in "RG"]
    [(_, verdict, _)] = Trial(folder, off).verdicts([harmless])
    assert verdict == "missed"


def test_traceback_of_one_is_told_from_the_others(folder, monkeypatch):
    given = [mutant(number) for number in range(7)]
    before = [verdict for _, verdict, _ in Trial(folder).verdicts(given)]
    trial, once = Trial(folder), Reader.once
    bad = str(given[0].path)
    monkeypatch.setattr(
        Reader, "once", lambda r, *a: once(r, *a) and (1 / (bad not in r.source.file))
    )
    after = [verdict for _, verdict, _ in trial.verdicts(given)]
    assert Counter(after) - Counter(before) == {"traceback": 1}


def test_mutant_among_others_is_judged_as_it_is_by_itself(folder):
    given, trial = [mutant(number) for number in range(28)], Trial(folder)
    by_itself = [next(iter(trial.verdicts([one])))[1:] for one in given]
    assert [result[1:] for result in trial.verdicts(given)] == by_itself


def test_what_no_rule_finds_is_sound_in_the_store_as_well(tmp_path, results):
    """What is written is read back as the same bytes, without an error."""
    root = corpus_folder(tmp_path)
    exports = [n for n, _, verdict, _ in results if verdict in ("same", "sound") and n % 14 < 7]
    for number in exports[:20]:
        (root / "export.json").write_bytes(mutant(number).data)
        tables, schema = read_corpus(root, (root / "export.json",))
        for path in write_annotations(root, tables, schema):
            stored, _ = read_corpus(root, (path,))
            assert rendered(stored, schema).items() <= rendered(tables, schema).items()
            assert [f for f in validate(stored, schema) if f.severity == "error"] == []
    assert len(exports) > 20

"""Whatever bytes or JSON stand in a file: no traceback, and nothing changes without a finding."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.kinds import slots, written
from tests.mutations.run import FORMATS, Mutant, Trial, corpus_folder, sound

pytestmark = pytest.mark.once
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
formats = pytest.mark.parametrize("format_", FORMATS)


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    return Trial(corpus_folder(tmp_path_factory.mktemp("fuzz")))


def verdict(trial, format_, data):
    [(_, verdict, _)] = trial.verdicts([Mutant(0, "fuzz", format_, data)])
    return verdict


@formats
@given(data=st.binary(max_size=200))
def test_any_bytes_for_a_file_are_found(trial, format_, data):
    assert verdict(trial, format_, data) == "found"


@formats
@given(junk=st.binary(max_size=20), where=st.floats(0, 1), instead=st.integers(0, 20))
def test_any_bytes_anywhere_are_found_or_harmless(trial, format_, junk, where, instead):
    data = sound(0, format_)
    at = int(where * len(data))
    changed = data[:at] + junk + data[at + instead :]
    assert verdict(trial, format_, changed) in ("found", "same", "sound")


@formats
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found_or_harmless(trial, format_, where, bit):
    data = bytearray(sound(0, format_))
    data[int(where * len(data))] ^= 1 << bit
    assert verdict(trial, format_, bytes(data)) in ("found", "same", "sound")


@formats
@given(chance=st.randoms(use_true_random=False), value=JSON)
def test_any_json_in_any_place_is_found_or_harmless(trial, format_, chance, value):
    tree = json.loads(sound(0, format_))
    _, (node, key) = chance.choice(slots(tree))
    node[key] = value
    assert verdict(trial, format_, written(tree)) in ("found", "same", "sound")

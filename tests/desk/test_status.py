"""Who has done what, and how long it takes."""

import json

from corpus.desk.status import Line, as_json, as_text, paces, paces_as_text


def line(**changed: object) -> Line:
    about = {"round": "main", "annotator": "ann", "document": "d1", "pass_": 1}
    about |= {"state": "pulled", "assisted": False, "words": 200, "minutes": 10.0}
    return Line(**(about | changed))  # type: ignore[arg-type]


def test_a_pace_is_minutes_per_100_words_of_what_is_handed_in() -> None:
    done = [line(), line(document="d2", minutes=4.0, state="submitted")]
    rest = [line(document=d, state=d) for d in ("draft", "not started", "skipped", "not pushed")]
    [pace] = paces([*done, *rest])
    assert (pace.documents, pace.words, pace.minutes) == (2, 400, 14.0)
    assert (pace.per_100_words, pace.capped) == (3.5, 0)


def test_what_lies_beyond_the_cap_is_idling() -> None:
    [pace] = paces([line(minutes=600.0), line(document="d2", minutes=2.0)], cap=5.0)
    assert (pace.minutes, pace.per_100_words, pace.capped) == (12.0, 3.0, 1)


def test_a_pace_is_undefined_without_words_or_without_times() -> None:
    [pace] = paces([line(words=0, minutes=1.0)])
    assert pace.per_100_words is None
    assert paces([line(minutes=0.0)]) == []
    assert "-" in paces_as_text([pace], 10).splitlines()[1]


def test_people_and_rounds_are_told_apart() -> None:
    found = paces([line(), line(annotator="bo"), line(round="two")])
    assert [(p.round, p.annotator) for p in found] == [
        ("main", "ann"), ("main", "bo"), ("two", "ann"),
    ]  # fmt: skip


def test_the_table_has_a_line_each_and_the_counts_below() -> None:
    shown = as_text([line(), line(document="longer", state="draft", assisted=True)])
    assert shown == (
        "round  annotator  document  pass  state\n"
        "main   ann        d1        1     pulled\n"
        "main   ann        longer    1     draft   assisted\n"
        "\n"
        "ann: 1 draft, 1 pulled"
    )


def test_the_json_has_the_promised_keys() -> None:
    shown = json.loads(as_json([line()], paces([line()])))
    keys = "round annotator document pass state assisted words minutes"
    assert list(shown["documents"][0]) == keys.split()
    keys = "round annotator documents words minutes capped per_100_words"
    assert list(shown["time"][0]) == keys.split()
    assert "time" not in json.loads(as_json([line()]))

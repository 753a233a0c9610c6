"""What each annotator marked, and which of it is one thing."""

from pathlib import Path

import polars as pl

from corpus.reading import read_corpus
from tests.corpora import ANN, BO, ROOT, annotation, canonical, folder, frames, span

GOLD = "annotations/example/gold.json"
FIELDS = ("annotator", "item", "start", "end", "gold_span")


def made(tmp_path: Path, **spans: list[object]) -> pl.DataFrame:
    files = {
        f"annotations/example/{who}.json": canonical(annotation(annotator=who, spans=own))
        for who, own in spans.items()
    }
    return frames(*read_corpus(folder(tmp_path, files)))["annotations"]


def test_spans_that_are_one_thing_have_one_item(tmp_path: Path) -> None:
    one, other = [span(0, 3, "speaker"), span(9, 18)], [span(9, 11), span(4, 8, "event")]
    rows = made(tmp_path, ann=one, bo=other)
    assert rows.select(FIELDS).rows() == [
        ("ann", 0, 0, 3, None),
        ("bo", 1, 4, 8, None),
        ("ann", 2, 9, 18, None),
        ("bo", 2, 9, 11, None),
    ]


def test_every_annotators_spans_of_this_repository_are_rows_and_lead_to_gold() -> None:
    tables, schema = read_corpus(ROOT)
    rows = frames(tables, schema)["annotations"]
    single = tables.annotations.filter(status="single", state="submitted")
    spans = tables.spans.join(single, left_on="annotation", right_on="row", how="semi").collect()
    assert len(rows) == len(spans) > 200
    assert {*rows["status"]} == {"single"}
    [gold] = frames(tables, schema)["documents"]["spans"].to_list()
    for row in rows.drop_nulls("gold_span").to_dicts():
        of_gold = gold[row["gold_span"]]
        assert (of_gold["layer"], of_gold["text"]) == (row["layer"], row["text"])
    assert {*rows["gold_span"].drop_nulls()} == {*range(len(gold))}
    [thaw] = rows.filter(pl.col("gold_span").is_null()).to_dicts()
    assert (thaw["text"], thaw["annotator"]) == ("thaw", "m3")


def test_what_leaves_a_span_leads_to_a_span_of_the_same_annotator_and_to_its_item() -> None:
    rows = frames(*read_corpus(ROOT))["annotations"]
    items = {(r["annotator"], r["span"]): r["item"] for r in rows.to_dicts()}
    links = [(r["annotator"], link) for r in rows.to_dicts() for link in r["relations"]]
    assert len(links) > 100
    for annotator, link in links:
        assert items[annotator, link["to_span"]] == link["to_item"]


def test_a_second_pass_is_an_annotator_of_its_own(tmp_path: Path) -> None:
    files = {ANN: canonical(annotation(spans=[span(9, 18)]))}
    files[ANN.replace("ann.", "ann.2.")] = canonical(annotation(spans=[span(9, 18)], **{"pass": 2}))
    files[BO] = canonical(annotation(annotator="bo", spans=[]))
    rows = frames(*read_corpus(folder(tmp_path, files)))["annotations"]
    assert rows.select("annotator", "pass", "item").rows() == [("ann", 1, 0), ("ann", 2, 0)]

"""What stays of an annotation in Label Studio when its labels are replaced: words to the team."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def keeping(new: list[Json], old: list[Json], unpublished: frozenset[str]) -> list[Json]:
    """Return the new result with what the old one says to the team of spans that still exist."""
    spans = {item.get("id"): item["value"] for item in new if item.get("type") == "labels"}
    notes = {item.get("id"): item["meta"] for item in old if item.get("meta")}
    kept = [item for item in old if item.get("from_name") in unpublished]
    return [{**i, "meta": notes[i["id"]]} if i.get("id") in notes else i for i in new] + [
        _moved(item, spans) for item in kept if item["id"] in spans or "start" not in item["value"]
    ]


def lost(new: list[Json], old: list[Json]) -> list[str]:
    """Return what was said to the team of spans that are gone, and goes with them."""
    there = {item.get("id") for item in new}
    gone = [item for item in old if item.get("id") not in there]
    said = [" ".join(i["value"].get("text") or []) for i in gone if i.get("type") == "textarea"]
    return said + [str(item["meta"].get("text")) for item in gone if item.get("meta")]


def _moved(item: Json, spans: Mapping[str | None, Json]) -> Json:
    """Return what is said of a span with the place that the span has now."""
    span = spans.get(item["id"])
    if span is None:
        return item
    return {**item, "value": item["value"] | {"start": span["start"], "end": span["end"]}}

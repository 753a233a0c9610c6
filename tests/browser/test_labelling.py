"""The page in a real browser: what an annotator draws is what comes back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

from corpus.desk.annotate import annotating, logins, pull, questions
from corpus.desk.place import Place
from corpus.labelstudio.local import Hosting
from tests.browser.page import Desk, browsing
from tests.corpora import ROOT, folder

pytestmark = pytest.mark.studio

LINES = (
    "Mayor Lee said 😀 👨‍👩‍👧 it may rain.",
    "العمدة قال إن المطر سيهطل.",
    "<b>China's</b> envoy &amp; others\tvisited  Berlin.",
)
TEXT = "\r\n".join(LINES)
ENTITIES = """
[entities.lee]
name = "Mayor Lee"
type = "person"
description = "The mayor."

[entities.china]
name = "China <i>"
type = "gpe"
description = "The state."
"""


def place(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


@contextmanager
def quiet() -> Iterator[tuple[Any, Any]]:
    yield lambda what, done, total: None, lambda remark: None


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = folder(
        tmp_path_factory.mktemp("browser") / "corpus",
        {"seeds/entities.toml": ENTITIES},
        {"d1": TEXT, "d2": "It rained."},
        ROOT / "schemas" / "hedgerow.toml",
    )
    return made


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    """The address that `corpus annotate` would open, of a server that runs meanwhile."""
    with annotating(root, Place(), quiet, Hosting(), ["ann"]) as ([page], _):
        yield page.url


def at_the_desk(window: Any, root: Path, address: str, document: str = "d1") -> Desk:
    """Log in as ann and open a document."""
    account = logins(root)["ann"]
    parts = urlsplit(address)
    server = f"{parts.scheme}://{parts.netloc}"
    task = {"d1": 1, "d2": 2}[document]
    target = quote(f"{parts.path}?task={task}", safe="")
    login = f"{server}/user/login/?next={target}"
    return Desk(window, login, account.email, account.password)


def drawn(root: Path, document: str) -> dict[str, Any]:
    pull(root, Place(), lambda *_: None, lambda remark: None)
    path = root / "annotations" / document / "ann.json"
    made: dict[str, Any] = json.loads(path.read_bytes())
    return made


DRAWN = {
    ("event", "said"): {"type": "STATEMENT"},
    ("event", "قال"): {"type": "STATEMENT", "realis": "future", "polarity": "negative"},
    ("event", "😀 👨‍👩‍👧"): {"type": "OTHER"},
    ("event", "visited  Berlin"): {"type": "CONSULT"},
    ("claim", "it may rain"): {
        "attribution": "indirect",
        "claim_type": "fact",
        "certainty": "probable",
    },
    ("claim", "rain.\r\nالعمدة"): {
        "attribution": "author",
        "claim_type": "value",
        "certainty": "certain",
    },
    ("claim", "others"): {
        "attribution": "author",
        "claim_type": "value",
        "certainty": "certain",
    },
    ("speaker", "envoy"): {"entity": ["china"]},
    ("hedge", "may"): {"hedge_type": "epistemic", "difficult": True},
    ("speaker", "China"): {"entity": ["china"]},
    ("speaker", "Mayor Lee"): {"entity": ["lee"]},
}
"""(layer, words) -> what is said of each span that is drawn."""


def test_what_is_drawn_with_keys_and_mouse_comes_back(root: Path, address: str) -> None:
    with browsing() as (window, outside):
        desk = at_the_desk(window, root, address)
        desk.mark("1", *place("said"), "Shift+s")
        desk.mark("3", *place("it may rain"), "i", "t", "6")
        desk.press("4")
        desk.double_click(place("may")[0] + 1)
        desk.press("s", "q", "Escape")
        desk.mark("3", *place("rain.\r\nالعمدة"), "w", "v", "5")
        desk.press("1")
        desk.double_click(place("قال")[0] + 1)
        desk.press("Shift+s", "f", "n", "Escape")
        desk.mark("1", *place("😀 👨‍👩‍👧"), "Shift+x")
        desk.mark("1", *place("visited  Berlin"), "Shift+c")
        desk.press("2")
        desk.drag(*place("China"))
        desk.choose_entity("China <i>")
        desk.press("2")
        desk.drag(*place("Mayor Lee"))
        desk.choose_entity("Mayor Lee")
        desk.press("2")
        desk.double_click(place("envoy")[0] + 1)
        desk.choose_entity("China <i>")
        desk.press("Escape", "3")
        desk.double_click(place("others")[0] + 1)
        desk.press("w", "v", "5", "Escape")
        desk.relate(place("it")[0], place("Mayor")[0] + 1, "source")
        desk.relate(place("it")[0], place("said")[0] + 1, "cue")
        desk.submit()
        assert outside == []
    made = drawn(root, "d1")
    spans = {(s["layer"], s["text"]): s for s in made["spans"]}
    drawn_at = {key: (s["start"], s["end"]) for key, s in spans.items()}
    assert drawn_at == {key: place(key[1]) for key in DRAWN}
    assert {key: s["attributes"] for key, s in spans.items()} == DRAWN
    ids = {s["id"]: s["text"] for s in made["spans"]}
    assert sorted((r["type"], ids[r["from"]], ids[r["to"]]) for r in made["relations"]) == [
        ("cue", "it may rain", "said"),
        ("source", "it may rain", "Mayor Lee"),
    ]


def test_a_missing_required_value_blocks_submit_and_questions_reach_the_team(
    root: Path, address: str
) -> None:
    with browsing(1920, 1080) as (window, outside):
        desk = at_the_desk(window, root, address, "d2")
        controls = desk.page.locator(".corpus-controls")
        expect(controls.get_by_text("Press the key of a layer")).to_be_visible()
        desk.press("2")
        desk.drag(0, 2)
        expect(controls.get_by_text("Entity", exact=True)).to_be_visible()
        expect(controls.get_by_text("Certainty", exact=True)).not_to_be_visible()
        desk.submit()
        expect(desk.page.get_by_text("Entity: please choose")).to_be_visible()
        desk.page.keyboard.press("Escape")
        desk.click(1)
        desk.ask("Who is missing", "The weather, a force")
        desk.ask("A question on this span", "Is it anybody?")
        desk.choose_entity("not in this list")
        desk.press("Escape")
        desk.ask("A question on the whole text", "Why so short?")
        desk.submit()
        desk.page.get_by_role("button", name="Instructions").click()
        guide = desk.page.locator(".corpus-guide")
        expect(guide.get_by_text("Definitions")).to_be_visible()
        expect(guide.get_by_text("approximator [k]: Loosens a quantity")).to_be_attached()
        assert outside == []
    asked = questions(root, Place(), lambda remark: None)
    assert sorted((q.kind, q.text, q.question) for q in asked if q.document == "d2") == [
        ("entity proposed", "It", "The weather, a force"),
        ("question", "", "Why so short?"),
        ("question", "It", "Is it anybody?"),
    ]
    [span] = drawn(root, "d2")["spans"]
    assert span["attributes"] == {"entity": ["unlisted"]}

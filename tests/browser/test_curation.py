"""A curator at the page in a real browser: three conflicts of the seed are decided there."""

import json
import os
import re
import shutil
import signal
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from corpus.desk.annotate import logins
from tests.browser.page import Desk, browsing
from tests.corpora import ROOT
from tests.desk.forks import Tool
from tests.desk.verbs import corpus, done, started

pytestmark = pytest.mark.studio

DOC_ID = "000_c51f7e79a197f6f3"
TEXT = (ROOT / "seeds" / f"{DOC_ID}.txt").read_text(encoding="utf-8")
CLAIM = TEXT.index("the tone of the recent call suggests")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the corpus, with nothing decided."""
    made = tmp_path_factory.mktemp("curation") / "corpus"
    for name in ("schemas", "seeds", "annotations"):
        shutil.copytree(ROOT / name, made / name)
    for name in ("decisions.toml", "gold.json"):
        (made / "annotations" / DOC_ID / name).unlink(missing_ok=True)
    return made


@pytest.fixture(scope="module")
def verb(root: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`corpus adjudicate --studio`, under way, and the address that it says."""
    words = ("adjudicate", "--studio", "--by", "a1", "--no-browser")
    with started(root, *words) as process:
        assert process.stdout is not None
        said = list[str]()
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C stops" in line:
                break
        [address] = re.findall(r"a1: (\S+)", "".join(said))
        try:
            yield process, address
        finally:
            process.kill()


def shot(page: Page, name: str) -> None:
    """Keep a picture where SCREENSHOTS says so."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def at_the_desk(window: object, root: Path, address: str) -> Desk:
    account, parts = logins(root)["a1"], urlsplit(address)
    login = f"{parts.scheme}://{parts.netloc}/user/login/?next="
    target = quote(f"{parts.path}?task=1", safe="")
    return Desk(window, login + target, account.email, account.password)  # type: ignore[arg-type]


def test_a_curator_decides_on_the_page_and_gold_follows(
    root: Path, verb: tuple[subprocess.Popen[str], str]
) -> None:
    process, address = verb
    with browsing(1600, 900) as (window, outside):
        desk = at_the_desk(window, root, address)
        page = desk.page
        shot(page, "opened")
        for letter in "ABC":
            expect(page.get_by_text(letter, exact=True).first).to_be_visible()
        conflicts = page.locator(".corpus-conflicts")
        for words in ("missing span: event", "claim_type of claim", "A, C: prediction; B: fact"):
            expect(conflicts).to_contain_text(words)
        update = page.locator("button", has_text="Update").first
        expect(update).to_be_disabled()
        desk.click(CLAIM + 5)
        shot(page, "selected")
        expect(page.locator(".corpus-controls").get_by_text("Claim type")).to_be_visible()
        desk.press("e", "Escape")
        update.click()
        expect(page.get_by_text("All conflicts are decided: please tick")).to_be_visible()
        shot(page, "not ticked")
        page.get_by_role("button", name="OK").click()
        page.locator(".lsf-choice", has_text="All conflicts are decided").first.click()
        update.click()
        page.wait_for_timeout(1500)
        shot(page, "updated")
        assert outside == []
    told = done(corpus(root, "adjudicate", "--pull"))
    assert told.splitlines()[0] == "1 text(s) decided"
    own = root / "annotations" / DOC_ID
    record = tomllib.loads((own / "decisions.toml").read_text())
    assert {(c["kind"], c["decision"], c.get("by")) for c in record["conflicts"]} == {
        ("attribute", "A", "a1"),
        ("missing span", "A", "a1"),
        ("relation", "", None),
    }
    made = json.loads((own / "gold.json").read_bytes())
    [claim] = [s for s in made["spans"] if s["start"] == CLAIM]
    assert claim["attributes"]["claim_type"] == "prediction"
    assert "thaw" not in [s["text"] for s in made["spans"]]
    assert Tool(root, "validate").end().returncode == 0
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    assert "corpus adjudicate --pull" in process.stdout.read()
    assert process.wait(30) == 0

"""The labelling page in a real Chromium, worked with mouse and keys as an annotator does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.browser.chromium import chromium

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PLACE = """([start, end]) => {
  // The middle of the left edge of text[start] and of the right edge of text[end - 1]; a line break
  // of the text is a <br> of the page, and offsets count code points.
  const box = document.querySelector("[class*=htx-richtext]");
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let at = 0, first = null, last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeName === "BR") { at += 1; continue; }
    if (node.nodeType !== Node.TEXT_NODE) continue;
    let unit = 0;
    for (const letter of node.data) {
      if (at === start) first = [node, unit, unit + letter.length];
      if (at === end - 1) last = [node, unit, unit + letter.length];
      at += 1;
      unit += letter.length;
    }
  }
  first[0].parentElement.scrollIntoView({block: "center"});
  const rect = ([node, from, to]) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return range.getClientRects()[0];
  };
  // Where a letter begins and ends as one reads: from right to left it begins on its right.
  const back = ([node, from, to]) => /[\\u0590-\\u08FF]/.test(node.data.slice(from, to));
  const one = rect(first), other = rect(last);
  return [
    back(first) ? one.right - 0.5 : one.left + 0.5, one.top + one.height / 2,
    back(last) ? other.left + 0.5 : other.right - 0.5, other.top + other.height / 2,
  ];
}"""


@contextmanager
def browsing(width: int = 1366, height: int = 768) -> Iterator[tuple[BrowserContext, list[str]]]:
    """Yield a browser's window, and the addresses on other machines that its pages asked for."""
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(
            executable_path=str(chromium()), args=FLAGS.split()
        )
        window = browser.new_context(viewport={"width": width, "height": height})
        window.set_default_timeout(15_000)
        outside: list[str] = []

        def watch(request: Request) -> None:
            if not re.match(r"(http://127\.0\.0\.1[:/]|data:|blob:)", request.url):
                outside.append(request.url)

        window.on("request", watch)
        yield window, outside
        browser.close()


class Desk:
    """An annotator at the page of a project."""

    def __init__(self, window: BrowserContext, address: str, email: str, password: str) -> None:
        self.page: Page = window.new_page()
        self.page.goto(address)
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.await_text()

    def await_text(self) -> None:
        """Wait until the text stands on the page."""
        self.page.wait_for_selector("[class*=htx-richtext]")
        self.page.wait_for_timeout(700)  # the page takes keys a moment later

    def drag(self, start: int, end: int) -> None:
        """Drag the mouse over text[start:end]."""
        left, top, right, bottom = self.page.evaluate(PLACE, [start, end])
        mouse = self.page.mouse
        mouse.move(left, top)
        mouse.down()
        mouse.move((left + right) / 2, (top + bottom) / 2)
        mouse.move(right, bottom)
        mouse.up()
        self.page.wait_for_timeout(150)

    def double_click(self, offset: int) -> None:
        """Double-click the character at an offset."""
        left, top, right, _ = self.page.evaluate(PLACE, [offset, offset + 1])
        self.page.mouse.dblclick((left + right) / 2, top)
        self.page.wait_for_timeout(150)

    def click(self, offset: int) -> None:
        """Click the character at an offset."""
        left, top, right, _ = self.page.evaluate(PLACE, [offset, offset + 1])
        self.page.mouse.click((left + right) / 2, top)
        self.page.wait_for_timeout(150)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(100)

    def mark(self, key: str, start: int, end: int, *values: str) -> None:
        """Mark a span and say what it is, with keys and mouse alone; then let it go."""
        self.press(key)
        self.drag(start, end)
        self.press(*values, "Escape")

    def choose_entity(self, name: str) -> None:
        """Choose an entity for the selected span."""
        self.page.locator(".corpus-controls .lsf-choices_layout_select button:visible").click()
        self.page.get_by_role("option").filter(has_text=name).first.click()
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(150)

    def relate(self, start: int, end: int, kind: str) -> None:
        """Draw a relation from the span at one offset to the span at another, and type it."""
        self.click(start)
        self.press("Alt+r")
        self.click(end)
        self.press("Escape")
        self.page.locator("#Relations-draggable").click()
        last = self.page.locator(".lsf-relations__item").last
        last.hover()
        last.get_by_role("button", name="Show Relation Labels").click()
        self.page.get_by_text("Select labels").last.click()
        self.page.get_by_role("option").filter(has_text=re.compile(f"^{kind}$")).click()
        self.page.keyboard.press("Escape")
        self.page.locator("#Regions-draggable").click()

    def ask(self, placeholder: str, words: str) -> None:
        """Write into a box to the team."""
        box = self.page.locator(f'[placeholder^="{placeholder}"]:visible')
        box.scroll_into_view_if_needed()
        box.fill(words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(200)

    def submit(self) -> None:
        """Hand the work in."""
        self.page.get_by_role("button", name=re.compile("submit", re.IGNORECASE)).first.click()
        self.page.wait_for_timeout(1000)

"""One open page in a real Chromium: when it had painted whom, and what a first visit weighs."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

_WATCH = """() => {
  window.painted = {};
  const look = () => {
    for (const cell of document.querySelectorAll("#list .person")) {
      const who = cell.textContent.trim();
      if (!who.startsWith("new-") || who in window.painted) continue;
      window.painted[who] = 0;
      requestAnimationFrame(() => setTimeout(() => { window.painted[who] = Date.now(); }));
    }
  };
  const what = { subtree: true, childList: true, characterData: true };
  new MutationObserver(look).observe(document.getElementById("list"), what);
}"""
"""Behind the frame in which a name was drawn, a task runs once that frame is painted."""

_WEIGHT = """() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
  .filter(each => !each.name.includes("/stream")).reduce((sum, each) => sum + each.transferSize, 0)"""


class Screen:
    """A board that watches itself."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def painted(self) -> dict[str, float]:
        """Whom it has painted since it was opened, and when (seconds of the wall clock)."""
        told: dict[str, float] = self._page.evaluate("window.painted")
        return {who: at / 1e3 for who, at in told.items() if at}

    def weight_bytes(self) -> int:
        """What came over the line for the first visit, but for the stream."""
        weight: int = self._page.evaluate(_WEIGHT)
        return weight


@contextmanager
def screen_of(address: str, cookie: str) -> Iterator[Screen | None]:
    """The board, live, as long as the block; None where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        yield None
        return
    name, _, value = cookie.partition("=")
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": name, "value": value, "url": f"http://{address}"}])
        page = context.new_page()
        page.goto(f"http://{address}/board")
        page.locator("#desk[data-frame]").wait_for(timeout=30_000)
        page.evaluate(_WATCH)
        yield Screen(page)
        browser.close()

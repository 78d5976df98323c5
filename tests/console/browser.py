"""A real Chromium, and a console behind a real socket that is shown the views of a test."""

import asyncio
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from starlette.routing import BaseRoute

from console.app import make_app
from console.board_text import Wording
from console.fan_out import FanOut
from console.pages import Pages
from console.provider import NoProvider, Provider
from console.row_keys import RowKeys
from console.serve import Server, hosts_of, listening
from embedded.ports import ReservedPort
from runtime.metrics.address import Address
from runtime.metrics.scrape_tls import TlsContextSource
from sight.board_view import BoardView
from sight.poller_thread import LOOK_SECONDS
from tests.conftest import missing
from tests.console.book import Book
from tests.console.views import BAND, a_view

STALE_BY = 20_000
"""Milliseconds until a page must have said that it is stale: five thousand, and what a busy machine adds."""

PATIENCE_MILLISECONDS = 30_000
"""For what a page must show; the library's own five seconds are over where eight others work."""


def chromium() -> str:
    """Where it lies; where there is none the test skips, and in CI fails unless CHROMIUM=none says it knows."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None and os.environ.get("CHROMIUM") == "none":
        pytest.skip("chromium could not be had")
    if found is None:
        missing("chromium (apt-get install chromium, or .ci/chromium)")
    return found


@contextmanager
def a_browser() -> Iterator[Browser]:
    """One for several tests; as root it has no sandbox."""
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        yield browser
        browser.close()


class Desk:
    """A console of its own; `show` is what its look would see. It can be ended and begun again on its port."""

    def __init__(
        self,
        tls: TlsContextSource | None = None,
        provider_of: Callable[[Pages], Provider] = lambda _: NoProvider(),
        further_of: Callable[[Pages], Sequence[BaseRoute]] = lambda _: (),
    ) -> None:
        self._tls, self._provider_of, self.further_of = tls, provider_of, further_of
        self.book = Book()
        self._port = ReservedPort()
        self.address = Address("127.0.0.1", self._port.number)
        self.url = f"http://{self.address}"
        self.fan_out = FanOut(Wording(BAND, BAND, RowKeys(), UTC), "", a_view())
        self._view = a_view()
        self._closed = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def show(self, view: BoardView) -> None:
        """What is seen from here on, again and again; a trouble stays as old as it is."""
        self._view = view
        self._look_once()

    def _look(self) -> None:
        while not self._closed.wait(LOOK_SECONDS):
            self._look_once()

    def _look_once(self) -> None:
        now, view = time.monotonic(), self._view
        self.fan_out.show(view if view.trouble else replace(view, seen_at=now, moved_at=now))

    def start(self) -> None:
        """Returns once it listens."""
        self.fan_out.is_ending = False
        pages = Pages("v100", "v100 2026.1", self.fan_out, UTC)
        provider = self._provider_of(pages)
        pages.has_sign_out = provider.can_sign_out
        leases, further = self.book.leases(self.fan_out), self.further_of(pages)
        app = make_app(pages, hosts_of(self.address), leases, provider, further)
        self._server = server = Server(app, self.fan_out, tls=self._tls)
        ready = threading.Event()

        def serve() -> None:
            with listening(self.address) as listener:
                ready.set()
                asyncio.run(server.serve(sockets=[listener]))

        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()
        assert ready.wait(60)

    def end(self) -> None:
        """As SIGTERM ends it."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(20)
            assert not self._thread.is_alive()

    def close(self) -> None:
        """Gives the port back."""
        self.end()
        self._closed.set()
        self._port.release()


class Screen:
    """A page of the board, and everything that its browser has complained about."""

    def __init__(self, browser: Browser, desk: Desk, **options: Any) -> None:  # Any: of playwright
        self.context: BrowserContext = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.desk = desk

    def open(self, path: str = "/board") -> Page:
        """Goes there; on the board with a script, until the first frame is drawn."""
        self.page.goto(self.desk.url + path)
        return self.page

    def themed(self, theme: str) -> None:
        """As somebody has chosen before."""
        self.context.add_cookies([{"name": "harmwatch_display", "value": f"{theme}.keys", "url": self.desk.url}])

    def people(self) -> list[str]:
        """Who stands on the list, in order."""
        return self.page.locator("tr[data-key] .person").all_text_contents()


def live(page: Page) -> None:
    """Returns once it is live and drawn by its script."""
    expect(page.locator("#word")).to_have_text("LIVE")
    expect(page.locator("#tools")).to_be_visible()
    expect(page.locator("#desk")).to_have_attribute("data-frame", re.compile("[0-9]+"))


def wait_by(page: Page, seconds: float) -> None:
    """The page's clock goes on by so much, and the page has looked at it."""
    page.evaluate("seconds => { const now = Date.now; Date.now = () => now() + 1000 * seconds; }", seconds)
    page.wait_for_timeout(600)

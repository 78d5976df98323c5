"""`python -m handbook.desk_picture`: opens a real desk and writes what an officer sees as a picture, docs/desk.png."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from embedded.ports import ReservedPort

PICTURE = Path(__file__).parents[1] / "docs" / "desk.png"
_SIZE = ViewportSize(width=1440, height=860)
_ALERTS = 4
_PATIENCE_SECONDS, _NEWS_SECONDS = 300.0, 120.0
_USER = re.compile(r"Sign in as (\w+) \(\w+\) with (\S+)")


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """`make desk` while it runs: its address, and the passwords of its users."""

    url: str
    passwords: dict[str, str]

    def sign_in(self, page: Page, name: str) -> None:
        """At the page that a stranger comes to."""
        page.goto(f"{self.url}/board")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(self.passwords[name])
        page.keyboard.press("Enter")
        page.locator("#desk[data-frame]").wait_for()


@contextmanager
def open_desk(*options: str) -> Iterator[OpenDesk]:
    """As `harmwatch demo --console` opens it, as long as the block. Raises RuntimeError with what it said."""
    port, environment = ReservedPort(), {k: v for k, v in os.environ.items() if not k.startswith("HARMWATCH_")}
    environment["HARMWATCH_CONSOLE"] = f"127.0.0.1:{port.number}"
    command = [str(Path(sys.executable).with_name("harmwatch")), "demo", "--console", *options]
    with (
        tempfile.TemporaryDirectory() as folder,
        (Path(folder) / "said").open("w+") as said,
        subprocess.Popen(command, env=environment, stdout=said, stderr=said) as demo,
    ):
        try:
            yield OpenDesk(f"http://127.0.0.1:{port.number}", _passwords(demo, Path(folder) / "said"))
        finally:
            demo.terminate()
            demo.wait(60)
    port.release()


def _passwords(demo: "subprocess.Popen[bytes]", said: Path) -> dict[str, str]:
    until = time.monotonic() + _PATIENCE_SECONDS
    while "the console of board" not in said.read_text("utf-8"):
        if demo.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"no desk was opened: {said.read_text('utf-8')}")
        time.sleep(0.2)
    return dict(_USER.findall(said.read_text("utf-8")))


def _take(page: Page) -> None:
    """Once some have moved since the shift began."""
    page.locator("#news li").nth(_ALERTS - 1).wait_for(timeout=_NEWS_SECONDS * 1e3)
    page.locator("#word", has_text="LIVE").wait_for()
    page.screenshot(path=PICTURE)


if __name__ == "__main__":
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    with open_desk(*sys.argv[1:]) as desk, sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        page = playwright.chromium.launch(executable_path=browser_path, args=arguments).new_page(viewport=_SIZE)
        page.emulate_media(color_scheme="light")
        desk.sign_in(page, "anna")
        _take(page)

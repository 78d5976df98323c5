"""The tutorial of the first shift is done, step by step, on the desk that `make desk` opens."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from handbook.desk_picture import OpenDesk, open_desk
from tests.console.browser import a_browser

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(600)]
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "your-first-shift.md"
ALERT_MS, MS = 240_000, 30_000
"""Until the synthetic London brings somebody in, and until a busy machine has drawn a page."""


class Shift:
    """An officer who does what the page says; what it prints in bold must stand on the screen in that section."""

    def __init__(self, page: Page) -> None:
        self.page = page
        parts = re.split(r"^## (\d+)\. .*$", TUTORIAL.read_text("utf-8"), flags=re.MULTILINE)
        self._sections = dict(zip(parts[1::2], parts[2::2], strict=True))
        self._seen = ""

    def look(self) -> None:
        """What is on the screen now."""
        self._seen += self.page.locator("body").inner_text()

    def ends(self, section: int) -> None:
        """Everything that the section names was there; each key that it names is one of the desk's."""
        self.look()
        told = self._sections.pop(str(section))
        bold = re.findall(r"\*\*(.+?)\*\*", told)
        assert bold
        assert [words for words in bold if words.lower() not in self._seen.lower()] == []
        self._seen = ""

    @property
    def is_over(self) -> bool:
        return not self._sections

    def see(self, what: Locator, timeout: float = MS) -> None:
        expect(what).to_be_visible(timeout=timeout)
        self.look()


@pytest.fixture(scope="module")
def desk() -> Iterator[OpenDesk]:
    with open_desk("--fast") as desk:
        yield desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


def test_the_first_shift_goes_as_the_tutorial_says(desk: OpenDesk, browser: Browser) -> None:
    page = browser.new_page()
    page.set_default_timeout(MS)
    shift = Shift(page)
    desk.sign_in(page, "anna")
    expect(page.locator("#word")).to_have_text("LIVE", timeout=MS)
    shift.ends(1)
    page.keyboard.press("j")
    expect(page.locator("tr:focus .rank")).to_have_text("1")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr:focus .rank")).to_have_text("1")
    page.keyboard.press("c")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("tr:focus")).to_have_count(0)
    shift.see(page.locator("#news li").first, ALERT_MS)
    shift.ends(2)
    take_what_waits(shift)
    write_and_propose(shift)
    confirm(shift, desk)
    page.get_by_role("link", name="About this list").click()
    shift.see(page.get_by_role("heading", name="About this list"))
    shift.ends(7)
    assert shift.is_over, "a section that is not done"


def take_what_waits(shift: Shift) -> None:
    page = shift.page
    page.locator("nav a", has_text="Queue").click()
    expect(page.locator("#word")).to_have_text("LIVE", timeout=MS)
    shift.see(page.locator("#queue > li[data-kind=entered]").first, ALERT_MS)
    page.keyboard.press("j")
    expect(page.locator("#queue > li").first).to_be_focused()
    page.keyboard.press("o")
    expect(page.locator("#answer")).to_have_text("It is done.", timeout=MS)
    expect(page.locator("#queue > li:focus")).to_have_attribute("data-mine", "yes", timeout=MS)
    shift.ends(3)


def write_and_propose(shift: Shift) -> None:
    page = shift.page
    page.keyboard.press("Enter")
    shift.see(page.get_by_role("heading", name="What the board says"))
    page.locator("summary", has_text="Write a note").click()
    page.get_by_label("Note").fill("two reports of one evening")
    shift.look()
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator(".done .text").first).to_have_text("two reports of one evening", timeout=MS)
    shift.ends(4)
    page.locator("summary", has_text="Propose a measure").click()
    page.get_by_role("radio", name="accept", exact=True).check()
    page.locator("details[open] textarea").fill("both reports hold")
    shift.look()
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator(".proposal")).to_contain_text("Proposed: accept", timeout=MS)
    shift.ends(5)


def confirm(shift: Shift, desk: OpenDesk) -> None:
    page = shift.page
    shift.look()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{desk.url}/sign-in")
    desk.sign_in(page, "ben")
    page.get_by_role("link", name="Second key").click()
    shift.see(page.locator(".proposal").first)
    page.locator("summary", has_text="Confirm it").first.click()
    shift.look()
    page.get_by_role("button", name="Confirm it").first.click()
    page.wait_for_url("**/stays/**")
    shift.see(page.locator(".answer.good"))
    shift.ends(6)

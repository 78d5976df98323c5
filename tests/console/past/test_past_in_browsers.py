"""Pages about the past in a real browser: from the board by keyboard, without script, on paper, for who cannot see."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from console.board_text import Wording
from console.fan_out import FanOut
from console.past.given_reasons import GivenReasons
from console.past.open_past import past_routes
from console.past.past_desk import PastDesk
from console.past.person_stays import PersonStays
from console.past.process import PastProcess
from console.past.questions import BandQuestion
from console.row_keys import RowKeys
from tests.console.book import Book
from tests.console.browser import Desk, Screen
from tests.console.duty import Duty
from tests.console.past.golden import ALERT, HANDLES, THEN, WHO, T, answer_golden, golden_settings
from tests.console.rules_of_sight import AXE, SIZES, THEMES
from tests.console.views import BAND, a_row, a_view

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]
PERSON = f"/people/{HANDLES.handle(WHO)}"
NOBODY = f"/people/{HANDLES.handle('nobody-of-that-name')}"
STRANGER = f"/people/{HANDLES.handle('somebody-else')}"
PAGES = {
    "a person": PERSON,
    "a person then": f"{PERSON}?t={T}&known=then",
    "a person now": f"{PERSON}?t={T}&known=now",
    "nobody": NOBODY,
    "a reason": STRANGER,
    "find": "/find",
    "look back": "/at",
    "the band": f"/at?t={T}",
    "the band held against now": f"/at?t={T}&known=now",
    "amendments": "/at/amendments",
    "a recipient": f"{PERSON}/print",
    "a file": "/stays/v100:1/explanation",
    "no moment": "/at?t=yesterday",
}


A4_WIDTH = 703
"""Pixels of CSS between the margins of a sheet: (210 - 2 * 12) mm at 96 for each inch."""


@pytest.fixture(scope="module")
def process() -> Iterator[PastProcess]:
    with closing(PastProcess(golden_settings(), answer_golden, 60)) as process:
        process.ask(BandQuestion(THEN), "").future.result(60)
        yield process


@pytest.fixture(scope="module")
def reasons() -> GivenReasons:
    return GivenReasons()


@pytest.fixture(scope="module")
def desk(process: PastProcess, reasons: GivenReasons) -> Iterator[Desk]:
    desk = Desk()
    desk.fan_out = FanOut(Wording(BAND, BAND, RowKeys(), UTC, handles=HANDLES), "", a_view())
    duty = Duty(desk.fan_out, Book()).begin(ALERT.offender_id)
    stays = PersonStays(duty.news, duty.acting.lookup, duty.acting.reads)
    desk.further_of = lambda pages: past_routes(PastDesk(pages, process, desk.book.write, HANDLES, reasons), stays)
    desk.start()
    desk.show(a_view([a_row(1, WHO), *(a_row(rank) for rank in range(2, 121))]))
    yield desk
    desk.close()


def given(screen: Screen) -> None:
    """Reasons, as forms ask for them."""
    for who in (WHO, "nobody-of-that-name"):
        page = screen.open("/find")
        page.get_by_label("Id").fill(who)
        page.get_by_label("Why you look").fill("a call at the desk")
        page.get_by_role("button", name="Find", exact=True).click()
        arrived(page)


def arrived(page: Page) -> None:
    """A page that waits has become the one that was asked for."""
    expect(page.locator("h1", has_text="One moment")).to_have_count(0, timeout=60_000)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", SIZES)
def test_axe_finds_nothing_on_any_page_in_any_theme_and_width(
    browser: Browser, desk: Desk, theme: str, width: int
) -> None:
    screen = Screen(browser, desk, viewport={"width": width, "height": SIZES[width]})
    screen.themed(theme)
    given(screen)
    for name, address in PAGES.items():
        page = screen.open(address)
        arrived(page)
        found = Axe().run(page, options=AXE).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
    assert [said for said in screen.complaints if not re.search("40[0-9]|422", said)] == []
    screen.context.close()


def test_from_the_board_by_keyboard_alone(browser: Browser, desk: Desk, reasons: GivenReasons) -> None:
    screen = Screen(browser, desk)
    page = screen.open()
    expect(page.locator("#word")).to_have_text("LIVE")
    page.keyboard.press("j")
    expect(page.locator("tr:focus .person")).to_have_text(WHO)
    desk.show(a_view([a_row(1, "somebody"), a_row(2, WHO), *(a_row(rank) for rank in range(3, 121))]))
    expect(page.locator("tr:focus .rank")).to_have_text("2")
    reasons.forget("none:this-machine", HANDLES.handle(WHO))  # another test may have given one
    page.keyboard.press("o")
    page.get_by_label("Why", exact=True).press_sequentially("a call")
    page.keyboard.press("Enter")
    arrived(page)
    expect(page.locator("h1 .person")).to_have_text(WHO)
    expect(page.locator(".chart svg")).to_be_visible()
    page.get_by_label("At", exact=True).fill(T)
    page.get_by_role("button", name="As known now").press("Enter")
    arrived(page)
    expect(page.locator('.switch button[aria-current="true"]')).to_have_text("As known now")
    assert WHO not in page.url
    assert screen.complaints == []
    screen.context.close()


def test_without_script_a_person_is_found_and_everything_is_there(browser: Browser, desk: Desk) -> None:
    screen = Screen(browser, desk, java_script_enabled=False)
    given(screen)
    page = screen.open(PERSON)
    assert page.locator("h1 .person").text_content() == WHO
    assert page.locator(".past-line").count() == 1
    assert page.locator("tbody tr").count() > 10
    screen.context.close()


def test_only_the_page_for_paper_is_printed_light_and_whole(browser: Browser, desk: Desk, tmp_path: Path) -> None:
    screen = Screen(browser, desk)
    screen.themed("night")
    given(screen)
    page = screen.open(PERSON)
    page.emulate_media(media="print")
    expect(page.locator(".past")).to_be_hidden()
    expect(page.locator(".print-only")).to_contain_text("use its Print button")
    expect(page.locator(".print-only")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Print", exact=True).click()
    page.get_by_label("To whom it goes").fill("the court")
    page.get_by_role("button", name="Go on").click()
    arrived(page)
    page.emulate_media(media="print")
    expect(page.locator(".past")).to_be_visible()
    for beside in (".print-only", ".top", "footer"):
        expect(page.locator(beside)).to_be_hidden()
    expect(page.locator(".shown-by")).to_contain_text("Printed by none:this-machine for the court")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.set_viewport_size({"width": A4_WIDTH, "height": 1_000})
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_WIDTH, "nothing is wider than the sheet"
    page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    assert (tmp_path / "page.pdf").stat().st_size > 10_000
    screen.context.close()

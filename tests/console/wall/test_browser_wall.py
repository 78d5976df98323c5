"""The wall in a real browser: it moves by itself, says when it is stale, and fits its screen."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.browser import STALE_BY, Desk, Screen
from tests.console.rules_of_sight import THEMES, violations
from tests.console.views import a_row, a_view, an_alert, ranked

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]
SIZES = {1920: 1080, 390: 844}


def live(page: Page) -> None:
    expect(page.locator("#word")).to_have_text("LIVE")
    expect(page.locator("#desk")).to_have_attribute("data-frame", re.compile("[0-9]+"))


def test_it_moves_by_itself_says_when_it_is_stale_and_lives_again(browser: Browser, desk: Desk) -> None:
    screen = Screen(browser, desk, viewport={"width": 1920, "height": 1080})
    page = screen.open("/wall")
    live(page)
    desk.show(a_view(ranked("somebody-new"), [an_alert(offender_id="somebody-new")]))
    expect(page.locator("li[data-key] .person").first).to_have_text("…-new")
    expect(page.locator("#news .told")).to_contain_text("…-new entered at rank 97")
    assert page.locator("li[data-key]").count() == 110
    assert page.locator("li[data-key], li.cut").all_text_contents()[100].startswith("the cut at 100")
    desk.end()
    expect(page.locator("#word")).to_have_text("STALE", timeout=STALE_BY)
    expect(page.locator("#why")).to_contain_text("the console does not answer")
    expect(page.locator("#desk")).to_have_css("filter", "grayscale(1)")
    assert page.locator("#word").evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 40
    desk.start()
    expect(page.locator("#word")).to_have_text("LIVE", timeout=40_000)
    screen.context.close()


def test_without_script_it_asks_again_by_itself(browser: Browser, desk: Desk) -> None:
    screen = Screen(browser, desk, java_script_enabled=False)
    page = screen.open("/wall")
    desk.show(a_view(ranked("somebody-new")))
    expect(page.locator("li[data-key] .person").first).to_have_text("…-new", timeout=25_000)
    screen.context.close()


@pytest.mark.parametrize("width", [1440, 1920])
def test_the_line_of_the_cut_is_read_to_its_end(browser: Browser, desk: Desk, width: int) -> None:
    screen = Screen(browser, desk, viewport={"width": width, "height": width * 9 // 16})
    desk.show(a_view([a_row(rank, score=2_821_500 + 1_000 * (100 - rank)) for rank in range(1, 121)]))
    page = screen.open("/wall")
    live(page)
    expect(page.locator("#cut-words")).to_have_text("the cut at 100: 2,821.5 days")
    ends = "['cut-words', 'cut'].map(id => document.getElementById(id).getBoundingClientRect().right)"
    words, line = page.evaluate(ends)
    assert words <= line
    screen.context.close()


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_and_the_whole_list_fits_a_large_screen(
    browser: Browser, desk: Desk, theme: str, width: int
) -> None:
    screen = Screen(browser, desk, viewport={"width": width, "height": SIZES[width]})
    screen.themed(theme)
    alerts = [an_alert(sequence) for sequence in range(1, 12)]
    desk.show(a_view(ranked("somebody-new"), alerts))
    page = screen.open("/wall")
    live(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if width > 1_000:
        assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
        assert page.locator("li[data-key]").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 20
    trouble = {"seen_at": time.monotonic() - 6, "trouble": "Redis does not answer"}
    desk.show(a_view(ranked("somebody-new"), alerts, **trouble))
    expect(page.locator("#word")).to_have_text("STALE", timeout=STALE_BY)
    assert violations(page) == [], "stale"
    assert screen.complaints == []
    screen.context.close()

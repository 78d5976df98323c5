"""States are told apart by who sees no colours, forces their own, or enlarges the page twice."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.browser import Desk, Screen, a_browser
from tests.console.test_browser import STALE_BY, live, ranked
from tests.console.views import a_view, an_alert

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]
MARK = (
    "node => ({ word: node.textContent, shape: getComputedStyle(node, '::before').content + ' ' + ["
    "'borderRadius', 'borderBottomWidth', 'width'].map(name => getComputedStyle(node, '::before')[name]).join(' ') })"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    desk.start()
    yield desk
    desk.close()


def told_by(page: Page, selector: str) -> tuple[str, str]:
    """Word and shape, as they are without any colour."""
    told = page.locator(selector).first.evaluate(MARK)
    return str(told["word"]), str(told["shape"])


@pytest.mark.parametrize("path", ["/board", "/wall"])
def test_states_differ_by_word_and_by_shape(browser: Browser, desk: Desk, path: str) -> None:
    screen = Screen(browser, desk)
    desk.show(a_view(ranked("new"), [an_alert(1), an_alert(2, transition="left", rank=None)]))
    page = screen.open(path)
    live(page) if path == "/board" else expect(page.locator("#word")).to_have_text("LIVE")
    is_live = told_by(page, "#word")
    moves = [told_by(page, f"#news li.{kind} .move") for kind in ("entered", "left")]
    assert all(one != other for one, other in zip(*moves, strict=True))
    desk.show(a_view(ranked("new"), seen_at=time.monotonic() - 6, trouble="Redis does not answer"))
    expect(page.locator("#word")).to_have_text("STALE", timeout=STALE_BY)
    assert all(one != other for one, other in zip(is_live, told_by(page, "#word"), strict=True))
    screen.context.close()


def test_without_colours_a_live_page_does_not_look_like_a_stale_one(browser: Browser, desk: Desk) -> None:
    """In grey the bar changes its ground and its shape, and stripes lie under the list."""
    screen = Screen(browser, desk)
    page = screen.open()
    live(page)
    look = "() => ['background-image', 'filter'].map(name => getComputedStyle(document.querySelector("
    look += "name === 'filter' ? '.list' : '#list')).getPropertyValue(name)).join('|')"
    before = page.evaluate(look)
    desk.show(a_view(seen_at=time.monotonic() - 6, trouble="Redis does not answer"))
    expect(page.locator("#word")).to_have_text("STALE", timeout=STALE_BY)
    after = page.evaluate(look)
    assert "repeating-linear-gradient" in after
    assert "repeating-linear-gradient" not in before
    screen.context.close()


def test_with_forced_colours_the_cut_the_mark_and_the_focus_are_still_drawn(browser: Browser, desk: Desk) -> None:
    screen = Screen(browser, desk, forced_colors="active")
    page = screen.open()
    live(page)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    mark = "node => { const mark = getComputedStyle(node, '::before'); return [mark.backgroundColor, mark.width]; }"
    colour, width = page.locator("#word").evaluate(mark)
    assert colour not in {"rgba(0, 0, 0, 0)", page.locator("#bar").evaluate("n => getComputedStyle(n).backgroundColor")}
    assert float(width.removesuffix("px")) > 5
    expect(page.locator("tr.cut th")).to_have_css("border-top-style", "dashed")
    page.keyboard.press("j")
    assert page.locator("tr:focus").evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    desk.show(a_view(seen_at=time.monotonic() - 6, trouble="Redis does not answer"))
    expect(page.locator("#word")).to_have_text("STALE", timeout=STALE_BY)
    expect(page.locator("#bar")).to_have_css("border-left-style", "solid")
    screen.context.close()


@pytest.mark.parametrize("path", ["/board", "/wall", "/display", "/shift"])
def test_enlarged_twice_nothing_is_cut_off_or_wider_than_the_page(browser: Browser, desk: Desk, path: str) -> None:
    """A browser that enlarges a page twice lays it out in half of the width, and draws each pixel as two."""
    screen = Screen(browser, desk, viewport={"width": 720, "height": 450}, device_scale_factor=2)
    desk.show(a_view(ranked("new"), [an_alert(1)]))
    page = screen.open(path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cut_off = "() => [...document.querySelectorAll('h1, h2, button, a, .days, .rank, .person')].filter(node => {"
    cut_off += (
        " const box = node.getBoundingClientRect(); return box.width > 2 && box.right > innerWidth + 1; }).length"
    )
    assert page.evaluate(cut_off) == 0
    screen.context.close()

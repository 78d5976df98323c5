"""States of the board in a real browser: it says itself that it is stale, also to who sees no colours."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.browser import STALE_BY, Desk, Screen, live, wait_by
from tests.console.rules_of_sight import violations
from tests.console.views import a_view, an_alert, ranked

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]
MARK = (
    "node => ({ word: node.textContent, shape: getComputedStyle(node, '::before').content + ' ' + ["
    "'borderRadius', 'borderBottomWidth', 'width'].map(name => getComputedStyle(node, '::before')[name]).join(' ') })"
)


def test_a_dead_console_is_said_by_the_page_itself_and_it_lives_again(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    desk.end()
    expect(page.locator("#word")).to_have_text("STALE", timeout=STALE_BY)
    expect(page.locator("#why")).to_contain_text("the console does not answer")
    expect(page.locator("#alarm")).to_contain_text("STALE")
    expect(page.locator("#desk")).to_have_class("desk stale")
    assert page.title().startswith("STALE: ")
    assert len(screen.people()) == 110, "what was known is still there"
    desk.start()
    expect(page.locator("#word")).to_have_text("LIVE", timeout=40_000)
    expect(page.locator("#desk")).to_have_class("desk")
    desk.show(a_view(ranked("somebody")))
    expect(page.locator("tr[data-key] .person").first).to_have_text("somebody")


def test_a_look_that_fails_is_said_with_its_reason(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    desk.show(a_view(seen_at=time.monotonic() - 6, trouble="Redis does not answer (HARMWATCH_REDIS)"))
    expect(page.locator("#word")).to_have_text("STALE", timeout=STALE_BY)
    expect(page.locator("#why")).to_contain_text("Redis does not answer (HARMWATCH_REDIS)", timeout=STALE_BY)
    desk.show(a_view())
    expect(page.locator("#word")).to_have_text("LIVE", timeout=STALE_BY)


def test_a_page_that_rested_unseen_says_so_and_asks_when_it_is_seen(screen: Screen) -> None:
    page = screen.open()
    live(page)
    see = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    see += " document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(see, True)
    wait_by(page, 61)
    expect(page.locator("#word")).to_have_text("STALE", timeout=STALE_BY)
    wait_by(page, 10)
    expect(page.locator("#why")).to_contain_text("the page was out of sight, and has not asked since")
    page.evaluate(see, False)
    expect(page.locator("#word")).to_have_text("LIVE", timeout=STALE_BY)


def test_a_laptop_that_slept_wakes_up_stale(screen: Screen) -> None:
    screen.page.clock.install()
    page = screen.open()
    live(page)
    words = page.evaluate(
        "() => { const now = Date.now; Date.now = () => now() + 3600000; drawFreshness();"
        " const word = document.getElementById('word').textContent; Date.now = now; return word; }"
    )
    assert words == "STALE"


def test_a_page_whose_script_did_not_come_turns_stale_by_its_style(screen: Screen) -> None:
    screen.page.route("**/live.*.js", lambda route: route.abort())
    page = screen.open()
    expect(page.locator("#word")).to_be_visible()
    expect(page.locator(".aged")).to_be_hidden()
    delays = page.evaluate(
        "() => document.getAnimations().map(each => {"
        " const { delay } = each.effect.getTiming(); each.finish(); return delay; })"
    )
    assert delays == [20_000] * 4
    expect(page.locator(".aged")).to_be_visible()
    expect(page.locator(".aged")).to_contain_text("STALE for 20 s or longer")
    expect(page.locator("#word")).to_be_hidden()
    expect(page.locator("#desk")).to_have_css("filter", "grayscale(1)")
    assert violations(page) == []
    screen.page.unroute("**/live.*.js")
    page = screen.open()
    live(page)
    assert page.evaluate("document.getAnimations().length") == 0
    expect(page.locator(".aged")).to_be_hidden()


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

"""From shift to shift in a real browser: by keyboard alone, without script, on paper, and for who cannot see it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.console.handover.offered import just_now
from tests.console.handover.served import ServedDuty, a_busy_duty
from tests.console.rules_of_sight import SIZES, THEMES, violations
from tests.console.test_gate import HOSTILE
from tests.desk.acts import an_action

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]


@pytest.fixture
def served() -> Iterator[ServedDuty]:
    served = ServedDuty()
    a_busy_duty(served.duty)
    yield served
    served.close()


def screen(browser: Browser, served: ServedDuty, name: str, theme: str = "light", **options: Any) -> Page:
    """A page of an officer; it fails where the browser complains."""
    headers = {"X-Remote-User": name, "X-Remote-Groups": "desk"}
    context: BrowserContext = browser.new_context(extra_http_headers=headers, **options)
    context.add_cookies([{"name": "harmwatch_display", "value": f"{theme}.keys", "url": served.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


@pytest.mark.parametrize("has_script", [True, False])
def test_the_desk_goes_from_hand_to_hand_by_keyboard_alone(
    browser: Browser, served: ServedDuty, has_script: bool
) -> None:
    anna = screen(browser, served, "anna", java_script_enabled=has_script)
    if has_script:
        anna.goto(f"{served.url}/queue")
        expect(anna.locator("#word")).to_have_text("LIVE", timeout=20_000)
        anna.keyboard.press("h")
        expect(anna).to_have_url(f"{served.url}/handover")
    else:
        anna.goto(f"{served.url}/handover")
    tab_to(anna, "to")
    anna.keyboard.type("bert")
    tab_to(anna, "text")
    anna.keyboard.type("a quiet night")
    anna.keyboard.press("Tab")
    anna.keyboard.press("Enter")
    expect(anna).to_have_url(f"{served.url}/handover/1?done")
    bert = screen(browser, served, "bert", java_script_enabled=has_script)
    bert.goto(f"{served.url}/handover/1")
    expect(bert.locator(".text")).to_have_text("a quiet night")
    assert bert.locator("input[type=radio]:checked").count() == 0
    for stay in (3, 1, 2):
        tab_to(bert, f"end.{stay}")
        bert.keyboard.press("Space")
    tab_to(bert, "end.4")
    bert.keyboard.press("ArrowRight")
    tab_to(bert, "why.4")
    bert.keyboard.type("not mine")
    bert.keyboard.press("Tab")
    bert.keyboard.press("Enter")
    expect(bert).to_have_url(f"{served.url}/handover/1?done")
    expect(bert.locator(".lead")).to_contain_text("proxy:bert took it at")
    stays = served.duty.desk.state().desk.stays
    assert [stays[number].owner for number in (1, 2, 3, 4)] == ["proxy:bert"] * 3 + [None]


def offer(anna: Page, served: ServedDuty) -> None:
    anna.goto(f"{served.url}/handover")
    anna.locator("#to").fill("bert")
    anna.get_by_role("button", name="Offer it").click()
    expect(anna).to_have_url(f"{served.url}/handover/1?done")


def tab_to(page: Page, name: str) -> None:
    """As somebody does who has no pointer; it ends where nothing bears the name."""
    for _ in range(200):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.get_attribute("name") == name:
            return
    pytest.fail(f"no way leads to {name}")


def test_the_count_of_what_may_be_forgotten_is_renewed_on_a_page_that_is_live(
    browser: Browser, served: ServedDuty
) -> None:
    page = screen(browser, served, "anna")
    page.goto(f"{served.url}/board")
    expect(page.locator("#count-ageing")).to_have_text("5")
    served.duty.do(an_action("snooze", 40, 8, "proxy:carl", stay=5, until=just_now(-4), at=just_now()))
    served.duty.news.remake(has_news=True)
    expect(page.locator("#count-ageing")).to_have_text("6", timeout=20_000)
    page.keyboard.press("a")
    expect(page).to_have_url(f"{served.url}/ageing")


@pytest.mark.parametrize("has_script", [True, False])
def test_who_stands_on_the_board_leads_to_their_stay(browser: Browser, served: ServedDuty, has_script: bool) -> None:
    page = screen(browser, served, "anna", java_script_enabled=has_script)
    page.goto(f"{served.url}/board")
    if has_script:
        expect(page.locator("#word")).to_have_text("LIVE", timeout=20_000)
        expect(page.locator("tr[data-key] .person a")).to_have_count(8, timeout=20_000)
        assert violations(page) == []
        for key in ("j", "j", "Enter"):
            page.keyboard.press(key)
    else:
        page.get_by_role("link", name="suspect-0002").click()
    expect(page).to_have_url(f"{served.url}/stays/v100:2")


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_from_shift_to_shift(browser: Browser, served: ServedDuty, theme: str, width: int) -> None:
    anna = screen(browser, served, "anna", theme, viewport={"width": width, "height": SIZES[width]})
    bert = screen(browser, served, "bert", theme, viewport={"width": width, "height": SIZES[width]})

    def looks_well(page: Page) -> None:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    for path in ("/ageing", "/handover", "/stays/v100:1/print"):
        anna.goto(served.url + path)
        looks_well(anna)
    anna.get_by_label("For whom").fill("CID")
    anna.get_by_label("Why").fill("case 41/26")
    anna.get_by_role("button", name="Show it for printing").click()
    expect(anna.locator(".sheet-foot")).to_contain_text("for CID: case 41/26")
    looks_well(anna)
    offer(anna, served)
    looks_well(anna)
    bert.goto(f"{served.url}/handover/1")
    looks_well(bert)


@pytest.mark.parametrize("path", ["/stays/v100:1", "/handover/1"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_paper_is_a4_and_light_in_every_theme_and_bears_who_printed_it(
    browser: Browser, served: ServedDuty, theme: str, path: str
) -> None:
    offer(screen(browser, served, "anna"), served)
    page = screen(browser, served, "bert", theme)
    page.goto(f"{served.url}{path}")
    page.emulate_media(media="print")
    line = page.locator(".print-only")
    expect(line).to_be_visible()
    assert page.locator("body").inner_text().strip() == line.inner_text().strip(), "an ordinary page prints one line"
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Print").click()
    page.get_by_label("For whom").fill("CID")
    page.get_by_label("Why").fill("case 41/26")
    page.get_by_role("button", name="Show it for printing").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    printed = page.locator("body").inner_text()
    for told in ("suspect-0001", "Printed by proxy:bert, officer", "for CID: case 41/26"):
        assert told in printed
    assert "Back" not in printed
    paper = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]", paper)
    assert sizes, "it is a PDF with pages"
    assert {(round(float(across)), round(float(down))) for across, down in sizes} == {(595, 842)}


def test_hostile_ids_stay_text_and_inside_of_the_page(browser: Browser, served: ServedDuty) -> None:
    served.close()
    hostile = ServedDuty()
    a_busy_duty(hostile.duty, *HOSTILE, *(f"suspect-{number:04}" for number in range(max(0, 8 - len(HOSTILE)))))
    page = screen(browser, hostile, "anna", viewport={"width": 390, "height": 844})
    for path in ("/ageing", "/handover"):
        page.goto(hostile.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    hostile.close()

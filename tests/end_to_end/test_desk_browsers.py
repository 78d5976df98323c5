"""The desk in real browsers: two officers at once, by keyboard alone, without script, and for who cannot see it."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.console.browser import a_browser
from tests.console.rules_of_sight import AXE, SIZES, THEMES
from tests.console.test_gate import HOSTILE
from tests.end_to_end.desk import Night, Served, wait_until
from tests.end_to_end.installation import under_this_load

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(300)]
WITHIN_A_SECOND = 1.0
SLOW = 3.0
"""What a busy machine adds."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def night(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    night = Night(stack_environment, tmp_path_factory.mktemp("night"))
    night.offence("earlier")
    night.installation.start_worker()
    night.installation.wait_idle()
    yield night
    night.installation.end_workers()


@pytest.fixture(scope="module")
def desk(night: Night) -> Iterator[Served]:
    with night.served() as desk:
        wait_until(lambda: desk.desk.pages.news.book.state().desk.rules, "the desk has rules")
        wait_until(lambda: desk.desk.pages.news.fresh().is_live, "it is live")
        night.offence("first", "second", "third", *HOSTILE)
        wait_until(lambda: len(desk.desk.pages.news.frame.text.items) == 3 + len(HOSTILE), "all wait")
        yield desk


class Officer:
    """A browser of an officer, and everything that it has complained about."""

    def __init__(
        self, browser: Browser, desk: Served, name: str, group: str = "desk", **options: Any
    ) -> None:  # Any: of playwright
        headers = {"X-Remote-User": name, "X-Remote-Groups": group}
        self.context = browser.new_context(
            **{"viewport": {"width": 1440, "height": 900}, "extra_http_headers": headers, **options}
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.url = desk.url

    def open(self, path: str = "/queue") -> Page:
        self.page.goto(self.url + path)
        return self.page


def live(page: Page) -> None:
    expect(page.locator("#word")).to_have_text("LIVE", timeout=20_000)
    expect(page.locator("#desk")).to_have_attribute("data-frame", re.compile("[0-9]+"), timeout=20_000)


def at(page: Page, who: str) -> Any:
    return page.locator("#queue > li").filter(has=page.locator(".person", has_text=re.compile(f"^{who}$")))


def test_what_one_takes_by_one_key_is_theirs_on_the_other_screen_at_once(
    browser: Browser, desk: Served, night: Night
) -> None:
    anna, bert = Officer(browser, desk, "anna"), Officer(browser, desk, "bert")
    for officer in (anna, bert):
        live(officer.open())
    at(anna.page, "first").focus()
    begun = time.monotonic()
    anna.page.keyboard.press("o")
    expect(at(bert.page, "first")).to_have_attribute("data-kind", "owned")
    took = time.monotonic() - begun
    assert took < under_this_load(WITHIN_A_SECOND + SLOW), took
    expect(at(bert.page, "first").locator(".owner bdi")).to_have_text("proxy:anna")
    expect(at(anna.page, "first")).to_have_attribute("data-mine", "yes")
    expect(anna.page.locator("#answer")).to_have_text("It is done.")
    at(bert.page, "first").focus()
    bert.page.keyboard.press("o")
    expect(bert.page.locator("#answer")).to_have_text("Too late: proxy:anna has it. Nothing was changed.")
    night.offence("newcomer")
    for officer in (anna, bert):
        officer.page.keyboard.press("Escape")
        expect(at(officer.page, "newcomer")).to_be_visible(timeout=20_000)
        assert [said for said in officer.complaints if "409" not in said] == []
        officer.context.close()


def test_by_keyboard_alone_from_the_queue_into_a_stay_and_back(browser: Browser, desk: Served) -> None:
    anna = Officer(browser, desk, "carl")
    page = anna.open()
    live(page)
    page.keyboard.press("j")
    expect(page.locator("#queue > li").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".stay h1")).to_be_visible()
    page.get_by_role("button", name="I have looked at it").press("Enter")
    expect(page.locator(".answer.good")).to_have_text("It is done.")
    page.locator("summary", has_text="Write a note").press("Enter")
    page.get_by_label("Note").fill("by hand")
    page.get_by_role("button", name="Write it down").press("Enter")
    expect(page.locator(".done .text").first).to_have_text("by hand")
    page.locator("summary", has_text="Give it back").press("Enter")
    page.locator("details[open] textarea").fill("a test")
    page.locator("details[open] button").press("Enter")
    expect(page.locator(".lead")).to_contain_text("it was given back")
    assert anna.complaints == []
    anna.context.close()


def test_without_script_everything_can_be_done(browser: Browser, desk: Served) -> None:
    anna = Officer(browser, desk, "dora", java_script_enabled=False)
    page = anna.open()
    at(page, "second").get_by_role("link").click()
    page.get_by_role("button", name="I have looked at it").click()
    page.locator("summary", has_text="Put it off").click()
    page.get_by_role("radio", name="4 hours", exact=True).check()
    page.locator("details[open] textarea").fill("asleep")
    page.get_by_role("button", name="Put it off").click()
    expect(page.locator(".lead")).to_contain_text("proxy:dora put it off at")
    page.get_by_role("link", name="Queue").first.click()
    expect(at(page, "second")).to_have_attribute("data-kind", "snoozed")
    anna.context.close()


def test_one_officer_proposes_and_another_confirms_and_the_pages_offend_no_rule(browser: Browser, desk: Served) -> None:
    anna, ines = Officer(browser, desk, "anna"), Officer(browser, desk, "ines", "inspectors")
    page = anna.open()
    live(page)
    at(page, "third").get_by_role("link").click()
    page.get_by_role("button", name="I have looked at it").press("Enter")
    page.locator("summary", has_text="Propose a measure").press("Enter")
    expect(page.locator("details[open] input:checked")).to_have_count(0)
    page.get_by_role("radio", name="accept").press("Space")
    page.get_by_role("checkbox", name="It holds provisionally").press("Space")
    page.locator("details[open] textarea").fill("near the school; nobody else on duty")
    page.get_by_role("button", name="Propose it").press("Enter")
    expect(page.locator(".proposal .headline b")).to_have_text("Proposed: accept, provisional")
    second = ines.open("/second-key")
    expect(second.locator(".waiting h2")).to_have_text("third")
    look_at_it(anna, ines)
    second.locator("summary", has_text="Confirm it").press("Enter")
    second.get_by_role("button", name="Confirm it").press("Enter")
    expect(second.locator(".answer.good")).to_have_text("It is done.")
    expect(second.locator(".done")).to_contain_text("Confirmed")
    ines.open("/second-key")
    expect(second.locator("main")).to_contain_text("Nothing waits for a second person.")
    assert anna.complaints + ines.complaints == []
    anna.context.close()
    ines.context.close()


def look_at_it(*officers: Officer) -> None:
    """What each of them reads, in every width and theme."""
    for officer in officers:
        address = officer.page.url.removeprefix(officer.url)
        for width, theme in ((width, theme) for width in SIZES for theme in THEMES):
            cookie = {"name": "harmwatch_display", "value": f"{theme}.keys", "url": officer.url}
            officer.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict of strings is one
            officer.page.set_viewport_size({"width": width, "height": SIZES[width]})
            page = officer.open(address)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            found = Axe().run(page, options=AXE).response["violations"]
            assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], address


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", SIZES)
def test_it_fits_every_width_and_offends_no_rule_whatever_ids_are_called(
    browser: Browser, desk: Served, theme: str, width: int
) -> None:
    anna = Officer(browser, desk, "emil", viewport={"width": width, "height": SIZES[width]})
    anna.context.add_cookies([{"name": "harmwatch_display", "value": f"{theme}.keys", "url": desk.url}])
    page = anna.open()
    live(page)
    ways = page.locator("#queue .way a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    for path in ("/queue", *ways[-3:], *ways[:2]):
        anna.open(path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        found = Axe().run(page, options=AXE).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], path
    assert anna.complaints == []
    anna.context.close()

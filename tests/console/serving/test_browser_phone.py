"""A phone reads, looks and notes; what takes two persons is decided on a larger screen, also on one that is zoomed."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.handover.served import SamePersons, ServedDuty, a_busy_duty
from tests.console.rules_of_sight import violations

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ZOOMED = {"viewport": {"width": 360, "height": 225}}
"""A screen of 1440 pixels whose page is shown four times as large."""


@pytest.fixture(scope="module")
def served() -> Iterator[ServedDuty]:
    served = ServedDuty(SamePersons())
    a_busy_duty(served.duty)
    yield served
    served.close()


def second_key(browser: Browser, served: ServedDuty, **options: Any) -> Page:
    """As a supervisor has it, who could confirm."""
    headers = {"X-Remote-User": "ines", "X-Remote-Groups": "inspectors"}
    page = browser.new_context(extra_http_headers=headers, **options).new_page()
    page.goto(f"{served.url}/second-key")
    expect(page.locator(".proposal")).to_have_count(1)
    return page


def test_on_a_phone_nothing_is_decided_and_the_page_says_where(browser: Browser, served: ServedDuty) -> None:
    page = second_key(browser, served, **PHONE)
    expect(page.locator(".decision")).to_be_hidden()
    expect(page.locator(".elsewhere")).to_be_visible()
    expect(page.locator(".act:not(.decision) summary")).to_have_text("Return it")
    assert violations(page) == []
    page.goto(f"{served.url}/stays/v100:6")
    expect(page.get_by_role("button", name="I have looked at it")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_whoever_reads_large_letters_at_a_desk_decides_too(browser: Browser, served: ServedDuty) -> None:
    page = second_key(browser, served, **ZOOMED)
    expect(page.locator(".decision summary")).to_be_visible()
    expect(page.locator(".elsewhere")).to_be_hidden()

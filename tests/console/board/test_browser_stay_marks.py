"""Where each stay is at the desk, on the board in a real browser: live, on a phone, and for who sees no colours."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.browser import live
from tests.console.handover.offered import just_now
from tests.console.handover.served import ServedDuty, a_busy_duty
from tests.console.rules_of_sight import SIZES, THEMES, violations
from tests.desk.acts import an_action

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]
WITHIN_MS = 3_000
"""A second, and what a busy machine adds."""


@pytest.fixture
def served() -> Iterator[ServedDuty]:
    served = ServedDuty()
    a_busy_duty(served.duty)
    yield served
    served.close()


def screen(browser: Browser, served: ServedDuty, name: str, group: str = "desk", **options: Any) -> Page:
    """The board of somebody."""
    headers = {"X-Remote-User": name, "X-Remote-Groups": group}
    page = browser.new_context(extra_http_headers=headers, **options).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{served.url}/board")
    return page


def test_what_one_officer_does_another_sees_at_once_and_in_place(browser: Browser, served: ServedDuty) -> None:
    page = screen(browser, served, "bert")
    live(page)
    row = page.locator("tr[data-key]", has_text="suspect-0006")
    expect(row.locator(".status")).to_have_text("New")
    page.keyboard.press("j")  # the order is held, and what the desk says is not
    served.duty.do(an_action("look", 30, 8, "proxy:carl", stay=6, at=just_now()))
    served.duty.news.remake(has_news=True)
    expect(row.locator(".owner")).to_have_text("proxy:carl", timeout=WITHIN_MS)
    expect(row.locator(".status")).to_have_text("In hand", timeout=WITHIN_MS)
    expect(row).to_have_attribute("data-kind", "owned")
    expect(row.locator(".status")).to_have_class("status changed")


@pytest.mark.parametrize("width", SIZES)
def test_axe_finds_nothing_and_each_kind_has_a_shape_of_its_own(
    browser: Browser, served: ServedDuty, width: int
) -> None:
    page = screen(browser, served, "anna", viewport={"width": width, "height": SIZES[width]})
    live(page)
    for theme in THEMES:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        assert violations(page) == [], theme
    shapes = page.locator("tr[data-kind] .status").evaluate_all(
        "cells => cells.map(cell => cell.textContent + ' ' + getComputedStyle(cell, '::before').content)"
    )
    assert len({shape.rpartition(" ")[0] for shape in shapes}) == len(set(shapes)) == 5
    for each in (width, 720, 900, 1100, 1260):
        page.set_viewport_size({"width": each, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), each
        assert page.evaluate("at('list').offsetWidth <= at('list').parentElement.clientWidth"), each

"""What the list is, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from console.about.about_pages import AboutPages
from runtime.settings import Settings
from tests.console.about.test_about import V100
from tests.console.browser import Desk, Screen
from tests.console.rules_of_sight import SIZES, THEMES, violations

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(further_of=lambda pages: AboutPages(pages, V100, Settings(), {}).routes())
    desk.start()
    yield desk
    desk.close()


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_any_theme_and_width(browser: Browser, desk: Desk, theme: str, width: int) -> None:
    screen = Screen(browser, desk, viewport={"width": width, "height": SIZES[width]})
    screen.themed(theme)
    page = screen.open()
    page.get_by_role("link", name="About this list").click()
    page.wait_for_url(f"{desk.url}/about")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert screen.complaints == []
    screen.context.close()

"""The board of a console of its own in a Chromium, one for each module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.console.browser import Desk, Screen, a_browser


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


@pytest.fixture
def screen(browser: Browser, desk: Desk) -> Iterator[Screen]:
    screen = Screen(browser, desk)
    yield screen
    screen.context.close()

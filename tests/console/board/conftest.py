"""The board of a console of its own in a Chromium, one for each module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.console.browser import Desk, Screen


@pytest.fixture
def screen(browser: Browser, desk: Desk) -> Iterator[Screen]:
    screen = Screen(browser, desk)
    yield screen
    screen.context.close()

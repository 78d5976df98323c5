"""Signing in with a real browser: by keyboard, without script, and names that leave the screen with the session."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from console.access_log.access_log import AccessLog
from console.access_log.access_pages import AccessPages
from console.officer import Role
from console.sign_in.local import LocalProvider
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import User, UsersFile
from runtime.settings import Settings
from state.sign_ins import SignIns
from tests.console.browser import Desk, Screen
from tests.console.rules_of_sight import SIZES, THEMES, violations
from tests.console.sign_in.local_users import CHEAP, PASSWORD

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(300)]


@pytest.fixture
def access_log(access_environment: dict[str, str]) -> Iterator[AccessLog]:
    given = access_environment
    with closing(AccessLog(Settings(kafka=given["HARMWATCH_KAFKA"], prefix=given["HARMWATCH_PREFIX"]))) as access_log:
        yield access_log


@pytest.fixture
def desk(tmp_path: Path, kept: SignIns, access_log: AccessLog) -> Iterator[Desk]:
    file = UsersFile(tmp_path / "users.json")
    with file.changing() as users:
        users["eve"] = User(Role.AUDITOR, CHEAP.digest(PASSWORD))
    desk = Desk(
        provider_of=lambda pages: LocalProvider(pages, file, Sessions(kept), CHEAP, over_tls=False),
        further_of=lambda pages: AccessPages(pages, access_log).routes(),
    )
    desk.start()
    yield desk
    desk.close()


@pytest.mark.parametrize("has_script", [True, False])
def test_an_officer_signs_in_by_keyboard_alone_and_out_again(browser: Browser, desk: Desk, has_script: bool) -> None:
    screen = Screen(browser, desk, java_script_enabled=has_script)
    page = screen.open()
    expect(page).to_have_url(f"{desk.url}/sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("eve")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong-password")
    page.keyboard.press("Enter")
    expect(page.locator("#fault")).to_have_text("Name or password is wrong.")
    page.get_by_label("Name").fill("eve")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.url}/board")
    assert screen.people()[0] == "suspect-0001"
    expect(page.locator(".who")).to_contain_text("local:eve, auditor")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{desk.url}/sign-in")
    expect(page.get_by_label("Name")).to_be_visible()
    assert "suspect-" not in page.content()
    assert not [told for told in screen.complaints if "401" not in told]
    screen.context.close()


def test_names_leave_the_screen_with_a_session_that_is_revoked(browser: Browser, desk: Desk, kept: SignIns) -> None:
    screen = Screen(browser, desk)
    page = screen.open()
    page.get_by_label("Name").fill("eve")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#word")).to_have_text("LIVE")
    kept.remove(*kept.all())
    expect(page).to_have_url(f"{desk.url}/sign-in", timeout=30_000)
    expect(page.get_by_label("Name")).to_be_visible()
    assert "suspect-" not in page.content()
    screen.context.close()


@pytest.mark.parametrize("width", SIZES)
def test_axe_finds_nothing_at_the_sign_in(browser: Browser, desk: Desk, width: int) -> None:
    for theme in THEMES:
        screen = Screen(browser, desk, viewport={"width": width, "height": SIZES[width]})
        screen.themed(theme)
        page = screen.open("/sign-in")
        assert violations(page) == [], theme
        page.get_by_label("Name").fill("eve")
        page.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#fault")).to_be_visible()
        assert violations(page) == [], theme
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        screen.context.close()


@pytest.mark.parametrize("width", SIZES)
def test_an_auditor_reads_the_access_log_in_any_theme_and_width(browser: Browser, desk: Desk, width: int) -> None:
    for number, theme in enumerate(THEMES):
        screen = Screen(browser, desk, viewport={"width": width, "height": SIZES[width]})
        screen.themed(theme)
        page = screen.open("/sign-in")
        page.get_by_label("Name").fill("eve")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Access log").click()
        expect(page.get_by_label("Why you look")).to_be_visible()
        assert violations(page) == [], theme
        page.get_by_label("Why you look").fill(f"review {number}")
        page.keyboard.press("Enter")
        expect(page.locator(".looks tbody tr").first).to_contain_text(f"the access log of everybody: review {number}")
        assert violations(page) == [], theme
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        screen.context.close()

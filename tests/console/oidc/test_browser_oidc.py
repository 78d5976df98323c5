"""An officer signs in at an identity provider of its own, at another site, in a real browser."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from console.officer import Role
from console.oidc.identity_provider import IdentityProvider
from console.oidc.json_line import JsonLine
from console.oidc.provider import OidcProvider
from console.oidc.terms import OidcTerms
from console.pages import Pages
from console.sign_in.sessions import Sessions
from embedded.ports import ReservedPort
from models.access.redis_access import Access
from models.access.secret_file import SecretFile
from state.sign_ins import SignIns
from tests.console.browser import Desk, Screen
from tests.console.rules_of_sight import SIZES, THEMES, violations
from tests.console.test_serve import wait_until

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(300)]
ANNA = {"sub": "anna", "roles": ["staff", "desk"]}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Somebody else's program; by its name it is another site than the console's address."""
    port = ReservedPort()
    command = [
        sys.executable,
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port.number),
        "--user-claims",
        json.dumps(ANNA),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as provider:
        url = f"http://localhost:{port.number}"
        wait_until(lambda: is_there(url), 60)
        yield url
        provider.terminate()
    port.release()


def is_there(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=2):
            return True
    except OSError:
        return False


@contextmanager
def desk_of(issuer: str, kept: SignIns, folder: Path) -> Iterator[Desk]:
    file = folder / "client-secret"
    file.write_text("any will do")
    file.chmod(0o600)
    secret = SecretFile("HARMWATCH_CONSOLE_OIDC_SECRET", file)

    def provider_of(pages: Pages) -> OidcProvider:
        redirect = f"{desk.url}/sign-in/back"
        terms = OidcTerms(issuer, "console", redirect, secret, "sub", "roles", {"desk": Role.OFFICER})
        return OidcProvider(pages, terms, IdentityProvider(terms, JsonLine(None)), Sessions(kept))

    desk = Desk(provider_of=provider_of)
    desk.start()
    yield desk
    desk.close()


@pytest.mark.parametrize("has_script", [True, False])
def test_an_officer_comes_back_signed_in_and_goes_out_again(
    browser: Browser, issuer: str, valkey_url: str, tmp_path: Path, has_script: bool
) -> None:
    with (
        closing(SignIns(Access(valkey_url), f"{uuid4().hex}-", "v100")) as kept,
        desk_of(issuer, kept, tmp_path) as desk,
    ):
        screen = Screen(browser, desk, java_script_enabled=has_script)
        page = screen.open()
        page.get_by_role("link", name="Sign in at").click()
        page.wait_for_url(f"{issuer}/**")
        page.get_by_role("button", name="anna").click()
        expect(page).to_have_url(f"{desk.url}/board")
        expect(page.locator(".who")).to_contain_text("oidc:anna, officer")
        assert screen.people()[0] == "suspect-0001"
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{desk.url}/sign-in")
        assert [text for text in screen.complaints if desk.url in text] == []
        screen.context.close()


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_any_theme_and_width(
    browser: Browser, issuer: str, valkey_url: str, tmp_path: Path, theme: str, width: int
) -> None:
    with (
        closing(SignIns(Access(valkey_url), f"{uuid4().hex}-", "v100")) as kept,
        desk_of(issuer, kept, tmp_path) as desk,
    ):
        screen = Screen(browser, desk, viewport={"width": width, "height": SIZES[width]})
        screen.themed(theme)
        for path in ("/sign-in", "/sign-in/back"):
            page = screen.open(path)
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        screen.context.close()

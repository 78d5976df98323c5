"""A console whose officers an identity provider knows, and the way through a sign-in there."""

from datetime import UTC

from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console.app import make_app
from console.fan_out import FanOut
from console.officer import Role
from console.oidc.identity_provider import IdentityProvider
from console.oidc.json_line import JsonLine
from console.oidc.provider import OidcProvider
from console.oidc.terms import OidcTerms
from console.pages import Pages
from console.sign_in.sessions import Sessions
from models.access.secret_file import SecretFile
from state.sign_ins import SignIns
from tests.console.book import Book
from tests.console.conftest import HOST
from tests.console.oidc.authority import CLIENT, IdentityAuthority

ROLES = {"desk": Role.OFFICER, "inspectors": Role.SUPERVISOR, "audit": Role.AUDITOR, "walls": Role.DEVICE}
REDIRECT = f"http://{HOST}/sign-in/back"
CROSS = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def app_of(fan_out: FanOut, kept: SignIns, issuer: str, secret: SecretFile | None, **changes: str) -> ASGIApp:
    given = {"redirect": REDIRECT, "name_claim": "sub", "roles_claim": "roles"} | changes
    terms = OidcTerms(issuer=issuer, client=CLIENT, secret=secret, roles=ROLES, **given)
    pages = Pages("v100", "v100 2026.1", fan_out, UTC, has_sign_out=True)
    provider = OidcProvider(pages, terms, IdentityProvider(terms, JsonLine(None)), Sessions(kept))
    return make_app(pages, frozenset({HOST}), Book().leases(fan_out), provider)


def browser(app: ASGIApp) -> TestClient:
    return TestClient(app, f"http://{HOST}", follow_redirects=False)


def begin(client: TestClient) -> str:
    answer = client.get("/sign-in/begin")
    assert answer.status_code == 303
    assert "samesite=lax" in answer.headers["set-cookie"].lower()
    return str(answer.headers["location"])


def sign_in(client: TestClient, authority: IdentityAuthority) -> tuple[int, str]:
    answer = client.get(f"/sign-in/back?{authority.authorize(begin(client))}", headers=CROSS)
    return answer.status_code, answer.text

"""A console with local users, and its browsers."""

import time
from datetime import UTC

from argon2 import PasswordHasher
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console.app import make_app
from console.fan_out import FanOut
from console.pages import Pages
from console.sign_in.local import LocalProvider
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import Passwords, UsersFile
from models.instants import SECOND
from state.sign_ins import SignIns
from tests.console.book import Book
from tests.console.conftest import HOST, OWN

PASSWORD = "a-long-enough-one"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
ANNA = {"name": "anna", "password": PASSWORD}


class Clock:
    """Both clocks of a process."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def steady(self) -> float:
        return self.seconds

    def wall(self) -> int:
        return round((time.time() + self.seconds) * SECOND)


def app_of(fan_out: FanOut, file: UsersFile, kept: SignIns, *, over_tls: bool = False) -> ASGIApp:
    pages = Pages("v100", "v100 2026.1", fan_out, UTC, has_sign_out=True)
    provider = LocalProvider(pages, file, Sessions(kept), CHEAP, over_tls=over_tls)
    return make_app(pages, frozenset({HOST}), Book().leases(fan_out), provider)


def browser(app: ASGIApp, *, scheme: str = "http", address: str = "192.0.2.1") -> TestClient:
    return TestClient(app, f"{scheme}://{HOST}", follow_redirects=False, client=(address, 50_000))


def status_with(app: ASGIApp, secret: str, cookie: str = "harmwatch", scheme: str = "http") -> int:
    """What a browser gets that sends this cookie."""
    with browser(app, scheme=scheme) as client:
        return client.get("/board", headers={"Cookie": f"{cookie}={secret}"}).status_code


def sign_in(client: TestClient, **told: str) -> int:
    return client.post("/sign-in", data=ANNA | told, headers=OWN).status_code

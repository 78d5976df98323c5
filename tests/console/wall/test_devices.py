"""Devices of the file of users: a token instead of a password, and no session that could end at night."""

import re
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from cli.main import main
from console.app import make_app
from console.fan_out import FanOut
from console.pages import Pages
from console.sign_in.local import LocalProvider
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import UsersFile
from models.access.redis_access import Access
from state.sign_ins import SignIns
from tests.console.book import Book
from tests.console.conftest import HOST, OWN


def user(*words: str) -> Result:
    return CliRunner().invoke(main, ["console", "user", *words])


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UsersFile:
    monkeypatch.setenv("HARMWATCH_CONSOLE_USERS", str(tmp_path / "users.json"))
    return UsersFile(tmp_path / "users.json")


@pytest.fixture
def app(fan_out: FanOut, file: UsersFile) -> Iterator[ASGIApp]:
    """Its store is away, as it may be at night."""
    pages = Pages("v100", "", fan_out, UTC)
    with closing(SignIns(Access("redis://127.0.0.1:1"), "nobody-", "v100")) as kept:
        provider = LocalProvider(pages, file, Sessions(kept), over_tls=False)
        yield make_app(pages, frozenset({HOST}), Book().leases(fan_out), provider)


def browser(app: ASGIApp) -> TestClient:
    return TestClient(app, f"http://{HOST}", follow_redirects=False)


def sign_in(client: TestClient, token: str) -> int:
    return client.post("/sign-in", data={"name": "wall-1", "password": token}, headers=OWN).status_code


def test_the_name_of_a_device_cannot_be_found_by_how_long_an_answer_takes(app: ASGIApp) -> None:
    user("add", "wall-1", "--role", "device")
    with browser(app) as client:

        def seconds(name: str) -> float:
            began = time.monotonic()
            assert client.post("/sign-in", data={"name": name, "password": "x" * 43}, headers=OWN).status_code == 401
            return time.monotonic() - began

        assert min(seconds("wall-1"), seconds("wall-1")) > min(seconds("nobody"), seconds("nobody")) / 2


def test_a_device_signs_in_with_its_token_once_and_stays_without_a_store(app: ASGIApp, file: UsersFile) -> None:
    token = user("add", "wall-1", "--role", "device").stdout.strip()
    assert re.fullmatch("[A-Za-z0-9_-]{43}", token)
    assert token not in file.path.read_text()
    with browser(app) as client:
        assert sign_in(client, "x" * 43) == 401
        answer = client.post("/sign-in", data={"name": "wall-1", "password": token}, headers=OWN)
        assert answer.headers["location"] == "/wall"
        assert f"harmwatch-device=wall-1.{token}; HttpOnly; Max-Age=34560000" in answer.headers["set-cookie"]
        assert "…0001" in client.get("/wall").text
        assert client.get("/queue").status_code == 403


def test_an_old_session_beside_its_token_ends_nothing(app: ASGIApp) -> None:
    token = user("add", "wall-1", "--role", "device").stdout.strip()
    with browser(app) as client:
        old = {"Cookie": f"harmwatch={'x' * 43}; harmwatch-device=wall-1.{token}"}
        assert client.get("/wall", headers=old).status_code == 200


@pytest.mark.parametrize("change", [["remove", "wall-1"], ["password", "wall-1"]])
def test_a_token_ends_with_its_user_and_with_another_token(app: ASGIApp, change: list[str]) -> None:
    token = user("add", "wall-1", "--role", "device").stdout.strip()
    with browser(app) as client:
        assert sign_in(client, token) == 303
        other = user(*change).stdout.strip()
        assert client.get("/wall").headers["location"] == "/sign-in"
        assert sign_in(client, token) == 401
        assert change[0] == "remove" or sign_in(client, other) == 303


def test_a_token_of_an_officer_is_none(app: ASGIApp, file: UsersFile) -> None:
    CliRunner().invoke(main, ["console", "user", "add", "anna", "--role", "officer"], input="a-long-enough-one\n")
    digest = file.users()["anna"].password
    with browser(app) as client:
        for token in (digest, "a-long-enough-one", ""):
            answer = client.get("/wall", headers={"Cookie": f"harmwatch-device=anna.{token}"})
            assert answer.status_code == 303

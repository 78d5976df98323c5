"""The console of one board, as a browser would ask it, without a server in between."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console.app import make_app
from console.board_text import Wording
from console.fan_out import FanOut
from console.pages import Pages
from console.row_keys import RowKeys
from models.access.redis_access import Access
from models.topics import ACCESS_LOG
from state.sign_ins import SignIns
from tests.console.book import Book
from tests.console.views import BAND, a_view

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.console.browser import Desk

HOST = "127.0.0.1:8600"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def fan_out() -> FanOut:
    return FanOut(Wording(BAND, BAND, RowKeys(), UTC), "", a_view())


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def app(fan_out: FanOut, book: Book) -> ASGIApp:
    return make_app(Pages("v100", "v100 2026.1", fan_out, UTC), frozenset({HOST}), book.leases(fan_out))


@pytest.fixture
def client(app: ASGIApp) -> Iterator[TestClient]:
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """One for the tests of a module."""
    from tests.console.browser import a_browser

    with a_browser() as browser:
        yield browser


@pytest.fixture
def desk() -> Iterator["Desk"]:
    """A console behind a real socket, without a sign-in."""
    from tests.console.browser import Desk

    desk = Desk()
    desk.start()
    yield desk
    desk.close()


@pytest.fixture
def kept(valkey_url: str) -> Iterator[SignIns]:
    with closing(SignIns(Access(valkey_url), f"{uuid4().hex}-", "v100")) as kept:
        yield kept


@pytest.fixture(scope="module")
def access_environment(stack_environment: dict[str, str]) -> dict[str, str]:
    """An installation of which only this topic is there."""
    given = {"HARMWATCH_KAFKA": stack_environment["HARMWATCH_KAFKA"], "HARMWATCH_PREFIX": f"{uuid4().hex}-"}
    with closing(KafkaAdminClient(bootstrap_servers=given["HARMWATCH_KAFKA"])) as client:
        name = given["HARMWATCH_PREFIX"] + ACCESS_LOG.name
        client.create_topics([NewTopic(name, 1, 1, topic_configs=ACCESS_LOG.configuration())], wait_for_metadata=True)
    return given

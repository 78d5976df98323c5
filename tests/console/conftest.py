"""The console of one board, as a browser would ask it, without a server in between."""

from collections.abc import Iterator
from datetime import UTC

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console.app import make_app
from console.board_text import Wording
from console.fan_out import FanOut
from console.pages import Pages
from console.row_keys import RowKeys
from tests.console.book import Book
from tests.console.views import BAND, a_view

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

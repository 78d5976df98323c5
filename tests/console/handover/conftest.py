"""A desk whose officers a proxy lets in."""

from collections.abc import Iterator

import pytest

from console.fan_out import FanOut
from console.sign_in.proxy import ProxyProvider
from tests.console.book import Book
from tests.console.duty import PROXY, Duty
from tests.end_to_end.desk import ROLES


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Iterator[Duty]:
    duty = Duty(fan_out, book, ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES))
    yield duty
    duty.persons.close()

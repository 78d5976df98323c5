"""A desk whose officers a proxy lets in."""

from collections.abc import Iterator

import pytest

from console.fan_out import FanOut
from console.sign_in.proxy import ProxyProvider
from tests.console.book import Book
from tests.console.duty import PROXY, Duty
from tests.console.handover.offered import ANNA, just_now
from tests.desk.acts import an_action
from tests.end_to_end.desk import ROLES


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Iterator[Duty]:
    duty = Duty(fan_out, book, ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES))
    yield duty
    duty.persons.close()


@pytest.fixture
def desk(duty: Duty) -> Duty:
    """Three have entered, and Anna has looked at two of them."""
    duty.begin("suspect-anders", "suspect-bela", "suspect-cato")
    for number, stay in enumerate((1, 2), 10):
        duty.do(an_action("look", number, 3, ANNA, stay=stay, at=just_now()))
    duty.news.remake(has_news=True)
    return duty

"""What becomes of a form: nothing that was typed is lost, and nothing is said that is not so."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from console.sign_in.proxy import ProxyProvider
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.duty import PROXY, Duty
from tests.end_to_end.desk import JSON, ROLES

STAY = "/stays/v100:1"


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Iterator[Duty]:
    duty = Duty(fan_out, book, ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES))
    yield duty.begin("suspect-anders")
    duty.persons.close()


@pytest.fixture
def anna(duty: Duty) -> Iterator[TestClient]:
    headers = {"X-Remote-User": "anna", "X-Remote-Groups": "desk"}
    with TestClient(duty.app, f"http://{HOST}", headers=headers, follow_redirects=False, client=(PROXY, 5)) as client:
        yield client


def test_a_form_that_was_sent_and_is_sent_again_with_something_else_does_that_too(duty: Duty, anna: TestClient) -> None:
    form = {"act": "note", "seen": duty.form(1), "text": "first"}
    for text in ("first", "second", "second", "first"):
        assert anna.post(STAY, data=form | {"text": text}, headers=OWN | JSON).status_code == 201
    assert [note.text for note in duty.desk.state().desk.stays[1].notes] == ["first", "second"]
    assert len(duty.written) == 3
    refused = anna.post(STAY, data=form | {"act": "close"}, headers=OWN)
    assert refused.status_code == 409, "and what is refused is not said to be done"

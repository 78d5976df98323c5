"""A store or a broker that hangs holds up who asks it, for a while, and nobody who signs in or only writes a note."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from console.sign_in.proxy import ProxyProvider
from console.stays.persons import Persons
from console.store_threads import StoreThreads
from desk.records import DeskRecords
from runtime.settings import Settings
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.duty import PROXY, Duty
from tests.console.handover.offered import offered, seen_in
from tests.end_to_end.desk import ROLES

STAY = "/stays/v100:1"
PATIENCE_SECONDS = 3.0
PAGES = 40
"""More than Python's own pool of threads has."""


class ImpatientDuty(Duty):
    """Its pages wait for the store no longer than a test does."""

    patience_seconds = PATIENCE_SECONDS

    def __init__(self, *given: Any, **named: Any) -> None:  # Any: as a duty is made
        self.kafka_answers = threading.Event()
        self.kafka_answers.set()
        super().__init__(*given, **named)

    def write(self, value: bytes) -> int:
        """As the broker takes it."""
        self.kafka_answers.wait(30)
        return super().write(value)

    def records(self) -> DeskRecords:
        """As the broker gives them."""
        self.kafka_answers.wait(30)
        return super().records()


@pytest.fixture
def silent() -> Iterator[str]:
    """Somebody who takes a connection and never answers, as a store does whose machine is stuck."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def duty(fan_out: FanOut, book: Book, silent: str) -> Iterator[ImpatientDuty]:
    store = Persons(Settings(kafka="127.0.0.1:1", redis=silent, policy=Path("nothing")))
    provider = ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES)
    duty = ImpatientDuty(fan_out, book, provider, sealed=(None, store))
    duty.begin("suspect-anders")
    yield duty
    duty.kafka_answers.set()
    duty.acting.close()
    duty.persons.close()


def test_pages_that_wait_for_it_are_answered_in_time_and_take_no_thread_of_a_sign_in(duty: Duty) -> None:
    headers = {"X-Remote-User": "anna", "X-Remote-Groups": "desk", **OWN}
    with (
        TestClient(duty.app, f"http://{HOST}", headers=headers, client=(PROXY, 5)) as anna,
        ThreadPoolExecutor(PAGES) as browsers,
    ):
        began_at = time.monotonic()
        pages = [browsers.submit(anna.get, STAY) for _ in range(PAGES)]
        while duty.acting.reads.waiting < PAGES - 4:
            assert time.monotonic() - began_at < 10, "they do not ask"
            time.sleep(0.01)
        assert anna.portal is not None
        anna.portal.call(asyncio.to_thread, time.monotonic)  # as a session is looked for
        assert duty.acting.reads.waiting >= PAGES - 4, "it was looked for once the pages had their answers"
        note = {"action_id": "a" * 32, "kind": "note", "stay": "v100:1", "note": "x"}
        assert anna.post(f"{STAY}/actions", json=note).status_code == 201
        answers = [page.result(30) for page in pages]
    assert {answer.status_code for answer in answers} == {200}
    assert all("has not answered for 3 s" in answer.text for answer in answers)


def prints(client: TestClient, _: Duty) -> int:
    return client.post(f"{STAY}/print", data={"recipient": "x", "why": "y"}).status_code


def offers(client: TestClient, _: Duty) -> int:
    form = {"act": "offer", "to": "bert", "seen": seen_in(client.get("/handover").text)}
    return client.post("/handover", data=form).status_code


def walks(client: TestClient, _: Duty) -> int:
    return client.get("/handover/1").status_code


def reads(duty: Duty) -> StoreThreads:
    return duty.acting.reads


def acts(duty: Duty) -> StoreThreads:
    return duty.acting.acts


def topics(duty: Duty) -> StoreThreads:
    return duty.acting.topics


@pytest.mark.parametrize(("ask", "threads"), [(prints, reads), (offers, acts), (walks, topics)])
def test_no_page_waits_in_the_threads_of_a_sign_in(
    duty: ImpatientDuty, ask: Callable[[TestClient, Duty], int], threads: Callable[[Duty], StoreThreads]
) -> None:
    if ask is walks:
        offered(duty)
        for number in range(64):  # its pack is made again
            duty.packs.keep(b"%d" % number)
    headers = {"X-Remote-User": "anna", "X-Remote-Groups": "desk", **OWN}
    with (
        TestClient(duty.app, f"http://{HOST}", headers=headers, client=(PROXY, 5)) as anna,
        ThreadPoolExecutor(1) as browser,
    ):
        duty.kafka_answers.clear()
        page, began_at = browser.submit(ask, anna, duty), time.monotonic()
        while not threads(duty).waiting:
            assert time.monotonic() - began_at < 10, "it does not ask"
            time.sleep(0.01)
        duty.kafka_answers.set()
        assert page.result(30) in {200, 409}

"""A desk behind a real socket, for browsers that name their officer in headers."""

import asyncio
import threading
import time
from dataclasses import replace
from datetime import UTC
from functools import partial

from console.board_text import Wording
from console.fan_out import FanOut
from console.row_keys import RowKeys
from console.serve import Server, listening
from console.sign_in.proxy import ProxyProvider
from console.stays.open_desk import stay_address
from console.stays.person_lookup import AnyPersons
from embedded.ports import ReservedPort
from models.board import OffenderView
from models.desk.basis import Basis
from runtime.metrics.address import Address
from tests.console.book import Book
from tests.console.duty import BOARD, Duty
from tests.console.handover.offered import ANNA, just_now
from tests.console.views import BAND, a_view
from tests.desk.acts import a_basis, an_action
from tests.end_to_end.desk import ROLES


class SamePersons:
    """A store that says the same of everybody, as what officers do rests on it."""

    def ask(self, offender_id: str) -> tuple[OffenderView, Basis]:
        """At the entry of the basis."""
        basis = a_basis()
        return OffenderView(offender_id, 1, basis.score_millidays, True, None, []), basis


class ServedDuty:
    """The board is seen again and again until `close`: eight of its people have stays of their numbers.

    `persons`: the store that is asked about one; None: it is away.
    """

    def __init__(self, persons: AnyPersons | None = None) -> None:
        self._port = ReservedPort()
        self.address = Address("127.0.0.1", self._port.number)
        self.url = f"http://{self.address}"
        self.book, self.fan_out = Book(), FanOut(Wording(BAND, BAND, RowKeys(), UTC), "", a_view())
        provider = ProxyProvider("127.0.0.1", "X-Remote-User", "X-Remote-Groups", ROLES)
        self.duty = Duty(
            self.fan_out, self.book, provider, str(self.address), None if persons is None else (None, persons)
        )
        lead = partial(stay_address, BOARD, self.duty.desk)
        self.fan_out.wording = replace(self.fan_out.wording, stay_address=lead)
        self._view = a_view(entrances={f"suspect-{number:04}": number for number in range(1, 9)})
        self._server = Server(self.duty.app, self.fan_out)
        self._ready, self._closed = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._serve, self._look)]
        for thread in self._threads:
            thread.start()
        assert self._ready.wait(60)

    def close(self) -> None:
        """As SIGTERM ends it."""
        self._closed.set()
        self._server.should_exit = True
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive()
        self.duty.persons.close()
        self._port.release()

    def _look(self) -> None:
        while not self._closed.wait(0.5):
            now = time.monotonic()
            self.fan_out.show(replace(self._view, seen_at=now, moved_at=now))

    def _serve(self) -> None:
        with listening(self.address) as listener:
            self._ready.set()
            asyncio.run(self._server.serve(sockets=[listener]))


def a_busy_duty(duty: Duty, *people: str) -> None:
    """Of each kind something: looked at by Anna, put off, proposed, decided, returned, and new."""
    people = people or tuple(f"suspect-{number:04}" for number in range(1, 9))
    duty.begin(*people)
    for number, stay in enumerate((1, 2, 3, 4), 10):
        duty.do(an_action("look", number, len(people), ANNA, stay=stay, at=just_now()))
    duty.do(an_action("look", 20, len(people), "proxy:carl", stay=5, at=just_now()))
    duty.do(an_action("propose", 21, len(people), ANNA, stay=1, provisional=True, at=just_now()))
    propose = an_action("propose", 22, len(people), ANNA, stay=2, at=just_now())
    duty.do(propose)
    duty.do(an_action("confirm", 23, len(people), "proxy:ines", stay=2, second_of=propose.action_id, at=just_now()))
    duty.do(an_action("snooze", 24, len(people), ANNA, stay=3, until=just_now(-4), at=just_now()))
    duty.news.remake(has_news=True)

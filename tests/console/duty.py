"""A desk whose topics a test writes: alerts and actions come as bytes, and what officers do is read back at once."""

import time
from datetime import UTC
from functools import partial
from pathlib import Path

from starlette.testclient import TestClient
from starlette.types import ASGIApp

from console.app import make_app
from console.fan_out import FanOut
from console.handover.pack_reader import PackReader
from console.handover.shift_pages import ShiftPages
from console.officer import Officer, Role
from console.pages import Pages
from console.provider import NoProvider, Provider
from console.sealed.stay_keys import StayKeys
from console.stays.action_desk import ActionDesk
from console.stays.desk_reader import Reading
from console.stays.live_desk import LiveDesk
from console.stays.person_lookup import AnyPersons, PersonLookup
from console.stays.persons import Persons
from console.stays.queue_source import QueueSource
from console.stays.shown_basis import BasisSeal, ShownBasis, new_action_id
from console.stays.stay_pages import StayPages
from console.store_threads import StoreThreads
from desk.band_reader import BandReader
from desk.fold import PlacedAction
from desk.records import DeskRecords
from harmwatch_client import Alert as AlertEvent
from harmwatch_client import Event
from harmwatch_client.event import read_event
from models.alert import Alert, PolicyOut
from models.desk.action import Action, action_bytes, read_action
from models.instants import Micros, parse_instant
from models.key_store import KeyStore
from models.record import Offset, Record
from runtime.settings import Settings
from sight.local_times import short_moment
from sight.opening import UnsealedAlerts
from tests.console.book import Book
from tests.console.conftest import HOST
from tests.console.views import an_alert
from tests.desk.acts import an_action

BOARD = "v100"
PROXY = "192.0.2.80"
ANNA = Officer("proxy:anna", Role.OFFICER, signed_in=True)
NOWHERE = "redis://127.0.0.1:1"


def entered(sequence: int, who: str) -> Event:
    """As the client reads it."""
    return event_of(an_alert(sequence, offender_id=who))


def event_of(alert: Alert) -> Event:
    """The same of any entrance."""
    headers = {"ce_type": "harmwatch.band.entered", "ce_id": alert.alert_id, "ce_source": f"/harmwatch/{BOARD}"}
    event = read_event([(name, told.encode()) for name, told in headers.items()], alert.model_dump_json().encode(), 0)
    assert event is not None
    return event


class Duty:
    """Its store is away; `reads_back` False: what is written stays unread; `later_seconds`: it is so much later;
    `away`: why its topics are not read."""

    patience_seconds = 5.0

    def __init__(
        self,
        fan_out: FanOut,
        book: Book,
        provider: Provider | None = None,
        host: str = HOST,
        sealed: tuple[KeyStore | None, AnyPersons] | None = None,
    ) -> None:
        keys, store = sealed or (None, None)
        self.later_seconds, self.away, self.fan_out = 0.0, "", fan_out
        self.desk = LiveDesk(BOARD, lambda: time.monotonic() + self.later_seconds)
        self.written, self.appended, self.reads_back, self._read = list[bytes](), list[int](), True, 0
        self.persons = Persons(Settings(kafka="127.0.0.1:1", redis=NOWHERE, policy=Path("nothing")))
        self.pages = pages = Pages(BOARD, "", fan_out, UTC)
        clock = partial(short_moment, zone=UTC)
        opened = UnsealedAlerts(keys)
        self.news = QueueSource(BOARD, self.desk, self._read_now, fan_out.fresh, lambda: None, clock, opened)
        self.entrances: dict[str, int] = {}
        lookup = PersonLookup(store or self.persons, lambda: self.entrances, self.news.alert, StayKeys(opened))
        self.acting = ActionDesk(
            self.desk, lookup, BasisSeal(), self.write, lambda: None, clock, StoreThreads(self.patience_seconds)
        )
        leases, self.told = book.leases(fan_out), list[Event]()
        self.packs = PackReader(self.records)
        shifts = ShiftPages(pages, self.news, self.acting, leases, self.packs, lambda: None)
        stays = StayPages(pages, self.news, self.acting, leases, shifts)
        self.app: ASGIApp = make_app(pages, frozenset({host}), stays.leases, provider or NoProvider(), (), stays)

    def _read_now(self) -> Reading:
        return Reading(time.monotonic(), time.monotonic(), self.away)

    def begin(self, *people: str) -> "Duty":
        """Rules, and then one stay for each."""
        self.write(action_bytes(an_action("rules", 1, 0)))
        self.told = [entered(number, who) for number, who in enumerate(people, 1)]
        self.desk.take(self.told, [])
        self.news.remake(has_news=True)
        return self

    def write(self, value: bytes) -> int:
        """At the next offset, appended now."""
        self.written.append(value)
        self.appended.append(round(time.time() * 1_000))
        offset = len(self.written) - 1
        if self.reads_back:
            self.desk.take([], [self._record(each) for each in range(self._read, offset + 1)])
            self._read = offset + 1
        return offset

    def _record(self, offset: int) -> Record:
        return Record(Offset(offset), self.appended[offset], BOARD.encode(), self.written[offset])

    def do(self, action: Action) -> int:
        """Written by somebody else."""
        return self.write(action_bytes(action))

    def records(self) -> DeskRecords:
        """What lies on both topics."""
        band = BandReader()
        changes = tuple(
            band.entered(
                each.sequence,
                each.offender_id,
                parse_instant(each.as_of),
                PolicyOut.model_validate(each.data["policy"]),
            )
            for each in self.told
            if isinstance(each, AlertEvent)
        )
        acts = [
            PlacedAction(offset, Micros(1_000 * at), action)
            for offset, (at, action) in enumerate(zip(self.appended, map(read_action, self.written), strict=True))
            if action is not None
        ]
        return DeskRecords(changes, tuple(acts))

    def asked_by(self, name: str, group: str = "desk") -> TestClient:
        """Somebody at a browser of theirs, whom the proxy has let in."""
        headers = {"X-Remote-User": name, "X-Remote-Groups": group}
        return TestClient(self.app, f"http://{HOST}", headers=headers, follow_redirects=False, client=(PROXY, 5))

    def form(self, stay: int, officer: Officer = ANNA) -> str:
        """What a page's forms bring back that was opened now."""
        sequence = self.desk.state().desk.sequence
        seen = ShownBasis(by=officer.by, stay=stay, action_id=new_action_id(), sequence_seen=sequence, basis=None)
        return self.acting.seal.seal(seen)

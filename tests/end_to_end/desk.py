"""A duty desk on a real board: a worker, both topics, and consoles inside of this process, one request at a time."""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.routing import Route
from starlette.testclient import TestClient

from cli.past.answering import answer_past
from console.access_log.access_log import AccessLog
from console.app import make_app
from console.officer import Role
from console.pages import Pages
from console.past.open_past import open_past
from console.serve import Server, hosts_of, leases_of, listening, pages_of
from console.sign_in.proxy import ProxyProvider
from console.stays.open_desk import OpenDesk, open_desk
from embedded.ports import ReservedPort
from models.clock import ClockMode
from policies.policy_file import load_policy
from runtime.metrics.address import Address
from runtime.settings import Settings
from sight.poller import BoardPoller
from sight.poller_thread import PollerThread
from tests.console.conftest import HOST, OWN
from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy

PROXY = "192.0.2.80"
ROLES = {"desk": Role.OFFICER, "inspectors": Role.SUPERVISOR, "audit": Role.AUDITOR}
JSON = {"Accept": "application/json"}
PATIENCE_SECONDS = 60


def wait_until(is_so: Callable[[], Any], what: str) -> Any:
    """What it answers once that is something."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := is_so()):
        assert time.monotonic() < until, f"still not: {what}"
        time.sleep(0.02)
    return found


class Night:
    """A board of some people, whose worker goes on until the end."""

    def __init__(self, environment: dict[str, str], folder: Path, **sealing: Any) -> None:  # Any: settings
        policy = small_policy(folder, 50)
        self.installation = Installation(environment, folder, policy=policy, clock="wall", **sealing)
        self.settings = Settings(
            kafka=environment["HARMWATCH_KAFKA"], redis=environment["HARMWATCH_REDIS"], policy=Path(policy),
            prefix=self.installation.prefix, clock=ClockMode.WALL, single_node=True, **sealing,
        )  # fmt: skip

    def offence(self, *people: str) -> None:
        """Each is reported once more, just now."""
        now = datetime.now(UTC).isoformat()
        reports: list[tuple[bytes | None, bytes | None]] = [
            (who.encode(), a_report(
                offender_id=who, offence_id=uuid.uuid4().hex, event_id=uuid.uuid4().hex, occurred_at=now,
                recorded_at=now,
            ))
            for who in people
        ]  # fmt: skip
        self.installation.send(reports)

    @contextmanager
    def console(self, *, secret: Path | None = None) -> Iterator["InProcess"]:
        """Another console on this board; with a secret it looks back as well."""
        settings = self.settings.model_copy(update={"console_secret": secret})
        policy = load_policy(self.settings.policy)
        poller = BoardPoller(self.settings, policy.band_size, policy.exit_rank, 20)
        pages = pages_of(settings, policy, poller.view)
        with (
            closing(AccessLog(self.settings)) as access_log,
            PollerThread(poller, pages.fan_out.show),
            open_desk(self.settings, pages, leases_of(self.settings, pages, access_log)) as desk,
            open_past(settings, answer_past, pages, access_log.write, desk.pages) as past,
            ExitStack() as officers,
        ):
            yield InProcess(pages, desk, officers, past)

    @contextmanager
    def served(self) -> Iterator["Served"]:
        """The same for browsers."""
        with self.console() as console:
            served = Served(console.pages, console.desk)
            yield served
            served.close()


class Served:
    """A console behind a real socket; a browser that names its officer in headers is let in."""

    def __init__(self, pages: Pages, desk: OpenDesk) -> None:
        self._port = ReservedPort()
        self.desk, self.address = desk, Address("127.0.0.1", self._port.number)
        self.url = f"http://{self.address}"
        provider = ProxyProvider("127.0.0.1", "X-Remote-User", "X-Remote-Groups", ROLES)
        app = make_app(pages, hosts_of(self.address), desk.pages.leases, provider, (), desk.pages)
        self._server = Server(app, pages.fan_out, None, None, desk)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(60)

    def _serve(self) -> None:
        with listening(self.address) as listener:
            self._ready.set()
            asyncio.run(self._server.serve(sockets=[listener]))

    def close(self) -> None:
        """As SIGTERM ends it."""
        self._server.should_exit = True
        self._thread.join(20)
        self._port.release()


class InProcess:
    """A console, asked by officers whom a proxy has let in."""

    def __init__(self, pages: Pages, desk: OpenDesk, officers: ExitStack, past: Sequence[Route]) -> None:
        self.pages, self.desk = pages, desk
        provider = ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES)
        self._app = make_app(pages, frozenset({HOST}), desk.pages.leases, provider, past, desk.pages)
        self._officers = officers
        self._known: dict[tuple[str, str], TestClient] = {}

    def officer(self, name: str, group: str = "desk") -> TestClient:
        """Somebody at a browser of theirs."""
        if (name, group) not in self._known:
            headers = {"X-Remote-User": name, "X-Remote-Groups": group}
            client = TestClient(
                self._app, f"http://{HOST}", headers=headers, follow_redirects=False, client=(PROXY, 50_000)
            )
            self._known[name, group] = self._officers.enter_context(client)
        return self._known[name, group]

    def address(self, who: str) -> str:
        """Of the stay of a person who is in the band, once this console knows of it."""

        def found() -> str | None:
            stays = self.desk.pages.news.book.state().desk.stays.values()
            number = next((each.sequence for each in stays if each.person == who and each.end_sequence is None), None)
            return None if number is None else f"/stays/v100:{number}"

        address: str = wait_until(found, f"{who} is in the band")
        return address

    def queue(self) -> dict[str, tuple[str, str]]:
        """Kind and owner of each item, by its address."""
        return {each.address: (each.kind, each.owner) for each in self.desk.pages.news.frame.text.items}

    def form(self, officer: TestClient, address: str) -> str:
        """What the page's forms bring back, once the board can be asked."""

        def seen() -> str | None:
            document = officer.get(address, headers=JSON).json()
            return document["seen"] if document["basis"] is not None else None

        found: str = wait_until(seen, f"{address} has a basis")
        return found

    def act(self, officer: TestClient, address: str, act: str, seen: str | None = None, **fields: object) -> Any:
        """The answer to a form, as JSON; a form of just now, or one that was opened before."""
        form = {"act": act, "seen": self.form(officer, address) if seen is None else seen, **fields}
        return officer.post(address, data=form, headers=OWN | JSON)

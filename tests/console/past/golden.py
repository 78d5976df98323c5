"""A console that looks back at a golden history, in a process of its own as everywhere; Kafka alone is not there."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC
from pathlib import Path

from starlette.testclient import TestClient

from audit.history.history_replay import HistoryReplay
from cli.past.answering import answer_from
from console.app import make_app
from console.fan_out import FanOut
from console.pages import Pages
from console.past.child import Answer
from console.past.open_past import past_routes
from console.past.past_desk import PastDesk
from console.past.person_stays import PersonStays
from console.past.process import PastProcess
from console.past.questions import Question
from console.sign_in.proxy import ProxyProvider
from models.instants import DAY, Micros, format_instant
from runtime.settings import Settings
from sealing.handles import Handles
from tests.audit.golden.history import GoldenHistory, golden_histories
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.duty import PROXY, Duty
from tests.end_to_end.desk import ROLES

GOLDEN = [each for each in golden_histories() if not each.is_sealed][-1]
HANDLES = Handles("5" * 64)
WHO = "s00000000088"
"""Who came and went, with offences that count, have ended, were corrected."""

ALERT = next(change for entry in HistoryReplay(GOLDEN.open_reader).replay.published() for change in entry.transitions)
THEN = Micros(HistoryReplay(GOLDEN.open_reader).as_of().as_of - 100 * DAY)
T = format_instant(THEN)
GROUPS = {role.value: group for group, role in ROLES.items()}


def golden_settings(golden: GoldenHistory = GOLDEN, **changes: object) -> Settings:
    """Of an installation whose Kafka is away."""
    return Settings(kafka="127.0.0.1:1", redis="redis://127.0.0.1:1", policy=golden.policy, **changes)  # type: ignore[arg-type]  # a test names fields


def answer_golden(settings: Settings, question: Question) -> Answer:
    """From the history that lies beside the policy."""
    golden = GoldenHistory(Path(settings.policy).parent)
    return answer_from(lambda *_: golden.open_reader, settings, question)


class PastConsole:
    """Its desk knows stays of these people; an officer of each role can ask."""

    def __init__(self, process: PastProcess, people: tuple[str, ...], fan_out: FanOut, officers: ExitStack) -> None:
        self.book = Book()
        self.duty = Duty(fan_out, self.book).begin(*people)
        self.process = process
        self.desk = PastDesk(Pages("v100", "v100 2026.1", fan_out, UTC), process, self.book.write, HANDLES)
        self._officers = officers
        self.routes = past_routes(
            self.desk, PersonStays(self.duty.news, self.duty.acting.lookup, self.duty.acting.reads)
        )
        self._app = make_app(
            self.desk.pages, frozenset({HOST}), self.book.leases(fan_out),
            ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES),
            self.routes,
        )  # fmt: skip
        self._known: dict[str, TestClient] = {}

    def officer(self, role: str = "officer", name: str = "anna") -> TestClient:
        """At a browser of theirs."""
        if role not in self._known:
            headers = {"X-Remote-User": name, "X-Remote-Groups": GROUPS.get(role, role), **OWN}
            client = TestClient(self._app, f"http://{HOST}", headers=headers, follow_redirects=False,
                                client=(PROXY, 50_000))  # fmt: skip
            self._known[role] = self._officers.enter_context(client)
        return self._known[role]

    def find(self, who: str, role: str = "officer", why: str = "a call at the desk") -> str:
        """The address of a person, for whom a reason was said."""
        answer = self.officer(role).post("/find", data={"id": who, "why": why})
        assert answer.status_code == 303
        return str(answer.headers["location"])


@contextmanager
def past_console(process: PastProcess, fan_out: FanOut, *people: str) -> Iterator[PastConsole]:
    """While the block lasts."""
    with ExitStack() as officers:
        yield PastConsole(process, people, fan_out, officers)


def text_of(at: int) -> str:
    """An instant as officers type it."""
    return format_instant(at)

"""A board on which more windows end at one instant than a tick takes, and what may happen to it between two ticks."""

import json
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import redis

from models.instants import parse_instant
from tests.end_to_end.installation import Installation, fold
from tests.end_to_end.recovery.test_recovery import small_policy

WINDOW = timedelta(days=90)
STAYING, LAST = 50, 30
TIME_TO_LOAD = timedelta(seconds=15)
PATIENCE = timedelta(seconds=60)
MOMENT_SECONDS = 0.002
"""A tick takes longer."""


class Instant:
    """A board on which `many` people end at instant `at`, and some more who are the band until then; others stay."""

    def __init__(self, environment: dict[str, str], folder: Path, clock: str, many: int) -> None:
        policy = small_policy(folder)
        with folder.joinpath("index.csv").open("a") as index:
            index.write("Y,20,y\n")
        self.installation = Installation(environment, folder, policy=policy, clock=clock)
        self._store = redis.Redis.from_url(environment["HARMWATCH_REDIS"])
        self._folder = folder
        self._many = many
        self._left = many + LAST
        self._clock = clock
        self.at = datetime(2024, 3, 31, 12, tzinfo=UTC)
        self.installation.start_worker()
        self.installation.wait_idle()

    def load(self) -> None:
        """Everybody is reported; in event mode, before the instant comes."""
        wall = self._clock == "wall"
        self.at = datetime.now(UTC) + TIME_TO_LOAD if wall else self.at
        recorded = datetime.now(UTC) if wall else self.at - timedelta(days=1)
        ending = [a_report(f"p{n}", self.at - WINDOW, recorded) for n in range(self._many)]
        last = [a_report(f"s{n}", self.at - WINDOW, recorded, "Y") for n in range(LAST)]
        staying = [a_report(f"q{n}", recorded, recorded) for n in range(STAYING)]
        self.ingest([*ending, *last, *staying])
        self.installation.wait_idle()

    def go_on(self) -> None:
        """In event mode one more report lets the instant pass, soon; the wall's clock needs none."""
        if self._clock == "event":
            later = self.at + timedelta(hours=1)
            record = b"late", a_report("late", later, later).encode()
            threading.Thread(target=self.installation.send, args=([record],)).start()

    def await_middle(self) -> None:
        """Stops the worker between two ticks: more have ended, not all. It goes on a moment at a time until then."""
        until = datetime.now(UTC) + PATIENCE
        at = parse_instant(self.at.isoformat())
        meta, due = (f"{self.installation.prefix}harmwatch:{{v100}}:{name}" for name in ("meta", "due"))
        (worker,) = self.installation.workers
        while (
            int(self._store.hget(meta, "as_of") or 0) != at
            or not 0 < (left := self._store.zcount(due, "-inf", at)) < self._left
        ):
            assert datetime.now(UTC) < until, "the instant went by, or never came"
            worker.send_signal(signal.SIGCONT)
            time.sleep(MOMENT_SECONDS)
            worker.send_signal(signal.SIGSTOP)
        self._left = left

    def kill_worker(self) -> None:
        """kill -9, and another one comes."""
        self.installation.end_workers(signal.SIGKILL)
        self.installation.start_worker()

    def cut_connections(self) -> None:
        """CLIENT KILL: the worker lives, and loses sight of the store."""
        self._store.client_kill_filter(_type="normal", skipme=True)
        self.installation.workers[0].send_signal(signal.SIGCONT)

    def forget(self) -> None:
        """The store forgets this board."""
        self._store.delete(*self._store.scan_iter(f"{self.installation.prefix}*"))

    def require_repeating(self) -> None:
        """All is well, and is still so when the store has forgotten everything."""
        installation = self.installation
        rows = installation.json("board", "--top", "1000")["entries"]
        self._require_verified()
        band = fold(installation.alerts())
        assert band == {row["offender_id"] for row in rows if row["in_band"]}
        self.forget()
        installation.wait_idle(60)
        assert installation.json("board", "--top", "1000")["entries"] == rows
        assert fold(installation.alerts()) == band
        self._require_verified()

    def _require_verified(self) -> None:
        found = self.installation.json("verify", "--redis", code=None)
        assert found["ok"], found["faults"]

    def entries(self) -> list[str]:
        """The kinds of the entries at the instant."""
        journal = [json.loads(record.value) for record in self.installation.read("journal.v1")]
        return [
            entry["kind"] for entry in journal if parse_instant(entry["as_of"]) == parse_instant(self.at.isoformat())
        ]

    def ingest(self, reports: list[str]) -> None:
        """Sends them."""
        data = self._folder / "reports.jsonl"
        data.write_text("\n".join(reports) + "\n")
        self.installation.json("ingest", str(data))


def a_report(who: str, reported: datetime, recorded: datetime, code: str = "X") -> str:
    """A line of JSON."""
    return json.dumps(
        {
            "event_id": f"e-{who}", "type": "offence.reported", "offence_id": f"o-{who}", "offender_id": who,
            "code": code, "occurred_at": reported.isoformat(), "reported_at": reported.isoformat(),
            "recorded_at": recorded.isoformat(),
        }
    )  # fmt: skip

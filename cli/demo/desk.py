"""`harmwatch demo --console`: the console on a synthetic London that goes on, until Ctrl-C."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from cli.demo.desk_users import USERS, add_desk_secret, add_desk_users
from cli.demo.history import Record
from cli.demo.sending import sender
from cli.demo.working_off import work_off
from cli.intake.simulate import as_of_now, simulated
from cli.output import say
from cli.past.answering import answer_past
from cli.service.worker_process import running_worker
from console.serve import serve
from embedded.stack import Stack
from models.errors import HarmwatchError, Unavailable
from runtime.settings import Settings, load_settings
from runtime.topic_creation import create_topics

_FAST_SHARE, _SEED = 0.1, 1
_YEARS = 2
_LIVE_FROM = "2025-01-01T00:00:00Z"
"""The first of the two years is the history; the second is what happens from now on."""

_LIVE_A_SECOND = 5.0
_INSTANTS = ("occurred_at", "reported_at", "recorded_at")


def run_desk(*, fast: bool) -> None:
    """Serves until Ctrl-C. Raises WrongUse, PreconditionFailed, Unavailable."""
    settings = load_settings()
    lines = simulated(settings, _YEARS, _FAST_SHARE if fast else 1.0, _SEED)
    now = datetime.now(UTC)
    history = list(_moved_to(now, lines))
    say("Starting Kafka and Valkey, for as long as this runs.")
    with Stack(None, say) as stack, TemporaryDirectory(prefix="harmwatch-desk-") as folder:
        passwords = add_desk_users(Path(folder) / "users.json")
        os.environ["HARMWATCH_CONSOLE_USERS"] = str(Path(folder) / "users.json")
        os.environ["HARMWATCH_CONSOLE_SECRET"] = str(add_desk_secret(Path(folder) / "secret"))
        after = now.isoformat().replace("+00:00", "Z")
        os.environ.update(stack.environment(), HARMWATCH_CLOCK="event", HARMWATCH_ALERTS_AFTER=after)
        settings = load_settings()
        create_topics(settings, partitions=1)
        try:
            with sender(settings, stack.check) as send:
                click.echo(f"A synthetic London: {len(history):,} records of the year until now.")
                send(history)
                with running_worker(stack.start_command) as worker:

                    def check() -> None:
                        stack.check()
                        worker.check()

                    work_off(settings, len(history), check)
                    _serve(settings, lines, send, passwords)
        except Unavailable:
            stack.check()  # says why, where it knows
            raise


def _serve(
    settings: Settings, lines: Iterable[bytes], send: Callable[[Sequence[Record]], None], passwords: Mapping[str, str]
) -> None:
    with _going_on(lines, send):
        click.echo(
            f"London goes on, {_LIVE_A_SECOND:g} reports a second. Open http://{settings.console_address}/ in a "
            "browser of this machine; Ctrl-C ends everything."
        )
        for name, password in passwords.items():
            click.echo(f"Sign in as {name} ({USERS[name]}) with {password}")
        serve(settings, answer_past)


@contextmanager
def _going_on(lines: Iterable[bytes], send: Callable[[Sequence[Record]], None]) -> Iterator[None]:
    """Sends what is left of London as of now, in a thread; it ends with the block."""
    ended = threading.Event()

    def go_on() -> None:
        begun_at = time.monotonic()
        for number, line in enumerate(lines):
            if ended.wait(max(0.0, begun_at + number / _LIVE_A_SECOND - time.monotonic())):
                return
            report = as_of_now(line)
            try:
                send([(report["offender_id"].encode(), json.dumps(report).encode())])
            except HarmwatchError as error:
                say(f"London stands still: {error}")
                return

    thread = threading.Thread(target=go_on, name="london", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(1.0)


def _moved_to(now: datetime, lines: Iterable[bytes]) -> Iterator[Record]:
    """The records before the live ones, moved in time so that the last is right before `now`."""
    shift = now - datetime.fromisoformat(_LIVE_FROM) - timedelta(seconds=1)
    for line in lines:
        report = json.loads(line)
        if report["recorded_at"] >= _LIVE_FROM:
            return
        for name in _INSTANTS:
            report[name] = (datetime.fromisoformat(report[name]) + shift).isoformat()
        yield report["offender_id"].encode(), json.dumps(report, separators=(",", ":")).encode()

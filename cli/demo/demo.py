"""`harmwatch demo`: the whole service on this machine, from an empty cluster to a verified journal."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from kafka.errors import KafkaTimeoutError

from broker.clients import end_producer, kafka_errors, producer
from cli.audit.verify import Request, verify_installation
from cli.audit.verify_document import render_verify
from cli.demo.history import History, Record, history_of_file, synthetic_history
from cli.demo.live import send_and_show
from cli.demo.story import tell_outcome
from cli.output import say
from cli.paths import ANY
from cli.service.status import idle_status
from cli.service.status_document import StatusDocument
from cli.service.worker_process import running_worker
from embedded.stack import Stack
from models.errors import Unavailable
from models.topics import OFFENCES, topic_name
from runtime.settings import Settings, load_settings
from runtime.topic_creation import create_topics
from sight.look import look_once

_LONGEST_WAIT_SECONDS = 600.0
_LOOK_SECONDS = 0.02
_CHECK_SECONDS = 1.0


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=str))
@click.option("--mapping", type=ANY, help="As for ingest, with FILE.")
@click.option("--fast", is_flag=True, help="A tenth of the records.")
def command(file: str | None, mapping: Path | None, fast: bool) -> None:
    """Shows the whole thing on this machine, with nothing installed beside Python."""
    sys.exit(run_demo(file, mapping, fast=fast))


def run_demo(file: str | None, mapping: Path | None, *, fast: bool) -> int:
    """Runs the demo; 0 when everything was verified. Raises WrongUse, PreconditionFailed, Unavailable."""
    history = history_of_file(file, mapping, fast=fast) if file else synthetic_history(load_settings(), fast=fast)
    say("Starting Kafka and Valkey, for as long as this runs.")
    with Stack(None, say) as stack:
        os.environ.update(stack.environment(), HARMWATCH_CLOCK="event", HARMWATCH_ALERTS_AFTER=history.alerts_after)
        settings = load_settings()
        create_topics(settings, partitions=1)

        def start(command: Sequence[str], environment: Mapping[str, str], said: IO[bytes]) -> subprocess.Popen[bytes]:
            return stack.start_command(command, environment, said)

        try:
            return _show(settings, history, start, stack.check)
        except Unavailable:
            stack.check()  # says why, where it knows
            raise


def _show(
    settings: Settings,
    history: History,
    start: Callable[..., subprocess.Popen[bytes]],
    check_stack: Callable[[], None],
) -> int:
    click.echo(history.title)
    with _sender(settings, check_stack) as send:
        send(history.records[: history.live_from])
        with running_worker(start) as worker:

            def check() -> None:
                check_stack()
                worker.check()

            _work_off(settings, history.live_from, check)
            click.echo(f"Now live: {history.live_title}.")
            send_and_show(settings, history.records[history.live_from :], send, check, history.live_title)
            _wait_idle(settings, check)
            tell_outcome(settings)
            document = verify_installation(settings, Request(with_store=True))
    click.echo("\n" + render_verify(document) + f" ({document.seconds} s)")
    return 0 if document.ok else 1


@contextmanager
def _sender(settings: Settings, check_stack: Callable[[], None]) -> Iterator[Callable[[Sequence[Record]], None]]:
    """What sends records and waits for them; the client would wait two minutes for a broker that has ended."""
    topic = topic_name(settings.prefix, OFFENCES)
    sender = producer(settings.brokers)

    def is_flushed() -> bool:
        try:
            sender.flush(timeout=_CHECK_SECONDS)
        except KafkaTimeoutError:
            return False
        return True

    def send(records: Sequence[Record]) -> None:
        with kafka_errors(settings.brokers):
            for key, value in records:
                sender.send(topic, key=key, value=value)
            while not is_flushed():
                check_stack()

    try:
        yield send
    finally:
        end_producer(sender)


def _work_off(settings: Settings, records: int, check: Callable[[], None]) -> None:
    """Waits for the worker and says how fast it was, from its first applied record to the last alert."""
    while look_once(settings).state != "open":
        check()
        time.sleep(_LOOK_SECONDS)
    begun_at = time.monotonic()
    document, idle = _wait_idle(settings, check)
    seconds = time.monotonic() - begun_at
    if records:
        verdict = "" if idle else " (not done)"
        click.echo(
            f"{records:,} records in {seconds:.1f} s: {records / seconds:,.0f} records/s through one worker, "
            f"{document.sequence:,} transitions{verdict}."
        )


def _wait_idle(settings: Settings, check: Callable[[], None]) -> tuple[StatusDocument, bool]:
    """As `idle_status`; `check` raises when that cannot be any more."""
    until = time.monotonic() + _LONGEST_WAIT_SECONDS
    while True:
        document, idle = idle_status(settings, _CHECK_SECONDS)
        if idle or time.monotonic() >= until:
            return document, idle
        check()

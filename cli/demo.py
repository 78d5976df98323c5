"""`harmwatch demo`: the whole service on this machine, from an empty cluster to a verified journal."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import click

from cli.demo_live import send_and_show
from cli.ingest import ingest_files
from cli.output import printable, say
from cli.reading import board_in_words, board_now
from cli.simulate import simulated
from cli.status import idle_status, status_of
from cli.verify import Request, verify_in_words, verify_installation
from models.alert import Alert, days_text
from models.errors import StartRefused
from models.topics import ALERTS, OFFENCES, topic_name
from runtime.kafka import PartitionReader, kafka_errors, producer
from runtime.places import create_topics
from runtime.settings import Settings, load_settings

_FAST_SCALE, _SEED = 0.1, 1
_LONGEST_WAIT_SECONDS, _CHECK_SECONDS = 600.0, 1.0
_LAST_WORK_SECONDS, _LAST_LINES = 10.0, 15
_TOP, _NEWEST = 10, 5
_BASELINE_AT = "2024-11-01T00:00:00Z"


def run_demo(file: str | None, mapping: Path | None, *, fast: bool) -> int:
    """Runs the demo; 0 when everything was verified."""
    from embedded.stack import Stack  # noqa: PLC0415  (an optional extra)

    with Stack(None, say) as stack:
        os.environ.update(stack.environment(), HARMWATCH_CLOCK="event")
        if file is None:
            os.environ["HARMWATCH_ALERTS_AFTER"] = _BASELINE_AT
        settings = load_settings()
        create_topics(settings, partitions=1)
        if file is not None:
            sent = ingest_files(settings, [file], mapping, unchecked=False)["sent"]
            with _worker() as worker:
                _work_off(settings, sent, worker)
                return _tell(settings)
        return _synthetic(settings, _FAST_SCALE if fast else 1.0)


def _synthetic(settings: Settings, scale: float) -> int:
    year = list(simulated(settings, 1, scale, _SEED))
    click.echo(f"A synthetic London: {len(year):,} records of a year on one partition, ten months of it as baseline.")
    months = sum(json.loads(line)["recorded_at"] < _BASELINE_AT for line in year)
    with _sender(settings) as send:
        send(year[:months])
        with _worker() as worker:
            _work_off(settings, months, worker)
            click.echo("Now live: the last two months.")
            send_and_show(settings, year[months:], send)
            _wait_idle(settings, worker)
            return _tell(settings)


@contextmanager
def _sender(settings: Settings) -> Iterator[Callable[[Sequence[bytes]], None]]:
    topic = topic_name(settings.prefix, OFFENCES)
    sender = producer(settings.brokers)

    def send(lines: Sequence[bytes]) -> None:
        with kafka_errors():
            for line in lines:
                sender.send(topic, key=str(json.loads(line)["offender_id"]).encode(), value=line)
            sender.flush()

    try:
        yield send
    finally:
        sender.close()


@dataclass(frozen=True, slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def check(self) -> None:
        """Raises StartRefused with the worker's last words when it has ended."""
        code = self.process.poll()
        if code is not None:
            self.said.seek(0)
            words = self.said.read().decode(errors="replace").splitlines()[-_LAST_LINES:]
            raise StartRefused("\n".join((f"the worker has ended with code {code}. It said:", *words)))


@contextmanager
def _worker() -> Iterator[_Worker]:
    # -P: a models.py in the working directory is not ours.
    command = [sys.executable, "-P", "-c", "from cli.main import main; main()", "worker"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stderr=said)
        try:
            yield _Worker(process, said)
        finally:
            process.terminate()
            try:
                process.wait(_LAST_WORK_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _work_off(settings: Settings, records: int, worker: _Worker) -> None:
    """Waits for the worker and says how fast it was, from its first applied record to the last alert."""
    begun_at: float | None = None
    while begun_at is None:
        worker.check()
        document = status_of(settings)
        if document["state"] == "open":
            begun_at = time.monotonic()
        time.sleep(0.02)
    document, idle = _wait_idle(settings, worker)
    seconds = time.monotonic() - begun_at
    verdict = "" if idle else " (not done)"
    click.echo(
        f"{records:,} records in {seconds:.1f} s: {records / seconds:,.0f} records/s through one worker, "
        f"{document['sequence']:,} transitions{verdict}."
    )


def _wait_idle(settings: Settings, worker: _Worker) -> tuple[dict[str, Any], bool]:
    """As `idle_status`, for as long as the worker lives. Raises StartRefused with its last words."""
    until = time.monotonic() + _LONGEST_WAIT_SECONDS
    while True:
        document, idle = idle_status(settings, _CHECK_SECONDS)
        if idle or time.monotonic() > until:
            return document, idle
        worker.check()


def _tell(settings: Settings) -> int:
    click.echo("\n" + board_in_words(board_now(settings, _TOP)))
    alerts = list(_alerts(settings))
    people = len({alert.offender_id for alert in alerts})
    click.echo(f"\n{len(alerts):,} alerts sent, which moved {people:,} people into the band or out of it. The newest:")
    for alert in alerts[-_NEWEST:]:
        click.echo(f"  {_one_line(alert)}")
    if alerts:
        click.echo("\n" + _story(next((a for a in reversed(alerts) if a.rank), alerts[-1])))
    document: dict[str, Any] = verify_installation(settings, Request(with_store=True))
    click.echo("\n" + verify_in_words(document) + f" ({document['seconds']} s)")
    return 0 if document["ok"] else 1


def _alerts(settings: Settings) -> Iterator[Alert]:
    reader = PartitionReader(settings.brokers, topic_name(settings.prefix, ALERTS), 0)
    try:
        for record in reader.read_until(reader.end()):
            if record.value and b'"alert_id"' in record.value:
                yield Alert.model_validate_json(record.value)
    finally:
        reader.close()


def _one_line(alert: Alert) -> str:
    rank = f"rank {alert.rank}" if alert.rank else "unranked"
    who = printable(alert.offender_id)
    return f"{alert.as_of}  {alert.alert_id:<12} {alert.transition:<8} {who:<18} {rank:<9} by {alert.cause.kind}"


def _story(alert: Alert) -> str:
    who, rank = printable(alert.offender_id), f"at rank {alert.rank}" if alert.rank else "and is unranked"
    lines = [
        f"Alert {alert.alert_id}: on {alert.as_of} {who} {alert.transition} the band, {rank} with "
        f"{alert.score_days} days of harm, because of an {alert.cause.kind} ({alert.cause.offence_id})."
    ]
    if alert.counterpart:
        lines.append(f"  The same change moved {printable(alert.counterpart)} the other way.")
    if alert.cut.score_millidays is not None:
        lines.append(f"  The last place in the band needs {days_text(alert.cut.score_millidays)} days.")
    lines += [
        f"  {days_text(item.millidays):>8} days for {item.offence_id} ({item.code}), until {item.until}"
        for item in alert.contributions[:_NEWEST]
    ]
    return "\n".join(lines)

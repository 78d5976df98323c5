"""`harmwatch simulate`: a synthetic London, to a file, to standard output, or live to the topic."""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import click

from cli.output import say
from cli.paths import FILE
from models.errors import Unavailable, WrongUse
from policies.policy_file import load_policy
from runtime.settings import Settings, load_settings
from runtime.topic_identity import find_place
from streams.transport.sender import Sender

_BLOCK = 10_000
_LINGER_SECONDS = 0.1
_INSTANTS = ("occurred_at", "reported_at", "recorded_at")


class SendTotals(NamedTuple):
    """How many records, in how many seconds."""

    records: int
    seconds: float


@click.command()
@click.option("--years", type=click.IntRange(1, 50), default=1, show_default=True, help="How many.")
@click.option(
    "--scale",
    type=click.FloatRange(0.001, 1000),
    default=1.0,
    show_default=True,
    help="Its size: 1 is London, 0.1 a tenth of it.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--out", type=FILE, help="JSON Lines to this file; without it to standard output.")
@click.option("--live", type=click.FloatRange(0.001), help="Send them to offences.v1, so many a second, as of now.")
@click.option("--facts", is_flag=True, help="Count the moments of it instead, beside which the published ones stand.")
def command(*, out: Path | None, live: float | None, facts: bool, **options: Any) -> None:  # Any: of London
    """Makes a synthetic London: 105,000 reports a year that name 36,000 suspects, and what becomes of them."""
    settings = load_settings()
    lines = simulated(settings, **options)
    if facts:
        click.echo(count_facts(settings, lines))
        return
    done = send_live(settings, lines, live) if live else write_lines(lines, out)
    say(f"{done.records:,} records in {done.seconds:.1f} s")


def simulated(settings: Settings, years: int, scale: float, seed: int) -> Iterator[bytes]:
    """The lines. Raises WrongUse where numpy is missing or the policy's index lacks a code."""
    try:
        from simulate.london import london  # noqa: PLC0415  (an optional extra)
    except ImportError as error:
        raise WrongUse("simulate needs numpy: pip install 'harmwatch[simulate]'") from error
    return london(load_policy(settings.policy).index, years, scale, seed)


def count_facts(settings: Settings, lines: Iterable[bytes]) -> str:
    """The moments of the lines, in words."""
    from simulate.facts import facts_of, render_facts  # noqa: PLC0415  (an optional extra)

    return render_facts(facts_of(lines, load_policy(settings.policy).index))


def write_lines(lines: Iterable[bytes], file: Path | None) -> SendTotals:
    """Writes them to a file, or to standard output; how many there were, and how fast."""
    begun_at, written = time.monotonic(), 0
    try:
        with file.open("wb") if file else sys.stdout.buffer as out:
            source = iter(lines)
            while block := list(islice(source, _BLOCK)):
                out.write(b"\n".join(block) + b"\n")
                written += len(block)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has had enough
    except OSError as error:
        raise WrongUse(f"{file} cannot be written: {error.strerror}") from error
    seconds = time.monotonic() - begun_at
    return SendTotals(written, seconds)


def send_live(settings: Settings, lines: Iterable[bytes], rate: float) -> SendTotals:
    """Sends them as if recorded now, `rate` a second, until Ctrl-C or the end of the years.

    What is counted lies on the topic. Raises PreconditionFailed, and Unavailable as the sender does.
    """
    place, begun_at = find_place(settings), time.monotonic()
    with closing(Sender(settings.brokers, place.topic, place.partitions)) as sender:
        live = _Live(sender, rate)
        try:
            with suppress(KeyboardInterrupt):
                for line in lines:
                    live.send(line)
            live.flush()
        except Unavailable:
            say(f"{live.arrived:,} records sent")
            raise
    return SendTotals(live.arrived, time.monotonic() - begun_at)


class _Live:
    """Sends each record at its instant; none waits in a batch for a pause, nor for longer than a moment."""

    def __init__(self, sender: Sender, rate: float) -> None:
        self.arrived = 0
        self._sender, self._rate = sender, rate
        self._given, self._begun_at = 0, time.monotonic()
        self._flushed_at = self._begun_at

    def send(self, line: bytes) -> None:
        """The next one; waits until it is due."""
        due_at = self._begun_at + self._given / self._rate
        if due_at > (now := time.monotonic()) or now > self._flushed_at + _LINGER_SECONDS:
            self.flush()
            time.sleep(max(0.0, due_at - time.monotonic()))
        report = as_of_now(line)
        self._sender.send(report["offender_id"].encode(), json.dumps(report, separators=(",", ":")).encode())
        self._given += 1

    def flush(self) -> None:
        """Returns once everything lies on the topic."""
        self._sender.flush()
        self.arrived, self._flushed_at = self._given, time.monotonic()


def as_of_now(line: bytes) -> dict[str, Any]:  # Any: JSON
    """A report as if it were recorded now."""
    report: dict[str, Any] = json.loads(line)
    shift = datetime.now(UTC) - datetime.fromisoformat(report["recorded_at"])
    for name in _INSTANTS:
        report[name] = (datetime.fromisoformat(report[name]) + shift).isoformat()
    return report

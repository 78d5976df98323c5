"""`harmwatch watch --plain`: the board as it moves, in sentences, for a screen reader or a pipe."""

import sys
import time

import click

from cli.watch.poller import UNSEEN, Observer, Sight
from cli.watch.poller_thread import LOOK_SECONDS
from cli.watch.text import freshness, plain_alert, plain_row

_SAY_SECONDS = 30.0
_ROWS = 10


def watch_plainly(observer: Observer, title: str) -> None:
    """What is watched and the first ranks, then each alert; twice a minute, and on a change, how fresh that is."""
    known, told_at, was_stale, opened = 0, 0.0, False, False
    click.echo(title)
    while True:
        sight = observer.sight
        if sight.rows and not opened:
            opened, known = True, newest(sight)
            click.echo("\n".join(plain_row(row) for row in sight.rows[:_ROWS]))
        elif opened:
            known = tell_alerts(sight, known)
        told, stale = freshness(sight, time.monotonic())
        if stale != was_stale or (sight.state != UNSEEN and time.monotonic() - told_at >= _SAY_SECONDS):
            was_stale, told_at = stale, time.monotonic()
            click.echo(told)
        sys.stdout.flush()
        time.sleep(LOOK_SECONDS)


def newest(sight: Sight) -> int:
    """The sequence of the newest alert; 0 before the first one."""
    return sight.alerts[-1].sequence if sight.alerts else 0


def tell_alerts(sight: Sight, known: int, indent: str = "") -> int:
    """A line for each alert after the sequence `known`, and how many are left out; the newest sequence."""
    fresh = [alert for alert in sight.alerts if alert.sequence > known]
    if known and fresh and fresh[0].sequence > known + 1:
        click.echo(f"{indent}... {fresh[0].sequence - known - 1:,} more alerts")
    for alert in fresh:
        click.echo(f"{indent}{plain_alert(alert)}")
    return max(known, newest(sight))

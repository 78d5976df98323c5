"""`harmwatch watch --plain`: the board as it moves, in sentences, for a screen reader or a pipe."""

import sys
import time

import click

from sight.board_view import UNSEEN, BoardView
from sight.poller import BoardPoller
from sight.poller_thread import LOOK_SECONDS
from sight.words import freshness, plain_alert, plain_row

_SAY_SECONDS = 30.0
_ROWS = 10


def watch_plainly(poller: BoardPoller, title: str) -> None:
    """What is watched and the first ranks, then each alert; twice a minute, and on a change, how fresh that is."""
    known, known_from, was_stale, opened = 0, 0.0, False, False
    click.echo(title)
    while True:
        view = poller.view
        if view.rows and not opened:
            opened, known = True, newest(view)
            click.echo("\n".join(plain_row(row) for row in view.rows[:_ROWS]))
        elif opened:
            known = tell_alerts(view, known)
        text, stale = freshness(view, time.monotonic())
        if stale != was_stale or (view.state != UNSEEN and time.monotonic() - known_from >= _SAY_SECONDS):
            was_stale, known_from = stale, time.monotonic()
            click.echo(text)
        sys.stdout.flush()
        time.sleep(LOOK_SECONDS)


def newest(view: BoardView) -> int:
    """The sequence of the newest alert; 0 before the first one."""
    return view.alerts[-1].sequence if view.alerts else 0


def tell_alerts(view: BoardView, known: int, indent: str = "") -> int:
    """A line for each alert after the sequence `known`, and how many are left out; the newest sequence."""
    fresh = [alert for alert in view.alerts if alert.sequence > known]
    if known and fresh and fresh[0].sequence > known + 1:
        click.echo(f"{indent}... {fresh[0].sequence - known - 1:,} more alerts")
    for alert in fresh:
        click.echo(f"{indent}{plain_alert(alert)}")
    return max(known, newest(view))

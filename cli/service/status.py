"""`harmwatch status`: how far the service has come, whether it does its work, and why not."""

import sys
import time

import click

from cli.output import json_option, show
from cli.service.status_document import StatusDocument, WaitDocument
from cli.service.status_parked import render_parked
from cli.service.status_waits import render_wait, standing_waits
from models.errors import HarmwatchError
from runtime.settings import Settings, load_settings
from sight.health import SEEN_SECONDS, Health, render_recovery
from sight.look import Look
from sight.look_document import LookDocument, PartitionDocument

WITHIN_SECONDS = 30.0
_POLL_SECONDS = 0.1
_GLANCE_SECONDS = SEEN_SECONDS + 1.0

DOCUMENT = StatusDocument


@click.command()
@click.option(
    "--wait-idle",
    type=click.FloatRange(min=0),
    help="Wait up to this many seconds until all is applied, published and readable, and every partition is read.",
)
@click.option(
    "--live",
    is_flag=True,
    help="Exit code 1 where something is wrong, such as records that wait while none is applied.",
)
@click.option(
    "--within",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="How many seconds a partition or the board may stand still, with --live.",
)
@json_option
def command(wait_idle: float | None, live: bool, within: float, as_json: bool) -> None:
    """Says how far the service has come."""
    settings = load_settings()
    try:
        if wait_idle is not None:
            document, good = idle_status(settings, wait_idle)
        else:
            document = live_status(settings, within) if live else status_of(settings)
            good = not (live and document.reasons)
    except HarmwatchError:  # what keeps us from looking may keep workers from working: they know more
        for wait in standing_waits(settings):
            click.echo(render_wait(wait), err=True)
        raise
    show(document, as_json, render_status)
    sys.exit(0 if good else 1)


def status_of(settings: Settings) -> StatusDocument:
    """As `live_status`, within three seconds: workers may not have agreed on who reads what, and nothing is said."""
    return _judged(settings, WITHIN_SECONDS, _GLANCE_SECONDS)


def live_status(settings: Settings, within_seconds: float) -> StatusDocument:
    """The document of `harmwatch status`; its `reasons` say what is wrong, and are empty where nothing is.

    Looks again while something seems wrong, until it is certain. Raises Unavailable, or PreconditionFailed where topics
    are missing.
    """
    return _judged(settings, within_seconds, within_seconds + _GLANCE_SECONDS)


def _judged(settings: Settings, within_seconds: float, longest_seconds: float) -> StatusDocument:
    look, health = Look(settings), Health(settings.clock, within_seconds)
    until = time.monotonic() + longest_seconds
    try:
        while True:
            seen = look.document()
            reasons, doubtful = health.judge(seen, time.monotonic())
            if not doubtful or time.monotonic() >= until:
                return judged(reasons, seen, standing_waits(settings))
            time.sleep(_POLL_SECONDS)
    finally:
        look.close()


def idle_status(settings: Settings, seconds: float) -> tuple[StatusDocument, bool]:
    """The document once all that was sent is applied, published and readable and every partition has an owner.

    Or after `seconds`; and whether it came to that. What is parked comes to no end.
    """
    look, health = Look(settings), Health(settings.clock, WITHIN_SECONDS)
    until = time.monotonic() + seconds
    try:
        while True:
            seen = look.document()
            reasons, _ = health.judge(seen, time.monotonic())
            if _is_idle(seen):
                return judged(reasons, seen, standing_waits(settings)), True
            if time.monotonic() >= until:
                untold = _untold(reasons, seen)
                return judged([*reasons, *untold], seen, standing_waits(settings)), False
            time.sleep(_POLL_SECONDS)
    finally:
        look.close()


def judged(reasons: list[str], look: LookDocument, waits: tuple[WaitDocument, ...] = ()) -> StatusDocument:
    """A look with what is wrong. Of the transactions those alone that have lasted: the relay's own do not."""
    lasting = tuple(each for each in look.held_back if any(each.why in reason for reason in reasons))
    return StatusDocument(**dict(look) | {"held_back": lasting}, reasons=tuple(reasons), waits=waits)


def _untold(reasons: list[str], look: LookDocument) -> list[str]:
    """The transactions that were waited for, however short a time."""
    return [each.why for each in look.held_back if not any(each.why in reason for reason in reasons)]


def _is_idle(look: LookDocument) -> bool:
    if look.lag or look.outbox or look.held_back or look.state != "open":
        return False
    return all(part.owner is not None for part in look.partitions)


def render_status(document: StatusDocument) -> str:
    """A few lines for a person."""
    silent = document.silent_seconds
    lines = [
        f"board {document.board} ({_render_state(document)}), as of {document.as_of or 'nothing yet'}",
        f"lag {document.lag} records, outbox {document.outbox} entries, "
        f"entry {document.entry}, alerts up to sequence {document.sequence}",
        "nothing was ever applied" if silent is None else f"last change {max(0.0, silent):.1f} s ago",
    ]
    lines += render_parked(document.parked)
    if document.clock is not None:
        lines.append(f"clock: {document.clock.why}")
    lines += [f"NOT GOOD: {reason}" for reason in document.reasons]
    lines += [render_wait(wait) for wait in document.waits]
    lines += [_render_partition(part) for part in document.partitions]
    return "\n".join(lines)


def _render_state(document: StatusDocument) -> str:
    count, state = document.workers, str(document.state)
    if document.recovery is not None:
        state = f"{state}, {render_recovery(document.recovery)}"
    if not count and document.settled:
        return f"{state}, but no worker is there: nothing is applied"
    return f"{state}, {count} worker{'' if count == 1 else 's'}"


def _render_partition(part: PartitionDocument) -> str:
    text = f"  partition {part.partition}: {part.applied} of {part.end}"
    if part.held_back:
        text += f", {part.held_back} behind an open transaction"
    return text + ("" if part.owner else ", no worker reads it")

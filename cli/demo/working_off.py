"""How the demonstration waits for its worker."""

import time
from collections.abc import Callable

import click

from cli.demo.sending import CHECK_SECONDS
from cli.service.status import idle_status
from cli.service.status_document import StatusDocument
from runtime.settings import Settings
from sight.look import look_once

_LONGEST_WAIT_SECONDS = 600.0
_LOOK_SECONDS = 0.02


def work_off(settings: Settings, records: int, check: Callable[[], None]) -> None:
    """Waits for the worker and says how fast it was, from its first applied record to the last alert."""
    while look_once(settings).state != "open":
        check()
        time.sleep(_LOOK_SECONDS)
    begun_at = time.monotonic()
    document, idle = wait_idle(settings, check)
    seconds = time.monotonic() - begun_at
    if records:
        verdict = "" if idle else " (not done)"
        click.echo(
            f"{records:,} records in {seconds:.1f} s: {records / seconds:,.0f} records/s through one worker, "
            f"{document.sequence:,} transitions{verdict}."
        )


def wait_idle(settings: Settings, check: Callable[[], None]) -> tuple[StatusDocument, bool]:
    """As `idle_status`; `check` raises when that cannot be any more."""
    until = time.monotonic() + _LONGEST_WAIT_SECONDS
    while True:
        document, idle = idle_status(settings, CHECK_SECONDS)
        if idle or time.monotonic() >= until:
            return document, idle
        check()

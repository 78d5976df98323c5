"""What the workers of this machine wait for, as `harmwatch status` shows it."""

from dataclasses import asdict

from cli.service.status_document import WaitDocument
from runtime.pulse import read_standing
from runtime.settings import Settings

_BEATEN_SECONDS = 5.0
"""A worker beats twice a second; what one has written that turns no more is not so any more."""


def standing_waits(settings: Settings) -> tuple[WaitDocument, ...]:
    """Of those whose pulse the settings name."""
    if settings.pulse is None:
        return ()
    return tuple(WaitDocument(**asdict(wait)) for wait in read_standing(settings.pulse, _BEATEN_SECONDS))


def render_wait(wait: WaitDocument) -> str:
    """The words of the worker's log."""
    return f"a worker has been waiting {wait.seconds:,.0f} s for {wait.why}"

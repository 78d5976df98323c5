"""Since when an officer is on duty, as the head of their pages says it."""

from console.officer import Officer
from console.stays.queue_text import Clock
from desk.state import Desk
from models.instants import Micros


def shift_since(desk: Desk, officer: Officer) -> Micros | None:
    """By their session, or by what they wrote, whichever was earlier; None: they have written nothing, and no session
    is known. A session from before they handed the desk over counts for the shift that has ended.
    """
    written = desk.shift_since(officer.by)
    given = [each.ended_at for each in desk.handovers if each.end == "taken" and each.by == officer.by]
    handed_over = max((at for at in given if at is not None), default=None)
    session = None if officer.since is None else Micros(officer.since)
    if session is not None and handed_over is not None and session <= handed_over:
        session = None
    return min((at for at in (written, session) if at is not None), default=None)


def shift_words(desk: Desk, officer: Officer, clock: Clock) -> str:
    """Empty where there is nothing to say."""
    since = shift_since(desk, officer)
    if since is not None:
        return f"shift since {clock(since, max(desk.at, since))}"
    return "no shift yet" if officer.signed_in else ""

"""A handover in words: who offers the desk to whom, what was signed, and which stays are walked through."""

from collections.abc import Iterable
from dataclasses import dataclass

from console.handover.pack_text import PackLineText, PackTextBuilder
from console.stays.queue_text import Clock
from console.stays.stay_words import moment_words
from desk.state import Desk, Handover
from desk.stay import Stay
from models.instants import format_instant

NEWEST = 10
"""So many handovers are listed."""


@dataclass(frozen=True, slots=True)
class HandoverText:
    """One of them; `number` counts from 1."""

    number: int
    address: str
    by: str
    to: str
    state: str
    words: str
    is_open: bool
    sequence: int
    offset: int
    at: str
    digest: str


@dataclass(frozen=True, slots=True)
class WalkItemText:
    """One stay that is taken or returned. `is_sealed`: no reason can be written about it."""

    stay: int
    line: PackLineText
    is_sealed: bool


def handover_text(desk: Desk, number: int, clock: Clock) -> HandoverText:
    """Of the handover of a number that is there."""
    one = desk.handovers[number - 1]
    return HandoverText(
        number=number, address=f"/handover/{number}", by=one.by, to=one.to,
        state=handover_words(desk, one, clock), words=one.words or "", is_open=one.end is None,
        sequence=one.pack_sequence, offset=one.pack_offset, at=format_instant(one.pack_at), digest=one.digest,
    )  # fmt: skip


def newest_handovers(desk: Desk, clock: Clock) -> tuple[HandoverText, ...]:
    """The newest first."""
    last = len(desk.handovers)
    return tuple(handover_text(desk, number, clock) for number in range(last, max(0, last - NEWEST), -1))


def handover_words(desk: Desk, handover: Handover, clock: Clock) -> str:
    """Where it stands, in a sentence."""
    offered = f"{handover.by} offered the desk to {handover.to} at {clock(handover.at, desk.at)}."
    if handover.end is None or handover.ended_at is None:
        return offered
    at = clock(handover.ended_at, desk.at)
    if handover.end == "taken":
        return f"{offered} {handover.ended_by} took it at {at}."
    return f"{offered} {handover.ended_by} returned it at {at}: {handover.why or '(no reason)'}"


def walk_items(wording: PackTextBuilder, stays: Iterable[int]) -> tuple[WalkItemText, ...]:
    """The stays of the giver, in order."""
    desk = wording.desk
    return tuple(
        WalkItemText(number, wording.line(number, held_words(desk, stay, wording.clock)), stay.is_sealed)
        for number, stay in ((number, desk.stays[number]) for number in stays)
    )


def held_words(desk: Desk, stay: Stay, clock: Clock) -> str:
    """What somebody did last with a stay that is theirs, and what waits about it."""
    handling = stay.handling
    if handling is None:
        return ""
    until = "" if handling.until is None else f", until {moment_words(handling.until, desk.at, clock)}"
    done = {"look": "looked at", "snooze": "put off", "close": "closed"}[handling.kind]
    proposal = stay.open_proposal
    waits = "" if proposal is None else f"; {proposal.by} proposes {proposal.measure}"
    return f"{done} at {clock(handling.at, desk.at)}{until}{waits}"

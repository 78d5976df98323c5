"""What stands beside a pack and is not signed: how the board was seen when the page was made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from console.freshness import Freshness
from console.handover.pack_text import PackLineText, PackTextBuilder
from desk.state import Desk
from models.errors import Unavailable
from models.instants import HOUR, Micros, parse_instant
from sight.board_view import BoardView

EXITS_WITHIN = 12 * HOUR
"""So far ahead expected exits are told."""

NewestLetter = Callable[[], float | None]
"""Seconds of Unix time of the newest dead letter; None: there is none. It asks Kafka. Raises Unavailable."""

Letter = float | Unavailable | None
"""What it answered, or why it did not."""


@dataclass(frozen=True, slots=True)
class BesideText:
    """`facts` as name and value; expected exits of the next hours, the soonest first; who was corrected out."""

    facts: tuple[tuple[str, str], ...]
    exits: tuple[PackLineText, ...]
    corrected: tuple[PackLineText, ...]


def beside_text(view: BoardView, fresh: Freshness, letter: Letter, wording: PackTextBuilder) -> BesideText:
    """As it is at this moment."""
    desk = wording.desk
    return BesideText(
        tuple(_facts(view, fresh, letter, wording)),
        tuple(_exits(view, wording)),
        tuple(wording.line(stay, "an offence was corrected or withdrawn") for stay in corrected_stays(desk)),
    )


def beside_stays(view: BoardView, desk: Desk) -> list[int]:
    """Every stay that it names."""
    return [*exit_stays(view, desk), *corrected_stays(desk)]


def exit_stays(view: BoardView, desk: Desk) -> list[int]:
    """Those who could leave in the next hours, the soonest first."""
    now = desk.at if view.as_of is None else parse_instant(view.as_of)
    soon = [
        (leaves_at, view.entrances[person])
        for person, leaves_at in view.leaves_at.items()
        if leaves_at is not None and now <= leaves_at <= now + EXITS_WITHIN and view.entrances.get(person) in desk.stays
    ]
    return [stay for _, stay in sorted(soon)]


def corrected_stays(desk: Desk) -> list[int]:
    """Those whose exit was made by a correction, since the desk was taken: it reaches back to an alert."""
    taken = [each.ended_at for each in desk.handovers if each.end == "taken" and each.ended_at is not None]
    began = taken[-1] if taken else Micros(0)
    stays = sorted(desk.stays.values(), key=lambda stay: stay.sequence)
    return [
        stay.sequence for stay in stays
        if stay.left_by_correction and (stay.ended_at or 0) >= began and stay.opening != "before_desk"
    ]  # fmt: skip


def _exits(view: BoardView, wording: PackTextBuilder) -> Iterator[PackLineText]:
    leaves_at = {view.entrances.get(person): at for person, at in view.leaves_at.items()}
    for stay in exit_stays(view, wording.desk):
        at = leaves_at[stay]
        yield wording.line(stay, "" if at is None else f"could leave at {wording.clock(Micros(at), wording.desk.at)}")


def _facts(view: BoardView, fresh: Freshness, letter: Letter, wording: PackTextBuilder) -> Iterator[tuple[str, str]]:
    yield "The page", f"{fresh.word} {fresh.why}".strip()
    yield "The store", f"{view.state}, as of {fresh.as_of}, entry {view.entry:,}"
    records = "1 record waits" if view.lag == 1 else f"{view.lag:,} records wait"
    entries = "1 entry is" if view.outbox == 1 else f"{view.outbox:,} entries are"
    yield "On its way", f"{records}, {entries} not sent yet"
    yield "Newest dead letter", _letter_words(letter, wording)


def _letter_words(letter: Letter, wording: PackTextBuilder) -> str:
    if isinstance(letter, Unavailable):
        return f"not known: {letter}"
    return "none" if letter is None else wording.clock(Micros(round(letter * 1_000_000)), wording.desk.at)

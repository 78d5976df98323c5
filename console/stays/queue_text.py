"""The queue in words: one sentence for each stay that waits or is in hand, since when, and whose it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from console.stays.stay_words import age, moment_words
from desk.queue import QueueItem, queue
from desk.state import Desk
from desk.stay import Stay
from models.alert import Alert, alert_id
from models.instants import Micros
from models.token import Token
from sight.opening import CLOSED
from sight.printable import printable
from sight.sentences import Piece, alert_sentence

KIND_WORDS = {
    "second_key": "Second key", "lapsed": "Lapsed", "entered": "Entered", "left_unseen": "Left unseen",
    "returned": "Back", "inherited": "From before", "owned": "In hand", "snoozed": "Put off",
}  # fmt: skip
CAUSES = {
    "growth": "the score has grown since it was looked at",
    "correction": "an offence was corrected since it was looked at",
    "policy": "another policy came into force",
    "time": "the look is too long ago", "snooze_over": "the time it was put off for is over",
    "released": "it was given back", "orphaned": "the shift of who had it is over",
    "handed_back": "it was returned at a handover",
}  # fmt: skip
MOST = 300
"""So many stand on the page: the most urgent ones."""

Clock = Callable[[Micros, Micros], str]
"""An instant, as somebody reads it on the day of another one."""


@dataclass(frozen=True, slots=True)
class ItemText:
    """One line of the queue. `key` and `address` name the stay by its alert, and nobody."""

    key: str
    alert_id: str
    address: str
    kind: str
    word: str
    age: str
    owner: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class QueueText:
    """What the page of the queue shows."""

    summary: str
    items: tuple[ItemText, ...]
    nothing: str = "Nothing waits for anybody."
    """what stands there without items"""


NOT_BEGUN = QueueText(
    "", (), "This desk has not begun: a console gives it its rules as soon as the board has a journal."
)


def queue_text(board: str, desk: Desk, alerts: Mapping[int, Alert], clock: Clock) -> QueueText:
    """The queue of a desk; `alerts` in clear by the stay that each began."""
    waiting = queue(desk)
    items = [_waiting(board, desk, item, alerts.get(item.stay), clock) for item in waiting]
    items += [_in_hand(board, desk, stay, alerts.get(stay.sequence), clock) for stay in held_stays(desk)]
    overdue = sum(item.due_at <= desk.at for item in waiting)
    words = [f"{len(waiting):,} {'waits' if len(waiting) == 1 else 'wait'}", f"{len(items) - len(waiting):,} in hand"]
    if overdue:
        words.append(f"{overdue:,} overdue")
    if len(items) > MOST:
        words.append(f"the first {MOST:,} are shown")
    return QueueText(", ".join(words), tuple(items[:MOST])) if desk.rules is not None else NOT_BEGUN


def who(stay: Stay, alert: Alert | None) -> Piece:
    """Their id; of an erased person none is left, and of a sealed one without its key."""
    if stay.person is None:
        return Piece("(erased)", names=True)
    sent = stay.person if alert is None else alert.offender_id
    return Piece(CLOSED if Token.read(sent) is not None else printable(sent), names=True)


def held_stays(desk: Desk) -> list[Stay]:
    """What is in hand and waits for nobody else, in the order of the page."""
    held = [stay for stay in desk.stays.values() if stay.owner is not None and stay.open_proposal is None]
    return sorted(held, key=lambda stay: (stay.handling.at if stay.handling else stay.began_at, stay.sequence))


def _item(board: str, desk: Desk, stay: Stay, kind: str, since: Micros, pieces: tuple[Piece, ...]) -> ItemText:
    name = alert_id(board, stay.sequence)
    key = f"{stay.sequence}{'.proposal' if kind == 'second_key' else ''}"
    owner = stay.owner or ""
    return ItemText(key, name, f"/stays/{name}", kind, KIND_WORDS[kind], age(desk.at - since), owner, pieces)


def _waiting(board: str, desk: Desk, item: QueueItem, alert: Alert | None, clock: Clock) -> ItemText:
    stay = desk.stays[item.stay]
    return _item(board, desk, stay, item.kind, item.since, tuple(_sentence(desk, stay, item, alert, clock)))


def _sentence(desk: Desk, stay: Stay, item: QueueItem, alert: Alert | None, clock: Clock) -> Iterator[Piece]:
    if item.kind == "entered" and alert is not None:
        yield from alert_sentence(alert)
        return
    yield who(stay, alert)
    proposal = stay.open_proposal
    if item.kind == "second_key" and proposal is not None:
        until = moment_words(proposal.until, desk.at, clock)
        yield Piece(f": {proposal.by} proposes {proposal.measure}; a second person answers by {until}.")
    elif item.kind == "left_unseen":
        yield Piece(f" left at {clock(item.since, desk.at)}, and nobody had looked.")
    elif stay.returned is not None:
        yield Piece(f" is back: {CAUSES[stay.returned.cause]}.")
    elif item.kind == "inherited":
        yield Piece(f" has been in the band since {clock(stay.began_at, desk.at)}, before this desk began.")
    else:
        yield Piece(f" entered at {clock(stay.began_at, desk.at)}.")


def _in_hand(board: str, desk: Desk, stay: Stay, alert: Alert | None, clock: Clock) -> ItemText:
    handling = stay.handling
    is_snoozed = handling is not None and handling.kind == "snooze"
    where = "is in hand."
    if handling is not None and handling.until is not None:
        until = moment_words(handling.until, desk.at, clock)
        where = f"is put off until {until}." if is_snoozed else f"has been in hand since {clock(handling.at, desk.at)}."
    pieces = (who(stay, alert), Piece(f" {where}"))
    since = handling.at if handling is not None else stay.began_at
    return _item(board, desk, stay, "snoozed" if is_snoozed else "owned", since, pieces)

"""What identifies a person or an offence in an outgoing record, and where it stands: the fields that can be sealed."""

from collections.abc import Callable
from typing import Protocol

from models.alert import Alert, BaselineEvent, CauseOut, EnteredOut

Seal = Callable[[str, str, str], str]
"""Takes a place, whom the text there is about, and the text; answers what stands there instead."""


class IdentifiedMove(Protocol):
    """What an alert and its transition in the journal tell alike of a move."""

    @property
    def sequence(self) -> int:
        """The number of the move on its board."""

    @property
    def offender_id(self) -> str:
        """Who moved."""

    @property
    def counterpart(self) -> str | None:
        """Who moved the other way for it."""

    @property
    def cause(self) -> CauseOut:
        """Why; it names whose offence it was."""

    @property
    def entered(self) -> EnteredOut | None:
        """Of a `left`, the entrance that it ends."""


def record_of_move(board: str, sequence: int) -> str:
    """With what the places of a transition begin."""
    return f"{board}/{sequence}/"


def record_of_baseline(board: str, last_sequence: int) -> str:
    """With what the places of a baseline begin."""
    return f"{board}/baseline/{last_sequence}/"


def place_of_offender(board: str, sequence: int) -> str:
    """Where it stands whom a transition moved."""
    return f"{record_of_move(board, sequence)}offender_id"


def sealed_move(board: str, move: IdentifiedMove, seal: Seal) -> dict[str, object]:
    """The identifying fields that a transition has in the journal and on its alert, in both alike.

    The alert that a `left` ends names its person to anyone who has that alert in clear.
    """
    at, person = record_of_move(board, move.sequence), move.offender_id
    counterpart, entered = move.counterpart, move.entered
    return {
        "offender_id": seal(place_of_offender(board, move.sequence), person, person),
        "counterpart": None if counterpart is None else seal(f"{at}counterpart", counterpart, counterpart),
        "cause": _sealed_cause(move.cause, f"{at}cause", seal),
        # An alert's id leads back to its person: sealed, it is readable as long as that alert is (decision 0010).
        "entered": None
        if entered is None
        else entered.model_copy(update={"alert_id": seal(f"{at}entered/alert_id", person, entered.alert_id)}),
    }


def sealed_alert(alert: Alert, seal: Seal) -> Alert:
    """The alert with its identifying fields as `seal` has them."""
    move = sealed_move(alert.board, alert, seal)
    at = f"{record_of_move(alert.board, alert.sequence)}contributions"
    contributions = tuple(
        item.model_copy(update={"offence_id": seal(f"{at}/{place}", alert.offender_id, item.offence_id)})
        for place, item in enumerate(alert.contributions)
    )
    return alert.model_copy(update=move | {"contributions": contributions})


def sealed_baseline(event: BaselineEvent, seal: Seal) -> BaselineEvent:
    """The baseline with its identifying fields as `seal` has them."""
    at = record_of_baseline(event.board, event.last_sequence)
    band = tuple(
        member.model_copy(update={"offender_id": seal(f"{at}{member.rank}", member.offender_id, member.offender_id)})
        for member in event.band
    )
    return event.model_copy(update={"band": band})


def texts_by_place(visit: Callable[[Seal], object]) -> dict[str, str]:
    """Every identifying text of a record by its place; `visit` is one of the functions above, waiting for its seal."""
    texts: dict[str, str] = {}

    def note(place: str, _: str, text: str) -> str:
        texts[place] = text
        return text

    visit(note)
    return texts


def _sealed_cause(cause: CauseOut, at: str, seal: Seal) -> CauseOut:
    person = cause.offender_id
    return CauseOut(
        kind=cause.kind,
        event_id=None if cause.event_id is None else seal(f"{at}/event_id", person, cause.event_id),
        offence_id=None if cause.offence_id is None else seal(f"{at}/offence_id", person, cause.offence_id),
        offender_id=seal(f"{at}/offender_id", person, person),
    )

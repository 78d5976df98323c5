"""What identifies a person or an offence in an outgoing record, and where it stands: the fields that can be sealed."""

from collections.abc import Callable

from models.alert import Alert, BaselineEvent, CauseOut

Seal = Callable[[str, str, str], str]
"""Takes a place, whom the text there is about, and the text; answers what stands there instead."""


def place_of_offender(board: str, sequence: int) -> str:
    """Where it stands whom a transition moved."""
    return f"{board}/{sequence}/offender_id"


def sealed_move(
    transition: tuple[str, int], offender_id: str, counterpart: str | None, cause: CauseOut, seal: Seal
) -> dict[str, object]:
    """The identifying fields that a transition (board, sequence) has in the journal and on its alert, in both alike."""
    board, sequence = transition
    at = f"{board}/{sequence}"
    return {
        "offender_id": seal(place_of_offender(board, sequence), offender_id, offender_id),
        "counterpart": None if counterpart is None else seal(f"{at}/counterpart", counterpart, counterpart),
        "cause": _sealed_cause(cause, f"{at}/cause", seal),
    }


def sealed_alert(alert: Alert, seal: Seal) -> Alert:
    """The alert with its identifying fields as `seal` has them."""
    move = sealed_move((alert.board, alert.sequence), alert.offender_id, alert.counterpart, alert.cause, seal)
    at = f"{alert.board}/{alert.sequence}/contributions"
    contributions = tuple(
        item.model_copy(update={"offence_id": seal(f"{at}/{place}", alert.offender_id, item.offence_id)})
        for place, item in enumerate(alert.contributions)
    )
    return alert.model_copy(update=move | {"contributions": contributions})


def sealed_baseline(event: BaselineEvent, seal: Seal) -> BaselineEvent:
    """The baseline with its identifying fields as `seal` has them."""
    at = f"{event.board}/baseline/{event.last_sequence}"
    band = tuple(
        member.model_copy(update={"offender_id": seal(f"{at}/{member.rank}", member.offender_id, member.offender_id)})
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

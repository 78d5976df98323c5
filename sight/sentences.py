"""An alert in one sentence, made of the alert alone: who moved, why, how far from the cut, and who moved instead."""

from collections.abc import Iterator
from typing import NamedTuple

from models.alert import Alert
from models.journal.transition import CauseKind, Move
from sight.printable import printable, printable_code
from sight.words import grouped_days

_LONGEST_ID = 128


class Piece(NamedTuple):
    """A part of a sentence; `names` somebody, whose id it is then."""

    text: str
    names: bool = False


def alert_sentence(alert: Alert) -> tuple[Piece, ...]:
    """Its pieces in order, with spaces where they are wanted; ids are printable."""
    return tuple(_pieces(alert))


def _pieces(alert: Alert) -> Iterator[Piece]:
    yield _name(alert.offender_id)
    yield Piece(f" {_moved(alert)}")
    yield from _why(alert)
    yield Piece(f"; {_margin(alert)}")
    if alert.counterpart is not None and not _tells_of_others(alert):
        yield Piece("; ")
        yield _name(alert.counterpart)
        yield Piece(" left in exchange" if alert.transition is Move.ENTERED else " entered in exchange")
    yield Piece(".")


def _name(offender_id: str) -> Piece:
    """No longer than an id may be, since an alert may be forged."""
    more = "\N{HORIZONTAL ELLIPSIS}" if len(offender_id) > _LONGEST_ID else ""
    return Piece(printable(offender_id[:_LONGEST_ID]) + more, names=True)


def _tells_of_others(alert: Alert) -> bool:
    """Whether somebody else's change moved them who moved in exchange."""
    return alert.cause.kind in _OF_OTHERS and alert.counterpart == alert.cause.offender_id


def _moved(alert: Alert) -> str:
    if alert.transition is Move.ENTERED:
        return f"entered at rank {alert.rank}"
    return f"left, now at rank {alert.rank}" if alert.rank else "left, now without a score"


_OWN = {
    CauseKind.OFFENCE: "{crime} was reported",
    CauseKind.AMENDMENT: "the report of {crime} was corrected",
    CauseKind.WITHDRAWAL: "the report of {crime} was withdrawn",
    CauseKind.EXPIRY: "{crime} is too long ago to count as it did",
}


_OF_OTHERS = {
    CauseKind.DISPLACEMENT: ("entered above them", "came to stand above them"),
    CauseKind.VACANCY: ("left and made room", "fell and made room"),
}
"""Where that other one moved in exchange, and where they did not."""


def _why(alert: Alert) -> Iterator[Piece]:
    kind = alert.cause.kind
    if kind is CauseKind.POLICY:
        yield Piece(f": other rules came into force ({_policy(alert)})")
        return
    if kind in _OWN:
        yield Piece(f": {_OWN[kind].format(crime=_crime(alert))}")
        return
    yield Piece(": ")
    yield _name(alert.cause.offender_id)
    together, alone = _OF_OTHERS[kind]
    yield Piece(f" {together if _tells_of_others(alert) else alone}")


def _policy(alert: Alert) -> str:
    return printable(f"{alert.policy.id} {alert.policy.version}"[:_LONGEST_ID])


def _crime(alert: Alert) -> str:
    """With code and days where it is among those that the alert lists."""
    for item in alert.contributions:
        if item.offence_id == alert.cause.offence_id:
            return f"an offence ({printable_code(item.code[:_LONGEST_ID])}, {grouped_days(item.millidays)})"
    return "an offence"


def _margin(alert: Alert) -> str:
    margin = alert.cut.margin_millidays
    if margin is None:
        return "fewer are ranked than the band has places"
    if margin == 0:
        return "exactly at the cut"
    return f"{grouped_days(abs(margin))} {'above' if margin > 0 else 'below'} the cut"

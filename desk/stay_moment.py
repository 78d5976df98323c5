"""One stay at the desk's time, and the question whose it is."""

from dataclasses import dataclass

from desk.stay import Handling, Stay
from desk.verdict import NotTaken
from models.desk.action import (
    CloseAction,
    ConfirmAction,
    LapseAction,
    LookAction,
    NoteAction,
    ProposeAction,
    ReleaseAction,
    ReturnAction,
    SnoozeAction,
)
from models.desk.rules import DeskRules
from models.instants import SECOND, Micros

StayAction = (
    LookAction | NoteAction | SnoozeAction | CloseAction | ReleaseAction | ProposeAction | ConfirmAction
    | ReturnAction | LapseAction
)  # fmt: skip

SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class StayMoment:
    """A stay at the desk's time, under the rules in force."""

    stay: Stay
    rules: DeskRules
    now: Micros

    def after(self, seconds: int) -> Micros:
        """So many seconds from now."""
        return Micros(self.now + seconds * SECOND)


def own(stay: Stay, by: str) -> Handling:
    """What the owner did last. Raises NotTaken where they are not the owner."""
    if stay.owner is not None and stay.owner != by:
        raise NotTaken("late", f"{stay.owner} has it")
    if stay.owner is None or stay.handling is None:
        closed = stay.handling is not None
        raise NotTaken("late" if closed else "refused", "it is closed" if closed else "look at it first")
    return stay.handling

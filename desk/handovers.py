"""The desk from one shift to the next: offered, then taken or returned."""

from dataclasses import replace

from desk.state import Handover
from desk.verdict import NotTaken
from models.desk.action import OfferHandoverAction, ReturnHandoverAction, TakeHandoverAction
from models.instants import Micros, parse_instant

HandoverAction = OfferHandoverAction | TakeHandoverAction | ReturnHandoverAction


def judge_handover(
    handovers: tuple[Handover, ...], action: HandoverAction, sequence: int, offset: int, now: Micros
) -> tuple[Handover, ...]:
    """The handovers behind an action; `sequence` and `offset` are its own place. Raises NotTaken."""
    waiting = handovers[-1] if handovers and handovers[-1].end is None else None
    if isinstance(action, OfferHandoverAction):
        return (*handovers, _offer(waiting, action, sequence, offset, now))
    named = [each for each in handovers if each.action_id == action.offer]
    if not named:
        raise NotTaken("refused", "there is no such offer")
    if waiting is None or waiting.action_id != action.offer:
        raise NotTaken("late", f"the offer was {named[0].end} already")
    if isinstance(action, TakeHandoverAction):
        if action.by == waiting.by:
            raise NotTaken("refused", "nobody hands over to themselves")
        if action.digest != waiting.digest:
            raise NotTaken("changed", "another pack was offered")
        return (*handovers[:-1], replace(waiting, end="taken", ended_at=now, ended_by=action.by))
    return (*handovers[:-1], replace(waiting, end="returned", ended_at=now, ended_by=action.by))


def _offer(waiting: Handover | None, action: OfferHandoverAction, sequence: int, offset: int, now: Micros) -> Handover:
    if waiting is not None:
        raise NotTaken("late", f"{waiting.by} has offered already")
    if action.pack_sequence > sequence or action.pack_offset >= offset:
        raise NotTaken("refused", "the pack holds what was not there")
    return Handover(
        action.action_id, action.by, now, action.pack_sequence, action.pack_offset, parse_instant(action.pack_at),
        action.digest,
    )  # fmt: skip

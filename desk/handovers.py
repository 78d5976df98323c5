"""The desk from one shift to the next: offered, then taken or returned."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from desk.state import Handover
from desk.stay import ReturnReason, Stay
from desk.verdict import NotTaken
from models.desk.action import HandoverItem, OfferHandoverAction, ReturnHandoverAction, TakeHandoverAction
from models.desk.stay_name import stay_sequence
from models.instants import Micros, parse_instant
from models.token import Token

HandoverAction = OfferHandoverAction | TakeHandoverAction | ReturnHandoverAction


def judge_handover(
    handovers: tuple[Handover, ...], action: HandoverAction, sequence: int, offset: int, now: Micros
) -> tuple[Handover, ...]:
    """The handovers behind an action; `sequence` and `offset` are its own place. Raises NotTaken."""
    waiting = handovers[-1] if handovers and handovers[-1].end is None else None
    if isinstance(action, OfferHandoverAction):
        return (*handovers, _offer(waiting, action, sequence, offset, now))
    offer = action.offer if isinstance(action, TakeHandoverAction) else action.second_of
    named = [each for each in handovers if each.action_id == offer]
    if not named:
        raise NotTaken("refused", "there is no such offer")
    if waiting is None or waiting.action_id != offer:
        raise NotTaken("late", f"the offer was {named[0].end} already")
    if isinstance(action, TakeHandoverAction):
        if action.by != waiting.to:
            raise NotTaken("refused", f"it is offered to {waiting.to}")
        return (*handovers[:-1], replace(waiting, end="taken", ended_at=now, ended_by=action.by))
    return (*handovers[:-1], replace(waiting, end="returned", ended_at=now, ended_by=action.by, why=action.note))


def _offer(waiting: Handover | None, action: OfferHandoverAction, sequence: int, offset: int, now: Micros) -> Handover:
    if waiting is not None:
        raise NotTaken("late", f"{waiting.by} has offered already")
    if action.from_ != action.by or action.to == action.by:
        raise NotTaken("refused", "an officer hands over what is theirs, and not to themselves")
    if action.pack_sequence > sequence or action.pack_offset >= offset:
        raise NotTaken("refused", "the pack holds what was not there")
    return Handover(
        action.action_id, action.by, now, action.pack_sequence, action.pack_offset, parse_instant(action.pack_at),
        action.sha256, action.to, words=action.words,
    )  # fmt: skip


def hand_over(stays: Iterable[Stay], offer: Handover, action: TakeHandoverAction, now: Micros) -> Iterator[Stay]:
    """The stays of who gave the desk, as they stand behind it: taken, back in the queue, or orphans."""
    items = {stay_sequence(item.stay): item for item in action.items}
    for stay in stays:
        if stay.owner != offer.by:
            continue
        item = items.get(stay.sequence)
        if item is None:
            yield stay.back("orphaned", now)
        elif item.end == "taken":
            yield replace(stay, owner=action.by)
        else:
            yield replace(stay.back("handed_back", now), returned=ReturnReason("handed_back", now, action.by, item.why))


def check_items(stays: Mapping[int, Stay], items: Iterable[HandoverItem]) -> None:
    """Raises NotTaken where of a person under a token something is written in clear."""
    for item in items:
        stay = stays.get(stay_sequence(item.stay))
        if stay is not None and stay.is_sealed and item.why is not None and Token.read(item.why) is None:
            raise NotTaken("refused", "of a sealed stay no text is written in clear")

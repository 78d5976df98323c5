"""What is asked of a night: what lies on Kafka, held against what its officers know, and nothing else."""

import json
from collections import Counter
from collections.abc import Iterator

from desk.fold import DeskFold, PlacedAction
from desk.pack import make_pack
from desk.records import DeskRecords
from models.desk.action import ConfirmAction, LapseAction, OfferHandoverAction, ProposeAction
from models.instants import parse_instant
from tests.crash.nights.diary import DONE, Diary
from tests.crash.nights.town import Town

_CONSOLE = "console"


def judge(records: DeskRecords, fold: DeskFold, diary: Diary, town: Town) -> list[str]:
    """Every fault of a night in words; `fold` is that of the records."""
    return [
        *_lost_or_doubled(records, fold, diary),
        *_alone(records, fold),
        *_false_lapses(records, fold, town),
        *_other_desks(records, diary),
        *_handovers(records, fold, diary),
    ]


def taken(records: DeskRecords, fold: DeskFold) -> list[PlacedAction]:
    """What the fold has taken, in order."""
    pairs = zip(records.acts, fold.verdicts, strict=True)
    return [act for act, verdict in pairs if verdict.answer == "taken"]


def _lost_or_doubled(records: DeskRecords, fold: DeskFold, diary: Diary) -> Iterator[str]:
    """An action is there exactly if its officer was told that it is done; and no text stands twice."""
    there = {act.action.action_id: act.action for act in taken(records, fold)}
    for sent in diary.all():
        if not sent.is_settled:
            yield f"{_name(sent.kind, sent.action_id)} has no answer that stays: {sent.answers}"
        elif DONE in sent.answers and sent.action_id not in there:
            yield f"lost: {_name(sent.kind, sent.action_id)} was answered as done: {sent.answers}"
        elif sent.action_id in there and sent.answers[-1] != DONE:
            yield f"wrong: {_name(sent.kind, sent.action_id)} is there, and was answered {sent.answers}"
    ours = diary.sent.keys() | {act.action.action_id for act in records.acts if _is_of_desk(act)}
    yield from (f"wrong: nobody sent {name}" for name in there if name not in ours)
    texts = Counter(text for action in there.values() if (text := getattr(action, "note", None)))
    yield from (f"doubled: {text} stands {count} times" for text, count in texts.items() if count > 1)


def _alone(records: DeskRecords, fold: DeskFold) -> Iterator[str]:
    """A decision is a proposal, and the confirmation of it by another person who may: by the records."""
    there = [act.action for act in taken(records, fold)]
    firsts = {action.action_id: action for action in there if isinstance(action, ProposeAction)}
    seconds = {action.second_of: action for action in there if isinstance(action, ConfirmAction)}
    for _, decision in fold.desk().decisions:
        first, second = firsts.get(decision.action_id), seconds.get(decision.action_id)
        if first is None or second is None or first.by == second.by or second.role != "supervisor":
            yield f"alone: proposal {decision.action_id} was decided by {second and second.by} for {decision.by}"


def _false_lapses(records: DeskRecords, fold: DeskFold, town: Town) -> Iterator[str]:
    """Nobody's look lapses of whom nothing was reported, whatever the store has forgotten."""
    reasons = {"growth": town.reported | town.corrected, "correction": town.corrected}
    stays = fold.desk().stays
    for act in records.acts:
        if isinstance(act.action, LapseAction):
            who = stays[act.action.stay_sequence].person
            if who not in reasons.get(act.action.cause, set()):
                yield f"false: a look at {who} lapsed by {act.action.cause}, and there was none"


def _other_desks(records: DeskRecords, diary: Diary) -> Iterator[str]:
    """Each pack that a console showed is made again of the records up to its three numbers."""
    for pack in diary.packs:
        shown = json.loads(pack)
        place = shown["sequence"], shown["offset"], parse_instant(shown["at"])
        try:
            ours = make_pack(records.changes, records.acts, *place)
        except ValueError as error:
            yield f"other: the desk that was shown at {place} cannot be made again: {error}"
            continue
        if ours != pack:
            yield f"other: the desk that was shown at {place} is another one"


def _handovers(records: DeskRecords, fold: DeskFold, diary: Diary) -> Iterator[str]:
    """An offer or an answer that its officer was told is done."""
    made = Counter(act.action.words for act in taken(records, fold) if isinstance(act.action, OfferHandoverAction))
    handovers = fold.desk().handovers
    for words in diary.offers:
        if made[words] != 1:
            yield f"{'doubled' if made[words] else 'lost'}: the offer of {words} stands {made[words]} times"
    for answer in diary.handovers:
        found = handovers[answer.number - 1] if answer.number <= len(handovers) else None
        if found is None or (found.end, found.ended_by) != (answer.end, answer.by):
            yield f"lost: handover {answer.number} was {answer.end} by {answer.by}"


def _is_of_desk(act: PlacedAction) -> bool:
    """Written by the console itself, or about the desk as a whole, whose answers are held above."""
    return act.action.role == _CONSOLE or getattr(act.action, "stay", None) is None


def _name(kind: str, action_id: str) -> str:
    return f"{kind} {action_id}"

"""When somebody stood in the queue of the desk although they had left the band: nobody had looked at their stay."""

from collections.abc import Collection, Iterator

from audit.verify.desk_records import read_desk_as_far_as_it_goes
from cli.topics import are_there, open_topics
from desk.records import DeskRecords
from models.desk.action import CloseAction, LookAction
from models.instants import Micros
from models.topics import ALERTS, OFFICER_ACTIONS
from runtime.settings import Settings

Times = tuple[Micros, Micros | None]
"""From when to when; None: to this day."""


def times_left_unseen(settings: Settings, entrances: Collection[int]) -> list[Times]:
    """Of the stays that began with these alerts. Raises Unavailable."""
    if not entrances or not are_there(settings, ALERTS, OFFICER_ACTIONS):
        return []
    records = read_desk_as_far_as_it_goes(open_topics(settings, ALERTS, OFFICER_ACTIONS), settings.board)
    return list(times_of(records, frozenset(entrances)))


def times_of(records: DeskRecords, entrances: frozenset[int]) -> Iterator[Times]:
    """By Kafka's clock, as leases and actions are."""
    fold = records.fold()
    taken = [
        act for act, verdict in zip(records.acts, fold.verdicts, strict=False)
        if verdict.answer == "taken" and isinstance(act.action, LookAction | CloseAction)
    ]  # fmt: skip
    for stay in fold.desk().stays.values():
        left_at = records.told_at.get(stay.end_sequence or 0)
        if stay.sequence not in entrances or left_at is None or stay.opening != "live":
            continue
        looks = [act for act in taken if getattr(act.action, "stay_sequence", None) == stay.sequence]
        if any(act.action.after < (stay.end_sequence or 0) for act in looks):
            continue
        yield left_at, min((act.at for act in looks), default=None)

"""A desk beside a golden history: real alerts, and the records that a console would write about them."""

import json
from typing import Any

from audit.verify.desk_records import read_desk
from broker.reader import OpenReader, Reader
from desk.band_change import EntranceChange
from desk.records import DeskRecords
from models.desk.action import Action, action_bytes
from models.instants import SECOND, format_instant, parse_instant
from models.record import Record
from models.topics import ALERTS, JOURNAL, OFFICER_ACTIONS, Topic
from tests.audit.golden.history import GoldenHistory, WrittenDown
from tests.desk.acts import an_action

BOARD = "v100"


class WrittenDesk:
    """Actions of one desk, a minute apart from the history's end on. `records` lie on the topic."""

    def __init__(self, history: GoldenHistory) -> None:
        self.history = history
        first = json.loads(history.topics[JOURNAL][0].value or b"")
        self.first_entry, self.policy = first["hash"], first["policy_digest"]
        last = json.loads(history.topics[ALERTS][-1].value or b"")
        self.began, self.last = parse_instant(last["as_of"]), last["sequence"]
        self.records: list[Record] = []

    def open_reader(self, topic: Topic, partition: int) -> Reader:
        own = topic is OFFICER_ACTIONS
        return WrittenDown(self.records) if own else self.history.open_reader(topic, partition)

    @property
    def opened(self) -> OpenReader:
        return self.open_reader

    def read(self) -> DeskRecords:
        return read_desk(self.open_reader, BOARD)

    def at(self, number: int) -> str:
        return format_instant(self.began + number * 60 * SECOND)

    def rules(self, after: int = 0, **facts: Any) -> Action:  # Any: fields of the rules
        return self.do("rules", after=after, **({"first_entry": self.first_entry} | facts))

    def do(self, kind: str, by: str = "ann", **facts: Any) -> Action:  # Any: the kind's fields
        number = len(self.records) + 1
        after = facts.pop("after", self.last)
        action = an_action(kind, number, after, by, **({"at": self.at(number)} | facts))
        self.write(action_bytes(action))
        return action

    def write(self, value: bytes | None, key: bytes = BOARD.encode()) -> None:
        offset = len(self.records)
        milliseconds = (self.began + (offset + 1) * 60 * SECOND) // 1_000
        self.records.append(Record(offset, milliseconds, key, value))

    def open_stays(self) -> list[EntranceChange]:
        """Those that have begun and not ended, among the alerts, without the baseline's."""
        changes = self.read().changes
        ended = {getattr(change, "stay", None) for change in changes}
        return [one for one in changes if isinstance(one, EntranceChange) and one.sequence not in ended]


def a_written_desk(history: GoldenHistory) -> WrittenDesk:
    """One that saw the alerts behind the baseline come: a decision, a proposal, a lapse, a foreign record."""
    desk = WrittenDesk(history)
    desk.rules(after=56)
    one, two, three = (stay.sequence for stay in desk.open_stays()[:3])
    desk.do("look", stay=one)
    proposal = desk.do("propose", stay=one)
    desk.do("confirm", "bob", stay=one, second_of=proposal.action_id)
    desk.do("look", stay=two)
    desk.do("propose", stay=two, provisional=True)
    desk.write(b"{}")
    desk.do("look", "bob", stay=two)
    look = desk.do("look", "bob", stay=three)
    desk.do("lapse", stay=three, second_of=look.action_id)
    return desk

"""Verify: the journal recomputed, the alerts held against it, and on request the live board."""

import json
from collections import deque
from collections.abc import Iterator

from audit.replay import OpenReader, Replay
from models.alert import PolicyOut, alert_id, make_alert, make_baseline, wire_bytes
from models.board import BoardRow
from models.errors import BrokenInvariant
from models.journal import JournalEntry
from models.record import Record
from models.topics import ALERTS
from models.transition import Entry


class Verification:
    """One pass over everything; `faults` is empty when all came out the same."""

    def __init__(self, open_reader: OpenReader, topic: str) -> None:
        self.replay = Replay(open_reader)
        self.alerts = 0
        self._topic = topic
        self._published = self._read_alerts(open_reader)
        self._silent = False

    @property
    def faults(self) -> list[str]:
        """What differs, in plain words."""
        return self.replay.faults

    def run(self) -> Iterator[int]:
        """Works through the journal; yields the number of entries done."""
        for published, recomputed in self.replay.run():
            if published.entry == 1:
                self._silent = isinstance(published.body, dict) and published.body["alerts_after"] is not None
            for expected in self._alerts_of(published, recomputed):
                self._compare(expected)
            yield published.entry
        left = sum(1 for _ in self._published)
        if left:
            self.faults.append(f"alerts.v1 holds {left} records more than the journal accounts for")

    def compare_board(self, live: list[BoardRow]) -> None:
        """Holds the live ranking against the recomputed one, row by row."""
        if self.replay.engine is None:
            raise BrokenInvariant("nothing was replayed")
        ours = self.replay.engine.board(len(live) + 1)
        for mine, theirs in zip(ours, live, strict=False):
            if mine != theirs:
                self.faults.append(f"live board, rank {theirs.rank}: {theirs}, recomputed {mine}")
                return
        if len(ours) != len(live):
            self.faults.append(f"the live board has {len(live)} rows, the recomputed one {len(ours)}")

    def _read_alerts(self, open_reader: OpenReader) -> Iterator[Record]:
        reader = open_reader(ALERTS, 0)
        try:
            yield from reader.read_until(reader.end())
        finally:
            reader.close()

    def _alerts_of(self, published: JournalEntry, entry: Entry) -> Iterator[tuple[str, bytes]]:
        policy = self.replay.policy
        if policy is None:
            raise BrokenInvariant("an entry was replayed without a policy")
        reference = PolicyOut(id=policy.id, version=policy.version, digest=policy.digest)
        changes = deque(entry.transitions)
        if self._silent:
            held_back = entry.baseline.last_sequence if entry.baseline else None
            while changes and (held_back is None or changes[0].sequence <= held_back):
                changes.popleft()
        if entry.baseline is not None:
            self._silent = False
            yield "the baseline", wire_bytes(make_baseline(entry.baseline, published.board, reference))
        for change in changes:
            alert = make_alert(change, published.board, reference, self._topic, entry.partition)
            yield f"alert {alert_id(published.board, change.sequence)}", wire_bytes(alert)

    def _compare(self, expected: tuple[str, bytes]) -> None:
        name, value = expected
        record = next(self._published, None)
        self.alerts += 1
        if record is None:
            self.faults.append(f"{name} is missing from alerts.v1")
        elif record.value != value:
            differing = _differing_fields(record.value, value)
            self.faults.append(f"{name} (alerts.v1 offset {record.offset}) differs in {differing}")


def _differing_fields(published: bytes | None, recomputed: bytes) -> str:
    try:
        theirs, ours = json.loads(published or b"null"), json.loads(recomputed)
    except ValueError:
        return "everything: it is not JSON"
    if not isinstance(theirs, dict):
        return "everything: it is not an alert"
    names = [name for name in sorted({*theirs, *ours}) if theirs.get(name) != ours.get(name)]
    return ", ".join(f"{name} (published {theirs.get(name)}, recomputed {ours.get(name)})" for name in names)

"""A topic of alerts without a worker: a band that is always full, made by the code that makes every alert."""

import os
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Self

from broker.clients import commit, producer
from models.alert import Alert, PolicyOut, alert_headers, make_alert, wire_bytes
from models.journal.transition import BandEntry, Cause, CauseKind, Move, Standing, Transition
from models.topics import ALERTS
from runtime.settings import Settings

_BAND = 100
_POLICY = PolicyOut(id="bench", version="1", digest="f" * 64)


class AlertTopic:
    """Writes alerts.v1 in transactions, as a relay does."""

    def __init__(self, settings: Settings) -> None:
        self._topic = settings.prefix + ALERTS.name
        self._producer = producer(settings.brokers, f"{self._topic}-{os.getpid()}")
        self._producer.init_transactions()
        self._alerts = history(settings.board)
        self.sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with closing(self._producer):
            pass

    def send(self, count: int) -> None:
        """The next ones, in one transaction: they can be read when this returns."""
        self._producer.begin_transaction()
        for alert in islice(self._alerts, count):
            self._producer.send(self._topic, wire_bytes(alert), headers=alert_headers(alert), partition=0)
        commit(self._producer)
        self.sent += count


def history(board: str) -> Iterator[Alert]:
    """From the hundredth on the longest in the band leaves, and another one enters."""
    since: list[int] = []
    sequence = 0
    while True:
        sequence += 1
        if len(since) == _BAND:
            yield _alert(board, sequence, Move.LEFT, since.pop(0))
        else:
            since.append(sequence)
            yield _alert(board, sequence, Move.ENTERED, sequence)


def _alert(board: str, sequence: int, move: Move, entered: int) -> Alert:
    who = f"s{entered:012d}"
    change = Transition(
        sequence=sequence, move=move, offender_id=who, rank=1, score=1_500, previous=Standing(None, 0), cut=None,
        counterpart=None, cause=Cause(CauseKind.OFFENCE, "e", "o", who), contributions=(), contributions_total=0,
        expected_exit_at=None, entered=BandEntry(entered, entered) if move is Move.LEFT else None, as_of=sequence,
        offset=0,
    )  # fmt: skip
    return make_alert(change, board, _POLICY, "offences.v1", 0)

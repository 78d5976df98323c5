"""When a board is called red: document by document, without a server."""

from typing import Any

import pytest

from models.clock import ClockMode
from sight.health import SEEN_SECONDS, Health
from sight.look_document import (
    ClockDocument,
    HeldBackDocument,
    LookDocument,
    ParkedDocument,
    PartitionDocument,
    RecoveryDocument,
)

WITHIN = 30.0


def a_partition(**fields: Any) -> PartitionDocument:  # Any: its fields
    good: dict[str, Any] = {
        "partition": 0, "applied": 10, "end": 10, "held_back": 0, "owner": "m at h", "silent_seconds": 5.0
    }  # fmt: skip
    return PartitionDocument(**good | fields)


def a_look(*partitions: PartitionDocument, **fields: Any) -> LookDocument:  # Any: its fields
    """Of a board that does its work."""
    good: dict[str, Any] = {
        "board": "b", "state": "open", "recovery": None, "clock": None, "workers": 2, "settled": True,
        "as_of": "2025-01-01T00:00:00Z", "lag": 0, "outbox": 0, "sequence": 1, "entry": 9, "silent_seconds": 0.3,
        "unpublished_seconds": 0.3, "partitions": partitions or (a_partition(),), "parked": (), "held_back": (),
        "missing_topics": (),
    }  # fmt: skip
    return LookDocument(**good | fields)


def judged(*looks: LookDocument, clock: ClockMode = ClockMode.WALL, apart: float = SEEN_SECONDS) -> list[str]:
    """The reasons after looks that are so far apart."""
    health = Health(clock, WITHIN)
    reasons: list[str] = []
    for number, look in enumerate(looks):
        reasons, _ = health.judge(look, 100.0 + number * apart)
    return reasons


OPEN_TRANSACTION = HeldBackDocument(
    topic="alerts.v1", partition=0, offset=7, end=9, producer_id=None, why="a transaction is open on alerts.v1"
)
PARKED = ParkedDocument(
    partition=0, offset=7, reason="unknown_code", detail="", refused=600, verdicts=1_000, since="", baseline_waits=False
)
LEAP = ClockDocument(ahead="both", seconds=9.0, since="", worker=None, why="the clocks say so")
REBUILT = RecoveryDocument(entry=1_200, of=64_000, seconds=31.0)
ILL = {
    "records wait": (a_look(a_partition(end=30, silent_seconds=31.0)), "partition 0: 20 records wait and none is"),
    "nothing ever came": (a_look(a_partition(end=30, silent_seconds=None)), "partition 0: 20 records wait and none is"),
    "outbox waits": (a_look(outbox=3, unpublished_seconds=31.0), "3 entries wait and none is published, for 31 s"),
    "no owner": (a_look(a_partition(owner=None)), "partition 0: no worker reads it"),
    "topic gone": (a_look(missing_topics=("alerts.v1",)), "topic alerts.v1 is gone"),
    "nobody": (a_look(a_partition(owner=None), workers=0), "no worker is there"),
    "held back": (
        a_look(held_back=(OPEN_TRANSACTION,)),
        "what was sent cannot be read: a transaction is open on alerts.v1",
    ),
    "parked": (a_look(state="parked", parked=(PARKED,)), "partition 0 is parked at offset 7"),
    "clock": (a_look(state="clock", clock=LEAP), "the clocks say so"),
    "closed": (a_look(state="closed", silent_seconds=31.0), "the board is closed"),
    "rebuilt": (
        a_look(state="recovering", recovery=REBUILT),
        "the board is recovering: entry 1,200 of 64,000, for 31 s",
    ),
    "stands": (a_look(silent_seconds=31.0), "the board stands still, for 31 s"),
    "clock set back": (a_look(silent_seconds=-3_600.0), "the board stands still"),
}


@pytest.mark.parametrize("name", ILL)
def test_a_board_that_does_not_do_its_work_is_red_and_says_why(name: str) -> None:
    look, why = ILL[name]
    assert any(reason.startswith(why) for reason in judged(look, look))


@pytest.mark.parametrize("name", ILL)
def test_what_is_wrong_in_one_look_alone_is_only_doubtful(name: str) -> None:
    look, _ = ILL[name]
    health = Health(ClockMode.WALL, WITHIN)
    assert health.judge(look, 100.0) == ([], True)
    assert health.judge(a_look(), 100.0 + SEEN_SECONDS) == ([], False)
    assert judged(look, look, apart=SEEN_SECONDS / 2) == []


def test_transactions_that_come_and_go_leave_no_doubt() -> None:
    health = Health(ClockMode.WALL, WITHIN)
    looks = [a_look(held_back=(OPEN_TRANSACTION.model_copy(update={"offset": offset}),)) for offset in (7, 9, 11)]
    assert [health.judge(look, 100.0 + number) for number, look in enumerate(looks)] == [
        ([], True), ([], False), ([], False)
    ]  # fmt: skip


def test_a_partition_that_moves_hides_no_other_one() -> None:
    first, second = (
        a_look(a_partition(applied=applied, end=90), a_partition(partition=1, end=20, silent_seconds=40.0 + applied))
        for applied in (30, 60)
    )
    assert judged(first, second) == ["partition 1: 10 records wait and none is applied, for 100 s"]


def test_records_that_wait_for_what_moves_are_no_reason() -> None:
    looks = [a_look(a_partition(applied=applied, end=90, silent_seconds=40.0)) for applied in (30, 31)]
    assert judged(*looks) == []


def test_event_time_may_rest_but_not_without_a_worker() -> None:
    resting = a_look(a_partition(silent_seconds=9_000.0), silent_seconds=9_000.0)
    assert judged(resting, resting, clock=ClockMode.EVENT) == []
    alone = resting.model_copy(update={"workers": 0})
    assert judged(alone, alone, clock=ClockMode.EVENT) == ["no worker is there"]


def test_workers_may_take_their_time_to_agree_but_not_longer_than_a_board_may_stand_still() -> None:
    look = a_look(a_partition(owner=None), settled=False)
    assert judged(look, look) == []
    assert judged(look, look, apart=WITHIN) == ["the workers have not agreed on who reads which partition"]


def test_records_behind_an_open_transaction_wait_for_it_and_for_no_worker() -> None:
    behind = a_look(a_partition(end=30, held_back=20, silent_seconds=31.0), held_back=(OPEN_TRANSACTION,))
    assert judged(behind, behind) == ["what was sent cannot be read: a transaction is open on alerts.v1"]


def test_a_recovery_that_has_just_begun_is_no_trouble() -> None:
    look = a_look(state="recovering", recovery=REBUILT.model_copy(update={"seconds": 29.0}))
    assert judged(look, look) == []

"""The relay is woken for what somebody waits for: an alert."""

import time

import pytest

from models.clock import ClockMode
from models.instants import HOUR, SECOND
from policies.policy_file import load_policy
from runtime.installation import Installation
from runtime.metrics.meters import Meters
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity
from state.clocks import wall_clock
from state.store import Applied
from streams.relay.relay import Relay
from streams.waits import WaitReason, Waits
from tests.state.boards import GENERATION, Board, a_report, a_run

NOWHERE = "127.0.0.1:1"


def a_relay() -> Relay:
    """One that nobody has started, of a board by the wall."""
    settings, failures = Settings(), list[BaseException]()
    place = TopicIdentity("cluster", topic_id="id", topic="offences.v1", partitions=1)
    installation = Installation(settings, load_policy(settings.policy), place)
    return Relay(installation, owns=lambda: True, failed=failures.append, waits=Waits())


@pytest.mark.parametrize(
    ("sequences", "is_woken"), [([0], False), ([0, 1], True), ([7], True)], ids=["no move", "a move", "a board of old"]
)
def test_only_where_someone_has_moved_it_is_woken(sequences: list[int], is_woken: bool) -> None:
    relay = a_relay()
    for entry, sequence in enumerate(sequences):
        relay.wake(Applied(entry, as_of=0, sequence=sequence))
    assert relay._woken.is_set() == is_woken
    relay._woken.clear()
    relay.wake(Applied(len(sequences), as_of=0, sequence=sequences[-1]))
    assert not relay._woken.is_set()


def test_while_the_clock_stands_it_ticks_twice_a_second_however_soon_a_step_ends(valkey_url: str) -> None:
    board, relay, later = Board(valkey_url, clock="wall"), a_relay(), wall_clock() + HOUR
    board.apply(a_run([a_report("a", at=later, lasts=SECOND // 100)]), now=later)
    pauses = [relay._let_time_pass(board.store, GENERATION, 0) for _ in range(5)]
    assert pauses[1:] == [0.5] * 4
    assert board.store.position().as_of == later


def test_what_a_tick_leaves_of_one_instant_is_worked_off_at_once(valkey_url: str) -> None:
    """It stands at that instant for as long as more ends there than a tick takes."""
    board, relay, instant = Board(valkey_url, clock="wall"), a_relay(), wall_clock() - HOUR
    many = [a_report(f"p{number}", at=instant - SECOND, lasts=SECOND) for number in range(2_500)]
    board.apply(a_run(many), now=instant - SECOND)
    pauses = [relay._let_time_pass(board.store, GENERATION, 0) for _ in range(3)]
    assert pauses[:2] == [0.001] * 2
    assert board.store.board(1) == []


def test_what_never_got_into_office_is_no_term() -> None:
    meters, waits = Meters("v100", ClockMode.WALL), Waits()
    settings, place = Settings(kafka=NOWHERE, redis=f"redis://{NOWHERE}/0"), TopicIdentity("cluster", "id", "o", 1)
    installation = Installation(settings, load_policy(settings.policy), place, instruments=meters)
    relay = Relay(installation, owns=lambda: True, failed=lambda _: None, waits=waits)
    relay.start()
    over = time.monotonic() + 30
    while not waits.stand(WaitReason.RELAY):
        assert time.monotonic() < over, "the relay has not tried"
        time.sleep(0.01)
    relay.stop()
    relay.join()
    assert meters.total("relay_terms_total") == 0

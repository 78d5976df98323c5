"""A recovery between two ticks at one instant, at which more steps end than a tick takes, can be repeated for ever."""

import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.instant import LAST, STAYING, Instant

pytestmark = pytest.mark.stack


def play(board: Instant, *disturbances: Callable[[], None]) -> None:
    """Recoveries within the instant; then all is well, and is still so when the store has forgotten it all."""
    installation = board.installation
    try:
        board.load()
        board.go_on()
        for disturb in disturbances:
            board.await_middle()
            disturb()
        installation.wait_idle()
        who = {row["offender_id"] for row in installation.json("board", "--top", "1000")["entries"]}
        assert who - {"late"} == {f"q{n}" for n in range(STAYING)}
        assert "recovery" in board.entries(), "no recovery came between two ticks"
        board.require_repeating()
    finally:
        installation.end_workers(signal.SIGKILL)


def test_connections_cut_within_one_instant(stack_environment: dict[str, str], tmp_path: Path) -> None:
    board = Instant(stack_environment, tmp_path, "wall", 3_000)
    play(board, board.cut_connections)


@pytest.mark.thorough
def test_a_worker_killed_when_one_end_is_left_at_the_instant(stack_environment: dict[str, str], tmp_path: Path) -> None:
    board = Instant(stack_environment, tmp_path, "wall", 1_001 - LAST)
    play(board, board.kill_worker)


@pytest.mark.thorough
def test_connections_cut_within_one_instant_of_the_events(stack_environment: dict[str, str], tmp_path: Path) -> None:
    board = Instant(stack_environment, tmp_path, "event", 6_500)
    play(board, board.cut_connections)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_recoveries_at_random_within_one_instant(stack_environment: dict[str, str], tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    board = Instant(stack_environment, tmp_path, chance.choice(["wall", "event"]), chance.randint(5_100, 12_000))
    disturbances = [chance.choice([board.kill_worker, board.cut_connections]) for _ in range(2)]
    # Whoever comes after a kill may work on before it recovers the board; who was cut off may not.
    play(board, *disturbances, board.cut_connections)

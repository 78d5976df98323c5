"""Gathering: what somebody waits for goes out at once, with all that came before it."""

from collections.abc import Iterator

import pytest

from streams.relay import batcher as gathering
from streams.relay.batcher import OutboxBatcher
from tests.state.boards import Board, a_report


@pytest.fixture
def board(valkey_url: str) -> Iterator[Board]:
    """An open board of size 2 with an empty outbox."""
    made = Board(valkey_url)
    made.store.trim("one", made.store.position().entry or 0, "hash")
    yield made
    made.store.close()


@pytest.fixture(autouse=True)
def _long_gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "_GATHERING_SECONDS", 3_600.0)


def fill_the_band(board: Board) -> OutboxBatcher:
    """Two at the top, published already: who comes below moves nobody."""
    gathered = OutboxBatcher(board.store)
    board.take(a_report("a", 100), a_report("b", 100))
    assert [entry.transitions[0].sequence for entry in gathered.next(at_once=False)] == [1]
    board.store.trim("one", board.store.position().entry or 0, "hash")
    return gathered


def test_entries_that_tell_nobody_anything_gather(board: Board) -> None:
    gathered = fill_the_band(board)
    for number in range(3):
        board.take(a_report(f"c{number}", 1))
        assert not gathered.next(at_once=False)
    assert len(gathered.next(at_once=True)) == 3


def test_an_alert_takes_along_what_has_gathered(board: Board) -> None:
    gathered = fill_the_band(board)
    board.take(a_report("c", 1))
    assert not gathered.next(at_once=False)
    board.take(a_report("d", 200))
    entries = gathered.next(at_once=False)
    assert [len(entry.transitions) for entry in entries] == [0, 2]


def test_an_alert_out_of_a_backlog_may_gather(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered = fill_the_band(board)
    monkeypatch.setattr(gathering, "RUN_RECORDS", 2)
    board.take(a_report("d", 200), a_report("e", 1))
    assert not gathered.next(at_once=False)
    board.take(a_report("f", 300))
    assert [len(entry.transitions) for entry in gathered.next(at_once=False)] == [2, 2]


def test_the_moment_ends(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered = fill_the_band(board)
    monkeypatch.setattr(gathering, "_GATHERING_SECONDS", 0.0)
    board.take(a_report("c", 1))
    assert len(gathered.next(at_once=False)) == 1

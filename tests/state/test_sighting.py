"""One look at a board: position, ranking and band belong to the same moment."""

import threading

import pytest

from models.errors import Unavailable
from models.journal.transition import BandEntry
from tests.state.boards import SIZE, Board, a_report

PEOPLE = 150


def test_a_look_never_shows_a_ranking_of_another_moment_than_its_position(board: Board) -> None:
    def go_on() -> None:
        """Each comes to stand above all before them: the newest entrance is the newest transition."""
        for number in range(1, PEOPLE + 1):
            board.take(a_report(f"p{number}", 10 * number))

    writing = threading.Thread(target=go_on)
    reader = board.other()
    seen: set[int] = set()
    writing.start()
    try:
        while len(seen) < 2 or writing.is_alive():
            look = reader.sighting(SIZE)
            applied = look.position.ledger.get(0, 0)
            if applied:
                seen.add(applied)
                assert look.rows[0].offender_id == f"p{applied}"
                assert max(each.sequence for each in look.entrances.values()) == look.position.sequence
                assert {row.offender_id for row in look.rows if row.in_band} == look.entrances.keys()
    finally:
        writing.join()
        reader.close()
    assert len(seen) > PEOPLE // 20, "it looked meanwhile"


def test_it_says_what_the_single_answers_say(board: Board) -> None:
    board.take(a_report("a", 30), a_report("b", 20), a_report("c", 10))
    look = board.store.sighting(10)
    assert look.position == board.store.position()
    assert list(look.rows) == board.store.board(10)
    start = look.rows[0].since
    assert start is not None
    assert look.entrances == {"a": BandEntry(1, start), "b": BandEntry(2, start)}


def test_where_something_else_stands_in_a_keys_place_nothing_is_seen(board: Board) -> None:
    board.take(a_report("a", 30))
    board.client.delete(board.keys["band"])
    board.client.set(board.keys["band"], "x")
    with pytest.raises(Unavailable, match="WRONGTYPE"):
        board.store.sighting(10)


def test_a_person_is_seen_at_the_entry_that_the_answer_names(board: Board) -> None:
    board.take(a_report("a", 30), a_report("b", 20))
    position, person = board.store.person("b")
    assert position == board.store.position()
    assert person == board.store.offender("b")
    nobody = board.store.person("nobody")[1]
    assert (nobody.rank, nobody.score, nobody.in_band, nobody.contributions) == (None, 0, False, [])

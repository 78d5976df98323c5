"""The band that the events tell of is the board's own, on sealed boards too, and a contradiction is named."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmwatch_client import Band, Contradiction, Event, Member
from harmwatch_client.event import read_event
from models.alert import Alert, BaselineEvent, alert_headers, baseline_headers, wire_bytes
from models.instants import DAY
from models.journal.transition import Move
from tests.client.published import a_baseline, a_move
from tests.state.boards import START, a_report
from tests.streams.sealed_board import Sealed


def event(sent: Alert | BaselineEvent) -> Event:
    headers = alert_headers(sent) if isinstance(sent, Alert) else baseline_headers(sent)
    found = read_event(headers, wire_bytes(sent), 0)
    assert found is not None
    return found


def folded(*sent: Alert | BaselineEvent) -> Band:
    band = Band()
    for one in sent:
        band.take(event(one))
    return band


def test_who_enters_is_in_until_they_leave() -> None:
    band = folded(a_move(1), a_move(2), a_move(3, Move.LEFT))
    assert dict(band.members) == {"p1": Member("p1", event(a_move(1)).as_of, "v100:1", 1)}
    assert band.sequence == 3


def test_who_stands_in_the_baseline_is_in() -> None:
    band = folded(a_baseline(40, ["a", "b"]), a_move(41, Move.LEFT, "a"), a_move(42))
    assert [(one.offender_id, one.alert_id) for one in band.members.values()] == [("b", "v100:2"), ("p42", "v100:42")]


@pytest.mark.parametrize(
    "sent",
    [
        (a_move(1, offender_id="p"), a_move(2, offender_id="p")),
        (a_move(1), a_move(2, Move.LEFT, "another")),
        (a_move(1), a_move(3)),
        (a_move(2),),
        (a_move(1), a_baseline(1, ["p1"])),
    ],
    ids=["enters twice", "leaves and was not in", "a gap", "begins in the middle", "begins twice"],
)
def test_what_does_not_follow_is_named_and_changes_nothing(sent: Sequence[Alert | BaselineEvent]) -> None:
    *good, bad = sent
    band = folded(*good)
    before = (dict(band.members), band.sequence)
    with pytest.raises(Contradiction):
        band.take(event(bad))
    assert (dict(band.members), band.sequence) == before


@given(st.lists(st.sampled_from("abcde"), max_size=60))
def test_the_members_are_those_who_moved_an_odd_number_of_times(persons: list[str]) -> None:
    band, inside = Band(), set[str]()
    for sequence, who in enumerate(persons, 1):
        band.take(event(a_move(sequence, Move.LEFT if who in inside else Move.ENTERED, who)))
        inside ^= {who}
    assert set(band.members) == inside


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    """A sealed board of two places, on which people came and went, and one of them is erased."""
    board = Sealed(tmp_path)
    board.tell(a_report("a", 30), a_report("b", 20, lasts=10 * DAY), a_report("c", 10))
    board.tell(a_report("d", 90))
    board.erase("d")
    board.tell(a_report("e", 99), a_report("f", 98), a_report("g", 97))
    board.pass_time(START + 11 * DAY)
    return board


def test_a_sealed_band_is_folded_without_any_key(sealed: Sealed) -> None:
    band = Band()
    for sequence in sorted(sealed.alerts):
        band.take(event(sealed.alerts[sequence]))
    inside = {row.offender_id for row in sealed.engine.board(100) if row.in_band}
    entrances = {move.offender_id: move.sequence for move in sealed.moves if move.move is Move.ENTERED}
    assert {member.sequence for member in band.members.values()} == {entrances[person] for person in inside}
    assert any(move.move is Move.LEFT and move.offender_id == "d" for move in sealed.moves), "the erased one left"

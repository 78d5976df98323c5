"""The records of a desk: what lay there at an instant, and what of the topics is ours."""

import pytest

from cli.desk.desk import desk_at
from desk.band_change import ExitChange
from desk.records import DeskRecords
from models.errors import PreconditionFailed
from models.instants import parse_instant
from tests.audit.golden.history import GoldenHistory, in_force
from tests.desk.acts import Shift, at
from tests.desk.written import BOARD, WrittenDesk, a_written_desk

CLEAR, SEALED = in_force(is_sealed=False), in_force(is_sealed=True)


@pytest.mark.parametrize("history", [CLEAR, SEALED], ids=["clear", "sealed"])
def test_every_end_of_a_real_history_is_matched_with_its_beginning(history: GoldenHistory) -> None:
    ends = [change for change in WrittenDesk(history).read().changes if isinstance(change, ExitChange)]
    assert len(ends) > 20
    assert None not in {end.stay for end in ends}


def test_what_is_no_action_of_this_board_is_foreign_and_changes_nothing() -> None:
    written = a_written_desk(CLEAR)
    plain = written.read()
    for value, key in ((None, b"v100"), (b"\xff", b"v100"), (written.records[0].value, b"another")):
        written.write(value, key)
    found = written.read()
    assert len(found.foreign) == len(plain.foreign) + 3
    assert (found.acts, found.changes) == (plain.acts, plain.changes)


def test_a_desk_at_an_instant_is_what_a_console_would_have_shown_then() -> None:
    """Of each instant: as if nothing had been written since."""
    written = a_written_desk(CLEAR)
    for kept in range(1, len(written.records) + 1):
        instant = parse_instant(written.at(kept))
        whole = desk_at(written.read(), instant, BOARD)
        shorter = WrittenDesk(CLEAR)
        shorter.records = written.records[:kept]
        assert desk_at(shorter.read(), instant, BOARD) == whole


def test_alerts_that_come_later_than_the_instant_are_left_out_unless_an_action_names_them() -> None:
    shift = Shift(())
    shift.enter("p1", 50)
    records = DeskRecords(tuple(shift.changes), tuple(shift.acts))
    assert records.until(at(49)).changes == ()
    assert len(records.until(at(50)).changes) == 1
    shift.do("look", stay=1, seconds=40)  # the broker's clock is behind the board's
    named = DeskRecords(tuple(shift.changes), tuple(shift.acts)).until(at(45))
    assert (len(named.changes), len(named.acts)) == (1, 2)


def test_an_instant_before_the_rules_has_no_desk() -> None:
    with pytest.raises(PreconditionFailed, match="has no rules"):
        desk_at(a_written_desk(CLEAR).read(), parse_instant("1999-01-01T00:00:00Z"), BOARD)

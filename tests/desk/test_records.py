"""The records of a desk: what lay there at an instant, and what of the topics is ours."""

import pytest

from audit.verify.desk_records import read_desk
from broker.reader import Reader
from cli.desk.desk import desk_at
from desk.band_change import ExitChange
from desk.records import DeskRecords
from models.errors import PreconditionFailed, Unproved
from models.instants import parse_instant
from models.record import Record
from models.topics import ALERTS, Topic
from tests.audit.golden.history import GoldenHistory, WrittenDown, in_force
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
    told_at = {1: at(70)}
    records = DeskRecords(tuple(shift.changes), tuple(shift.acts), (), told_at)
    assert records.until(at(69)).changes == ()
    assert len(records.until(at(70)).changes) == 1
    shift.do("look", stay=1, seconds=60)  # the broker's clock was set back
    named = DeskRecords(tuple(shift.changes), tuple(shift.acts), (), told_at).until(at(65))
    assert (len(named.changes), len(named.acts)) == (1, 2)


class Damaged(WrittenDesk):
    """Its alerts are other ones."""

    def __init__(self, alerts: list[Record]) -> None:
        super().__init__(CLEAR)
        self.alerts = alerts
        self.rules(after=56)

    def open_reader(self, topic: Topic, partition: int) -> Reader:
        return WrittenDown(self.alerts) if topic is ALERTS else super().open_reader(topic, partition)


CUTS = {"missing": None, "forged": (b'"rank":', b'"other":'), "of no instant": (b'"as_of":"2', b'"as_of":"x')}


@pytest.mark.parametrize("name", CUTS)
def test_a_desk_is_not_computed_past_an_alert_that_is_missing_or_forged(name: str) -> None:
    alerts, cut = CLEAR.topics[ALERTS], CUTS[name]
    value = alerts[20].value or b""
    forged = [] if cut is None else [alerts[20]._replace(value=value.replace(*cut))]
    assert not forged or forged[0].value != value
    with pytest.raises(Unproved, match="harmwatch verify"):
        read_desk(Damaged([*alerts[:20], *forged, *alerts[21:]]).open_reader, BOARD)


def test_a_forged_alert_at_which_a_person_has_looked_is_left_out() -> None:
    alerts = CLEAR.topics[ALERTS]
    forged = alerts[20]._replace(value=(alerts[20].value or b"").replace(b'"rank":', b'"other":'))
    damaged = [record._replace(offset=offset) for offset, record in enumerate([*alerts[:20], forged, *alerts[20:]])]
    assert read_desk(Damaged(damaged).open_reader, BOARD, [20]).changes == WrittenDesk(CLEAR).read().changes


def test_a_desk_that_is_about_another_journal_is_not_computed() -> None:
    written = a_written_desk(CLEAR)
    instant = parse_instant(written.at(60))
    assert desk_at(written.read(), instant, BOARD, written.first_entry)
    with pytest.raises(PreconditionFailed, match="another board wrote"):
        desk_at(written.read(), instant, BOARD, "d" * 64)


def test_an_action_that_names_an_alert_which_is_not_there_stops_the_desk() -> None:
    written = a_written_desk(CLEAR)
    before = parse_instant(written.at(len(written.records)))
    written.do("note", stay=1, after=written.last + 1)
    assert desk_at(written.read(), before, BOARD)
    with pytest.raises(Unproved, match=f"names alert {written.last + 1}, which is not there"):
        desk_at(written.read(), parse_instant(written.at(60)), BOARD)


def test_an_instant_before_the_rules_has_no_desk() -> None:
    with pytest.raises(PreconditionFailed, match="has no rules"):
        desk_at(a_written_desk(CLEAR).read(), parse_instant("1999-01-01T00:00:00Z"), BOARD)

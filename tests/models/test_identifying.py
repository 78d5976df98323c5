"""On a sealed board nothing that leads to a person stands in clear: not on an alert, a baseline, nor an entry."""

import re

from models.alert import PolicyOut, make_alert, make_baseline, wire_bytes
from models.clock import ClockMode
from models.identifying import sealed_alert, sealed_baseline
from models.journal.entry import chain
from models.journal.transition import (
    ActiveContribution,
    BandEntry,
    Baseline,
    Cause,
    CauseKind,
    Entry,
    EntryKind,
    Member,
    Move,
    Standing,
    Transition,
)

WHO, OTHER = "clear-who", "clear-other"
POLICY = PolicyOut(id="p", version="1", digest="f" * 64)
CHANGE = Transition(
    sequence=7, move=Move.LEFT, offender_id=WHO, rank=101, score=1, previous=Standing(100, 2), cut=1,
    counterpart=OTHER, cause=Cause(CauseKind.OFFENCE, "clear-event", "clear-offence", OTHER),
    contributions=(ActiveContribution("clear-counted", "104.25", 1, 0, 1),), contributions_total=1,
    expected_exit_at=None, entered=BandEntry(3, 0), as_of=0, offset=0,
)  # fmt: skip


def seal(place: str, person: str, text: str) -> str:
    """Says under whose key, and no word of what stood there."""
    assert place
    assert text
    return f"sealed for {'who' if person == WHO else 'other'}"


def in_clear(value: bytes) -> list[str]:
    return re.findall(r"clear-\w+|board-\w+:\d+", value.decode())


def test_nothing_of_a_sealed_alert_leads_to_a_person() -> None:
    alert = make_alert(CHANGE, "board-x", POLICY, "offences.v1", 0)
    assert set(in_clear(wire_bytes(alert))) == {
        WHO, OTHER, "clear-event", "clear-offence", "clear-counted", "board-x:7", "board-x:3",
    }  # fmt: skip
    assert in_clear(wire_bytes(sealed_alert(alert, seal))) == ["board-x:7"]  # its own id


def test_nothing_of_a_sealed_entry_leads_to_a_person() -> None:
    entry = Entry(2, EntryKind.TICK, 0, transitions=(CHANGE,))
    assert WHO in in_clear(wire_bytes(chain(entry, "board-x", ClockMode.WALL, "0" * 64, "0" * 64)))
    assert in_clear(wire_bytes(chain(entry, "board-x", ClockMode.WALL, "0" * 64, "0" * 64, seal))) == []


def test_nothing_of_a_sealed_baseline_leads_to_a_person() -> None:
    event = make_baseline(Baseline(7, 0, (Member(1, WHO, 2, BandEntry(3, 0)),)), "board-x", POLICY)
    assert in_clear(wire_bytes(event)) == [WHO]
    assert in_clear(wire_bytes(sealed_baseline(event, seal))) == []


def test_each_text_is_sealed_under_the_key_of_the_person_that_it_is_about() -> None:
    sealed = sealed_alert(make_alert(CHANGE, "board-x", POLICY, "offences.v1", 0), seal)
    assert sealed.entered is not None
    own = {sealed.offender_id, sealed.contributions[0].offence_id, sealed.entered.alert_id}
    others = {sealed.counterpart, sealed.cause.offender_id, sealed.cause.offence_id, sealed.cause.event_id}
    assert (own, others) == ({"sealed for who"}, {"sealed for other"})

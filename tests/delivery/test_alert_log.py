"""Who is told what: the end of a stay goes to whoever was told of its beginning, however far behind one is."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import delivery.alert_log
from delivery.alert_log import AlertLog
from delivery.ledger import Line
from harmwatch_client import Event
from harmwatch_client.event import read_event
from models.alert import Alert, BaselineEvent, alert_headers, baseline_headers, wire_bytes
from models.delivery.record import Opened
from models.errors import Unavailable
from models.journal.transition import BandEntry, Move
from tests.client.published import a_baseline, a_move
from tests.delivery.recalls import a_recall

PEOPLE = ["a", "b", "c"]


def event_of(sent: Alert | BaselineEvent, offset: int) -> Event:
    headers = alert_headers(sent) if isinstance(sent, Alert) else baseline_headers(sent)
    event = read_event(headers, wire_bytes(sent), offset)
    assert event is not None
    return event


def history(moves: Sequence[str], baseline: bool) -> list[Event]:
    """Each name moves in, or out where it is in; with a baseline "a" is in from the beginning."""
    sent: list[Alert | BaselineEvent] = [a_baseline(5, ["a"])] if baseline else []
    since = {"a": 1} if baseline else {}
    for sequence, who in enumerate(moves, 6 if baseline else 1):
        if who in since:
            began = since.pop(who)
            sent.append(a_move(sequence, Move.LEFT, who, BandEntry(began, began)))
        else:
            since[who] = sequence
            sent.append(a_move(sequence, Move.ENTERED, who))
    return [event_of(one, 3 * offset) for offset, one in enumerate(sent)]


def log_of(events: Sequence[Event]) -> AlertLog:
    def fetch(offset: int, count: int) -> Sequence[Event]:
        return [event for event in events if event.offset >= offset][:count]

    log = AlertLog(fetch)
    for event in events:
        log.take(event)
    return log


def a_line(place: int, band: bool) -> Line:
    opened = Opened(subscription="desk", at="", previous=None, order=0, place=place, band=band)
    return Line(opened, "", terms=0, order=0, place=place, has_band=band)


def told(log: AlertLog, place: int, band: bool, set_aside: frozenset[int] = frozenset()) -> list[int]:
    sequences, line = [], replace(a_line(place, band), set_aside=set_aside)
    while (at := log.next_sequence(line)) is not None:
        sequences.append(at)
        line = replace(line, place=at)
    return sequences


@given(st.lists(st.sampled_from(PEOPLE), max_size=30), st.booleans(), st.integers(0, 30))
def test_whoever_is_told_of_an_end_was_told_of_the_beginning_and_the_other_way_round(
    moves: list[str], baseline: bool, place: int
) -> None:
    events = history(moves, baseline)
    log = log_of(events)
    place = min(place, log.last)
    assert told(log, place, band=True) == [event.sequence for event in events if event.sequence > place]
    heard: set[str] = set()
    expected = []
    for event in events:
        if event.sequence <= place:
            continue
        if event.type.endswith("baseline"):
            heard = {"a"}
        elif event.type.endswith("entered"):
            heard.add(str(event.data["offender_id"]))
        elif event.data["offender_id"] not in heard:
            continue
        else:
            heard.discard(str(event.data["offender_id"]))
        expected.append(event.sequence)
    assert told(log, place, band=False) == expected


@given(
    st.lists(st.sampled_from(PEOPLE), max_size=30), st.booleans(), st.integers(0, 30), st.booleans(),
    st.frozensets(st.integers(0, 40)), st.booleans(),
)  # fmt: skip
def test_the_end_of_a_stay_whose_beginning_was_set_aside_is_told_to_nobody(
    moves: list[str], baseline: bool, place: int, band: bool, set_aside: frozenset[int], is_band_set_aside: bool
) -> None:
    """The receiver's own view: a name that leaves stood in the band, in a baseline or in an entrance that it got."""
    events = history(moves, baseline)
    log = log_of(events)
    place = min(place, log.last)
    has_band = band and not is_band_set_aside
    heard = (
        {one.offender_id for one in log_of([e for e in events if e.sequence <= place]).members} if has_band else set()
    )
    sequences = told(log, place, has_band, set_aside)
    for event in events:
        if event.sequence <= place:
            continue
        who, counts = str(event.data.get("offender_id")), event.sequence not in set_aside
        if event.type.endswith("baseline"):
            heard = {"a"} if counts else set()
        elif event.type.endswith("entered"):
            heard = heard | {who} if counts else heard - {who}
        else:
            assert (event.sequence in sequences) == (who in heard)
            heard = heard - {who}
            continue
        assert (event.sequence in sequences) == counts


@pytest.mark.parametrize("baseline", [False, True])
def test_what_memory_holds_no_more_is_read_again_byte_by_byte(monkeypatch: pytest.MonkeyPatch, baseline: bool) -> None:
    monkeypatch.setattr(delivery.alert_log, "_NEWEST", 4)
    monkeypatch.setattr(delivery.alert_log, "_FETCHED", 5)
    monkeypatch.setattr(delivery.alert_log, "FETCH", 3)
    events = history([*PEOPLE, *PEOPLE, "a", "b"] * 5, baseline)
    log = log_of(events)

    async def test() -> None:
        for event in [*events, *reversed(events)]:
            again = await log.read(event.sequence)
            assert (again.sequence, again.value, again.id) == (event.sequence, event.value, event.id)
        for event in events:
            full, short = log_of([one for one in events if one.sequence <= event.sequence]), event.sequence
            assert await log.members_at(short) == full.members

    asyncio.run(test())


def test_what_was_forged_and_passed_over_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies between the others, with the sequence of the next one: what was taken first counts."""
    monkeypatch.setattr(delivery.alert_log, "_NEWEST", 1)
    events = history(PEOPLE, baseline=False)
    places = ((2, 1), (3, 2), (1, 4))
    forged = [event_of(a_move(sequence, Move.ENTERED, "forged"), offset) for sequence, offset in places]

    def fetch(offset: int, count: int) -> Sequence[Event]:
        there = sorted([*events, *forged], key=lambda event: event.offset)
        return [event for event in there if event.offset >= offset][:count]

    log = AlertLog(fetch)
    for event in events:
        log.take(event)

    async def test() -> None:
        for event in events:
            assert (await log.read(event.sequence)).value == event.value
        assert [member.offender_id for member in await log.members_at(2)] == PEOPLE[:2]

    asyncio.run(test())


def test_what_is_gone_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery.alert_log, "_NEWEST", 1)
    log = AlertLog(lambda _offset, _count: ())
    for event in history(PEOPLE, baseline=False):
        log.take(event)
    for read in (log.read(1), log.members_at(2)):
        with pytest.raises(Unavailable, match="cannot be read again"):
            asyncio.run(asyncio.wait_for(read, 5))


def test_nothing_is_sent_before_anything_came() -> None:
    log = log_of([])
    assert (log.next_sequence(a_line(0, band=False)), log.last, log.members) == (None, 0, ())
    assert asyncio.run(log.members_at(0)) == ()


@given(st.lists(st.sampled_from(PEOPLE), max_size=30), st.booleans(), st.integers(0, 30), st.booleans())
def test_an_alert_concerns_whoever_was_told_of_it_by_itself_or_in_the_band(
    moves: list[str], baseline: bool, place: int, band: bool
) -> None:
    events = history(moves, baseline)
    log = log_of(events)
    place = min(place, log.last)
    line = a_line(place, band)
    members = {one.sequence for one in log_of([e for e in events if e.sequence <= place]).members} if band else set()
    alerts = [event.sequence for event in events if not event.type.endswith("baseline")]
    got = members | set(told(log, place, band))
    assert [at for at in alerts if log.concerns(at, line)] == [at for at in alerts if at in got]
    assert log.concerns(log.last + 1, line)


def test_the_end_of_a_stay_goes_out_behind_a_correction_of_its_beginning_and_not_behind_an_erasure() -> None:
    """A recall of an end that is never sent is none of the subscription's."""
    log = log_of(history(["a", "b", "a"], baseline=False))
    line = replace(a_line(2, band=True))
    assert log.next_sequence(line) == 3
    erased = replace(line, erased=frozenset({1}))
    assert log.next_sequence(erased) is None
    assert log.is_to_recall(a_recall(3, "erase"), line)
    assert not log.is_to_recall(a_recall(3, "erase"), erased)
    assert log.is_to_recall(a_recall(3, "erase"), replace(erased, place=3))


def test_an_erasure_reaches_all_who_got_the_baseline_by_itself_or_began_with_a_band_behind_it() -> None:
    log = log_of(history(["b"], baseline=True))
    assert [log.concerns(5, a_line(place, band)) for place, band in ((4, False), (5, True), (5, False))] == [
        True, True, False,
    ]  # fmt: skip


@given(
    st.lists(st.sampled_from(PEOPLE), max_size=25), st.integers(0, 25), st.integers(0, 25), st.booleans(),
)  # fmt: skip
def test_behind_the_end_of_an_agreement_only_ends_of_known_stays_are_told_also_when_it_goes_on(
    moves: list[str], ended: int, resumed: int, from_band: bool
) -> None:
    """The receiver's own view, name by name."""
    events = history(moves, baseline=False)
    log = log_of(events)
    ended, resumed = sorted((min(ended, log.last), min(resumed, log.last)))
    line = replace(a_line(0, band=False), place=ended, ended=ended)
    known = {one.offender_id for one in log_of(events[:ended]).members}
    sequences = list[int]()
    while (at := log.next_sequence(line)) is not None and at <= resumed:
        sequences.append(at)
        line = replace(line, place=at)
    line = replace(line, place=max(line.place, resumed), ended=None, gaps=((ended, max(line.place, resumed)),))
    if from_band:
        line = replace(line, past=((0, line.place),), begins=resumed, place=resumed, has_band=True)
    while (at := log.next_sequence(line)) is not None:
        sequences.append(at)
        line = replace(line, place=at)
    expected = list[int]()
    for event in events[ended:]:
        who = str(event.data["offender_id"])
        if event.sequence == resumed + 1 and from_band:
            known = {one.offender_id for one in log_of(events[:resumed]).members}
        if event.type.endswith("entered") and event.sequence > resumed:
            known = known | {who}
            expected.append(event.sequence)
        elif event.type.endswith("left") and who in known:
            known = known - {who}
            expected.append(event.sequence)
    assert sequences == expected


@given(st.lists(st.sampled_from(PEOPLE), max_size=12), st.booleans(), st.booleans(), st.data())
def test_one_that_has_ended_is_owed_something_as_long_as_an_end_may_come(
    moves: list[str], baseline: bool, band: bool, data: st.DataObject
) -> None:
    """Held against what comes when everybody leaves: then there is an end for it, or it owes nothing."""
    first = 6 if baseline else 1
    sequences = st.integers(first - 1, first - 1 + len(moves))
    ended = data.draw(sequences)
    line = replace(a_line(data.draw(st.integers(0, ended)), band), ended=ended)
    now = log_of(history(moves, baseline))
    while (due := now.next_sequence(line)) is not None:
        assert now.owes(line)
        line = replace(line, place=due)
    inside = [who for who in PEOPLE if (moves.count(who) + (baseline and who == "a")) % 2]
    later = log_of(history([*moves, *inside], baseline))
    assert now.owes(line) == (later.next_sequence(line) is not None)

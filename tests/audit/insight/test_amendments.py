"""Which alerts would not have been sent, had everything been known in time; by brute force on random histories."""

import random
from collections.abc import Iterator

import pytest

from audit.history.amendments import Amendment, SentAlerts, amended
from audit.history.corrected_history import CorrectedHistory
from audit.history.history_replay import AppliedEntry, ReceivedReport, Reign
from audit.history.latest_revisions import LatestRevisions
from audit.history.stays import Stay, Stays, clipped, gaps
from audit.replay.founding import Founding
from models.clock import ClockMode
from models.contribution import Contribution, Run, Step, Weight
from models.instants import DAY, EARLIEST, parse_instant
from models.journal.transition import Baseline, Entry, EntryKind, Move, Transition
from scoring.engine import Engine
from tests.audit.policies import a_policy_of

START = parse_instant("2024-03-01T00:00:00Z")
SIZE, DAYS, LIFE = 2, 60, 20 * DAY
FOUNDING = Founding("b", ClockMode.WALL, a_policy_of(size=SIZE), None, {}, "", "", "", "{}")


def a_history(seed: int) -> list[tuple[int, Contribution]]:
    """When the board was told of what: late, corrected, withdrawn."""
    chance, found = random.Random(seed), []
    for number in range(60):
        known_from = START + number * DAY + 7
        first = chance.randrange(number) if number and chance.random() < 0.4 else number
        reported = START + first * DAY - chance.choice([0, 0, 3, 15]) * DAY
        steps = () if first != number and chance.random() < 0.4 else (Step(LIFE, chance.choice([10, 20, 30, 30])),)
        who, weight = f"p{first % 7}", Weight("A", steps)
        revision = chance.choice([number + 2, number + 2, 2, 1])
        item = Contribution(
            number, f"e{number}", "offence.reported", who, f"o{first}", revision, known_from, reported, reported, weight
        )
        found.append((known_from, item))
    return found


def band(history: list[tuple[int, Contribution]], at: int) -> set[str]:
    """The first of all who score at `at` by everything that was ever told."""
    highest: dict[str, tuple[int, Contribution]] = {}
    for known_from, item in history:
        if item.offence_id not in highest or highest[item.offence_id][1].revision < item.revision:
            highest[item.offence_id] = known_from, item
    scores: dict[str, tuple[int, int]] = {}
    for known_from, item in highest.values():
        if item.weight.steps and min(known_from, item.anchor_at) <= at < item.anchor_at + LIFE:
            score, latest = scores.get(item.offender_id, (0, 0))
            scores[item.offender_id] = score + item.weight.steps[0].millidays, max(latest, item.anchor_day)
    return set(sorted(scores, key=lambda who: (-scores[who][0], -scores[who][1], who))[:SIZE])


def told(history: list[tuple[int, Contribution]]) -> Iterator[AppliedEntry]:
    """The history as a board in service was told it."""
    engine = Engine(SIZE, SIZE, ClockMode.WALL)
    for place, (known_from, item) in enumerate(history):
        run = Run(0, place, place + 1, "", (item,), ())
        entry = engine.apply(run, known_from)
        assert isinstance(entry, Entry)
        yield AppliedEntry(run, (), [entry], ClockMode.WALL, known_from, known_from)


def found_in(history: list[tuple[int, Contribution]]) -> tuple[list[Transition], list[Amendment], int]:
    sent, knowledge, now = SentAlerts(), LatestRevisions(), history[-1][0]
    for one in told(history):
        sent(one)
        knowledge(one)
    retold = Stays()
    for entry in CorrectedHistory([Reign(EARLIEST, FOUNDING.policy)], knowledge).run(now):
        retold.take(entry.transitions)
    alerts = sent.alerts(FOUNDING, None)
    return alerts, list(amended(alerts, sent.stays, retold, now)), now


@pytest.mark.parametrize("seed", range(10))
def test_they_are_those_that_the_oracle_would_not_send(seed: int) -> None:
    history = a_history(seed)
    alerts, found, now = found_in(history)
    wrong = {
        alert.sequence
        for place, alert in enumerate(alerts)
        if alert.as_of < now and (alert.offender_id in band(history, alert.as_of)) != (alert.move is Move.ENTERED)
        and alert.as_of not in {one.as_of for one in alerts[place + 1 :] if one.offender_id == alert.offender_id}
    }  # fmt: skip
    assert {one.alert.sequence for one in found} == wrong
    assert len(wrong) > 3


@pytest.mark.parametrize("seed", range(10))
def test_the_intervals_are_exactly_the_time_at_which_it_did_not_hold(seed: int) -> None:
    history = a_history(seed)
    alerts, found, now = found_in(history)
    for one in found:
        alert = one.alert
        moves = [other.as_of for other in alerts if other.offender_id == alert.offender_id]
        end = next((instant for instant in moves if instant > alert.as_of), now)
        for instant in range(alert.as_of, end, DAY // 2):
            wrong = (alert.offender_id in band(history, instant)) == (alert.move is Move.LEFT)
            assert wrong == any(start <= instant < until for start, until in one.intervals)


def test_what_came_before_the_baseline_was_not_sent() -> None:
    sent = SentAlerts()
    parts = list(told(a_history(1)))
    for one in parts[:30]:
        sent(one)
    silent = Founding("b", ClockMode.WALL, a_policy_of(size=SIZE), START, {}, "", "", "", "{}")
    assert sent.alerts(silent, None) == []
    last = max(change.sequence for one in parts[:30] for entry in one.done for change in entry.transitions)
    baseline = Entry(99, EntryKind.TICK, START, baseline=Baseline(last, START, ()))
    sent(AppliedEntry(None, (), [baseline], ClockMode.WALL, START, START))
    for one in parts[30:]:
        sent(one)
    alerts = sent.alerts(silent, None)
    assert alerts[0].sequence == last + 1
    assert sent.alerts(silent, alerts[-1].as_of) == [one for one in alerts if one.as_of == alerts[-1].as_of]


def test_a_withdrawal_takes_back_what_stood_there_from_its_beginning() -> None:
    """So the offence is shown as withdrawn at every moment at which it was known."""
    knowledge = LatestRevisions()
    weight = Weight("A", (Step(LIFE, 10),))
    item = Contribution(0, "e", "offence.reported", "p", "o", 1, START, START, START, weight)
    knowledge.take(ReceivedReport(item, START))
    later = START + 9 * DAY
    gone = item._replace(offset=1, kind="offence.withdrawn", revision=2, anchor_at=later, weight=Weight("", ()))
    knowledge.take(ReceivedReport(gone, later))
    assert [(known.item, known.holds_from) for known in knowledge.timeline(FOUNDING.policy)] == [(gone, START)]


def test_stays_and_gaps_make_up_the_whole() -> None:
    stays = [Stay(2, 4), Stay(6, None)]
    assert list(clipped(stays, 3, 9)) == [(3, 4), (6, 9)]
    assert list(gaps(stays, 0, 9)) == [(0, 2), (4, 6)]
    assert list(gaps([], 0, 9)) == [(0, 9)]

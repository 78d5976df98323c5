"""When one person could be seen at the console, held against the board of every entry."""

import random
from dataclasses import replace

import pytest

from audit.history.shown_history import ShownHistory
from models.journal.entry import FIRST_PREVIOUS_HASH, chain
from models.journal.transition import Cause, CauseKind, Entry, EntryKind, Move, Standing, Transition

LINES, ALERTS = 3, 2


def a_move(sequence: int, who: str, counterpart: str | None = None) -> Transition:
    return Transition(
        sequence, Move.ENTERED, who, 1, 1, Standing(None, 0), None, counterpart,
        Cause(CauseKind.OFFENCE, "e", "o", who), (), 0, None, None, 0, None,
    )  # fmt: skip


def test_a_person_is_seen_by_who_looks_while_they_stand_on_the_list() -> None:
    shown = ShownHistory("p")
    for number, rank in enumerate([None, 4, 3, 3, 4, None, 1], 1):
        shown.note(number, rank, [])
    seen = {(first, last) for first in range(1, 8) for last in range(first, 8) if shown.is_on(first, last, LINES, 0)}
    assert seen == {
        (first, last) for first in range(1, 8) for last in range(first, 8) if {3, 4, 7} & set(range(first, last + 1))
    }
    assert shown.is_on(5, None, LINES, 0)


@pytest.mark.parametrize("place", ["offender", "counterpart"])
def test_a_person_is_seen_in_the_alerts_beside_the_list_after_they_left_it(place: str) -> None:
    shown = ShownHistory("p")
    mine = a_move(1, "p") if place == "offender" else a_move(1, "q", "p")
    shown.note(1, None, [Entry(1, EntryKind.RUN, 0, transitions=(mine,))])
    for sequence in range(2, 12):
        shown.note(sequence, None, [Entry(sequence, EntryKind.RUN, 0, transitions=(a_move(sequence, "q"),))])
    assert [first for first in range(1, 12) if shown.is_on(first, None, LINES, ALERTS)] == [1, 2, 3, 4]


def test_nobody_saw_who_never_stood_anywhere() -> None:
    shown = ShownHistory("p")
    for number in range(1, 20):
        shown.note(number, random.Random(number).choice([None, 4, 50]), [])
    assert not shown.is_on(1, None, LINES, ALERTS)
    assert not ShownHistory("p").is_on(1, None, LINES, ALERTS)


@pytest.mark.parametrize("seed", range(5))
def test_what_the_journal_says_of_the_band_is_what_a_replay_says_of_it(seed: int) -> None:
    randomly, people = random.Random(seed), ("p", "q", "r")
    computed, told, inside = ShownHistory("p"), ShownHistory("p"), set[str]()
    for number in range(1, 60):
        who = randomly.choice(people)
        move = Move.LEFT if who in inside else Move.ENTERED
        inside ^= {who}
        change = replace(a_move(number, who, randomly.choice([None, "q", "r"])), move=move)
        computed.note(number, 1 if "p" in inside else None, [Entry(number, EntryKind.RUN, 0, transitions=(change,))])
        entry = Entry(number, EntryKind.RUN, 0, partition=0, start=0, end=1, digest="d", transitions=(change,))
        told.note_journalled(number, chain(entry, "v100", "wall", "d", FIRST_PREVIOUS_HASH).transitions)
    for first in range(1, 60):
        for last in (None, *range(first, 60)):
            assert told.is_on(first, last, LINES, ALERTS) == computed.is_on(first, last, LINES, ALERTS)
    assert (told.entrances, told.is_ever_named) == (computed.entrances, True)

"""Alerts and store tell of one band, or it is said that they do not."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.alert import Alert, PolicyOut, make_alert
from models.clock import ClockMode
from models.instants import DAY
from models.journal.transition import BandEntry, Entry, Move
from scoring.engine import Engine
from sight.alerted_band import AlertedBand
from tests.console.views import an_alert
from tests.state.boards import START, a_report, a_run
from tests.streams.sealed_board import Sealed

POLICY = PolicyOut(id="v100", version="1", digest="d")
Moment = tuple[int, dict[str, BandEntry], list[Alert]]


def history_of(offences: Sequence[tuple[str, int, int]]) -> list[Moment]:
    """Sequence, band and new alerts after each offence: of whom, how heavy, for how many days."""
    engine = Engine(2, 3, ClockMode.EVENT, None, None)
    engine.found("{}")
    band: dict[str, BandEntry] = {}
    moments: list[Moment] = []
    for number, (who, days, lasts) in enumerate(offences):
        report = a_report(who, 1_000 * days, str(number), at=START + number * DAY, lasts=lasts * DAY)
        entry = engine.apply(a_run([report], number))
        assert isinstance(entry, Entry)
        for move in entry.transitions:
            if move.move is Move.ENTERED:
                band[move.offender_id] = BandEntry(move.sequence, move.as_of)
            else:
                del band[move.offender_id]
        alerts = [make_alert(move, "v100", POLICY, "offences.v1", 0) for move in entry.transitions]
        moments.append((engine.sequence, dict(band), alerts))
    return moments


OFFENCES = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 9), st.integers(1, 9)), max_size=40)


@given(OFFENCES, st.integers(0, 10))
@settings(max_examples=80)
def test_what_one_engine_made_agrees_from_whichever_alert_on_it_is_read(
    offences: list[tuple[str, int, int]], left_out: int
) -> None:
    told, stands_at = AlertedBand(), 0
    for sequence, band, alerts in history_of(offences):
        told.hold_against(sequence, band)
        for alert in alerts:
            stands_at = alert.sequence
            if alert.sequence > left_out:
                told.take(alert)
        assert stands_at == sequence
        assert told.difference == ""


def band_of(*sequences: int) -> dict[str, BandEntry]:
    return {f"p{sequence}": BandEntry(sequence, START) for sequence in sequences}


@pytest.mark.parametrize(
    ("stored", "difference"),
    [
        ((5, 6), ""),
        ((1, 2, 5, 6), ""),
        ((5,), "alerts alone have the entrance 6"),
        ((5, 6, 7), "the board alone has the entrance 7"),
        ((5, 7), "the board alone has the entrance 7, alerts alone have the entrance 6"),
        (
            (5, 6, *range(10, 15)),
            "the board alone has the entrance 10, 11, 12 and 2 more",
        ),
    ],
)
def test_another_band_at_the_same_sequence_is_named_by_numbers(stored: Sequence[int], difference: str) -> None:
    told = AlertedBand()
    for sequence in (5, 6):
        told.take(an_alert(sequence, offender_id=f"p{sequence}"))
    told.hold_against(6, band_of(*stored))
    assert told.difference == difference
    told.hold_against(6, band_of(5, 6))
    assert told.difference == "", "and it is taken back"


@pytest.mark.parametrize("sequence", [5, 7])
def test_a_look_at_another_sequence_is_compared_with_nothing(sequence: int) -> None:
    told = AlertedBand()
    told.take(an_alert(6, offender_id="p6"))
    told.hold_against(sequence, band_of(1))
    assert told.difference == ""


def test_a_look_ahead_of_the_alerts_is_compared_when_they_come(tmp_path: Path) -> None:
    board, told = Sealed(tmp_path), AlertedBand()
    for number, who in enumerate("abca"):
        board.tell(a_report(who, 30 + number, offence_id=str(number)))
    told.hold_against(max(board.alerts), {})
    for sequence in sorted(board.alerts):
        assert told.difference == ""
        told.take(board.alerts[sequence])
    assert told.difference.startswith("alerts alone have the entrance"), "sealed as they are"

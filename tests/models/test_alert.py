"""What an outgoing record may weigh, and what its headers say."""

import pytest

from models.alert import PolicyOut, alert_headers, make_alert, make_baseline, wire_bytes
from models.instants import LATEST
from models.journal.transition import BandEntry, Baseline, Cause, CauseKind, Member, Move, Standing, Transition
from models.topics import ALERTS
from policies.policy_file import MAX_BAND

_HIGHEST = 2**53 - 1
_ROOM_FOR_HEADERS = 16 * 1024


def test_the_baseline_of_the_largest_band_fits_into_its_topic() -> None:
    longest = "\0" * 128  # six bytes each in JSON: no other character takes more
    band = tuple(Member(rank, longest, _HIGHEST, BandEntry(_HIGHEST, LATEST)) for rank in range(1, MAX_BAND + 1))
    policy = PolicyOut(id=longest, version=longest, digest="f" * 64)
    event = make_baseline(Baseline(_HIGHEST, LATEST, band), longest, policy)
    assert len(wire_bytes(event)) < ALERTS.max_message_bytes - _ROOM_FOR_HEADERS


def an_alert(offender_id: str, sequence: int) -> dict[str, bytes]:
    """The headers of somebody's entrance."""
    cause = Cause(CauseKind.OFFENCE, "e", "o", offender_id)
    change = Transition(
        sequence=sequence, move=Move.ENTERED, offender_id=offender_id, rank=1, score=1, previous=Standing(None, 0),
        cut=None, counterpart=None, cause=cause, contributions=(), contributions_total=0, expected_exit_at=None,
        entered=None, as_of=0, offset=0,
    )  # fmt: skip
    alert = make_alert(change, "v100", PolicyOut(id="p", version="1", digest="f" * 64), "offences.v1", 0)
    headers = alert_headers(alert)
    assert alert.sequence == sequence
    return dict(headers)


def test_sequences_sort_as_text() -> None:
    told = [an_alert("p", sequence)["ce_sequence"] for sequence in (2, 10, 2**53 - 1)]
    assert told == sorted(told)
    assert {len(text) for text in told} == {20}
    assert [int(text) for text in told] == [2, 10, 2**53 - 1]


@pytest.mark.parametrize("letter", ["\0", "\n", "\x1f", "\x7f", "\x85", "\x9f"])
def test_an_id_with_control_characters_is_no_subject(letter: str) -> None:
    assert "ce_subject" not in an_alert(f"p{letter}1", 1)


@pytest.mark.parametrize("offender_id", ["p1", "p 1", "\u00e4", "\u674e-1", "\U0001f600"])
def test_every_other_id_is_the_subject(offender_id: str) -> None:
    assert an_alert(offender_id, 1)["ce_subject"] == offender_id.encode()

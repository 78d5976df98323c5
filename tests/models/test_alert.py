"""What an outgoing record may weigh."""

from models.alert import PolicyOut, make_baseline, wire_bytes
from models.instants import LATEST
from models.topics import ALERTS
from models.transition import Baseline, Entrance, Member
from scoring.policy_file import MAX_BAND

_HIGHEST = 2**53 - 1
_ROOM_FOR_HEADERS = 16 * 1024


def test_the_baseline_of_the_largest_band_fits_into_its_topic() -> None:
    longest = "\0" * 128  # six bytes each in JSON: no other character takes more
    band = tuple(Member(rank, longest, _HIGHEST, Entrance(_HIGHEST, LATEST)) for rank in range(1, MAX_BAND + 1))
    policy = PolicyOut(id=longest, version=longest, digest="f" * 64)
    event = make_baseline(Baseline(_HIGHEST, LATEST, band), longest, policy)
    assert len(wire_bytes(event)) < ALERTS.max_message_bytes - _ROOM_FOR_HEADERS

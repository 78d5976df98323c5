"""The relay is woken for what somebody waits for: an alert."""

import pytest

from runtime.installation import Installation
from runtime.places import Place
from runtime.settings import Settings
from scoring.policy_file import load_policy
from state.store import Applied
from streams.relay import Relay
from streams.waits import Waits


@pytest.mark.parametrize(
    ("sequences", "is_woken"), [([0], False), ([0, 1], True), ([7], True)], ids=["no move", "a move", "a board of old"]
)
def test_only_where_somebody_has_moved_it_is_woken(sequences: list[int], is_woken: bool) -> None:
    settings, failures = Settings(), list[BaseException]()
    relay = Relay(
        Installation(
            settings, load_policy(settings.policy), Place("cluster", topic_id="id", topic="offences.v1", partitions=1)
        ),
        owns=lambda: True,
        failed=failures.append,
        waits=Waits(),
    )
    for entry, sequence in enumerate(sequences):
        relay.wake(Applied(entry, as_of=0, sequence=sequence))
    assert relay._woken.is_set() == is_woken
    relay._woken.clear()
    relay.wake(Applied(len(sequences), as_of=0, sequence=sequences[-1]))
    assert not relay._woken.is_set()

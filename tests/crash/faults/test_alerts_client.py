"""A consumer of alerts outlives its brokers: while they are away it misses nothing, and then it goes on."""

import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.client.published import Published

if TYPE_CHECKING:
    from embedded.stack import Stack

pytestmark = pytest.mark.stack
ALERTS = 10


@pytest.mark.thorough
def test_what_was_fetched_when_the_broker_died_is_fetched_again(crash_stack: "Stack") -> None:
    """Whether it lay on the same topic, nobody can say any more. The client hands it out one by one."""
    with closing(Published(crash_stack.environment())) as published:
        published.enter(*range(1, ALERTS + 1))
        with published.alerts(kafka={"max_poll_records": 1}) as alerts:
            come = [next(iter(alerts)).sequence for _ in range(2)]
            crash_stack.kill_kafka()
            back = threading.Timer(2, crash_stack.start_kafka)
            back.start()
            while len(come) < ALERTS:
                event = alerts.next(60)
                assert event is not None, "nothing comes any more"
                come.append(event.sequence)
            back.join()
    assert come == list(range(1, ALERTS + 1))

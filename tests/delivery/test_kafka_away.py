"""Kafka goes away between an answer and its receipt: nothing is sent without an intent, and nothing is lost."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.client.published import Published
from tests.conftest import missing
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.test_delivery import accepted, arrived, assert_in_order, assert_receipts, numbers, receivers
from tests.frozen import freeze

if TYPE_CHECKING:
    from embedded.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
LAST = 12


@pytest.fixture
def stack() -> Iterator["Stack"]:
    """Its own, since its Kafka goes away."""
    try:
        from embedded.stack import Stack
    except ImportError:
        missing("the extra `embedded`")
    with Stack() as running:
        yield running


@pytest.mark.timeout(240)
@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_kafka_may_go_away_between_an_answer_and_its_receipt(stack: "Stack", tmp_path: Path, how: str) -> None:
    with closing(Published(stack.environment())) as published:
        delivering = Delivering(published, tmp_path)
        published.enter(*range(1, LAST + 1))

        async def lose_kafka(_: object) -> int:
            freeze(stack.kafka_pid)
            return 204

        async def test() -> list[int]:
            async with receivers([204, 204, 204, lose_kafka, 204]) as (desk,):
                delivering.subscribe({"id": "desk", "url": desk.url, "from": 1})
                with delivering.deliverer():
                    await arrived(desk, 4)
                    await asyncio.sleep(20 if how == "frozen" else 3)
                    sent_meanwhile = numbers(desk)
                    if how == "killed":
                        await asyncio.to_thread(stack.kill_kafka)
                        await asyncio.to_thread(stack.start_kafka)
                    else:
                        os.kill(stack.kafka_pid, signal.SIGCONT)
                    await arrived(desk, LAST, 100)
                    await accepted(delivering, "desk", LAST)
                assert sent_meanwhile == [1, 2, 3, 4]
                return numbers(desk)

        assert_in_order(asyncio.run(test()), LAST, 1)
        assert_receipts(facts_of(delivering), "desk", LAST)

"""What a deliverer tells Prometheus of itself: every metric of the table, and nobody's name."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from models.delivery.record import Closed, Stalled
from runtime.metrics.table import DELIVERER_METRICS, PREFIX
from tests.delivery.delivering import Delivering, await_that
from tests.delivery.test_delivery import accepted, receivers, said
from tests.end_to_end.scraped import scrape

pytestmark = pytest.mark.stack


@pytest.fixture
def socket_folder() -> Iterator[Path]:
    """With a path that is short enough for a socket."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def series(text: str) -> Iterator[tuple[str, str, float]]:
    """Name without the prefix, subscription, value."""
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield sample.name.removeprefix(PREFIX), sample.labels.get("subscription", ""), sample.value


def test_a_deliverer_tells_how_far_each_subscription_is(delivering: Delivering, socket_folder: Path) -> None:
    asked_at = socket_folder / "deliverer"
    delivering.environment["HARMWATCH_METRICS"] = f"unix:{asked_at}"

    async def test() -> str:
        async with receivers([204], [400], [410]) as (desk, refusing, gone):
            delivering.published.enter(1, 2)
            delivering.subscribe(
                {"id": "desk", "url": desk.url},
                {"id": "refusing", "url": refusing.url},
                {"id": "gone", "url": gone.url},
            )
            with delivering.deliverer():
                await accepted(delivering, "desk", 1)
                await said(delivering, lambda fact: isinstance(fact, Stalled), "refusing")
                await said(delivering, lambda fact: isinstance(fact, Closed), "gone")
                with_a_standby = delivering.environment["HARMWATCH_METRICS"] = f"unix:{socket_folder / 'second'}"
                with delivering.deliverer("second.log"):
                    second = Path(with_a_standby.removeprefix("unix:"))
                    await asyncio.to_thread(await_that, second.exists, 20, str)
                    assert list(series(await asyncio.to_thread(scrape, second))) == [("deliverer_in_office", "", 0)]
                return await asyncio.to_thread(scrape, asked_at)

    told = asyncio.run(test())
    found = {(name, subscription): value for name, subscription, value in series(told)}
    names = {name for name, _ in found}
    assert {metric.name for metric in DELIVERER_METRICS} - {"delivery_seconds"} <= names
    assert found["deliverer_in_office", ""] == 1
    rows = {
        name: [found[f"subscription_{name}", one] for one in ("desk", "refusing", "gone")]
        for name in ("open", "stalled", "number", "alerts_behind")
    }
    assert rows == {"open": [1, 1, 0], "stalled": [0, 1, 1], "number": [1, 0, 0], "alerts_behind": [0, 0, 0]}
    assert found["subscription_waiting_seconds", "desk"] == 0
    assert 0 < found["subscription_waiting_seconds", "refusing"] < 60
    assert found["delivery_seconds_count", "desk"] == 1
    assert 'outcome="accepted",subscription="desk"' in told or 'subscription="desk",outcome="accepted"' in told

"""An alerts.v1 that is another topic than it was is delivered to nobody: in a term, and by who begins one."""

import asyncio
from collections.abc import Sequence

import pytest

from delivery.deliverer import deliver
from delivery.secrets import Secrets
from models.errors import Unproved
from runtime.settings import Settings
from tests.client.published import Published, a_move
from tests.delivery.delivering import Delivering
from tests.delivery.test_delivery import QUICK, accepted, in_process, numbers, receivers

pytestmark = pytest.mark.stack


def recreate(published: Published, persons: Sequence[str]) -> None:
    """Another history under the same name."""
    published.delete()
    published.create()
    published.send(*[a_move(at, offender_id=who) for at, who in enumerate(persons, 1)])


async def deliver_until_it_fails(delivering: Delivering) -> None:
    """Raises TimeoutError where it goes on as if nothing were."""
    published = delivering.published
    settings = Settings(kafka=published.brokers, prefix=published.prefix)
    async with asyncio.timeout(80):
        await deliver(settings, Secrets(delivering.folder / "secrets"), asyncio.Event(), pace=QUICK)


@pytest.mark.parametrize("persons", [["a", "b"], ["a", "b", "c"]], ids=["as long", "longer"])
def test_who_takes_office_does_not_go_on_in_another_history(delivering: Delivering, persons: list[str]) -> None:
    async def test() -> None:
        async with receivers([204]) as (desk,):
            delivering.published.enter(1, 2)
            await asyncio.to_thread(delivering.subscribe, {"id": "desk", "url": desk.url, "from": 1})
            async with in_process(delivering):
                await accepted(delivering, "desk", 2)
            await asyncio.to_thread(recreate, delivering.published, persons)
            with pytest.raises(Unproved, match=r"something else at 2 than desk was sent as v100:2: was it recreated\?"):
                await deliver_until_it_fails(delivering)
        assert numbers(desk) == [1, 2]

    asyncio.run(test())


def test_who_is_in_office_does_not_go_on_in_another_history(delivering: Delivering) -> None:
    async def test() -> None:
        async with receivers([204]) as (desk,):
            delivering.published.enter(1, 2)
            await asyncio.to_thread(delivering.subscribe, {"id": "desk", "url": desk.url, "from": 1})
            work = asyncio.create_task(deliver_until_it_fails(delivering))
            await accepted(delivering, "desk", 2)
            await asyncio.to_thread(recreate, delivering.published, ["a", "b", "c", "d", "e"])
            with pytest.raises(Unproved, match=r"alerts\.v1 was recreated"):
                await work
        assert numbers(desk) == [1, 2]

    asyncio.run(test())

"""The pipeline alone: jobs are settled in order, two are in hand, and where one fails nothing behind it is settled."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.worker.pipeline import Pipeline

PATIENCE_SECONDS = 60.0
TURNS = 20
"""Of the loop: what could happen has happened by then."""


class Work:
    """Jobs by name, each held at its two doors until they are opened; what happened, in order."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.settled: list[str] = []
        self.failures: list[Exception] = []
        self.doors: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.raising: dict[str, BaseException] = {}
        self.undone: set[str] = set()
        self.pipeline: Pipeline[str] = Pipeline(self._propose, self._settle, self.failures.append)

    async def _propose(self, job: str) -> bool:
        await self._pass(f"propose {job}")
        return job not in self.undone

    async def _settle(self, job: str, done: bool) -> None:
        await self._pass(f"settle {job}" if done else f"settle {job} undone")
        self.settled.append(job)

    async def _pass(self, step: str) -> None:
        self.log.append(step)
        await self.doors[step].wait()
        if step in self.raising:
            raise self.raising[step]

    async def open(self, *steps: str) -> None:
        """Lets these steps end, one after the other."""
        for step in steps:
            self.doors[step].set()
            await turns()

    async def put(self, *jobs: str) -> None:
        for job in jobs:
            await self.pipeline.put(job)
        await turns()


async def turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


def at_work(play: Callable[[Work], Coroutine[Any, Any, None]]) -> Work:
    """What the work comes to, once it has been played."""

    async def bounded() -> Work:
        work = Work()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await play(work)
        return work

    return asyncio.run(bounded())


def test_the_next_job_is_proposed_while_the_one_before_it_is_settled() -> None:
    async def play(work: Work) -> None:
        await work.put("a")
        await work.open("propose a")
        await work.put("b")

    assert at_work(play).log == ["propose a", "settle a", "propose b"]


def test_a_job_that_is_proposed_first_is_settled_in_its_turn_with_its_own_answer() -> None:
    async def play(work: Work) -> None:
        work.undone = {"b"}
        await work.put("a", "b")
        await work.open("propose b")
        assert work.log == ["propose a", "propose b"]
        await work.open("propose a", "settle a")

    assert at_work(play).log == ["propose a", "propose b", "settle a", "settle b undone"]


def test_a_third_job_waits_until_the_first_is_settled() -> None:
    async def play(work: Work) -> None:
        await work.put("a", "b")
        third = asyncio.create_task(work.pipeline.put("c"))
        await work.open("propose b", "propose a")
        assert (third.done(), work.log) == (False, ["propose a", "propose b", "settle a"])
        await work.open("settle a")
        assert third.done()

    assert at_work(play).log == ["propose a", "propose b", "settle a", "settle b", "propose c"]


@pytest.mark.parametrize("step", ["propose a", "settle a"])
def test_where_the_first_fails_the_second_in_hand_is_not_settled(step: str) -> None:
    async def play(work: Work) -> None:
        work.raising[step] = ValueError("a")
        await work.put("a", "b")
        await work.open("propose b", "propose a", "settle a")
        await work.put("c")

    work = at_work(play)
    assert [str(error) for error in work.failures] == ["a"]
    assert {"settle b", "settle b undone", "propose c", "settle c"}.isdisjoint(work.log)


def test_where_the_second_fails_first_what_is_being_settled_goes_on() -> None:
    async def play(work: Work) -> None:
        work.raising["propose b"] = ValueError("b")
        await work.put("a")
        await work.open("propose a")
        await work.put("b")
        await work.open("propose b")
        assert [str(error) for error in work.failures] == ["b"]
        await work.open("settle a")
        await work.pipeline.finish(PATIENCE_SECONDS)

    assert at_work(play).settled == ["a"]


def test_a_stopped_pipeline_settles_nothing_more_and_has_not_failed() -> None:
    async def play(work: Work) -> None:
        await work.put("a", "b")
        work.pipeline.stop()
        await work.open("propose a", "propose b")
        await work.pipeline.finish(PATIENCE_SECONDS)

    work = at_work(play)
    assert (work.log, work.failures) == (["propose a", "propose b"], [])


def test_a_cancelled_job_cancels_the_one_behind_it_and_nothing_has_failed() -> None:
    """A rewind of a worker that ends: the board is joined no more."""

    async def play(work: Work) -> None:
        work.raising["settle a"] = asyncio.CancelledError()
        await work.put("a", "b")
        await work.open("propose a", "propose b", "settle a")
        await work.put("c")
        await work.open("propose c")
        await work.pipeline.finish(PATIENCE_SECONDS)

    work = at_work(play)
    assert work.failures == []
    assert {"settle b", "settle c"}.isdisjoint(work.log)


def test_the_finish_waits_for_what_is_in_hand_and_no_longer_than_it_may() -> None:
    async def play(work: Work) -> None:
        await work.pipeline.finish(PATIENCE_SECONDS)
        await work.put("a", "b")
        await work.pipeline.finish(0.01)
        assert "settle a" not in work.log
        finishing = asyncio.create_task(work.pipeline.finish(PATIENCE_SECONDS))
        await work.open("propose a", "settle a", "propose b")
        assert not finishing.done()
        await work.open("settle b")
        assert finishing.done()

    at_work(play)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_whatever_takes_how_long_jobs_are_settled_in_order_and_two_are_in_hand(pauses: list[tuple[int, int]]) -> None:
    settled: list[int] = []
    in_hand = most = 0

    async def propose(job: int) -> bool:
        nonlocal in_hand, most
        in_hand += 1
        most = max(most, in_hand)
        await pause(pauses[job][0])
        return job % 2 == 0

    async def settle(job: int, done: bool) -> None:
        nonlocal in_hand
        assert done == (job % 2 == 0)
        await pause(pauses[job][1])
        settled.append(job)
        in_hand -= 1

    async def play() -> None:
        failures: list[Exception] = []
        pipeline: Pipeline[int] = Pipeline(propose, settle, failures.append)
        for job in range(len(pauses)):
            await pipeline.put(job)
        await pipeline.finish(PATIENCE_SECONDS)
        assert failures == []

    asyncio.run(play())
    assert settled == list(range(len(pauses)))
    assert most == min(2, len(pauses))


async def pause(turns_of_the_loop: int) -> None:
    for _ in range(turns_of_the_loop):
        await asyncio.sleep(0)

"""What a run comes to: a person's word is heard once, and a run without a report is drained like every other."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from models.answers import Braked, DrainFirst
from models.clock import ClockMode
from models.contribution import Run
from models.instants import SECOND
from models.journal.transition import EntryKind
from policies.policy_file import load_policy
from runtime.settings import Settings
from scoring.assess import Assessor
from streams.session import Session
from streams.waits import Waits
from streams.worker.brake import Acceptance
from streams.worker.offences import Offences, Outcome
from tests.state.boards import GENERATION, START, Board, a_report, a_run

pytestmark = pytest.mark.stack
ASSESS = Assessor(load_policy(Settings().policy))


@pytest.fixture
def board(valkey_url: str) -> Iterator[Board]:
    made = Board(valkey_url)
    yield made
    made.store.close()


def at_work(board: Board, work: Callable[[Offences], Any], acceptance: Acceptance | None = None) -> Any:
    """What comes of the work of a worker that has joined the board."""

    async def join_and_work() -> Any:
        session = Session(board.other, Waits())
        await session.join()
        given = acceptance or Acceptance(given=False)
        return await work(Offences(session, ASSESS, ClockMode.EVENT, lambda _: None, lambda *_: None, given))

    return asyncio.run(join_and_work())


def test_a_word_that_a_closing_board_has_not_heard_is_said_again(board: Board) -> None:
    run, braked, acceptance = a_run([]), Braked(501, 1_000, 0), Acceptance(given=True)

    async def while_somebody_recovers_the_board(offences: Offences) -> bool:
        with closing(board.other()) as other:
            other.claim("two")
            other.renew("two", "{}")
        return await offences._wait_or_accept(run, braked)

    def accepted() -> int:
        return [entry.kind for entry in board.store.outbox(9)].count(EntryKind.ACCEPTANCE)

    assert at_work(board, while_somebody_recovers_the_board, acceptance)
    assert accepted() == 0
    with closing(board.other()) as other:
        other.claim("three")
        other.renew("three", "{}")
    said = [at_work(board, lambda offences: offences._wait_or_accept(run, braked), acceptance) for _ in range(2)]
    assert (said, accepted()) == ([True, False], 1)


@pytest.mark.parametrize("tombstones", [0, 3])
def test_a_run_without_a_report_that_must_drain_first_is_applied(board: Board, tombstones: int) -> None:
    """Nothing but ends of transactions, or records that say nothing, while more is due than a run may end."""
    many = [a_report(f"p{number}", at=START, lasts=SECOND) for number in range(9)]
    board.apply(a_run(many))
    board.store.tick(GENERATION, 0, START + SECOND, 1)
    run = Run(0, 9, 9 + max(1, tombstones), "0" * 64, (), ())
    board.limit(run_drain=4)
    assert isinstance(board.apply(run), DrainFirst)
    assert at_work(board, lambda offences: offences.apply(run, [])) is Outcome.APPLIED
    assert board.store.position().ledger == {0: run.end}

"""Two relays that both take themselves for the owner: whoever claimed the board last decides, and nobody drops it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from models.answers import Rewind
from models.clock import ClockMode
from models.errors import Unavailable
from policies.policy_file import load_policy
from runtime.installation import Installation
from runtime.settings import Settings
from runtime.topic_identity import find_place
from state.store import Store
from streams.recovery.interrupted import Interrupted
from streams.recovery.recovery import Recovery, RecoveryOutcome
from streams.relay.publisher import Publisher
from streams.relay.transactions import Transactions
from tests.end_to_end.installation import Installation as CommandLine
from tests.end_to_end.recovery.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack


def parts_of(by_hand: CommandLine, board: str = "v100") -> Installation:
    """What a worker of an installation would be given, in this process."""
    given = by_hand.environment
    settings = Settings(
        kafka=given["HARMWATCH_KAFKA"], redis=given["HARMWATCH_REDIS"], policy=Path(given["HARMWATCH_POLICY"]),
        clock=ClockMode.EVENT, prefix=by_hand.prefix, board=board,
    )  # fmt: skip
    return Installation(settings, load_policy(settings.policy), find_place(settings))


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Installation:
    """A board on which everything is applied and published, and nobody works."""
    by_hand = CommandLine(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    by_hand.start_worker()
    (tmp_path / "reports.jsonl").write_bytes(lines(400))
    by_hand.json("ingest", str(tmp_path / "reports.jsonl"))
    by_hand.wait_idle()
    by_hand.end_workers()
    return parts_of(by_hand)


@pytest.fixture
def store(installation: Installation) -> Iterator[Store]:
    with closing(installation.open_store()) as store:
        yield store


def recover(
    installation: Installation, generation: str, meanwhile: Callable[[], object] = lambda: None
) -> RecoveryOutcome:
    """A recovery; something happens `meanwhile`, before it has fenced anybody."""
    with closing(
        Transactions(installation.settings.brokers, installation.relay_id, installation.published)
    ) as transactions:

        def fence_then() -> None:
            meanwhile()
            transactions.fence()

        with (
            closing(installation.open_store()) as own,
            closing(Recovery(installation, own, generation, fence_then)) as recovery,
        ):
            return recovery.run()


def test_nobody_trims_the_outbox_any_more_when_the_journal_is_read(installation: Installation, store: Store) -> None:
    former = store.position().generation or ""
    answers: list[object] = []
    recover(installation, "mine", lambda: answers.append(store.trim(former, store.position().entry or 0, "hash")))
    assert isinstance(answers[0], Rewind)


def test_what_a_predecessor_commits_until_it_is_fenced_is_not_published_again(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    """It commits at the last moment: a journal that was read to its end before the fence ends too early."""
    by_hand = CommandLine(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    board = parts_of(by_hand)
    with (
        closing(Transactions(board.settings.brokers, board.relay_id, board.published)) as transactions,
        closing(board.open_store()) as own,
        closing(Recovery(board, own, "first", transactions.fence)) as first,
        closing(Publisher(board, transactions, first.run().tail, own.entrance, silent=False)) as predecessor,
    ):
        entries = own.outbox(10)
        assert entries
        recovered = recover(board, "second", partial(predecessor.publish, entries))
        assert recovered.tail == predecessor.tail
        assert [entry.number for entry in own.outbox(10)] == [recovered.tail.entry + 1]
    assert len(by_hand.read("journal.v1")) == len(entries)


def test_a_relay_that_was_overtaken_leaves_the_board_as_it_is(installation: Installation, store: Store) -> None:
    before, rows = store.position(), store.board(99)
    with pytest.raises(Interrupted):
        recover(installation, "late", partial(recover, installation, "early"))
    after = store.position()
    assert (after.generation, after.entry) == ("early", (before.entry or 0) + 1)
    assert (store.board(99), after.ledger) == (rows, before.ledger)


def test_every_relay_of_a_board_publishes_under_one_id(stack_environment: dict[str, str], tmp_path: Path) -> None:
    """So the next one fences the one before; the broker tells of every id that has published."""
    by_hand = CommandLine(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    try:
        for _ in range(2):
            by_hand.start_worker()
            by_hand.wait_idle()
            by_hand.end_workers()
    finally:
        by_hand.end_workers()
    with closing(KafkaAdminClient(bootstrap_servers=stack_environment["HARMWATCH_KAFKA"])) as admin:
        known = {found.transactional_id for listed in admin.list_transactions().values() for found in listed}
    assert {name for name in known if name.startswith(by_hand.prefix)} == {f"{by_hand.prefix}harmwatch-relay"}


def test_of_two_boards_that_begin_at_once_under_one_prefix_one_is_founded(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    """The first has read an empty journal and not published yet when the second begins: only one of the two can."""
    by_hand = CommandLine(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    first, second = (parts_of(by_hand, board) for board in ("north", "south"))
    with (
        closing(Transactions(first.settings.brokers, first.relay_id, first.published)) as transactions,
        closing(first.open_store()) as own,
    ):
        with closing(Recovery(first, own, "first", transactions.fence)) as recovery:
            tail = recovery.run().tail
        recover(second, "second")
        publisher = Publisher(first, transactions, tail, own.entrance, silent=False)
        with closing(publisher), pytest.raises(Unavailable):
            publisher.publish(own.outbox(10))
    assert by_hand.read("journal.v1") == []

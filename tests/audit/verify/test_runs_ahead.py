"""A process that works ahead changes the speed and nothing else."""

from collections.abc import Callable

import pytest

from audit.replay.run_prefetcher import AssessedRun, RunPrefetcher
from audit.verify.outcome import Outcome
from audit.verify.verification import Verification
from broker.reader import OpenReader
from models.journal.entry import RunOut
from models.journal.transition import EntryKind
from models.topics import JOURNAL, OFFENCES, Topic
from tests.audit.history import History, Items

pytestmark = pytest.mark.stack

Tampering = Callable[[History], tuple[Topic, Items]]


def verified(open_reader: OpenReader, ahead: RunPrefetcher | None) -> Outcome:
    return Verification(open_reader, ahead=ahead).run()


class ActiveContribution(RunPrefetcher):
    """Counts the runs that came from the other process."""

    taken = 0

    def take(self, span: RunOut) -> AssessedRun | None:
        assessed = super().take(span)
        self.taken += assessed is not None
        return assessed


def test_with_a_process_ahead_the_same_is_verified(history: History) -> None:
    alone, ahead = verified(history.opened("clean"), None), ActiveContribution(history.opened("clean"))
    together = verified(history.opened("clean"), ahead)
    assert together.faults.listed == ()
    assert together == alone
    assert ahead.taken == sum(item.content["kind"] == EntryKind.RUN for item in history.items[JOURNAL])


def test_a_process_that_dies_leaves_the_rest_to_the_replay(history: History) -> None:
    ahead = ActiveContribution(history.opened("clean"))

    def end_half_way(entry: int, _: int) -> None:
        if entry == len(history.items[JOURNAL]) // 2:
            ahead.close()

    result = Verification(history.opened("clean"), ahead=ahead).run(end_half_way)
    assert 0 < ahead.taken < len(history.items[JOURNAL]) - 3
    assert result == verified(history.opened("clean"), None)


def a_doubled_entry(history: History) -> tuple[Topic, Items]:
    items = history.items[JOURNAL]
    return JOURNAL, [*items[:9], items[8], *items[9:]]


def a_missing_entry(history: History) -> tuple[Topic, Items]:
    items = history.items[JOURNAL]
    return JOURNAL, [*items[:9], *items[10:]]


def no_entry_at_all(history: History) -> tuple[Topic, Items]:
    items = history.items[JOURNAL]
    return JOURNAL, [*items[:9], items[9].saying(b"{"), *items[10:]]


def a_replaced_report(history: History) -> tuple[Topic, Items]:
    items = history.items[OFFENCES]
    return OFFENCES, [*items[:50], items[50].saying(items[51].value), *items[51:]]


def missing_reports(history: History) -> tuple[Topic, Items]:
    return OFFENCES, history.items[OFFENCES][:-40]


@pytest.mark.parametrize(
    "tampering", [a_doubled_entry, a_missing_entry, no_entry_at_all, a_replaced_report, missing_reports]
)
def test_the_same_faults_are_named(history: History, tampering: Tampering) -> None:
    topic, items = tampering(history)
    name = getattr(tampering, "__name__", "")
    history.write({name: {topic: items}})
    opened = history.opened(name)
    alone = verified(opened, None)
    assert alone.faults.count + alone.faults.unseen > 0
    assert verified(opened, RunPrefetcher(opened)) == alone

"""The newest entry of a journal as a look knows it: read on from where it was, and by no foreign record led astray."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.record import Record
from sight.published_entry import PublishedEntry
from tests.audit.golden.history import WrittenDown
from tests.broker.test_journal_walk import BOARD, FAR_AHEAD, LENGTH, OTHERS, OURS, a_rival_of

FOREIGN = [None, b"{}", FAR_AHEAD, OTHERS[3], OURS[2]]


@given(st.lists(st.one_of(st.integers(1, 120), st.sampled_from(FOREIGN)), max_size=12))
@settings(max_examples=60)
def test_it_is_the_last_of_what_was_read_so_far_whatever_lies_between(steps: list[int | bytes | None]) -> None:
    records: list[Record] = []
    published, written = PublishedEntry(WrittenDown(records), BOARD), 0
    assert published.newest() == 0
    for step in steps:
        values: list[bytes | None] = [step] if not isinstance(step, int) else [*OURS[written : written + step]]
        records += [Record(len(records) + at, 0, None, value) for at, value in enumerate(values)]
        written = min(LENGTH, written + step) if isinstance(step, int) else written
        assert published.newest() == written


def test_of_a_journal_that_forks_it_is_the_last_entry_before() -> None:

    records = [Record(at, 0, None, value) for at, value in enumerate(OURS[:10])]
    published = PublishedEntry(WrittenDown(records), BOARD)
    assert published.newest() == 10
    records += [Record(10, 0, None, a_rival_of(11)), Record(11, 0, None, OURS[10])]
    assert published.newest() == 10

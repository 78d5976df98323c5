"""Records that may stand where nothing can be read are not missing; those that would stand before are."""

import pytest

from audit.verify.faults import Faults
from audit.verify.topic_matcher import ExpectedRecord, Identity, TopicMatcher
from models.record import Record
from models.topics import ALERTS


def faults_of(published: list[int], *, held_back: bool) -> tuple[list[str], int]:
    """What is said of five expected records of which some stand there, and how many are unread."""
    faults = Faults()
    records = (Record(place, 0, b"", b"%d" % number, []) for place, number in enumerate(published))
    matcher = TopicMatcher(ALERTS, faults, records, identify, held_back=held_back)
    for number in range(1, 6):
        matcher.expect(ExpectedRecord(identity(number), b"", b"%d" % number, []))
    matcher.finish({0: 5})
    return faults.listed, matcher.unread


def identity(number: int) -> Identity:
    return Identity(0, number, f"alert {number}")


def identify(record: Record) -> Identity:
    return identity(int(record.value or b""))


def test_what_comes_behind_all_that_can_be_read_is_unread() -> None:
    assert faults_of([1, 2, 3], held_back=True) == ([], 2)
    assert faults_of([], held_back=True) == ([], 5)
    assert faults_of([1, 2, 3, 4, 5], held_back=True) == ([], 0)


def test_what_would_stand_before_something_that_can_be_read_is_missing() -> None:
    assert faults_of([1, 2, 4], held_back=True) == (["alerts.v1: alert 3 is missing"], 1)


def test_where_everything_can_be_read_all_of_it_must_be_there() -> None:
    listed, unread = faults_of([1, 2, 3], held_back=False)
    assert (listed, unread) == (["alerts.v1: alert 4 is missing", "alerts.v1: alert 5 is missing"], 0)


def faults_from(first: int, published: list[int], last: int = 200) -> list[str]:
    """What is said where everything before `first` was skipped, of records 1 to `last`."""
    faults = Faults()
    records = (Record(place, 0, b"", b"%d" % number, []) for place, number in enumerate(published))
    matcher = TopicMatcher(ALERTS, faults, records, identify)
    matcher.skip(0, first - 1)
    for number in range(first, last + 1):
        matcher.expect(ExpectedRecord(identity(number), b"", b"%d" % number, []))
    matcher.finish({0: last})
    return faults.listed


@pytest.mark.parametrize("first", [1, 2, 64, 65, 66, 130, 200])
def test_however_much_is_skipped_what_follows_is_found(first: int) -> None:
    assert faults_from(first, list(range(1, 201))) == []


@pytest.mark.parametrize("first", [1, 66, 150])
def test_what_is_missing_behind_the_skipped_is_missing(first: int) -> None:
    assert faults_from(first, [n for n in range(1, 201) if n != 170]) == ["alerts.v1: alert 170 is missing"]


def test_what_was_skipped_and_stands_again_within_the_range_is_named() -> None:
    doubled = [*range(1, 171), 20, *range(171, 201)]
    named = "alerts.v1 offset 170: alert 20 stands here beside its own place: doubled, late or forged"
    assert [fault.replace(", offset", " offset") for fault in faults_from(150, doubled)] == [named]


def test_what_stands_behind_the_last_and_was_skipped_is_named() -> None:
    assert len(faults_from(150, [*range(1, 20), *range(21, 201), 20])) == 1


def test_what_was_doubled_before_the_range_is_not_judged() -> None:
    assert faults_from(150, [*range(1, 100), 20, *range(100, 201)]) == []


def test_a_record_that_is_missing_right_behind_the_skipped_accuses_no_other() -> None:
    assert faults_from(150, [n for n in range(1, 201) if n != 150]) == ["alerts.v1: alert 150 is missing"]


def test_one_moved_behind_the_first_of_the_range_is_named_alone() -> None:
    moved = [*range(1, 149), *range(150, 171), 149, *range(171, 201)]
    assert [fault.split(" stands")[0] for fault in faults_from(150, moved)] == ["alerts.v1 offset 169: alert 149"]


def test_the_first_of_the_range_moved_before_the_skipped_is_named_alone() -> None:
    moved = [150, *range(1, 150), *range(151, 201)]
    assert [fault.split(" stands")[0] for fault in faults_from(150, moved)] == ["alerts.v1 offset 0: alert 150"]


def test_a_forged_record_far_ahead_accuses_no_other() -> None:
    forged = [*range(1, 10), 900_000, *range(10, 201)]
    (named,) = faults_from(150, forged)
    assert "alert 900000 is not accounted for" in named

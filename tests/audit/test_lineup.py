"""Records that may stand where nothing can be read are not missing; those that would stand before are."""

from audit.faults import Faults
from audit.lineup import Expected, Identity, Lineup
from models.record import Record
from models.topics import ALERTS


def faults_of(published: list[int], *, held_back: bool) -> tuple[list[str], int]:
    """What is said of five expected records of which some stand there, and how many are unread."""
    faults = Faults()
    records = (Record(place, 0, b"", b"%d" % number, []) for place, number in enumerate(published))
    lineup = Lineup(ALERTS, faults, records, identify, held_back=held_back)
    for number in range(1, 6):
        lineup.expect(Expected(identity(number), b"", b"%d" % number, []))
    lineup.finish({0: 5})
    return faults.listed, lineup.unread


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

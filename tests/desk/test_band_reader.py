"""Stays from alerts: each end is matched with its beginning, with keys and without."""

from desk.band_reader import BandReader
from models.token import Token
from tests.desk.acts import at


def token(key: str, content: bytes) -> str:
    return Token(key * 32, content + b"x" * 17).text


def test_who_leaves_ends_the_stay_they_began() -> None:
    reader = BandReader()
    reader.entered(1, "p1", at(0))
    reader.entered(2, "p2", at(0))
    assert [reader.left(3, "p2", at(1)).stay, reader.left(4, "p1", at(1)).stay] == [2, 1]
    assert reader.entered(5, "p1", at(2)).sequence == reader.left(6, "p1", at(3)).stay


def test_a_sealed_end_is_matched_by_its_key_as_long_as_nobody_can_read_it() -> None:
    reader = BandReader()
    reader.entered(1, token("a", b"there"), at(0))
    reader.entered(2, token("b", b"there"), at(0))
    assert reader.left(3, token("b", b"random"), at(1)).stay == 2


def test_an_end_without_a_beginning_ends_nothing() -> None:
    assert BandReader().left(1, "p1", at(0)).stay is None


def test_the_members_of_a_baseline_leave_like_everybody_else() -> None:
    reader = BandReader()
    reader.baseline(9, [(3, "p1", at(-9))], at(0))
    assert reader.left(10, "p1", at(1)).stay == 3

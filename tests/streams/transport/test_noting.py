"""What a worker notes beside its commits: what it knows, and where it knows nothing, what stood there."""

import pytest

from broker.commit_notes import Note
from streams.transport.noting import Noting


def test_what_this_worker_does_not_know_stays_as_it_was() -> None:
    noting, before = Noting(), Note("journal", 40, 7, 38).text()
    assert Note.read(noting.beside(0, before)) == Note("journal", 40, 7, 38)
    noting.applied(0, 41)
    assert Note.read(noting.beside(0, before)) == Note("journal", 40, 7, 41)
    noting.published("journal", 42, 8)
    assert Note.read(noting.beside(0, before)) == Note("journal", 42, 8, 41)
    assert Note.read(noting.beside(1, None)) == Note()
    noting.applied(1, 12)
    assert Note.read(noting.beside(1, None)) == Note(run=12)


def test_what_is_published_is_owed_until_it_is_noted_and_again_when_that_failed() -> None:
    noting = Noting()
    assert not noting.is_owed
    noting.published("journal", 1, 0)
    assert noting.is_owed
    noting.beside(1, None)
    assert noting.is_owed
    noting.beside(0, None)
    assert not noting.is_owed
    noting.owe()
    assert noting.is_owed
    noting.forget()
    assert not noting.is_owed


@pytest.mark.parametrize("text", [None, "", "no note", "[]", "7", '{"entry":"many","run":1.5}'])
def test_metadata_of_somebody_else_tell_nothing(text: str | None) -> None:
    assert Note.read(text) == Note()

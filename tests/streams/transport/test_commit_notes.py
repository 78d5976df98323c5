"""What a worker notes beside its commits: what it knows, and where it knows nothing, what stood there."""

import pytest

from broker.commit_notes import Note
from state.answers import Applied
from streams.transport.commit_notes import CommitNotes
from tests.state.boards import a_run


def test_what_this_worker_does_not_know_stays_as_it_was() -> None:
    notes, before = CommitNotes(), Note("journal", 40, 7, 38).text()
    assert Note.read(notes.beside(0, before)) == Note("journal", 40, 7, 38)
    notes.applied(a_run([], partition=0), Applied(41, 0, 0))
    assert Note.read(notes.beside(0, before)) == Note("journal", 40, 7, 41)
    notes.published("journal", 42, 8)
    assert Note.read(notes.beside(0, before)) == Note("journal", 42, 8, 41)
    assert Note.read(notes.beside(1, None)) == Note()
    notes.applied(a_run([], partition=1), Applied(12, 0, 0))
    assert Note.read(notes.beside(1, None)) == Note(run=12)


def test_what_is_published_is_owed_until_it_is_noted_and_again_when_that_failed() -> None:
    notes = CommitNotes()
    assert not notes.is_owed
    notes.published("journal", 1, 0)
    assert notes.is_owed
    notes.beside(1, None)
    assert notes.is_owed
    notes.beside(0, None)
    assert not notes.is_owed
    notes.owe()
    assert notes.is_owed
    notes.forget()
    assert not notes.is_owed


@pytest.mark.parametrize("text", [None, "", "no note", "[]", "7", '{"entry":"many","run":1.5}', "[" * 4_000])
def test_metadata_of_another_tell_nothing(text: str | None) -> None:
    assert Note.read(text) == Note()

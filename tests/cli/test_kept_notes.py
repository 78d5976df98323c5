"""A file of kept checkpoints holds whole notes only, whatever becomes of its disk."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.audit.kept_notes import append_note

NOTE = b"one\n\n\xe2\x80\x94 signer c2lnbmF0dXJl\n"


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file grows beyond so many bytes: a write comes out short, and the next one fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_note_stands_behind_those_before_it(tmp_path: Path) -> None:
    for _ in range(2):
        append_note(tmp_path / "kept", NOTE)
    assert tmp_path.joinpath("kept").read_bytes() == NOTE * 2


@pytest.mark.parametrize("room", range(len(NOTE)))
def test_a_note_that_has_no_room_leaves_the_file_as_it_was(tmp_path: Path, room: int) -> None:
    file = tmp_path / "kept"
    append_note(file, NOTE)
    with room_for(len(NOTE) + room), pytest.raises(OSError, match="too large"):
        append_note(file, NOTE)
    assert file.read_bytes() == NOTE
    append_note(file, NOTE)
    assert file.read_bytes() == NOTE * 2

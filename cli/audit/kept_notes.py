"""The file to which `checkpoint --keep` appends: whole notes, and nothing else."""

import os
from contextlib import suppress
from pathlib import Path


def append_note(file: Path, note: bytes) -> None:
    """Appends a note, on disk before this returns; a file without room for it stays as it was. Raises OSError."""
    with file.open("ab", buffering=0) as kept:
        length = kept.tell()
        try:
            rest = note
            while rest:
                rest = rest[kept.write(rest) :]
            os.fsync(kept.fileno())
        except OSError:
            with suppress(OSError):  # what hindered the note is said
                kept.truncate(length)
            raise

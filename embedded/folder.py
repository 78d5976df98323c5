"""The folder of a stack: one that stays and has one user at a time, or one that goes with the stack."""

import fcntl
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import IO

from models.errors import PreconditionFailed

MEGABYTE = 1024 * 1024


def claim(folder: Path) -> IO[str]:
    """Create `folder` if need be and lock it; the lock lasts as long as any process has the answer open.

    Raises PreconditionFailed if another stack has the lock or the folder cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise PreconditionFailed(f"The folder {folder} cannot be used: {error}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise PreconditionFailed(
            f"The folder {folder} is in use by another stack, which may still be ending: "
            "end that one, or choose another folder."
        ) from error
    return lock


def check_space(folder: Path, least_bytes: int) -> None:
    """Raises PreconditionFailed if the disk of `folder`, which must exist, has less than that left."""
    free = shutil.disk_usage(folder).free
    if free < least_bytes:
        raise PreconditionFailed(
            f"The disk of {folder} has {free // MEGABYTE} MB left, the stack needs {least_bytes // MEGABYTE} MB: "
            "make room, or choose another folder (--dir, or TMPDIR)."
        )


def name_temporary() -> Path:
    """A path which no other process has; named before it is created, so that its removal can be arranged first."""
    return Path(tempfile.gettempdir()) / f"harmwatch-{secrets.token_hex(8)}"

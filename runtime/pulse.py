"""A worker's pulse: a file that it writes while it turns, for a health check on the same machine, and for `status`.

What it works on may be away or closed: then it waits, says so in the file, and its pulse goes on. A board that stands
still is no reason to kill a worker that stands by.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from glob import glob
from pathlib import Path

from runtime.events import Event, happened

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a worker waits for now, for how long, and why; `partition` None: the whole worker does."""

    what: str
    partition: int | None
    seconds: float
    why: str


def _nothing() -> Sequence[Standing]:
    return ()


# A worker that is deaf ends by itself; a health check that judged the board would kill the standby (decision 0013).
class Pulse:
    """The pulse in `file`; None: none is wanted. `standing` are the waits of now."""

    def __init__(self, file: Path | None, standing: Callable[[], Sequence[Standing]] = _nothing) -> None:
        self._file = file
        self._standing = standing

    def beat(self) -> None:
        """The worker turns. A file that cannot be written is said once, and not tried again."""
        if self._file is None:
            return
        try:
            self._file.write_text(json.dumps([asdict(wait) for wait in self._standing()]), "utf-8")
        except OSError as error:
            text = "no pulse in %s (HARMWATCH_PULSE): %s"
            log.warning(text, self._file, error.strerror, extra=happened(Event.NO_PULSE))
            self._file = None


def silent_seconds(file: Path) -> float | None:
    """Since the last beat; None: there was none."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return None


def read_standing(file: Path, within_seconds: float) -> Iterator[Standing]:
    """What workers of this machine wait for whose last beat is no older; `file` may hold `*`, for several of them."""
    for each in sorted(map(Path, glob(str(file)))):
        silent = silent_seconds(each)
        if silent is None or silent > within_seconds:
            continue
        try:
            yield from (Standing(**wait) for wait in json.loads(each.read_text("utf-8")))
        except (OSError, ValueError, TypeError):  # it is being written just now, or is somebody else's
            continue

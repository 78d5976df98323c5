"""A worker's pulse: a file that it writes while it turns, for a health check on the same machine, and for `status`.

systemd hears it, too. What a worker works on may be away or closed: then it waits, says so, and its pulse goes on. A
board that stands still is no reason to kill a worker that stands by.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from glob import glob
from pathlib import Path

from runtime.events import Event, happened
from runtime.service_manager import tell_service_manager

_CLOCK_JITTER_SECONDS = 1.0

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
        self._is_written = self._is_heard = True

    def beat(self) -> None:
        """The worker turns. Who cannot be reached is logged once and tried at each beat: a disk may have room again."""
        standing = self._standing()
        if self._file is not None:
            try:
                _write(self._file, standing)
                self._is_written = True
            except OSError as error:
                if self._is_written:
                    text = "no pulse in %s (HARMWATCH_PULSE): %s"
                    log.warning(text, self._file, error.strerror, extra=happened(Event.NO_PULSE))
                self._is_written = False
        try:
            tell_service_manager("READY=1", "WATCHDOG=1", f"STATUS={_status(standing)}")
            self._is_heard = True
        except OSError as error:
            if self._is_heard:
                text = "systemd does not hear the pulse, and will restart this worker: %s"
                log.warning(text, error, extra=happened(Event.NO_PULSE))
            self._is_heard = False


def _write(file: Path, standing: Sequence[Standing]) -> None:
    try:
        file.write_text(json.dumps([asdict(wait) for wait in standing]), "utf-8")
    except OSError:
        file.touch()  # no room for words, but it beats


def _status(standing: Sequence[Standing]) -> str:
    text = "; ".join(f"waiting {wait.seconds:.0f} s for {wait.why}" for wait in standing)
    return " ".join(text.split()) or "at work"  # a line of its own would be another word to systemd


def silent_seconds(file: Path) -> float | None:
    """Since the last beat, of several files of the one that is the oldest; None: there was none.

    A beat that lies ahead was stamped by a clock that has been set back since: it says nothing of now.
    """
    try:
        silences = [time.time() - each.stat().st_mtime for each in _files(file)]
    except FileNotFoundError:
        return None
    return max(silences) if silences and min(silences) >= -_CLOCK_JITTER_SECONDS else None


def read_standing(file: Path, within_seconds: float) -> Iterator[Standing]:
    """What workers of this machine wait for whose last beat is no older."""
    for each in _files(file):
        silent = silent_seconds(each)
        if silent is None or silent > within_seconds:
            continue
        try:
            yield from (Standing(**wait) for wait in json.loads(each.read_text("utf-8")))
        except (OSError, ValueError, TypeError):  # it is being written just now, or is somebody else's
            continue


def _files(file: Path) -> list[Path]:
    """Of several workers the name holds `*`."""
    return [file] if "*" not in str(file) else sorted(map(Path, glob(str(file))))

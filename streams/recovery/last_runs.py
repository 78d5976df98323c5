"""Whether the logs still hold what was applied: the newest run of each partition at the end, and the beginnings."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from functools import partial

from broker.reader import Reader
from models.errors import PreconditionFailed, Unavailable
from models.journal.entry import run_of
from models.journal.plain_entry import AnyRun
from models.journal.transition import Entry
from models.record import run_digest
from models.topics import OFFENCES
from runtime.events import Event, happened
from runtime.installation import Installation
from runtime.topic_checks import topic_faults

_HOUR_SECONDS = 3_600.0
log = logging.getLogger(__name__)

Runs = Mapping[int, tuple[int, AnyRun]]
"""Of each partition the entry of its newest run, and the run."""

_REMEDY = (
    "Bring the records back, or take a new HARMWATCH_PREFIX and send the reports there: this board can neither go on "
    "nor be rebuilt"
)


def cut_short(number: int, run: AnyRun, end: int) -> str:
    """What is wrong where a partition ends before the end of a run, in words."""
    return (
        f"offences.v1 partition {run.partition} ends at offset {end}, and entry {number} of the journal was made from "
        f"offsets {run.start} to {run.end}: the log was cut short behind what was applied, or somebody else with the "
        f"right to write to journal.v1 has forged the entry. {_REMEDY}"
    )


def other_records(number: int, run: AnyRun) -> str:
    """What is wrong where other records lie at the offsets of a run, in words."""
    return (
        f"offences.v1 offsets {run.start} to {run.end} of partition {run.partition} are not the records that entry "
        f"{number} of the journal was made from: the log was cut short and written on, or somebody else with the right "
        f"to write to journal.v1 has forged the entry. {_REMEDY}"
    )


def refuse_lost_records(open_inputs: Callable[[int], Reader], runs: Runs) -> None:
    """Raises PreconditionFailed where a partition no longer holds its newest run: one read and one SHA-256 of each."""
    for partition, (number, run) in sorted(runs.items()):
        with closing(open_inputs(partition)) as reader:
            end = reader.end()
            if end < run.end:
                raise PreconditionFailed(cut_short(number, run, end))
            reader.seek(run.start)
            if run_digest(partition, list(reader.read_until(run.end))) != run.sha256:
                raise PreconditionFailed(other_records(number, run))


class LastRuns:
    """Looks once an hour, in a thread of its own; `failed` hears where an end is gone.

    It takes every entry that is published, so that it knows each partition's newest run. Where a beginning is gone, or
    a topic is told to forget, the log says so: the board is right as long as its store lasts, and alerts go on.
    """

    def __init__(
        self,
        installation: Installation,
        runs: Runs,
        failed: Callable[[BaseException], None],
        every_seconds: float = _HOUR_SECONDS,
    ) -> None:
        self._installation = installation
        self._runs = dict(runs)
        self._failed = failed
        self._every_seconds = every_seconds
        self._over = threading.Event()
        threading.Thread(target=self._look, name="last-runs", daemon=True).start()

    def take(self, entries: Iterable[Entry]) -> None:
        """These were published."""
        for entry in entries:
            run = run_of(entry)
            if run is not None:
                self._runs[run.partition] = entry.number, run

    def close(self) -> None:
        """Looks no more."""
        self._over.set()

    def _look(self) -> None:
        while not self._over.wait(self._every_seconds):
            try:
                refuse_lost_records(partial(self._installation.small_reader, OFFENCES), dict(self._runs))
                self._say_faults()
            except Unavailable as error:
                log.info("the last runs are looked at again in an hour: %s", error, extra=happened(Event.LATER))
            except Exception as error:
                self._failed(error)
                return

    def _say_faults(self) -> None:
        faults = topic_faults(self._installation.settings)
        if faults:
            text = "%s. Alerts go on; but a worker that starts is refused, and a store that is lost cannot be rebuilt"
            log.error(text, "; ".join(faults), extra=happened(Event.TOPIC_FAULT))

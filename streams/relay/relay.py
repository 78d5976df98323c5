"""The relay: the owner of partition 0 publishes the outbox, lets time pass, and recovers the board.

It lives in a thread of its own, with its own connections: reading, sending and waiting in plain order.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

from broker.entries import Tail
from models.answers import Leap, Rewind
from models.clock import ClockMode
from models.errors import NotAllowed, Unavailable
from models.instants import EARLIEST, SECOND
from models.journal.transition import Entry
from runtime.crash_points import Point, reach
from runtime.events import Event, happened
from runtime.installation import Installation
from state.store import Applied, Store
from streams.clocks import render_leap
from streams.rate_limited_log import RateLimitedLog
from streams.recovery.interrupted import Interrupted
from streams.recovery.last_runs import LastRuns
from streams.recovery.recovery import Recovery, RecoveryOutcome
from streams.relay.batcher import OutboxBatcher
from streams.relay.publisher import Publisher, alerts_are_held_back
from streams.relay.transactions import Transactions
from streams.relay.waits import RelayWaits
from streams.transport.commit_notes import CommitNotes
from streams.waits import Waits

_POLL_SECONDS = 0.01
_TICK_SECONDS = 0.5
_SHORTEST_PAUSE_SECONDS = 0.001
_LAST_TRANSACTION_SECONDS = 2.5
_HEARTBEAT_US = 60_000_000
log = logging.getLogger(__name__)


class Relay:
    """`owns` answers whether the group still takes this worker for the owner; `failed` hears why it ended."""

    def __init__(
        self,
        installation: Installation,
        owns: Callable[[], bool],
        failed: Callable[[BaseException], None],
        waits: Waits,
        commit_notes: CommitNotes | None = None,
    ) -> None:
        self._commit_notes = commit_notes or CommitNotes()
        self._installation = replace(installation, goes_on=self._go_on)
        self._owns = owns
        self._failed = failed
        self._waits = waits
        self._terms = self._steps = 0
        self._recovering: Store | None = None
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._finishing = False
        self.in_office = False
        """Whether it publishes and lets time pass; not yet while it recovers."""
        self._sequence = 0
        self._journal, self._published_sequence = "", 0
        self._as_of = EARLIEST
        self._leaps = RateLimitedLog(log, Event.LEAP)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins; a relay that runs already goes on."""
        if self._thread is None or self._stopped.is_set() or not self._thread.is_alive():
            self._stopped = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(self._stopped,), name="relay", daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Ends as soon as everything is published."""
        self._finishing = True
        self._woken.set()

    def stop(self) -> None:
        """Ends after the transaction in hand; nobody has to wait, since a successor fences this one."""
        self._stopped.set()
        self._woken.set()

    def join(self) -> None:
        """Waits a moment for the last transactions."""
        if self._thread is not None:
            self._thread.join(_LAST_TRANSACTION_SECONDS)

    def wake(self, applied: Applied) -> None:
        """Makes it look at once where somebody has moved; other entries it finds within ten milliseconds."""
        if applied.sequence != self._sequence:
            self._sequence = applied.sequence
            self._woken.set()

    @property
    def thread_id(self) -> int | None:
        """Of the thread that is in office, or tries to get there; None: nobody is to be."""
        thread = self._thread
        return None if thread is None or self._stopped.is_set() or self._finishing else thread.ident

    @property
    def journal_id(self) -> str:
        """Of the topic to which it publishes; empty before its first recovery."""
        return self._journal

    @property
    def recovery(self) -> tuple[int, int] | None:
        """Which recovery is under way, and a number that rises while it goes on; None: none is."""
        store = self._recovering
        return None if store is None else (self._terms, self._steps + store.answered)

    def _go_on(self) -> None:
        self._steps += 1

    def _run(self, stopped: threading.Event) -> None:
        with RelayWaits(self._waits) as waits:
            while not (stopped.is_set() or self._finishing):
                # What this worker once published says nothing any more, and its proof would note it.
                self._commit_notes.forget()
                try:
                    if waits.is_confirmed(self._owns()):
                        self._term(stopped, waits)
                        self._out_of_office("told" if stopped.is_set() or self._finishing else "another_board")
                except (Unavailable, Interrupted) as error:
                    self._out_of_office(_ended_by(error))
                    waits.begin_again(error)
                except Exception as error:
                    self._failed(error)
                    return
                finally:
                    self.in_office = False
                stopped.wait(waits.pause_seconds)

    def _out_of_office(self, ended_by: str) -> None:
        """What never came so far was no term."""
        if self.in_office:
            self._installation.instruments.term_ended(ended_by)

    def _term(self, stopped: threading.Event, waits: RelayWaits) -> None:
        """One time in office: recover, with the predecessor fenced; publish until something is no longer so."""
        installation = self._installation
        with (
            closing(
                Transactions(
                    installation.settings.brokers,
                    installation.relay_id,
                    installation.published,
                    installation.instruments,
                )
            ) as transactions,
            closing(installation.open_store()) as store,
        ):
            generation = uuid.uuid4().hex
            waits.recovering()
            recovered = self._recover(store, generation, transactions.fence)
            tail, runs = recovered.tail, recovered.runs
            self._note(tail, ())
            silent = alerts_are_held_back(installation, store)
            with (
                closing(Publisher(installation, transactions, tail, store.entrance, silent=silent)) as publisher,
                closing(LastRuns(installation, runs, self._failed)) as self._last_runs,
            ):
                log.info(
                    "the relay goes on after entry %d",
                    tail.entry,
                    extra=happened(Event.RELAY_IN_OFFICE, entry=tail.entry),
                )
                waits.end()
                self._relay(store, generation, publisher, stopped)

    def _recover(self, store: Store, generation: str, fence: Callable[[], None]) -> RecoveryOutcome:
        self._terms += 1
        self._recovering = store
        begun = time.monotonic()
        try:
            with closing(Recovery(self._installation, store, generation, fence)) as recovery:
                recovered = recovery.run()
            self._installation.instruments.recovered(recovered.kind, time.monotonic() - begun)
            self._journal, self._published_sequence = recovered.journal_id, recovered.sequence
            return recovered
        finally:
            if self._recovering is store:  # else a later term has begun
                self._recovering = None

    def _note(self, tail: Tail, published: Sequence[Entry]) -> None:
        moved = [entry.transitions[-1].sequence for entry in published if entry.transitions]
        self._published_sequence = max([self._published_sequence, *moved])
        self._commit_notes.published(self._journal, tail.entry, self._published_sequence)

    def _relay(self, store: Store, generation: str, publisher: Publisher, stopped: threading.Event) -> None:
        self.in_office = True
        tick_at, gathering = 0.0, OutboxBatcher(store)
        while not stopped.is_set():
            if time.monotonic() >= tick_at:
                pause = self._let_time_pass(store, generation, publisher.tail.entry)
                if pause is None:
                    return
                tick_at = time.monotonic() + pause
            finishing = self._finishing  # it may begin at any moment, and then everything is still to be published
            entries = gathering.next(at_once=finishing)
            if entries:
                reach(Point.TAKEN)
                tail = publisher.publish(entries)
                self._note(tail, entries)
                self._last_runs.take(entries)
                if store.trim(generation, tail.entry, tail.hash) is not None:
                    return
                reach(Point.TRIMMED)
            elif finishing:
                return
            else:
                self._woken.wait(max(0.0, min(_POLL_SECONDS, tick_at - time.monotonic())))
                self._woken.clear()

    def _let_time_pass(self, store: Store, generation: str, seen: int) -> float | None:
        """Ticks in wall mode; seconds until the next tick, None when the board is not the one this relay recovered."""
        if self._installation.settings.clock is ClockMode.EVENT:
            position = store.position()
            is_ours = position.generation == generation and position.whole and (position.entry or 0) >= seen
            return _TICK_SECONDS if is_ours else None
        match store.tick(generation, seen, heartbeat_us=_HEARTBEAT_US):
            case Rewind():
                return None
            case Leap() as leap:
                self._leaps.say(render_leap(leap))
                return _TICK_SECONDS
            case Applied(as_of=as_of, all_ended=True) if as_of == self._as_of:
                return _TICK_SECONDS  # the clock stands: what is due next ends no sooner for being looked at
            case Applied(as_of=as_of, next_due=int(next_due)):
                self._as_of = as_of
                # The step that ends next is worked off when it ends, not at some tick after.
                return min(_TICK_SECONDS, max(_SHORTEST_PAUSE_SECONDS, (next_due - as_of) / SECOND))
            case _:
                return _TICK_SECONDS


def _ended_by(error: Exception) -> str:
    """One of few words: the text may name anything."""
    if isinstance(error, Interrupted):
        return "another_board"
    return "refused" if isinstance(error, NotAllowed) else "unavailable"

"""An entry of a journal, repeated on the reference engine: whatever that needs stands in the entry."""

import json
from collections.abc import Callable

from models.answers import Ahead, DrainFirst, Rewind
from models.clock import ClockMode
from models.contribution import Run
from models.errors import Unproved
from models.instants import parse_instant
from models.journal.entry import JournalEntry
from models.journal.transition import Entry, EntryKind
from scoring.engine import NOTHING_MAY_END, Engine


def repeat_entry(engine: Engine, entry: JournalEntry, run: Run | None, activate: Callable[[], Entry]) -> Entry:
    """The entry, computed again; `run` is that of a run, `activate` puts its policy in force.

    Raises Unproved when that cannot be done; then nothing after it can.
    """
    as_of = parse_instant(entry.as_of)
    match entry.kind:
        case EntryKind.RUN:
            if run is None:
                raise Unproved("it is a run without records")
            return whole(engine.apply(run, as_of if entry.clock == ClockMode.WALL else None))
        case EntryKind.TICK:
            return _something(engine.tick(as_of, entry.drained), entry)
        case EntryKind.HEARTBEAT:
            return _something(engine.tick(as_of, entry.drained, heartbeat_us=0), entry)
    let_quiet_time_pass(engine, entry)
    match entry.kind:
        # A recovery is an entry, so that a store set back behind it is noticed, and an auditor sees it (decision 0007).
        case EntryKind.RECOVERY:
            return engine.recover(json.dumps(entry.body))
        case EntryKind.ACCEPTANCE:
            return engine.accept(json.dumps(entry.body))
        case EntryKind.POLICY:
            return activate()


def let_quiet_time_pass(engine: Engine, entry: JournalEntry) -> None:
    """Since the entry before it time may have passed, in ticks that left no entry, and so ended nothing.

    None has passed where the entry before it is a tick that stopped within this instant: what it left is still due.
    """
    if engine.tick(parse_instant(entry.as_of), NOTHING_MAY_END) is not None:
        raise Unproved(f"something changed before the {entry.kind} entry at {entry.as_of}")


def whole(answer: Entry | Ahead | Rewind | DrainFirst) -> Entry:
    """The entry of a run. Raises Unproved where the engine answers otherwise."""
    if not isinstance(answer, Entry):
        raise Unproved(f"the reference engine answers {type(answer).__name__}")
    return answer


def _something(answer: Entry | None, entry: JournalEntry) -> Entry:
    if answer is None:
        raise Unproved(f"nothing changed at {entry.as_of}")
    return answer

"""An entry of the journal, repeated on the store: whatever that needs stands in the entry, never in today's code."""

import json
from collections.abc import Callable

from broker.entries import AnyEntry
from models.clock import ClockMode
from models.contribution import Run
from models.instants import format_instant, parse_instant
from models.journal.transition import EntryKind
from state.packing import bounded_count
from state.store import Answer, Applied, Store


def repeat_entry(
    store: Store,
    generation: str,
    entry: AnyEntry,
    read_run: Callable[[], Run],
    activate: Callable[[], Answer],
) -> Answer:
    """The answer to the last call. `read_run` gives the entry's run, `activate` puts its policy in force."""
    as_of, before = parse_instant(entry.as_of), entry.entry - 1
    match entry.kind:
        case EntryKind.RUN:
            now = as_of if entry.clock == ClockMode.WALL else None
            return store.apply(read_run(), generation, before, now, repeats=True)
        case EntryKind.TICK:
            return store.tick(generation, before, as_of, entry.drained)
        case EntryKind.HEARTBEAT:
            return store.tick(generation, before, as_of, entry.drained, heartbeat_us=0)
        case EntryKind.RECOVERY | EntryKind.ACCEPTANCE | EntryKind.POLICY:
            passed = _let_quiet_time_pass(store, generation, entry)
            return _note(store, generation, entry, activate) if isinstance(passed, Applied) else passed


def is_word(body: object) -> bool:
    """Whether a person's word is one that the store can take; what somebody has forged need not be."""
    if not isinstance(body, dict):
        return False
    try:
        parse_instant(body.get("clock", format_instant(0)))
    except ValueError:
        return False
    numbers = [body[name] for name in ("partition", "verdicts") if name in body]
    return all(isinstance(number, int) and number == bounded_count(number) for number in numbers)


def _let_quiet_time_pass(store: Store, generation: str, entry: AnyEntry) -> Answer:
    """Since the entry before it time may have passed, in ticks that left no entry, and so ended nothing.

    None has passed where the entry before it is a tick that stopped within this instant: what it left is still due.
    """
    return store.tick(generation, entry.entry - 1, parse_instant(entry.as_of), limit=0)


def _note(store: Store, generation: str, entry: AnyEntry, activate: Callable[[], Answer]) -> Answer:
    if entry.kind is EntryKind.POLICY:
        return activate()
    body = json.dumps(entry.body)
    if entry.kind is EntryKind.RECOVERY:
        return store.renew(generation, body, opens=False)
    return store.accept(generation, entry.entry - 1, body)

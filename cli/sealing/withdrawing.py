"""What was reported about a person is withdrawn before they are erased: then no board ranks them any more."""

import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing

from broker.open_transactions import OURS_IS_OVER_SECONDS
from cli.output import say
from models.board import ContributionRow, OffenderView
from models.canonical import canonical_json
from models.clock import ClockMode
from models.errors import PreconditionFailed
from models.instants import format_instant
from models.report import MAX_REVISION, ReportType
from runtime.settings import Settings
from runtime.topic_identity import find_place
from state.store import Store
from streams.transport.sender import Sender

PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.1


def withdraw_reports(settings: Settings, store: Store, person: OffenderView) -> int:
    """Sends a withdrawal of every offence that is known, and returns when it is applied and published; how many.

    Raises PreconditionFailed where an offence has no higher revision or the withdrawals do not come through,
    Unavailable.
    """
    final = [row.offence_id for row in person.contributions if row.revision >= MAX_REVISION]
    if final:
        raise PreconditionFailed(f"offence {final[0]!r} has revision {MAX_REVISION}, which nothing can withdraw")
    _send(settings, person, _recorded_at(settings, store))
    who = person.offender_id
    _wait(lambda: store.offender(who).rank is None, f"the withdrawals about {who!r} are sent, and not applied yet")
    newest = store.position().entry or 0
    _wait(lambda: _published(store) >= newest, f"the withdrawals about {who!r} are applied, and not published yet")
    return len(person.contributions)


def _send(settings: Settings, person: OffenderView, recorded_at: int) -> None:
    place = find_place(settings)
    with closing(Sender(settings.brokers, place.topic, place.partitions)) as sender:
        for value in _withdrawals(person.offender_id, person.contributions, recorded_at):
            sender.send(person.offender_id.encode(), value)
        sender.flush()


def _withdrawals(offender_id: str, rows: Iterable[ContributionRow], recorded_at: int) -> Iterable[bytes]:
    """The next revision of each; when it happened is not known to the board, and counts for nothing."""
    for row in rows:
        yield canonical_json({
            "event_id": f"withdrawal-{uuid.uuid4()}",
            "type": ReportType.WITHDRAWN,
            "offence_id": row.offence_id,
            "offender_id": offender_id,
            "revision": row.revision + 1,
            "occurred_at": format_instant(min(recorded_at, row.reported_at)),
            "recorded_at": format_instant(recorded_at),
            "source": "harmwatch erase",
        })  # fmt: skip


def _recorded_at(settings: Settings, store: Store) -> int:
    """A board by the events' clock must not be moved by a withdrawal: it would end what is not over."""
    return store.position().as_of if settings.clock is ClockMode.EVENT else time.time_ns() // 1_000


def _published(store: Store) -> int:
    position = store.position()
    return (position.entry or 0) - position.outbox


def _wait(is_so: Callable[[], bool], otherwise: str) -> None:
    begun_at = time.monotonic()
    say_at = begun_at + OURS_IS_OVER_SECONDS
    while not is_so():
        now = time.monotonic()
        if now >= say_at:
            say(f"waiting: {otherwise}")
            say_at = begun_at + PATIENCE_SECONDS
        if now >= begun_at + PATIENCE_SECONDS:
            raise PreconditionFailed(
                f"{otherwise}, for {PATIENCE_SECONDS:.0f} s: no one was erased. `harmwatch status` says what the "
                "workers wait for; then give the same command again"
            )
        time.sleep(_POLL_SECONDS)

"""Publishes entries of the outbox: journal, alerts and dead letters of an entry in one transaction."""

import logging
from collections import Counter
from collections.abc import Sequence
from functools import partial

from broker.entries import Tail
from broker.erasures import erased_keys
from broker.open_transactions import OpenTransaction
from broker.reader import when_readable
from models.alert import PolicyOut, alert_headers, baseline_headers, make_alert, make_baseline, wire_bytes
from models.dead_letter import make_letter
from models.errors import BrokenInvariant
from models.identifying import Seal, sealed_alert, sealed_baseline
from models.journal.entry import JournalEntry, chain
from models.journal.transition import Entry
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, OFFENCES
from runtime.crash_points import Point, reach
from runtime.events import Event, happened
from runtime.installation import Installation
from runtime.key_stores import open_keys
from runtime.settings import Sealing
from runtime.signer import signer
from sealing.sealer import Sealer
from state.store import Store
from streams.relay.refused_records import RefusedRecords
from streams.relay.stays import EntranceAt, Stays
from streams.relay.transactions import Headers, Transactions

_LETTERS_AT_ONCE_BYTES = 4 * 1024 * 1024
"""What a transaction holds of dead letters before another begins: memory, and time until the broker gives it up."""

log = logging.getLogger(__name__)


def alerts_are_held_back(installation: Installation, store: Store) -> bool:
    """Before the baseline nothing goes out; it may still lie in the outbox."""
    if installation.settings.alerts_after_us is None:
        return False
    position = store.position()
    waiting = store.outbox(position.outbox)
    return position.awaits_baseline or any(entry.baseline for entry in waiting)


class Publisher:
    """Sends entries that follow `tail`, in order. Alerts are held back while `silent`.

    `entrance_at` is asked on sealed boards alone: in which entrance somebody stood in the band at a sequence.
    """

    def __init__(
        self,
        installation: Installation,
        transactions: Transactions,
        tail: Tail,
        entrance_at: EntranceAt,
        *,
        silent: bool,
    ) -> None:
        policy = installation.policy
        self._installation = installation
        self._policy = PolicyOut(id=policy.id, version=policy.version, digest=policy.digest)
        self._transactions = transactions
        self._silent = silent
        self._refused: dict[int, RefusedRecords] = {}
        self._letters_bytes = 0
        self._keys = open_keys(installation.settings) if installation.settings.seal is Sealing.ON else None
        self._signer = signer(installation.settings, installation.small_reader) if self._keys else None
        self._erased = _retired(installation, self._signer) if self._keys else frozenset[str]()
        self._gone: frozenset[str] = self._erased
        self._stays = Stays(installation.settings.board, partial(installation.small_reader, JOURNAL), entrance_at)
        self._in_hand: list[Entry] = []
        self._alerts_in_hand: Counter[str] = Counter()
        self._reasons_in_hand: list[str] = []
        self.tail = tail

    def publish(self, entries: Sequence[Entry]) -> Tail:
        """Sends the entries in one transaction, or, where their letters are large, in several, each of whole entries.

        Raises Unavailable; then nothing is known of the outcome.
        """
        tail, seal = self.tail, self._sealer()
        for entry in entries:
            if self._letters_bytes >= _LETTERS_AT_ONCE_BYTES:
                self._commit(tail)
                seal = self._sealer()
            tail = self._send_entry(entry, tail, seal)
        self._commit(tail)
        return tail

    def _commit(self, tail: Tail) -> None:
        self._transactions.commit()
        reach(Point.COMMITTED)
        self._installation.instruments.published(self._in_hand, self._alerts_in_hand, self._reasons_in_hand)
        self.tail, self._letters_bytes = tail, 0
        self._in_hand, self._alerts_in_hand, self._reasons_in_hand = [], Counter(), []

    def _sealer(self) -> Sealer | None:
        return Sealer(self._keys, self._erased, self._stays.at, self._is_erased) if self._keys else None

    def _is_erased(self, key_id: str) -> bool:
        """Of a key that is gone. Somebody who could not be seen to be erased would be named once more."""
        if key_id not in self._gone:
            self._gone = erased_keys(when_readable(self._installation.reader, _say_waiting), self._signer)
        return key_id in self._gone

    def close(self) -> None:
        """Ends the readers of refused records and of the journal, and the key store."""
        self._stays.close()
        for refused in self._refused.values():
            refused.close()
        if self._keys is not None:
            self._keys.close()

    def _send_entry(self, entry: Entry, tail: Tail, seal: Seal | None) -> Tail:
        if entry.number != tail.entry + 1:
            raise BrokenInvariant(f"entry {entry.number} does not follow the journal's tail {tail.entry}")
        settings = self._installation.settings
        if seal is not None:
            self._stays.look_at(entry)
        chained = chain(entry, settings.board, settings.clock, self._policy.digest, tail.hash, seal)
        self._send(JOURNAL.name, settings.board.encode(), wire_bytes(chained), [])
        self._send_alerts(entry, seal)
        self._send_dead_letters(chained)
        self._in_hand.append(entry)
        if seal is not None:
            self._stays.take(entry, chained)
        return Tail(entry.number, chained.hash)

    def _send_alerts(self, entry: Entry, seal: Seal | None) -> None:
        board, policy = self._installation.settings.board, self._policy
        held_back = entry.transitions[-1].sequence if self._silent and entry.transitions else 0
        if entry.baseline is not None:
            self._silent = False
            held_back = entry.baseline.last_sequence
            event = make_baseline(entry.baseline, board, policy)
            event = sealed_baseline(event, seal) if seal else event
            self._send(ALERTS.name, board.encode(), wire_bytes(event), baseline_headers(event))
        for change in entry.transitions:
            if change.sequence > held_back:
                alert = make_alert(change, board, policy, self._installation.place.topic, entry.partition)
                alert = sealed_alert(alert, seal) if seal else alert
                key = alert.offender_id.encode()
                self._alerts_in_hand[change.move] += 1
                self._send(ALERTS.name, key, wire_bytes(alert), alert_headers(alert))

    def _send_dead_letters(self, entry: JournalEntry) -> None:
        if entry.run is None or not entry.refusals:
            return
        partition = entry.run.partition
        if partition not in self._refused:
            self._refused[partition] = RefusedRecords(self._installation.small_reader(OFFENCES, partition))
        records = self._refused[partition].read(entry.entry, entry.run)
        for refusal in entry.refusals:
            record = records[refusal.offset]
            letter = make_letter(refusal, self._installation.place.topic, partition, record.key, record.value)
            self._letters_bytes += letter.size
            self._reasons_in_hand.append(refusal.reason)
            self._send(DEAD_LETTERS.name, letter.key, letter.value, letter.headers)

    def _send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        self._transactions.add(self._installation.settings.prefix + topic, key, value, headers)


def _retired(installation: Installation, signed_by: str | None) -> frozenset[str]:
    """Keys that are not used again; else the right to write to erasures.v1 would retire those of the living."""
    if signed_by is None:
        message = "HARMWATCH_PUBLIC_KEY names nobody who may sign erasures: this worker heeds none"
        log.warning(message, extra=happened(Event.UNSIGNED))
    return erased_keys(installation.reader, signed_by)


def _say_waiting(transaction: OpenTransaction) -> None:
    detail = transaction.render(" of somebody else")
    log.warning("the relay waits: %s", detail, extra=happened(Event.HELD_BACK, offset=transaction.offset))

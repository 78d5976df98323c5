"""Which records must stand on alerts.v1 for an entry, and which of them a record claims to be."""

import json
from collections.abc import Iterator

from audit.replay.founding import Founding
from audit.verify.topic_matcher import ExpectedRecord, Identity
from models.alert import (
    PolicyOut,
    alert_headers,
    alert_id,
    baseline_headers,
    baseline_id,
    make_alert,
    make_baseline,
    wire_bytes,
)
from models.journal.entry import JournalEntry
from models.journal.transition import Entry
from models.policy import Policy
from models.record import Record

_ONE_ORDER = 0


def alert_order(sequence: int) -> int:
    """Where the alert of a transition stands among all; a baseline stands right behind its last sequence."""
    return 2 * sequence


def newest_order(entry: JournalEntry) -> int:
    """The highest order of what an entry sends, or would send but for the baseline; 0 when it is nothing."""
    baseline = 0 if entry.baseline_sequence is None else alert_order(entry.baseline_sequence) + 1
    return max([baseline, *(alert_order(change.sequence) for change in entry.transitions)])


def identify_alert(record: Record) -> Identity | None:
    """The alert or baseline that a record claims to be: by its content, else by its ce_id."""
    name = alert_name(record)
    if name is None:
        return None
    board, *baseline, number = name.split(":")
    try:
        order = alert_order(int(number)) + bool(baseline)
    except ValueError:
        return None
    return Identity(_ONE_ORDER, order, _named(f"{board}:{'baseline:' if baseline else ''}{int(number)}"))


def alert_name(record: Record) -> str | None:
    """The alert_id that a record claims (of a baseline its ce_id); None when it claims none."""
    try:
        content = json.loads(record.value or b"null")
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        board, alert, last = content.get("board"), content.get("alert_id"), content.get("last_sequence")
        claimed = alert if alert is not None else baseline_id(str(board), last) if type(last) is int else None
        if isinstance(claimed, str) and ":" in claimed:
            return claimed
    claimed = next((value.decode(errors="replace") for name, value in record.headers if name == "ce_id" and value), "")
    return claimed if ":" in claimed else None


class ExpectedAlerts:
    """The alerts of one board, entry by entry; before the baseline there are none."""

    def __init__(self, founding: Founding) -> None:
        self._board, self._topic = founding.board, founding.topic
        self._policy = _shown(founding.policy)
        self._silent = founding.alerts_after is not None

    def follow(self, policy: Policy) -> None:
        """From the next entry on this policy is in force."""
        self._policy = _shown(policy)

    def of(self, entry: Entry) -> Iterator[ExpectedRecord]:
        """What must stand on alerts.v1 for the next entry, in order."""
        held_back = entry.transitions[-1].sequence if self._silent and entry.transitions else 0
        if entry.baseline is not None:
            self._silent, held_back = False, entry.baseline.last_sequence
            event = make_baseline(entry.baseline, self._board, self._policy)
            name = _named(baseline_id(self._board, held_back))
            identity = Identity(_ONE_ORDER, alert_order(held_back) + 1, name)
            yield ExpectedRecord(identity, self._board.encode(), wire_bytes(event), baseline_headers(event))
        for change in entry.transitions:
            if change.sequence > held_back:
                alert = make_alert(change, self._board, self._policy, self._topic, entry.partition)
                name = _named(alert_id(self._board, change.sequence))
                identity = Identity(_ONE_ORDER, alert_order(change.sequence), name)
                yield ExpectedRecord(identity, alert.offender_id.encode(), wire_bytes(alert), alert_headers(alert))

    def skip(self, entry: Entry) -> None:
        """The next entry is not compared."""
        if entry.baseline is not None:
            self._silent = False


def _shown(policy: Policy) -> PolicyOut:
    return PolicyOut(id=policy.id, version=policy.version, digest=policy.digest)


def _named(identity: str) -> str:
    return f"alert {identity!r}".replace("'", "") if identity.isprintable() else f"alert {identity!r}"

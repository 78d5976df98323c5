"""The founding document of a board and its later policies, read back from the journal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.clock import ClockMode
from models.errors import Unproved
from models.instants import Micros, parse_instant
from models.journal.entry import JournalEntry
from models.journal.transition import EntryKind
from models.policy import Policy


@dataclass(frozen=True, slots=True)
class Founding:
    """What a board is bound to for life, and its first policy; `body` is the document as the first entry holds it."""

    board: str
    clock: ClockMode
    policy: Policy
    alerts_after: Micros | None
    ends: Mapping[int, int]
    cluster_id: str
    topic: str
    topic_id: str
    body: str


def read_founding(entry: JournalEntry) -> Founding:
    """Raises Unproved when the entry founds no board."""
    document = entry.body
    if entry.kind is not EntryKind.POLICY or not isinstance(document, dict):
        raise Unproved("the journal does not begin with a policy entry")
    try:
        founding = _founding(document, entry)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unproved(f"the founding document is not one: {type(error).__name__} {error}") from error
    for name, stated, digested in (
        ("board", founding.board, entry.board),
        ("clock", founding.clock, entry.clock),
        ("policy", founding.policy.digest, entry.policy_digest),
    ):
        if stated != digested:
            raise Unproved(f"the founding document holds another {name} than its entry says: {stated}, not {digested}")
    return founding


def _founding(document: Mapping[str, Any], entry: JournalEntry) -> Founding:  # Any: JSON
    after, ends = document["alerts_after"], document["ends"] or {}
    policy = _policy(document)
    return Founding(
        board=str(document["board"]),
        clock=ClockMode(document["clock"]),
        policy=policy,
        alerts_after=parse_instant(after) if after else None,
        ends={int(partition): int(end) for partition, end in ends.items()},
        cluster_id=str(document["cluster_id"]),
        topic=str(document["topic"]),
        topic_id=str(document["topic_id"]),
        body=json.dumps(entry.body),
    )


def read_policy(entry: JournalEntry) -> Policy:
    """The policy that a later entry puts in force. Raises Unproved when it holds none, or another than it says."""
    if isinstance(entry.body, dict) and "cluster_id" in entry.body:
        raise Unproved("it founds the board a second time")
    try:
        policy = _policy(entry.body)  # type: ignore[arg-type]  # JSON
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unproved(f"it holds no policy: {type(error).__name__} {error}") from error
    if policy.digest != entry.policy_digest:
        raise Unproved(f"it holds another policy than it says: {policy.digest}, not {entry.policy_digest}")
    return policy


def _policy(document: Mapping[str, Any]) -> Policy:  # Any: JSON
    policy = Policy.from_document(document["policy"])
    _require_numbers(policy)
    return policy


def _require_numbers(policy: Policy) -> None:
    """A document from a file was checked; one from a journal may have been forged."""
    numbers = [policy.window_days, policy.band_size, policy.exit_rank, *policy.status.values(), *policy.index.values()]
    numbers += [number for step in policy.recency for number in step]
    if any(type(number) is not int for number in numbers) or not 0 < policy.band_size <= policy.exit_rank:
        raise ValueError("a number of the policy is none")

"""From the records of a run to what they change: decode and assess each, refuse what is bad."""

from collections.abc import Sequence

import msgspec

from models.contribution import Contribution, Refusal, Run
from models.decode import MAX_BYTES, decode, instants_of, parse_wire_report
from models.errors import Refused
from models.instants import DAY
from models.record import Record, run_digest
from scoring.assess import Assessor

UNDIGESTED = ""
"""Of a run about which nobody is to prove from which records it was made."""


def assess_run(
    partition: int, start: int, end: int, records: Sequence[Record], assess: Assessor, digest: str | None = None
) -> Run:
    """The run [start, end) of a partition, ready to be applied; `records` are all that lie in it.

    `digest` is theirs; None: it is computed.
    """
    contributions, refusals = [], []
    for record in records:
        try:
            contributions.append(_assess_fast(record, assess) or _assess_strict(record, assess))
        except Refused as refused:
            refusals.append(Refusal(record.offset, refused.reason, refused.detail))
    digest = run_digest(partition, records) if digest is None else digest
    return Run(partition, start, end, digest, tuple(contributions), tuple(refusals))


def _assess_strict(record: Record, assess: Assessor) -> Contribution:
    """Decode, then assess. Raises Refused with the first reason that holds."""
    return assess(decode(record.key, record.value, record.timestamp_ms * 1000), record.offset)


def _assess_fast(record: Record, assess: Assessor) -> Contribution | None:
    """The same for a plainly good record, without the values in between; None: take the long way.

    Most records are plainly good, and this takes less than half of the time. It refuses nothing.
    """
    offset, timestamp_ms, key, value, _ = record
    if value is None or len(value) > MAX_BYTES:
        return None
    try:
        plain = parse_wire_report(value)
        code = plain.code
        if code is msgspec.UNSET:
            return None
        occurred_at, recorded_at, reported_at = instants_of(plain)
        weight = assess.weigh(code, plain.status, plain.type, plain.victim_sex)
    except (ValueError, RecursionError, Refused):
        return None
    latest = recorded_at + DAY
    offender_id = plain.offender_id
    if (
        key != offender_id.encode()
        or occurred_at > latest
        or reported_at > latest
        or recorded_at > timestamp_ms * 1000 + DAY
    ):
        return None
    return Contribution(
        offset, plain.event_id, plain.type, offender_id, plain.offence_id, plain.revision, recorded_at, reported_at,
        assess.anchor(occurred_at, reported_at), weight,
    )  # fmt: skip

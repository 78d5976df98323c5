"""From the records of a run to what they change: decode and assess each, refuse what is bad."""

from collections.abc import Callable, Sequence

from models.contribution import Contribution, Refusal, Run
from models.decode import Report, decode
from models.errors import Refused
from models.record import Record, run_digest

Assess = Callable[[Report, int], Contribution]


def assess_run(partition: int, start: int, end: int, records: Sequence[Record], assess: Assess) -> Run:
    """The run [start, end) of a partition, ready to be applied; `records` are all that lie in it."""
    contributions, refusals = [], []
    for record in records:
        try:
            report = decode(record.key, record.value, record.timestamp_ms * 1000)
            contributions.append(assess(report, record.offset))
        except Refused as refused:
            refusals.append(Refusal(record.offset, refused.reason, refused.detail))
    return Run(partition, start, end, run_digest(partition, records), tuple(contributions), tuple(refusals))

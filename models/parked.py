"""Where the brake has stopped a partition."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parked:
    """At `offset`, with which `refused` of the last `verdicts` records of the partition would be refused.

    `reason` and `detail` are why that record would be; `since` is by the store's clock (microseconds).
    """

    offset: int
    reason: str
    detail: str
    refused: int
    verdicts: int
    since: int

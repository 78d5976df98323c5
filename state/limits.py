"""How much one call may do, so that no caller waits for another's for long: as shipped, or as a test asks for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """Of one store; a recovery that repeats history knows none of those that would stop it."""

    tick_drain: int = 1_000
    """Steps that one tick ends."""

    tick_work: int = 1_000
    """The same, each counted as `work_bytes` says. After 5 s in one call (busy-reply-threshold) the store answers
    everybody else that it is busy."""

    run_drain: int = 4_000
    """Steps that may end before and among the records of one run: in a long history one for every record, or several
    where a policy has recency."""

    run_drain_bytes: int = 6 * 1024 * 1024
    """What these may need in the run's entry; journal.v1 takes 8 MiB."""

    outbox: int = 1_000
    """Entries that wait to be published."""

    outbox_bytes: int = 1024 * 1024
    """Two transactions (`taken_bytes`): a worker that is stopped must still be able to publish them."""

    taken_bytes: int = 512 * 1024
    """A transaction must be over, on a busy machine too, before the broker gives it up after 10 s."""

    spill_bytes: int = 2_048
    """Rows of one offender beyond this are kept in orders of their own: some seventy offences."""

    work_bytes: int = 256
    """For so many bytes of rows a step of their person counts once more in a run or tick: it may be more work."""

    verdicts: int = 1_000
    """More than half of so many records in a row may not be refused without a person's word (the brake)."""


SHIPPED = StoreLimits()

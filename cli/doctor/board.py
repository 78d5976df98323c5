"""Whether this installation fits its board, and the board does its work."""

import time
from contextlib import closing

from broker.newest_record import newest_sent_at
from cli.doctor.check import Check, CheckResult, fault, good, weak
from cli.doctor.patient import Patient
from models.topics import CHECKPOINTS, JOURNAL, topic_name
from streams.recovery.admission import refuse_other_installation

_STANDS_SECONDS = 30.0
_CHECKPOINT_HOURS = 3


def _fits(patient: Patient) -> CheckResult:
    with closing(patient.installation.small_reader(JOURNAL)) as journal:
        if journal.open_transaction() is not None:  # in service the relay's own, for a moment
            return good("an entry is just being written")
        last = refuse_other_installation(patient.installation, journal)
    if last is None:
        return good("the journal is empty: any settings will do")
    return good(f"settings and policy are the board's, at entry {last.entry}")


def _state(patient: Patient) -> CheckResult:
    state, look = patient.status.state, "`harmwatch status`, then docs/runbooks/not-open.md"
    if state == "none":
        return weak("no board is there yet", "start a worker: it founds the board")
    if state == "parked":
        numbers = ", ".join(str(each.partition) for each in patient.status.parked)
        return fault(f"parked: partition {numbers}", "docs/runbooks/parked.md")
    return good("the board is open") if state == "open" else fault(f"the board is {state}", look)


def _workers(patient: Patient) -> CheckResult:
    status = patient.status
    if not status.workers:
        return fault("no worker is there", "start one: `harmwatch worker`, or its unit")
    alone = [str(each.partition) for each in status.partitions if each.owner is None]
    if alone:
        text = f"no worker reads partition {', '.join(alone)}"
        return fault(text, "wait a moment if workers have just been started; else look at their logs")
    if status.workers == 1:
        return weak("there is one worker and no standby", "start a second one, on another machine")
    return good(f"{status.workers} workers")


def _on_time(patient: Patient) -> CheckResult:
    still = [
        f"partition {each.partition}: {each.end - each.applied} records"
        for each in patient.status.partitions
        if each.end - each.applied > each.held_back and not _is_young(each.silent_seconds)
    ]
    if still:
        return fault(f"records wait and none is applied ({'; '.join(still)})", "docs/runbooks/deaf.md")
    if patient.status.outbox and not _is_young(patient.status.unpublished_seconds):
        return fault("what is applied is not published", "docs/runbooks/outbox-old.md")
    return good("nothing waits for long")


def _is_young(seconds: float | None) -> bool:
    return seconds is not None and seconds <= _STANDS_SECONDS


def _transactions(patient: Patient) -> CheckResult:
    held_back = [each for each in patient.status.held_back if each.topic == patient.place.topic]
    if held_back:
        return weak("; ".join(each.why for each in held_back), "docs/runbooks/held-back.md")
    return good("no transaction holds records back")


def _clocks(patient: Patient) -> CheckResult:
    clock = patient.status.clock
    if clock is None:
        return good("the clocks of workers and store agree")
    return fault(clock.why, "set the clocks right (NTP); docs/runbooks/clock-apart.md")


def _checkpoints(patient: Patient) -> CheckResult:
    settings = patient.settings
    sent_at = newest_sent_at(settings.brokers, topic_name(settings.prefix, CHECKPOINTS))
    remedy = "run `harmwatch checkpoint` every hour, and keep its file elsewhere (docs/audit.md)"
    if sent_at is None:
        return weak("journal and alerts were never signed", remedy)
    hours = (time.time() - sent_at) / 3_600
    if hours > _CHECKPOINT_HOURS:
        return weak(f"the newest checkpoint is {hours:.0f} hours old", remedy)
    return good("a checkpoint is young")


_BOTH = ("kafka.topics", "store.answers")

CHECKS = (
    Check(
        "board.fits",
        _fits,
        "use the settings and the policy that the message names",
        ("kafka.topics", "machine.policy"),
    ),
    Check("board.state", _state, "`harmwatch status`", _BOTH),
    Check("board.workers", _workers, "start a worker", _BOTH),
    Check("board.on_time", _on_time, "docs/runbooks/deaf.md", ("board.workers",)),
    Check("board.transactions", _transactions, "docs/runbooks/held-back.md", _BOTH),
    Check("board.clocks", _clocks, "set the clocks right", _BOTH),
    Check("board.checkpoints", _checkpoints, "give the right to read checkpoints.v1", ("kafka.topics",)),
)

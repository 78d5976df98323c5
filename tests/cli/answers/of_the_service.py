"""What status answers of a board with every trouble, of none, of one that recovers; and what the doctor does."""

from dataclasses import replace
from functools import partial

from broker.members import Group
from broker.open_transactions import OpenTransaction
from cli.doctor import doctor
from cli.doctor.check import Finding, State
from cli.service import status
from cli.service.status_document import WaitDocument
from models.answers import Leap
from models.instants import DAY, HOUR, SECOND
from models.parked import Parked
from models.record import Offset
from sight.look import Observation
from state.clocks import ClockSkew
from state.position import Position, RebuildProgress
from state.silences import Silences
from tests.cli.answers.answer import Answer, Answers, answer

NOW = 1_700_000_000 * SECOND
PARKED = Parked(40, "unknown_code", "the code 'x' is not in the index", 600, 1_000, NOW - 5 * SECOND)
TROUBLED = Position(
    generation="g", entry=812, as_of=NOW, entry_as_of=NOW, sequence=77, outbox=3, ledger={0: Offset(90), 1: Offset(40)},
    published_hash="h", half_written=False, whole=True, recovering=False, awaited={1: 50}, policy_digest="d",
    parked={1: PARKED}, apart=(ClockSkew("host/1", 2 * HOUR, NOW - 9 * SECOND),), leap=None, rebuilding=None,
)  # fmt: skip
NONE = replace(
    TROUBLED, generation=None, entry=None, as_of=0, sequence=0, outbox=0, ledger={}, awaited=None, parked={}, apart=()
)
RECOVERING = replace(
    TROUBLED, generation=None, recovering=True, parked={}, awaited=None, apart=(),
    leap=Leap(NOW + 9 * DAY, NOW, NOW), rebuilding=RebuildProgress(64_000, 31 * SECOND),
)  # fmt: skip
OPEN = [OpenTransaction("alerts.v1", 0, 7, 9, 4_001), OpenTransaction("offences.v1", 0, 95, 99, None)]
SIGHTS = {
    "busy": Observation(
        TROUBLED, Silences(250_000, 40_000, {0: 250_000, 1: None}), {0: 100, 1: 60}, OPEN,
        Group(is_settled=True, members={"m1": frozenset({0})}, hosts={"m1": "10.0.0.1"}),
    ),
    "none": Observation(NONE, Silences(None, None, {0: None, 1: None}), {0: 0, 1: 0}, [], Group(True, {}, {})),
    "recovering": Observation(
        RECOVERING, Silences(-SECOND, None, {0: 1, 1: None}), {0: 90, 1: 40}, [], Group(False, {}, {})
    ),
}  # fmt: skip
REASONS = {"busy": [OPEN[0].render(), "partition 1 is parked at offset 40"]}

RIGHT = "a right on Kafka: topic alerts.v1: this user lacks the right to Write"
WAITS = {"busy": (WaitDocument(what="right", partition=None, seconds=34.5, why=RIGHT),)}


def look(name: str) -> Answer:
    seen = SIGHTS[name].document("v100", "offences.v1")
    return answer(status.judged(REASONS.get(name, []), seen, WAITS.get(name, ())), status.render_status)


def examined() -> Answer:
    """Of the doctor: one finding of each kind."""
    findings = [
        Finding("machine.settings", State.GOOD, "every setting is one that there is", ""),
        Finding("store.room", State.WEAK, "85% of its maxmemory is used", "raise maxmemory"),
        Finding("board.workers", State.FAULT, "no worker is there", "start one"),
        Finding("board.on_time", State.SKIPPED, "not looked at: board.workers must be good first", ""),
    ]
    return answer(doctor.as_document(findings), doctor.render_doctor)


ANSWERS: Answers = {f"status_{name}": partial(look, name) for name in SIGHTS} | {"doctor": examined}

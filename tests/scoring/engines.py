"""Builders for the reference engine: reports, runs and what moves; valid by default."""

from models.clock import ClockMode
from models.contribution import Contribution, Run, Step, Weight
from models.instants import DAY, parse_instant
from models.journal.transition import Entry, Move, Transition
from scoring.engine import Engine

START = parse_instant("2024-03-01T00:00:00Z")
YEAR = 365 * DAY
LIMIT = 40


def a_report(  # noqa: PLR0913  (a builder: every argument is one field to change)
    offender_id: str = "a",
    millidays: int = 10,
    offence_id: str = "1",
    *,
    kind: str = "offence.reported",
    revision: int = 1,
    at: int = START,
    until: int = YEAR,
    steps: tuple[Step, ...] | None = None,
) -> Contribution:
    """A contribution of one step by default; `until` counts from START."""
    one_step = (Step(START + until, millidays),) if millidays else ()
    given = one_step if steps is None else steps
    return Contribution(
        offset=0,
        event_id=f"{offender_id}/{offence_id}/{revision}",
        kind=kind,
        offender_id=offender_id,
        offence_id=offence_id,
        revision=revision,
        recorded_at=at,
        reported_at=at,
        anchor_at=at,
        weight=Weight("19C.1.1", tuple(Step(step.until - at, step.millidays) for step in given)),
    )


def a_withdrawal(offender_id: str = "a", offence_id: str = "1", revision: int = 2, at: int = START) -> Contribution:
    return a_report(offender_id, 0, offence_id, kind="offence.withdrawn", revision=revision, at=at)


def a_run(engine: Engine, *items: Contribution, partition: int = 0) -> Run:
    """The items at the next offsets of the partition."""
    start = engine.ledger.get(partition, 0)
    placed = tuple(item._replace(offset=start + i) for i, item in enumerate(items))
    return Run(partition, start, start + len(items), "0" * 64, placed, ())


def an_engine(size: int = 2, exit_rank: int = 2, clock: ClockMode = ClockMode.EVENT) -> Engine:
    return Engine(size, exit_rank, clock)


def feed(engine: Engine, *items: Contribution) -> list[Transition]:
    entry = engine.apply(a_run(engine, *items), START)
    assert isinstance(entry, Entry)
    return list(entry.transitions)


def tick(engine: Engine, target: int, limit: int = 1_000) -> list[Transition]:
    entry = engine.tick(target, limit)
    return list(entry.transitions) if entry else []


def moves(transitions: list[Transition]) -> list[tuple[Move, str]]:
    return [(move.move, move.offender_id) for move in transitions]


def ranked(engine: Engine) -> list[str]:
    return [row.offender_id for row in engine.board(100)]

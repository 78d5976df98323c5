"""Why a person stood where they stood: what counted, what did not, and what would have had to change."""

from dataclasses import dataclass, replace

from audit.history.evidence import Evidence, RefusedItem, Rule, RuleOutcome
from audit.history.history_replay import HistoryReplay
from audit.history.moves import AlertedMove, Moves
from audit.replay.founding import Founding
from broker.journal import open_journal
from broker.reader import OpenReader
from models.board import BoardRow, OffenderView
from models.contribution import Millidays
from models.errors import BrokenInvariant, Unproved
from models.identifying import Seal, place_of_offender
from models.instants import Micros, days_since_1900, format_instant
from models.journal.entry import JournalEntry
from models.journal.transition import Standing, Transition
from models.policy import Policy
from scoring.engine import Engine


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Where the person would stand without one of the offences, everybody else staying."""

    offence_id: str
    standing: Standing
    in_band: bool


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of the band and the way to them (millidays); None where there is no such edge.

    `cut` is the score at rank `size`. `needed`: the least harm, committed and reported now, that would bring the person
    in. `outside`: the first person outside the band, for a person in it; where people stay beyond the rank at
    which they come in, that person may stand before them.
    """

    cut: Millidays | None
    needed: Millidays | None
    outside: BoardRow | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One person at one moment; `transition` and `entry` where an alert is explained, with its
    counterpart; `sent` is false of what came before the baseline. `policy` is the one in force then.
    `alerts`: where no alert is explained, all that were sent about the person until then.
    `head`: the hash of the last entry that was read, whose number is `read_to`."""

    founding: Founding
    policy: Policy
    read_to: int
    head: str
    as_of: int
    person: OffenderView
    judged: tuple[RuleOutcome, ...]
    refused: tuple[RefusedItem, ...]
    edges: Edges
    without: tuple[Counterfactual, ...]
    transition: Transition | None = None
    entry: JournalEntry | None = None
    counterpart: Standing | None = None
    sent: bool = False
    alerts: tuple[AlertedMove, ...] = ()

    @property
    def counted(self) -> list[RuleOutcome]:
        """What makes up the score, the heaviest first."""
        lines = [line for line in self.judged if line.rule is Rule.COUNTED]
        order = {row.offence_id: place for place, row in enumerate(self.person.contributions)}
        return sorted(lines, key=lambda line: order[line.item.report.offence_id])


def explain_alert(open_reader: OpenReader, sequence: int, opening: Seal) -> Explanation:
    """The moment right after one transition. Raises Unproved where there is none, and what `opening` raises."""
    offender_id, baseline = _moved_by(open_reader, sequence, opening)
    evidence = Evidence(offender_id)
    past = HistoryReplay(open_reader, evidence)
    entry, transition = past.right_after(sequence)
    engine = past.engine()
    counterpart = None if transition.counterpart is None else engine.standing(transition.counterpart)
    silent = past.founding.alerts_after is not None and (baseline is None or baseline >= sequence)
    found = _explain(past, engine, evidence, offender_id, transition)
    return replace(found, entry=entry, counterpart=counterpart, sent=not silent)


def explain_standing(open_reader: OpenReader, offender_id: str, at: Micros | None) -> Explanation:
    """One person as known at an instant, None: now as known. Raises Unproved where nothing was known of them."""
    evidence, moves = Evidence(offender_id), Moves(offender_id)
    past = HistoryReplay(open_reader, evidence, moves)
    engine = past.as_of(at)
    if not evidence.items and not evidence.refused:
        raise Unproved(f"no report about {offender_id!r} was known at {format_instant(engine.as_of)}")
    return standing_of(past, engine, evidence, moves, offender_id)


def standing_of(past: HistoryReplay, engine: Engine, evidence: Evidence, moves: Moves, offender_id: str) -> Explanation:
    """One person where a replay stands that these observed."""
    found = _explain(past, engine, evidence, offender_id)
    return replace(found, alerts=moves.alerted(awaited_baseline=past.founding.alerts_after is not None))


def _explain(
    past: HistoryReplay, engine: Engine, evidence: Evidence, offender_id: str, transition: Transition | None = None
) -> Explanation:
    policy, person = past.policy, engine.offender(offender_id)
    # A step's end is stamped with the instant at which it ends; the tick that worked it off may have come later.
    as_of = engine.as_of if transition is None else transition.as_of
    judged = tuple(evidence.judged(policy, person.contributions))
    edges = _edges(engine, as_of, policy, person, judged)
    without = _without(engine, policy, person, judged)
    refused = tuple(evidence.refused)
    return Explanation(
        past.founding, policy, past.entry, past.head, as_of, person, judged, refused, edges, without, transition
    )


def _edges(engine: Engine, as_of: int, policy: Policy, person: OffenderView, judged: tuple[RuleOutcome, ...]) -> Edges:
    size, exit_rank = policy.band_size, policy.exit_rank
    rows = engine.board(exit_rank + 1)
    cut = Millidays(rows[size - 1].score) if len(rows) >= size else None
    if person.in_band:
        return Edges(cut, None, next((row for row in rows if not row.in_band), None))
    today = max([days_since_1900(as_of), *_anchor_days(judged).values()])
    least = max(1, (cut or 0) - person.score)
    for needed in (least, least + 1):
        rank = engine.rank_if(person.offender_id, person.score + needed, today)
        if rank is not None and rank <= size:
            return Edges(cut, Millidays(needed), None)
    return Edges(cut, None, None)


def _without(
    engine: Engine, policy: Policy, person: OffenderView, judged: tuple[RuleOutcome, ...]
) -> tuple[Counterfactual, ...]:
    days, found = _anchor_days(judged), []
    for row in person.contributions:
        if row.counted:
            latest = max((day for offence_id, day in days.items() if offence_id != row.offence_id), default=0)
            score = person.score - row.millidays
            rank = engine.rank_if(person.offender_id, score, latest)
            edge = policy.exit_rank if person.in_band else policy.band_size
            found.append(Counterfactual(row.offence_id, Standing(rank, score), rank is not None and rank <= edge))
    return tuple(found)


def _anchor_days(judged: tuple[RuleOutcome, ...]) -> dict[str, int]:
    """Of every offence that counts the day that breaks ties."""
    counted = (line.item.contribution for line in judged if line.rule is Rule.COUNTED)
    return {item.offence_id: item.anchor_day for item in counted}


def _moved_by(open_reader: OpenReader, sequence: int, opening: Seal) -> tuple[str, int | None]:
    """Whom a transition moved, and the baseline of its time; the journal says it, no other record has to be read."""
    newest, baseline = 0, None
    try:
        with open_journal(open_reader) as journal:
            for entry in journal.entries():
                baseline = entry.baseline_sequence if baseline is None else baseline
                for change in entry.transitions:
                    newest = change.sequence
                    if newest == sequence:
                        place = place_of_offender(entry.board, newest)
                        return opening(place, change.offender_id, change.offender_id), baseline
    except BrokenInvariant as error:
        raise Unproved(f"{error}: run `harmwatch verify`") from error
    raise Unproved(f"there is no alert with number {sequence}: the newest has {newest}")

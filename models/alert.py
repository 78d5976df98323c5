"""What goes out on alerts.v1: CloudEvents 1.0 in Kafka's binary mode (`ce_*` headers, JSON value)."""

from unicodedata import category

from pydantic import BaseModel, ConfigDict

from models.canonical import canonical_json
from models.instants import format_instant
from models.journal.transition import ActiveContribution, BandEntry, Baseline, Cause, CauseKind, Move, Transition

_SEQUENCE_DIGITS = 20
"""So that it sorts as text, which is how CloudEvents orders; the body holds a number."""


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class CauseOut(_Wire):
    """Who changed, and by which event; of an expiry there is no event, of another policy no offence either."""

    kind: CauseKind
    event_id: str | None
    offence_id: str | None
    offender_id: str

    @classmethod
    def of(cls, cause: Cause) -> "CauseOut":
        """The wire form of a cause."""
        return cls(
            kind=cause.kind,
            event_id=cause.event_id,
            offence_id=cause.offence_id,
            offender_id=cause.offender_id,
        )


class StandingOut(_Wire):
    """Rank and score right before the change."""

    rank: int | None
    score_millidays: int


class CutOut(_Wire):
    """The score at the last rank of the band, and the person's distance to it (negative: below)."""

    score_millidays: int | None
    margin_millidays: int | None

    @classmethod
    def of(cls, change: Transition) -> "CutOut":
        """Both null while fewer than the band's size are ranked."""
        margin = None if change.cut is None else change.score - change.cut
        return cls(score_millidays=change.cut, margin_millidays=margin)


class ContributionOut(_Wire):
    """One offence that counts; `until` is the end of its present step."""

    offence_id: str
    code: str
    millidays: int
    reported_at: str
    until: str

    @classmethod
    def of(cls, item: ActiveContribution) -> "ContributionOut":
        """The wire form of a contribution that counts."""
        return cls(
            offence_id=item.offence_id,
            code=item.code,
            millidays=item.millidays,
            reported_at=format_instant(item.reported_at),
            until=format_instant(item.until),
        )


class EnteredOut(_Wire):
    """The entrance that a `left` ends."""

    alert_id: str
    """on sealed boards a token under the key of the alert that it names, so that it does not lead back to the erased"""

    as_of: str

    @classmethod
    def of(cls, entrance: BandEntry | None, board: str) -> "EnteredOut | None":
        """The wire form of an entrance."""
        if entrance is None:
            return None
        return cls(alert_id=alert_id(board, entrance.sequence), as_of=format_instant(entrance.as_of))


class PolicyOut(_Wire):
    """The policy that the scores were made with."""

    id: str
    version: str
    digest: str


class InputOut(_Wire):
    """The record on offences.v1 that caused the change."""

    topic: str
    partition: int
    offset: int

    @classmethod
    def of(cls, topic: str, partition: int | None, offset: int | None) -> "InputOut | None":
        """The place of a record; None: no record caused the change."""
        return None if partition is None or offset is None else cls(topic=topic, partition=partition, offset=offset)


class Alert(_Wire):
    """A person entered or left the band; scores in millidays, `score_days` as a decimal text."""

    model_config = ConfigDict(title="alerts.v1")

    alert_id: str
    """`<board>:<sequence>`; the same alert sent twice has the same id"""

    board: str
    sequence: int
    """rises by one with each transition of a board, without gaps"""

    transition: Move
    offender_id: str
    """equals the record's key"""

    rank: int | None
    """after the change; null: not ranked"""

    score_days: str
    """after the change, a decimal text"""

    score_millidays: int
    """the same in thousandths of a day"""

    previous: StandingOut
    """right before the change"""

    cut: CutOut
    """after the change; both null while fewer than the band's size are ranked"""

    counterpart: str | None
    """the other person whom the same change moved"""

    cause: CauseOut
    contributions: tuple[ContributionOut, ...]
    """the largest ones that count now, at most twenty"""

    contributions_total: int
    """how many count now"""

    expected_exit_at: str | None
    """of `entered`: when they would fall out if no one else changed; a bound, no forecast"""

    entered: EnteredOut | None
    """of `left`: the entrance that it ends"""

    as_of: str
    """the board's now at the change"""

    policy: PolicyOut
    input: InputOut | None
    """the record that caused it; null where a step ended"""


class MemberOut(_Wire):
    """One person in the band at the baseline."""

    rank: int
    offender_id: str
    score_millidays: int
    in_band_since: str
    entered_sequence: int


class BaselineEvent(_Wire):
    """The whole band at the moment from which on alerts are sent."""

    board: str
    first_sequence: int
    """the first transition that it stands for"""

    last_sequence: int
    """the last one; the next alert has the number after it"""

    as_of: str
    band: tuple[MemberOut, ...]
    """everybody in it, in order of rank"""

    policy: PolicyOut


def alert_id(board: str, sequence: int) -> str:
    """The identity of an alert: the same alert sent twice has the same."""
    return f"{board}:{sequence}"


def baseline_id(board: str, last_sequence: int) -> str:
    """The identity of a baseline."""
    return f"{board}:baseline:{last_sequence}"


def days_text(millidays: int) -> str:
    """Days as a decimal text without trailing zeros: 182500 -> 182.5."""
    days, rest = divmod(millidays, 1000)
    return f"{days}.{rest:03d}".rstrip("0") if rest else str(days)


def make_alert(change: Transition, board: str, policy: PolicyOut, topic: str, partition: int | None) -> Alert:
    """The alert of a transition; `topic` and `partition` are those of its run (None for a tick)."""
    return Alert(
        alert_id=alert_id(board, change.sequence),
        board=board,
        sequence=change.sequence,
        transition=change.move,
        offender_id=change.offender_id,
        rank=change.rank,
        score_days=days_text(change.score),
        score_millidays=change.score,
        previous=StandingOut(rank=change.previous.rank, score_millidays=change.previous.score),
        cut=CutOut.of(change),
        counterpart=change.counterpart,
        cause=CauseOut.of(change.cause),
        contributions=tuple(map(ContributionOut.of, change.contributions)),
        contributions_total=change.contributions_total,
        expected_exit_at=None if change.expected_exit_at is None else format_instant(change.expected_exit_at),
        entered=EnteredOut.of(change.entered, board),
        as_of=format_instant(change.as_of),
        policy=policy,
        input=InputOut.of(topic, partition, change.offset),
    )


def make_baseline(baseline: Baseline, board: str, policy: PolicyOut) -> BaselineEvent:
    """The event that a consumer can start from."""
    return BaselineEvent(
        board=board,
        first_sequence=1,
        last_sequence=baseline.last_sequence,
        as_of=format_instant(baseline.as_of),
        band=tuple(
            MemberOut(
                rank=member.rank,
                offender_id=member.offender_id,
                score_millidays=member.score,
                in_band_since=format_instant(member.since.as_of),
                entered_sequence=member.since.sequence,
            )
            for member in baseline.band
        ),
        policy=policy,
    )


def alert_headers(alert: Alert) -> list[tuple[str, bytes]]:
    """The CloudEvents attributes of an alert."""
    kind = f"harmwatch.band.{alert.transition}"
    headers = _headers(kind, alert.alert_id, alert.board, alert.as_of, alert.sequence)
    return [*headers, ("ce_subject", alert.offender_id.encode())] if _can_be_attribute(alert.offender_id) else headers


def baseline_headers(event: BaselineEvent) -> list[tuple[str, bytes]]:
    """The CloudEvents attributes of the baseline."""
    identity = baseline_id(event.board, event.last_sequence)
    return _headers("harmwatch.band.baseline", identity, event.board, event.as_of, event.last_sequence)


def _headers(kind: str, identity: str, board: str, as_of: str, sequence: int) -> list[tuple[str, bytes]]:
    attributes = {
        "ce_specversion": "1.0",
        "ce_type": kind,
        "ce_id": identity,
        "ce_source": f"/harmwatch/{board}",
        "ce_time": as_of,
        "ce_sequence": f"{sequence:0{_SEQUENCE_DIGITS}d}",
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in attributes.items()]


def _can_be_attribute(text: str) -> bool:
    """CloudEvents takes no control characters in the value of an attribute; the body holds the id all the same."""
    return not any(category(letter) == "Cc" for letter in text)


def wire_bytes(model: BaseModel) -> bytes:
    """The JSON of a record that goes out: canonical, so that equal content is equal bytes."""
    return canonical_json(model.model_dump(mode="json"))

"""When a receiver hears how its subscription stands, and what it hears."""

import math
from dataclasses import dataclass

from delivery.ledger import Line
from delivery.pause import obeyed
from models.canonical import canonical_json
from models.delivery.heartbeat import HEARTBEAT, Heartbeat, Standing
from models.delivery.terms import Terms
from models.instants import SECOND, format_instant, parse_instant

STALLED_US = 180 * SECOND
"""A board by the wall clock writes an entry a minute."""

BEHIND_US = 60 * SECOND

MOST_FAILURES = 3
"""So many heartbeats without an answer in a row, and the ledger says so."""


@dataclass(frozen=True, slots=True)
class BoardPulse:
    """The journal's newest entry: its number, its instant, and whether the board goes by the wall clock."""

    entry: int
    as_of: str
    is_wall: bool


class BoardLooks:
    """What was seen of the journal, look by look."""

    def __init__(self) -> None:
        self.newest: BoardPulse | None = None
        """None: there is none, or it cannot be read"""

        self.is_exercise: bool | None = None
        """whether the board goes by the clock of its reports; None: nobody has looked yet"""

    def take(self, pulse: BoardPulse | None) -> None:
        """The next look. The clock of a board is the same for life; where nobody knows it nothing is an exercise."""
        self.newest = pulse
        if pulse is not None or self.is_exercise is None:
            self.is_exercise = pulse is not None and not pulse.is_wall


class Heartbeats:
    """One subscription's. `seconds` of a clock that only rises."""

    def __init__(self, terms: Terms, seconds: float) -> None:
        self.every = math.inf if terms.heartbeat_seconds is None else terms.heartbeat_seconds
        self._heard = self._silent_until = seconds
        self.failures = 0
        """in a row"""

    def heard(self, seconds: float, is_accepted: bool) -> None:
        """A request was made: a number's, or a heartbeat's."""
        self._heard = seconds
        if is_accepted:
            self.failures = 0

    def be_silent(self, seconds: float, asked_seconds: float | None) -> None:
        """The receiver has asked for a pause, which counts for heartbeats as well."""
        if asked_seconds is not None:
            self._silent_until = max(self._silent_until, seconds + obeyed(asked_seconds))

    def left(self, seconds: float) -> float:
        """Seconds until the next one is due."""
        return max(self._heard + self.every - seconds, self._silent_until - seconds, 0.0)


def make_heartbeat(
    line: Line, board: str, newest: int, now: str, pulse: BoardPulse | None, every_seconds: float
) -> tuple[str, bytes]:
    """Its id and its body: a CloudEvent in structured mode."""
    waiting, stalled = line.waiting, line.stalled
    state, since = _standing(line, pulse, newest, now)
    beat = Heartbeat(
        board=board, as_of=None if pulse is None else pulse.as_of, entry=None if pulse is None else pulse.entry,
        last_sequence=newest, delivered_sequence=line.place, state=state, since=since,
        next_by=format_instant(parse_instant(now) + round(every_seconds * SECOND)), number=line.number,
        waiting=None if waiting is None else waiting.number, cause=None if stalled is None else stalled.cause,
    )  # fmt: skip
    name = line.opened.subscription
    identity = f"{board}:{name}:heartbeat:{now}"
    attributes = {
        "specversion": "1.0", "id": identity, "source": f"/harmwatch/{board}", "type": HEARTBEAT, "time": now,
        "subscription": name, "datacontenttype": "application/json", "data": beat.model_dump(),
    }  # fmt: skip
    return identity, canonical_json(attributes)


def _standing(line: Line, pulse: BoardPulse | None, newest: int, now: str) -> tuple[Standing, str | None]:
    """A board that stands still comes first: who looks for the fault begins there."""
    at = parse_instant(now)
    if pulse is not None and pulse.is_wall and at - parse_instant(pulse.as_of) > STALLED_US:
        return "stalled", pulse.as_of
    since = _waits_since(line, newest)
    return ("behind", since) if since is not None and at - parse_instant(since) > BEHIND_US else ("quiet", None)


def _waits_since(line: Line, newest: int) -> str | None:
    """Since when a number has waited; of alerts that are gathered since the last receipt."""
    if line.waiting is not None:
        return line.waiting.at
    if not line.gathering or line.place >= newest:
        return None
    return line.opened.at if line.accepted is None else line.accepted.at

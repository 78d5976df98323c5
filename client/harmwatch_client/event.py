"""What comes out: an alert, or the baseline with the whole band. They are CloudEvents in Kafka's binary mode."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ENTERED = "harmwatch.band.entered"
LEFT = "harmwatch.band.left"
BASELINE = "harmwatch.band.baseline"

_TRANSITIONS = {ENTERED: "entered", LEFT: "left"}

Headers = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class Alert:
    """A person entered or left the band. `data` is the value, parsed; `value` and `headers` are as in Kafka."""

    id: str
    """the same if the alert is seen twice: do what you do by this key"""

    board: str
    sequence: int
    transition: str
    """`entered` or `left`"""

    offender_id: str
    """on a sealed board a token, another one in each alert"""

    as_of: str
    data: Mapping[str, Any]  # Any: JSON
    value: bytes
    headers: Headers
    offset: int

    @property
    def type(self) -> str:
        """The type of the CloudEvent."""
        return f"harmwatch.band.{self.transition}"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The band at the moment from which on alerts are sent: no alert. Those after it go on from its `sequence`."""

    id: str
    board: str
    sequence: int
    """the last one that it stands for"""

    band: tuple[Mapping[str, Any], ...]  # Any: JSON
    as_of: str
    data: Mapping[str, Any]  # Any: JSON
    value: bytes
    headers: Headers
    offset: int

    @property
    def type(self) -> str:
        """The type of the CloudEvent."""
        return BASELINE


Event = Alert | Baseline


def read_event(headers: Headers, value: bytes | None, offset: int) -> Event | None:
    """The event that a record is; None: it is foreign, which means none that harmwatch could have sent."""
    attributes = dict(headers)
    kind = (attributes.get("ce_type") or b"").decode(errors="replace")
    if value is None or kind not in {BASELINE, *_TRANSITIONS}:
        return None
    try:
        data = json.loads(value)
        found: Event = (
            _baseline(data, value, headers, offset)
            if kind == BASELINE
            else _alert(data, _TRANSITIONS[kind], value, headers, offset)
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    named = {"ce_id": found.id, "ce_source": f"/harmwatch/{found.board}"}
    return found if all(attributes.get(name) == given.encode() for name, given in named.items()) else None


def _alert(data: Any, transition: str, value: bytes, headers: Headers, offset: int) -> Alert:  # Any: JSON
    board, sequence = _text(data["board"]), _number(data["sequence"])
    if data["alert_id"] != f"{board}:{sequence}" or data["transition"] != transition:
        raise ValueError("its names differ")
    who, as_of = _text(data["offender_id"]), _text(data["as_of"])
    return Alert(data["alert_id"], board, sequence, transition, who, as_of, data, value, headers, offset)


def _baseline(data: Any, value: bytes, headers: Headers, offset: int) -> Baseline:  # Any: JSON
    board, last, as_of = _text(data["board"]), _number(data["last_sequence"], 0), _text(data["as_of"])
    band = tuple(data["band"])
    for member in band:
        _text(member["offender_id"]), _number(member["entered_sequence"]), _text(member["in_band_since"])
    return Baseline(f"{board}:baseline:{last}", board, last, band, as_of, data, value, headers, offset)


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError("no text")
    given.encode()  # a lone surrogate is none
    return given


def _number(given: object, least: int = 1) -> int:
    if type(given) is not int or given < least:
        raise TypeError("no number")
    return given

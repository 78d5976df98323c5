"""Who is in the band now, folded from baseline and alerts; sealed ones too, without any key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from harmwatch_client.errors import Contradiction
from harmwatch_client.event import Alert, Baseline, Event

# Both ends of a stay are sealed under one key, so its id matches them without the key (decision 0010).
_TOKEN = re.compile(r"sealed:([0-9a-f]{32}):([A-Za-z0-9_-]{23,})")


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the band: `alert_id` and `sequence` are those of the entrance, which took place at `since`."""

    offender_id: str
    since: str
    alert_id: str
    sequence: int


@dataclass(slots=True)
class Band:
    """Takes the events of one board from its first one on; `sequence` is the last it has taken."""

    sequence: int = 0
    _members: dict[str, Member] = field(default_factory=dict)

    @property
    def members(self) -> Mapping[str, Member]:
        """Who is in, by offender_id; on a sealed board by the id of the key that this stay is sealed under."""
        return MappingProxyType(self._members)

    def take(self, event: Event) -> None:
        """The next event. Raises Contradiction, and then stands where it stood."""
        if isinstance(event, Baseline):
            self._begin(event)
        elif event.sequence != self.sequence + 1:
            raise Contradiction(f"{event.id} does not follow {self.sequence}")
        elif event.transition == "entered":
            self._enter(event)
        else:
            self._leave(event)
        self.sequence = event.sequence

    def _begin(self, event: Baseline) -> None:
        if self.sequence:
            raise Contradiction(f"{event.id} begins a band that has begun already")
        self._members = {
            _stay(member["offender_id"]): Member(
                member["offender_id"],
                member["in_band_since"],
                f"{event.board}:{member['entered_sequence']}",
                member["entered_sequence"],
            )
            for member in event.band
        }

    def _enter(self, event: Alert) -> None:
        stay = _stay(event.offender_id)
        if stay in self._members:
            raise Contradiction(f"{event.id}: who enters is in since {self._members[stay].alert_id}")
        self._members[stay] = Member(event.offender_id, event.as_of, event.id, event.sequence)

    def _leave(self, event: Alert) -> None:
        stay = _stay(event.offender_id)
        if stay not in self._members:
            raise Contradiction(f"{event.id}: who leaves is not in")
        del self._members[stay]


def _stay(offender_id: str) -> str:
    """What both ends of a stay have in common: the id, or the key that a token names."""
    token = _TOKEN.fullmatch(offender_id)
    is_token = token is not None and len(token[2]) % 4 != 1  # no base64 has one letter left over
    return token[1] if token is not None and is_token else offender_id

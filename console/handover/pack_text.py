"""A pack in words, section by section: what was signed, with the names of its stays, which do not stand in it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console.handover.ageing_text import KINDS
from console.handover.shift_facts import shift_facts
from console.stays.queue_text import KIND_WORDS, Clock, who
from desk.state import Desk
from models.alert import Alert, alert_id
from models.desk.stay_name import stay_sequence
from models.instants import parse_instant
from sight.printable import printable
from sight.sentences import Piece

MOST = 300
"""So many lines of a section are shown; the pack has them all."""


@dataclass(frozen=True, slots=True)
class PackLineText:
    """One stay, and what the pack says of it; `address` names it by its alert, and nobody."""

    stay: int
    alert_id: str
    address: str
    who: Piece
    words: str


@dataclass(frozen=True, slots=True)
class PackSectionText:
    """`total` of a kind, of which some may not be shown."""

    key: str
    title: str
    total: int
    lines: tuple[PackLineText, ...]


Content = dict[str, Any]  # Any: JSON
_Words = Callable[[Content], str]


@dataclass(frozen=True, slots=True)
class PackTextBuilder:
    """Of one desk, which knows whose stays they are; `alerts` in clear by the stay that each began."""

    board: str
    desk: Desk
    alerts: Mapping[int, Alert]
    clock: Clock

    def sections(self, pack: bytes) -> tuple[PackSectionText, ...]:
        """In the order in which somebody reads it; what is empty is left out."""
        content = json.loads(pack)
        return tuple(section for section in self._sections(content) if section.total)

    def shift(self, pack: bytes) -> tuple[tuple[str, str], ...]:
        """What it says of the shift as a whole."""
        return tuple((name, printable(words)) for name, words in shift_facts(pack, self._moment))

    def line(self, stay: int, words: str) -> PackLineText:
        """A line about a stay."""
        name = alert_id(self.board, stay)
        return PackLineText(stay, name, f"/stays/{name}", who(self.desk.stays[stay], self.alerts.get(stay)), words)

    def _sections(self, content: Content) -> Iterator[PackSectionText]:
        waiting = [item for item in content["queue"] if item["kind"] != "second_key"]
        yield self._section("owned", "In hand", content["owned"], lambda one: f"with {one['by']}")
        yield self._section("open", "Wait for a second person", content["open_proposals"], self._proposed)
        yield self._section("queue", "Wait for anybody", waiting, self._waits)
        yield self._section("ageing", "Ageing", content["ageing"], self._ageing)
        yield self._section("decisions", "Decided in this shift", content["decisions"], _decided)
        yield self._section("ended", "Left in this shift", content["ended"], self._ended)
        yield self._section("passing", "Came and left in one instant", content["passing"], self._ended)

    def _section(self, key: str, title: str, items: list[Content], words: _Words) -> PackSectionText:
        lines = tuple(self.line(stay_sequence(item["stay"]), words(item)) for item in items[:MOST])
        return PackSectionText(key, title, len(items), lines)

    def _proposed(self, proposal: Content) -> str:
        provisional = ", provisional," if proposal["provisional"] else ""
        until = self._moment(proposal["ends_at"])
        return f"{proposal['by']} proposes {proposal['measure']}{provisional} until {until}"

    def _waits(self, item: Content) -> str:
        return f"{KIND_WORDS[item['kind']]}, since {self._moment(item['since'])}"

    def _ageing(self, item: Content) -> str:
        """The first form lists what is overdue, by the kinds of the queue."""
        if "since" not in item:
            return KIND_WORDS[item["kind"]]
        return f"{KINDS[item['kind']][0]}, since {self._moment(item['since'])}"

    def _ended(self, item: Content) -> str:
        return f"at {self._moment(item['at'])}"

    def _moment(self, text: str) -> str:
        return self.clock(parse_instant(text), self.desk.at)


def _decided(proposal: Content) -> str:
    return f"{proposal['measure']}: proposed by {proposal['by']}, confirmed by {proposal['answered_by']}"


def shown_stays(sections: Iterable[PackSectionText]) -> list[int]:
    """Every stay that is shown, in order; some more than once."""
    return [line.stay for section in sections for line in section.lines]

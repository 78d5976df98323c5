"""What a line has come to, as `places` holds it: whoever begins reads from there, and not from the beginning."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from pydantic import TypeAdapter

from delivery.numbering.line import Line
from models.canonical import canonical_json

EVERY_SECONDS = 600.0
EVERY_RECORDS = 1_000
"""Another round begins when both have passed."""

LATER = frozenset({"stalled_since", "escalated"})
"""Fields of a line that earlier versions did not know: their places have none, and its default holds."""

_KNOWN = frozenset(one.name for one in fields(Line)) - {"digest"}
_lines: TypeAdapter[Line] = TypeAdapter(Line)


def state_of(line: Line) -> dict[str, Any]:  # Any: JSON
    """All of a line but the digest of its last record, the same for the same line."""
    content: dict[str, Any] = _lines.dump_python(replace(line, digest=""), mode="json")
    sets = {name for name in content if isinstance(getattr(line, name), frozenset)}
    return {name: sorted(value) if name in sets else value for name, value in content.items() if name != "digest"}


def line_at(state: dict[str, Any], digest: str) -> Line:  # Any: JSON
    """The same line, behind the record with this digest. Raises ValueError where the state is none.

    Of a later version what this one does not know is left out.
    """
    if missing := _KNOWN - LATER - state.keys():
        raise ValueError(f"they say nothing of {', '.join(sorted(missing))}")
    return _lines.validate_json(canonical_json(state | {"digest": digest}))


def is_state_of(line: Line, state: dict[str, Any]) -> bool:  # Any: JSON
    """Whether places say what a line has come to, as far as the version that wrote them knew. Raises ValueError."""
    content, is_so = state_of(line_at(state, "")), state_of(line)
    return all(content[name] == is_so[name] for name in content.keys() & state.keys())


class Rounds:
    """Which lines are to write their places: each once in a round, when it moves. `seconds` of a clock that rises."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds, self._begun = seconds, seconds()
        self._records = 0
        self._done: set[str] | None = None
        """None: no round has begun, since all wrote them on taking office"""

    def count(self, records: int) -> None:
        """So many more stand on the topic."""
        self._records += records

    def is_due(self, subscription: str) -> bool:
        """Whether a line that moves now writes them; asked once for each."""
        if self._records >= EVERY_RECORDS and self._seconds() - self._begun >= EVERY_SECONDS:
            self._records, self._begun, self._done = 0, self._seconds(), set()
        if self._done is None or subscription in self._done:
            return False
        self._done.add(subscription)
        return True

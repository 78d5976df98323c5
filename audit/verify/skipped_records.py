"""Published records of entries that are not compared: they stand before all others, in their order, and only there."""

from collections.abc import Iterator

from models.record import Record

_KEPT = 64
"""Late ones that are remembered: where there are more, it is not they who stand in the wrong place."""


class SkippedRecords:
    """Says of each such record whether it stands within the range that is compared.

    A record that comes again, or behind one that came after it, is late at once. One that follows in order behind the
    first of the range may have been moved, or that one was: whichever of the two are fewer.
    """

    def __init__(self) -> None:
        self._up_to: dict[int, int] = {}
        self._seen: dict[int, int] = {}
        self._first: tuple[Record, str] | None = None
        self._found = self._found_before = 0
        self._late: list[tuple[Record, str]] = []

    def skip(self, group: int, order: int) -> None:
        """What comes up to `order` of a group is not compared."""
        self._up_to[group] = order

    def holds(self, group: int, order: int) -> bool:
        """Whether such a record is one of them."""
        return order <= self._up_to.get(group, -1)

    def note_found(self, record: Record, name: str) -> None:
        """A record of the range stands here."""
        self._first = self._first or (record, name)
        self._found += 1

    def is_late(self, record: Record, group: int, order: int, name: str) -> bool:
        """Whether one of them stands where it cannot belong; what may be either `misplaced` reports at the end."""
        in_order = order > self._seen.get(group, -1)
        self._seen[group] = max(order, self._seen.get(group, -1))
        if not self._found:
            return False
        if in_order and len(self._late) < _KEPT:
            self._found_before = self._found_before or self._found
            self._late.append((record, name))
        return not in_order

    def misplaced(self) -> Iterator[tuple[Record, str]]:
        """Who stands in another place than its own: the late ones, or the first of the range."""
        if len(self._late) <= self._found_before:
            yield from self._late
        elif self._first is not None:
            yield self._first
